"""How a question reaches a function: as a parameter, as messages, or in the body of a request."""

import ast
import re
from collections.abc import Callable
from typing import Any

QUESTION = re.compile(
    r"(?:user_?)?(?:question|query|message|prompt|input|text|msg|utterance|content)(?:_?(?:text|str|string))?|q|input_text"
    r"|(?:search|chat|question|current)_?(?:query|message|input|prompt|text)|instruction|topic|ticket|document|email|sentence"
)
_CHAT = re.compile(r"(?:list|List|Sequence|Iterable)\[(?:typing\.)?(\w+)(?:\[.*\])?\]|list|")
TEXTS = frozenset({"", "str", "Optional[str]", "str | None", "Any"})
_ROUTES = frozenset({"get", "post", "put", "route", "api_route"})
Bodies = Callable[[str, str], dict[str, Any] | None]


def route(
    body: list[ast.stmt],
    path: str,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    params: list[dict[str, Any]],
    bodies: Bodies,
) -> dict[str, Any]:
    """The endpoint that a function of a module is, empty for none."""
    for decorator in node.decorator_list:
        if not (isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute)):
            continue
        if decorator.func.attr not in _ROUTES or not decorator.args or not isinstance(decorator.args[0], ast.Constant):
            continue
        app = ast.unparse(decorator.func.value)
        made = {ast.unparse(t): ast.unparse(n.value) for n in body if isinstance(n, ast.Assign) for t in n.targets}
        flask = made.get(app, "").startswith(("Flask(", "flask.Flask("))
        found = {"framework": "flask" if flask else "fastapi", "app": app, "path": str(decorator.args[0].value),
                 "type": "", "field": "", "form": False, "home": path}  # fmt: skip
        return {**found, **(_read_from_request(node) if flask else _read_from_body(path, params, bodies))}
    return {}


def chat(param: dict[str, Any], path: str, bodies: Bodies) -> dict[str, Any]:
    """A parameter that takes the messages of a conversation: dictionaries, or objects of a class with role and content."""
    kind = _CHAT.fullmatch(param["type"])
    if param["name"] not in ("messages", "chat_messages", "conversation") or not kind or not param["required"]:
        return {}
    name = kind[1] or "dict"
    if name.lower() == "dict":
        return {"param": param["name"], "type": ""}
    known = bodies(path, name)
    fields = {f["name"] for f in known["fields"]} if known else set()
    return {"param": param["name"], "type": name} if {"role", "content"} <= fields else {}


def _read_from_body(path: str, params: list[dict[str, Any]], bodies: Bodies) -> dict[str, Any]:
    for param in params:
        known = bodies(path, param["type"]) if param["type"] not in TEXTS else None
        fields = known["fields"] if known else []
        field = next((f["name"] for f in fields if QUESTION.fullmatch(f["name"]) and f["type"] in TEXTS), "")
        needs = [f["name"] for f in fields if f["required"] and f["name"] != field]
        if field and not needs:
            return {"type": param["type"], "field": field, "param": param["name"]}
    return {}


def _read_from_request(node: ast.AST) -> dict[str, Any]:
    """The field of a Flask request that holds the question."""
    text = ast.unparse(node)
    for found in re.finditer(r"""(?:\[|\.get\()['"](\w{1,40})['"]""", text):
        if QUESTION.fullmatch(found[1]):
            return {"field": found[1], "form": "request.form" in text}
    return {}
