"""Which paths name a version, and which only look as if."""

import pytest
from helpers import repo

from scorecard.facts import Facts
from scorecard.facts.code import Code
from scorecard.facts.versioned_names import is_versioned, paths_of, tells_versions, versioned_by


@pytest.mark.parametrize(
    "name",
    ["version", "__version__", "run_id", "args.model_version", "context.run_id", "timestamp", "datetime.now.strftime"],
)
def test_a_name_that_differs_from_version_to_version(name: str) -> None:
    assert tells_versions(name)


@pytest.mark.parametrize(
    "name", ["epoch", "conversion", "update", "candidate", "python_version", "fold", "start_date", "best"]
)
def test_a_name_that_only_resembles_one(name: str) -> None:
    assert not tells_versions(name)


@pytest.mark.parametrize(
    ("path", "versioned"),
    [("models/{version}.pkl", True), ("out/%Y%m%d.csv", True), ("m_{epoch}.pt", False), ("{}/m.pkl", False)],
)
def test_a_path_is_versioned_by_what_stands_in_its_holes(path: str, versioned: bool) -> None:
    assert is_versioned(path) is versioned


def _line(text: str) -> int:
    code = Facts(repo({"a.py": text})).get(Code)
    hit = code.calls("joblib.dump")[0]
    assert hit.call
    return next((n for v in paths_of(hit.call) if (n := versioned_by(code, hit.source, hit.call, v))), 0)


def test_a_variable_is_followed_to_the_line_that_gives_the_version() -> None:
    assert _line("import joblib\np = ROOT / f'm_{run_id}.pkl'\njoblib.dump(m, p)\n") == 2


def test_a_constant_path_has_no_version() -> None:
    assert _line("import joblib\np = ROOT / 'm.pkl'\njoblib.dump(m, p)\n") == 0
