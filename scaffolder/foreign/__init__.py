"""What `mlops add ASK` puts into a repository that we did not make: one module per ask, each a function from a Site to a Plan."""
