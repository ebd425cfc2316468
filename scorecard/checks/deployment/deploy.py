"""Does CI deliver it?"""

from scorecard.asks import DEPLOYMENT
from scorecard.checks import check
from scorecard.facts.deliveries import Deliveries
from scorecard.facts.delivery import Delivery
from scorecard.facts.delivery_tables import Act
from scorecard.facts.shipped_package import ShippedPackage
from scorecard.model import Effort, Finding, met, unmet

_WEIGHT = {Act.ROLLOUT: 0, Act.APPLY: 1, Act.PUSH: 2}


@check(
    DEPLOYMENT,
    level=3,
    effort=Effort.DAYS,
    question="Does CI deliver it on push, merge, tag or release: push the image, apply the infrastructure, roll it out?",
    surprise="A fix waits until somebody has time to deploy it by hand, and each deployment goes a little differently.",
    needs=("deployment.build",),
)
def deploy(deliveries: Deliveries, package: ShippedPackage) -> Finding:
    live = sorted((d for d in deliveries.deploys if d.automatic), key=_order)
    if live:
        first = live[0]
        evidence = [*first.evidence]
        evidence += [e for d in live[1:4] for e in d.chain[-1:]]
        return met(f"{first.job.pipeline} {_said(first)} without a person ({first.deed.tool})", evidence)
    if package.releases:
        release = package.releases[0]
        return met(f"{release.job.pipeline} publishes the package that runs", (*release.evidence, *package.command))
    dead = [d for d in deliveries.dead if d.does(Act.PUSH, Act.ROLLOUT, Act.APPLY)]
    if dead:
        return unmet(f"{dead[0].job.pipeline} would deliver it, but {dead[0].dead}", near=dead[0].evidence)
    if deliveries.deploys:
        first = deliveries.deploys[0]
        return unmet(f"{first.job.pipeline} {_said(first)} only when a person starts it", near=first.evidence)
    if deliveries.releases:
        return unmet(
            f"{deliveries.releases[0].job.pipeline} publishes a library package; nothing brings a running system anywhere",
            near=[d.where for d in deliveries.releases],
        )
    if not deliveries.jobs:
        return unmet(
            "no CI configuration was found that could deliver anything", looked_in=("workflows of every CI system",)
        )
    count = len(dict.fromkeys(job.pipeline for job in deliveries.jobs))
    return unmet(
        f"none of the {count} CI file{'s' * (count != 1)} pushes an image, applies infrastructure or rolls anything out",
        looked_in=dict.fromkeys(job.pipeline for job in deliveries.jobs),
    )


def _order(delivery: Delivery) -> int:
    return min(_WEIGHT.get(act, 3) for act in delivery.deed.acts)


def _said(delivery: Delivery) -> str:
    act = min((act for act in delivery.deed.acts if act in _WEIGHT), key=lambda a: _WEIGHT[a])
    return f"{act.value} the {delivery.deed.what.value}"
