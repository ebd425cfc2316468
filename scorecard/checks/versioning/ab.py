"""Can a new version prove itself on a part of the traffic?"""

from scorecard.asks import VERSIONING
from scorecard.checks import check
from scorecard.facts.traffic import Traffic
from scorecard.model import Effort, Finding, met, unmet


@check(
    VERSIONING,
    level=3,
    effort=Effort.WEEKS,
    question="Can two versions run side by side: A/B test, canary, shadow, traffic split, champion against challenger in serving?",
    surprise="Every new model meets all users at once, so a model that was only better offline harms everybody before it is noticed.",
    needs=("versioning.model",),
)
def ab(traffic: Traffic) -> Finding:
    if traffic.splits:
        return met(traffic.splits[0].kind, [e for split in traffic.splits for e in split.evidence], most=6)
    looked = (
        "service meshes and rollouts",
        "variants of endpoints",
        "routing in serving code",
        "shadow calls",
        "feature flags",
    )
    if traffic.single:
        first = traffic.single[0]
        return unmet(
            f"the traffic settings in {first.path} (line {first.line}) give everything to one version",
            near=traffic.single,
            looked_in=looked,
        )
    return unmet("one version serves everybody: there is no split, canary, shadow or experiment", looked_in=looked)
