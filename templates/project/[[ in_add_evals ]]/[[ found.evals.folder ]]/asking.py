"""Puts questions to the application: several at a time, each as often as wanted, none for ever."""

from __future__ import annotations

import asyncio
import inspect
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, Queue
from typing import Any

# Under which a text is found in what an application returns, the surest first.
TEXT_KEYS = ("answer", "response", "output", "output_text", "reply", "text", "content", "message")
TEXT_KEYS += ("result", "messages", "response_text", "choices", "delta")
LOCK = threading.Lock()
LOOPS: list[asyncio.AbstractEventLoop] = []


class NoAnswerError(Exception):
    """The application raised, or took too long."""


def ask_all(
    ask: Callable[[str], str], questions: Iterable[str], seconds: float, at_once: int
) -> list[tuple[str, str | NoAnswerError]]:
    """Each question with its answer, in their order."""
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        return list(pool.map(lambda asked: (asked, _within(seconds, ask, asked)), questions))


def as_text(value: Any) -> str:
    """What a person would read of what came back: a text, a message, a dictionary, a stream."""
    if value is None or isinstance(value, (int, float)):
        return "" if value is None else str(value)
    if isinstance(value, (str, bytes)):
        return value if isinstance(value, str) else value.decode("utf-8", "replace")
    if isinstance(value, Mapping):
        found = next((value[key] for key in TEXT_KEYS if value.get(key)), None)
        return (
            json.dumps(value, ensure_ascii=False, default=str) if found is None else as_text(found)
        )
    if isinstance(value, (list, tuple)) and not all(isinstance(part, str) for part in value):
        # The last of several messages; the first of what is given back together, as with sources.
        return as_text(value[-1 if isinstance(value, list) else 0])
    if inspect.isgenerator(value) or isinstance(value, (list, tuple)):
        return "".join(as_text(part) for part in value)
    parts = (getattr(value, key, None) for key in TEXT_KEYS)
    found = next((part for part in parts if part and not callable(part)), None)
    return as_text(found) if found is not None else str(value)


def conversation(question: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a graph over messages is invoked with: the question, in a thread of its own."""
    return {"messages": [("user", question)]}, {"configurable": {"thread_id": question}}


def waited(value: Any) -> Any:
    """What a coroutine or an asynchronous stream gives; one loop for all, as clients expect."""
    if inspect.isasyncgen(value):
        value = _collected(value)
    return asyncio.run_coroutine_threadsafe(value, _loop()).result()


async def _collected(stream: Any) -> list[str]:
    return [as_text(part) async for part in stream]


def _loop() -> asyncio.AbstractEventLoop:
    with LOCK:  # the first questions come at once, and each would make one
        if not LOOPS:
            LOOPS.append(asyncio.new_event_loop())
            threading.Thread(target=LOOPS[0].run_forever, daemon=True).start()
    return LOOPS[0]


def _within(seconds: float, ask: Callable[[str], str], question: str) -> str | NoAnswerError:
    """A thread of its own, which is left behind when the time is up."""
    box: Queue[Any] = Queue()

    def attempt() -> None:
        try:
            box.put(ask(question))
        except BaseException as error:  # whatever the application does is a finding, sys.exit too
            box.put(NoAnswerError(f"{type(error).__name__}: {error}"))

    threading.Thread(target=attempt, daemon=True).start()
    try:
        return box.get(timeout=seconds)
    except Empty:
        return NoAnswerError(f"no answer within {seconds:g} s")
