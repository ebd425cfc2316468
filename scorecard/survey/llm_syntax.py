"""What the syntax tree of one Python module says about a function: what it takes, what it gives, how one gets at it."""

import ast
import re
from collections.abc import Iterator
from typing import Any

from scorecard.survey.llm_body import held
from scorecard.survey.llm_requests import QUESTION, TEXTS, Bodies, chat, route

_NO_QUESTION = re.compile(
    r"(?:^|_)(?:id|url|path|file|name|model|key|date|request|req|self|df|config|lang|language)s?$", re.IGNORECASE
)
_AGENTS = frozenset({"create_react_agent", "create_agent", "create_deep_agent", "create_supervisor"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_FRONTS = frozenset({"fire", "typer", "click", "argparse", "gradio"})
PAGES = frozenset({"streamlit", "chainlit"})


class Module:
    """``tree`` is None where the text is no Python."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.tree: ast.Module | None = None
        try:
            self.tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return
        self.body = self.tree.body

    def record(self, name: str, bodies: Bodies) -> dict[str, Any] | None:
        """The function ``name``, None where it lies inside another one."""
        owner, _, last = name.rpartition(".")
        if "." in owner:
            return None
        klass = next((n for n in self.body if isinstance(n, ast.ClassDef) and n.name == owner), None) if owner else None
        if owner and klass is None:
            return None
        node = next(
            (n for n in (klass.body if klass else self.body) if isinstance(n, _FUNCTIONS) and n.name == last), None
        )
        if node is None:
            return None
        kinds = {ast.unparse(d).rpartition(".")[2] for d in node.decorator_list}
        params = _params(node, bound=klass is not None and "staticmethod" not in kinds)
        endpoint = {} if klass else route(self.body, self.path, node, params, bodies)
        question = next((p["name"] for p in params if QUESTION.fullmatch(p["name"]) and p["type"] in TEXTS), "")
        required = [
            p["name"] for p in params if p["required"] and p["type"] in TEXTS and not _NO_QUESTION.search(p["name"])
        ]
        written = ast.unparse(node)
        return {
            "path": self.path,
            "name": name,
            "line": node.lineno,
            "kind": "route" if endpoint else "method" if klass else "function",
            "question": question or (required[0] if len(required) == 1 else ""),
            "chat": next((said for p in params if (said := chat(p, self.path, bodies))), {}),
            "object": held(self.path, params, bodies),
            "params": params,
            "async": isinstance(node, ast.AsyncFunctionDef),
            "stream": any(isinstance(n, ast.Yield | ast.YieldFrom) for n in _inside(node)),
            "returns": _returns(node),
            "streams_http": any(
                word in written for word in ("StreamingResponse", "EventSourceResponse", "stream_with_context")
            ),
            "commands": self.commands(),
            "route": endpoint,
            "makes": self._makes(klass, static=bool(kinds & {"staticmethod", "classmethod"})) if klass else {},
        }

    def graphs(self) -> Iterator[dict[str, Any]]:
        """Agents and compiled graphs over messages that stand at the module's level."""
        for node in self.body:
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Name)
                and isinstance(node.value, ast.Call)
            ):
                made = ast.unparse(node.value.func).rpartition(".")[2]
                if made in _AGENTS or (
                    made == "compile"
                    and ast.unparse(node.value.func).partition(".")[0] != "re"
                    and self._holds_messages()
                ):
                    yield {
                        "path": self.path, "name": node.targets[0].id, "line": node.lineno, "kind": "graph",
                        "question": "question", "chat": {}, "object": {}, "params": [], "async": True, "stream": False, "returns": "value",
                        "route": {}, "makes": {}, "steps": 0,
                    }  # fmt: skip

    def _holds_messages(self) -> bool:
        return any(
            (isinstance(n, ast.Name | ast.Attribute) and "MessagesState" in ast.unparse(n))
            or (isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name) and n.target.id == "messages")
            for n in ast.walk(ast.Module(self.body, []))
        )

    def commands(self) -> bool:
        """Is it a front end: a command line, or widgets?"""
        return any(isinstance(n, ast.Import | ast.ImportFrom) and _FRONTS & _roots_of(n) for n in self.body)

    def fields(self, name: str) -> list[dict[str, Any]]:
        """The annotated fields of a class."""
        klass = self._class(name)
        return [
            {"name": n.target.id, "type": ast.unparse(n.annotation), "required": _is_required(n.value)}
            for n in (klass.body if klass else ())
            if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)
        ]

    def bases(self, name: str) -> list[str]:
        """What a class is made of, as it is written."""
        klass = self._class(name)
        return [ast.unparse(base) for base in klass.bases] if klass else []

    def _class(self, name: str) -> ast.ClassDef | None:
        return next((n for n in self.body if isinstance(n, ast.ClassDef) and n.name == name), None)

    def unsafe(self, pages: frozenset[str] = PAGES) -> str:
        """Why importing the module does more than define something."""
        for node in self.body:
            where = f"{self.path}:{node.lineno}"
            if isinstance(node, ast.Import | ast.ImportFrom):
                if known := sorted(pages & _roots_of(node)):
                    return f"{self.path} is a page of {known[0]}"
            elif isinstance(node, ast.While):
                return f"{where} loops when it is imported"
            elif not isinstance(node, ast.ClassDef | ast.If | ast.FunctionDef | ast.AsyncFunctionDef):
                called = {ast.unparse(c.func) for c in ast.walk(node) if isinstance(c, ast.Call)}
                if called & {"input", "sys.exit", "exit", "uvicorn.run", "app.run", "main", "asyncio.run"}:
                    return f"{where} runs when it is imported"
                if any(isinstance(c, ast.Call) and ast.unparse(c.func).endswith(".parse_args") for c in ast.walk(node)):
                    return f"{where} reads the command line when it is imported"
        return ""

    def _makes(self, klass: ast.ClassDef, *, static: bool) -> dict[str, Any]:
        init = next((n for n in klass.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"), None)
        plain = all(ast.unparse(base) in ("object", "ABC") for base in klass.bases)
        needs = sum(p["required"] for p in _params(init, bound=True)) if init else 0 if plain else 1
        instance = next(
            (
                n.targets[0].id
                for n in self.body
                if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name) and isinstance(n.value, ast.Call)
                and ast.unparse(n.value.func) == klass.name
            ),
            "",
        )  # fmt: skip
        return {"class": klass.name, "needs": 0 if static else needs, "instance": klass.name if static else instance}


def _is_required(value: ast.expr | None) -> bool:
    """Must a field be given: has it no value, or one that says only what it is, as `Field(..., max_length=9)`?"""
    if not isinstance(value, ast.Call) or ast.unparse(value.func).rpartition(".")[2] not in ("Field", "field"):
        return value is None
    first = value.args[0] if value.args else None
    default = isinstance(first, ast.expr) and not (isinstance(first, ast.Constant) and first.value is ...)
    return not default and not any(k.arg in ("default", "default_factory") for k in value.keywords)


def _roots_of(node: ast.Import | ast.ImportFrom) -> set[str]:
    names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    return {name.partition(".")[0] for name in names}


def _params(node: ast.FunctionDef | ast.AsyncFunctionDef, *, bound: bool) -> list[dict[str, Any]]:
    given = [*node.args.posonlyargs, *node.args.args]
    defaults = len(given) - len(node.args.defaults)
    values = [*([None] * defaults), *node.args.defaults, *node.args.kw_defaults]
    found = list(zip([*given, *node.args.kwonlyargs], values, strict=True))[1 if bound else 0 :]
    return [
        {
            "name": a.arg,
            "type": ast.unparse(a.annotation) if a.annotation else "",
            "required": default is None,
            "default": ast.unparse(default) if default else "",
        }
        for a, default in found
    ]


def _returns(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    if node.returns is not None and not (isinstance(node.returns, ast.Constant) and node.returns.value is None):
        return ast.unparse(node.returns)
    given = (n.value for n in _inside(node) if isinstance(n, ast.Return | ast.Yield))
    return (
        "value" if any(v is not None and not (isinstance(v, ast.Constant) and v.value is None) for v in given) else ""
    )


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """Everything in a function but what its inner functions hold."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (*_FUNCTIONS, ast.Lambda)):
            yield child
            yield from _inside(child)
