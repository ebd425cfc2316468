"""A read-only view of the audited repository: a working tree, a plain folder, or a revision in git.

Nothing right of here touches the disk. Symlinks, FIFOs and devices are never opened, whatever is too large or
unreadable becomes a note in the report, and git is asked only what `scorecard.git` allows.
"""

import contextlib
import os
import stat
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from msgspec import Struct, field
from msgspec.structs import replace

from scorecard import git
from scorecard.model import Evidence, NotARepository, Note
from scorecard.paths import SEED_ROOT, TEMPLATE_ROOT, is_foreign, matches, plain_name
from scorecard.stars import Files

if TYPE_CHECKING:
    from scorecard.cache import Cache

MAX_TEXT = 1_000_000
MAX_NOTEBOOK = 50_000_000
MAX_FILES = 200_000
_LOCKFILE_LIMIT = 5_000_000
_NEVER = frozenset({".git", "node_modules", ".venv", "venv", "__pycache__", ".tox", ".nox", ".mypy_cache"})


class Source(Protocol):
    """Where bytes come from."""

    def paths(self) -> Iterable[str]: ...

    def read(self, path: str, limit: int) -> bytes: ...


class Unreadable(OSError):
    """One file that was left out; the message says why in words. ``passing`` where that may change though the file does not."""

    passing = False


class Disk(Struct):
    """Files below ``root``; never follows a link, never blocks on a device."""

    root: Path
    listing: tuple[str, ...]
    git: tuple[Path, Path, str] | None = None  # git directory, work tree, and the path from there to ``root``
    _plain: set[str] = field(default_factory=set)  # folders that are no links

    def paths(self) -> Iterable[str]:
        return self.listing

    def read(self, path: str, limit: int) -> bytes:
        file, size = self._opened(path)
        with file:
            if size > limit:
                raise Unreadable(f"is too large to read ({size / 1e6:.0f} MB)")
            return _bytes(file, (size or limit) + 1)  # room for so much is made at once; some file systems tell no size

    def head(self, path: str, most: int) -> bytes:
        """The first bytes of a file, however large it is."""
        file, _ = self._opened(path)
        with file:
            return _bytes(file, most)

    def _opened(self, path: str) -> tuple[BinaryIO, int]:
        """The file, and its size in bytes."""
        if path.startswith("/") or ".." in path.split("/"):  # an index can be made to name such files
            raise Unreadable("lies outside of the repository")
        root = str(self.root)
        at = path.find("/")
        while at >= 0:
            folder = path[:at]
            if folder not in self._plain:
                if os.path.islink(f"{root}/{folder}"):  # noqa: PTH114  pathlib takes some five times as long
                    raise Unreadable("lies behind a symbolic link")
                self._plain.add(folder)
            at = path.find("/", at + 1)
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            handle = os.open(f"{root}/{path}", flags)
        except OSError as error:
            raise Unreadable(error.strerror or "could not be opened") from None
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            os.close(handle)
            raise Unreadable("is no regular file")
        return os.fdopen(handle, "rb"), status.st_size


def _bytes(file: BinaryIO, most: int) -> bytes:
    try:
        return file.read(most)
    except OSError as error:
        raise Unreadable(error.strerror or "could not be read") from None


class Revision(Struct):
    """The tree of one commit, read from git objects without a checkout."""

    objects: git.Objects
    blobs: dict[str, str]

    def paths(self) -> Iterable[str]:
        return self.blobs

    def read(self, path: str, limit: int) -> bytes:
        try:
            return self.objects.read(self.blobs[path], limit)
        except git.TooLarge as error:
            raise Unreadable(f"is too large to read ({error.size / 1e6:.0f} MB)") from None
        except git.GitError as error:
            lacking = Unreadable(str(error))
            lacking.passing = True
            raise lacking from None


class History(Struct):
    """What git knows beyond the tree."""

    revision: str | None = None
    tags: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    default_branch: str | None = None
    shallow: bool = False
    tag_places: dict[str, tuple[str, int]] = field(default_factory=dict)

    def tag_evidence(self, tag: str, text: str) -> Evidence:
        """The line of git's own file on which the tag stands."""
        path, line = self.tag_places.get(tag, ("git:tags", 1))
        return Evidence(path, line, text)


