"""Stacks of infrastructure that a program makes once for each environment: `Service(app, "service-dev")`."""

from collections import defaultdict
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.environment_names import Rank, within
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_test
from scorecard.patterns import lazily

_TOOLS = lazily(r"aws_cdk|aws-cdk-lib|@aws-cdk/|cdktf|monocdk|sst")
_ROOTS = frozenset({"app", "self", "this", "scope", "pipeline"})


def stacks(code: Code) -> Iterator[dict[Rank, Evidence]]:
    """One group for each class of stack."""
    for source in code.sources:
        if source.notebook or is_test(source.path) or is_demo(source.path):
            continue
        if not any(_TOOLS.match(item.module or item.name) for item in source.imports):
            continue
        found: dict[str, dict[Rank, Evidence]] = defaultdict(dict)
        for call in source.calls:
            rank = within(call.string(1)) if call.args and call.args[0].rpartition(".")[2].lower() in _ROOTS else None
            if rank is not None:
                found[call.last].setdefault(rank, code.evidence(source, call.line))
        yield from found.values()
