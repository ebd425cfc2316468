"""Data checks that code makes itself, and conditions that only look like it."""

import pytest
from helpers import repo

from scorecard.facts import Facts
from scorecard.facts.code import Code
from scorecard.facts.data_checks import DataChecks
from scorecard.facts.data_found import Effect, Kind
from scorecard.facts.data_guards import own_checks
from scorecard.facts.data_inputs import DataInputs
from scorecard.facts.data_own import Answers

TRAINS = "from sklearn.linear_model import Ridge\nRidge().fit(1, 2)\n"


def kinds(code: str, path: str = "src/data/load.py") -> list[tuple[str, str]]:
    facts = Facts(repo({path: code}))
    return [(c.kind, c.effect) for c in own_checks(facts.get(Code), facts.get(Answers))]


@pytest.mark.parametrize(
    ("code", "kind", "effect"),
    [
        ("if 'a' not in df.columns:\n    raise KeyError('a')\n", "schema", "stops"),
        ("assert set(df.columns) == {'a'}\n", "schema", "stops"),
        ("if not {'a'}.issubset(set(df.columns)):\n    raise ValueError('x')\n", "schema", "stops"),
        (
            "missing = {'a'} - set(df.columns)\nif missing:\n    raise ValueError('missing columns')\n",
            "schema",
            "stops",
        ),
        ("if df.isnull().any().any():\n    raise ValueError('x')\n", "values", "stops"),
        ("assert not df['id'].duplicated().any()\n", "values", "stops"),
        ("if df.empty:\n    raise ValueError('no rows')\n", "values", "stops"),
        ("assert len(df) > 1000\n", "values", "stops"),
        ("if (df['price'] < 0).any():\n    raise ValueError('negative')\n", "values", "stops"),
        ("if not df['label'].isin([0, 1]).all():\n    raise ValueError('labels')\n", "values", "stops"),
        (
            "for row in rows:\n    if len(row) < 3:\n        logger.warning('short row')\n        continue\n",
            "values",
            "sets aside",
        ),
    ],
)
def test_a_condition_over_data_with_a_consequence_is_a_check(code: str, kind: str, effect: str) -> None:
    assert (kind, effect) in kinds(code)


@pytest.mark.parametrize(
    "code",
    [
        "if 'a' in df.columns:\n    df = df.drop(columns=['a'])\n",
        "if df.isnull().any().any():\n    df = df.fillna(0)\n",
        "if not os.path.exists(path):\n    raise FileNotFoundError(path)\n",
        "if args.columns is None:\n    raise SystemExit('missing columns')\n",
        "if not settings.API_KEY:\n    raise ValueError('missing required field API_KEY')\n",
        "if len(sys.argv) < 2:\n    raise SystemExit('usage')\n",
        "if response.status_code != 200:\n    raise RuntimeError('no data')\n",
        "if model_name not in MODELS:\n    raise ValueError('unknown model')\n",
        "if math.isnan(loss):\n    raise RuntimeError('loss is nan')\n",
        "class N:\n    def forward(self, x):\n        assert x.shape[1] == 3\n",
        "if not df.empty:\n    raise ValueError('expected nothing')\n",
        "if df.empty:\n    return_value = None\n",
        "# if df.isnull().any(): raise ValueError\n",
    ],
)
def test_what_only_looks_like_a_check_is_none(code: str) -> None:
    assert kinds(code) == []


def checks(files: dict[str, str]) -> DataChecks:
    return Facts(repo(files)).get(DataChecks)


def test_a_check_that_only_tests_call_is_idle() -> None:
    found = checks(
        {
            "src/validate.py": "def require(df):\n    if df['a'].isnull().any():\n        raise ValueError('a')\n",
            "tests/test_it.py": "from src.validate import require\n\ndef test():\n    assert require(1) is None\n",
            "train.py": TRAINS,
        }
    )
    assert not found.checks
    assert found.idle[0].kind is Kind.VALUES


@pytest.mark.parametrize(
    ("caller", "effect"),
    [
        ("if not validate_columns(df):\n    raise ValueError('x')\n", Effect.STOPS),
        ("ok = validate_columns(df)\nif not ok:\n    raise SystemExit(1)\n", Effect.STOPS),
        ("ok, errors = validate_columns(df)\nif errors:\n    raise ValueError(errors)\n", Effect.STOPS),
        ("validate_columns(df)\n", Effect.FLAGS),
        ("status = validate_columns(df)\nprint(status)\n", Effect.FLAGS),
    ],
)
def test_what_follows_from_an_answer_is_what_its_caller_does(caller: str, effect: Effect) -> None:
    found = checks(
        {
            "src/validate.py": "def validate_columns(df):\n"
            "    if len(df.columns) != 7:\n        return False\n    return True\n",
            "src/pipeline.py": "from src.validate import validate_columns\n" + caller,
            "train.py": TRAINS,
        }
    )
    assert {c.effect for c in found.checks} == {effect}


@pytest.mark.parametrize(
    ("handler", "counts"),
    [
        (
            "    required = data.get('age')\n    if 'age' not in data:\n        return {'error': 'missing age'}, 400\n",
            True,
        ),
        ("    if 'message' not in data:\n        return {'error': 'missing message'}, 400\n", False),
    ],
)
def test_a_request_without_a_feature_is_refused(handler: str, *, counts: bool) -> None:
    code = (
        "from flask import Flask, request\nimport joblib\napp = Flask('x')\nmodel = joblib.load('m')\n"
        "@app.route('/predict', methods=['POST'])\ndef predict():\n    data = request.json\n"
        + handler
        + "    return {'y': model.predict([[data['age']]])[0]}\n"
    )
    assert bool(checks({"app.py": code}).of(Kind.SCHEMA)) is counts


@pytest.mark.parametrize(
    ("code", "takes"),
    [
        ("import pandas as pd\npd.read_csv('x')\n", True),
        ("from langchain_community.document_loaders import PyPDFLoader\nPyPDFLoader('x').load()\n", True),
        ("from openai import OpenAI\nv = OpenAI().embeddings.create(input='x')\ndb.insert(v)\n", True),
        ("from openai import OpenAI\nOpenAI().responses.create(input='x')\n", False),
        ("# pd.read_csv('x')\n", False),
    ],
)
def test_data_are_taken_in_where_they_are_read_or_indexed(code: str, *, takes: bool) -> None:
    assert bool(Facts(repo({"app/main.py": code})).get(DataInputs).any) is takes


def test_reading_for_evals_takes_in_nothing() -> None:
    assert not Facts(repo({"evals/run.py": "import pandas as pd\npd.read_csv('cases.csv')\n"})).get(DataInputs).any


@pytest.mark.parametrize("text", ["", "[1, 2", "a: [", "version: 2\nmodels: 3\n", "tests: columns:\n", "checks for x"])
def test_no_configuration_breaks_it(text: str) -> None:
    files = {"dbt_project.yml": text, "models/schema.yml": "columns: tests: " + text, "gx/expectations/a.json": text}
    assert checks(files | {"train.py": TRAINS}) is not None