class Repository(Struct, dict=True, eq=False):
    """The files of a repository with their texts, each read once."""

    name: str
    source: Source
    history: History = field(default_factory=History)
    notes: list[Note] = field(default_factory=list)
    left_out: tuple[str, ...] = ()  # patterns of files that the user does not want to be looked at
    below: str = ""  # the folder of a larger git repository that this is, as a path from its top
    cache: "Cache | None" = None
    jobs: int = 1  # processes that may read files
    incomplete: bool = False  # a file could not be had this time, and may be had the next
    _texts: dict[str, str | None] = field(default_factory=dict)
    _lines: dict[str, list[str]] = field(default_factory=dict)
    _blobs: dict[str, str] = field(default_factory=dict)
    _postponed: dict[str, list[Note]] = field(default_factory=dict)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every file, sorted, vendored and generated ones included."""
        found = sorted(self.source.paths())
        if len(found) > MAX_FILES:
            self.note("", f"holds {len(found)} files; the first {MAX_FILES} were read")
        return tuple(found[:MAX_FILES])

    @cached_property
    def own(self) -> tuple[str, ...]:
        """The files that are this project's own work: no vendored code, environments or build outputs."""
        kept = (path for path in self.paths if not is_foreign(path))
        return tuple(path for path in kept if not matches(path, self.left_out)) if self.left_out else tuple(kept)

    def glob(self, *patterns: str) -> Iterator[str]:
        """Own files whose path matches one of ``patterns``, in order of path.

        A pattern without a slash is held against the file's name at any depth (`Dockerfile*`), one with a
        slash against the whole path, where `**` crosses folders. In a repository that ships a project
        template, paths below the template's root count as if they were below the repository's.
        """
        return self._files.find(patterns)

    def rooted(self, path: str) -> str:
        """``path`` as it will be called in a project made from the template that it is part of."""
        for root in self.template_roots:
            if path.startswith(root):
                path = path[len(root) :]
                break
        return plain_name(path)

    @cached_property
    def _files(self) -> Files:
        return Files((path, self.rooted(path)) for path in self.own)

    @cached_property
    def template_roots(self) -> tuple[str, ...]:
        """Folders from which projects are made (cookiecutter, copier, Databricks bundle templates, seed code), deepest first."""
        roots = {match.group(0) for path in self.own if (match := TEMPLATE_ROOT.match(path) or SEED_ROOT.match(path))}
        return tuple(sorted(roots, key=len, reverse=True))

    def has(self, path: str) -> bool:
        return path in self._all

    def has_folder(self, path: str) -> bool:
        return path.strip("/") in self._folders or path.strip("/") in ("", ".")

    @cached_property
    def _all(self) -> frozenset[str]:
        return frozenset(self.paths)

    @cached_property
    def _folders(self) -> frozenset[str]:
        folders: set[str] = set()
        for path in self.paths:
            parent = path.rpartition("/")[0]
            while parent and parent not in folders:
                folders.add(parent)
                parent = parent.rpartition("/")[0]
        return frozenset(folders)

    def text(self, path: str) -> str:
        """The file as text, "" where it cannot be read (which is noted). Invalid UTF-8 is replaced."""
        if path not in self._texts:
            self._texts[path] = self._decode(path)
        if path in self._postponed:
            for note in self._postponed.pop(path):
                self.note(path, note.reason)
        return self._texts[path] or ""

    def blob(self, path: str) -> str:
        """The content of a file by the name that git gives it; "" where it has none, or nobody asked to keep anything."""
        if self.cache is None:
            return ""
        if isinstance(self.source, Revision):
            return self.source.blobs.get(path, "")
        if path not in self._blobs:
            self.text(path)
        return self._blobs.get(path, "")

    def is_plain(self, path: str) -> bool:
        """Was the file read, and nothing to be noted of it: plain UTF-8, not too large?"""
        return path in self._blobs

    def head(self, path: str, most: int) -> str:
        """The whole lines within the first ``most`` bytes of a file, which in a work tree may be of any size. Nothing is noted."""
        if path not in self._all:
            return ""
        try:
            whole = self.source.head(path, most) if isinstance(self.source, Disk) else self.source.read(path, MAX_TEXT)
        except Unreadable:
            return ""
        text = whole[:most].decode("utf-8-sig", "replace")
        return text if len(whole) < most else text[: text.rfind("\n") + 1]

    def lines(self, path: str) -> list[str]:
        """The text of the file in lines, split once; [""] where it cannot be read. Whoever changes it takes a copy."""
        known = self._lines.get(path)
        if known is None:
            known = self._lines[path] = self.text(path).split("\n")
        return known

    def line(self, path: str, number: int) -> str:
        """One line as it stands, counted from 1; "" where there is none."""
        lines = self.lines(path)
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def quote(self, path: str, number: int) -> Evidence:
        """A quotation of one line."""
        return Evidence(path, number, self.line(path, number))

    def quote_at(self, path: str, offset: int) -> Evidence:
        """A quotation of the line in which a character of the file's text stands."""
        return self.quote(path, self.text(path).count("\n", 0, offset) + 1)

    def _decode(self, path: str) -> str | None:
        if path not in self._all:
            return None
        held = self._held(path)
        if held is not None:
            return held
        try:
            content = self.source.read(path, limit_of(path))
        except Unreadable as error:
            self.note(path, str(error))
            self.incomplete = self.incomplete or error.passing
            return None
        if b"\0" in content[:8192]:
            if content.startswith((b"\xff\xfe", b"\xfe\xff")):
                return content.decode("utf-16", "replace")
            return None
        try:
            text = content.removeprefix(BOM_UTF8).decode()
        except UnicodeDecodeError:
            self.note(path, "is not UTF-8; undecodable bytes were replaced")
            return content.decode("utf-8", "replace")
        if self.cache is not None:
            is_known = isinstance(self.source, Revision)
            self._blobs[path] = self.blob(path) if is_known else git.blob_id(content)
            if is_known and self.cache.held is not None:
                self.cache.held[f"text {self._blobs[path]}"] = text
        return text

    def _held(self, path: str) -> str | None:
        """The text as an earlier audit of this process has read it."""
        if self.cache is None or self.cache.held is None or not isinstance(self.source, Revision):
            return None
        blob = self.source.blobs[path]
        found: str | None = self.cache.held.get(f"text {blob}")
        if found is not None and len(found) <= limit_of(path):
            self._blobs[path] = blob
            return found
        return None

    def note(self, path: str, reason: str) -> None:
        note = Note(path, reason)
        if note not in self.notes:
            self.notes.append(note)

    def postpone(self, note: Note) -> None:
        """Take a note on a file back until its text is asked for again: who reads ahead must not change the order of notes."""
        self.notes.remove(note)
        self._postponed.setdefault(note.path, []).append(note)


