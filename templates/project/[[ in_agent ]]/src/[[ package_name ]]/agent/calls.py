"""The tool calls of a conversation: which were made, which wait for a person, and what a person decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_ai import DeferredToolResults, ToolDenied
from pydantic_ai.messages import ModelMessage, RetryPromptPart, ToolCallPart, ToolReturnPart


@dataclass(frozen=True)
class Call:
    """A tool call that the model made."""

    name: str
    arguments: dict[str, Any]
    result: str  # what the model saw; empty while it waits
    blocked: bool  # refused by a rule or by a person, or waiting for one
    id: str = ""
    """The name under which a person approves it."""


def describe(call: Call) -> str:
    """Return a call as people read it."""
    return f"{call.name}({', '.join(f'{k}={str(v)[:60]!r}' for k, v in call.arguments.items())})"


def pending(messages: Sequence[ModelMessage]) -> list[str]:
    """Return the ids of the calls that have no result yet."""
    parts = [part for message in messages for part in message.parts]
    done = {part.tool_call_id for part in parts if isinstance(part, ToolReturnPart | RetryPromptPart)}
    return [p.tool_call_id for p in parts if isinstance(p, ToolCallPart) and p.tool_call_id not in done]


def decided(history: Sequence[ModelMessage], approved: frozenset[str]) -> DeferredToolResults | None:
    """Let go what is approved of the calls that wait, and deny the rest."""
    waiting = pending(history)
    if not waiting:
        return None
    denied = ToolDenied("denied: a person did not approve it")
    return DeferredToolResults(approvals={name: True if name in approved else denied for name in waiting})


def made(messages: Sequence[ModelMessage], before: int, refused: set[str]) -> list[Call]:
    """Return the calls that were made or settled after the first `before` messages, in order."""
    asked = [p for message in messages for p in message.parts if isinstance(p, ToolCallPart)]
    new = [part for message in messages[before:] for part in message.parts]
    results = {p.tool_call_id: p for p in new if isinstance(p, ToolReturnPart | RetryPromptPart)}
    fresh = {part.tool_call_id for part in new if isinstance(part, ToolCallPart)}
    found = []
    for part in asked:
        if part.tool_call_id not in fresh and part.tool_call_id not in results:
            continue
        result = results.get(part.tool_call_id)
        denied = isinstance(result, ToolReturnPart) and result.outcome == "denied"
        blocked = result is None or denied or part.tool_call_id in refused
        shown = "" if result is None else str(result.content)
        found.append(Call(part.tool_name, _arguments(part), shown, blocked, part.tool_call_id))
    return found


def _arguments(part: ToolCallPart) -> dict[str, Any]:
    try:
        return part.args_as_dict()
    except ValueError:  # a model may write what is no JSON
        return {"": str(part.args)}
