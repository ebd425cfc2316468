"""`mlops add versioning`: a store of models beside the code that trains, one line where the model is saved, and releases."""

from collections.abc import Mapping
from posixpath import dirname, relpath
from typing import Any

from scaffolder.errors import Refused
from scaffolder.foreign import notebook_edits, releases
from scaffolder.foreign.documents import with_line
from scaffolder.foreign.model import Edit, Plan, Site
from scaffolder.foreign.python_edits import after_block
from scaffolder.foreign.training_place import Place, place, with_own_import

NOTHING: Mapping[str, Any] = {
    "module": "", "command": "", "test": "", "workflow": "", "changelog": "", "notes": "", "model": "", "data": "", "run": "", "up": None,
    "store": "", "store_import": "", "test_import": "", "test_root": "", "test_up": None,
}  # fmt: skip
_RUNNERS = {"uv": "uv run ", "poetry": "poetry run ", "pdm": "pdm run ", "pipenv": "pipenv run "}


def plan(site: Site) -> Plan:
    """See `Plan`. Refused where no model is saved and no release could be made, or all of it is there."""
    seen = site.survey["training"]
    store = _store(site) if seen["trains"] and _wanted(seen) else None
    released = releases.plan(site)
    if store is None and not released.promises:
        raise _refused(site)
    parts = [part for part in (store, released) if part is not None]
    found = dict(NOTHING)
    for part in parts:
        found |= part.found
    return Plan(
        found=found,
        promises=tuple(name for part in parts for name in part.promises),
        edits=tuple(edit for part in parts for edit in part.edits),
        left=(*(line for part in parts for line in part.left), *releases.lock(site)),
        notes=tuple(note for part in parts for note in part.notes),
    )


def _wanted(seen: Mapping[str, Any]) -> bool:
    """Is there no store yet, or none that gives the file back that is served?"""
    served = {load["file"] for load in seen["loads"] if load["file"]}
    plain = any(save["file"] in served for save in seen["saves"])
    return not seen["kept"]["model"] or (plain and not seen["kept"]["rollback"])


def _refused(site: Site) -> Refused:
    seen = site.survey["training"]
    if not any(path.endswith((".py", ".ipynb")) for path in site.paths):
        return Refused("there is no Python here", "mlops explain versioning.model: how to close the gaps by hand")
    if seen["kept"]["model"]:
        return Refused(
            f"models have versions already ({seen['kept']['model']})",
            "mlops explain versioning.lineage, versioning.rollback: how to tie data to them, and the way back",
        )
    if not seen["trains"]:
        return Refused(
            "nothing here trains a model that could be kept under a version",
            "prompts and the name of a model have the versions of the code: tag what you deploy (mlops explain versioning.releases)",
        )
    return Refused(
        "no call was found that saves the trained model to a file",
        "save it, for example with joblib.dump(model, PATH), and try again; mlops explain versioning.model",
    )


def _store(site: Site) -> Plan | None:
    """The store of models, and the line that puts the model there."""
    seen = site.survey["training"]
    if not seen["saves"] or not seen["saves"][0]["target"]:
        return None
    main, save = seen["main"], seen["saves"][0]
    here = place(site, "model_store.py", "model_versions.py")
    known = [item for item in seen["data"] if item["target"]]
    promises = ["versioning.model", "versioning.data", "versioning.lineage", "versioning.rollback"]
    if not known:
        promises = ["versioning.model", "versioning.rollback"]
    folder = _folder(site)
    root = "" if seen["anchored"] else seen["cwd"]
    test = site.free(f"{_tests(site)}/test_model_store.py")
    plain = seen["tests"]["root"] == here.root
    found = {
        "module": here.files[0],
        "command": here.files[1],
        "test": test,
        "model": relpath(save["file"], root or ".") if save["file"] else "model.bin",
        "data": next((relpath(d["file"], root or ".") for d in known if d["file"]), "data.csv" if known else ""),
        "run": _run(site, here),
        "up": here.files[0].count("/") if seen["anchored"] else None,
        "store": relpath(folder, root or "."),
        "store_import": here.imports(here.files[0]),
        "test_import": here.imports(*here.files, tests=True),
        "test_root": "" if plain else here.root,
        "test_up": None if plain else test.count("/"),
    }
    edits = [_edited(site, here, known), *_ignored(site, folder)]
    left = [
        f"{other['path']}:{other['line']} saves a model too: add keep(PATH, data=[…]) after it, as in {main}"
        for other in seen["others"]
    ]
    left += [
        f"{other['path']}:{other['line']} saves {other['file']}: if the model needs it, let keep(…) in {main} keep it too"
        for other in seen["beside"]
    ]
    if not known:
        left.append(
            f"no file was found that {main} reads its data from, so no version of a model tells its data: where there is one, "
            "mlops remove versioning, read it there, and add it again"
        )
    left += [
        f"{load['path']}:{load['line']} loads {load['file']}, but {main} saves {save['file']}: see that a rollback reaches it"
        for load in seen["loads"][:1]
        if load["file"] and save["file"] and save["file"] not in {item["file"] for item in seen["loads"]}
    ]
    kept = [name for name in promises if not seen["kept"][name.rpartition(".")[2]]]
    where = f"in {seen['cwd']}: " if seen["cwd"] else ""
    note = f"{where}train twice, then {found['run']} list shows both, and {found['run']} rollback goes back"
    return Plan(found, tuple(kept), tuple(edits), tuple(left), (note,))


