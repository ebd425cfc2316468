"""The templates of every release as one small git history, and that history as one file for the wheel.

`releases.lock` beside this module names each template version with the git tree of `templates/` at its release. Trees are found
in any clone with full history, with or without tags. Author, date and message of the commits are fixed, so that every build, on
any machine, makes the same commits: what a project was made from means the same to everybody. Only git and the
standard library are used, since the build hook runs this alone.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from scaffolder import git
from scaffolder.errors import Refused

FOLDER = "templates"
LOCK = Path("scaffolder") / "releases.lock"
BUNDLE, MANIFEST = "templates.bundle", "templates.json"
_WHO = "mlops templates <templates@mlops.invalid>"


class HistoryMissing(Refused):
    """The clone lacks the templates of an earlier release."""


@dataclass(frozen=True, slots=True)
class Release:
    """A template version: its git tree, and what changed for those who update to it."""

    version: str
    date: date
    tree: str
    changes: str


def locked(root: Path) -> list[Release]:
    """What `releases.lock` names, oldest first."""
    path = root / LOCK
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("release", []) if path.exists() else []
    return [Release(e["version"], e["date"], e["tree"], e["changes"]) for e in entries]


def history(root: Path, bare: Path, *, whole: bool) -> list[Release]:
    """Fill ``bare`` with a commit and a tag for each release, and for what stands in ``root`` if that is no release yet.

    ``whole`` raises HistoryMissing where the clone lacks an earlier release; otherwise such a release is left out.
    """
    git.run(root, "init", "--quiet", "--bare", "--initial-branch=main", bare, alone=True)
    objects = _objects(root)
    if objects:
        (bare / "objects" / "info" / "alternates").write_text(f"{objects}\n")
    current = _current(root, bare, objects)
    releases, listed = [], locked(root)
    there = _present(root, [release.tree for release in listed], whole=whole) if objects else set()
    for release in listed:
        if release.tree in there | {current}:
            releases.append(release)
        elif whole:
            raise HistoryMissing(
                f"this clone lacks the templates of {release.version} (git tree {release.tree[:12]})",
                "build from a clone with full history: git fetch --unshallow, or fetch-depth: 0 in GitHub Actions",
            )
    if current not in {release.tree for release in releases}:
        releases.append(_unreleased(current, releases))
    git.run(bare, "fast-import", "--quiet", "--force", stdin=_stream(releases), alone=True)
    return releases


def build(root: Path, out: Path) -> dict[str, object]:
    """Write the bundle and its manifest into ``out``. The same history gives the same bytes."""
    with tempfile.TemporaryDirectory(prefix="mlops-") as scratch:
        bare = Path(scratch) / "templates.git"
        releases = history(root, bare, whole=True)
        # All deltas anew and in one thread: otherwise the bytes tell how our own clone happened to be packed.
        steady = {"pack.threads": "1", "core.compression": "9"}
        git.run(bare, "repack", "-q", "-a", "-d", "-F", "--window=50", "--depth=50", config=steady, alone=True)
        packed = Path(scratch) / BUNDLE
        git.run(bare, "bundle", "create", "-q", packed, "HEAD", "main", "--tags", config=steady, alone=True)
        out.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(packed, out / BUNDLE)
    manifest: dict[str, object] = {
        "releases": [{"version": r.version, "date": r.date.isoformat(), "changes": r.changes} for r in releases],
        "sha256": hashlib.sha256((out / BUNDLE).read_bytes()).hexdigest(),
    }
    (out / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return manifest


def release(root: Path, version: str, changes: str) -> Release:
    """Name the committed templates ``version`` in `releases.lock`. Raises Refused where that makes no sense."""
    earlier = locked(root)
    tree = git.run(root, "rev-parse", "--verify", "--quiet", f"HEAD:{FOLDER}")
    if not re.fullmatch(r"v\d+\.\d+\.\d+", version) or not changes.strip() or "\n" in changes or '"' in changes:
        raise Refused("a release needs a version such as v1.2.0 and one line of what changed, without double quotes")
    if earlier and _numbers(version) <= _numbers(earlier[-1].version):
        raise Refused(f"{version} does not follow {earlier[-1].version}")
    if tree in {known.tree for known in earlier}:
        raise Refused("the templates have not changed since the release that has them already")
    new = Release(version, datetime.now(UTC).date(), tree, changes.strip())
    with (root / LOCK).open("a", encoding="utf-8") as file:
        file.write(
            f'\n[[release]]\nversion = "{version}"\ndate = {new.date}\ntree = "{tree}"\nchanges = "{new.changes}"\n'
        )
    return new


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _unreleased(tree: str, releases: list[Release]) -> Release:
    """What is being worked on: before the next release in the order of versions, and told from others by its tree."""
    major, minor, patch = _numbers(releases[-1].version) if releases else (0, 1, -1)
    day = releases[-1].date if releases else date(2026, 1, 1)
    return Release(f"v{major}.{minor}.{patch + 1}.dev0+t{tree[:12]}", day, tree, "not released yet")


def _trusting(root: Path) -> dict[str, str]:
    # We run from this very folder: another owner (a mounted volume, root in a container) changes nothing about trust.
    return {"safe.directory": str(root)}


def _objects(root: Path) -> Path | None:
    """Where the clone of which ``root`` is the top keeps its objects; none where there is no clone."""
    said = git.attempt(
        root, "rev-parse", "--show-toplevel", "--git-path", "objects", config=_trusting(root), alone=True
    )
    top, _, objects = said.stdout.strip().partition("\n")
    here = not said.returncode and Path(top).resolve() == root.resolve()
    return (root / objects).resolve() if here else None


def _current(root: Path, bare: Path, objects: Path | None) -> str:
    """The git tree of `templates/` as it stands in ``root``, committed or not."""
    index = bare / "scratch.index"
    env = {"GIT_DIR": str(bare), "GIT_WORK_TREE": str(root), "GIT_INDEX_FILE": str(index)}
    if objects:
        ours = git.run(root, "rev-parse", "--git-path", "index", config=_trusting(root), alone=True)
        if (root / ours).exists():  # what is tracked stays so even where a .gitignore of the templates names it
            # With its time: git looks into a file that is as old as the index, and trusts what is older.
            shutil.copy2(root / ours, index)
    only = [FOLDER, f":(exclude,glob){FOLDER}/**/__pycache__/**"]
    git.run(root, "add", "--all", *([] if objects else ["--force"]), "--", *only, env=env, alone=True)
    tree = git.run(root, "write-tree", "--missing-ok", f"--prefix={FOLDER}/", env=env, alone=True)
    index.unlink()
    return tree


def _present(root: Path, trees: list[str], *, whole: bool) -> set[str]:
    """Those that the clone has; ``whole``: to the last file, and a partial clone fetches now what it lacks."""
    asked = "".join(f"{tree}\n" for tree in trees)
    said = git.run(root, "cat-file", "--batch-check=%(objectname) %(objecttype)", stdin=asked, config=_trusting(root))
    there = {line.split()[0] for line in said.splitlines() if line.endswith(" tree")}
    read = ("archive", "--format=tar", f"--output={os.devnull}")
    return {
        tree for tree in there if not whole or not git.attempt(root, *read, tree, config=_trusting(root)).returncode
    }


def _stream(releases: list[Release]) -> str:
    """One commit upon the other, in the language of `git fast-import`."""
    lines = []
    for number, release in enumerate(releases, 1):
        seconds = int(datetime(release.date.year, release.date.month, release.date.day, tzinfo=UTC).timestamp())
        message = f"templates {release.version}: {release.changes}\n"
        lines += [
            f"commit refs/heads/main\nmark :{number}",
            f"author {_WHO} {seconds} +0000\ncommitter {_WHO} {seconds} +0000",
            f"data {len(message.encode())}\n{message}",
            *([f"from :{number - 1}"] if number > 1 else []),
            f'M 040000 {release.tree} ""\n',
            f"reset refs/tags/{release.version}\nfrom :{number}\n",
        ]
    return "\n".join(lines)
