"""Switches of the served model: a command or endpoint that makes a version which a person names the one in use."""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.configuration import Configuration
from scorecard.facts.pipelines import Pipelines
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Function, Source

_ALIASES = (
    "*.set_registered_model_alias",
    "*.transition_model_version_stage",
    "*.set_model_version_alias",
    "*.update_alias",
    "*.add_version_aliases",
    "*.set_default_version",
    "*.set_stage",
)
_FETCHES = "get_model_version"  # of ZenML, whose version is told by what fetches it: `get_model_version(name, version).set_stage("production")`
_COMMANDS = ("click.*command", "typer.*command", "*.command", "fire.Fire", "invoke.*task", "*.cli", "*.app.command")
_ENDPOINTS = lazily(r"\.(?:post|put|patch|route|api_route|get|delete)$|api_view$|action$")
_CHOSEN = lazily(
    r"(?:model_?)?version(?:_?(?:id|number))?|model_?id|model_?uri|run_?id|revision|deployment_?(?:id|uid|name)|release",
    re.IGNORECASE,
)
_ACTIVATES = lazily(
    r"(?:set|switch|make|mark)_?(?:\w+_)?(?:active|current|default|champion|production|serving)(?:_\w+)?$|activate(?:_\w+)?$|(?:load|switch|reload|promote|deploy|serve|swap)_(?:model|version|deployment)(?:_\w+)?$",
    re.IGNORECASE,
)
_OF_MODELS = lazily(r"model|deploy|version|champion|prompt|release", re.IGNORECASE)
_UNSERVED = lazily(r"challenger|candidate|staging|archived|validated|dev|test|none|rejected|shadow", re.IGNORECASE)
_LATEST = lazily(r"latest|newest|new_|search_model_versions|last|max\(|\[0\]|\[-1\]|best", re.IGNORECASE)


def switches(
    code: Code, configuration: Configuration, pipelines: Pipelines
) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """Every such switch."""
    for hit in code.calls(*_ALIASES, notebooks=False):
        if hit.call is None or is_demo(hit.path) or any(_UNSERVED.fullmatch(word) for word in hit.call.strings):
            continue
        function = code.enclosing(hit.source, hit.line)
        fetched = next((c for c in hit.source.calls_of(hit.scope) if c.last == _FETCHES), None)
        by = hit.call if hit.call.last != "set_stage" else fetched
        chosen = _chosen_by_a_person(code, hit.source, function, _version(by)) if by else 0
        if chosen:
            yield (
                "a defined command makes a named version the served one",
                (code.evidence(hit.source, chosen), code.evidence(hit)),
            )
    for source in code.sources:
        if source.notebook or is_test(source.path) or is_demo(source.path):
            continue
        yield from _endpoints(code, source)
    yield from _inputs(configuration, pipelines)


def _version(call: Call) -> str:
    given = call.kwarg("version", "model_version", "function_version", "FunctionVersion")
    return (
        given
        if given is not None
        else call.args[2]
        if len(call.args) > 2
        else call.args[1]
        if len(call.args) > 1
        else ""
    )


def _chosen_by_a_person(code: Code, source: Source, function: Function | None, value: str) -> int:
    """The line on which the version comes in from outside, 0 where the code finds it by itself."""
    name = value.removesuffix("()").removesuffix("[]")
    if not name or name.startswith("'") or name[0].isdigit():
        return 0
    last = name.rpartition(".")[2]
    root = name.partition(".")[0]
    if root in (
        "args",
        "config",
        "cfg",
        "settings",
        "opts",
        "options",
        "params",
        "parsed_args",
        "payload",
        "request",
        "body",
        "req",
        "flags",
        "FLAGS",
    ):
        return function.line if function else 1
    if "parse_args()." in name:
        return function.line if function else 1
    if root == "self":
        return _field(source, function, last)
    scope = function.name if function else ""
    for assign in source.assigns:
        if assign.target == last and assign.scope == scope:
            row = code.line(source.path, assign.line)
            outside = re.search(
                r"(?:args|config|cfg|settings|opts|params|payload|request|body)\.\w|environ|getenv|widgets\.get|sys\.argv|input\(",
                row,
            )
            if outside and not re.search(r"search_|latest|taskValues", row):
                return assign.line
            own = re.search(r"=\s*(?:int\(|str\()?self\.(\w+)\)?\s*$", row)
            if own and (line := _field(source, function, own[1])):
                return line
    if function and last in function.params:
        return _entered(code, source, function, last)
    return 0