def limit_of(path: str) -> int:
    """The most bytes of a file that are read."""
    if path.endswith(".ipynb"):
        return MAX_NOTEBOOK
    if path.endswith((".lock", "lock.json", "lock.yaml", "lock.yml", "-lock.txt")):
        return _LOCKFILE_LIMIT
    return MAX_TEXT


def base_of(path: Path, rev: str) -> str:
    """Where the present commit left ``rev``, which is what a change is to be held against; ``rev`` where git cannot tell."""
    folder = path.resolve()
    git_dir = (git.find_git_dir(folder) or (folder, folder))[0]
    with contextlib.suppress(git.GitError):
        return git.run(git_dir, None, "merge-base", "--end-of-options", rev, "HEAD").decode().strip()
    return rev


def open_repository(path: Path, rev: str | None = None) -> Repository:
    """The repository or folder at ``path``, as it stands or at a revision of git's. Raises NotARepository with a sentence for people."""
    if rev is not None:
        return Revisions(path).open(rev)
    folder = _folder(path)
    found = git.find_git_dir(folder)
    if found is None and git.is_bare(folder):
        return _bare(folder)
    if found is None:
        repository = Repository(folder.name, Disk(folder, tuple(_walk(folder))))
        repository.note("", "is no git repository; history, tags and ignored files are unknown")
    else:
        repository = _working_tree(folder, *found)
    if not repository.paths:
        raise NotARepository(f"{path} holds no file that could be audited")
    return repository


