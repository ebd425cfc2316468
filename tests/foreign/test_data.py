"""`mlops add data`: the table that a model learns from is checked where it is read, and its owner loses nothing."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from scaffolder.adding import add
from scaffolder.errors import Refused
from scaffolder.foreign.data_edits import checked, options
from scaffolder.foreign.data_notebook import in_notebook
from scorecard.survey import survey
from tests.foreign.conftest import added, commit, removed
from tests.foreign.worlds import WORLDS, customers

ALL = {f"data.{name}" for name in ("schema", "values", "wired", "mitigation", "distribution")}
# FastAPI's request body is a schema already; nothing runs a notebook unattended.
PROMISED = {
    "flat": {"data.values", "data.distribution"},
    "flat_flask_github": ALL,
    "src_uv_gitlab": {"data.values", "data.distribution"},
    "package_poetry_azure": {"data.values", "data.distribution"},
    "conda_jenkins": ALL,
    "notebooks": ALL - {"data.wired"},
}
READS = {
    "flat": ("train.py", "python train.py"),
    "flat_flask_github": ("train.py", "python train.py"),
    "src_uv_gitlab": ("src/churn/train.py", "python -m churn.train"),
    "package_poetry_azure": ("churn/train.py", "python -m churn.train"),
    "conda_jenkins": ("src/train.py", "python src/train.py"),
}
TRAIN = """
import pandas as pd
from sklearn.linear_model import LogisticRegression

df = {read}
LogisticRegression().fit(df[["age", "tenure_months"]], df["left"])
"""


def lines(folder: Path, *arguments: str) -> list[str]:
    """What git says, line by line."""
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def one(text: str, **files: str) -> dict[str, str]:
    """A repository of a training script and its table."""
    return {"train.py": text.lstrip(), "data/customers.csv": customers(), **files}


def changed(folder: Path) -> list[str]:
    """Lines that were put into, or taken from, files of the user's."""
    said = lines(folder, "diff", "-U0", "HEAD", "--diff-filter=M")
    return [line for line in said if line[:1] in "+-" and line != "+" and not line.startswith(("+++", "---"))]


@pytest.mark.parametrize(
    ("world", "below"), [*((world, "") for world in PROMISED), ("conda_jenkins", "services/churn")]
)
def test_what_is_promised_is_met_and_nothing_else_is_lost(make: Callable[..., Path], world: str, below: str) -> None:
    folder = make(world, below=below)
    done, turned, lost = added(folder, "data")
    assert set(done.promises) == PROMISED[world]
    assert turned >= PROMISED[world]
    assert not lost
    assert len(done.edited) == 1
    said = [line.strip('+ ,"').removesuffix("\\n") for line in changed(folder)]
    own = "churn.data_checks" if world in ("src_uv_gitlab", "package_poetry_azure") else "data_checks"
    assert said == [f"from {own} import check", "df = check(df)"]


@pytest.mark.parametrize("world", PROMISED)
def test_what_was_added_can_be_taken_away_to_the_byte(make: Callable[..., Path], world: str) -> None:
    folder = make(world)
    before = lines(folder, "rev-parse", "HEAD^{tree}")
    add(folder, "data", lambda: survey(folder))
    commit(folder)
    removed(folder, "data")
    commit(folder)
    assert lines(folder, "rev-parse", "HEAD^{tree}") == before


def test_a_dry_run_writes_nothing(make: Callable[..., Path]) -> None:
    folder = make("flat")
    done = add(folder, "data", lambda: survey(folder), dry=True)
    assert "+    df = check(df)" in done.outcome.diff
    assert lines(folder, "status", "--porcelain", "--ignored") == []


def test_the_schema_is_that_of_the_table(make: Callable[..., Path]) -> None:
    folder = make("flat")
    add(folder, "data", lambda: survey(folder))
    text = (folder / "data_checks.py").read_text()
    for row in (
        '    "customer_id": Column("text", unique=True),',
        '    "signup_date": Column("date", date="%Y-%m-%d"),',
        '    "age": Column("integer", low=0, high=126),',
        '    "contract": Column("text", values=("none", "one year", "two years")),',
        '    "left": Column("integer", values=(0, 1)),',
        "MIN_ROWS = 120  # fewer are a broken export",
    ):
        assert row in text.splitlines()
    answers = (folder / ".copier-answers.yml").read_text()
    assert "&id" not in answers
    assert "!!" not in answers


