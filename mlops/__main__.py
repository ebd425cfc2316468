"""`python -m mlops`, for where the script is not on the path."""

import sys
from pathlib import Path

# Python puts the current folder first on the path, and that is often the repository to be audited, whose `yaml.py` is not ours.
if not sys.flags.safe_path and Path(sys.path[0]).resolve() != Path(__file__).resolve().parent.parent:
    del sys.path[0]

from mlops.cli import main

main()
