"""Where a new module goes so that a file of the user's can import it, under which name, and the line that does."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from scaffolder.foreign import python_edits
from scaffolder.foreign.model import Site


class Place(NamedTuple):
    """``root`` is what is on sys.path when the user's file is imported, ``folder`` where a new module goes."""

    root: str
    folder: str

    def module(self, site: Site, name: str) -> dict[str, str]:
        """The path (without `.py`) and the import name of a new module."""
        path = site.free(f"{self.folder}/{name}.py".lstrip("/")).removesuffix(".py")
        dotted = path[len(self.root) :].lstrip("/").replace("/", ".")
        return {"path": path, "name": dotted}

    def command(self, module: Mapping[str, str]) -> str:
        """How the module is run from the top of the repository."""
        flat = "." not in module["name"] and self.root
        return f"python {module['path']}.py" if flat else f"python -m {module['name']}"


def beside(site: Site, path: str, serving: Mapping[str, Any]) -> Place:
    """The place for a module that the file at ``path`` imports: in its package, else in its folder."""
    folder = path.rpartition("/")[0]
    root = _root(site, path, serving)
    top = folder
    while top != root and site.has(f"{top}/__init__.py"):
        above = top.rpartition("/")[0]
        if above == root or not site.has(f"{above}/__init__.py"):
            break
        top = above
    names = top[len(root) :].strip("/").split("/") if top != root else []
    return Place(root, top) if all(name.isidentifier() for name in names) else Place(folder, folder)


def _root(site: Site, path: str, serving: Mapping[str, Any]) -> str:
    """What the file's own imports say, then the commands that start it, then its packages."""
    if path in serving["roots"]:
        return str(serving["roots"][path])
    stem = path.removesuffix(".py")
    for start in serving["starts"]:
        tail = start.partition(":")[0].replace(".", "/")
        if stem == tail or stem.endswith(f"/{tail}"):
            return stem[: len(stem) - len(tail)].rstrip("/")
    folder = path.rpartition("/")[0]
    while folder and site.has(f"{folder}/__init__.py"):
        folder = folder.rpartition("/")[0]
    return folder


def importing(text: str, line: str, own: set[str]) -> str:
    """With the import, in its order among those of the repository's ``own`` modules; where there are none, as a block of its own."""
    rows = python_edits.with_import(text, line).splitlines(keepends=True)
    at = next(n for n, row in enumerate(rows) if row.rstrip() == line)
    module = line.split()[1]
    while at and (above := _imported(rows[at - 1])).partition(".")[0] in own and above > module:
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
        at -= 1
    above = _imported(rows[at - 1]) if at else ""
    if above and above.partition(".")[0] not in own | {""}:
        rows.insert(at, "\r\n" if rows[at].endswith("\r\n") else "\n")
    return "".join(rows)


def _imported(row: str) -> str:
    """The module that a line imports from, as a whole; "" for another line."""
    words = row.split()
    return words[1] if words[:1] in (["from"], ["import"]) and len(words) > 1 and not row.rstrip().endswith("(") else ""
