"""What a request to stop does: it unwinds us in good order, and waits while we clear up."""

import _thread
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SOON = 0.05


@contextmanager
def unwinds() -> Iterator[None]:
    """SIGTERM and a closed terminal unwind the stack as Ctrl-C does, so that what is half done goes away."""
    with _heard(), _handled(("SIGTERM", "SIGHUP"), _leave):
        yield


@contextmanager
def waits() -> Iterator[None]:
    """Impatience while clearing up must not leave the half of it."""
    with _handled(("SIGINT", "SIGTERM", "SIGHUP"), signal.SIG_IGN):
        yield


@contextmanager
def held() -> Iterator[None]:
    """A request to stop that comes meanwhile is answered at the end: two steps that must not be parted."""
    asked: list[int] = []
    with _handled(("SIGINT", "SIGTERM", "SIGHUP"), lambda number, _frame: asked.append(number)):
        yield
    if asked:
        signal.raise_signal(asked[0])


class _Asked(SystemExit):
    """Somebody asks us to stop by a signal."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)
        self.number = number


def _leave(number: int, _frame: FrameType | None) -> None:
    raise _Asked(number)


def _ask(number: int) -> None:
    """From any thread."""
    if sys.platform == "win32":
        _thread.interrupt_main(number)
    elif (ours := threading.main_thread().ident) is not None:
        signal.pthread_kill(ours, number)  # which also wakes it where it waits


@contextmanager
def _heard() -> Iterator[None]:
    """Python drops what is raised in a destructor or a weak reference's callback, so a request that falls there is made again."""
    before = sys.unraisablehook

    def hook(dropped: "sys.UnraisableHookArgs") -> None:
        if isinstance(dropped.exc_value, _Asked):
            again = dropped.exc_value.number
        elif isinstance(dropped.exc_value, KeyboardInterrupt):
            again = int(signal.SIGINT)
        else:
            before(dropped)
            return
        timer = threading.Timer(_SOON, _ask, (again,))
        timer.daemon = True
        timer.start()

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before


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
