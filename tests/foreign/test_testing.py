"""`mlops add testing`: tests that are green, that fail when what they guard breaks, one command, and CI that runs it."""

import ast
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scaffolder.errors import Refused
from scaffolder.foreign import documents
from scorecard.survey import modules, pure, survey
from tests.foreign.conftest import added, commit, removed
from tests.foreign.worlds import WORLDS

Make = Callable[..., Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
ALL = {"testing.tests", "testing.features", "testing.integration", "testing.one-command", "testing.on-push"}
PROMISED = {
    "flat": ALL,
    "flat_flask_github": ALL,
    "src_uv_gitlab": {"testing.integration", "testing.one-command", "testing.on-push"},
    "package_poetry_azure": {"testing.integration", "testing.one-command", "testing.on-push"},
    "conda_jenkins": ALL,
    "assistant": ALL - {"testing.features"},
    "assistant_flat_gitlab": ALL - {"testing.features"},
}


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("world", PROMISED)
def test_what_is_promised_is_met_and_nothing_is_lost(make: Make, world: str) -> None:
    done, turned, lost = added(make(world), "testing")
    assert set(done.promises) == PROMISED[world]
    assert set(done.promises) <= turned
    assert not lost


@pytest.mark.parametrize("world", PROMISED)
def test_files_of_the_user_s_only_gain_lines(make: Make, world: str) -> None:
    folder = make(world)
    done, _, _ = added(folder, "testing")
    stat = git(folder, "diff", "--cached", "--numstat", "HEAD").splitlines()
    assert {line.split("\t")[1] for line in stat} == {"0"}
    assert set(done.outcome.changed) <= {"README.md", "Makefile", ".gitlab-ci.yml", "Jenkinsfile"}


@pytest.mark.parametrize("world", ["flat", "src_uv_gitlab", "package_poetry_azure", "conda_jenkins"])
def test_removing_it_gives_the_same_tree_again(make: Make, world: str) -> None:
    folder = make(world)
    before = git(folder, "rev-parse", "HEAD^{tree}")
    added(folder, "testing")
    commit(folder)
    removed(folder, "testing")
    commit(folder)
    assert git(folder, "rev-parse", "HEAD^{tree}") == before


def test_a_dry_run_shows_it_and_writes_nothing(make: Make) -> None:
    from scaffolder.adding import add

    folder = make("flat")
    done = add(folder, "testing", lambda: survey(folder), dry=True)
    assert "tests/test_features.py" in done.outcome.diff
    assert git(folder, "status", "--porcelain") == ""


def test_in_a_folder_of_a_larger_repository_ci_is_left_to_its_people(make: Make) -> None:
    done, turned, lost = added(make("flat", below="services/churn"), "testing")
    assert set(done.promises) == turned == ALL - {"testing.on-push"}
    assert not lost
    assert done.left[0].startswith(
        "let the CI of the larger repository run on each push: `cd services/churn && pip ins"
    )


def test_only_what_is_missing_is_added(make: Make) -> None:
    folder = make({**WORLDS["package_poetry_azure"](), "README.md": "# Churn\n\n```sh\npytest\n```\n"})
    done, _, _ = added(folder, "testing")
    assert set(done.promises) == {"testing.integration", "testing.on-push"}
    assert not done.edited


def test_the_command_that_exists_is_what_ci_runs(make: Make) -> None:
    folder = make({**WORLDS["package_poetry_azure"](), "Makefile": "test:\n\tpytest -q tests\n"})
    added(folder, "testing")
    assert "- script: poetry run make test\n" in (folder / "azure-pipelines-tests.yml").read_text()


@pytest.mark.parametrize(
    ("files", "what"),
    [
        ("notebooks", "all code is in notebooks"),
        ({"main.go": "package main\n"}, "there is no Python here"),
        (
            {"train.py": "import requests\n\n\ndef fetch(url):\n    return requests.get(url).json()\n"},
            "no function here",
        ),
    ],
)
def test_where_there_is_nothing_to_test_it_is_refused(make: Make, files: Any, what: str) -> None:
    with pytest.raises(Refused, match=what):
        added(make(files), "testing")


def test_a_second_time_there_is_nothing_to_add(make: Make) -> None:
    folder = make("flat")
    added(folder, "testing")
    (folder / ".copier-answers.yml").unlink()
    commit(folder)
    with pytest.raises(Refused, match="are there already"):
        added(folder, "testing")


# What is understood of a function


def read(text: str) -> dict[str, Any] | None:
    tree = ast.parse(text)
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef))
    module = modules.Module(
        "a.py", tree, {"pd": "pandas", "np": "numpy"}, {"COLUMNS": ["a", "b"], "LIMIT": 3, "KEY": "key"}
    )
    return pure.understood(module, function)


