"""`mlops add logging`: each prediction on record, under the id of its request, and a command to look at single ones."""

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

from scaffolder.errors import Refused
from scaffolder.foreign import python_edits
from scaffolder.foreign.documents import with_line
from scaffolder.foreign.model import Edit, Plan, Site
from scaffolder.foreign.modules import beside, importing

_HINT = "mlops explain logging.predictions says what counts"
_BY_HAND = frozenset({"main", "run", "cli"})  # what a program starts with is no question to a model
_PAGES = frozenset({"render_template", "render_template_string", "TemplateResponse", "HTMLResponse", "redirect"})
_PRINTS_A_LINE = 20 * 5  # beside more prints than this, what is added stays an exception
_NAMED = 4  # of the places that are left to the person
_IGNORED = ".gitignore"


def plan(site: Site) -> Plan:
    """See the module's docstring."""
    serving = site.survey["serving"]
    if site.is_met("logging.predictions"):
        raise Refused("predictions are recorded here already", "mlops audit says where, and what is missing beside it")
    usable = sorted((ask for ask in serving["asks"] if _usable(site, ask)), key=lambda ask: _shows(site, ask))
    if not usable:
        raise _nothing(serving)
    main = usable[0]
    app = application(serving, main["path"])
    place = beside(site, main["path"], serving)
    names = ("prediction_log", "prediction_recorder", "request_log", "plain_data")
    log, recorder, requests, plain = (place.module(site, name) for name in names)
    folder = "predictions" if not site.has("predictions") else "prediction_log_files"
    node = python_edits.function(site.text(main["path"]), main["name"])
    found = {
        "path": main["path"],
        "function": main["name"],
        "framework": app["framework"] if app else "",
        "handler": main["framework"] if main["route"] else "",
        "body": isinstance(node, ast.AsyncFunctionDef) and _takes_request(node),
        "model": "" if main["llm"] else main["model"],
        "llm": main["model"] if main["llm"] else "",
        "folder": folder,
        "root": place.root,
        "log": {**log, "command": place.command(log)},
        "recorder": recorder,
        "requests": requests,
        "plain": plain,
        "test": _test(site),
    }
    configures = app is not None and not site.is_met("logging.structured")
    edits = _edits(site, main, app, found, configures=configures)
    promised = ["predictions", "review", "correlation"]
    if configures:
        promised += ["structured", *(["logger"] if serving["prints"] <= _PRINTS_A_LINE else [])]
    promises = tuple(f"logging.{name}" for name in promised if not site.is_met(f"logging.{name}"))
    return Plan(found, promises, edits, tuple(_left(site, usable, app, found)))


def _nothing(serving: Mapping[str, Any]) -> Refused:
    """Why there is nothing to record, and what would change that."""
    if serving["asks"]:
        ask = serving["asks"][0]
        what = f"{ask['path']}:{ask['line']} asks a model in {ask['name']}, which is given no single inputs or gives no single output"
        return Refused(
            what, "put the question to the model into a function that takes the inputs and returns the answer"
        )
    if serving["loose"]:
        line = serving["loose"][0]
        return Refused(
            f"{line['path']}:{line['line']} asks a model in no function",
            "put it into a function that takes the inputs and returns the answer, commit, then try again",
        )
    return Refused("no Python code here asks a model outside of training, tests and notebooks", _HINT)


def _usable(site: Site, ask: Mapping[str, Any]) -> bool:
    """Can its calls be recorded: is it given inputs, and does it give its answer at once?"""
    node = python_edits.function(site.text(ask["path"]), ask["name"])
    given = [
        a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs) if a.arg not in ("self", "cls")
    ]
    if ask["name"].rpartition(".")[2] in _BY_HAND and not ask["route"]:
        return False
    return bool(given or ask["route"] or node.args.vararg or node.args.kwarg) and not _yields(node)


def _shows(site: Site, ask: Mapping[str, Any]) -> bool:
    """Does it answer with a page? What it calls to ask the model says more than HTML."""
    calls = (
        n.func for n in ast.walk(python_edits.function(site.text(ask["path"]), ask["name"])) if isinstance(n, ast.Call)
    )
    return any(getattr(f, "attr", getattr(f, "id", "")) in _PAGES for f in calls)


