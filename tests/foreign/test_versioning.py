"""`mlops add versioning`: models under versions, with their data, and the way back."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from scaffolder.adding import Added, add
from scaffolder.errors import Refused
from scorecard.survey import survey
from tests.foreign.conftest import added, commit, removed
from tests.foreign.worlds import WORLDS, customers, notebook

Make = Callable[..., Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]

TRAINED = {f"versioning.{name}" for name in ("model", "data", "lineage", "rollback")}
RELEASED = {"versioning.releases"}
PROMISED = {
    "flat": TRAINED,
    "flat_flask_github": TRAINED | RELEASED,
    "src_uv_gitlab": TRAINED | RELEASED,
    "package_poetry_azure": TRAINED,
    "conda_jenkins": TRAINED,
    "notebooks": TRAINED,
    "assistant": RELEASED,
    "assistant_flat_gitlab": RELEASED,
}
# How training is started, and how the versions are asked for; the folder is where both are done.
STARTED = {
    "flat": ("", ["train.py"], ["model_versions.py"]),
    "flat_flask_github": ("", ["train.py"], ["model_versions.py"]),
    "src_uv_gitlab": ("", ["-m", "churn.train"], ["-m", "churn.model_versions"]),
    "package_poetry_azure": ("", ["-m", "churn.train"], ["-m", "churn.model_versions"]),
    "conda_jenkins": ("", ["src/train.py"], ["src/model_versions.py"]),
    "notebooks": ("notebooks", ["churn.py"], ["model_versions.py"]),
}
HELPER = {
    "utils.py": dedent("""
        import os
        import pickle


        def save_object(file_path, obj):
            os.makedirs(os.path.dirname(file_path), exist_ok=True)
            with open(file_path, "wb") as file_obj:
                pickle.dump(obj, file_obj)
        """).lstrip(),
    "train.py": dedent("""
        import os
        from dataclasses import dataclass

        import numpy as np
        import pandas as pd
        from sklearn.linear_model import LogisticRegression
        from utils import save_object

        @dataclass
        class Config:
            trained_model_file_path: str = os.path.join("artifacts", "model.pkl")
            preprocessor_path: str = os.path.join("artifacts", "scaler.pkl")

        class Trainer:
            def __init__(self):
                self.config = Config()

            def train(self):
                df = pd.read_csv(os.path.join("data", "customers.csv"))
                best = LogisticRegression().fit(df[["age"]], df["left"])
                save_object(
                    file_path=self.config.trained_model_file_path,
                    obj=best,
                )
                save_object(self.config.preprocessor_path, np.zeros(3))

        if __name__ == "__main__":
            Trainer().train()
        """).lstrip(),
    "data/customers.csv": customers(80),
}
ANCHORED = {
    "model/fit.py": dedent("""
        # -*- coding: utf-8 -*-
        import pickle
        from pathlib import Path
        import pandas as pd
        from sklearn.linear_model import LogisticRegression

        ROOT = Path(__file__).resolve().parent.parent
        OUT = ROOT / "out"

        frame = pd.read_csv(ROOT / "data" / "customers.csv")
        model = LogisticRegression().fit(frame[["age"]], frame["left"])
        keep = True
        OUT.mkdir(exist_ok=True)
        for attempt in range(2):
        \tif keep:
        \t\twith (OUT / "model.pkl").open("wb") as target:
        \t\t\tpickle.dump(model, target)
        """).lstrip().replace("\n", "\r\n"),
    "data/customers.csv": customers(80),
}  # fmt: skip


def put(folder: Path, *, dry: bool = False) -> Added:
    return add(folder, "versioning", lambda: survey(folder), dry=dry)


def tree(folder: Path) -> str:
    done = subprocess.run(["git", "rev-parse", "HEAD^{tree}"], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def changed(folder: Path) -> dict[str, list[str]]:
    """By file of the user's what was taken from it and put into it, a line each."""
    words = ["git", "diff", "--no-color", "-U0", "--diff-filter=MD", "HEAD"]
    done = subprocess.run(words, cwd=folder, capture_output=True, check=True)
    out: dict[str, list[str]] = {}
    for row in done.stdout.decode().split("\n"):
        if row.startswith("+++ b/"):
            rows = out.setdefault(row[6:], [])
        elif row[:1] in "+-" and row and not row.startswith(("---", "+++")):
            rows.append(row)
    return out