@pytest.mark.parametrize("world", ["assistant", "assistant_flat_gitlab"])
def test_where_no_table_is_read_there_is_nothing_to_check(make: Callable[..., Path], world: str) -> None:
    folder = make(world)
    with pytest.raises(Refused, match="language model"):
        add(folder, "data", lambda: survey(folder))
    assert lines(folder, "status", "--porcelain") == []


def test_polars_is_refused_by_name(make: Callable[..., Path]) -> None:
    folder = make(one(TRAIN.format(read='pl.read_csv("data/customers.csv")').replace("pandas as pd", "polars as pl")))
    with pytest.raises(Refused, match="polars"):
        add(folder, "data", lambda: survey(folder))


def test_a_table_that_nothing_describes_is_refused(make: Callable[..., Path]) -> None:
    text = TRAIN.format(read='pd.read_csv("s3://lake/customers.csv")').replace(
        'df[["age", "tenure_months"]], df["left"]', "df"
    )
    folder = make({"train.py": text})
    with pytest.raises(Refused, match=r"nothing says what train\.py reads"):
        add(folder, "data", lambda: survey(folder))


def test_without_a_tracked_table_the_code_says_which_columns_there_must_be(make: Callable[..., Path]) -> None:
    folder = make({"train.py": TRAIN.format(read='pd.read_parquet("s3://lake/customers.parquet")').lstrip()})
    done, turned, lost = added(folder, "data")
    text = (folder / "data_checks.py").read_text()
    assert '    "age": Column(nulls=1.0),' in text.splitlines()
    assert '    "left": Column(),' in text.splitlines()
    assert "USUAL" not in text
    assert "data.distribution" not in {*done.promises, *turned}
    assert set(done.promises) <= turned
    assert not lost
    assert any("say in SCHEMA" in line for line in done.left)


def test_where_the_code_knows_no_more_than_is_checked_already_nothing_is_added(make: Callable[..., Path]) -> None:
    read = 'pd.read_parquet("s3://lake/customers.parquet")\nif df["age"].isna().any():\n    raise ValueError("no age")'
    text = TRAIN.format(
        read=f'{read}\nmissing = {{"age"}} - set(df.columns)\nif missing:\n    raise ValueError(f"missing columns {{missing}}")'
    )
    folder = make({"train.py": text.lstrip()})
    with pytest.raises(Refused, match="is met here"):
        add(folder, "data", lambda: survey(folder))


def test_a_module_of_that_name_stays_the_user_s(make: Callable[..., Path]) -> None:
    folder = make({**WORLDS["flat"](), "data_checks.py": "MINE = 1\n"})
    done, turned, _ = added(folder, "data")
    assert (folder / "data_checks.py").read_text() == "MINE = 1\n"
    assert "from data_checks_mlops import check" in (folder / "train.py").read_text()
    assert set(done.promises) <= turned


def test_a_path_from_an_option_is_found_by_its_default(make: Callable[..., Path]) -> None:
    text = """
    import argparse
    import pandas as pd
    from sklearn.linear_model import LogisticRegression

    parser = argparse.ArgumentParser()
    parser.add_argument("--data-path", default="data/customers.csv")
    args = parser.parse_args()
    df = pd.read_csv(args.data_path)
    LogisticRegression().fit(df[["age"]], df["left"])
    """
    folder = make(one(dedent(text)))
    assert survey(folder)["data"]["reads"][0]["file"] == "data/customers.csv"


def test_a_path_from_nowhere_is_the_one_table_with_these_columns(make: Callable[..., Path]) -> None:
    other = "city,age\n" + "\n".join(f"c{n},{n}" for n in range(30)) + "\n"
    folder = make(one(TRAIN.format(read="pd.read_csv(open_config().path)"), **{"data/cities.csv": other}))
    add(folder, "data", lambda: survey(folder))
    assert "Learned from data/customers.csv, 240 rows" in (folder / "data_checks.py").read_text()


def test_a_loader_for_several_files_is_left_alone_and_its_caller_checks(make: Callable[..., Path]) -> None:
    text = """
    import pandas as pd
    from sklearn.linear_model import LogisticRegression


    def load(path):
        return pd.read_csv(path)


    df = load("data/customers.csv")
    cities = load("data/cities.csv")
    LogisticRegression().fit(df[["age"]], df["left"])
    """
    folder = make(one(dedent(text), **{"data/cities.csv": "city\nUlm\n"}))
    done, _, _ = added(folder, "data")
    assert changed(folder) == ["+from data_checks import check", "+df = check(df)"]
    assert any("train.py:10 reads a table too" in line for line in done.left)


