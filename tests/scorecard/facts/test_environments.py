"""Two environments are two, one is one, and splits of data are none."""

import pytest
from helpers import repo

from scorecard.facts import Facts
from scorecard.facts.environment_names import Rank, exact, listed, several, tokens, within
from scorecard.facts.environments import Environments


def environments(files: dict[str, str]) -> frozenset[Rank]:
    return Facts(repo(files)).get(Environments).ranks


@pytest.mark.parametrize(
    ("name", "rank"),
    [
        ("deploy-staging", Rank.STAGING),
        ("config.PRD.yaml", Rank.PRODUCTION),
        ("ProductionConfig", Rank.PRODUCTION),
        ("pre-prod", Rank.STAGING),
        ("non-prod", Rank.DEVELOPMENT),
        ("product-search", None),
        ("devops", None),
        ("azure-dev", None),
        ("stage-2", None),
        ("dev-and-prod", None),
    ],
)
def test_a_name_holds_an_environment(name: str, rank: Rank | None) -> None:
    assert within(name) == rank


def test_weak_names_count_only_where_an_environment_is_asked_for() -> None:
    assert exact("test") is Rank.TEST
    assert within("run-test") is None


def test_development_and_test_are_one_laptop() -> None:
    assert not several({Rank.DEVELOPMENT, Rank.TEST})
    assert several({Rank.DEVELOPMENT, Rank.PRODUCTION})


def test_names_are_listed_as_in_a_sentence() -> None:
    assert listed({Rank.PRODUCTION, Rank.DEVELOPMENT, Rank.STAGING}) == "development, staging and production"
    assert tokens("fooBar_baz.Qux") == ("foo", "bar", "baz", "qux")


@pytest.mark.parametrize(
    "files",
    [
        {"conf/dev.yaml": "a: 1", "conf/prod.yaml": "a: 2"},
        {"docker-compose.yml": "services: {}", "docker-compose.prod.yml": "services: {}"},
        {"infra/environments/staging/main.tf": "", "infra/environments/production/main.tf": ""},
        {"chart/values.yaml": "a: 1", "chart/values-production.yaml": "a: 2"},
        {"appsettings.json": "{}", "appsettings.Production.json": "{}"},
        {"settings.toml": "[development]\na = 1\n[production]\na = 2\n"},
        {"samconfig.toml": "[dev.deploy.parameters]\nstack_name = 'a'\n[prod.deploy.parameters]\nstack_name = 'b'\n"},
        {"profiles.yml": "shop:\n  outputs:\n    dev: {type: duckdb}\n    prod: {type: snowflake}\n"},
        {
            "infra/variables.tf": 'variable "environment" {\n  validation { condition = contains(["dev", "prod"], var.environment) }\n}\n'
        },
        {
            "wrangler.jsonc": '{\n  "env": {\n    // workers\n    "staging": {"name": "a"},\n    "production": {"name": "b"}\n  }\n}\n'
        },
        {
            "app.py": "import os\nenv = os.environ['STAGE']\nif env == 'dev':\n    x = 1\nelif env == 'prod':\n    x = 2\n"
        },
        {
            "main.go": 'package main\nfunc main() {\n  env := os.Getenv("ENV")\n  if env == "production" {\n    run()\n  } else if env == "staging" {\n    walk()\n  }\n}\n'
        },
        {"conf/deploy.yml": "environments:\n  - name: dev\n    host: a\n  - name: prod\n    host: b\n"},
        {"a.rb": "x = 1 if Rails.env.production?\ny = 2 if Rails.env.development?\n"},
    ],
)
def test_environments_are_told_apart(files: dict[str, str]) -> None:
    assert len(environments(files)) > 1


@pytest.mark.parametrize(
    "files",
    [
        {"data/dev.json": "[]", "data/prod.json": "[]"},
        {"configs/train.yaml": "a: 1", "configs/test.yaml": "a: 1", "configs/dev.yaml": "a: 1"},
        {"requirements-dev.yml": "a: 1", "requirements-prod.yml": "a: 1"},
        {"tsconfig.dev.json": "{}", "tsconfig.prod.json": "{}"},
        {"examples/conf/dev.yaml": "a: 1", "examples/conf/prod.yaml": "a: 1"},
        {".env.example": "A=1"},
        {"docker-compose.yml": "services: {}", "docker-compose.dev.yml": "services: {}"},
        {"train.py": "if stage == 'fit':\n    a()\nelif stage == 'test':\n    b()\n"},
        {
            "x.py": "import mlflow\nif version.current_stage == 'Production':\n    a()\nelif version.current_stage == 'Staging':\n    b()\n"
        },
        {"x.py": "import uvicorn\nENVIRONMENT = 'production'\nuvicorn.run('a:app', reload=ENVIRONMENT == 'dev')\n"},
        {"x.py": "instance_type = 'dev'\nif instance_type == 'prod':\n    a()\n"},
        {"tests/test_x.py": "def test():\n    assert env == 'dev' or env == 'prod'\n"},
        {"a.ts": "if (process.env.NODE_ENV !== 'production') globalForPrisma.prisma = prisma;\n"},
        {"jobs.yml": "jobs:\n  dev: one\n  prod: two\n"},
        {"a.yaml": "- [", "b.toml": "[[[", "prod.yaml": "{{"},
    ],
)
def test_no_two_environments(files: dict[str, str]) -> None:
    assert environments(files) == frozenset()
