"""The one list of what a survey answers."""

from collections.abc import Callable, Mapping
from typing import Any

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
