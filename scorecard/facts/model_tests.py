"""Tests of a trained model: of its measure against a threshold, of a falling loss, of how it behaves, of what it predicts for known cases.

A test of functions around the model, with a mock in its place or with made-up numbers, says nothing about the model.
"""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct, field

from scorecard.facts.code import Code
from scorecard.facts.definitions import Definition, Definitions
from scorecard.facts.metric_words import ORDER, is_metric, is_reference, may_be_metric
from scorecard.facts.suite import Case
from scorecard.facts.tested import Body, Tested
from scorecard.paths import is_demo
from scorecard.patterns import lazily
from scorecard.readers.code import Call

_FITS = lazily(r"fit|backward|train(?:_\w+)?|fit_generator|partial_fit|train_on_batch|finetune\w*|\w*_train")
_LOADS = lazily(
    r"load_model|from_checkpoint|load_from_checkpoint|load_pipeline|from_pretrained|load_state_dict|InferenceSession|load_\w*model\w*|get_\w*model|load_weights|load_latest\w*|load_artifact\w*|load_predictor|get_predictor"
)
_LOADERS = frozenset({
    "joblib.load", "pickle.load", "cloudpickle.load", "dill.load", "torch.load", "mlflow.pyfunc.load_model",
    "skops.io.load", "readRDS", "tensorflow.saved_model.load",
})  # fmt: skip
# A network with its weights, and not what belongs to one (tokenizers, processors, configurations).
_NETWORK = lazily(r"(?:Model\w*|\wFor[A-Z]\w*|Pipeline)\.from_pretrained$|^transformers\.pipeline$")
_PREDICTS = lazily(
    r"(?:make_|get_|run_|batch_|_)?(?:predict\w*|classif\w*|infer(?:ence)?\w*|forecast\w*|get_label|score_\w+|detect\w*|recommend\w*|make_prediction)|predict_proba"
)
# The project's own command, to which a test hands a model: `main(["eval", f"--model-path={path}"])`.
_COMMANDS = lazily(r"main|cli|run|run_command|evaluate|eval\w*")
_HANDED = lazily(r"--(?:[a-z]{1,20}[_-])?(?:model|checkpoint|weights)(?:[_-](?:path|dir|file|uri|url))?(?:=.{0,300})?$")
_TRANSFORMERS = lazily(
    r"Scaler|Encoder|Transformer|Imputer|Vectori|Feature|Preprocess|Tokeni|Splitter|Selector|Dataset|DataModule|Config"
)
_BEHAVES = lazily(
    r"invariance|test_directional|directional_(?:test|expectation)|(?:^|[/_])mft(?:[_.]|$)|minimum_functionality|overfit|perturb|metamorphic|(?:^|/)(?:test_)?behaviou?ral(?:_tests?)?(?:\.py|/)|loss_(?:decreas|goes_down|drops)|adversarial_robust|(?:better|beats)_(?:than_)?(?:baseline|random|naive|dummy)"
)
_PREDICTED = lazily(
    r"(?:^|_)(?:pred|preds|predict|predicted|predictions?|predicts|y_pred|y_hat|label|labels|proba|probabilit(?:y|ies)|class|classification|output|forecast|first_prediction)(?:_|$)",
    re.IGNORECASE,
)
_NOT_A_VALUE = frozenset({
    "len", "shape", "type", "isinstance", "status_code", "columns", "keys", "dtype", "ndim", "hasattr", "size",
    "call_count", "called", "dtypes", "version", "index", "tolist_len", "issubset", "sum",
})  # fmt: skip
_AMONG = frozenset({"in", "not in"})
_CLOSE = frozenset({
    "isclose", "approx", "allclose", "assert_almost_equal", "assertAlmostEqual", "assert_allclose", "round",
    "ceil", "floor",
})  # fmt: skip
_NEAR = frozenset({"approx", "isclose", "round"})
_GREATER = lazily(
    r"assert_?(?:Greater|Less)\w*|expect_(?:gt|lt|gte|lte)|toBe(?:Greater|Less)Than\w*|is_(?:greater|less)_than\w*|assert_array_less"
)
_ORDER = lazily(r"(?<![=<>-])[<>]=?(?!=)")
_ASSERTS = lazily(r"\bassert\w*\b|\bexpect\w*\b|\bshould\b")
_WORDS = lazily(r"[A-Za-z_]\w*")
_NUMBER = lazily(r"(?<![\w.\[])-?\d+\.?\d*(?:e-?\d+)?(?![\w\]])")
_NOTHING = frozenset({0.0, 1.0, 100.0, -1.0})


class ModelTest(Struct, frozen=True):
    """A test of a model: what it asserts on, and the line."""

    case: Case
    line: int
    what: str


