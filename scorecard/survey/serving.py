"""Where the running system asks a model, who is answered, and what is kept of it.

asks     [{"path": "app.py", "name": "predict", "line": 38, "llm": false, "route": "/predict", "framework": "fastapi", "model": "…"}, …]:
         functions in which a model is asked, or handlers of routes that call one, the most telling first. ``route`` is "" for what is
         no handler, ``model`` the file that is loaded there, as written, or the language model's name; "" if neither is plain
loose    [{"path": "app.py", "line": 12}, …]: lines that ask a model in no function
apps     [{"path": "app.py", "line": 10, "variable": "app", "framework": "fastapi"}, …]: where web applications are made
starts   ["app.main:app", …]: the applications that commands of the repository start, as they name them
roots    {"app.py": "src", …}: the folder from which a file's own imports are found, for those that have any
prints   how often the system prints
"""

import re
from collections.abc import Iterator
from typing import Any

from scorecard.facts.code import Code
from scorecard.facts.inference import LIVE, Inference, part
from scorecard.facts.logs import Logs
from scorecard.facts.own_calls import Own, OwnCalls
from scorecard.facts.routes import Routes
from scorecard.facts.tracing import is_offline
from scorecard.paths import is_test
from scorecard.readers.code import Source
from scorecard.repository import Repository

_APPS = {
    "fastapi": ("fastapi.FastAPI", "starlette.applications.Starlette"),
    "flask": ("flask.Flask", "flask_restful.*.Flask"),
}
_PREDICTS = re.compile(r"predict|infer|scor|classif|recommend|forecast|answer|ask|chat|generate|complet", re.IGNORECASE)
_MODEL = re.compile(r"^[\w./-]{1,120}\.(?:joblib|pkl|pickle|onnx|pt|pth|h5|keras|cbm|bst|ubj|sav|model|bin)$")
_LLM = re.compile(r"^[a-z][\w./:-]{2,60}$", re.IGNORECASE)
_STARTS = re.compile(r"\b(?:uvicorn|gunicorn|hypercorn|waitress-serve)\b[^\n;&|]{0,200}?[\s\"',]([a-z_][\w.]{0,80}:[a-z_]\w{0,40})", re.IGNORECASE)  # fmt: skip
_COMMANDS = re.compile(
    r"(?:^|/)(?:dockerfile[\w.-]*|procfile|makefile|justfile|readme[\w.]*|[\w.-]+\.(?:sh|ya?ml|toml|bat))$"
)


def look(
    repository: Repository,
    code: Code,
    inference: Inference,
    routes: Routes,
    calls: OwnCalls,
    logs: Logs,
) -> dict[str, Any]:
    """See the module's docstring."""
    handlers = {
        (r.hit.path, r.hit.scope): (r.path, framework)
        for r in routes.all
        if r.decorated and (framework := _framework(r.hit.source))
    }
    asking: dict[tuple[str, str], tuple[Own, bool]] = {}
    loose = []
    for ask in inference.live:
        source, function = ask.hit.source, code.enclosing(ask.hit.source, ask.hit.line)
        if not _counts(source):
            continue
        if function is None:
            loose.append({"path": source.path, "line": ask.hit.line})
        else:
            asking[source.path, function.name] = Own(source, function), ask.llm
    found = [_told(own, llm, handlers, ()) for own, llm in asking.values()]
    for own, llm in list(asking.values()):
        for source, call in calls.above(own):
            function = code.enclosing(source, call.line)
            key = (source.path, function.name if function else "")
            if function and key in handlers and key not in asking and part(source, function.name) in LIVE:
                asking[key] = Own(source, function), llm
                found.append(_told(Own(source, function), llm, handlers, (own.source,)))
    return {
        "asks": sorted(found, key=_order),
        "loose": loose,
        "apps": list(_apps(code)),
        "starts": _started(repository),
        "roots": _roots(code),
        "prints": len(logs.prints),
    }


def _counts(source: Source) -> bool:
    return source.language == "python" and not (source.notebook or is_test(source.path) or is_offline(source.path))


def _told(
    own: Own, llm: bool, handlers: "dict[tuple[str, str], tuple[str, str]]", others: tuple[Source, ...]
) -> dict[str, Any]:
    source, function = own
    route, framework = handlers.get((source.path, function.name), ("", ""))
    return {
        "path": source.path,
        "name": function.name,
        "line": function.line,
        "llm": llm,
        "route": route,
        "framework": framework,
        "model": _llm(source) if llm else _model((source, *others)),
    }


def _order(ask: dict[str, Any]) -> tuple[Any, ...]:
    """Handlers first, those named after predictions before the rest; of language models, the functions that ask them."""
    named = bool(_PREDICTS.search(f"{ask['name'].rpartition('.')[2]} {ask['route']}"))
    return (ask["llm"], ask["llm"] == bool(ask["route"]), not named, ask["path"], ask["line"])


def _framework(source: Source) -> str:
    roots = {item.module.partition(".")[0] for item in source.imports}
    return "fastapi" if roots & {"fastapi", "starlette"} else "flask" if roots & {"flask", "flask_restful"} else ""


def _model(sources: tuple[Source, ...]) -> str:
    return next((t.value for s in sources for t in s.texts if _MODEL.match(t.value)), "")


def _llm(source: Source) -> str:
    given = (c.kwarg("model", "model_name") or "" for c in source.calls)
    return next((value[1:] for value in given if value[:1] == "'" and _LLM.match(value[1:])), "")


def _apps(code: Code) -> Iterator[dict[str, Any]]:
    for framework, makers in _APPS.items():
        for hit in code.calls(*makers, notebooks=False):
            assign = next((a for a in hit.source.assigns if a.line <= hit.line <= max(a.end, a.line)), None)
            if assign and assign.target.isidentifier() and _counts(hit.source):
                yield {
                    "path": hit.path,
                    "line": assign.line,
                    "variable": assign.target,
                    "framework": framework,
                }


def _started(repository: Repository) -> list[str]:
    texts = (repository.text(p) or "" for p in repository.paths if _COMMANDS.search(p.lower()))
    return list(dict.fromkeys(name for text in texts for name in _STARTS.findall(text)))


def _roots(code: Code) -> dict[str, str]:
    """From what a file imports of the repository's own: `from churn.features import x` says where `churn` lies."""
    found: dict[str, str] = {}
    for source in code.sources:
        for item in source.imports if _counts(source) else ():
            path = code.module(item.module, source.path) if item.module and not item.module.startswith(".") else ""
            tail = item.module.replace(".", "/")
            stem = path.removesuffix(".py").removesuffix("/__init__")
            root = stem[: len(stem) - len(tail)].rstrip("/")
            if (
                path
                and (stem == tail or stem.endswith(f"/{tail}"))
                and source.path.startswith(f"{root}/" if root else "")
            ):
                found.setdefault(source.path, root)
    return found
