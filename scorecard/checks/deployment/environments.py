"""Are there at least two environments?"""

from scorecard.asks import DEPLOYMENT
from scorecard.checks import check
from scorecard.facts.environment_names import listed
from scorecard.facts.environments import Environments
from scorecard.model import Effort, Finding, met, unmet


@check(
    DEPLOYMENT,
    level=2,
    effort=Effort.DAYS,
    question="Are at least two of dev, test, staging and prod defined, so that the same code runs in each?",
    surprise="Every experiment runs against the data and the users of production, for there is no other place to try it.",
)
def environments(environments: Environments) -> Finding:
    if environments.settings:
        hows = ", ".join(dict.fromkeys(s.how for s in environments.settings))
        evidence = [e for s in environments.settings[:3] for e in s.evidence]
        return met(f"{listed(environments.ranks)} are told apart by {hows}", evidence)
    looked = (
        "names of configuration files and folders",
        "sections of configuration files",
        "conditions in the code",
        "targets of deploys",
    )
    if environments.near:
        one = environments.near[0]
        return unmet(
            f"only one environment is named with effect ({one.path}:{one.line}), and no second one has settings of its own",
            near=environments.near,
            looked_in=looked,
        )
    return unmet("one set of settings serves every place in which the code runs", looked_in=looked)
