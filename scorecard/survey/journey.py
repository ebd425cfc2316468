"""Training and serving as one test can run them: a script that learns from a small table in the repository, and a service that answers with its model.

Nothing is taken for granted: whatever the two import that could reach further than a temporary folder rules it out.
"""

import ast
from collections.abc import Callable
from typing import Any

from scorecard.facts.code import Code
from scorecard.paths import is_demo, is_test
from scorecard.readers.code import Source
from scorecard.repository import Repository
from scorecard.survey import modules
from scorecard.survey.tables import Table

# A model of these learns from a small table in seconds, and writes nothing but the files that the script names.
_LOCAL = frozenset({
    "pandas", "numpy", "sklearn", "joblib", "scipy", "fastapi", "flask", "pydantic", "xgboost", "lightgbm", "uvicorn", "typing_extensions", "starlette", "yaml",
})  # fmt: skip
PLAIN = frozenset({
    "pathlib", "os", "asyncio", "uuid", "textwrap", "copy", "json", "pickle", "logging", "typing", "dataclasses", "datetime", "math", "collections", "functools", "itertools", "re", "warnings", "time", "sys", "__future__",
    "enum", "contextlib", "random", "string", "hashlib", "abc", "io",
})  # fmt: skip
_SLOW = frozenset(
    {
        "GridSearchCV",
        "RandomizedSearchCV",
        "HalvingGridSearchCV",
        "HalvingRandomSearchCV",
        "BayesSearchCV",
        "argparse",
        "environ",
        "getenv",
        "__file__",
        "argv",
    }
)
_MODELS = (".joblib", ".pkl", ".pickle", ".bin", ".sav")
_VALUES = {"int": int, "float": float, "str": str}


def found(repository: Repository, code: Code, known: list[Table], name: Callable[[str], str]) -> dict[str, Any]:
    """See `scorecard.survey.testing`; {} where there is none. ``name`` says how a test imports a file."""
    python = [
        s for s in code.sources if s.language == "python" and not (s.notebook or is_test(s.path) or is_demo(s.path))
    ]
    local = [s for s in python if name(s.path) and _is_local(code, s)]
    services = [(s, served) for s in local if (served := _service(repository, code, s, known))]
    for trainer in local:
        files = closure(code, trainer)
        texts = {text.value for source in files for text in source.texts}
        data = [
            path
            for path in repository.own
            if path in texts and path.endswith((".csv", ".json", ".yaml", ".yml", ".txt"))
        ]
        learns = any(call.last == "fit" for source in files for call in source.calls)
        starts = trainer.main or any(not call.scope and call.last == "fit" for call in trainer.calls)
        if learns and starts and data and all(repository.text(path) for path in data):
            for service, served in services:
                if served["model"] in texts and served["table"] in data:
                    return {"train": name(trainer.path), "app": name(service.path), "data": data, **served}
    return {}


def closure(code: Code, source: Source) -> list[Source]:
    """The file and what it imports of ours."""
    seen, todo = {source.path: source}, [source.path]
    while todo:
        for path in sorted(code.imports_of.get(todo.pop(), ())):
            inner = code.source(path)
            if path not in seen and inner is not None:
                seen[path] = inner
                todo.append(path)
    return list(seen.values())


def reaches_only(code: Code, source: Source, libraries: frozenset[str]) -> bool:
    """Do the file and what it imports of ours import nothing else?"""
    own = {part.removesuffix(".py") for path in code.imports_of for part in path.split("/")}
    roots = {
        item.module.partition(".")[0]
        for file in closure(code, source)
        for item in file.imports
        if item.module.strip(".")
    }
    return roots <= libraries | own


def _is_local(code: Code, source: Source) -> bool:
    """Does it import nothing that could reach further than the folder in which it runs, or take long?"""
    return reaches_only(code, source, _LOCAL | PLAIN) and not any(_SLOW & file.names for file in closure(code, source))