def _folder(path: Path) -> Path:
    """The folder itself, wherever links lead. Raises NotARepository with a sentence for people."""
    try:
        folder = path.resolve(strict=True)
    except (OSError, RuntimeError):
        raise NotARepository(f"there is no folder {path}") from None
    if not folder.is_dir():
        raise NotARepository(f"{path} is a file, not a folder")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise NotARepository(f"{path} may not be read by this user")
    return folder


def _working_tree(folder: Path, git_dir: Path, root: Path) -> Repository:
    prefix = "" if folder == root else folder.relative_to(root).as_posix() + "/"
    notes: list[Note] = []
    try:
        listing = _listed(git_dir, root, prefix, notes)
    except git.GitError as error:
        notes.append(Note("", f"git could not list it ({error}); read as a plain folder"))
        listing = list(_walk(folder))
    repository = Repository(
        folder.name,
        Disk(folder, tuple(listing), (git_dir, root, prefix)),
        _history(git_dir),
        notes,
        below=prefix.rstrip("/"),
    )
    if prefix:
        repository.note("", f"is a folder of the repository at {root}; what lies outside it was not read")
    return repository


def _listed(git_dir: Path, root: Path, prefix: str, notes: list[Note]) -> list[str]:
    paths: list[str] = []
    where = ["--", prefix] if prefix else []
    for entry in git.run(git_dir, root, "ls-files", "-s", "-z", *where).split(b"\0"):
        meta, tab, raw = entry.partition(b"\t")
        if not tab:
            continue
        path = raw.decode("utf-8", "surrogateescape").removeprefix(prefix)
        mode = meta[:6]
        if mode == b"160000":
            notes.append(Note(path, "is a submodule, whose files belong to another repository"))
        elif mode != b"120000":
            paths.append(path)
    untracked = git.run(git_dir, root, "ls-files", "-o", "--exclude-standard", "-z", *where)
    paths += [raw.decode("utf-8", "surrogateescape").removeprefix(prefix) for raw in untracked.split(b"\0")]
    here = root / prefix if prefix else root
    return [path for path in dict.fromkeys(paths) if path and os.path.lexists(here / path)]


def _bare(folder: Path) -> Repository:
    history = _history(folder)
    if history.revision is None:
        raise NotARepository(f"{folder} is a bare repository without a commit")
    blobs, notes = _tree(folder, "HEAD", "")
    if not blobs:
        raise NotARepository(f"{folder} holds no file that could be audited")
    notes.append(Note("", "is a bare repository; its HEAD was read"))
    return Repository(folder.name.removesuffix(".git"), Revision(git.Objects(folder), blobs), history, notes)


class Revisions:
    """The revisions of one repository, with what they have in common asked of git once. Raises NotARepository."""

    def __init__(self, path: Path) -> None:
        self.folder = _folder(path)
        found = git.find_git_dir(self.folder)
        self.git_dir, root = found or (self.folder, self.folder)
        if found is None and not git.is_bare(self.folder):
            raise NotARepository(f"{path} is no git repository, so it has no revisions")
        try:
            git.refuse_traps(self.git_dir)
        except git.GitError as error:
            raise NotARepository(f"the revisions of {path} cannot be read: {error}") from None
        self.prefix = "" if self.folder == root else self.folder.relative_to(root).as_posix() + "/"
        self._history = _history(self.git_dir)
        self._objects = git.Objects(self.git_dir)
        self._trees: dict[str, tuple[dict[str, str], list[Note]]] = {}

    def open(self, rev: str) -> Repository:
        """The repository as it stood at ``rev``. Raises NotARepository."""
        try:
            asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}")
            commit = git.run(self.git_dir, None, *asked).decode().split()[-1]
        except git.GitError:
            raise NotARepository(f"{self.folder} has no revision {rev}") from None
        history = replace(self._history, revision=commit, tags=self._tags(commit))
        blobs, notes = self.tree(commit)
        if not blobs:
            raise NotARepository(f"{self.folder} holds no file that could be audited at {rev}")
        name = self.folder.name.removesuffix(".git")
        return Repository(name, Revision(self._objects, blobs), history, list(notes))

    def tree(self, commit: str) -> tuple[dict[str, str], list[Note]]:
        """The files of a commit, each with its blob, and what is to be noted of them."""
        if commit not in self._trees:
            self._trees[commit] = _tree(self.git_dir, commit, self.prefix)
        return self._trees[commit]

    def _tags(self, commit: str) -> tuple[str, ...]:
        if not self._history.tags:
            return ()
        asked = ("for-each-ref", f"--merged={commit}", "--format=%(refname:strip=2)", "refs/tags")
        then = set(git.run(self.git_dir, None, *asked).decode("utf-8", "replace").splitlines())
        return tuple(tag for tag in self._history.tags if tag in then)


