"""`mlops check-pages`: a team's checks, held against their pages."""

import sys
from pathlib import Path

from mlops.errors import FINE, GATE, MlopsError
from scorecard import manual
from scorecard.custom import BadChecks, with_ours


def run(folder: Path) -> int:
    """Say what is wrong with each check; 1 where anything is. Raises MlopsError."""
    try:
        checks = with_ours([folder])
    except BadChecks as error:
        raise MlopsError(error.what, error.hint) from None
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
