"""What of the repository can be tested, and what is tested already.

on_push      does CI run the tests already?
task         a task of the root that runs the tests: "make test", or ""
functions    those that a test can call without the world, those that make features first:
             {"path", "module": as a test imports it with "roots" (folders, "" for the top) on sys.path, "name", "feature": true, "libraries": of others, by the names that are imported,
              "takes": "frame" | "text" | "values", "gives": "frame" | "series" | "text" | "values",
              frame: "adds", "drops", "columns", "keeps_input", "keeps_rows", "by_row", "rows": [{column: value}], "table": where from;
              text: "stripped", "lowered", "absent", "patterns", "squeezed", "ascii", "idempotent";
              values: "examples" and "raises" with what is "given" and what it "gives", in Python, "pieces": gives them one by one}
journey      {} or training and serving together: {"train": module, "app": module, "variable": "app", "framework": "fastapi" | "flask",
              "data": ["data/customers.csv"], "model": path, "route": "/predict", "payload": {…}, "gives": ["probability"]}
dialogue     {} or an endpoint that asks a language model: {"app": module, "variable", "route", "payload"}
"""

import sys
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
from scorecard.survey.llm_imports import Imports
from scorecard.survey.tables import Table, tables

_ROWS = 4
_MOST = 12
_TAKES = ("frame", "text", "values")
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
    importable, found = modules.Importable(repository, code), []
    imports = Imports(code, lambda _path: None)  # of the modules' places nothing but their imports says anything
    for source in code.sources:
        if source.language != "python" or source.notebook or is_test(source.path) or is_demo(source.path):
            continue
        public = any(not function.name.startswith("_") and "." not in function.name for function in source.functions)
        if not public or source.path not in importable:
            continue
        module = importable.module(source.path)
        if module is None:
            continue
        modules.with_constants(importable, module)
        for function in module.functions.values():
            understood = None if function.name.startswith("_") else pure.understood(module, function)
            if understood is None or any(len(kinds) > 1 for kinds in understood.get("needs", {}).values()):
                continue  # it cannot be a number and a text
            if understood["takes"] == "frame":
                understood = _with_rows(understood, known)
            inside = module_name(source.path, root) if root else ""
            place = {"module": inside, "roots": [root]} if inside else imports.place(source.path)
            if place["module"]:
                named = {
                    "path": source.path,
                    "name": function.name,
                    **place,
                    "libraries": _libraries(code, importable, source.path),
                }
                found.append({**named, "feature": (source.path, function.name) in transforms, **understood})
    return sorted(found, key=lambda one: (not one["feature"], _TAKES.index(one["takes"]), one["path"]))


def _libraries(code: Code, importable: modules.Importable, path: str) -> list[str]:
    """What others' libraries a test comes to that imports the file, by the names that are imported."""
    found = set()
    for one in importable.reached(path):
        source = code.source(one)
        for item in source.imports if source else ():
            top = item.module.partition(".")[0]
            if (
                top
                and top not in sys.stdlib_module_names
                and not code.module(item.module, one)
                and not code.module(top, one)
            ):
                found.add(top)
    return sorted(found)


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
