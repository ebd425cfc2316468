"""Endpoints of a FastAPI application that come to a language model: whoever runs the application in a process can ask them there.

What a handler needs beside the question (a database, clients, a session) is the application's own affair: its dependencies and
its start-up provide it, as they do for its users.

path, line, name   the handler, and ``url_name``, by which the application knows its address
method, sent       "post", with "json" or with "params"
question, chat     the field that takes the question, or else messages: [{"role": …, "content": …}]
needs              what else must be sent: [{"name": "session_id", "type": "str"}], of a class of ours with its own "needs"
app                {"path": "app/main.py", "name": "app", "factory": false}: the application, or the function that makes it
steps              how many calls the handler is away from the one that asks; -1 where only imports of the application lead there
talks, plain       whether its name or its address, or the last part of that alone, speak of a question
module, roots, files, unsafe   of the application's file, as in `llm_functions`
"""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from scorecard.readers.code import Source
from scorecard.readers.frames import last_name
from scorecard.survey.llm_body import asked
from scorecard.survey.llm_functions import Functions, is_system
from scorecard.survey.llm_syntax import Module

_TALKS = re.compile(
    r"(?:^|[_/-])(?:chat|ask|query|questions?|answers?|complet\w*|generat\w*|invoke|messages?|convers\w*|assist\w*|agents?|qa|rag|prompt)(?=[_/-]|$)",
    re.IGNORECASE,
)
_ELSE = re.compile(
    r"feedback|ingest|upload|search|embed|index|login|regist|retriev|health|title|rating|history|delete|evaluat|batch|async|list|count|valid|summar|translat|(?:^|[_/])(?:log|init)s?(?:[_/]|$)",
    re.IGNORECASE,
)
_PAGES = frozenset({"streamlit"})  # an application that has Chainlit in it is one all the same
_METHODS = ("post", "get", "put")
_MAIN = re.compile(r"(?:^|/)(?:main|app|server|api|asgi|application)(?:/__init__)?\.py$")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Handler(Struct, frozen=True):
    """A function that answers requests, with the decorator that says which."""

    path: str
    node: ast.FunctionDef | ast.AsyncFunctionDef
    on: str  # the router or the application in the decorator
    method: str
    route: str
    url_name: str


class Served:
    """``functions`` are those that come to a call of a model, ``reaches`` says whether a file's imports do."""

    def __init__(self, functions: Functions, reaches: Callable[[str], bool]) -> None:
        self.functions, self.reaches = functions, reaches
        sources = functions.code.sources
        self.sources = [s for s in sources if is_system(s) and any(i.module.startswith("fastapi") for i in s.imports)]

    def found(self) -> list[dict[str, Any]]:
        """Every endpoint as described above, the best one to evaluate first."""
        handlers = [handler for source in self.sources for handler in self._handlers(source)]
        named = Counter(handler.url_name for handler in handlers)
        records = (self._record(handler) for handler in handlers if named[handler.url_name] == 1)
        return sorted((record for record in records if record), key=_order)

    def _handlers(self, source: Source) -> Iterator[Handler]:
        module = self.functions.module(source.path)
        for node in module.body if module else ():
            if isinstance(node, _FUNCTIONS):
                known = (handler for decorator in node.decorator_list if (handler := _handled(source, node, decorator)))
                yield from list(known)[:1]

    def _record(self, handler: Handler) -> dict[str, Any] | None:
        said = f"{handler.node.name}/{handler.route}"
        talks = bool(_TALKS.search(said)) and not _ELSE.search(said)
        steps = self._steps(handler)
        if "{" in handler.route or (steps < 0 and not talks):
            return None
        request = asked(handler.path, handler.node, self.functions.classes.fields, self.functions.classes.alias)
        app = self._application(handler) if request else None
        if request is None or app is None or not self.reaches(app["path"]):
            return None
        return {
            "path": handler.path, "line": handler.node.lineno, "name": handler.node.name, "url_name": handler.url_name,
            "method": handler.method, **request._asdict(), "app": app, "steps": steps, "talks": talks,
            "plain": bool(_TALKS.fullmatch(handler.route.rstrip("/").rpartition("/")[2])),
            **self.functions.imports.way(app["path"], pages=_PAGES),
        }  # fmt: skip

    def _steps(self, handler: Handler) -> int:
        """How many calls it is away from the one that asks, -1 where no call is seen to lead there."""
        inside = [n.name for n in ast.walk(handler.node) if isinstance(n, _FUNCTIONS) and n is not handler.node]
        names = [handler.node.name, *(f"{handler.node.name}.{name}" for name in inside)]
        known = [self.functions.steps[handler.path, n] for n in names if (handler.path, n) in self.functions.steps]
        return max(known, default=-1)

    def _application(self, handler: Handler) -> dict[str, Any] | None:
        """The one that the decorator names, else the plainest of those that come to the handler's file by imports."""
        if handler.on in _made(self.functions.module(handler.path)):
            return {"path": handler.path, "name": handler.on, "factory": False}
        above = [s for s in self.sources if handler.path in self.functions.imports.reached(s.path)]
        known = [app for source in above for app in self._applications(source)]
        return min(
            known,
            key=lambda app: (app["factory"], not _MAIN.search(app["path"]), app["path"].count("/"), app["path"]),
            default=None,
        )

    def _applications(self, source: Source) -> Iterator[dict[str, Any]]:
        module = self.functions.module(source.path)
        for name in _made(module):
            yield {"path": source.path, "name": name, "factory": False}
        for node in module.body if module else ():
            if isinstance(node, ast.FunctionDef) and _makes(node):
                yield from self._of_factory(source, node)

    def _of_factory(self, source: Source, node: ast.FunctionDef) -> Iterator[dict[str, Any]]:
        """The names of modules that are given what the function makes; the function itself, where it needs nothing."""
        for other in self.functions.code.sources:
            if is_system(other) and any(call.last == node.name and not call.scope for call in other.calls):
                for name in _made(self.functions.module(other.path), node.name):
                    yield {"path": other.path, "name": name, "factory": False}
        given = node.args
        if len(given.args) == len(given.defaults) and None not in given.kw_defaults and not given.posonlyargs:
            yield {"path": source.path, "name": node.name, "factory": True}


def _handled(source: Source, node: ast.FunctionDef | ast.AsyncFunctionDef, decorator: ast.expr) -> Handler | None:
    match decorator:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id=on), attr=method), args=[ast.Constant(value=str(route)), *_]
        ):
            if method in _METHODS:
                said = next((k.value for k in decorator.keywords if k.arg == "name"), None)
                name = said.value if isinstance(said, ast.Constant) and isinstance(said.value, str) else node.name
                return Handler(source.path, node, on, method, route, name)
    return None


def _made(module: Module | None, by: str = "FastAPI") -> list[str]:
    """The names at the top of a module that are given what ``by`` makes."""
    found = []
    for node in module.body if module else ():
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(value, ast.Call) and isinstance(target, ast.Name) and last_name(value.func) == by:
            found.append(target.id)
    return found


def _makes(node: ast.FunctionDef) -> bool:
    """Does a function make an application and give it back?"""
    made = any(isinstance(n, ast.Call) and last_name(n.func) == "FastAPI" for n in ast.walk(node))
    return made and any(isinstance(n, ast.Return) and n.value is not None for n in ast.walk(node))


def _order(record: dict[str, Any]) -> tuple[Any, ...]:
    return (
        bool(record["unsafe"]),
        not record["talks"],
        record["steps"] < 0,
        not record["plain"],
        "stream" in record["name"],
        not record["question"],
        -record["steps"],
        record["path"],
        record["line"],
    )