class ModelTests(Struct, frozen=True):
    """``found``, those of the system before those of demos."""

    found: tuple[ModelTest, ...]

    @classmethod
    def gather(cls, tested: Tested, definitions: Definitions, code: Code) -> Self:
        reader = _Reader(definitions, code)
        found = [test for body in tested.bodies() if reader.speaks(body) and (test := reader.read(body))]
        return cls(tuple(sorted(found, key=lambda t: is_demo(t.case.path))))


class _Reader(Struct, frozen=True):
    definitions: Definitions
    code: Code
    _named: dict[str, bool] = field(default_factory=dict)

    def speaks(self, body: Body) -> bool:
        """Is there anything of a model in the file? Asked first, for it costs nothing."""
        source = body.case.source
        named = self._named.get(source.path)
        if named is None:
            named = any(may_be_metric(n) or _PREDICTED.search(n) for n in source.names)
            self._named[source.path] = named
        return named or bool(_BEHAVES.search(f"{source.path} {body.case.test.name}".lower()))

    def read(self, body: Body) -> ModelTest | None:
        case = body.case
        line = self._held(case)
        if line and self._has_model(body) and (self._is_sure(case, line) or self._trains(body)):
            return ModelTest(case, line, "a measure of the model")
        if body.mocked:
            return None
        if _BEHAVES.search(f"{case.path} {case.test.name}".lower()) and self._has_model(body):
            return ModelTest(case, self._first(case), "how the model behaves")
        line = self._golden(case)
        if line and self._has_stored_model(body):
            return ModelTest(case, line, "what the model predicts for a known case")
        return None

    def _held(self, case: Case) -> int:
        """The line that asserts a measure against a threshold or against another measure; 0 if there is none."""
        source, test = case.source, case.test
        asserted = {g.line: g.end for g in source.guards_in(test.line, test.end, "assert") if g.ops & ORDER}
        for line, end in sorted(asserted.items()):
            text = " ".join(self.code.line(source.path, n) for n in range(line, min(end, line + 4) + 1))
            if _holds(text.removeprefix("assert").partition(', f"')[0]):
                return line
        for guard in source.guards_in(test.line, test.end, "assert"):
            if "==" in guard.ops and guard.names & _NEAR and _equals(self.code.line(source.path, guard.line)):
                return guard.line
        for call in source.calls_in(test.line, test.end):
            if _GREATER.fullmatch(call.last) and _is_held(call, self.code.line(source.path, call.line)):
                return call.line
        if source.language != "python":
            for line in range(test.line, min(test.end, test.line + 120) + 1):
                text = self.code.line(source.path, line)
                if _ASSERTS.search(text) and _holds(text):
                    return line
        return 0

    def _is_sure(self, case: Case, line: int) -> bool:
        """Is it a measure of a model whatever is tested, and not a score of anything?"""
        return any(is_metric(word) for word in _WORDS.findall(self.code.line(case.path, line)))

    def _trains(self, body: Body) -> bool:
        """Does the test train by the project's own code?"""
        trained = (r.target for r in body.reached if not _TRANSFORMERS.search(r.target.name))
        return any(_FITS.fullmatch(t.last) or any(_FITS.fullmatch(c.last) for c in self._calls(t)) for t in trained)

    def _golden(self, case: Case) -> int:
        """The line that asserts what is predicted for a known case; 0 if there is none."""
        test = case.test
        answers = _answers(case)
        for guard in case.source.guards_in(test.line, test.end, "assert"):
            if guard.names & _NOT_A_VALUE:
                continue
            exact = "==" in guard.ops or bool(guard.names & _CLOSE)
            known = any(v not in ("None", "True", "False", "0", "1", "-1") for v in guard.values) or any(
                n.lower().startswith("expected") for n in guard.names
            )
            if exact and known and any(_PREDICTED.search(n.removesuffix("()")) for n in guard.names):
                return guard.line
            if known and guard.names & answers and (exact or guard.ops & _AMONG):
                return guard.line
        return 0

    def _has_model(self, body: Body) -> bool:
        """Does the test train or load a model, by the project's own code or from a store?"""
        if any(call.name in _LOADERS or _LOADS.fullmatch(call.last) for call, _ in body.calls) or _is_opened(body):
            return True
        case = body.case
        handed = any(_HANDED.match(t.value) for t in case.source.texts_in(case.test.line, case.test.end))
        for reached in body.reached:
            if handed and not body.mocked and _COMMANDS.fullmatch(reached.target.last):
                return True
            if _TRANSFORMERS.search(reached.target.name):
                continue
            if _FITS.fullmatch(reached.target.last) or (_PREDICTS.fullmatch(reached.target.last) and not body.mocked):
                return True
            if any(_FITS.fullmatch(c.last) or c.name in _LOADERS for c in self._calls(reached.target)):
                return True
        return False

    def _has_stored_model(self, body: Body) -> bool:
        """Does it predict with a model that was trained and stored before?"""
        if _is_opened(body):
            return True
        for reached in body.reached:
            if not _PREDICTS.fullmatch(reached.target.last):
                continue
            where = reached.target.source
            top = [c for c in where.calls if not c.scope]
            made = self.definitions.function(where, f"{reached.target.name.rpartition('.')[0]}.__init__")
            opened = [*(d for c in top if (d := self.definitions.of(c, where))), *([made] if made else [])]
            inside = [*top, *self._calls(reached.target), *(c for d in opened for c in self._calls(d))]
            if any(
                c.name in _LOADERS
                or c.last in ("load_model", "from_checkpoint", "load_from_checkpoint")
                or _NETWORK.search(c.name)
                for c in inside
            ):
                return True
        return False

    def _calls(self, target: Definition) -> Iterator[Call]:
        for definition in self.definitions.closure(target):
            yield from definition.source.calls_in(definition.line, definition.end)

    def _first(self, case: Case) -> int:
        lines = [g.line for g in case.source.guards_in(case.test.line, case.test.end, "assert")]
        return min(lines, default=case.test.line)


