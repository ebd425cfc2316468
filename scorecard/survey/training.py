"""What trains a model, where it is saved, from which data, and which of it has versions already.

main       the file that saves the model, "" where none is found: "train.py"
saves      [{"line": 30, "first": 30, "last": 30, "call": "joblib.dump", "target": "MODEL", "file": "models/model.joblib", "guard": ""}]: its saves that
           belong together, models first; ``first`` to ``last`` is the statement after which they are all done, ``file`` "" where it cannot be
           told, ``guard`` the condition that only one of several processes meets
others     [{"path": "train_big.py", "line": 12}]: where models are saved besides
beside     [{"path": "prepare.py", "line": 9, "file": "models/scaler.joblib"}]: where objects are saved that a model may need
data       [{"path": "train.py", "line": 18, "target": "DATA", "file": "data/customers.csv"}]: files that it reads; ``target`` is what to write for one
           where the model is saved
metrics    {"auc": "auc"}: measures that stand in variables where the model is saved
loads      [{"path": "app.py", "line": 29, "file": "models/model.joblib"}]: where the model is loaded
imports    {"style": "flat" | "dotted" | "relative", "root": "src"}: how the main file names its own modules, and from where
tests      {"root": "src" | None}: from where its tests import its modules, None where they import none
cwd        "" or the folder in which it must be started for its paths to hold
anchored   whether its paths are made from `__file__` instead
kept       {"model": "MLflow registry", "data": "", "lineage": "", "rollback": "", "releases": "", "environment": ""}: how what has versions already has
           them, "" for what has none
trains     whether anything here trains a model
"""

import ast
import re
from collections import Counter
from posixpath import dirname, join, normpath
from typing import Any

from scorecard.facts.code import Code
from scorecard.facts.data_store import DataStores
from scorecard.facts.dependencies import Dependencies
from scorecard.facts.identity import training_calls
from scorecard.facts.lineage import Lineage
from scorecard.facts.model_store import ModelStore
from scorecard.facts.releases import Releases
from scorecard.facts.rollback import Rollback
from scorecard.facts.training import Training
from scorecard.paths import is_test
from scorecard.readers.code import Source
from scorecard.repository import Repository
from scorecard.survey.literals import HERE, parsed, plain
from scorecard.survey.saved import Saved, saved
from scorecard.survey.used import loads, metrics, prepared, reads


def look(
    repository: Repository,
    code: Code,
    training: Training,
    store: ModelStore,
    stores: DataStores,
    lineage: Lineage,
    rollback: Rollback,
    releases: Releases,
    dependencies: Dependencies,
) -> dict[str, Any]:
    """See the module's docstring."""
    every = saved(code)
    loaded = loads(code)
    main = _main(code, every, {file for _, _, file in loaded if file})
    together = _together(every, main) if main else []
    data = (reads(code, together[-1]) or prepared(code)) if together else []
    cwd = _cwd(repository, together[0].path, [file for *_, file in data]) if together else ""
    source = code.source(together[0].path) if together else None
    return {
        "main": together[0].path if together else "",
        "saves": [
            {
                "line": s.line,
                "first": together[-1].first,
                "last": together[-1].last,
                "call": s.call,
                "target": s.target,
                "file": plain(s.file, cwd) if s.file else "",
                "guard": together[-1].guard,
            }
            for s in sorted(together, key=lambda s: not s.model)
        ],
        "others": [{"path": s.path, "line": s.line} for s in every if s.model and s not in together],
        "beside": [
            {"path": s.path, "line": s.line, "file": plain(s.file, cwd)}
            for s in every
            if s.file and not s.model and s not in together and not s.path.endswith(".ipynb")
        ],
        "data": [
            {"path": path, "line": line, "target": target, "file": plain(file, cwd) if file else ""}
            for path, line, target, file in data
        ],
        "metrics": metrics(code, together[-1]) if together else {},
        "loads": [
            {"path": path, "line": line, "file": plain(file, cwd) if file else ""} for path, line, file in loaded
        ],
        "imports": _imports(code, source) if source else {"style": "flat", "root": ""},
        "tests": {"root": _tests_root(code)},
        "cwd": cwd,
        "anchored": any(s.file.startswith(HERE) for s in together),
        "kept": {
            "model": store.stores[0].kind if store.stores else "",
            "data": stores.stores[0].kind if stores.stores else "",
            "lineage": lineage.links[0].kind if lineage.links else "",
            "rollback": rollback.ways[0].kind if rollback.ways else "",
            "releases": _releases(releases),
            "environment": _environment(dependencies),
        },
        "trains": bool(training.evidence),
    }


