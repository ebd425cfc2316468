"""Where models are saved and loaded and data is read: the very calls, and the files that they mean."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from scorecard.facts.code import Code, Hit
from scorecard.facts.model_store import MODEL, saves
from scorecard.facts.model_store_tables import SAVES, UPLOADS
from scorecard.paths import is_demo, is_prose, is_test
from scorecard.patterns import lazily
from scorecard.survey.literals import Module, can_be_said_again, name_of, parsed

_READS = (
    "pandas.read_csv", "pandas.read_parquet", "pandas.read_json", "pandas.read_excel", "pandas.read_feather", "pandas.read_pickle", "pandas.read_table",
    "polars.read_csv", "polars.read_parquet", "polars.read_json", "polars.scan_csv", "polars.scan_parquet", "dask.dataframe.read_csv", "dask.dataframe.read_parquet",
    "numpy.load", "numpy.loadtxt", "numpy.genfromtxt", "numpy.memmap", "datasets.load_from_disk", "pyarrow.*read_table", "geopandas.read_file", "xarray.open_dataset",
    "*.ImageFolder", "*.flow_from_directory", "*.image_dataset_from_directory",
)  # fmt: skip
_LOADS = (
    "joblib.load", "pickle.load", "cloudpickle.load", "dill.load", "torch.load", "torch.jit.load", "skops.io.load", "*.load_model", "*.from_pretrained", "*.InferenceSession",
    "sklearn.externals.joblib.load", "*.saved_model.load",
)  # fmt: skip
_TO_SECOND = ("dump", "torch.save", "onnx.save", "onnx.save_model", "saved_model.save", "jit.save")
_PATHS = ("path", "filepath", "filename", "file", "fname", "f", "fp", "save_directory", "output_dir", "export_dir", "path_or_buf", "filepath_or_buffer", "filepath_or_file",
          "io", "root", "directory", "source", "model_path", "dataset_path", "fid")  # fmt: skip
_BESIDE = lazily(
    r"scal|encod|tokeni|vectori|vocab|imput|preproc|transform|columns|features?_names|processor|metric|history",
    re.IGNORECASE,
)
_METRIC = re.compile(r"(?:^|\.)(?:\w+_score|\w+_error|log_loss|score|auc|accuracy)$")


class Saved(NamedTuple):
    """One save. ``first`` to ``last`` is the statement after which the file is complete, ``block`` says in which block of code that stands."""

    path: str
    line: int
    first: int
    last: int
    block: str
    call: str
    target: str
    file: str
    model: bool


def saved(code: Code) -> list[Saved]:
    """Every save of a model to one and the same file, and of what is saved beside one, in order of files and lines."""
    models = {
        (h.path, h.line)
        for h, versioned in saves(code)
        if not versioned and h.name.rpartition(".")[2] not in {p.rpartition(".")[2] for p in UPLOADS}
    }
    found = [
        item
        for hit in code.calls(*SAVES)
        if hit.call and hit.source.language == "python" and not (is_demo(hit.path) or is_prose(hit.path))
        for item in _places(code, hit, model=(hit.path, hit.line) in models)
    ]
    files = {item.path for item in found if item.model}
    return sorted({(s.path, s.line): s for s in found if s.path in files}.values())


def _places(code: Code, hit: Hit, *, model: bool) -> Iterator[Saved]:
    """Where the save stands, or where the helper that does it is asked to."""
    module = parsed(code, hit.path)
    last = hit.name.rpartition(".")[2]
    if module is None:
        return
    for node in module.calls(hit.line, last)[:1]:
        target = _target(module, node, hit)
        function = module.function(node)
        given = {a.arg for a in function.args.args} if function else set()
        if function and isinstance(target, ast.Name) and target.id in given:
            yield from _asked(code, function, target.id, hit)
        said = module.source(target) if target is not None and can_be_said_again(target) else ""
        words = f"{module.source(node.args[0]) if node.args else ''} {said}"
        yield _made(module, node, hit.name, said, module.value(target), model=model and not _BESIDE.search(words))


def _asked(code: Code, function: ast.FunctionDef | ast.AsyncFunctionDef, parameter: str, hit: Hit) -> Iterator[Saved]:
    names = [a.arg for a in function.args.args if a.arg not in {"self", "cls"}]
    for caller in code.calls(f"*.{function.name}", function.name):
        module = parsed(code, caller.path) if not is_test(caller.path) else None
        for node in module.calls(caller.line, function.name)[:1] if module else ():
            position = names.index(parameter)
            target = next((k.value for k in node.keywords if k.arg == parameter), None)
            if target is None and position < len(node.args):
                target = node.args[position]
            words = module.source(node) if module else ""
            if module and target is not None and can_be_said_again(target):
                said, model = module.source(target), bool(MODEL.search(words.partition("(")[2]))
                model = model and not _BESIDE.search(words)
                yield _made(module, node, hit.name, said, module.value(target), model=model)


def _made(module: Module, node: ast.Call, call: str, said: str, file: str, *, model: bool) -> Saved:
    statement = _complete(module, node, said)
    holder = module.parents.get(statement, module.tree)
    block = f"{getattr(holder, 'lineno', 0)}:{next((f for f, v in ast.iter_fields(holder) if isinstance(v, list) and statement in v), '')}"
    first, last = module.at(statement.lineno), module.at(statement.end_lineno or statement.lineno)
    return Saved(module.path, module.at(node.lineno), first, last, block, call, said, file, model)


def _complete(module: Module, node: ast.Call, said: str) -> ast.stmt:
    """The statement after which the file is written for good: after the `with` that opens it, and after the loop that writes it again."""
    above = [n for n in (node, *module.above(node)) if isinstance(n, ast.stmt)]
    statement = above[0]
    for outer in above[1:]:
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            break
        bound = {n.id for n in ast.walk(outer) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        opens = isinstance(outer, ast.With) and any(_opened(i.context_expr) is not None for i in outer.items)
        again = isinstance(outer, ast.For | ast.While | ast.AsyncFor)
        if (opens or again) and not bound & set(re.findall(r"\w+", said)):
            statement = outer
    return statement


def _target(module: Module, node: ast.Call, hit: Hit) -> ast.expr | None:
    """The path that a save is given, also where it is given an open file."""
    if hit.name.endswith(".write_bytes"):
        return node.func.value if isinstance(node.func, ast.Attribute) else None
    position = 1 if hit.name.endswith(_TO_SECOND) and hit.name.partition(".")[0] != "self" else 0
    found = _given(node, position)
    if isinstance(found, ast.Name):
        for outer in module.above(node):
            for item in outer.items if isinstance(outer, ast.With) else ():
                if isinstance(item.optional_vars, ast.Name) and item.optional_vars.id == found.id:
                    return _opened(item.context_expr)
    return (_opened(found) or found) if found is not None else None


def _given(node: ast.Call, position: int) -> ast.expr | None:
    named = next((k.value for k in node.keywords if k.arg in _PATHS), None)
    return named if named is not None else node.args[position] if position < len(node.args) else None


def _opened(node: ast.expr) -> ast.expr | None:
    """The path in `open(path, "wb")` and in `path.open("wb")`."""
    if not isinstance(node, ast.Call) or name_of(node.func).rpartition(".")[2] != "open":
        return None
    if isinstance(node.func, ast.Attribute) and name_of(node.func.value) not in {"gzip", "bz2", "io", "builtins", "fs"}:
        return node.func.value
    return node.args[0] if node.args else None


def loads(code: Code) -> list[tuple[str, int, str]]:
    """Path, line and file of every call that loads a model, outside of tests."""
    out = []
    for hit in code.calls(*_LOADS, notebooks=False):
        module = parsed(code, hit.path) if hit.source.language == "python" and not is_demo(hit.path) else None
        for node in module.calls(hit.line, hit.name.rpartition(".")[2])[:1] if module else ():
            target = _target(module, node, hit._replace(name="load")) if module else None
            out.append((hit.path, hit.line, module.value(target) if module else ""))
    return out


def reads(code: Code, at: Saved) -> list[tuple[str, int, str, str]]:
    """Path, line, expression and file of the data that the file of ``at`` reads, or else the files that it imports."""
    near = code.imports_of.get(at.path, set())
    found = [_read(code, hit, at) for hit in code.calls(*_READS) if hit.path == at.path or hit.path in near]
    own = [r for r in found if r and r[0] == at.path]
    seen: dict[str, tuple[str, int, str, str]] = {}
    for item in own or [r for r in found if r]:
        if item[2] and not re.match(r"\w+://", item[3]):
            seen.setdefault(item[3] or item[2], item)
    return list(seen.values())


def _read(code: Code, hit: Hit, at: Saved) -> tuple[str, int, str, str] | None:
    module = parsed(code, hit.path)
    for node in module.calls(hit.line, hit.name.rpartition(".")[2])[:1] if module else ():
        target = _given(node, 0)
        if module is None or target is None:
            return None
        file, said = module.value(target), ""
        if hit.path == at.path and can_be_said_again(target) and _known(module, target, node, at):
            said = module.source(target)
        elif file and not file.startswith("/"):
            said = f'"{file}"'
        return hit.path, hit.line, said, file
    return None


def _known(module: Module, target: ast.expr, node: ast.AST, at: Saved) -> bool:
    """Does what the expression names stand at the top of the module, or in the function in which the model is saved?"""
    top = {
        n.id
        for s in module.tree.body
        for n in ast.walk(s)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and not module.function(n)
    }
    top |= {
        (a.asname or a.name).partition(".")[0]
        for n in module.tree.body
        if isinstance(n, ast.Import | ast.ImportFrom)
        for a in n.names
    }
    names = {n.id for n in ast.walk(target) if isinstance(n, ast.Name)} - {"str"}
    function = module.function(node)
    inside = bool(function and module.at(function.lineno) < at.first <= module.at(function.end_lineno or 0))
    return names <= top or (inside and module.at(getattr(node, "lineno", 0)) < at.first)


def metrics(code: Code, at: Saved) -> dict[str, str]:
    """Name and variable of the measures that are certain to be there where the model has been saved."""
    module = parsed(code, at.path)
    out: dict[str, str] = {}
    if module is None:
        return out
    here = next(n for n in ast.walk(module.tree) if isinstance(n, ast.stmt) and module.at(n.lineno) == at.first)
    around = [module.tree, *module.above(here)]
    for node in ast.walk(module.tree):
        if not (isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)):
            continue
        called = name_of(node.value.func) if isinstance(node.value, ast.Call) else ""
        before = module.at(node.lineno) < at.first and module.parents.get(node, module.tree) in around
        if called and before and _METRIC.search(called) and module.function(node) is module.function(here):
            out[node.targets[0].id] = node.targets[0].id
    return out
