"""How the function that a survey found is called with a question: an expression in which the module goes by `application`."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_LISTS = re.compile(r"(?:typing\.)?(?:list|List|Sequence|Iterable|tuple|Tuple)\b")
_HISTORY = re.compile(r"(?:chat_?)?(?:history|messages)|conversation|context|turns|documents|docs")
_SOURCES = re.compile(r"(?:\w+_)?(?:documents|docs|chunks|passages|nodes|contexts?)")
_ID = re.compile(r"(?:session|thread|user|conversation|chat|request|tenant)(?:_?id)?|uid|user_?name")
_STRONG = frozenset(
    {"question", "query", "message", "prompt", "user_question", "user_query", "user_message", "user_input"}
)
_WRAPPERS = frozenset({  # with messages for an argument these only hand them on to the client: no prompt of the application's is in it
    "create", "complete", "completion", "acompletion", "invoke", "ainvoke", "call", "generate", "agenerate", "chat_completion",
})  # fmt: skip
Function = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """``call`` is the expression, ``made`` the class of which one object is made, ``guessed`` arguments that somebody should look at.

    ``served`` is how an endpoint is asked, see `evals_served`; ``blind`` whether a function gets none of the texts that it is to answer from.
    """

    function: Function
    call: str
    awaited: bool
    made: str = ""
    guessed: tuple[str, ...] = ()
    served: Mapping[str, Any] | None = None
    blind: bool = False

    @property
    def path(self) -> str:
        """The file that the evaluations import."""
        return str((self.served and self.function["app"]["path"]) or self.function["path"])


def target(function: Function) -> Target | None:
    """How to call it, None where that cannot be known."""
    if function["unsafe"] or function["kind"] == "none" or not function["returns"]:
        return None
    if function["name"].rpartition(".")[2].startswith("_"):
        return None
    if function["kind"] == "graph":
        return Target(function, f"application.{function['name']}.ainvoke(*conversation(question))", awaited=True)
    if function["kind"] == "route":
        return _route(function)
    return _plain(function)


def _plain(function: Function) -> Target | None:
    given = _arguments(function)
    if given is None:
        return None
    arguments, guessed = given
    owner, _, last = function["name"].rpartition(".")
    made = ""
    place = "application"
    if owner:
        makes = function["makes"]
        if makes["instance"]:
            place = f"application.{makes['instance']}"
        elif not makes["needs"]:
            made, place = owner, "made()"
        else:
            return None
    called = place if last == "__call__" else f"{place}.{last}"
    awaited = function["async"]
    blind = any(p["required"] and _SOURCES.fullmatch(p["name"]) for p in function["params"])
    return Target(function, f"{called}({arguments})", awaited, made, guessed, blind=blind)


def _route(function: Function) -> Target | None:
    """A handler of FastAPI is a function as any other; Flask's reads its request from the air, so a client puts it there."""
    route = function["route"]
    if function["streams_http"]:
        return None
    if route["framework"] == "flask":
        if not route["field"] or "<" in route["path"]:
            return None
        how = "data" if route["form"] else "json"
        body = f"{{{json.dumps(route['field'])}: question}}"
        call = f"application.{route['app']}.test_client().post({json.dumps(route['path'])}, {how}={body}).get_json()"
        return Target(function, call, awaited=False)
    others = [p for p in function["params"] if p["name"] not in (route.get("param"), function["question"])]
    if any(p["required"] or "(" in p["default"] or "Depends" in p["type"] for p in others):
        return None
    if route.get("param"):
        argument = f"application.{route['type']}({route['field']}=question)"
    elif function["question"]:
        argument = "question"
    else:
        return None
    return Target(function, f"application.{function['name']}({argument})", awaited=function["async"])


def _arguments(function: Function) -> tuple[str, tuple[str, ...]] | None:
    question, chat, held = function["question"], function["chat"], function["object"]
    wrapper = function["name"].rpartition(".")[2] in _WRAPPERS
    if not question and (not (chat or held) or wrapper):
        return None
    parts: list[tuple[str, str]] = []
    guessed: list[str] = []
    for param in function["params"]:
        name = param["name"]
        if name == question:
            parts.append((name, "question"))
        elif not question and not chat and name == held["param"]:
            made = _object(held)
            if made is None:
                return None
            parts.append((name, made))
        elif not question and name == chat.get("param"):
            role = (
                f'application.{chat["type"]}(role="user", content=question)'
                if chat["type"]
                else '{"role": "user", "content": question}'
            )
            parts.append((name, f"[{role}]"))
        elif param["required"]:
            value = _filler(name, param["type"])
            if value is None:
                if param["type"] not in ("", "str") or question not in _STRONG or guessed:
                    return None
                value = '""'
                guessed.append(name)
            parts.append((name, value))
    if len(parts) == 1:
        return parts[0][1], ()
    return ", ".join(f"{name}={value}" for name, value in parts), tuple(guessed)


def message(asked: Mapping[str, Any]) -> str:
    """What a user says, as messages of one conversation."""
    return f'[{{"{"type" if asked["human"] else "role"}": "{"human" if asked["human"] else "user"}", "content": question}}]'


def _object(held: Mapping[str, Any]) -> str | None:
    """An object of the application's own that holds the question."""
    parts = {held["question"]: "question"} if held["question"] else {held["chat"]: message(held)}
    for need in held["needs"]:
        value = _filler(need["name"], need["type"])
        if value is None:
            return None
        parts[need["name"]] = value
    return f"application.{held['type']}({', '.join(f'{name}={value}' for name, value in parts.items())})"


def _filler(name: str, kind: str) -> str | None:
    """What does no harm where a parameter is not about the question; None where nobody can know."""
    if kind.startswith("Optional") or kind.endswith("| None"):
        return "None"
    if _LISTS.match(kind) or (not kind and _HISTORY.fullmatch(name)):
        return "[]"
    if kind in ("", "str") and _ID.fullmatch(name):
        return '"evals"'
    return {"bool": "False", "dict": "{}"}.get(kind.partition("[")[0])
