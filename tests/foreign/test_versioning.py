"""`mlops add versioning`: models under versions, with their data, and the way back."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from scaffolder.adding import add
from scaffolder.errors import Refused
from scorecard.survey import survey
from tests.foreign.conftest import added, commit, removed, verdicts

Make = Callable[..., Path]

TRAINED = {f"versioning.{name}" for name in ("model", "data", "lineage", "rollback")}
PROMISED = {
    "flat": TRAINED,
    "flat_flask_github": TRAINED | {"versioning.releases"},
    "src_uv_gitlab": TRAINED | {"versioning.releases"},
    "package_poetry_azure": TRAINED,
    "conda_jenkins": TRAINED,
    "notebooks": TRAINED,
    "assistant": {"versioning.releases"},
    "assistant_flat_gitlab": {"versioning.releases"},
}


def tree(folder: Path) -> str:
    done = subprocess.run(["git", "rev-parse", "HEAD^{tree}"], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("world", PROMISED)
def test_what_is_promised_turns_to_met_and_nothing_turns_away(make: Make, world: str) -> None:
    done, turned, lost = added(make(world), "versioning")
    assert set(done.promises) == PROMISED[world]
    assert (turned & set(done.promises), lost) == (PROMISED[world], set())
