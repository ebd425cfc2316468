from scorecard.asks import LOGGING
from scorecard.checks import check
from scorecard.facts.correlation import Correlation, Tie
from scorecard.facts.logs import Logs
from scorecard.facts.records import Records
from scorecard.model import Effort, Finding, met, unmet


@check(
    LOGGING,
    level=3,
    effort=Effort.DAYS,
    question="Can the lines of one request or run be tied together by an id?",
    surprise="Ten requests run at once, and nobody can tell which lines belong to the one that failed.",
    needs=("logging.logger",),
    closed_by="logging",
)
def correlation(found: Correlation, logs: Logs, records: Records) -> Finding:
    if found.ids:
        order = list(Tie)
        ids = sorted(found.ids, key=lambda one: order.index(one.tie))
        first = {one.tie: one for one in reversed(ids)}
        told = [f"{one.name} {one.tie}" for one in sorted(first.values(), key=lambda one: order.index(one.tie))]
        shown = sorted(ids, key=lambda one: (first[one.tie] is not one, order.index(one.tie)))
        return met(f"Ids tie lines together: {'; '.join(told)}", [line for one in shown for line in one.evidence[:3]])

    looked = (
        "log calls and formats",
        "middleware and context variables",
        "columns of recorded inferences",
        "traces of the running system",
    )
    if found.near:
        near = found.near[0]
        return unmet(
            f"One id stands in {near.path}:{near.line} and does not go through to other lines of a request",
            looked_in=looked,
            near=found.near,
        )
    if records.kept:
        where = records.kept[0].evidence[0]
        return unmet(
            f"What {where.path}:{where.line} records carries no request, session or run id",
            looked_in=looked,
            near=[where],
        )
    if logs.lines:
        count = f"None of the {len(logs.lines)} log lines in {len(logs.places)} files carries"
        return unmet(f"{count} a request, session or run id", looked_in=looked)
    return unmet("There are no log lines or records that an id could tie together", looked_in=looked)
