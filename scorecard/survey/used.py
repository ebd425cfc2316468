"""What stands around a save: the data that its file reads, the measures that it knows, and where the model is loaded."""

import ast
import re

from msgspec.structs import replace

from scorecard.facts.code import Code, Hit
from scorecard.paths import is_demo
from scorecard.survey.literals import Module, parsed, plain
from scorecard.survey.saved import Saved, given_to, target_of
from scorecard.survey.syntax import can_be_said_again, name_of

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
_PREPARES = re.compile(r"(?:^|[/_])(?:data|datasets?|ingest\w*|load\w*|prepar\w*|preprocess\w*|pipeline)(?:[/_.])")
# One number each, as they are called without further options.
_METRICS = frozenset(
    {
        "accuracy_score", "average_precision_score", "balanced_accuracy_score", "brier_score_loss", "cohen_kappa_score", "explained_variance_score", "f1_score", "log_loss",
        "matthews_corrcoef", "max_error", "mean_absolute_error", "mean_absolute_percentage_error", "mean_squared_error", "median_absolute_error", "precision_score", "r2_score",
        "recall_score", "roc_auc_score", "root_mean_squared_error", "silhouette_score",
    }
)  # fmt: skip


def loads(code: Code) -> list[tuple[str, int, str]]:
    """Path, line and file of every call that loads a model, outside of tests."""
    out = []
    for hit in code.calls(*_LOADS, notebooks=False):
        module = parsed(code, hit.path) if hit.source.language == "python" and not is_demo(hit.path) else None
        for node in module.calls(hit.line, hit.name.rpartition(".")[2])[:1] if module else ():
            target = target_of(module, node, replace(hit, name="load")) if module else None
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


def prepared(code: Code) -> list[tuple[str, int, str, str]]:
    """The same for modules that prepare data, by their names, as far as the files that they read are in the repository."""
    known = set(code.repository.paths)
    found = []
    for hit in code.calls(*_READS, notebooks=False):
        module = parsed(code, hit.path) if _PREPARES.search(hit.path) and not is_demo(hit.path) else None
        for node in module.calls(hit.line, hit.name.rpartition(".")[2])[:1] if module else ():
            file = plain(module.value(given_to(node, 0)).replace("\\", "/")) if module else ""
            if file in known:
                found.append((hit.path, hit.line, f'"{file}"', file))
    return list({item[3]: item for item in found}.values())[:3]


def _read(code: Code, hit: Hit, at: Saved) -> tuple[str, int, str, str] | None:
    module = parsed(code, hit.path)
    for node in module.calls(hit.line, hit.name.rpartition(".")[2])[:1] if module else ():
        target = given_to(node, 0)
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
    chain = [here, *module.above(here)]
    blocks = [_block(module, node) for node in chain]
    for node in ast.walk(module.tree):
        if not (isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)):
            continue
        before = module.at(node.lineno) < at.first and _block(module, node) in blocks
        if before and _is_measure(node.value) and module.function(node) is module.function(here):
            out[node.targets[0].id] = node.targets[0].id
    return out


def _block(module: Module, node: ast.AST) -> tuple[int, str]:
    """Which list of statements holds ``node``: what stands there before another has been run before it."""
    holder = module.parents.get(node, module.tree)
    return id(holder), next((f for f, v in ast.iter_fields(holder) if isinstance(v, list) and node in v), "")


def _is_measure(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call) or any(k.arg in {"multioutput", "normalize"} for k in node.keywords):
        return False
    average = next((k.value for k in node.keywords if k.arg == "average"), ast.Constant(""))
    if not (isinstance(average, ast.Constant) and isinstance(average.value, str)):
        return False
    return name_of(node.func).rpartition(".")[2] in _METRICS
