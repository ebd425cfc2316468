"""Command lines without what is wrapped around them: `uv run`, `sudo`, `docker compose run`, `bash -c`, and
so on."""

import posixpath
import re

from scorecard.patterns import lazily
from scorecard.readers.command_line import Inner, Words, after_options, option
from scorecard.readers.wrapper_forms import SPECIAL, launched, prefixed
from scorecard.readers.wrapper_tables import (
    DASHED,
    LAUNCHERS,
    MODULES,
    PAIRS,
    PREFIXES,
    RENAMED,
    SHELLS,
    YARN,
)

_PYTHON = lazily(r"(?:python|pypy|ipython)?(?:py)?\d*(?:\.\d+)*w?t?(?:\.exe)?\Z")
_PROGRAM_FOLDER = lazily(
    r"(?:^|/)(?:\.?v?env[^/]*|usr|opt|local|node_modules/\.bin|[\w.-]*conda[^/]*|vendor)(?:/|\Z)|^\$"
)
_BINARY = lazily(
    r"(?:^|/)node_modules/(?:\.bin|(?:@[\w.-]+/)?[\w.-]+(?:/(?:bin|dist|lib|cli))*)/([\w-]+?)(?:\.[cm]?js)?\Z"
)
_NODE_VALUED = frozenset({"-r", "--require", "--loader", "--experimental-loader", "--import", "--conditions", "-C"})
_MAX_LAYERS = 12


def strip_wrappers(words: Words) -> Words:
    """The command itself, normalised; a `bash -c` with its script is left as it is."""
    words = normalise(words)
    for _ in range(_MAX_LAYERS):
        inner = unwrap(words)
        if inner is None or inner.script or not inner.words:
            break
        words = inner.words
    return words


def normalise(words: Words) -> Words:
    """One spelling for each program: `venv/bin/python3 -m pytest`, `py.test` and `pytest` are the same."""
    if not words:
        return words
    first, rest = _program(words[0]), words[1:]
    if first == "python":
        return _python(rest)
    if first == "node":
        return _node(rest)
    renamed = RENAMED.get(first, first)
    return (*renamed.split(), *rest)


def _program(word: str) -> str:
    path = word.replace("\\", "/")
    folder, _, name = path.rpartition("/")
    bare = name.removesuffix(".exe")
    is_python = bare.startswith(("python", "pypy")) and _PYTHON.match(bare)
    if is_python or (bare == "py" and not folder) or word in ("$PYTHON", "${PYTHON}", "$(PYTHON)"):
        return "python"
    return (
        bare
        if folder and posixpath.basename(folder) in ("bin", "Scripts", ".bin") and _PROGRAM_FOLDER.search(folder)
        else word
    )


def _python(rest: Words) -> Words:
    """`python -u -W ignore -m pkg` as (`python`, `-m`, `pkg`); tools that have a command of their own as that
    command."""
    at = 0
    while at < len(rest) and rest[at].startswith("-") and rest[at] not in ("-m", "-c", "-"):
        at += 2 if rest[at] in ("-W", "-X", "-Q") else 1
    rest = rest[at:]
    if rest[:1] != ("-m",) or len(rest) < 2:
        return ("python", *rest)
    module = rest[1]
    if module in MODULES:
        return (*RENAMED.get(module, module).split(), *rest[2:])
    if module in ("torch.distributed.launch", "torch.distributed.run"):
        return ("torchrun", *rest[2:])
    if module == "accelerate.commands.launch":
        return ("accelerate", "launch", *rest[2:])
    return ("python", *rest)


def _node(rest: Words) -> Words:
    """`node --experimental-vm-modules node_modules/jest/bin/jest.js` as `jest`: a package's binary by its path."""
    at = after_options(rest, 0, _NODE_VALUED)
    binary = _BINARY.search(rest[at]) if at < len(rest) else None
    return (binary[1], *rest[at + 1 :]) if binary else ("node", *rest)


def unwrap(words: Words) -> Inner | None:
    """One layer taken off, None where there is none."""
    if not words:
        return None
    if words[0] in SHELLS:
        return _shell(words)
    if words[0] == "command" and words[1:2] in (("-v",), ("-V",)):
        return None  # asks where a program is, and does not start it
    special = SPECIAL.get(words[0])
    inner = special(words) if special else None
    if inner is None and words[0] in PREFIXES:
        inner = prefixed(words, 1, PREFIXES[words[0]])
    if inner is None:
        inner = _paired(words)
    if inner is None and words[0] in DASHED and "--" in words[1:]:
        inner = Inner(words[words.index("--") + 1 :])
    if inner is None and words[0] in LAUNCHERS:
        inner = launched(words, 1)
    if inner is None or (not inner.words and not inner.script):
        return None
    return Inner(normalise(inner.words), inner.script, inner.stops, inner.folder, inner.env, inner.image, inner.service)


def _paired(words: Words) -> Inner | None:
    at = after_options(words, 1, frozenset({"-C", "--directory", "-P", "--project", "-e", "--env"}))
    if at >= len(words):
        return None
    pair = (words[0], words[at])
    if pair in PAIRS:
        inner = prefixed((words[0], *words[at + 1 :]), 1, PAIRS[pair])
        folder = option(words[1:at], "-C", "--directory") or inner.folder
        inner_words = inner.words
        if words[0] == "hatch" and inner_words and ":" in inner_words[0]:  # an environment's name before the command
            inner_words = (inner_words[0].partition(":")[2], *inner_words[1:])
        return Inner(inner_words, folder=folder, env=inner.env)
    if words[0] in ("yarn", "pnpm", "bun") and words[at] not in YARN and re.fullmatch(r"[\w@/-]+", words[at]):
        return Inner(words[at:])  # a binary of node_modules
    return None


def _shell(words: Words) -> Inner | None:
    flags = ""
    for at, word in enumerate(words[1:], 1):
        if not word.startswith(("-", "+")):
            return None
        flags += word
        if re.fullmatch(r"-\w*c\w*", word) and not word.startswith("--"):
            return Inner(script=words[at + 1], stops="e" in flags) if at + 1 < len(words) else None
    return None


__all__ = ["Inner", "Words", "after_options", "normalise", "option", "strip_wrappers", "unwrap"]
