"""`mlops versions`: the template versions that this program carries, and what each changed."""

import json
import sys

from mlops.text import printable
from scaffolder import versions


def run(*, fmt: str) -> int:
    """Print them, oldest first."""
    known = versions()
    if fmt == "json":
        entries = [{"version": r.version, "date": f"{r.day}", "changes": r.changes} for r in known]
        sys.stdout.write(json.dumps({"schema": 1, "versions": entries}, indent=1, ensure_ascii=False) + "\n")
    else:
        wide = max(len(release.version) for release in known)
        sys.stdout.write("".join(printable(f"{r.version:{wide}}  {r.day}  {r.changes}\n") for r in known))
    return 0