@pytest.mark.parametrize(
    ("body", "true"),
    [
        ('df = df.copy()\n    df["c"] = df["a"] / df["b"]\n    return df', {"adds": ["c"], "keeps_input": True, "by_row": True}),
        ('df["c"] = df["a"] * 2\n    return df', {"adds": ["c"], "keeps_input": False, "keeps_rows": True}),
        ('if "a" in df.columns:\n        df = df.drop(columns=["a"])\n    return df', {"drops": ["a"]}),
        ("df = df[df[KEY].notnull() & (df[KEY] > 0)].copy()\n    return df", {"keeps_rows": False, "needs": {"key": ["num"]}}),
        ('df["m"] = df["a"].rolling(20).mean()\n    return df', {"adds": ["m"], "by_row": False, "keeps_rows": True}),
        ('return df.dropna(subset=["a"])', {"keeps_rows": False, "by_row": False}),
        ('return df.assign(c=df["a"] - df["a"].mean())', {"adds": ["c"], "by_row": False}),
        ("return df[COLUMNS]", {"columns": ["a", "b"], "keeps_input": True}),
        ('return df.drop(columns=["a"])', {"drops": ["a"], "adds": []}),
        ('out = df[df["a"] > LIMIT]\n    return out', {"keeps_rows": False}),
        ('day = pd.to_datetime(df["day"])\n    return day.dt.month', {"gives": "series", "needs": {"day": ["date"]}}),
        ('df = df.copy()\n    df["c"] = np.log1p(df["a"])\n    df["d"] = df["s"].str.strip().str.lower()\n    return df', {"needs": {"a": ["num"], "s": ["text"]}}),
    ],
)  # fmt: skip
def test_what_a_function_of_a_frame_promises(body: str, true: dict[str, Any]) -> None:
    found = read(f"def prepare(df):\n    {body}\n")
    assert found is not None
    assert true.items() <= found.items()


@pytest.mark.parametrize(
    "text",
    [
        'def prepare(df):\n    df.to_csv("x.csv")\n    return df\n',
        "def prepare(df):\n    return df.sample(3)\n",
        'def prepare(df):\n    df["t"] = time.time()\n    return df\n',
        'def prepare(df, path):\n    return df.drop(columns=["a"])\n',
        "def prepare(df):\n    for c in df:\n        df[c] = 1\n    return df\n",
        "def prepare(df):\n    return df\n",
        'def prepare(df):\n    return df.merge(other, on="a")\n',
        '@cached\ndef prepare(df):\n    return df.drop(columns=["a"])\n',
        'def prepare(df):\n    df["c"] = df["s"].str.lower() + 1\n    return df\n',
        'def prepare(df):\n    df["c"] = df["a"].apply(ask_service)\n    return df\n',
        "def fit(model, df):\n    return model.fit(df)\n",
        "def name(text: str) -> str:\n    return open(text).read()\n",
        "def name(text: str) -> str:\n    return text.split()[0]\n",
        "def prepare(df):\n    yield df\n",
        'def prepare(df):\n    df["c"] = df["a"].shift().astype(int)\n    return df\n',
        'def prepare(df):\n    df["c"] = df["s"].str.replace(ask(), "b")\n    return df\n',
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_left_alone(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("chain", "same"),
    [
        ("strip().lower()", True),
        ('strip().lower().replace(" ", "-")', True),
        ('replace("a", "b").replace("c", "a")', False),
        ('strip().replace("-", " ")', False),
        ('lower().replace("a", "B")', False),
        ("title()", False),
    ],
)
def test_doing_it_twice_is_promised_only_where_it_is_so(chain: str, same: bool) -> None:
    found = read(f"def name(text: str) -> str:\n    return text.{chain}\n")
    assert found is not None
    assert found["idempotent"] is same


def test_a_longer_text_to_replace_is_left_alone() -> None:
    assert read('def name(text: str) -> str:\n    return text.replace("aa", "a")\n') is None


def test_rows_are_made_up_where_no_table_has_them(make: Make) -> None:
    files = {
        **WORLDS["flat"](),
        "features.py": 'import pandas as pd\n\n\ndef add_area(df: pd.DataFrame) -> pd.DataFrame:\n    return df.assign(area=df["width"] * df["depth"])\n',
    }
    folder = make({path: text for path, text in files.items() if path not in {"app.py", "train.py"}})
    done, _, _ = added(folder, "testing")
    assert "testing.features" in done.promises
    assert '"width": [3.0, 1.5, 8.0, 2.25],' in (folder / "tests/test_features.py").read_text()


# Documents


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ".PHONY: test\ntest:\n\tpytest\n"),
        ("a:\n\tb\n", "a:\n\tb\n\n.PHONY: test\ntest:\n\tpytest\n"),
        ("a:\n\tb", "a:\n\tb\n\n.PHONY: test\ntest:\n\tpytest\n"),
        ("a:\r\n\tb\r\n", "a:\r\n\tb\r\n\r\n.PHONY: test\r\ntest:\r\n\tpytest\r\n"),
        ("test: lint\n", None),
        (".RECIPEPREFIX = >\n", None),
    ],
)
def test_a_target_goes_to_the_end(before: str, after: str | None) -> None:
    assert documents.with_target(before, "test", "pytest") == after


