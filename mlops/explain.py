"""`mlops explain`: a criterion's page, or the list of all."""

import difflib
import sys
from collections.abc import Sequence
from pathlib import Path

from mlops.checking import known
from mlops.errors import MlopsError
from scorecard.asks import ASKS


def run(criterion: str | None, folders: Sequence[Path] = ()) -> None:
    """Print. ``folders`` hold checks of a team's own. Raises MlopsError with the nearest names where there is no such criterion."""
    checks = known(folders)
    if criterion is None:
        for ask in ASKS:
            sys.stdout.write(f"{ask.title}: {ask.question}\n")
            for check in checks.values():
                if check.ask == ask:
                    sys.stdout.write(f"  {check.level}  {check.id:26} {check.question}\n")
            sys.stdout.write("\n")
        return
    name = criterion.strip().lower().replace("_", "-")
    if name not in checks:
        near = difflib.get_close_matches(name, checks, 3, 0.5)
        near = near or [c for c in checks if c.partition(".")[2] == name or c.startswith(f"{name}.")]
        hint = f"did you mean {', '.join(near)}?" if near else "mlops explain lists them all"
        if "/" in name and not folders:
            hint = f"the checks of a team are named: mlops explain {name} --checks DIR"
        raise MlopsError(f"there is no criterion {criterion}", hint)
    page = checks[name].page
    if sys.stdout.isatty():
        from rich.console import Console  # noqa: PLC0415  only for a terminal
        from rich.markdown import Markdown  # noqa: PLC0415

        Console().print(Markdown(page))
    else:
        sys.stdout.write(page)
