"""The command that an audit names for its first gap is one that closes it: what is said is held against what `mlops add` then does."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from mlops.cli import run
from scaffolder import adding
from scorecard import audit
from scorecard.asks import ASKS
from scorecard.checks import all_checks
from scorecard.survey import survey, topics
from tests.foreign.worlds import WORLDS
from tests.helpers import commit

POLARS = {
    "train.py": (
        "import joblib\nimport polars as pl\nfrom sklearn.linear_model import LogisticRegression\n\n"
        'df = pl.read_csv("data/customers.csv")\n'
        'joblib.dump(LogisticRegression().fit(df[["age"]], df["left_us"]), "model.joblib")\n'
    ),
    "data/customers.csv": "age,left_us\n31,0\n42,1\n",
}
PANDAS = {**POLARS, "train.py": POLARS["train.py"].replace("polars as pl", "pandas as pd").replace("pl.", "pd.")}
_EVERY_DAY = ("src_uv_gitlab", "notebooks", "assistant")


@pytest.fixture
def first(capsys: pytest.CaptureFixture[str]) -> Callable[..., Mapping[str, Any] | None]:
    """`first(folder, ask)`: the first gap of an ask as a person is told of it."""

    def call(folder: Path, ask: str) -> Mapping[str, Any] | None:
        assert run(["audit", str(folder), "--only", ask, "--format", "json"]) == 0
        gaps = json.loads(capsys.readouterr().out)["gaps"]
        return gaps[0] if gaps else None

    return call


@pytest.mark.slow
@pytest.mark.parametrize("world", [w if w in _EVERY_DAY else pytest.param(w, marks=pytest.mark.long) for w in WORLDS])
def test_the_command_of_a_gap_closes_it_and_a_page_stands_where_none_would(
    world: str, make: Callable[..., Path], first: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, offered = make(world), 0
    for ask in (ask.id for ask in ASKS):
        gap = first(folder, ask)
        if gap is None or not all_checks()[gap["criterion"]].closed_by:
            continue
        code = run(["add", ask, str(folder), "--dry-run"])
        promised = next((line for line in capsys.readouterr().out.splitlines() if "would close: " in line), "")
        if gap["command"] == f"mlops add {ask}":
            offered += 1
            assert code == 0
            assert gap["criterion"] in promised
        else:
            assert gap["command"] == f"mlops explain {gap['criterion']}"
            assert code or gap["criterion"] not in promised
    assert offered


def test_a_table_that_add_cannot_check_is_left_to_the_page(
    make: Callable[..., Path], first: Callable[..., Any]
) -> None:
    assert first(make(POLARS), "data")["command"] == "mlops explain data.schema"


def test_a_large_table_is_as_good_as_a_small_one(make: Callable[..., Path], first: Callable[..., Any]) -> None:
    rows = "".join(f"{age},{age % 2}\n" for age in range(300_000))
    assert len(rows) > 2_000_000
    silent = PANDAS["train.py"].replace('df[["age"]], df["left_us"]', "df.iloc[:, :1], df.iloc[:, 1]")
    folder = make(
        {"train.py": silent, "data/customers.csv": f"age,left_us\n{rows}"}
    )  # the table alone names its columns
    assert first(folder, "data")["command"] == "mlops add data"


def test_what_was_added_already_is_not_offered_again(
    make: Callable[..., Path], first: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make(PANDAS)
    assert first(folder, "data")["command"] == "mlops add data"
    assert run(["add", "data", str(folder)]) == 0
    (folder / "train.py").write_text(PANDAS["train.py"])
    commit(folder)
    capsys.readouterr()
    assert first(folder, "data")["command"] == "mlops explain data.schema"


def test_what_a_plan_leaves_open_of_its_own_ask_has_its_page_too(
    make: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["audit", str(make(POLARS)), "--only", "data", "--format", "json"]) == 0
    gaps = json.loads(capsys.readouterr().out)["gaps"]
    assert len(gaps) > 2
    assert [gap["command"] for gap in gaps] == [f"mlops explain {gap['criterion']}" for gap in gaps]


def test_a_plan_that_breaks_costs_the_command_and_not_the_report(
    make: Callable[..., Path], first: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_ask: str, _site: object) -> tuple[str, ...]:
        raise RecursionError

    monkeypatch.setattr(adding, "promises", broken)
    assert first(make(PANDAS), "data")["command"] == "mlops explain data.schema"


def test_who_is_not_named_is_not_asked(make: Callable[..., Path]) -> None:
    def never(*_said: object) -> tuple[str, ...]:
        raise AssertionError

    folder = make(PANDAS)
    assert audit(folder, only=["data"]).gaps[0].command == "mlops add data"
    with pytest.raises(AssertionError):
        audit(folder, only=["data"], closes=never)
    assert audit(folder, only=["monitoring"], closes=never).gaps[0].command.startswith("mlops explain monitoring.")


def test_a_survey_looks_for_what_it_is_asked_and_no_more(
    make: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def look(topic: str) -> Callable[[], dict[str, str]]:
        return lambda: asked.append(topic) or {"topic": topic}

    monkeypatch.setattr(topics, "ALL", {topic: look(topic) for topic in topics.ALL})
    seen = survey(make("flat"))
    assert seen["criteria"]["data.schema"] == "met"
    assert asked == []
    assert [seen["data"], seen["data"]] == [{"topic": "data"}] * 2
    assert asked == ["data"]
    assert set(seen) == {"criteria", *topics.ALL}
