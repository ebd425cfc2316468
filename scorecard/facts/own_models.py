"""Models of the repository's own making: networks that it defines, and estimators that it writes without a library.

Weaker than a call that trains or serves, so it decides what a repository is only where there is no such call: the loop may stand in a
submodule, in a file of a workflow manager, or in the tests.
"""

from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code, Hit
from scorecard.model import Evidence
from scorecard.paths import is_demo

_NETWORKS = (
    "torch.nn.Module", "*.LightningModule", "tensorflow.keras.Model", "tensorflow.keras.models.Model", "keras.Model", "keras.models.Model",
    "flax.linen.Module", "flax.nnx.Module", "equinox.Module", "tensorflow.Module",
)  # fmt: skip
_ARRAYS = ("numpy", "pandas", "polars", "jax", "torch", "scipy", "cupy")
_FITS = frozenset({"fit", "partial_fit", "train"})
_TELLS = frozenset({"predict", "predict_proba"})


class OwnModels(Struct, frozen=True):
    """``evidence``, one line for each file that defines a network or an estimator."""

    evidence: tuple[Evidence, ...]

    @classmethod
    def gather(cls, code: Code) -> Self:
        networks = [Hit(source, klass.line, klass.name, klass.name) for source, klass in code.classes(*_NETWORKS)]
        found = [hit for hit in (*networks, *_estimators(code)) if not is_demo(hit.path)]
        return cls(tuple(code.quote(found)))


def _estimators(code: Code) -> list[Hit]:
    """Classes with `fit` and `predict` in files that work on arrays."""
    users = {hit.path for hit in code.imports(*_ARRAYS)}
    methods: dict[tuple[str, str], set[str]] = {}
    for source, function in code.functions(r"(?:fit|partial_fit|train|predict|predict_proba)$"):
        owner = function.name.rpartition(".")[0]
        if owner and source.path in users and function.statements > 1:
            methods.setdefault((source.path, owner), set()).add(function.last)
    return [
        Hit(source, klass.line, klass.name, klass.name)
        for source in code.sources
        for klass in source.classes
        if (has := methods.get((source.path, klass.name))) and has & _FITS and has & _TELLS
    ]
