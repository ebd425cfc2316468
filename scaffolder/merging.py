"""Two states of a template and a user's repository to one tree, by git.

copier's own update loses a user's work without a word where the template renames or deletes a file, changes a binary, or adds a
path that exists as an ignored file. git's merge does not, hence this (docs/adr/0003). The merge happens beside the repository,
with its objects: no ref, no index, no object and no file of the user's changes here.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scaffolder import git
from scaffolder.repository import Repository

_NONE = "0" * 40
_CONFLICTS = {
    frozenset("123"): "you and the templates changed the same lines",
    frozenset("12"): "you changed it, and the templates have it no more",
    frozenset("23"): "you and the templates added it",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a transition did to the work tree, or would. With conflicts it is not finished: they are marked in the files and in the index."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    conflicts: tuple[tuple[str, str], ...] = ()  # path, and why
    left_deleted: tuple[str, ...] = ()  # by the user, though the templates changed them
    diff: str = ""  # of what would change, where nothing was written
    notes: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Is anything other than it was, or would it be?"""
        return bool(self.added or self.changed or self.deleted or self.conflicts)


@dataclass(frozen=True, slots=True)
class Merged:
    """HEAD's tree, what it becomes, and the lines of the index for each path that both sides changed."""

    ours: str
    result: str
    stages: dict[str, list[str]]
    outcome: Outcome


@contextmanager
def beside(repository: Repository, scratch: Path) -> Iterator[dict[str, str]]:
    """An environment in which git reads the repository's objects, and writes objects, refs and an index of its own."""
    own = scratch / "merge.git"
    git.run(scratch, "init", "--quiet", "--bare", f"--object-format={repository.format}", own)
    (own / "objects" / "info" / "alternates").write_text(f"{repository.objects}\n", errors="surrogateescape")
    yield {
        **git.NOBODY,
        "GIT_DIR": str(own),
        "GIT_WORK_TREE": str(repository.top),
        "GIT_INDEX_FILE": str(own / "index"),
    }


def tree(
    repository: Repository,
    folder: Path | None,
    env: dict[str, str],
    edits: Mapping[str, bytes | None] | None = None,
) -> str:
    """The files in ``folder``, none for nothing, with ``edits`` of the user's own, as a git tree in which they lie where the project does."""
    top = repository.top
    git.run(top, "read-tree", "--empty", env=env)
    if folder:
        git.run(folder, "add", "--all", "--force", ".", env={**env, "GIT_WORK_TREE": str(folder)})
    if edits:
        git.run(top, "update-index", "-z", "--index-info", env=env, stdin=_edited(repository, edits, env))
    written = git.run(top, "write-tree", env=env)
    if (folder or edits) and repository.prefix:
        git.run(top, "read-tree", "--empty", env=env)
        git.run(top, "read-tree", f"--prefix={repository.prefix}", written, env=env)
        written = git.run(top, "write-tree", env=env)
    return written


def _edited(repository: Repository, edits: Mapping[str, bytes | None], env: dict[str, str]) -> str:
    """Lines for the index. A file keeps the mode that it has at HEAD."""
    listed = git.run(repository.top, "ls-tree", "-r", "-z", f"HEAD:{repository.prefix}").split("\0")
    modes = {line.partition("\t")[2]: line.partition(" ")[0] for line in listed}
    lines = []
    for path, content in edits.items():
        lines.append(f"0 {_NONE}\t{path}\0")
        if content is not None:
            with tempfile.NamedTemporaryFile(dir=env["GIT_DIR"]) as file:
                file.write(content)
                file.flush()
                blob = git.run(repository.top, "hash-object", "-w", "--no-filters", file.name, env=env)
            lines.append(f"{modes.get(path, '100644')} {blob}\t{path}\0")
    return "".join(lines)


def merge(repository: Repository, base: str, theirs: str, env: dict[str, str]) -> Merged:
    """HEAD with what changed from ``base`` to ``theirs``. Nothing is written but objects."""
    top = repository.top
    ours = git.run(top, "rev-parse", "HEAD^{tree}")
    first = git.run(top, "commit-tree", base, "-m", "base", env=env)
    for name, side in (("yours", ours), ("templates", theirs)):
        commit = git.run(top, "commit-tree", side, "-p", first, "-m", name, env=env)
        git.run(top, "update-ref", f"refs/heads/{name}", commit, env=env)
    rules = {"merge.renames": "true", "merge.directoryRenames": "false"}
    said = git.attempt(top, "merge-tree", "--write-tree", "-z", "yours", "templates", env=env, config=rules)
    if said.returncode not in (0, 1):
        raise git.failure("git merge-tree failed", said.stderr)
    result, *rest = said.stdout.split("\0")
    stages: dict[str, list[str]] = {}
    for line in rest[: rest.index("")] if "" in rest else []:
        stages.setdefault(line.partition("\t")[2], []).append(line)
    sides = {path: frozenset(line.partition("\t")[0][-1] for line in lines) for path, lines in stages.items()}
    gone = sorted(path for path, side in sides.items() if side == frozenset("13"))
    if gone:
        git.run(top, "read-tree", result, env=env)
        git.run(top, "update-index", "-z", "--index-info", env=env, stdin="".join(f"0 {_NONE}\t{p}\0" for p in gone))
        result = git.run(top, "write-tree", env=env)
    conflicts = {path: lines for path, lines in stages.items() if path not in gone}
    outcome = _difference(top, ours, result, gone, [(p, sides[p]) for p in sorted(conflicts)], env)
    return Merged(ours, result, conflicts, outcome)


def diff(repository: Repository, merged: Merged, env: dict[str, str]) -> str:
    """What would change, as a patch that `git apply` takes."""
    how = ("-r", "-p", "--find-renames", "--no-ext-diff", "--no-textconv", "--no-color", "--binary")
    said = git.run(repository.top, "diff-tree", *how, merged.ours, merged.result, env=env)
    return f"{said}\n" if said else ""


def _difference(
    top: Path,
    ours: str,
    result: str,
    gone: list[str],
    conflicts: list[tuple[str, frozenset[str]]],
    env: dict[str, str],
) -> Outcome:
    said = git.run(top, "diff-tree", "-r", "-z", "--no-renames", "--name-status", ours, result, env=env).split("\0")
    paths: dict[str, list[str]] = {"A": [], "D": [], "M": []}
    for kind, path in zip(said[::2], said[1::2], strict=False):
        paths[kind if kind in "AD" else "M"].append(path)
    why = tuple((path, _CONFLICTS.get(side, "you and the templates changed what it is")) for path, side in conflicts)
    return Outcome(tuple(paths["A"]), tuple(paths["M"]), tuple(paths["D"]), why, tuple(gone))