def started(folder: Path, world: str) -> tuple[Path, list[str], list[str], dict[str, str]]:
    """Where training is started, how, how versions are asked for, and with which environment; a notebook becomes a script."""
    below, train, versions = STARTED[world]
    place = folder / below
    for path in place.glob("*.ipynb"):
        cells = json.loads(path.read_text())["cells"]
        path.with_suffix(".py").write_text("\n".join("".join(cell["source"]) for cell in cells))
    return (
        place,
        train,
        versions,
        {"PYTHONPATH": "src" if world == "src_uv_gitlab" else "."},
    )


@pytest.mark.parametrize("world", PROMISED)
def test_what_is_promised_turns_to_met_nothing_turns_away_and_all_can_be_taken_back(make: Make, world: str) -> None:
    folder = make(world)
    before = tree(folder)
    done, turned, lost = added(folder, "versioning")
    assert set(done.promises) == PROMISED[world]
    assert (turned & set(done.promises), lost) == (PROMISED[world], set())
    commit(folder)
    removed(folder, "versioning")
    commit(folder)
    assert tree(folder) == before


def test_a_flat_script_gets_an_import_and_a_line(make: Make) -> None:
    folder = make("flat")
    put(folder)
    assert changed(folder) == {
        "train.py": ["+from model_store import keep", '+    keep(MODEL, data=[DATA], metrics={"auc": auc})']
    }


def test_a_package_imports_by_its_own_name(make: Make) -> None:
    folder = make("package_poetry_azure")
    put(folder)
    assert changed(folder)["churn/train.py"][0] == "+from churn.model_store import keep"


def test_a_cell_gets_two_lines_and_the_notebook_keeps_every_other_byte(make: Make) -> None:
    folder = make("notebooks")
    put(folder)
    assert changed(folder)["notebooks/churn.ipynb"] == [
        '-    "joblib.dump(model, \\"model.joblib\\")"',
        '+    "joblib.dump(model, \\"model.joblib\\")\\n",',
        '+    "from model_store import keep\\n",',
        '+    "keep(\\"model.joblib\\", data=[\\"../data/customers.csv\\"])"',
    ]


def test_a_block_in_a_cell_is_followed_not_entered(make: Make) -> None:
    files = {
        "fit.ipynb": notebook(
            "import pickle\nfrom sklearn.svm import SVC\nmodel = SVC().fit([[1], [2]], [0, 1])",
            "with open('model.pkl', 'wb') as f:\n    pickle.dump(model, f)",
        )
    }
    folder = make(files)
    put(folder)
    cell = json.loads((folder / "fit.ipynb").read_text())["cells"][1]
    assert cell["source"][-2:] == ["from model_store import keep\n", "keep('model.pkl')"]


def test_a_measure_that_is_several_numbers_or_not_always_there_is_not_recorded(make: Make) -> None:
    files = WORLDS["flat"]()
    files["train.py"] = files["train.py"].replace(
        "    print(",
        "    f1 = f1_score(a, b, average=None)\n    if a:\n        r2 = r2_score(a, b)\n    scores = cross_val_score(model, a)\n    print(",
    )
    assert survey(make(files))["training"]["metrics"] == {"auc": "auc"}


def test_gitlab_keeps_its_comments_and_gets_a_job_at_the_end(make: Make) -> None:
    folder = make("src_uv_gitlab")
    before = (folder / ".gitlab-ci.yml").read_bytes()
    put(folder)
    after = (folder / ".gitlab-ci.yml").read_bytes()
    assert after.startswith(before)
    assert b"tag_name: $CI_COMMIT_TAG" in after


def test_in_a_folder_of_a_larger_repository_nothing_beside_it_is_touched(make: Make) -> None:
    folder = make("flat", below="services/churn")
    (folder.parents[1] / "README.md").write_text("# Everything\n")
    commit(folder.parents[1])
    done, turned, lost = added(folder, "versioning")
    assert turned >= set(done.promises) == TRAINED
    assert not lost
    assert set(changed(folder)) == {"services/churn/train.py"}


def test_a_dry_run_writes_nothing(make: Make) -> None:
    folder = make("flat")
    done = put(folder, dry=True)
    status = subprocess.run(["git", "status", "--porcelain"], cwd=folder, capture_output=True, text=True, check=True)
    assert status.stdout == ""
    assert "model_store.py" in done.outcome.diff


def test_what_a_helper_saves_is_kept_where_the_helper_is_called_with_what_belongs_to_it(make: Make) -> None:
    folder = make(HELPER)
    _, turned, lost = added(folder, "versioning")
    assert turned >= TRAINED
    assert not lost
    assert changed(folder)["train.py"] == [
        "+from model_store import keep",
        "+",
        "+        keep(",
        "+            self.config.trained_model_file_path,",
        "+            self.config.preprocessor_path,",
        '+            data=[os.path.join("data", "customers.csv")],',
        "+        )",
    ]