def _yields(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Is it a generator itself? What is defined within it does not count."""
    todo: list[ast.AST] = list(node.body)
    while todo:
        one = todo.pop()
        if isinstance(one, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            todo += ast.iter_child_nodes(one)
    return False


def _takes_request(node: ast.AsyncFunctionDef) -> bool:
    """Does it read the body of the request itself?"""
    return any(a.annotation and ast.unparse(a.annotation).endswith("Request") for a in node.args.args)


def application(serving: Mapping[str, Any], path: str) -> dict[str, Any] | None:
    """The web application that answers with what ``path`` holds: made there, or in a file of handlers, else the only one."""
    apps: list[dict[str, Any]] = serving["apps"]
    files = [path, *(ask["path"] for ask in serving["asks"] if ask["route"])]
    near = next((app for file in files for app in apps if app["path"] == file), None)
    return near or (apps[0] if len(apps) == 1 else None)


def _edits(
    site: Site, main: Mapping[str, Any], app: Mapping[str, Any] | None, found: Mapping[str, Any], *, configures: bool
) -> tuple[Edit, ...]:
    """The lines of the user's own files; imports come last, since they move the lines below them."""
    texts = {path: site.text(path) for path in (main["path"], *([app["path"]] if app else ()))}
    if app:
        variable = app["variable"]
        added = ["configure_logging()"] if configures else []
        if app["framework"] == "flask":
            added.append(f"{variable}.wsgi_app = RequestIdMiddleware({variable}.wsgi_app)")
        else:
            added.append(f"{variable}.add_middleware(RequestIdMiddleware)")
        texts[app["path"]] = python_edits.after_statement(texts[app["path"]], app["line"], added)
    texts[main["path"]] = python_edits.decorated(texts[main["path"]], main["name"], "@recorded")
    own = {part for path in site.paths if path.endswith(".py") for part in path[:-3].split("/")}
    own |= {found[module]["name"].partition(".")[0] for module in ("recorder", "requests")}
    imports = [(main["path"], f"from {found['recorder']['name']} import recorded")]
    if app:
        names = ", ".join(["RequestIdMiddleware", *(["configure_logging"] if configures else [])])
        imports.append((app["path"], f"from {found['requests']['name']} import {names}"))
    for path, line in imports:
        texts[path] = importing(texts[path], line, own)
    texts[_IGNORED] = _ignoring(site.text(_IGNORED), f"{found['folder']}/")
    return tuple(Edit(path, site.text(path), text) for path, text in texts.items())


def _ignoring(text: str, line: str) -> str:
    return text if line in text.splitlines() else with_line(text, line)


def _test(site: Site) -> str:
    folder = site.survey["layout"]["tests"]["folder"]
    return site.free(f"{folder}/test_prediction_log.py").removesuffix(".py")


def _left(
    site: Site, usable: list[dict[str, Any]], app: Mapping[str, Any] | None, found: Mapping[str, Any]
) -> Iterator[str]:
    others = [ask for ask in usable[1:] if ask["llm"] == usable[0]["llm"] and not (ask["llm"] and ask["route"])]
    for ask in others[:_NAMED]:
        where = f"{ask['path']}:{ask['line']}"
        yield f"{where} {ask['name']} asks a model too: put @recorded above it if it shall be on record"
    if len(others) > _NAMED:
        yield f"{len(others) - _NAMED} more functions ask a model, of which the same is true"
    if not app:
        configure = f"{found['requests']['name']}.configure_logging()"
        yield f"call {configure} where your program starts: then its log lines carry the id of the request"
    yield f"personal data: add the names of such fields to PRIVATE in {found['plain']['path']}.py"
    file = re.escape(found["path"].rpartition("/")[2])
    for path in site.paths:
        if "dockerfile" in path.rpartition("/")[2].lower():
            yield f"{path}: set PREDICTION_LOG_DIR to a mounted volume, so that the records outlive the container"
            if re.search(rf"^\s*(?:COPY|ADD)\s[^\n]*\b{file}\b", site.text(path), re.MULTILINE):
                yield f"{path} copies single files: let it copy the new modules beside {found['path']} too"