def _tree(git_dir: Path, commit: str, prefix: str) -> tuple[dict[str, str], list[Note]]:
    """The files of a commit below a folder, each with its blob."""
    blobs: dict[str, str] = {}
    notes: list[Note] = []
    where = ["--", prefix] if prefix else []
    for entry in git.run(git_dir, None, "ls-tree", "-r", "-z", "--full-tree", commit, *where).split(b"\0"):
        meta, tab, raw = entry.partition(b"\t")
        fields = meta.split()
        if not tab or len(fields) != 3:
            continue
        path = raw.decode("utf-8", "surrogateescape").removeprefix(prefix)
        if fields[1] == b"commit":
            notes.append(Note(path, "is a submodule, whose files belong to another repository"))
        elif fields[0] != b"120000":
            blobs[path] = fields[2].decode()
    return blobs, notes


def _history(git_dir: Path) -> History:
    history = History(shallow=(git_dir / "shallow").exists())
    try:
        history.revision = git.run(git_dir, None, "rev-parse", "--verify", "-q", "HEAD").decode().strip()
    except git.GitError:
        history.revision = None
    try:
        refs = git.run(git_dir, None, "for-each-ref", "--format=%(refname) %(symref)").decode("utf-8", "replace")
    except git.GitError:
        return history
    tags, branches = [], []
    for line in refs.splitlines():
        name, _, target = line.partition(" ")
        if name.startswith("refs/tags/"):
            tags.append(name.removeprefix("refs/tags/"))
        elif name.startswith("refs/remotes/"):
            short = name.split("/", 3)[-1]
            if short == "HEAD":
                history.default_branch = target.split("/", 3)[-1] if target else None
            else:
                branches.append(short)
        elif name.startswith("refs/heads/"):
            branches.append(name.removeprefix("refs/heads/"))
    history.tag_places = _tag_places(git_dir, tags)
    history.tags, history.branches = tuple(tags), tuple(dict.fromkeys(branches))
    if history.default_branch is None:
        try:
            head = git.run(git_dir, None, "rev-parse", "--abbrev-ref", "HEAD").decode().strip()
        except git.GitError:
            head = ""
        history.default_branch = head if head not in ("", "HEAD") else None
    return history


def _tag_places(git_dir: Path, tags: list[str]) -> dict[str, tuple[str, int]]:
    """Where each tag is written down, as a path from the work tree (or the bare repository)."""
    if (git_dir / "commondir").exists():  # a linked worktree keeps its tags elsewhere
        return dict.fromkeys(tags, (".git", 1))
    prefix = ".git/" if git_dir.name == ".git" else ""
    places: dict[str, tuple[str, int]] = {}
    with contextlib.suppress(OSError):  # read like any other file of the repository's: it may be a pipe
        packed = Disk(git_dir, ()).read("packed-refs", _LOCKFILE_LIMIT).decode("utf-8", "replace")
        for number, line in enumerate(packed.split("\n"), 1):
            _, _, name = line.partition(" ")
            if name.startswith("refs/tags/"):
                places[name.removeprefix("refs/tags/")] = (f"{prefix}packed-refs", number)
    for tag in tags:
        if tag not in places:
            places[tag] = (f"{prefix}refs/tags/{tag}", 1)
    return places


def _walk(folder: Path) -> Iterator[str]:
    for parent, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if name not in _NEVER)
        for name in sorted(files):
            full = Path(parent, name)
            if not full.is_symlink():
                yield full.relative_to(folder).as_posix()