def test_paths_from_the_file_s_own_place_tabs_carriage_returns_and_a_name_that_is_taken(make: Make) -> None:
    folder = make(ANCHORED)
    put(folder)
    assert changed(folder)["model/fit.py"] == [
        "+import model_store\r",
        "+\r",
        '+model_store.keep(OUT / "model.pkl", data=[ROOT / "data" / "customers.csv"])\r',
    ]
    assert "parents[1]" in (folder / "model/model_store.py").read_text()


def test_a_file_of_the_user_s_with_our_name_stays_theirs(make: Make) -> None:
    folder = make({**WORLDS["flat"](), "model_store.py": "print('mine')\n"})
    put(folder)
    assert (folder / "model_store.py").read_text() == "print('mine')\n"
    assert "from model_store_mlops import keep" in (folder / "train.py").read_text()


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"app.py": "print('no model')\n"}, "nothing here trains"),
        (
            {"train.py": "from sklearn.svm import SVC\n\nSVC().fit([[1], [2]], [0, 1])\n"},
            "no call was found that saves",
        ),
        (
            {
                "train.py": "import mlflow\nfrom sklearn.svm import SVC\n\n"
                "mlflow.sklearn.log_model(SVC().fit([[1], [2]], [0, 1]), name='m')\n"
            },
            "have versions already",
        ),
        ({"train.R": "model <- lm(y ~ x, data)\nsaveRDS(model, 'model.rds')\n"}, "no Python"),
    ],
)
def test_where_there_is_nothing_to_add_to_it_says_so(make: Make, files: dict[str, str], why: str) -> None:
    folder = make(files)
    with pytest.raises(Refused, match=why):
        put(folder)


def test_other_scripts_that_save_models_are_named(make: Make) -> None:
    other = "import joblib\nfrom sklearn.svm import SVC\n\nmodel = SVC().fit([[1], [2]], [0, 1])\njoblib.dump(model, 'models/other.joblib')\n"
    folder = make({**WORLDS["flat"](), "train_other.py": other})
    done = put(folder)
    assert any(line.startswith("train_other.py:5 ") for line in done.left)


def test_data_that_comes_from_a_database_is_promised_no_version(make: Make) -> None:
    files = WORLDS["flat"]()
    files["train.py"] = files["train.py"].replace("pd.read_csv(DATA)", "pd.read_sql('select * from c', engine)")
    folder = make(files)
    done, turned, _ = added(folder, "versioning")
    assert done.promises == ("versioning.model", "versioning.rollback")
    assert turned & TRAINED == set(done.promises)
    assert any("no file was found" in line for line in done.left)


