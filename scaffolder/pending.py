"""An update whose conflicts a person has to resolve.

Until that is done the project counts as one of the old version: its answers file stays as it was. What it will become is kept in a file
of the project, so that it survives a commit and a clone: whoever resolves the conflicts, and where, `mlops update --finish` knows.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from scaffolder import git
from scaffolder.merging import Merged
from scaffolder.rendering import ANSWERS
from scaffolder.repository import Repository

FILE = ".mlops-pending.yml"
_HEAD = """\
# An update by `mlops` met changes of yours, and is not finished. Resolve the conflicts in the files below, `git add` them, then
# run `mlops update --finish`, which removes this file.
"""


@dataclass(frozen=True, slots=True)
class Pending:
    """The files that had conflicts, and why; and the answers file that is to be."""

    conflicts: tuple[tuple[str, str], ...]
    answers: str
    file: str = ANSWERS

    @property
    def version(self) -> str:
        """Of the templates, once it is finished."""
        import yaml  # noqa: PLC0415  keeps --help light

        said = yaml.safe_load(self.answers)
        return str(said.get("_commit", "")) if isinstance(said, dict) else ""


def held_back(found: Repository, merged: Merged, theirs: str, env: dict[str, str], file: str = ANSWERS) -> Merged:
    """The same, with the answers file as it was and what is to be in a file of ours, where there are conflicts."""
    import yaml  # noqa: PLC0415  keeps --help light

    path, ours = f"{found.prefix}{file}", f"{found.prefix}{FILE}"
    said = git.attempt(found.top, "cat-file", "blob", f"{theirs}:{path}", env=env)
    if not merged.outcome.conflicts or said.returncode:
        return merged
    conflicts = [
        {"path": name.removeprefix(found.prefix), "why": why} for name, why in merged.outcome.conflicts if name != path
    ]
    text = _HEAD + yaml.safe_dump({"conflicts": conflicts, "file": file, "answers": said.stdout}, sort_keys=False)
    blob = git.run(found.top, "hash-object", "-w", "--stdin", stdin=text, env=env)
    before = git.run(found.top, "ls-tree", "-z", merged.ours, "--", path, env=env).rstrip("\0")
    lines = [f"0 {'0' * 40}\t{path}", f"100644 {blob}\t{ours}"]
    if before:
        mode, _, rest = before.partition(" ")
        lines.append(f"{mode} {rest.split()[1]}\t{path}")
    git.run(found.top, "read-tree", merged.result, env=env)
    git.run(found.top, "update-index", "-z", "--index-info", env=env, stdin="".join(f"{line}\0" for line in lines))
    outcome = replace(
        merged.outcome,
        added=tuple(sorted({*merged.outcome.added, ours} - {path})),
        changed=tuple(name for name in merged.outcome.changed if name != path),
    )
    stages = {name: lines for name, lines in merged.stages.items() if name != path}
    return Merged(merged.ours, git.run(found.top, "write-tree", env=env), stages, outcome)


def read(folder: Path) -> Pending | None:
    """What waits in ``folder``, if something does."""
    import yaml  # noqa: PLC0415  keeps --help light

    try:
        said = yaml.safe_load((folder / FILE).read_bytes())
        conflicts = tuple((str(entry["path"]), str(entry["why"])) for entry in said["conflicts"])
        return Pending(conflicts, str(said["answers"]), str(said["file"]))
    except FileNotFoundError:
        return None
    except (OSError, yaml.YAMLError, TypeError, KeyError):
        return Pending(((FILE, "it was changed, and says no more what is to be"),), "")
