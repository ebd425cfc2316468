"""Where the scaffolder's refusals become words and an exit code."""

from collections.abc import Iterator
from contextlib import contextmanager

from mlops.errors import REFUSED, MlopsError
from scaffolder import Refused


@contextmanager
def refusals() -> Iterator[None]:
    """Raises MlopsError for what the scaffolder refuses."""
    try:
        yield
    except Refused as error:
        raise MlopsError(error.what, error.hint, REFUSED) from None
