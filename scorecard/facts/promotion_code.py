"""Code that moves a model to another stage or alias, or holds it until somebody approves it."""

from collections.abc import Iterator

from scorecard.facts.called import is_called
from scorecard.facts.code import Code, Hit
from scorecard.facts.environment_names import tokens
from scorecard.facts.own_calls import Own, OwnCalls
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Function, Source

# Calls that set a stage or an alias of a registered model, with the modules that the file must import ("" for any).
STAGE_CALLS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("", (
        "*.transition_model_version_stage", "*.set_registered_model_alias", "*.update_model_package", "*.add_version_aliases", "*.merge_version_aliases",
        "*.change_stage", "*.add_registry_model_version_stage", "*.update_registry_model_version", "*.link_artifact", "*.link_model", "*.models.share",
        "*.copy_model_version", "*.promote_model_version",
    )),
    ("zenml", ("*.set_stage",)),
    ("wandb", ("*.aliases.append",)),
    ("clearml", ("*.publish",)),
    ("snowflake", ("*.set_alias",)),
    ("langfuse", ("*.update_prompt",)),
    ("comet_ml", ("*.set_status",)),
    ("truefoundry", ("*.promote",)),
)  # fmt: skip
# The position of the stage or alias among the arguments.
_GOALS = {"transition_model_version_stage": 2, "set_registered_model_alias": 1, "set_stage": 0, "append": 0}
_NOWHERE = frozenset({"archived", "none", "latest", "deprecated", "rejected", ""})
_PROMOTES = r"_?(?:auto_)?promote(?:_|$)|_?promote[A-Z]|set_champion|swap_champion|make_champion|challenger_to_champion"
# A file or an entry that says which model serves: `write_champion_json`, `update_production_pointer`.
_POINTS = (
    r"_?(?:write|save|update|set|store|record|publish|upload|point|switch|move|flip)_(?:\w{1,20}_)?(?:champion|production|prod|live|active_model|current_model|serving_model)_"
    r"(?:model_|version_)?(?:json|pointer|ref|reference|alias|symlink|manifest|marker)$"
)
_POINTED = lazily(r"(?:model_)?(?:run_id|version|uri|path|artifact)|path_in_repo|(?:model|artifact)_(?:id|path|name)")
_DEED = frozenset({
    "copy", "copy2", "copyfile", "copytree", "move", "rename", "replace", "set", "update", "put", "upload", "write", "save", "register", "transition",
    "alias", "tag", "symlink", "dump", "insert", "execute", "commit", "create", "push", "post", "deploy", "link", "publish", "activate",
})  # fmt: skip
# What is sure enough where it stands in another function.
_PUTS = frozenset(
    {
        "copy",
        "copy2",
        "copyfile",
        "copytree",
        "move",
        "rename",
        "symlink",
        "upload",
        "insert",
        "execute",
        "register",
        "alias",
    }
)
_SUBJECT = lazily(
    r"model|champion|challenger|candidate|registry|prod|staging|release|deploy|train|pipeline|mlops|prompt|index"
)
_MOVES_STAGE = r"_?(?:set|update|change|move|transition|advance)_(?:\w{1,20}_)?(?:stage|status|alias)(?:_|$)|(?:set|update|change|transition)\w{0,20}(?:Stage|Status|Alias)$"
_REGISTERED = lazily(r"model|registry|champion")
_ASKS = ("approval_status", "model_approval_status", "ModelApprovalStatus", "modelApprovalStatus")


def of_models(code: Code, calls: OwnCalls) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """(what happens, the lines) for each way in which code promotes a model, the system's own code only."""
    moved = [hit for hit in _moves(code) if _counts(hit) and is_called(code, hit.source, hit.scope)]
    if moved:
        first = moved[0].name.rpartition(".")[2]
        yield f"{first} moves a model version to another stage or alias", tuple(code.quote(moved))
    held = [hit for hit in _held(code) if _counts(hit) and is_called(code, hit.source, hit.scope)]
    if held:
        yield "a registered model waits for a manual approval", tuple(code.quote(held))
    yield from _own_stages(code)
    yield from _pointers(code)
    for source, function in code.functions(_PROMOTES):
        about = f"{source.path} {function.name}".lower()
        if source.notebook or is_demo(source.path) or function.statements < 2 or not _SUBJECT.search(about):
            continue
        if not is_called(code, source, function.name):
            continue
        deed = _deed(source, function)
        done = code.evidence(source, deed.line) if deed else _done_below(code, calls, Own(source, function))
        if done:
            yield f"{function.last} promotes it by code", (code.evidence(source, function.line), done)
            return


