"""What of the repository can be tested, and what is tested already.

on_push      does CI run the tests already?
task         a task of the root that runs the tests: "make test", or ""
functions    those that a test can call without the world, those that make features first:
             {"path", "module": as a test imports it, "name", "feature": true, "takes": "frame" | "text", "gives": "frame" | "series" | "text",
              frame: "adds", "drops", "columns", "keeps_input", "keeps_rows", "by_row", "rows": [{column: value}], "table": where from;
              text: "stripped", "lowered", "absent", "idempotent"}
journey      {} or training and serving together: {"train": module, "app": module, "variable": "app", "framework": "fastapi" | "flask",
              "data": ["data/customers.csv"], "model": path, "route": "/predict", "payload": {…}, "gives": ["probability"]}
dialogue     {} or an endpoint that asks a language model: {"app": module, "variable", "route", "payload"}
"""

from typing import Any

from scorecard.facts.code import Code
from scorecard.facts.data_code import DataCode
from scorecard.facts.suite import Suite
from scorecard.facts.suite_commands import TestCommands
from scorecard.facts.suite_runs import TestRuns
from scorecard.paths import is_demo, is_test
from scorecard.repository import Repository
from scorecard.survey import dialogue, journey, modules, pure
from scorecard.survey.layout import Layout
from scorecard.survey.tables import Table, tables

_ROWS = 4
_MOST = 4
_MADE_UP: dict[str, list[Any]] = {
    "num": [3.0, 1.5, 8.0, 2.25],
    "text": ["red", "green", "blue", "red"],
    "date": ["2024-01-31", "2024-02-29", "2024-06-15", "2024-12-24"],
}


def look(
    repository: Repository,
    code: Code,
    data: DataCode,
    suite: Suite,
    commands: TestCommands,
    runs: TestRuns,
    layout: Layout,
) -> dict[str, Any]:
    """See the module's docstring."""
    root = layout.root
    known = tables(repository)

    def name(path: str) -> str:
        return module_name(path, root)

    return {
        "on_push": bool(runs.on_change or runs.foreign or runs.outside),
        "task": next((c.typed for c in commands.tasks if "/" not in c.evidence[0].path), ""),
        "functions": _functions(repository, code, data, known, root)[:_MOST],
        "journey": journey.found(repository, code, known, name),
        "dialogue": dialogue.found(repository, code, suite, name),
    }


def module_name(path: str, root: str) -> str:
    """``path`` as it is imported where ``root`` is on sys.path, "" if it cannot be."""
    inside = path.removeprefix(f"{root}/") if root else path
    parts = inside.removesuffix(".py").removesuffix("/__init__").split("/")
    outside = root and not path.startswith(f"{root}/")
    return "" if outside or not all(part.isidentifier() for part in parts) else ".".join(parts)


def _functions(
    repository: Repository, code: Code, data: DataCode, known: list[Table], root: str
) -> list[dict[str, Any]]:
    transforms = {(definition.path, definition.name) for definition in data.all}
    found = []
    for source in code.sources:
        if source.language != "python" or source.notebook or is_test(source.path) or is_demo(source.path):
            continue
        name = module_name(source.path, root)
        module = modules.read(repository, source.path)
        if not name or module is None or not modules.importable(repository, code, source.path):
            continue
        modules.with_constants(repository, code, module)
        for function in module.functions.values():
            if function.name.startswith("_"):
                continue
            understood = pure.understood(module, function)
            if understood and any(len(kinds) > 1 for kinds in understood.get("needs", {}).values()):
                continue  # it cannot be a number and a text
            if understood and understood["takes"] == "frame":
                understood = _with_rows(understood, known)
            if understood:
                feature = (source.path, function.name) in transforms
                found.append(
                    {"path": source.path, "module": name, "name": function.name, "feature": feature, **understood}
                )
    return sorted(found, key=lambda one: (not one["feature"], one["takes"] != "frame", one["path"]))


def _with_rows(understood: dict[str, Any], known: list[Table]) -> dict[str, Any]:
    """With rows of a table that has what the function needs; where there is none, with made-up ones of the same kinds."""
    needs = understood.pop("needs")
    for table in known:
        if table.holds(needs):
            rows = table.take(list(needs) or list(table.kinds)[:4], _ROWS)
            if len(rows) > 1:
                return {**understood, "rows": rows, "table": table.path}
    made = {column: _MADE_UP[kinds[0] if kinds else "text"] for column, kinds in needs.items()} or {
        "a": _MADE_UP["num"]
    }
    rows = [{column: values[at] for column, values in made.items()} for at in range(_ROWS)]
    return {**understood, "rows": rows, "table": ""}