@pytest.mark.parametrize("data", ["pd.read_csv(DATA)", "pd.read_sql('select * from c', engine)"])
def test_what_is_put_there_is_formatted_and_gives_linters_nothing_to_find(make: Make, data: str) -> None:
    files = WORLDS["flat"]()
    folder = make({**files, "train.py": files["train.py"].replace("pd.read_csv(DATA)", data)})
    put(folder)
    ruff = [sys.executable, "-m", "ruff"]
    new = ["model_store.py", "model_versions.py", "tests/test_model_store.py"]
    how = ["--isolated", "--line-length=100", "--target-version=py39"]
    form = subprocess.run(
        [*ruff, "format", "--diff", *how, *new], cwd=folder, capture_output=True, text=True, check=False
    )
    assert form.returncode == 0, form.stdout
    rules = "--select=E,F,W,I,N,B,UP,SIM,RUF,C4,PTH,ANN"
    found = subprocess.run([*ruff, "check", rules, *how, *new], cwd=folder, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_only_the_process_that_saves_keeps(make: Make) -> None:
    files = WORLDS["flat"]()
    files["train.py"] = files["train.py"].replace(
        "    joblib.dump(model, MODEL)",
        "    for epoch in range(3):\n        if epoch and rank == 0:\n            joblib.dump(model, MODEL)",
    )
    folder = make(files)
    put(folder)
    assert changed(folder)["train.py"][1:] == [
        "+    if rank == 0:",
        '+        keep(MODEL, data=[DATA], metrics={"auc": auc})',
        "+",
    ]


def test_a_repository_with_tags_gets_no_changelog_and_no_release_job(make: Make) -> None:
    folder = make("flat_flask_github")
    for tag in ("v1.0.0", "v1.1.0"):
        subprocess.run(["git", "tag", tag], cwd=folder, check=True)
    done = put(folder)
    assert set(done.promises) == TRAINED
    assert not (folder / "CHANGELOG.md").exists()
    assert not (folder / ".github/workflows/release.yml").exists()


def test_the_survey_of_what_does_not_parse_finds_nothing(make: Make) -> None:
    broken = {"train.py": "import joblib\njoblib.dump(model, 'm.pkl'\n", "nb.ipynb": notebook("x = (")}
    assert survey(make(broken))["training"]["saves"] == []


@pytest.mark.foreign
@pytest.mark.parametrize("world", STARTED)
def test_all_tests_pass_training_keeps_versions_and_an_earlier_one_comes_back(make: Make, run: Run, world: str) -> None:
    folder = make(world)
    put(folder)
    commit(folder)
    own = sum(name.startswith("tests/test_") for name in WORLDS[world]())
    tested = run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert f"{6 + own} passed" in tested.stdout
    place, train, versions, env = started(folder, world)
    run(place, *train, **env)
    (model,) = [path for path in place.rglob("model.joblib") if path.parent.name != "0"]
    first = model.read_bytes()
    data = folder / "data/customers.csv"
    was = data.read_bytes()
    data.write_text(customers(300))
    run(place, *train, **env)
    assert model.read_bytes() != first
    said = run(place, *versions, "list", **env).stdout.splitlines()
    assert [line[0] for line in said] == [" ", "*"]
    run(place, *versions, "rollback", **env)
    assert model.read_bytes() == first
    known = json.loads(run(place, *versions, "show", said[0].split()[0], **env).stdout)
    (kept,) = [path for path in place.rglob("customers.csv") if known["data_versions"][0]["sha256"] in str(path)]
    assert kept.read_bytes() == was
    assert known["packages"]["scikit-learn"]
    again = run(place, *versions, "rollback", check=False, **env)
    assert (again.returncode, "no version was in use before" in again.stderr) == (1, True)
    status = subprocess.run(["git", "status", "--porcelain"], cwd=folder, capture_output=True, text=True, check=True)
    assert {line[3:] for line in status.stdout.splitlines()} <= {
        "data/customers.csv",
        "notebooks/churn.py",
        "notebooks/model.joblib",
    }


@pytest.mark.foreign
@pytest.mark.parametrize(("files", "start"), [(HELPER, ["train.py"]), (ANCHORED, ["model/fit.py"])])
def test_models_with_what_belongs_to_them_come_back_together(
    make: Make, run: Run, files: dict[str, str], start: list[str]
) -> None:
    folder = make(files)
    put(folder)
    run(folder, *start)
    saved = {path: path.read_bytes() for path in folder.rglob("*.pkl") if path.parent.name in {"artifacts", "out"}}
    run(folder, *start)
    for path in saved:
        path.write_bytes(b"broken")
    (command,) = folder.rglob("model_versions.py")
    run(folder, str(command.relative_to(folder)), "rollback")
    assert {path: path.read_bytes() for path in saved} == saved


@pytest.mark.foreign
def test_a_service_answers_with_the_version_that_was_put_in_use(make: Make, run: Run) -> None:
    folder = make("flat")
    put(folder)
    row = {"age": 30, "tenure_months": 3, "monthly_charge": 70.0, "contract": "none"}
    ask = f"from fastapi.testclient import TestClient; import app; print(TestClient(app.app).post('/predict', json={row!r}).json())"
    run(folder, "train.py")
    first = run(folder, "-c", ask).stdout
    (folder / "data/customers.csv").write_text(customers(60))
    run(folder, "train.py")
    assert run(folder, "-c", ask).stdout != first
    run(folder, "model_versions.py", "rollback")
    assert run(folder, "-c", ask).stdout == first


@pytest.mark.foreign
def test_a_model_whose_copy_was_changed_is_not_served(make: Make, run: Run) -> None:
    folder = make("flat")
    put(folder)
    run(folder, "train.py")
    run(folder, "train.py")
    now = (folder / "models/model.joblib").read_bytes()
    oldest = min(folder.glob("models/versions/*/0/model.joblib"))
    oldest.write_bytes(b"other")
    done = run(folder, "model_versions.py", "rollback", check=False)
    assert (done.returncode, "no longer what was kept" in done.stderr) == (1, True)
    assert (folder / "models/model.joblib").read_bytes() == now