def _pointers(code: Code) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """A function, started from elsewhere, that writes down which version or run is the champion."""
    for source, function in code.functions(_POINTS):
        if source.notebook or is_demo(source.path) or is_test(source.path) or function.statements < 2:
            continue
        said = (*(text.value for text in source.texts_of(function.name)), *function.params)
        deed = _deed(source, function)
        started = [h for h in code.calls(f"*.{function.last}", function.last, notebooks=False) if _counts(h)]
        if deed and started and any(map(_POINTED.fullmatch, said)):
            shown = (code.evidence(source, function.line), code.evidence(source, deed.line), *code.quote(started[:2]))
            yield f"{function.last} points to the model that serves", shown
            return


def _done_below(code: Code, calls: OwnCalls, own: Own) -> Evidence | None:
    """The line of an own function that it calls, or of one which that one calls, that copies or records what is promoted."""
    for one in calls.below(own)[1:]:
        done = next((c for c in one.calls if _PUTS.intersection(tokens(c.last)) and not is_test(one.source.path)), None)
        if done:
            return code.evidence(one.source, done.line)
    return None


def _own_stages(code: Code) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """A registry of one's own: a function that moves a model to a stage, started from elsewhere, and code that asks for one."""
    for source, function in code.functions(_MOVES_STAGE):
        about = f"{source.path} {function.name}".lower()
        if source.notebook or is_demo(source.path) or function.statements < 2 or not _REGISTERED.search(about):
            continue
        words = {text.value.strip().lower() for text in source.texts}
        deed = _deed(source, function)
        if deed is None or "production" not in words or not words & {"staging", "archived", "development", "candidate"}:
            continue
        started = [h for h in code.calls(f"*.{function.last}", function.last, notebooks=False) if _counts(h)]
        if started:
            yield (
                f"{function.last} moves a model of the project's own registry to another stage",
                (code.evidence(source, function.line), code.evidence(source, deed.line), *code.quote(started[:2])),
            )
            return


def _counts(hit: Hit) -> bool:
    return not is_demo(hit.path) and not is_test(hit.path)


def _moves(code: Code) -> Iterator[Hit]:
    for module, patterns in STAGE_CALLS:
        users = {hit.path for hit in code.imports(module, notebooks=False)} if module else set()
        for hit in code.calls(*patterns, notebooks=False):
            if hit.call and (not module or hit.path in users) and not _leads_nowhere(hit.call) and _is_alias(hit.call):
                yield hit


def _leads_nowhere(call: Call) -> bool:
    """Does it only retire a version, or give it the alias that every new one gets?"""
    goal = call.kwarg("stage", "alias", "status")
    position = _GOALS.get(call.last, -1)
    if goal is None and position >= 0:
        goal = call.args[position] if position < len(call.args) else None
    return (
        goal is not None
        and goal.startswith("'")
        and (goal[1:].lower() in _NOWHERE or goal[1:].lower().startswith("latest"))
    )


def _is_alias(call: Call) -> bool:
    """Is `append` that of an artifact's aliases, rather than of a list of names to give a new one?"""
    owner = call.name.rpartition(".")[0]
    return call.last != "append" or owner.endswith(".aliases")


def _held(code: Code) -> Iterator[Hit]:
    """Registered so that a person must approve: SageMaker's `PendingManualApproval`."""
    for hit in code.calls(
        "*.RegisterModel", "*.register", "*.ModelStep", "*.create_model_package", "*.RegisterModelStep", notebooks=False
    ):
        value = hit.call.kwarg(*_ASKS) if hit.call else None
        if value is not None and (not value.startswith("'") or "Pending" in value) and not _is_waved_through(code, hit):
            yield hit


def _is_waved_through(code: Code, hit: Hit) -> bool:
    """Is the approval a parameter that is granted by default, and that nothing asks for later?"""
    parameters = [
        c for c in hit.source.calls if c.last == "ParameterString" and "approval" in " ".join(c.strings).lower()
    ]
    granted = any(c.kwarg("default_value") == "'Approved" for c in parameters)
    return granted and not code.calls("*.list_model_packages", "*.update_model_package", "*.describe_model_package")


def _deed(source: Source, function: Function) -> Call | None:
    """The call in the function that changes something."""
    return next(
        (
            c
            for c in source.calls
            if function.line <= c.line <= function.end and _DEED.intersection(tokens(c.last)) and c.line > function.line
        ),
        None,
    )
