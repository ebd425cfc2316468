"""Environment variables that have a value, and whether it applies."""

from helpers import repo

from scorecard.facts import Facts
from scorecard.facts.settings import Settings


def lines(files: dict[str, str], name: str) -> list[tuple[str, int, str, bool]]:
    found = Facts(repo(files)).get(Settings).named(name)
    return [(line.evidence.path, line.evidence.line, line.value, line.applies) for line in found]


def test_values_stand_in_many_places() -> None:
    files = {
        "Dockerfile": "FROM x\nENV TRACING=true\n",
        "compose.yaml": "a:\n  environment:\n    TRACING: 'true'\n",
        "main.tf": 'env {\n  name  = "TRACING"\n  value = "true"\n}\n',
        "run.sh": "export TRACING=true\n",
    }

    assert [(path, line) for path, line, value, applies in lines(files, "TRACING") if value == "true" and applies] == [
        ("Dockerfile", 2),
        ("compose.yaml", 3),
        ("main.tf", 2),
        ("run.sh", 1),
    ]


def test_code_writes_the_environment() -> None:
    files = {"a.py": 'import os\nos.environ["TRACING"] = "true"\nos.environ.setdefault("OTHER", "x")\n'}

    assert lines(files, "TRACING") == [("a.py", 2, "true", True)]
    assert lines(files, "OTHER") == [("a.py", 3, "x", True)]


def test_examples_apply_nowhere_and_comments_are_nothing() -> None:
    assert lines({".env.example": "TRACING=true\n"}, "TRACING") == [(".env.example", 1, "true", False)]
    assert lines({"compose.yaml": "a:\n  # TRACING: true\n"}, "TRACING") == []


def test_tests_and_texts_are_left_out() -> None:
    assert lines({"tests/compose.yaml": "TRACING: true\n", "docs/compose.yaml": "TRACING: true\n"}, "TRACING") == []


def test_reading_the_environment_gives_no_value() -> None:
    assert lines({"a.py": 'import os\nx = os.environ["TRACING"]\n'}, "TRACING") == []
