"""Work on several cores, for what is a function of texts that are in memory already.

Processes are forked, so that the texts need not be sent; what comes back is bytes. Where they cannot be forked (Windows, macOS, a process
with threads, a worker of a pool), or one of them dies, the caller does the work itself.
"""

import sys
import threading
from collections.abc import Callable, Sequence

WORTH_IT = 2_000_000
"""Characters of source below which forking and sending back takes longer than it saves: about half a second of parsing."""
_PARTS = 8  # of the work for each process, so that all end at about the same time
_work: Callable[[int], bytes] | None = None


def run(work: Callable[[int], bytes], sizes: Sequence[int], processes: int) -> list[bytes | None]:
    """What ``work`` gives for each number below ``len(sizes)``, the largest first; None where it gave nothing."""
    global _work  # noqa: PLW0603  what a forked process inherits
    found: list[bytes | None] = [None] * len(sizes)
    import multiprocessing  # noqa: PLC0415  small audits need none of it
    from concurrent.futures import ProcessPoolExecutor, as_completed  # noqa: PLC0415  likewise
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415  likewise

    if sys.platform != "linux" or threading.active_count() > 1 or multiprocessing.parent_process() is not None:
        return found

    order = sorted(range(len(sizes)), key=sizes.__getitem__, reverse=True)
    count = processes * _PARTS
    parts = [part for part in (order[n::count] for n in range(count)) if part]
    _work = work
    try:
        with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("fork")) as executor:
            running = {executor.submit(_part, part): part for part in parts}
            for done in as_completed(running):
                for number, made in zip(running[done], done.result(), strict=True):
                    found[number] = made
    except (BrokenProcessPool, OSError):  # out of memory, or of processes
        pass
    finally:
        _work = None
    return found


def _part(numbers: Sequence[int]) -> list[bytes | None]:
    return [_one(number) for number in numbers]


def _one(number: int) -> bytes | None:
    if _work is None:
        return None
    try:
        return _work(number)
    except Exception:  # noqa: BLE001  the caller does it again, and meets it where it belongs
        return None