def _field(source: Source, function: Function | None, name: str) -> int:
    """The line of a configuration class's field that the method's object holds."""
    holder = function.name.rpartition(".")[0] if function else ""
    for klass in source.classes:
        if klass.name == holder:
            return next((line for field, _, line in klass.fields if field == name), 0)
    return 0


def _entered(code: Code, source: Source, function: Function, parameter: str) -> int:
    """Is the function a command or an endpoint, or called by one that is told the version?"""
    if any(re.search(r"command|task$|cli$", d) or _ENDPOINTS.search(d) for d in function.decorators):
        return function.line
    callers = [h for h in code.calls(f"*.{function.last}", notebooks=False) if h.call is not None]
    for hit in callers[:20]:
        given = (hit.call.kwarg(parameter) if hit.call else "") or ""
        position = (
            [p for p in function.params if p not in ("self", "cls")].index(parameter)
            if parameter in function.params
            else 0
        )
        if not given and hit.call and position < len(hit.call.args):
            given = hit.call.args[position]
        root = given.partition(".")[0]
        if (
            root in ("args", "config", "cfg", "settings", "opts", "payload", "request", "body", "req", "parsed_args")
            and "." in given
            and not _LATEST.search(given)
        ):
            return hit.line if hit.source is source else function.line
        outer = code.enclosing(hit.source, hit.line)
        if (
            outer
            and given in outer.params
            and any(re.search(r"command|task$|cli$", d) or _ENDPOINTS.search(d) for d in outer.decorators)
        ):
            return function.line
    options = [t for t in source.texts if re.fullmatch(r"--(?:model[-_])?version", t.value)]
    return options[0].line if options and _main_calls(source, function) else 0


def _main_calls(source: Source, function: Function) -> bool:
    return any(c.last == function.last for c in source.calls)


def _endpoints(code: Code, source: Source) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """Commands and endpoints named for making a version active, which are told the version."""
    for function in source.functions:
        entry = next((d for d in function.decorators if re.search(r"command$|task$", d) or _ENDPOINTS.search(d)), "")
        if not entry or entry.endswith((".get", ".delete")):
            continue
        name = (
            function.last.removesuffix("_route").removesuffix("_endpoint").removesuffix("_api").removesuffix("_handler")
        )
        if not _ACTIVATES.search(name) or not _OF_MODELS.search(f"{name} {source.path}"):
            continue
        inside = [t.value for t in source.texts_of(function.name)]
        told = any(
            (_CHOSEN.fullmatch(p) and not re.fullmatch(r"model_?id|model_?uri|run_?id", p))
            or (_CHOSEN.fullmatch(p) and "activ" in name)
            for p in function.params
        )
        told = told or any(
            re.fullmatch(r"(?:model_)?version(?:_id)?|deployment_?u?id|model_version", t) for t in inside
        )
        if told:
            calls = [c for c in source.calls if function.line < c.line <= function.end and _ACTIVATES.search(c.last)]
            yield (
                f"`{function.last}` makes a named version the served one",
                (code.evidence(source, function.line), *(code.evidence(source, c.line) for c in calls[:1])),
            )


def _inputs(configuration: Configuration, pipelines: Pipelines) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """Deploy pipelines that ask the person who starts them for the model version."""
    wanted = re.compile(
        r"model[-_]?version|model[-_]?run[-_]?id|rollback[-_]?(?:to|version|tag)|artifact[-_]?build[-_]?id|(?:target|previous)[-_]?version",
        re.IGNORECASE,
    )
    for path in pipelines.files:
        text = configuration.repository.text(path)
        if not wanted.search(text) or not re.search(r"deploy|serve|promot|rollback", text, re.IGNORECASE):
            continue
        for document in configuration.documents(path):
            inputs = document["on"]["workflow_dispatch"]["inputs"]
            for key, _ in inputs.entries():
                if wanted.fullmatch(key.text) and re.search(r"inputs\." + re.escape(key.text), text):
                    yield (
                        "the deploy workflow takes the model version to serve",
                        (configuration.evidence(path, key.line),),
                    )
            for node in document["parameters"] if document["parameters"].is_list else ():
                if wanted.fullmatch(node["name"].text):
                    yield (
                        "the deploy pipeline takes the model version to serve",
                        (configuration.evidence(path, node.key_line("name")),),
                    )