def test_an_import_stands_below_what_makes_it_possible() -> None:
    text = "import sys\n\nimport pandas as pd\n\nsys.path.insert(0, '.')\nfrom scripts.config import P\n\ndf = pd.read_csv(P)\n"
    after = checked(text, 8, "pandas.read_csv", "scripts.data_checks", frozenset({"scripts"}))
    assert after == text.replace(", P\n", "").replace(
        "import P\n", "import P\nfrom scripts.data_checks import check\n"
    ).replace("(P)\n", "(P)\ndf = check(df)\n")


def test_a_script_that_is_also_imported_finds_it_both_ways(make: Callable[..., Path]) -> None:
    text = TRAIN.format(read='pd.read_csv("data/customers.csv")').lstrip()
    folder = make({"jobs/train.py": text, "data/customers.csv": customers(), "tests/test_it.py": "import jobs.train\n"})
    add(folder, "data", lambda: survey(folder))
    assert changed(folder) == [
        "+try:",
        "+    from jobs.data_checks import check",
        "+except ImportError:  # started as a script",
        "+    from data_checks import check",
        "+df = check(df)",
    ]


def test_an_image_that_names_its_files_is_told_of(make: Callable[..., Path]) -> None:
    folder = make(
        {**WORLDS["flat"](), "Dockerfile": "FROM python:3.11\nCOPY train.py features.py ./\nCMD python train.py\n"}
    )
    done = add(folder, "data", lambda: survey(folder))
    assert done.left == ("Dockerfile copies train.py by name: let it copy data_checks.py too",)


def test_one_that_copies_the_folder_needs_nothing(make: Callable[..., Path]) -> None:
    folder = make({**WORLDS["flat"](), "Dockerfile": "FROM python:3.11\nCOPY . .\nCMD python train.py\n"})
    assert add(folder, "data", lambda: survey(folder)).left == ()


