"""Makes `helpers` importable from every folder of tests, takes time out of the properties, and keeps the user's cache out of it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))
settings.register_profile("untimed", deadline=None)  # a busy machine is no counterexample; speed is for benchmarks/
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def cache_of_our_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What audits keep goes where the tests' files go, for the processes that they start, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLOPS_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield
