"""The inference pipeline: the service, its prediction log, and replay."""