def test_a_document_that_ends_in_a_fence_gets_no_section(make: Make) -> None:
    folder = make({**WORLDS["flat"](), "README.md": "# Churn\n\n```sh\npython train.py\n"})
    done, turned, _ = added(folder, "testing")
    assert "testing.one-command" in turned
    assert "CONTRIBUTING.md" in done.outcome.added


# What runs


@pytest.mark.foreign
@pytest.mark.parametrize("world", PROMISED)
def test_the_tests_are_green(make: Make, run: Run, world: str) -> None:
    folder = make(world)
    added(folder, "testing")
    done = run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert " passed" in done.stdout
    assert "failed" not in done.stdout + done.stderr
    assert "models" not in {path.name for path in folder.iterdir()}, "training in a test writes into the repository"


@pytest.mark.foreign
def test_they_are_green_wherever_pytest_is_started(make: Make, run: Run) -> None:
    folder = make("conda_jenkins")
    added(folder, "testing")
    run(folder / "tests", "-m", "pytest", "-q", "-p", "no:cacheprovider")


@pytest.mark.foreign
@pytest.mark.parametrize(
    ("path", "old", "new", "fails"),
    [
        ("features.py", "    frame = frame.copy()\n", "", "leaves_what_it_is_given"),
        ("features.py", '"charge_per_month_of_tenure"] =', '"charge_per_month"] =', "the_columns_that_it_promises"),
        ("features.py", "+ 1)", "+ len(frame))", "one_row_what_it_gives"),
        ("features.py", ".strip()", "", "normalise_plan_holds"),
        ("train.py", '"models/model.joblib"', '"models/other.joblib"', "test_journey.py"),
        ("app.py", '{"probability": probability}', '{"probability": 100 * probability}', "the_trained_model"),
    ],
)
def test_they_fail_where_what_they_guard_breaks(
    make: Make, run: Run, path: str, old: str, new: str, fails: str
) -> None:
    folder = make("flat")
    added(folder, "testing")
    text = (folder / path).read_text()
    assert old in text
    (folder / path).write_text(text.replace(old, new, 1))
    done = run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", check=False)
    assert done.returncode == 1
    assert any(fails in line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR")))


@pytest.mark.foreign
def test_an_answer_that_is_not_the_model_s_fails(make: Make, run: Run) -> None:
    folder = make("assistant")
    added(folder, "testing")
    place = folder / "assistant/api.py"
    place.write_text(place.read_text().replace("answer(question.text)", '"forty-two"'))
    done = run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", check=False)
    assert "FAILED tests/test_dialogue.py" in done.stdout
