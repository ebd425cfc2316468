"""The ingest pipeline: documents are read, checked, cut into chunks and indexed."""
