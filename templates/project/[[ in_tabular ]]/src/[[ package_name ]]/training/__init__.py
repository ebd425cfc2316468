"""The training pipeline: model, gates, registration."""
