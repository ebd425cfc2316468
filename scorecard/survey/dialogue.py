"""An endpoint that asks a language model, as a test can drive it with a stand-in for the model at the other end of the line.

The client of OpenAI takes the address from the environment, so that nothing of the application has to be replaced. What asks for
tools, streams or structured answers would need a cleverer stand-in, and is left alone.
"""

import ast
from collections.abc import Callable
from typing import Any

from scorecard.facts.code import Code
from scorecard.facts.suite import Suite
from scorecard.paths import is_demo, is_test
from scorecard.readers.code import Source
from scorecard.repository import Repository
from scorecard.survey import modules
from scorecard.survey.journey import PLAIN, closure, reaches_only, route_of

_LIBRARIES = frozenset({"openai", "fastapi", "pydantic", "starlette", "uvicorn", "dotenv"})
_CLIENTS = frozenset({"OpenAI", "AsyncOpenAI"})
_SET = frozenset({"OPENAI_API_KEY", "OPENAI_BASE_URL"})
_CLEVER = frozenset({"tools", "functions", "response_format", "stream", "n", "logprobs"})
_SENTENCE = "What can you do for me?"


def found(repository: Repository, code: Code, suite: Suite, name: Callable[[str], str]) -> dict[str, Any]:
    """See `scorecard.survey.testing`; {} where there is none."""
    for source in code.sources:
        if source.language != "python" or source.notebook or is_test(source.path) or is_demo(source.path):
            continue
        if (
            name(source.path)
            and reaches_only(code, source, _LIBRARIES | PLAIN)
            and _asks(repository, code, source, suite)
        ):
            served = _endpoint(repository, source)
            if served:
                return {"app": name(source.path), **served}
    return {}


def _asks(repository: Repository, code: Code, source: Source, suite: Suite) -> bool:
    """Does it ask one plain question of a client whose address the environment may set?"""
    files = closure(code, source)
    calls = [call for file in files for call in file.calls]
    clients = [call for call in calls if call.last in _CLIENTS]
    asked = [call for call in calls if call.name.endswith("chat.completions.create")]
    late = all(call.scope for call in clients) or not suite.cases
    plain = not any(key in _CLEVER for call in asked for key, _ in call.kwargs) and not any(
        c.last == "loads" for c in calls
    )
    fixed = any((call.kwarg("base_url") or "").startswith("'") for call in clients)
    wanted = {key for file in files for key in _required(repository, file.path)}
    return bool(clients and asked) and late and plain and not fixed and wanted <= _SET


def _required(repository: Repository, path: str) -> set[str]:
    """The variables without which it does not start: `os.environ["NAME"]`."""
    module = modules.read(repository, path)
    return {
        node.slice.value if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str) else "?"
        for node in ast.walk(module.tree if module else ast.Module(body=[], type_ignores=[]))
        if isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Load)
        and ast.unparse(node.value).endswith("environ")
    }


def _endpoint(repository: Repository, source: Source) -> dict[str, Any]:
    """The first one that takes nothing but texts."""
    module = modules.read(repository, source.path)
    if module is None:
        return {}
    models = {
        n.name: n
        for n in module.tree.body
        if isinstance(n, ast.ClassDef) and [ast.unparse(b) for b in n.bases] == ["BaseModel"]
    }
    for function in module.tree.body:
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) or len(function.args.args) != 1:
            continue
        asked = function.args.args[0].annotation
        model = models.get(asked.id) if isinstance(asked, ast.Name) else None
        routes = [route for decorator in function.decorator_list if (route := route_of(decorator))]
        if model is None or not routes or routes[0][0] not in modules.made_by(module, "FastAPI"):
            continue
        fields = [n for n in model.body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)]
        needed = [n for n in fields if n.value is None]
        if needed and all(ast.unparse(n.annotation) == "str" for n in needed):
            payload = {n.target.id: _SENTENCE for n in needed if isinstance(n.target, ast.Name)}
            return {"variable": routes[0][0], "route": routes[0][1], "payload": payload}
    return {}
