"""Where models are saved: the very calls, the files that they mean, and the statement after which they are complete."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from scorecard.facts.code import Code, Hit
from scorecard.facts.model_store import MODEL, saves
from scorecard.facts.model_store_tables import SAVES, UPLOADS
from scorecard.paths import is_demo, is_prose, is_test
from scorecard.patterns import lazily
from scorecard.survey.literals import Module, parsed
from scorecard.survey.syntax import can_be_said_again, name_of

_TO_SECOND = ("dump", "torch.save", "onnx.save", "onnx.save_model", "saved_model.save", "jit.save")
_PATHS = ("path", "filepath", "filename", "file", "fname", "f", "fp", "save_directory", "output_dir", "export_dir", "path_or_buf", "filepath_or_buffer", "filepath_or_file",
          "io", "root", "directory", "source", "model_path", "dataset_path", "fid")  # fmt: skip
_BESIDE = lazily(
    r"scal|encod|tokeni|vectori|vocab|imput|preproc|transform|columns|features?_names|processor|metric|history",
    re.IGNORECASE,
)
_ONE_PROCESS = re.compile(r"(?:^|[\W_])rank(?:$|[\W_])|master|main_process|world_process_zero")


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
    guard: str = ""  # in a run of several processes: whether this is the one that saves


def saved(code: Code) -> list[Saved]:
    """Every save of a model to one and the same file, and of objects that may belong to one, in order of files and lines."""
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
    objects = [s for s in found if s.model or (s.target and s.call.endswith((*_TO_SECOND, ".save_pretrained")))]
    return sorted({(s.path, s.line): s for s in objects}.values())


def _places(code: Code, hit: Hit, *, model: bool) -> Iterator[Saved]:
    """Where the save stands, or where the helper that does it is asked to."""
    module = parsed(code, hit.path)
    last = hit.name.rpartition(".")[2]
    if module is None:
        return
    for node in module.calls(hit.line, last)[:1]:
        target = target_of(module, node, hit)
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
    guard = _guard(module, node, statement)
    return Saved(module.path, module.at(node.lineno), first, last, block, call, said, file, model, guard)


def _guard(module: Module, node: ast.Call, statement: ast.stmt) -> str:
    """The condition inside ``statement`` that only one of several processes meets."""
    for outer in module.above(node):
        if isinstance(outer, ast.If):
            parts = outer.test.values if isinstance(outer.test, ast.BoolOp) else [outer.test]
            words = [module.source(part) for part in parts]
            if found := next((w for w in words if _ONE_PROCESS.search(w)), ""):
                return found
        if outer is statement:
            break
    return ""


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


def target_of(module: Module, node: ast.Call, hit: Hit) -> ast.expr | None:
    """The path that a save is given, also where it is given an open file."""
    if hit.name.endswith(".write_bytes"):
        return node.func.value if isinstance(node.func, ast.Attribute) else None
    position = 1 if hit.name.endswith(_TO_SECOND) and hit.name.partition(".")[0] != "self" else 0
    found = given_to(node, position)
    if isinstance(found, ast.Name):
        for outer in module.above(node):
            for item in outer.items if isinstance(outer, ast.With) else ():
                if isinstance(item.optional_vars, ast.Name) and item.optional_vars.id == found.id:
                    return _opened(item.context_expr)
    return (_opened(found) or found) if found is not None else None


def given_to(node: ast.Call, position: int) -> ast.expr | None:
    named = next((k.value for k in node.keywords if k.arg in _PATHS), None)
    return named if named is not None else node.args[position] if position < len(node.args) else None


def _opened(node: ast.expr) -> ast.expr | None:
    """The path in `open(path, "wb")` and in `path.open("wb")`."""
    if not isinstance(node, ast.Call) or name_of(node.func).rpartition(".")[2] != "open":
        return None
    if isinstance(node.func, ast.Attribute) and name_of(node.func.value) not in {"gzip", "bz2", "io", "builtins", "fs"}:
        return node.func.value
    return node.args[0] if node.args else None
