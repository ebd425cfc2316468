"""From the words of a command line to a file of the repository."""

import posixpath
import re
from functools import cached_property

from msgspec import Struct, field
from msgspec.structs import replace

from scorecard.paths import matches
from scorecard.patterns import lazily
from scorecard.readers.shell import beside_script, joined
from scorecard.repository import Repository

_ENDINGS = (".py", "/__main__.py", "/__init__.py")
_BUILT = lazily(
    r"(?:^|/)(?:dist|build|out|target|node_modules|\.next|\.?venv|env|bin|tmp|temp|cache|\.cache|artifacts?|outputs?|results?|data|models?)(?:/|\Z)"
)
_SUFFIX = lazily(
    r"\.(?:py|sh|bash|ipynb|R|r|js|mjs|cjs|ts|tsx|jl|rb|ps1|ya?ml|txt|toml|Dockerfile)\Z|(?:^|/)Dockerfile(?:\.[\w.-]+)?\Z"
)


class Place(Struct, frozen=True):
    """Where a command runs: a folder of the repository (None if unknown), and how a container sees its files.

    ``here`` is the folder of the script that is being read; ``sure`` whether a path that is not found is
    worth saying.
    """

    folder: str | None = ""
    here: str | None = None
    mounts: tuple[tuple[str, str], ...] = ()
    sure: bool = True

    def at(self, folder: str | None) -> "Place":
        return replace(self, folder=folder)


class Locator(Struct, dict=True, eq=False):
    """Finds files and modules; knows the repository's files under the names that a rendered template gives
    them."""

    repository: Repository
    _modules: dict[tuple[str, str], str] = field(default_factory=dict)

    @cached_property
    def _files(self) -> dict[str, str]:
        rooted = {self.repository.rooted(path): path for path in self.repository.own}
        return rooted | {path: path for path in self.repository.paths}

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        out: dict[str, list[str]] = {}
        for path in self._files:
            out.setdefault(path.rpartition("/")[2], []).append(path)
        return out

    @cached_property
    def _folders(self) -> frozenset[str]:
        return frozenset(
            "/".join(parts[:i]) for path in self._files for parts in [path.split("/")] for i in range(1, len(parts))
        )

    @cached_property
    def _projects(self) -> tuple[str, ...]:
        """Folders from which Python is imported: projects, and their src."""
        names = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile")
        folders = {path.rpartition("/")[0] for name in names for path in self._by_name.get(name, [])}
        return tuple(sorted(folders, key=lambda folder: (folder.count("/"), folder)))[:60]

    @cached_property
    def _ignored(self) -> tuple[str, ...]:
        """What git ignores, as far as it is written plainly: files that exist where the command runs, not
        here."""
        rows = [row.strip() for path in self.repository.glob(".gitignore") for row in self.repository.lines(path)]
        return tuple(row.strip("/") for row in rows if row and not row.startswith(("#", "!")))[:2_000]

    def has_folder(self, folder: str) -> bool:
        return folder == "" or folder in self._folders

    def path(self, word: str, place: Place) -> str:
        """The repository path that ``word`` means at ``place``, whether or not it exists; "" if that is not
        known."""
        rooted = self._after_variable(word, place)
        if rooted:
            return rooted
        if word.startswith("/") or (place.folder or "").startswith("/"):
            return self._inside(posixpath.normpath(posixpath.join(place.folder or "/", word)), place)
        return joined(place.folder, word, here=place.here) or ""

    def find(self, word: str, place: Place) -> str:
        """The file that ``word`` names, "" if there is none."""
        path = self.path(word, place)
        if path in self._files:
            return self._files[path]
        if place.folder is None and not re.search(r"[$*?{}<>|]", word):
            return self._only(word)
        return ""

    def _after_variable(self, word: str, place: Place) -> str:
        """`$APP_HOME/run.sh` where that file is there: the variable can only have been the root."""
        found = re.match(r"\$(?:\w+|\{[^{}]+\}|\([\w.]+\))/([\w./-]+)\Z", word)
        if not found or beside_script(word) is not None or place.folder is None:
            return ""
        return found[1] if found[1] in self._files else ""

    def _inside(self, absolute: str, place: Place) -> str:
        """A path in a container in terms of the repository."""
        for target, source in place.mounts:
            if absolute == target:
                return source
            if absolute.startswith(target.rstrip("/") + "/"):
                rest = absolute[len(target.rstrip("/")) + 1 :]
                candidate = posixpath.join(source, rest) if source else rest
                if candidate in self._files or candidate in self._folders:
                    return candidate
        return ""

    def _only(self, word: str) -> str:
        tail = posixpath.normpath(word.replace("\\", "/")).lstrip("./")
        found = [p for p in self._by_name.get(tail.rpartition("/")[2], []) if p == tail or p.endswith("/" + tail)]
        return self._files[found[0]] if len(found) == 1 else ""

    def glob(self, pattern: str, place: Place) -> str:
        """The first file that matches ``pattern`` below the place's folder."""
        full = posixpath.join(place.folder or "", pattern)
        if "*" not in full:
            return self._files.get(self.path(pattern, place), "")
        return next((self._files[path] for path in sorted(self._files) if matches(path, (full,))), "")

    def module(self, dotted: str, place: Place, roots: tuple[str, ...] = ()) -> str:
        """The file of a Python module: from here, from PYTHONPATH, from the projects of the repository."""
        if not re.fullmatch(r"[A-Za-z_][\w.]*", dotted):
            return ""
        tail = dotted.replace(".", "/")
        own = [path for root in roots if (path := self._root(root, place)) is not None]
        folder = place.folder
        if folder is not None and folder.startswith("/"):
            folder = self._inside(folder, place)
        near = [folder, posixpath.join(folder, "src")] if folder is not None else []
        if (place.folder or "").startswith("/"):
            for ending in _ENDINGS:
                inside = self._inside(posixpath.join(place.folder or "", tail) + ending, place)
                if inside in self._files:
                    return self._files[inside]
        projects = [root for project in ("", *self._projects) for root in (project, posixpath.join(project, "src"))]
        for root in dict.fromkeys([*own, *near, *projects]):
            for ending in _ENDINGS:
                path = posixpath.join(root, tail) + ending if root else tail + ending
                if path in self._files:
                    return self._files[path]
        return ""

    def _root(self, root: str, place: Place) -> str | None:
        if not root or root in ("$PYTHONPATH", "${PYTHONPATH}"):
            return None
        if root.startswith("/"):
            return self._inside(root, place) or None
        return joined(place.folder, root, here=place.here)

    def is_missing(self, word: str, place: Place) -> bool:
        """Is it certain that ``word`` means a file of this repository that is not there?"""
        if not place.sure or place.folder is None or word.startswith(("/", "$", "~")) or not _SUFFIX.search(word):
            return False
        path = self.path(word, place)
        if not path or path in self._files or path in self._folders or _BUILT.search(path) or self._is_left_out(path):
            return False
        return self.has_folder(place.folder)

    def _is_left_out(self, path: str) -> bool:
        """Ignored by git, or below a submodule."""
        if any(
            path.startswith(note.path + "/")
            for note in self.repository.notes
            if "submodule" in note.reason and note.path
        ):
            return True
        parts = ["/".join(path.split("/")[: i + 1]) for i in range(path.count("/") + 1)]
        return any(part == row or matches(part, (row,)) for row in self._ignored for part in parts)
