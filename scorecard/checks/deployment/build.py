"""Does CI build the artifact?"""

from scorecard.asks import DEPLOYMENT
from scorecard.checks import check
from scorecard.facts.artifacts import Artifacts
from scorecard.facts.code import Code
from scorecard.facts.deliveries import Deliveries
from scorecard.facts.delivery import Delivery
from scorecard.facts.delivery_tables import Act, What
from scorecard.facts.shipped_package import ShippedPackage
from scorecard.model import Effort, Finding, met, unmet

_COMPILED = frozenset({"java", "kotlin", "scala", "go", "csharp"})
_SITES = ("Vercel", "Netlify", "Firebase", "Amplify", "Cloudflare Worker", "Azure Static Web App", "SST application")


@check(
    DEPLOYMENT,
    level=2,
    effort=Effort.HOURS,
    question="Does CI build the image, bundle or model package on push, merge or tag?",
    surprise="The image is built on somebody's laptop from whatever lies there, and breaks on the day that person is away.",
    needs=("deployment.artifact",),
    closed_by="deployment",
)
def build(deliveries: Deliveries, artifacts: Artifacts, package: ShippedPackage, code: Code) -> Finding:
    compiled = any(source.language in _COMPILED for source in code.sources)
    sites = any(artifact.name in _SITES for artifact in artifacts.all)
    found = [d for d in deliveries.builds if _counts(d, package, compiled=compiled, sites=sites)]
    live = sorted(
        (d for d in found if d.automatic), key=lambda d: (d.deed.what is not What.IMAGE, not d.does(Act.PUSH))
    )
    if live:
        first = live[0]
        kinds = ", ".join(dict.fromkeys(d.deed.what.value for d in live))
        return met(f"{first.job.pipeline} builds the {kinds} without a person ({first.deed.tool})", first.evidence)
    dead = [d for d in deliveries.dead if d.does(Act.BUILD)]
    if dead:
        return unmet(f"{dead[0].job.pipeline} {dead[0].dead}", near=[dead[0].where])
    if found:
        return unmet(f"{found[0].job.pipeline} builds it only when a person starts it", near=found[0].evidence)
    if not deliveries.jobs:
        return unmet(
            "no CI configuration was found, so the artifact is built by hand",
            looked_in=("workflows of every CI system",),
        )
    count = len(dict.fromkeys(job.pipeline for job in deliveries.jobs))
    what = f"{artifacts.all[0].name} is there, but " if artifacts.all else ""
    return unmet(
        f"{what}none of the {count} CI file{'s' * (count != 1)} builds an image, bundle or model package",
        looked_in=dict.fromkeys(job.pipeline for job in deliveries.jobs),
        near=[d.where for d in deliveries.builds],
    )


def _counts(delivery: Delivery, package: ShippedPackage, *, compiled: bool, sites: bool) -> bool:
    """A wheel counts where it is what runs, a jar and a binary always do, a front end where a platform serves it."""
    what = delivery.deed.what
    if what is What.PACKAGE:
        python = delivery.deed.tool.partition(" ")[0] in ("uv", "poetry", "hatch", "flit", "pdm", "python", "pip")
        return bool(package.command) if python else compiled
    return sites if what is What.SITE else True
