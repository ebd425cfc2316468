"""The commits at which a history is looked at, as git's objects tell them."""

from pathlib import Path

from msgspec import Struct

from scorecard import git
from scorecard.model import NotARepository
from scorecard.patterns import lazily

_RELEASE = lazily(r"(?:.*[/@-])?v?\d+(?:\.\d+)+(?:[-+.]?[0-9A-Za-z.+-]*)?")
_PRE = lazily(r"\d[-.]?(?:a|b|c|rc|alpha|beta|dev|pre|preview|nightly)[-.]?\d*(?:$|[-+.])")


class Commit(Struct, frozen=True):
    """One point of a history; ``name`` is the tag, the month, or the short id; ``day`` is in the committer's own time."""

    id: str
    name: str
    day: str
    subject: str = ""


def points(git_dir: Path, every: str, limit: int, rev: str = "HEAD") -> list[Commit]:
    """The newest ``limit`` points on the way to ``rev``, which is the last of them, oldest first. Raises NotARepository.

    Releases are tags that hold a version and are no pre-release; months and commits are those of the first parents, which is what
    the main branch was at the time.
    """
    newest = between(git_dir, None, rev, 1)
    if not newest:
        raise NotARepository(f"there is no commit at {rev}")
    if every == "release":
        found = _releases(git_dir, newest[0].id)
    else:
        found = between(git_dir, None, rev, limit if every == "commit" else None)
        if every == "month":
            found = list(
                {
                    commit.day[:7]: Commit(commit.id, commit.day[:7], commit.day, commit.subject) for commit in found
                }.values()
            )
    if not found or found[-1].id != newest[0].id:
        found.append(Commit(newest[0].id, rev, newest[0].day, newest[0].subject))
    return found[-limit:]


def between(git_dir: Path, start: str | None, end: str, limit: int | None = None) -> list[Commit]:
    """The first parents of ``end`` that ``start`` has not, oldest first, ``end`` included. Raises NotARepository."""
    asked = ["--first-parent", "--format=%H%x09%cs%x09%s"]
    asked += [f"--max-count={limit}"] if limit else []
    asked += ["--end-of-options", end, *([f"^{start}"] if start else []), "--"]
    try:
        said = git.run(git_dir, None, "rev-list", *asked).decode("utf-8", "replace")
    except git.GitError as error:
        raise NotARepository(f"git cannot list the commits of {end}: {error}") from None
    fields = (line.split("\t", 2) for line in said.split("\n") if "\t" in line)
    return [Commit(one, one[:8], day, subject) for one, day, subject in fields][::-1]


def _releases(git_dir: Path, commit: str) -> list[Commit]:
    """Tags with a version in their names, one for each commit, by the day of the commit."""
    form = "--format=%(objectname)%09%(*objectname)%09%(committerdate:short)%09%(*committerdate:short)%09%(refname:strip=2)"
    try:
        said = git.run(git_dir, None, "for-each-ref", f"--merged={commit}", "--sort=creatordate", form, "refs/tags")
    except git.GitError:
        return []
    found: dict[str, Commit] = {}
    for line in said.decode("utf-8", "replace").splitlines():
        own, peeled, day, peeled_day, name = line.split("\t", 4)
        if _RELEASE.fullmatch(name) and not _PRE.search(name):
            found.setdefault(peeled or own, Commit(peeled or own, name, peeled_day or day, name))
    return sorted(found.values(), key=lambda c: c.day)
