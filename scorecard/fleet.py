"""Many repositories: each audited on its own, on any executor of `concurrent.futures`; a bad one costs only itself."""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from scorecard.clone import is_address

Row = dict[str, Any]
"""What is kept of one repository: ``target``, and either ``report`` (the JSON report) or ``error``."""

_AHEAD = 3


def targets(words: Iterable[str]) -> list[str]:
    """Repositories in the order in which they are named: addresses, paths, folders of repositories, files with one on each line."""
    found: dict[str, None] = {}
    for word in words:
        path = Path(word).expanduser()
        if is_address(word):
            found[word] = None
        elif path.is_file():
            lines = (line.partition(" #")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
            listed = [line for line in lines if line and not line.startswith("#")]
            inside = [line if is_address(line) else str(path.parent / Path(line).expanduser()) for line in listed]
            found.update(dict.fromkeys(inside))
        elif path.is_dir() and not _is_repository(path):
            below = [str(child) for child in sorted(path.iterdir()) if child.is_dir() and _is_repository(child)]
            found.update(dict.fromkeys(below or [str(path)]))
        else:
            found[str(path)] = None
    return list(found)


def _is_repository(path: Path) -> bool:
    return (path / ".git").exists() or ((path / "HEAD").is_file() and (path / "objects").is_dir())


def look(target: str, limit: int, checks: tuple[str, ...] = ()) -> Row:
    """The audit of one repository; whatever goes wrong becomes a row, too. ``limit`` in seconds, ``checks`` are folders.

    The repository's own configuration is left aside: what it waives is not for it to say where fleets are compared.
    """
    from scorecard import audit  # noqa: PLC0415  in the worker
    from scorecard.cache import Cache, home  # noqa: PLC0415
    from scorecard.clone import cloned  # noqa: PLC0415
    from scorecard.reports.json import document  # noqa: PLC0415

    cache = Cache(home(), sources=False)
    folders = [Path(folder) for folder in checks]
    try:
        with _within(limit):
            if is_address(target):
                with cloned(target) as folder:
                    card = audit(folder, configured=False, checks=folders, cache=cache)
            else:
                card = audit(Path(target), configured=False, checks=folders, cache=cache)
        return {"target": target, "report": document(card)}
    except Exception as error:  # noqa: BLE001  one of thousands must not stop the others
        said = str(error) or type(error).__name__
        return {"target": target, "error": said.splitlines()[0][:300]}
    finally:
        cache.close()


def run(
    wanted: Iterable[str], make: Callable[[], Executor], workers: int, *, limit: int = 600, checks: tuple[str, ...] = ()
) -> Iterator[Row]:
    """A row for each, as they come. A worker that dies takes what it was reading with it, and nothing else.

    Never more than a few for each worker are handed out, so that memory does not grow with the fleet.
    """
    waiting, alone = deque(wanted), deque[str]()
    task = partial(look, checks=checks) if checks else look
    while waiting or alone:
        # What was on its way when a worker died is tried again, one at a time: the one that kills is then known.
        suspects = bool(alone)
        source = alone if suspects else waiting
        ahead = 1 if suspects else workers * _AHEAD
        running: dict[Future[Row], str] = {}
        with make() as executor:
            try:
                while source or running:
                    while source and len(running) < ahead:
                        running[executor.submit(task, source[0], limit)] = source[0]
                        source.popleft()
                    done, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        row = future.result()
                        del running[future]
                        yield row
            except BrokenExecutor:
                lost = list(running.values())
                if suspects and lost:
                    yield {"target": lost[0], "error": "the process that read it died: out of memory, or killed"}
                else:
                    alone.extend(lost)


@contextmanager
def _within(seconds: int) -> Iterator[None]:
    """Raises TimeoutError after so many seconds, where the system has alarms and this is a main thread."""

    def ring(_number: int, _frame: object) -> None:
        raise TimeoutError(f"no end after {seconds} s")

    try:
        before = signal.signal(signal.SIGALRM, ring)
    except (AttributeError, ValueError):
        yield
        return
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def processes(workers: int) -> Executor:
    """Processes of this machine, renewed after a while, so that none keeps growing."""
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415
    from multiprocessing import get_context  # noqa: PLC0415

    os.environ["PYTHONSAFEPATH"] = "1"  # or they would look for modules where we stand, which may be in what is audited
    context = get_context("spawn" if os.name == "nt" else "forkserver")
    if hasattr(context, "set_forkserver_preload"):
        context.set_forkserver_preload(["scorecard.assemble", "scorecard.checks"])
    return ProcessPoolExecutor(workers, mp_context=context, max_tasks_per_child=100)