def _main(code: Code, every: list[Saved], served: set[str]) -> Saved | None:
    """The save of the model that is served, or of the script that trains, in code before notebooks."""
    trains = {hit.path for hit in training_calls(code)}

    def weight(item: Saved) -> tuple[bool, ...]:
        fits = item.path in trains
        return (
            bool(item.target),
            not item.path.endswith(".ipynb"),
            item.file in served,
            fits or any(path in trains for path in code.imports_of.get(item.path, ())),
            fits,
            "train" in item.path.lower(),
        )

    return max((s for s in every if s.model), key=weight, default=None)


def _together(every: list[Saved], main: Saved) -> list[Saved]:
    """The saves of one block of one function, in order: a model and what it needs, such as a scaler."""
    if not main.target:
        return [main]
    found = [s for s in every if (s.path, s.block) == (main.path, main.block) and s.target]
    seen: dict[str, Saved] = {}
    for item in sorted(found, key=lambda s: s.last):
        seen[item.target] = item
    return list(seen.values())


def _cwd(repository: Repository, main: str, data: list[str]) -> str:
    """Where the script must be started: a notebook where it lies, a script where the data that it names is found."""
    folder = dirname(main)
    if main.endswith(".ipynb"):
        return folder
    known = {*repository.paths, *(dirname(path) for path in repository.paths)}
    relative = [file for file in data if file and not file.startswith("/")]
    if any(normpath(file) in known for file in relative):
        return ""
    inside = any(normpath(join(folder, file)) in known or file.startswith("../") for file in relative)
    return folder if inside else ""


def _imports(code: Code, source: Source) -> dict[str, str]:
    """How a file names its siblings; one that names none is a module of its package, or a script."""
    module = parsed(code, source.path)
    if module and any(isinstance(n, ast.ImportFrom) and n.level for n in ast.walk(module.tree)):
        return {"style": "relative", "root": ""}
    for item in source.imports:
        if found := _root(code, item.module, source.path):
            flat = found[0] == dirname(source.path) and "." not in item.module
            return {"style": "flat" if flat else "dotted", "root": found[0]}
    package = source.path
    while code.source(join(dirname(package), "__init__.py")) is not None and dirname(package):
        package = dirname(package)
    if package == source.path:
        return {"style": "flat", "root": dirname(source.path)}
    return {"style": "dotted", "root": dirname(package)}


def _tests_root(code: Code) -> str | None:
    found = Counter(
        root[0]
        for source in code.sources
        if is_test(source.path)
        for item in source.imports
        if (root := _root(code, item.module, source.path))
    )
    return found.most_common(1)[0][0] if found else None


def _root(code: Code, module: str, near: str) -> tuple[str] | None:
    """The folder that must be on sys.path for ``module``, a name without dots in front, to be the file of ours that it is."""
    path = code.module(module, near) if module and not module.startswith(".") else ""
    if not path or is_test(path):
        return None
    place = re.sub(r"(?:/__init__)?\.py$", "", path)
    tail = module.replace(".", "/")
    return (place.removesuffix(tail).rstrip("/"),) if f"/{place}".endswith(f"/{tail}") else None


def _releases(releases: Releases) -> str:
    if releases.tags:
        return "tags"
    return "a changelog" if releases.changelogs else "releases made by CI" if releases.automation else ""


def _environment(dependencies: Dependencies) -> str:
    manifests = [m for m in dependencies.of(dependencies.main) if not m.folder]
    return next((m.lock or m.path for m in manifests if m.fixed), "")
