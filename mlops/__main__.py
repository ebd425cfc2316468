"""`python -m mlops`, for where the script is not on the path."""

from mlops.cli import main

main()
