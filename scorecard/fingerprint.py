"""What a report depends on, in one short word: every file, what git knows, what the caller said, and our own code.

A file of a work tree is known by its blob where git's index says that it has not changed since (as `git status` decides
it, without running any of its filters), by its content where not. Reading every byte would cost more than what is saved.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

import msgspec

from scorecard import git
from scorecard.repository import Disk, Repository, Revision, Unreadable, limit_of

# `git ls-files -s -z --debug`: what the index remembers of a file's state on the disk.
_ENTRY = re.compile(
    rb"(\d{6}) ([0-9a-f]{40,64}) 0\t([^\0]+)\0  ctime: (\d+):(\d+)\n  mtime: (\d+):(\d+)\n"
    rb"  dev: \d+\tino: (\d+)\n  uid: \d+\tgid: \d+\n  size: (\d+)\tflags: [0-9a-f]+\n"
)
# Never read as text, and often large: known by size and time.
_BINARY = (
    ".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".pdf", ".mp3", ".mp4", ".wav", ".zip", ".gz", ".bz2", ".xz", ".zst",
    ".tar", ".whl", ".jar", ".so", ".dll", ".parquet", ".feather", ".arrow", ".npy", ".npz", ".h5", ".hdf5", ".pkl", ".joblib",
    ".pt", ".pth", ".ckpt", ".onnx", ".safetensors", ".gguf", ".bin", ".db", ".sqlite", ".sqlite3", ".pyc", ".woff", ".woff2", ".ttf",
)  # fmt: skip


def of(repository: Repository, *said: object) -> str:
    """All but the files: our code, what the caller ``said``, what git knows, what was noted when the repository was opened."""
    seen = (said, repository.name, repository.below, repository.history, repository.notes)
    return sha256(repr((of_code(), seen)).encode()).hexdigest()[:40]


def of_files(repository: Repository) -> str:
    """Every file as it stands now, of those that there were when the repository was opened."""
    digest = sha256()
    identity = _identities(repository)
    for path in repository.paths:
        digest.update(f"{path!r} {identity(path)}\n".encode())
    return digest.hexdigest()[:40]


@cache
def of_code() -> str:
    """The digest of our own code, of the Python that runs it, and of the versions of all that is installed beside it."""
    own, beside = Path(__file__).parent, Path(msgspec.__file__).parent.parent
    installed = sorted(path.name for path in beside.glob("*.dist-info"))
    digest = sha256(repr((sys.version, installed)).encode())
    for folder in (own, own.with_name("scaffolder")):  # whose word on a gap a report may hold
        for path, state in sorted(_ours(str(folder))) if folder.is_dir() else ():
            digest.update(f"{path} {state}\n".encode())
    return digest.hexdigest()[:20]


def _ours(folder: str) -> Iterator[tuple[str, str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name == "__pycache__":
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _ours(entry.path)
            else:
                status = entry.stat()
                yield entry.path, f"{status.st_size} {status.st_mtime_ns}"


def _identities(repository: Repository) -> Callable[[str], str]:
    """What tells a file's content from any other."""
    source = repository.source
    if isinstance(source, Revision):
        return source.blobs.__getitem__
    if not isinstance(source, Disk):
        return lambda path: _content(repository, path)
    root = os.fspath(source.root)
    known = _index(source) if source.git else {}

    def identity(path: str) -> str:
        remembered = known.get(path)
        if remembered is None and not path.endswith(_BINARY):
            return _content(repository, path)
        try:
            status = os.lstat(f"{root}/{path}")
        except OSError as error:
            return str(error.errno)
        state = (status.st_ctime_ns, status.st_mtime_ns, status.st_ino & 0xFFFFFFFF, status.st_size & 0xFFFFFFFF)
        if remembered is not None and remembered[1:] == state:
            return f"{remembered[0]} {status.st_size}"  # a filter may have made it larger than its blob
        return f"{state} {status.st_size}" if path.endswith(_BINARY) else _content(repository, path)

    return identity


def _content(repository: Repository, path: str) -> str:
    try:
        return git.blob_id(repository.source.read(path, limit_of(path)))
    except Unreadable as error:
        return str(error)


def _index(source: Disk) -> dict[str, tuple[str, int, int, int, int]]:
    """By path: blob, ctime, mtime, inode, size; only where the file's time is older than the index, so that no later change is hidden."""
    if source.git is None:
        return {}
    git_dir, root, prefix = source.git
    known = {}
    try:
        written = (git_dir / "index").stat().st_mtime_ns
        listing = git.run(git_dir, root, "ls-files", "-s", "-z", "--debug", *(["--", prefix] if prefix else []))
    except (OSError, git.GitError):
        return {}
    for match in _ENTRY.finditer(listing):
        _, blob, raw, c, c_ns, m, m_ns, inode, size = match.groups()
        changed = int(m) * 1_000_000_000 + int(m_ns)
        if changed < written:
            path = raw.decode("utf-8", "surrogateescape").removeprefix(prefix)
            since = int(c) * 1_000_000_000 + int(c_ns)
            known[path] = (blob.decode(), since, changed, int(inode), int(size))
    return known
