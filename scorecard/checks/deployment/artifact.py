"""Is what gets deployed defined as code?"""

from scorecard.asks import DEPLOYMENT
from scorecard.checks import check
from scorecard.facts.artifacts import Artifacts
from scorecard.facts.deliveries import Deliveries
from scorecard.facts.delivery_tables import What
from scorecard.facts.shipped_package import ShippedPackage
from scorecard.model import Effort, Finding, met, unmet


@check(
    DEPLOYMENT,
    level=1,
    effort=Effort.HOURS,
    question="Is what gets deployed defined as code: an image, a bundle, a chart, a platform descriptor, a model package?",
    surprise="The server runs something that nobody can build again, and the next one differs from it in ways nobody knows.",
    closed_by="deployment",
)
def artifact(artifacts: Artifacts, deliveries: Deliveries, package: ShippedPackage) -> Finding:
    if artifacts.all:
        names = list(dict.fromkeys(a.name for a in artifacts.all))
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        return met(f"defined by {', '.join(names[:3])}{more}", [a.evidence for a in artifacts.all], most=6)
    packed = [d for d in deliveries.deploys if d.deed.what is What.BUNDLE and d.automatic]
    if packed:
        return met(f"the pipeline packs the code for the platform ({packed[0].deed.tool})", packed[0].evidence)
    if package.command:
        return met(
            "the package that CI publishes has the command that runs", (*package.command, *package.releases[0].chain)
        )
    if artifacts.near:
        one = artifacts.near[0]
        what = "starts bought services only" if "compose" in one.path else "is an example or an image to work in"
        return unmet(f"{one.path} {what}; nothing defines what of this project is deployed", near=artifacts.near)
    if deliveries.releases:
        return unmet(
            "only a library package is published, and no image, bundle or descriptor runs it",
            near=[d.where for d in deliveries.releases],
        )
    return unmet(
        "no file says what would be deployed",
        looked_in=(
            "Dockerfiles and compose files",
            "descriptors of platforms",
            "charts and manifests",
            "model packages in code",
        ),
    )