@pytest.mark.parametrize(
    ("read", "becomes"),
    [
        ("df = pd.read_csv(P)", "df = pd.read_csv(P)\ndf = check(df)"),
        ("df = pd.read_csv(\n    P,\n)  # all", "df = pd.read_csv(\n    P,\n)  # all\ndf = check(df)"),
        ("df = pd.read_csv(P).dropna()", "df = check(pd.read_csv(P)).dropna()"),
        ("df = pd.read_csv(P); n = len(df)", "df = check(pd.read_csv(P)); n = len(df)"),
        ("def f():\n\treturn pd.read_csv(P)", "def f():\n\treturn check(pd.read_csv(P))"),
        ("if P: df = pd.read_csv(P)", "if P: df = check(pd.read_csv(P))"),
        ("x = 'é', pd.read_csv(P)", "x = 'é', check(pd.read_csv(P))"),
        ("a = b = pd.read_csv(P)", "a = b = check(pd.read_csv(P))"),
        ("df: object = pd.read_csv(P)", "df: object = pd.read_csv(P)\ndf = check(df)"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_way_of_reading_gets_its_check(read: str, becomes: str, end: str) -> None:
    before, after = (f"import pandas as pd\n\nP = 'x'\n{text}\n".replace("\n", end) for text in (read, becomes))
    line = next(n for n, row in enumerate(before.split(end), 1) if "read_csv" in row)
    wanted = after.replace(f"as pd{end}", f"as pd{end}{end}from data_checks import check{end}", 1)
    assert checked(before, line, "pandas.read_csv", "data_checks", frozenset()) == wanted


def test_a_byte_order_mark_stays() -> None:
    text = checked(
        "\ufeffimport pandas as pd\ndf = pd.read_csv('x')\n", 2, "pandas.read_csv", "data_checks", frozenset()
    )
    assert text.startswith("\ufeffimport pandas as pd\n")
    assert "\ufeff" not in text[1:]


def test_a_name_that_is_taken_is_not_taken_again() -> None:
    text = "import pandas as pd\ndef check(x): ...\ndf = pd.read_csv('x')\n"
    after = checked(text, 3, "pandas.read_csv", "data_checks", frozenset())
    assert "from data_checks import check as check_data" in after
    assert after.endswith("df = check_data(df)\n")


def test_a_file_that_is_no_python_is_refused() -> None:
    with pytest.raises(Refused, match="no valid Python"):
        checked("print 'x'\ndf = pd.read_csv('x')\n", 2, "pandas.read_csv", "data_checks", frozenset())


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("pd.read_csv(P)", {}),
        ("pd.read_csv(P, sep=';', encoding='latin-1')", {"sep": ";"}),
        ("pd.read_csv(P, index_col=0, usecols=['a', 'b'])", {"index_col": 0, "usecols": ["a", "b"]}),
        ("pd.read_csv(P, skiprows=3)", None),
        ("pd.read_csv(P, **kwargs)", None),
        ("pd.read_csv(P, sep=r'\\s+')", None),
        ("pd.read_csv(P, dtype=TYPES)", None),
    ],
)
def test_what_a_call_says_of_its_table(call: str, said: object) -> None:
    assert options(f"df = {call}\n", 1, "pandas.read_csv") == said


def test_the_last_line_of_a_cell_gets_its_comma() -> None:
    text = '{\n "source": [\n  "x = 1\\n",\n  "df = pd.read_csv(\'x\')"\n ]\n}\n'
    after = in_notebook(text, 4, "data_checks")
    assert json.loads(after)["source"] == [
        "x = 1\n",
        "from data_checks import check\n",
        "df = pd.read_csv('x')\n",
        "df = check(df)",
    ]


def test_a_read_over_several_lines_of_a_cell_is_left_to_the_person() -> None:
    assert in_notebook('{"source": [\n"df = pd.read_csv(\\n",\n"  \'x\')"\n]}', 2, "data_checks") == ""


@pytest.mark.foreign
@pytest.mark.parametrize(
    "world", ["flat", "src_uv_gitlab", "conda_jenkins"]
)  # each way of importing; a world takes half a minute
def test_it_trains_as_before_and_not_on_bad_data(
    make: Callable[..., Path], run: Callable[..., "subprocess.CompletedProcess[str]"], world: str
) -> None:
    folder = make(world)
    command = READS[world][1].split()[1:]
    env = {"PYTHONPATH": str(folder / "src") if world == "src_uv_gitlab" else ""}
    before = run(folder, *command, **env).stdout
    add(folder, "data", lambda: survey(folder))
    commit(folder)
    assert run(folder, *command, **env).stdout == before
    assert lines(folder, "status", "--porcelain") == []
    run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", **env)
    data = folder / "data/customers.csv"
    good = data.read_text()

    data.write_text(good.replace("C00003,", "C00004,", 1).replace(",one year,", ",one yaer,", 1))
    done = run(folder, *command, **env)
    assert "2 of 240 rows are set aside in quarantine/" in done.stderr
    assert lines(folder, "status", "--porcelain") == [" M data/customers.csv"]

    for bad, said in (
        (good.replace(",monthly_charge,", ",charge,", 1), "missing columns: monthly_charge"),
        ("\n".join(good.splitlines()[:60]) + "\n", "only 59 rows"),
        (good.replace(",two years,", ",Two Years,"), "contract is no known value"),
        (
            "\n".join(good.splitlines()[:1] + [row for row in good.splitlines()[1:] if ",none," not in row]) + "\n",
            "contract",
        ),
    ):
        data.write_text(bad)
        done = run(folder, *command, check=False, **env)
        assert done.returncode
        assert "BadData" in done.stderr
        assert said in done.stderr


@pytest.mark.foreign
def test_a_notebook_s_cells_still_run_and_refuse_bad_data(
    make: Callable[..., Path], run: Callable[..., "subprocess.CompletedProcess[str]"]
) -> None:
    folder = make("notebooks")
    add(folder, "data", lambda: survey(folder))
    cells = json.loads((folder / "notebooks/churn.ipynb").read_text())["cells"]
    script = "\n".join("".join(cell["source"]) for cell in cells)
    run(folder / "notebooks", "-c", script)
    run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    data = folder / "data/customers.csv"
    data.write_text(data.read_text().replace(",age,", ",years,"))
    assert "missing columns: age" in run(folder / "notebooks", "-c", script, check=False).stderr


@pytest.mark.foreign
@pytest.mark.parametrize("read", ['pd.read_csv("data/customers.csv")', 'pd.read_csv(PATHS["raw"])'])
def test_the_added_tests_are_green_whatever_the_schema_was_made_from(
    make: Callable[..., Path], run: Callable[..., "subprocess.CompletedProcess[str]"], read: str
) -> None:
    rows = "\n".join(f"{n},{n % 7},{['yes', 'no', ''][n % 3]},{n / 8},{1999 + n},{n % 4 == 0}" for n in range(-60, 60))
    table = f'id,age,said "it",tenure_months,left\'s\\,{"x" * 80}\n{rows}\n'
    text = TRAIN.format(read=read).replace('df["left"]', "df['said \"it\"']")
    folder = make({"train.py": text, "data/customers.csv": table})
    add(folder, "data", lambda: survey(folder))
    run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider")