def _service(repository: Repository, code: Code, source: Source, known: list[Table]) -> dict[str, Any]:
    """The first endpoint that takes a row and answers with what the model says of it."""
    module = modules.read(repository, source.path)
    files = closure(code, source)
    loads = any(call.last in {"load", "open"} for file in files for call in file.calls)
    texts = {text.value for file in files for text in file.texts}
    models = sorted(text for text in texts if text.endswith(_MODELS) and not text.startswith("/"))
    model = models[0] if loads and models else ""
    if module is None or not model or repository.has(model):
        return {}
    apps = {variable: kind.lower() for kind in ("FastAPI", "Flask") for variable in modules.made_by(module, kind)}
    for function in module.tree.body:
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in function.decorator_list:
                route = route_of(decorator)
                if route and route[0] in apps:
                    framework = apps[route[0]]
                    asked = (
                        _asked(module, function, known)
                        if framework == "fastapi"
                        else _whole_row(function, known, texts)
                    )
                    gives = _answer(function)
                    if asked and gives:
                        return {
                            "model": model,
                            "variable": route[0],
                            "framework": framework,
                            "route": route[1],
                            "gives": gives,
                            **asked,
                        }
    return {}


def route_of(node: ast.expr) -> tuple[str, str] | None:
    """Application and path of `@app.post("/predict")` and `@app.route("/predict", methods=["POST"])`."""
    if (
        not isinstance(node, ast.Call)
        or not isinstance(node.func, ast.Attribute)
        or not isinstance(node.func.value, ast.Name)
    ):
        return None
    post = node.func.attr == "post" or (node.func.attr == "route" and "POST" in ast.unparse(node))
    path = node.args[0] if node.args else None
    if post and isinstance(path, ast.Constant) and isinstance(path.value, str) and not {"<", "{"} & set(path.value):
        return node.func.value.id, path.value
    return None


def _asked(
    module: modules.Module, function: ast.FunctionDef | ast.AsyncFunctionDef, known: list[Table]
) -> dict[str, Any]:
    """A row of a table that has all that the request's model asks for."""
    if len(function.args.args) != 1 or not isinstance(function.args.args[0].annotation, ast.Name):
        return {}
    name = function.args.args[0].annotation.id
    model = next((n for n in module.tree.body if isinstance(n, ast.ClassDef) and n.name == name), None)
    if model is None or [ast.unparse(base) for base in model.bases] != ["BaseModel"]:
        return {}
    fields = {
        n.target.id: ast.unparse(n.annotation)
        for n in model.body
        if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)
    }
    if not fields or set(fields.values()) - set(_VALUES):
        return {}
    needs = {field: ["num"] if kind in {"int", "float"} else [] for field, kind in fields.items()}
    for table in known:
        rows = table.take(list(needs), 1) if table.holds(needs) else []
        if rows and all(_VALUES[fields[field]](value) == value for field, value in rows[0].items()):
            return {"payload": rows[0], "table": table.path}
    return {}


def _whole_row(function: ast.FunctionDef | ast.AsyncFunctionDef, known: list[Table], texts: set[str]) -> dict[str, Any]:
    """A row with all columns that the service names, where the handler itself chooses the columns that it needs by a list of their names."""
    chosen = [
        n.slice.id
        for n in ast.walk(function)
        if isinstance(n, ast.Subscript) and isinstance(n.slice, ast.Name) and n.slice.id.isupper()
    ]
    reads = any(isinstance(n, ast.Attribute) and n.attr in {"get_json", "json"} for n in ast.walk(function))
    if function.args.args or not reads or not chosen:
        return {}
    for table in known:
        rows = table.take([column for column in table.kinds if column in texts], 1)
        if rows and rows[0]:
            return {"payload": rows[0], "table": table.path}
    return {}


def _answer(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """The names in the answer, where each return gives the same."""
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Return):
            value = node.value
            if isinstance(value, ast.Call) and ast.unparse(value.func) in {"jsonify", "flask.jsonify"}:
                names = [k.arg or "" for k in value.keywords]
                value = (
                    value.args[0] if value.args else ast.Dict(keys=[ast.Constant(value=n) for n in names], values=[])
                )
            if not isinstance(value, ast.Dict):
                return []
            found.add(
                tuple(k.value if isinstance(k, ast.Constant) and isinstance(k.value, str) else "" for k in value.keys)
            )
    return sorted(found.pop()) if len(found) == 1 else []
