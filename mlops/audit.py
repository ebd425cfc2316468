"""`mlops audit`: read, show, and hold against a gate."""

import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from mlops.comparing import Against
from mlops.errors import FINE, GATE, MlopsError
from mlops.files import write
from mlops.offering import closes
from scorecard import Kind, NotARepository, Scorecard, Stage, audit
from scorecard.asks import ASKS
from scorecard.clone import cloned, is_address
from scorecard.config import BadConfig
from scorecard.custom import BadChecks
from scorecard.model import Thresholds
from scorecard.reports import report
from scorecard.reports.view import clean

if TYPE_CHECKING:
    from scorecard.cache import Cache

_ASKS = tuple(ask.id for ask in ASKS)


class Gate(Struct, frozen=True):
    """What must be reached for exit code 0."""

    levels: tuple[tuple[str, int], ...] = ()
    percent: float | None = None

    @classmethod
    def parse(cls, levels: list[str], percent: str | None) -> "Gate":
        """From the command line's words. Raises MlopsError."""
        wanted = []
        for text in levels:
            ask, _, number = text.partition("=")
            if ask not in _ASKS or number not in ("0", "1", "2", "3"):
                raise MlopsError(
                    f"--min-level {text}: expected ASK=N with N from 0 to 3",
                    f"ASK is one of {', '.join(_ASKS)}; for example --min-level testing=2",
                )
            wanted.append((ask, int(number)))
        share = None
        if percent is not None:
            match = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)\s*%?", percent.strip())
            if not match or float(match[1]) > 100:
                raise MlopsError(
                    f"--min-met {percent}: expected a percentage from 0 to 100", "for example --min-met 60%"
                )
            share = float(match[1])
        return cls(tuple(wanted), share)

    def over(self, wanted: Thresholds) -> "Gate":
        """This gate, and what the repository's configuration wants where this one says nothing."""
        said = {ask for ask, _ in self.levels}
        own = Gate.parse([text for text in wanted.min_level if text.partition("=")[0] not in said], wanted.min_met)
        return Gate(self.levels + own.levels, own.percent if self.percent is None else self.percent)

    def misses(self, card: Scorecard) -> list[str]:
        """What is not reached, in words. An ask that does not apply holds nobody up."""
        out = []
        for ask, wanted in self.levels:
            reached = card.levels[ask].level if ask in card.levels else None
            if reached is not None and reached < wanted:
                out.append(f"{ask} is at level {reached}, wanted {wanted}")
        share = 100 * card.met / card.applicable if card.applicable else 100.0
        if self.percent is not None and share < self.percent:
            out.append(f"{share:.0f} % of what applies is met, wanted {self.percent:g} %")
        return out


def run(
    target: str,
    *,
    fmt: str,
    kind: Kind | None,
    stage: Stage | None,
    only: list[str],
    output: Path | None,
    full: bool,
    gate: Gate,
    config: Path | None = None,
    configured: bool = True,
    rev: str | None = None,
    against: Against,
    cache: "Cache | None" = None,
    jobs: int | None = None,
    checks: Sequence[Path] = (),
    trust_checks: bool = False,
) -> int:
    """Audit ``target``, a path or an address, show the report, and give the exit code."""
    missing = [ask for ask, _ in gate.levels if only and ask not in only]
    if missing:
        raise MlopsError(f"--min-level names {missing[0]}, which --only leaves out", "add --only " + missing[0])

    def read(at: str | None, path: Path) -> Scorecard:
        return audit(
            path,
            kind=kind,
            stage=stage,
            only=only,
            config=config,
            configured=configured,
            rev=at,
            cache=cache,
            jobs=jobs or cores(),
            checks=checks,
            trust_checks=trust_checks,
            closes=closes,
        )

    try:
        with progress(f"reading {target}"), _place(target) as path:
            card = against.compared(read(rev, path), path, lambda at: read(at, path))
    except BadConfig as error:
        raise MlopsError(error.what, error.allowed) from None
    except BadChecks as error:
        raise MlopsError(error.what, error.hint) from None
    except NotARepository as error:
        raise MlopsError(str(error), "give the path of a repository or folder: mlops audit PATH") from None
    text = report(fmt).render(card, full=full)
    if output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        write(output, text)
    missed = [*gate.over(card.wanted).misses(card), *against.misses(card)]
    for line in missed:
        sys.stderr.write(f"mlops: the gate says no: {clean(line)}\n")
    return GATE if missed else FINE


def users_cache() -> "Cache":
    """What is kept for this user."""
    from scorecard.cache import Cache, home  # noqa: PLC0415  loads SQLite

    return Cache(home())


def cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _place(target: str) -> AbstractContextManager[Path]:
    return cloned(target) if is_address(target) else nullcontext(Path(target))


@contextmanager
def progress(what: str) -> Iterator[None]:
    """A sign of life on standard error, where a person is looking."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield
        return
    sys.stderr.write(f"{what} …")
    sys.stderr.flush()
    try:
        yield
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
