"""Tests of what makes data: of cleaning, feature, tokenising and chunking functions, of data sets, of dbt models."""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.configuration import Configuration
from scorecard.facts.data_code import DataCode
from scorecard.facts.definitions import Definition
from scorecard.facts.tested import Body, Reached, Tested
from scorecard.model import Evidence
from scorecard.paths import is_demo
from scorecard.patterns import lazily
from scorecard.readers.node import Node
from scorecard.repository import Repository

_ENOUGH = 12
_LOADS = lazily(r"_*(?:load|read|fetch|get|open|download|import|create|generate|make|write|save)(?:_|[A-Z]|$)")
_COMMON = frozenset({
    "test", "tests", "unit", "data", "load", "integration", "spec", "python", "predict", "prediction", "model",
    "train", "main", "utils", "dataset",
})  # fmt: skip
_FRAME = lazily(
    r"columns|dtypes|assert_frame_equal|assert_series_equal|assert_df_equality|assert_approx_df_equality|assertDataFrameEqual|assert_data_frame\w*"
)
_NO_TRANSFORMATION = lazily(
    r"(?:^|_)(?:predict\w*|fit|train|score|scores|model|models|evaluate\w*|metrics?|inference|infer|forecast|plot\w*|config|settings|explain\w*|importances?|shap|endpoint|client|response)(?:_|$)|Model|Predict|Explain",
)
_ASIDE = lazily(r"(?:^|/)(?:lib|libs|tools|scripts|clients?)/")


class FeatureTest(Struct, frozen=True):
    """A test, the function of the project that it puts to the test, and the line that asserts."""

    body: Body
    target: Definition
    line: int


class FeatureTests(Struct, frozen=True):
    """``found`` are tests of data functions, the most direct first; ``models`` tests that dbt holds against its models."""

    found: tuple[FeatureTest, ...]
    models: tuple[Evidence, ...]

    @classmethod
    def gather(cls, tested: Tested, data: DataCode, repository: Repository, configuration: Configuration) -> Self:
        ranked: list[tuple[tuple[bool, ...], FeatureTest]] = []
        direct: set[str] = set()
        for body in tested.bodies():
            if body.case.path not in direct and len(direct) < _ENOUGH:
                best = _best(body, data)
                if best:
                    ranked.append(best)
                    if not any(best[0]):
                        direct.add(body.case.path)
        ranked.sort(key=lambda item: item[0])
        return cls(tuple(test for _, test in ranked), tuple(_dbt(repository, configuration)))


def _best(body: Body, data: DataCode) -> tuple[tuple[bool, ...], FeatureTest] | None:
    """The data function that a test exercises, if there is one; those it calls itself before those of its fixtures."""
    ranked = []
    frames = _asserts_on_frames(body)
    for reached in body.reached:
        known = data.is_data(reached.target)
        if not known and not (frames and _may_transform(reached.target)):
            continue
        direct = reached.source is body.case.source and body.case.test.line <= reached.call.line <= body.case.test.end
        subject = _is_subject(body, reached)
        if not subject and (not direct or (_only_loads(reached.target) and not _is_asserted(body, reached, data))):
            continue
        rank = (is_demo(body.case.path), not direct, not known, _only_loads(reached.target), not subject)
        ranked.append((rank, FeatureTest(body, reached.target, _assertion(body, reached.call.line if direct else 0))))
    return min(ranked, key=lambda item: item[0], default=None)


def _assertion(body: Body, after: int) -> int:
    """The first assertion that follows the call."""
    test = body.case.test
    lines = [g.line for g in body.case.source.guards_in(test.line, test.end, "assert")]
    return min([line for line in lines if line >= after] or lines, default=after or test.line)


def _only_loads(target: Definition) -> bool:
    return bool(_LOADS.match(target.last))


def _is_asserted(body: Body, reached: Reached, data: DataCode) -> bool:
    """Is the loaded thing what the test asserts on, and not only what it feeds to something else?"""
    test = body.case.test
    made = f"{reached.target.last}()"
    if any(made in g.names for g in body.case.source.guards_in(test.line, test.end, "assert")):
        return True
    return all(data.is_data(other.target) for other in body.reached)


def _is_subject(body: Body, reached: Reached) -> bool:
    """Does the test say by its name, or its file's, that it is about this function?"""
    if reached.target.klass and not reached.call.used:
        return False
    said = {w for w in re.split(r"[^a-z]+", f"{body.case.path} {body.case.test.name}".lower()) if len(w) > 3}
    named = re.sub(
        r"(?<=[a-z])(?=[A-Z])", "_", f"{reached.target.path.rpartition('/')[2]} {reached.target.name}"
    ).lower()
    words = set(re.split(r"[^a-z]+", named))
    return bool(words & said - _COMMON)


def _asserts_on_frames(body: Body) -> bool:
    test = body.case.test
    inside = body.case.source.guards_in(test.line, test.end, "assert")
    if any(_FRAME.fullmatch(name) for guard in inside for name in guard.names):
        return True
    return any(_FRAME.fullmatch(call.last) for call, source in body.calls if source is body.case.source)


def _may_transform(target: Definition) -> bool:
    return target.function is not None and not _NO_TRANSFORMATION.search(target.name) and not _ASIDE.search(target.path)


def _dbt(repository: Repository, configuration: Configuration) -> Iterator[Evidence]:
    """Data and unit tests of dbt models, and its singular tests."""
    projects = list(repository.glob("dbt_project.yml", "dbt_project.yaml"))
    if not projects:
        return
    for path in configuration.holding("models:", "tests:"):
        for document in configuration.documents(path):
            for node in _models(document):
                for key in ("unit_tests", "data_tests", "tests"):
                    if node[key].is_list and node[key]:
                        yield configuration.evidence(path, node.key_line(key))
                        break
    for path in repository.glob("tests/*.sql", "**/tests/*.sql", "tests/**/*.sql"):
        if "ref(" in repository.text(path):
            yield Evidence(path, 1, repository.text(path).split("\n", 1)[0])


def _models(document: Node) -> Iterator[Node]:
    """The models of a properties file with their columns, and the file itself for its unit tests."""
    if document["unit_tests"]:
        yield document
    for model in document["models"]:
        yield model
        yield from model["columns"]
