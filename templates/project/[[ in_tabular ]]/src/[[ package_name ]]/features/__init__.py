"""The feature pipeline: source, checks, transformations, versioned tables."""
