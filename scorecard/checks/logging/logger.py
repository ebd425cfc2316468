from collections import Counter

from scorecard.asks import LOGGING
from scorecard.checks import check
from scorecard.facts.code import Code
from scorecard.facts.logs import Logs
from scorecard.model import Effort, Finding, met, unmet


@check(
    LOGGING,
    level=1,
    effort=Effort.HOURS,
    question="Does the operational code log through a logging framework in more than one place?",
    surprise="Something fails at night, and what was printed carries no time, no level and no module to search for.",
    closed_by="logging",
)
def logger(logs: Logs, code: Code) -> Finding:
    files = logs.places
    places = {(hit.path, hit.scope) for hit in logs.lines}
    prints = Counter(hit.path for hit in logs.prints)
    stray = len(logs.lines) * 20 < len(logs.prints)
    if len(places) > 1 and not stray:
        busiest = sorted(files, key=lambda path: (-len(files[path]), path))
        lines = f"{len(logs.lines)} log lines in {len(files)} file{'s' if len(files) > 1 else ''}"
        return met(lines, [code.evidence(files[path][0]) for path in busiest[:4]])

    looked = (f"log calls in {len(code.sources)} source files",)
    near = [code.evidence(hit) for hit in (*logs.lines[:2], *logs.prints[:2])]
    if logs.lines:
        where = f"{len(logs.lines)} log line{'s' if len(logs.lines) > 1 else ''}, the first in {logs.lines[0].path}"
        printed = f", beside {len(logs.prints)} prints in {len(prints)} files" if logs.prints else ""
        return unmet(f"Logging stays an exception: {where}{printed}", looked_in=looked, near=near)
    if logs.elsewhere:
        where = logs.elsewhere[0].path
        return unmet(f"Only notebooks and examples log, {where} for one", looked_in=looked, near=near)
    if logs.prints:
        most = prints.most_common(1)[0][0]
        told = f"{len(logs.prints)} prints in {len(prints)} file{'s' if len(prints) > 1 else ''}, most in {most}"
        return unmet(f"The code only prints: {told}", looked_in=looked, near=near)
    return unmet("No line of the code logs or prints", looked_in=looked)