def _edited(site: Site, here: Place, known: list[Mapping[str, Any]]) -> Edit:
    """The training file with `keep(…)` after the model was saved."""
    seen = site.survey["training"]
    path, text = seen["main"], site.text(seen["main"])
    called, line = here.named("keep", text)
    arguments = [save["target"] for save in seen["saves"]]
    if known:
        arguments.append(f"data=[{', '.join(item['target'] for item in known)}]")
    if seen["metrics"]:
        pairs = ", ".join(f'"{name}": {variable}' for name, variable in seen["metrics"].items())
        arguments.append(f"metrics={{{pairs}}}")
    lines = [f"{called}({', '.join(arguments)})"]
    if len(lines[0]) > 84:  # with an indentation, what fits into a line of 88
        lines = [f"{called}(", *(f"    {argument}," for argument in arguments), ")"]
    if guard := seen["saves"][0]["guard"]:
        lines = ["", f"if {guard}:", *(f"    {one}" for one in lines)]
    first = seen["saves"][0]["first"]
    if path.endswith(".ipynb"):
        return Edit(path, text, notebook_edits.after(text, first, seen["saves"][0]["last"], [line, *lines]))
    below = [p.removeprefix(f"{here.root}/") for p in site.paths if not here.root or p.startswith(f"{here.root}/")]
    own = {p.partition("/")[0].removesuffix(".py") for p in below if p.endswith(".py")}
    return Edit(path, text, with_own_import(after_block(text, first, lines), line, own=own))


def _folder(site: Site) -> str:
    """Where the versions lie: beside the model."""
    seen = site.survey["training"]
    beside = dirname(seen["saves"][0]["file"])
    name = f"{beside}/versions" if beside and not beside.startswith(("/", "..")) and beside != seen["cwd"] else ""
    name = name or f"{seen['cwd']}/kept_models".lstrip("/")
    return next(n for n in (name, *(f"{name}_{number}" for number in range(2, 100))) if not site.has(n))


def _ignored(site: Site, folder: str) -> list[Edit]:
    """`.gitignore` with the store in it, where it is not ignored anyway."""
    text = site.text(".gitignore")
    rows = [row.strip().strip("/") for row in text.splitlines() if not row.startswith("!")]
    parts = folder.split("/")
    above = {"/".join(parts[:n]) for n in range(1, len(parts) + 1)}
    if any(row in above or row.removesuffix("/*").removesuffix("/**") in above for row in rows):
        return []
    return [Edit(".gitignore", text, with_line(text, f"/{folder}/"))]


def _tests(site: Site) -> str:
    folder = site.survey["layout"]["tests"]["folder"]
    return folder if "test" in folder.lower() else "tests"


def _run(site: Site, here: Place) -> str:
    runner = _RUNNERS.get(site.survey["layout"]["manager"]["name"], "")
    if here.style == "flat":
        return f"{runner}python {relpath(here.files[1], site.survey['training']['cwd'] or '.')}"
    return f"{runner}python -m {here.dotted(here.files[1])}"
