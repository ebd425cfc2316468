"""The one list of what `mlops add` can put into a repository that we did not make."""

from collections.abc import Callable, Mapping

from scaffolder.foreign import data, deployment, evals, logging, monitoring, testing, versioning
from scaffolder.foreign.model import Plan, Site

PLANS: Mapping[str, Callable[[Site], Plan]] = {
    "testing": testing.plan,
    "deployment": deployment.plan,
    "data": data.plan,
    "versioning": versioning.plan,
    "evals": evals.plan,
    "monitoring": monitoring.plan,
    "logging": logging.plan,
}
NEEDS: Mapping[str, tuple[str, ...]] = {"monitoring": ("logging",)}
"""What a capability stands on: that cannot be taken away before it."""
