"""`mlops check-pages`: a team's checks, held against their pages."""

import sys
from pathlib import Path

from mlops.checking import known
from mlops.errors import FINE, GATE
from scorecard import manual


def run(folder: Path) -> int:
    """Say what is wrong with each check; 1 where anything is. Raises MlopsError."""
    checks = known([folder])
    place = str(folder.resolve())
    mine = [check for check in checks.values() if check.namespace and check.criterion.page.startswith(place)]
    wrong = 0
    for check in mine:
        examples = list(manual.examples(check))
        problems = [*manual.mistakes(check, checks), *(said for e in examples for said in manual.judged(e, checks))]
        wrong += len(problems)
        sys.stdout.write(f"{check.id}: {len(examples)} examples, {len(problems) or 'nothing'} wrong\n")
        for problem in problems:
            sys.stdout.write(f"  {problem}\n")
    return GATE if wrong else FINE
