"""What an audit is held against: an earlier revision, or an earlier report."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mlops.errors import MlopsError
from scorecard import NotARepository, Scorecard
from scorecard.comparison import compare
from scorecard.reports.json import document
from scorecard.repository import base_of


class Against(Struct, frozen=True):
    """``base`` is a revision, ``baseline`` a JSON report; with ``strict`` a loss is exit code 1."""

    base: str | None = None
    baseline: Path | None = None
    strict: bool = False

    def compared(self, card: Scorecard, path: Path, read: Callable[[str], Scorecard]) -> Scorecard:
        """The card with what changed; ``read`` audits a revision. Raises MlopsError."""
        if self.base is not None:
            try:
                before = document(read(base_of(path, self.base)))
            except NotARepository as error:
                raise MlopsError(str(error), "fetch it first; in CI, check out with full history") from None
            return replace(card, compared=compare(before, document(card), self.base))
        if self.baseline is not None:
            return replace(card, compared=compare(_report(self.baseline), document(card), self.baseline.name))
        return card

    def misses(self, card: Scorecard) -> list[str]:
        """The losses, in words, where they count."""
        if card.compared is None or not (self.strict or self.baseline):
            return []
        return [f"{c.criterion} was {c.before} and is {c.after} now: {c.summary}" for c in card.compared.lost]


def _report(path: Path) -> dict[str, Any]:
    hint = "mlops audit --format json --output FILE writes one"
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        if not {"criteria", "asks"} <= set(said) or not all(
            {"id", "status", "evidence"} <= set(c) for c in said["criteria"]
        ):
            raise MlopsError(f"{path} is no report of ours", hint)
    except OSError as error:
        raise MlopsError(f"cannot read {path}: {error.strerror}", hint) from None
    except (ValueError, TypeError):
        raise MlopsError(f"{path} is no report of ours", hint) from None
    return dict(said)
