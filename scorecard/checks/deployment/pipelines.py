"""Can the stages be started by something other than a person in a notebook?"""

from scorecard.asks import DEPLOYMENT
from scorecard.checks import check
from scorecard.facts.startable import Stage, Startable
from scorecard.model import Effort, Finding, met, unmet


@check(
    DEPLOYMENT,
    level=1,
    effort=Effort.DAYS,
    question="Can the system's stages be started without a person in a notebook: by a script, a command, a DAG, a job?",
    surprise="The model in production can be made again only by the one who knows which cells to run, and in which order.",
)
def pipelines(stages: Startable) -> Finding:
    if stages.all:
        shown = _one_of_each(stages.all)
        said = ", ".join(dict.fromkeys(f"{s.path} ({s.does})" for s in shown))
        return met(f"can be started without a notebook: {said}", [e for s in shown for e in s.evidence[-3:]])
    if stages.notebooks:
        count = len(stages.notebooks)
        return unmet(
            f"the work is done in {count} notebook{'s' * (count != 1)} ({stages.notebooks[0].path}), and no script, command or"
            " job starts any of it",
            looked_in=("entry points of the code", "task runners", "CI", "job definitions"),
            near=stages.notebooks,
        )
    if stages.modules:
        return unmet(
            f"{stages.modules[0]} holds the work, but no file has an entry point that reaches it",
            looked_in=("entry points of the code", "task runners", "CI", "job definitions"),
        )
    return unmet(
        "nothing that trains, serves or handles data was found to be started",
        looked_in=("source files", "job definitions"),
    )


def _one_of_each(stages: tuple[Stage, ...]) -> list[Stage]:
    """The most automatic start of each sort of work."""
    first: dict[str, Stage] = {}
    for stage in stages:
        first.setdefault(stage.does, stage)
    return list(first.values())[:4]
