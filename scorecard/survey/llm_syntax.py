"""What the syntax tree of one Python module says about a function: what it takes, what it gives, how one gets at it."""

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any

_QUESTION = re.compile(
    r"(?:user_?)?(?:question|query|message|prompt|input|text|msg|utterance|content)(?:_?(?:text|str|string))?|q|input_text"
    r"|(?:search|chat|question|current)_?(?:query|message|input|prompt|text)|instruction|topic|ticket|document|email|sentence"
)
_NO_QUESTION = re.compile(r"(?:^|_)(?:id|url|path|file|name|model|key|date|request|req|self|df|config|lang|language)s?$", re.IGNORECASE)
_CHAT = re.compile(r"(?:list|List|Sequence|Iterable)\[(?:typing\.)?(\w+)(?:\[.*\])?\]|list|")
_TEXTS = frozenset({"", "str", "Optional[str]", "str | None", "Any"})
_ROUTES = frozenset({"get", "post", "put", "route", "api_route"})
_AGENTS = frozenset({"create_react_agent", "create_agent", "create_deep_agent", "create_supervisor"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_FRONTS = frozenset({"fire", "typer", "click", "argparse", "gradio"})
_PAGES = frozenset({"streamlit", "chainlit"})
Bodies = Callable[[str, str], dict[str, Any] | None]


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
        node = next((n for n in (klass.body if klass else self.body) if isinstance(n, _FUNCTIONS) and n.name == last), None)
        if node is None:
            return None
        kinds = {ast.unparse(d).rpartition(".")[2] for d in node.decorator_list}
        params = _params(node, bound=klass is not None and "staticmethod" not in kinds)
        route = self._route(node, params, bodies) if not klass else {}
        question = next((p["name"] for p in params if _QUESTION.fullmatch(p["name"]) and p["type"] in _TEXTS), "")
        required = [p["name"] for p in params if p["required"] and p["type"] in _TEXTS and not _NO_QUESTION.search(p["name"])]
        return {
            "path": self.path,
            "name": name,
            "line": node.lineno,
            "kind": "route" if route else "method" if klass else "function",
            "question": question or (required[0] if len(required) == 1 else ""),
            "chat": next((said for p in params if (said := _chat(p, self.path, bodies))), {}),
            "params": params,
            "async": isinstance(node, ast.AsyncFunctionDef),
            "stream": any(isinstance(n, ast.Yield | ast.YieldFrom) for n in _inside(node)),
            "returns": _returns(node),
            "streams_http": any(word in ast.unparse(node) for word in ("StreamingResponse", "EventSourceResponse", "stream_with_context")),
            "commands": self.commands(),
            "route": route,
            "makes": self._makes(klass, static=bool(kinds & {"staticmethod", "classmethod"})) if klass else {},
        }

    def graphs(self) -> Iterator[dict[str, Any]]:
        """Agents and compiled graphs over messages that stand at the module's level."""
        messages = any(
            isinstance(n, ast.Name | ast.Attribute) and "MessagesState" in ast.unparse(n)
            or (isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name) and n.target.id == "messages")
            for n in ast.walk(ast.Module(self.body, []))
        )
        for node in self.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Call):
                made = ast.unparse(node.value.func).rpartition(".")[2]
                if made in _AGENTS or (made == "compile" and messages and "re" != ast.unparse(node.value.func).partition(".")[0]):
                    yield {
                        "path": self.path, "name": node.targets[0].id, "line": node.lineno, "kind": "graph",
                        "question": "question", "chat": {}, "params": [], "async": True, "stream": False, "returns": "value",
                        "route": {}, "makes": {}, "steps": 0,
                    }  # fmt: skip

    def commands(self) -> bool:
        """Is it a front end: a command line, or widgets?"""
        return any(isinstance(n, ast.Import | ast.ImportFrom) and _FRONTS & _roots_of(n) for n in self.body)

    def absolute(self) -> Iterator[str]:
        """What it imports, relative imports left out."""
        for node in ast.walk(ast.Module(self.body, [])):
            if isinstance(node, ast.Import):
                yield from (a.name for a in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                yield from (node.module, *(f"{node.module}.{a.name}" for a in node.names))

    def fields(self, name: str) -> list[dict[str, Any]]:
        """The annotated fields of a class."""
        klass = next((n for n in self.body if isinstance(n, ast.ClassDef) and n.name == name), None)
        return [
            {"name": n.target.id, "type": ast.unparse(n.annotation), "required": n.value is None}
            for n in (klass.body if klass else ())
            if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)
        ]

    def unsafe(self) -> str:
        """Why importing the module does more than define something."""
        for node in self.body:
            where = f"{self.path}:{node.lineno}"
            if isinstance(node, ast.Import | ast.ImportFrom):
                if pages := sorted(_PAGES & _roots_of(node)):
                    return f"{self.path} is a page of {pages[0]}"
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

    def _route(self, node: ast.FunctionDef | ast.AsyncFunctionDef, params: list[dict[str, Any]], bodies: Bodies) -> dict[str, Any]:
        for decorator in node.decorator_list:
            if not (isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute)):
                continue
            if decorator.func.attr not in _ROUTES or not decorator.args or not isinstance(decorator.args[0], ast.Constant):
                continue
            app = ast.unparse(decorator.func.value)
            made = {ast.unparse(t): ast.unparse(n.value) for n in self.body if isinstance(n, ast.Assign) for t in n.targets}
            flask = made.get(app, "").startswith(("Flask(", "flask.Flask("))
            found = {"framework": "flask" if flask else "fastapi", "app": app, "path": str(decorator.args[0].value),
                     "type": "", "field": "", "form": False, "home": self.path}  # fmt: skip
            return {**found, **(_read_from_request(node) if flask else self._read_from_body(params, bodies))}
        return {}

    def _read_from_body(self, params: list[dict[str, Any]], bodies: Bodies) -> dict[str, Any]:
        for param in params:
            known = bodies(self.path, param["type"]) if param["type"] not in _TEXTS else None
            fields = known["fields"] if known else []
            field = next((f["name"] for f in fields if _QUESTION.fullmatch(f["name"]) and f["type"] in _TEXTS), "")
            needs = [f["name"] for f in fields if f["required"] and f["name"] != field]
            if field and not needs:
                return {"type": param["type"], "field": field, "param": param["name"]}
        return {}


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
    return "value" if any(v is not None and not (isinstance(v, ast.Constant) and v.value is None) for v in given) else ""


def _chat(param: dict[str, Any], path: str, bodies: Bodies) -> dict[str, Any]:
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


def _read_from_request(node: ast.AST) -> dict[str, Any]:
    """The field of a Flask request that holds the question."""
    text = ast.unparse(node)
    for found in re.finditer(r"""(?:\[|\.get\()['"](\w{1,40})['"]""", text):
        if _QUESTION.fullmatch(found[1]):
            return {"field": found[1], "form": "request.form" in text}
    return {}


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """Everything in a function but what its inner functions hold."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (*_FUNCTIONS, ast.Lambda)):
            yield child
            yield from _inside(child)
