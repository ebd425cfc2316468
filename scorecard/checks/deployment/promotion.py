"""Is there a way from a lower environment to a higher one?"""

from scorecard.asks import DEPLOYMENT
from scorecard.checks import check
from scorecard.facts.deliveries import Deliveries
from scorecard.facts.environment_names import listed
from scorecard.facts.promotions import Promotions
from scorecard.model import Effort, Finding, met, unmet


@check(
    DEPLOYMENT,
    level=3,
    effort=Effort.DAYS,
    question="Is there a defined path from a lower to a higher environment: chained deploys, an approval, a model alias moved by code?",
    surprise="What was tested is not what goes to production: it is built, configured or copied again on the way, by hand.",
    needs=("deployment.environments",),
)
def promotion(promotions: Promotions, deliveries: Deliveries) -> Finding:
    if promotions.all:
        said = "; ".join(dict.fromkeys(p.how for p in promotions.all[:2]))
        return met(said, [e for p in promotions.all[:2] for e in p.evidence])
    if deliveries.rollouts:
        ranks = frozenset(rank for d in deliveries.rollouts for rank in d.environments)
        where = f"to {listed(ranks)}" if ranks else "to one place"
        first = deliveries.rollouts[0]
        return unmet(
            f"{first.job.pipeline} deploys straight {where}: no lower environment comes first, and nobody has to approve",
            near=[d.chain[0] for d in deliveries.rollouts],
        )
    return unmet(
        "no deploy follows another one, nothing waits for an approval, and no code moves a model to another stage or alias",
        looked_in=("jobs of CI and what they need", "calls of model registries", "delivery pipelines as code"),
    )