def _answers(case: Case) -> set[str]:
    """The variables of a test that hold what a model has predicted, or a part of it."""
    found: set[str] = set()
    for assign in case.source.assigns_in(case.test.line, case.test.end):
        value = assign.value.rstrip("[]").removesuffix("()")
        if _PREDICTS.fullmatch(value.rpartition(".")[2]) or value in found:
            found.add(assign.target)
        else:
            found.discard(assign.target)
    return found


def _is_opened(body: Body) -> bool:
    """Does it ask a model that the test file has opened for all its tests?"""
    return any(_PREDICTS.fullmatch(c.last) and c.name.partition("()")[0] in _LOADERS for c, _ in body.calls)


def _holds(text: str) -> bool:
    """Is one side of a comparison a measure and the other something that it must reach, or both measures?"""
    parts = _ORDER.split(text)
    if len(parts) < 2 or "len(" in text or "shape" in text or "abs(" in text:
        return False
    measured = [any(is_metric(w) or may_be_metric(w) for w in _WORDS.findall(p)) for p in parts]
    if not any(measured):
        return False
    numbers = [float(n) for p in parts for n in _NUMBER.findall(p)]
    if len(parts) == 2 and all(measured) and parts[0].strip() != parts[1].strip():
        return True
    if any(n not in _NOTHING for n in numbers) and _is_threshold(parts):
        return True
    others = [w for p, m in zip(parts, measured, strict=True) if not m for w in _WORDS.findall(p)]
    return any(is_reference(w) or (w.isupper() and len(w) > 3) for w in others)


def _equals(text: str) -> bool:
    """`rmse == approx(BENCHMARK, rel=0.1)`: a measure that must stay where it is known to be."""
    left, _, right = text.removeprefix("assert").partition("==")
    measured = [any(is_metric(w) for w in _WORDS.findall(side)) for side in (left, right)]
    known = right if measured[0] else left
    inside = known.partition("(")[2] or known
    named = any(w.isupper() and len(w) > 3 for w in _WORDS.findall(inside))
    return (
        any(measured)
        and "len(" not in text
        and (named or any(float(n) not in _NOTHING for n in _NUMBER.findall(inside.partition(",")[0])))
    )


def _is_threshold(parts: list[str]) -> bool:
    """A number by itself on one side, which the measure must reach."""
    return any(
        re.fullmatch(r"[\s(]*-?\d+\.?\d*(?:e-?\d+)?[\s),;:]*.*", p) and float(m[0]) not in _NOTHING
        for p in parts
        if (m := re.search(r"-?\d+\.?\d*(?:e-?\d+)?", p.strip()[:12]))
    )


def _is_held(call: Call, line: str) -> bool:
    names = [a for a in call.args if a and not a[0].isdigit() and a[0] != "'"]
    words = [w for a in names for w in _WORDS.findall(a)] + (
        [] if call.args[:1] and len(call.args) > 1 else _WORDS.findall(line)
    )
    numbers = [float(a) for a in call.args if re.fullmatch(r"-?\d+(?:\.\d*)?", a)]
    if not any(may_be_metric(w) for w in words) or "len" in words:
        return False
    return any(n not in _NOTHING for n in numbers) or len(names) >= 2
