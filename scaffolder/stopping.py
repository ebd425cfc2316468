"""What a request to stop does: it unwinds us in good order, and waits while we clear up."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def unwinds() -> Iterator[None]:
    """SIGTERM and a closed terminal unwind the stack as Ctrl-C does, so that what is half done goes away."""
    with _handled(("SIGTERM", "SIGHUP"), _leave):
        yield


@contextmanager
def waits() -> Iterator[None]:
    """Impatience while clearing up must not leave the half of it."""
    with _handled(("SIGINT", "SIGTERM", "SIGHUP"), signal.SIG_IGN):
        yield


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


@contextmanager
def _handled(
    names: tuple[str, ...], handler: Callable[[int, FrameType | None], None] | signal.Handlers
) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():  # Python lets no other thread do this
        yield
        return
    before = {number: signal.signal(number, handler) for name in names if (number := getattr(signal, name, None))}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)
