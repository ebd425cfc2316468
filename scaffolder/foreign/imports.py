"""Under which name a new module beside a file can be imported there: as that file and those that import it do it already."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from scaffolder.foreign.model import Site

_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+([\w, \t(]+)|import[ \t]+([\w.]+))", re.MULTILINE)


class Place(NamedTuple):
    """``folder`` for new modules, what must be on sys.path there, and the package of a module in it ("" for none).

    ``relative``: the file beside them imports its neighbours by `from .x import y`. ``alone``: the file may as well be started as a
    script, or be imported without its package.
    """

    folder: str
    root: str
    package: str
    relative: bool = False
    alone: bool = False

    def module(self, name: str) -> str:
        """The dotted name for the file beside it."""
        return f".{name}" if self.relative else f"{self.package}.{name}" if self.package else name


def beside(site: Site, path: str) -> Place:
    """Where a module that ``path`` imports should lie."""
    layout = site.survey["layout"]
    folder = path.rpartition("/")[0]
    package = layout["package"]
    inside = bool(package["name"]) and (folder == package["folder"] or folder.startswith(f"{package['folder']}/"))
    own = list(_imported(site.text(path)))
    if any(name.startswith(".") for name in own) and inside:
        return Place(folder, layout["root"], _dotted(folder, layout["root"]), relative=True)
    for root in _roots(folder):
        if any(_is_module(site, root, name) for name in own):
            if root == folder:
                return Place(folder, folder, "")
            top = package["folder"] if inside and package["folder"].startswith(f"{root}/" if root else "") else folder
            return Place(top, root, _dotted(top, root)) if top != root else Place(folder, root, _dotted(folder, root))
    for root in reversed(_roots(folder)):
        if root != folder and _is_known(site, path, root):
            return Place(folder, root, _dotted(folder, root), alone=True)
    if _is_known(site, path, folder):
        return Place(folder, folder, "")
    if inside and any(_names(site, other, package["name"]) for other in site.paths if other != path):
        return Place(package["folder"], layout["root"], _dotted(package["folder"], layout["root"]))
    return Place(folder, folder, "")


def _roots(folder: str) -> list[str]:
    """The folder itself, then those above it: each may be where Python looks for modules."""
    parts = folder.split("/") if folder else []
    return ["/".join(parts[:n]) for n in range(len(parts), -1, -1)]


def _dotted(folder: str, root: str) -> str:
    return folder.removeprefix(root).strip("/").replace("/", ".")


def _imported(text: str) -> Iterator[str]:
    for module, names, plain in _IMPORT.findall(text):
        if plain:
            yield plain
        else:
            yield module
            yield from (
                f"{module.rstrip('.')}.{name.split()[0]}"
                for name in names.strip("( \t").split(",")
                if name.split() and module.strip(".")
            )


def _is_module(site: Site, root: str, name: str) -> bool:
    if not name or name.startswith("."):
        return False
    at = "/".join([*([root] if root else []), *name.split(".")])
    return f"{at}.py" in site.paths or f"{at}/__init__.py" in site.paths


def _is_known(site: Site, path: str, root: str) -> bool:
    """Does another file import ``path`` as from ``root``?"""
    name = _dotted(path.removesuffix(".py"), root)
    near = f"{root}/" if root else ""
    others = (p for p in site.paths if p.endswith(".py") and p != path and (p.startswith(near) or "." in name))
    return any(_names(site, other, name) for other in others)


def _names(site: Site, path: str, name: str) -> bool:
    if not path.endswith(".py"):
        return False
    text = site.text(path)
    return name.rpartition(".")[2] in text and name in set(_imported(text))
