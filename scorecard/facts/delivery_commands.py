"""One command of a pipeline to what it delivers, by its words alone."""

import re

from scorecard.facts.delivery_listed import Deed, listed
from scorecard.facts.delivery_programs import PROGRAMS
from scorecard.facts.delivery_tables import HARMLESS, ROLLOUT, What
from scorecard.readers.wrappers import Words

# What takes a folder, a file or a script called `deploy`, or publishes documentation.
_NO_DEPLOYERS = frozenset({
    "mkdir", "cd", "ls", "cp", "mv", "rm", "zip", "unzip", "tar", "cat", "chmod", "git", "gh", "pip", "npm", "yarn", "pnpm", "bun", "make", "just", "task",
    "mkdocs", "mike", "quarto", "source", "bash", "sh", "python", "test", "kubectl", "touch", "find", "tree", "docker", "echo", "node", "go", "mvn", "export",
    "set", "poe", "nox", "tox", "invoke", "rsync", "scp", "ssh", "pushd", "stat", "sed", "grep", "gradle", "uv", "poetry", "hatch", "conda", "az",
})  # fmt: skip


def deed(words: Words) -> Deed | None:
    """What the command delivers, None where it delivers nothing."""
    if not words or words[0] in ("echo", "printf", "cat", "grep", "which", "type", "man"):
        return None
    name = words[0].rpartition("/")[2] if "kaniko" in words[0] else words[0]
    return PROGRAMS.get(name, listed)(words) or _called_deploy(words)


def _called_deploy(words: Words) -> Deed | None:
    """A program of which no table knows, asked to `deploy`."""
    plain = [word for word in words[:4] if not word.startswith("-")]
    if len(plain) < 2 or plain[0] in _NO_DEPLOYERS or HARMLESS.intersection(words) or "/" in plain[0]:
        return None
    asked = plain[1] == "deploy" or any(re.fullmatch(r"deploy[-:][\w:-]+", word) for word in plain[1:3])
    return Deed(ROLLOUT, What.SERVICE, " ".join(plain[:2])) if asked else None


__all__ = ["Deed", "deed"]
