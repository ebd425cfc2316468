"""Will this departure leave more than 15 minutes late? Feature, training and inference pipelines."""
