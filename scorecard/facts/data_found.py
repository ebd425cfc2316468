"""What a data check is, whoever made it: the record that the finders of data checks share."""

from enum import StrEnum
from typing import NamedTuple

from scorecard.facts.code import Code
from scorecard.model import Evidence
from scorecard.paths import is_test


class Kind(StrEnum):
    """What is checked."""

    SCHEMA = "schema"
    VALUES = "values"
    DISTRIBUTION = "distribution"


class Effect(StrEnum):
    """What follows when data are bad, the strongest first."""

    STOPS = "stops"  # an error that nobody swallows, a refused request
    SETS_ASIDE = "sets aside"  # the row, file or batch is left out, and a line says so
    FLAGS = "flags"  # somebody is told, and the data go on
    RECORDS = "records"  # a report or an artifact that nothing reads


class Found(NamedTuple):
    """One check, applied in ``path``; ``evidence`` leads from there to where it is defined. ``inherent`` is one that whoever predicts
    comes by, whoever that is: it stands in the predictor itself."""

    kind: Kind
    what: str
    effect: Effect
    path: str
    evidence: tuple[Evidence, ...]
    scope: str = ""
    demo: bool = False
    test: bool = False
    own: bool = False
    inherent: bool = False

    @property
    def is_declared(self) -> bool:
        """Does it stand in configuration, so that a tool must read it?"""
        return self.path.endswith((".yml", ".yaml", ".json", ".sql", ".sqlx"))


STRONGEST = tuple(Effect)


class Alive:
    """Is a function called by anyone but tests?"""

    _ASSUMED = frozenset({
        "main", "run", "transform", "fit", "fit_transform", "predict", "process", "execute", "setup", "prepare_data",
        "on_post", "on_get", "post", "get", "handler", "lambda_handler", "init", "apply", "map", "do", "perform",
        "call", "invoke", "score", "dispatch", "handle", "consume",
    })  # fmt: skip

    def __init__(self, code: Code) -> None:
        self.code = code
        self.called: set[str] = set()
        for source in code.sources:
            if is_test(source.path):
                continue
            given = {value for call in source.calls for value in call.args}
            given.update(value for call in source.calls for _, value in call.kwargs)
            self.called.update(call.last for call in source.calls)
            self.called.update(value.rpartition(".")[2] for value in given if value and value[0] not in "'0123456789")
            if source.language != "python":  # `run({ eachMessage: async () => {} })`: a callback by its key
                self.called.update(key for call in source.calls for key, value in call.kwargs if not value)
            self.called.update(assign.value.rpartition(".")[2].rstrip("()[]") for assign in source.assigns)
        self.decorated = {f.last for s in code.sources for f in s.functions if f.decorators}

    def __call__(self, scope: str) -> bool:
        last = scope.rpartition(".")[2]
        if not last or last.startswith("__") or last in self._ASSUMED or last[:1].isupper():
            return True
        return last in self.called or last in self.decorated
