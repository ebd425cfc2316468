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
        "a.py", tree, {"pd": "pandas", "np": "numpy", "re": "re"}, {"COLUMNS": ["a", "b"], "LIMIT": 3, "KEY": "key"}
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


CLEAN = """
import re

SPACES = re.compile(r"\\s+")


def clean_text(text: str, placeholder=" ") -> str:
    \"\"\"Only words, figures and what ends a sentence.\"\"\"
    if not text:
        return ""
    text = re.sub(r"[^\\w\\s.,!?]", placeholder, text)
    text = SPACES.sub(" ", text)
    return text.strip().lower()
"""
KEYS = """
def stage_of(data_type: str) -> str:
    if data_type == "posts":
        return "cleaned_posts"
    elif data_type == "articles":
        return "cleaned_articles"
    else:
        raise ValueError(f"no {data_type}")


def run_name(model: str, stage: str) -> str:
    name = f"{model}-{stage}".lower()
    return "run_" + name


def flatten(nested):
    return [item for part in nested for item in part]
"""


@pytest.mark.parametrize(
    ("body", "true"),
    [
        ('s = re.sub(r"[^a-z]", "x", s)\n    return s', {"patterns": ["[^a-z]"], "stripped": False}),
        ('return re.sub(r"\\s+", " ", s).strip()', {"squeezed": True, "stripped": True, "patterns": []}),
        ('s = s.strip()\n    return re.sub(r"\\s+", " ", s)', {"squeezed": True, "stripped": True}),
        ('s = s.strip()\n    return re.sub(r"[.]", "", s)', {"stripped": False, "patterns": ["[.]"]}),
        ('s = re.sub(r"[a-f]", "", s)\n    return s.lower()', {"patterns": [], "lowered": True}),
        ('s = re.sub(r"[0-9]+", "", s)\n    return s.lower()', {"patterns": ["[0-9]+"], "lowered": True}),
        ('s = re.sub(r"\\s+", " ", s)\n    return re.sub(r"[!]", "", s)', {"squeezed": False}),
        ('s = re.sub(r"[!]", "", s)\n    return s.replace("?", "!")', {"patterns": [], "absent": ["?"]}),
        ('return " ".join(s.split())', {"squeezed": True, "stripped": True, "absent": ["\n", "\t"]}),
        ('return s.encode("ascii", "ignore").decode("ascii")', {"ascii": True, "stripped": False}),
        ('s = s.encode("ascii", "ignore").decode()\n    return s.replace("-", "\u2013")', {"ascii": False, "absent": ["-"]}),
    ],
)  # fmt: skip
def test_what_a_function_of_a_text_promises(body: str, true: dict[str, Any]) -> None:
    found = read(f"def clean(s: str) -> str:\n    {body}\n")
    assert found is not None
    assert true.items() <= found.items()


@pytest.mark.parametrize(
    ("text", "examples", "raises"),
    [
        ("def f(a, b):\n    return f'{a}/{b}.csv'\n", [('"alpha", "beta"', '"alpha/beta.csv"')], []),
        ('def f(a):\n    return "-".join(["x", a.upper()])\n', [('"alpha"', '"x-ALPHA"')], []),
        ("def f(seq, n):\n    return (seq[i:i + n] for i in range(0, len(seq), n))\n", [("[1, 2, 3, 4, 5], 2", "[[1, 2], [3, 4], [5]]")], []),
        ("def f(seq, n):\n    for i in range(0, len(seq), n):\n        yield seq[i : i + n]\n", [("[1, 2, 3, 4, 5], 2", "[[1, 2], [3, 4], [5]]")], []),
        ("def f(event):\n    return event['a']['b']\n", [('{"a": {"b": "alpha"}}', '"alpha"')], [("{}", "KeyError")]),
        ("def f(k):\n    d = {1: 'x', 2: None}\n    return d[k]\n", [("1", '"x"'), ("2", "None")], [("-98765", "KeyError")]),
        ("def f(k):\n    d = {'a': 1}\n    return d.get(k, 0)\n", [('"a"', "1"), ('"neither of them"', "0")], []),
        ("def f(k):\n    if k == 'a':\n        return 1\n    return 2\n", [('"a"', "1"), ('"neither of them"', "2")], []),
    ],
)  # fmt: skip
def test_what_a_function_of_plain_values_gives(text: str, examples: list[Any], raises: list[Any]) -> None:
    found = read(text)
    assert found is not None
    assert [(one["given"], one["gives"]) for one in found["examples"]] == examples
    assert [(one["given"], one["error"]) for one in found["raises"]] == raises


