"""Text to structure, once. A reader knows a syntax and nothing of MLOps; it never touches the disk."""
