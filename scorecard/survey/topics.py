"""The one list of what a survey answers."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from scorecard.facts import Facts
from scorecard.model import Finding
from scorecard.survey import data, deployment, layout, llm, serving, testing, training, watching

# A function names the facts that it needs by the annotations of its parameters, as a check does.
ALL: Mapping[str, Callable[..., dict[str, Any]]] = {
    "layout": layout.look,
    "data": data.look,
    "deployment": deployment.look,
    "llm": llm.look,
    "serving": serving.look,
    "testing": testing.look,
    "training": training.look,
    "watching": watching.look,
}


class Survey(Mapping[str, Any]):
    """The answers by topic, each looked for when it is first asked for; ``criteria`` are the outcomes of all checks by id."""

    def __init__(self, facts: Facts, findings: Mapping[str, Finding]) -> None:
        self._facts = facts
        self._known: dict[str, Any] = {"criteria": {name: str(found.outcome) for name, found in findings.items()}}

    def __getitem__(self, topic: str) -> Any:
        if topic not in self._known:
            self._known[topic] = self._facts.call(ALL[topic])
        return self._known[topic]

    def __iter__(self) -> Iterator[str]:
        return iter(("criteria", *ALL))

    def __len__(self) -> int:
        return 1 + len(ALL)
