"""The checks that a command asks: ours, and those in folders that the user names."""

from collections.abc import Iterable
from pathlib import Path

from mlops.errors import MlopsError
from scorecard.checks import Check
from scorecard.custom import BadChecks, with_ours


def known(folders: Iterable[Path]) -> dict[str, Check]:
    """All of them by id. Raises MlopsError where a folder cannot be used."""
    try:
        return with_ours(folders)
    except BadChecks as error:
        raise MlopsError(error.what, error.hint) from None