@pytest.mark.parametrize(
    "text",
    [
        "def f(a, b):\n    return f'{a}'\n",  # b is for something else
        "def f(a):\n    return a\n",
        "def f(a):\n    return f'{a:>10}'\n",
        "def f(a):\n    return f'{a}-{os.environ[a]}'\n",
        "def f(a: int, b):\n    return f'{a}-{b}'\n",
        "def f(k):\n    if k == 'a':\n        return load()\n    return 2\n",
        "def f(k):\n    if k > 3:\n        return 1\n    return 2\n",
        "def f(k):\n    return TABLE[k]\n",
        "def f(nested):\n    return [item for part in nested for item in part if item]\n",
        "def f(row: Row):\n    return row['a']\n",
        'def f(s: str):\n    return re.sub(r"[^a-z]", "-", s)\n',  # a dash is another character than a to z, too
        "def f(seq, n):\n    return [seq[i : i + n] for i in range(1, len(seq), n)]\n",
        'def f(s: str):\n    return re.sub(r"(a|b)*", "", s)\n',
        'def f(s: str):\n    return re.sub(r"[a]", r"\\g<0>", s)\n',
        'def f(s: str):\n    return re.sub(pattern(), "", s)\n',
        'def f(s: str):\n    return re.sub("[", "", s)\n',
        'def f(s: str):\n    if s == "a":\n        s = ask(s)\n    return s.strip()\n',
    ],
)  # fmt: skip
def test_what_gives_something_else_is_left_alone(text: str) -> None:
    assert read(text) is None


def texts(steps: str = CLEAN, **more: str) -> dict[str, str]:
    """A pipeline over texts in a folder of a larger repository, which imports from there."""
    use = "from steps import clean\n\n\ndef main():\n    print(clean)\n\n\nif __name__ == '__main__':\n    main()\n"
    files = {"pipeline/steps/__init__.py": "", "pipeline/steps/clean.py": steps, "pipeline/run.py": use}
    return {**files, "requirements.txt": "pandas\nscikit-learn\n", **more}


@pytest.mark.parametrize(("steps", "features"), [(CLEAN, {"testing.features"}), (KEYS, set[str]())])
def test_functions_of_texts_and_keys_are_tested_where_there_is_no_test(
    make: Make, steps: str, features: set[str]
) -> None:
    done, turned, lost = added(make(texts(steps)), "testing")
    assert set(done.promises) == {"testing.tests", "testing.one-command", "testing.on-push"} | features <= turned
    assert not lost


def test_they_are_imported_as_the_pipeline_does_it(make: Make) -> None:
    folder = make(texts(KEYS))
    added(folder, "testing")
    assert 'sys.path.insert(0, str(ROOT / "pipeline"))' in (folder / "tests/conftest.py").read_text()
    assert "from steps.clean import flatten, run_name, stage_of" in (folder / "tests/test_clean.py").read_text()


@pytest.mark.parametrize(
    ("named", "missing"), [("polars-lts\n", "google, sklearn"), ("polars\nscikit-learn\ngoogle-cloud-storage\n", "")]
)
def test_libraries_that_no_manifest_names_are_said(make: Make, named: str, missing: str) -> None:
    imports = (
        "import re\nimport polars\nimport sklearn.base\nfrom google.cloud import storage\nfrom steps import store\n"
    )
    folder = make({**texts(imports + KEYS, **{"pipeline/steps/store.py": ""}), "requirements.txt": named})
    done, _, _ = added(folder, "testing")
    said = [line for line in done.left if "which no manifest names" in line]
    assert said == [f"tests/test_clean.py needs {missing}, which no manifest names: without, it fails in CI"] * bool(
        missing
    )


def test_copies_of_a_function_are_tested_once(make: Make) -> None:
    folder = make(texts(KEYS, **{"pipeline/steps/again.py": KEYS}))
    added(folder, "testing")
    assert (folder / "tests/test_again.py").read_text().count("def test_flatten") == 1


def test_a_module_whose_package_reaches_further_is_left_alone(make: Make) -> None:
    files = texts(**{"pipeline/steps/__init__.py": "from steps.store import DB\n", "pipeline/steps/store.py": "import pymongo\n\nDB = pymongo.MongoClient()\n"})  # fmt: skip
    with pytest.raises(Refused, match="no function here"):
        added(make(files), "testing")


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
@pytest.mark.parametrize(
    ("steps", "breaks"),
    [
        (
            CLEAN,
            {
                "[^\\w\\s.,!?]": ("[^\\w\\s.,!?%]", "clean_text_holds"),
                'sub(" ", text)': ("sub('  ', text)", "clean_text_holds"),
                ".strip().lower()": (".lower()", "clean_text_holds"),
            },
        ),
        (
            KEYS,
            {
                '"cleaned_posts"': ('"posts"', "stage_of_gives"),
                "raise ValueError": ("return str", "stage_of_refuses"),
                '"run_" + name': ("name", "run_name_gives"),
                "for item in part]": ("for item in part[:1]]", "flatten_gives"),
            },
        ),
    ],
)
def test_texts_and_keys_are_green_until_something_breaks(
    make: Make, run: Run, steps: str, breaks: dict[str, tuple[str, str]]
) -> None:
    folder = make(texts(steps))
    added(folder, "testing")
    assert " passed" in run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider").stdout
    place = folder / "pipeline/steps/clean.py"
    good = place.read_text()
    for old, (new, fails) in breaks.items():
        assert old in good
        place.write_text(good.replace(old, new))
        done = run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", check=False)
        assert done.returncode == 1
        assert f"FAILED tests/test_clean.py::test_{fails}" in done.stdout


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
