"""How an endpoint that a survey found is asked inside one process: a request, as an expression in which the application goes by `APP`."""

import json
import re
from collections.abc import Mapping
from typing import Any

from scaffolder.foreign.evals_target import Target, message

_ID = re.compile(
    r"(?:session|thread|user|conversation|chat|request|message|tenant|client|trace)(?:_?(?:id|uuid|key)|I[dD])?|u?uid|user_?name"
)
_HISTORY = re.compile(r"(?:chat_?|conversation_?)?history|context")
_NEW = re.compile(r"(?:is_)?(?:new|first|reset)(?:_\w+)?")
_CHOICES = re.compile(r"(?:typing\.)?Literal\[('[^']*'|\"[^\"]*\")")
_EMPTY = {"list": "[]", "List": "[]", "dict": "{}", "Dict": "{}", "bool": "False", "Any": "None"}
Endpoint = Mapping[str, Any]


def target(endpoint: Endpoint) -> Target | None:
    """How to ask it, None where something is wanted that nobody can know."""
    if endpoint["unsafe"]:
        return None
    guessed: list[str] = []
    parts = {endpoint["question"]: "question"} if endpoint["question"] else {}
    if endpoint["chat"]:
        parts[endpoint["chat"]] = message(endpoint)
    for need in endpoint["needs"]:
        value = _value(need, guessed)
        if value is None:
            return None
        parts[need["name"]] = value
    app = endpoint["app"]
    served = {
        "app": f"application.{app['name']}{'()' if app['factory'] else ''}",
        "method": endpoint["method"].upper(),
        "name": endpoint["url_name"],
        "sent": endpoint["sent"],
        "fields": parts,
    }
    call = f"ask(APP, {json.dumps(endpoint['url_name'])})"
    return Target(endpoint, call, awaited=True, guessed=tuple(guessed), served=served)


def _value(need: Mapping[str, Any], guessed: list[str]) -> str | None:
    """What does no harm where a field is not about the question, as an expression."""
    name, kind = need["name"], need["type"]
    if "needs" in need:
        inner = {one["name"]: _value(one, guessed) for one in need["needs"]}
        return (
            None if None in inner.values() else "{" + ", ".join(f"{json.dumps(k)}: {v}" for k, v in inner.items()) + "}"
        )
    if kind.startswith("Optional") or kind.endswith("| None"):
        return "None"
    if _ID.fullmatch(name) and kind in ("", "str", "UUID", "UUID4", "uuid.UUID"):
        return "fresh()"
    if kind == "bool" and _NEW.fullmatch(name):
        return "True"
    if choice := _CHOICES.match(kind):
        return json.dumps(choice[1][1:-1])
    if kind == "str" and _HISTORY.fullmatch(name):
        return '""'
    if kind == "str" and not guessed:
        guessed.append(name)
        return '""'
    return _EMPTY.get(kind.partition("[")[0])
