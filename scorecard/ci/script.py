"""Shell text in a CI file: what is run, on which line it really stands, and in which folder.

A list of commands becomes one step each, so that every command can be cited, while a `cd` stays in force for
the commands after it. A folded or quoted scalar is unfolded along the lines of the file.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any

from scorecard.ci.commands import forgiven
from scorecard.ci.model import Reading, Step
from scorecard.ci.sources import Source, first_line
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers import yaml
from scorecard.readers.node import MISSING, Node
from scorecard.repository import Repository

_OPEN_ENDED = ("&&", "||", "|", ";", "\\", "(", "{")
_MOVE = lazily(r"(?:^|&&|;|\n)[ \t]*(cd|pushd|popd)\b[ \t]*([^\s;&|)]*)")
_CHECKOUT = lazily(
    r"(?:\$\{?(?:TRAVIS_BUILD_DIR|CIRCLE_WORKING_DIRECTORY|CODEBUILD_SRC_DIR|BITBUCKET_CLONE_DIR|DRONE_WORKSPACE"
    r"|CI_WORKSPACE|BUILDKITE_BUILD_CHECKOUT_PATH|APPVEYOR_BUILD_FOLDER|SEMAPHORE_GIT_DIR)\}?"
    r"|~/project|/drone/src|/workspace/source|/workspace|/builds/worker/checkouts/[\w.-]+)(?=/|$)"
)
_MOST_NODES = 2_000
_LONGEST = 20_000  # a text beyond this is data, not a command worth unfolding
_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh"})
_SHELL_FLAG = lazily(r"-[a-z]*c[a-z]*$")


@lru_cache(maxsize=512)
def _parsed(text: str) -> tuple[Node, ...] | str:
    try:
        return yaml.read(text)
    except yaml.YamlError as error:
        return str(error)


class Script(Source, frozen=True):
    """A file of several documents, whose lists of commands share one shell; ``root`` is the first."""

    documents: tuple[Node, ...] = ()

    @classmethod
    def open(cls, repository: Repository, path: str, into: Reading | None = None) -> "Script":
        """The file parsed; a file that is no YAML has no documents, and becomes a problem of ``into``."""
        text = repository.text(path)
        found = _parsed(text)
        if isinstance(found, str):
            if into is not None:
                place = re.match(r"line (\d+)", found)
                line = int(place.group(1)) if place else 1
                into.problems.append(Evidence(path, line, f"is no YAML: {found}"))
            found = ()
        return cls(path, tuple(text.split("\n")), next(iter(found), MISSING), found)

    def command(self, node: Node) -> tuple[int, str]:
        """The first line of a scalar's text, and the text with its line breaks where the file has them."""
        line, text = Source.command(self, node)  # super() does not work in a record, which is a class made anew
        row = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        if not node.block and " " in text and len(text) + len(row) < _LONGEST and text not in row:
            return first_line(line, _unquoted(text, self.lines[line - 1 :]) or text)
        return line, text

    def step(self, node: Node, *, folder: str = "", **rest: Any) -> Step | None:
        """The command that stands at ``node``; nothing for what is no text."""
        line, text = self.command(node)
        if not text.strip():
            return None
        may_fail = bool(rest.pop("may_fail", False)) or forgiven(text)
        return Step(self.path, line, text, folder=folder, may_fail=may_fail, **rest)

    def steps(self, node: Node, *, folder: str = "", **rest: Any) -> Iterator[Step]:
        """A command or a list of them, each in the folder where the ones before it left the shell."""
        for item in node.as_list():
            for command in item.as_list() if item.is_list else (item,):
                found = self.step(command, folder=folder, **rest)
                if found:
                    yield found
                    folder = moved(found.command, folder)

    def arguments(self, *nodes: Node, **rest: Any) -> Step | None:
        """The words of an argument vector (`command:` with `args:`), with `bash -c '…'` unwrapped."""
        words = [word for node in nodes for word in node.as_list() if word.is_scalar]
        if not words:
            return None
        shell = next((at for at, word in enumerate(words) if word.text.rpartition("/")[2] in _SHELLS), None)
        for flag, script in pairwise(words[shell:] if shell is not None else ()):
            if _SHELL_FLAG.match(flag.text):
                return self.step(script, **rest)
        if len(words) == 1:
            return self.step(words[0], **rest)
        text = " ".join(_quoted(word.text) for word in words)
        return Step(self.path, words[0].line, text, **rest)


def _unquoted(text: str, lines: Iterable[str]) -> str:
    """A quoted or plain scalar with the line breaks that YAML folded away; "" where the two disagree.

    A break inside a command becomes a continuation, so that the shell reads the same as before.
    """
    out: list[str] = []
    position = 0
    for number, raw in enumerate(lines):
        rest = text[position:].strip()
        if not rest:
            break
        position = len(text) - len(text[position:].lstrip())
        piece = raw.strip().replace('\\"', '"').replace("\\\\", "\\")
        if number == 0 and rest in piece:
            return ""  # it stands on one line, with escapes
        if number == 0:
            piece = next((piece[at:] for at in range(len(piece)) if text.startswith(piece[at:])), "")
        piece = rest if piece.startswith(rest) else piece
        bare = number > 0 or raw.rstrip().endswith(('"', "'"))  # the text may begin below its quote
        if (not piece and not bare) or not text.startswith(piece, position):
            return ""
        if piece and out and out[-1] and not out[-1].endswith(_OPEN_ENDED):
            out[-1] += " \\"
        out.append(piece)
        position += len(piece)
    return "\n".join(out) if not text[position:].strip() else ""


def _quoted(word: str) -> str:
    if word and not re.search(r"[\s;&|<>()]", word):
        return word
    return "'" + word + "'" if "'" not in word else '"' + word.replace('"', '\\"') + '"'


def moved(command: str, folder: str) -> str:
    """The folder in which a shell stands after ``command``; a `cd` in parentheses does not last."""
    before = [folder]
    for move, target in _MOVE.findall(command):
        if move == "popd" or target == "-":
            before = [*before[:-1], before[-2]] if len(before) > 1 and move == "popd" else before
            if target == "-" and len(before) > 1:
                before.append(before[-2])
        else:
            before.append(joined(before[-1], target))
    return before[-1]


def joined(folder: str, target: str) -> str:
    """``target`` seen from ``folder``, as a path of the checkout; an unknown place changes nothing."""
    target = target.strip("'\"")
    here = _CHECKOUT.match(target)
    if here:
        folder, target = "", target[here.end() :].lstrip("/")
    if "$" in target or "<<" in target or target.startswith(("/", "~", "%")):
        return folder
    path = posixpath.normpath(posixpath.join(folder, target)) if target or folder else ""
    return "" if path == "." or path.startswith("..") else path


def flat(node: Node, *, most: int = 40) -> tuple[tuple[str, str], ...]:
    """The inputs of a packaged action: scalars and lists of scalars, nested names joined by a dot."""
    found: list[tuple[str, str]] = []
    stack: list[tuple[str, Node]] = [("", node)]
    for _ in range(_MOST_NODES):
        if not stack or len(found) >= most:
            break
        prefix, current = stack.pop()
        if current.is_map:
            stack.extend(reversed([(f"{prefix}.{key}".lstrip("."), value) for key, value in current.items()]))
        elif current.is_list:
            found.append((prefix, " ".join(item.text for item in current if item.is_scalar)))
        elif current.is_scalar:
            found.append((prefix, current.text))
    return tuple(found)
