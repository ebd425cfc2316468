"""`mlops add data`: the table that a model learns from is held against a schema in the line in which it is read."""

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from scaffolder.errors import Refused
from scaffolder.foreign import imports, tables
from scaffolder.foreign.data_edits import checked, options
from scaffolder.foreign.data_notebook import in_notebook
from scaffolder.foreign.model import Edit, Plan, Site

_CRITERIA = ("schema", "values", "wired", "mitigation", "distribution")
_HELP = "mlops explain data.schema says what would count here, and how to write it"
_TEXT = (".csv", ".tsv", ".txt", ".data", ".tab")
_WIDE = 80
_CELL = "from {} import check; df = check(df)"
_SERVED = frozenset(
    {
        "api",
        "app",
        "serve",
        "serving",
        "service",
        "inference",
        "endpoint",
        "endpoints",
        "predictor",
        "dashboard",
        "routes",
        "production",
        "prod",
        "live",
    }
)


def plan(site: Site) -> Plan:
    """See the module's docstring. Refused where no table is read, or nothing says what it should hold."""
    found = site.survey["data"]
    if all(site.is_met(f"data.{name}") for name in _CRITERIA):
        raise Refused("the data are checked here already", "mlops audit shows where")
    if not found["reads"]:
        what = "it asks a language model and reads no table" if found["llm"] else "no table is read here with pandas"
        raise Refused(f"there is nothing to put a check on: {what}", _HELP)
    read = found["reads"][0]
    if read["reader"].startswith("polars."):
        raise Refused(
            f"{read['path']} reads its table with polars, and the checks that can be added are for pandas", _HELP
        )
    table, file = _table(site, read, found)
    columns, usual = _rows(table, found) if table else ([_by_use(c, found) for c in found["columns"]], [])
    if not columns:
        raise Refused(
            f"nothing says what {read['path']} reads: its file is not tracked, and the code names no columns", _HELP
        )
    place = imports.beside(site, read["path"])
    name = _free(site, place.folder)
    facts = {
        "module": posixpath.join(place.folder, name),
        "name": name,
        "package": place.package,
        **_test(site, place, name),
        "file": file,
        "rows": table.rows if table else 0,
        "least": max(1, _round(table.rows // 2)) if table else 1,
        "columns": columns,
        "usual": usual,
    }
    left = _left(site, found, place.module(name), "" if table else facts["module"])
    promised = _promised(site, read, place, spread=bool(usual))
    text = site.text(read["path"])
    if read["notebook"]:
        after = in_notebook(text, read["line"], name)
        if after:
            return Plan(facts, promised, (Edit(read["path"], text, after),), left)
        return Plan(
            facts, (), left=(f"{read['path']}: after the table is read as df, say: {_CELL.format(name)}", *left)
        )
    if not promised:
        raise Refused(
            f"all that a check in {read['path']} could add is met here, as far as can be seen from the repository",
            _HELP,
        )
    own, also = frozenset(_own(site, place)), name if place.alone else ""
    after = checked(text, read["line"], read["reader"], place.module(name), own, also)
    return Plan(facts, promised, (Edit(read["path"], text, after),), left)


def _promised(site: Site, read: Mapping[str, Any], place: imports.Place, *, spread: bool) -> tuple[str, ...]:
    will = ["schema", "values", *(["wired"] if read["runs"] else [])]
    if read["runs"] or read["notebook"]:
        will.append("mitigation")
    near = set(re.split(r"[/_\-.]", "/".join(place.folder.split("/")[-2:]).lower()))
    if spread and not near & _SERVED:  # there the audit takes it for a look at what was already served
        will.append("distribution")
    return tuple(f"data.{name}" for name in will if site.is_open(f"data.{name}"))


def _table(site: Site, read: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[tables.Table | None, str]:
    """The table that is read, where it is tracked; else the one tracked table that has all the columns which the code uses."""
    if read["notebook"]:
        said: dict[str, Any] | None = {}
    elif read["reader"].startswith("pandas."):
        said = options(site.text(read["path"]), read["line"], read["reader"])
    else:
        said = {}
    file = read["file"]
    if file in site.paths:
        if said is None or not file.endswith(_TEXT):
            return None, ""
        return tables.read(_decoded(site, file), said, found["target"]), file
    if said is None or (file and not file.endswith(_TEXT)):
        return None, ""
    wanted = {*found["columns"], *([found["target"]] if found["target"] else [])}
    fits = []
    for path in (
        (p for p in site.paths if p.endswith(_TEXT[:2]) and not re.search(r"(?:^|/)tests?/", p)) if wanted else ()
    ):
        table = tables.read(_decoded(site, path), said, found["target"])
        if table and table.rows >= 20 and wanted <= {c["name"] for c in table.columns}:
            fits.append((table, path))
    return fits[0] if len(fits) == 1 else (None, "")


def _decoded(site: Site, file: str) -> str:
    """Text that is none, or only says where the data lie, is no table."""
    text = site.text(file)
    return (
        "" if text.startswith("version https://git-lfs") or (not text.isprintable() and "\0" in text[:4096]) else text
    )


def _rows(table: tables.Table, found: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """All columns; of a very wide table those that the code uses, or else the first."""
    columns = table.columns
    if len(columns) > _WIDE:
        used = {*found["columns"], found["target"]}
        columns = [c for c in columns if c["name"] in used] or columns[:_WIDE]
    names = {c["name"] for c in columns}
    return columns, [u for u in table.usual if u["name"] in names]


def _by_use(column: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """What the code alone says: the column must be there, and what a model is fitted to must not be missing."""
    return {"name": column, "kind": "", **({} if column == found["target"] else {"nulls": 1.0})}


def _free(site: Site, folder: str) -> str:
    path = site.free(posixpath.join(folder, "data_checks.py"))
    return posixpath.basename(path).removesuffix(".py")


def _test(site: Site, place: imports.Place, name: str) -> dict[str, Any]:
    """Where the test goes, and how many folders above it, if it must say so, the module is found."""
    folder = _tests(site, place)
    test = site.free(posixpath.join(folder, f"test_{name}.py")).removesuffix(".py")
    above = None if _is_importable(site, place, folder) else test.count("/")
    return {"test": test, "above": above, "root": place.root}


def _tests(site: Site, place: imports.Place) -> str:
    """The folder of tests; where they lie beside the code, that of the nearest."""
    folder: str = site.survey["layout"]["tests"]["folder"]
    if not site.survey["layout"]["tests"]["exists"] or re.search(r"(?:^|/)(?:unit_?)?tests?(?:/|$)", folder):
        return folder
    known = {posixpath.dirname(p) for p in site.paths if re.search(r"(?:^|/)(?:test_[^/]*|[^/]*_test)\.py$", p)}
    near = sorted(known, key=lambda f: (-len(posixpath.commonprefix([f"{f}/", f"{place.folder}/"])), len(f), f))
    return near[0] if near else folder


def _is_importable(site: Site, place: imports.Place, folder: str) -> bool:
    """Does pytest find the module without help?"""
    if not place.root and (site.has("conftest.py") or site.has(f"{folder}/__init__.py")):
        return True
    settings = "\n".join(site.text(p) for p in ("pyproject.toml", "pytest.ini", "setup.cfg", "tox.ini") if site.has(p))
    said = re.search(r"^[ \t]*pythonpath[ \t]*=[ \t]*([^\n]*)", settings, re.MULTILINE)
    if said and (place.root or ".") in re.split(r"[\s\[\]\"',]+", said[1]):
        return True
    layout = site.survey["layout"]
    builds = site.has("setup.py") or "[build-system]" in site.text("pyproject.toml")
    return (
        builds
        and bool(place.package)
        and place.package.partition(".")[0] == layout["package"]["name"]
        and layout["style"] == "src"
    )


def _own(site: Site, place: imports.Place) -> set[str]:
    """The first parts of names under which own modules are imported."""
    at = f"{place.root}/" if place.root else ""
    near = (p.removeprefix(at) for p in site.paths if p.startswith(at) and p.endswith(".py"))
    return {p.partition("/")[0].removesuffix(".py") for p in near}


def _left(site: Site, found: Mapping[str, Any], module: str, unlearned: str) -> tuple[str, ...]:
    """What remains: other tables, rules that only a person knows, images that name their files one by one."""
    read = found["reads"][0]
    others = [
        r for r in found["reads"][1:] if not r["notebook"] and not r["reader"].startswith("polars.") and r["trains"]
    ]
    left = [
        f"{other['path']}:{other['line']} reads a table too; if it has the same columns, check it: from {module} import check"
        for other in others[:3]
    ]
    if unlearned:
        left.append(
            f"{unlearned}.py: no table is tracked to learn rules from; say in SCHEMA which values each column may hold"
        )
    dockerfile = site.survey["layout"]["files"]["dockerfile"]
    script = posixpath.basename(read["path"])
    if dockerfile and re.search(
        rf"^[ \t]*(?:COPY|ADD)[ \t][^\n]*\b{re.escape(script)}\b", site.text(dockerfile), re.MULTILINE
    ):
        left.append(f"{dockerfile} copies {script} by name: let it copy {module.rpartition('.')[2]}.py too")
    return tuple(left)


def _round(number: int) -> int:
    """To two digits, downwards."""
    step = int(10 ** max(0, len(str(number)) - 2))
    return number // step * step
