"""tox: environments of tox.ini, setup.cfg, tox.toml and pyproject.toml."""

import re
from collections.abc import Iterable, Iterator
from itertools import product
from typing import TYPE_CHECKING

from scorecard.patterns import lazily
from scorecard.readers import ini, toml
from scorecard.readers.node import Node
from scorecard.readers.wrappers import Words, option
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import below, folder_of, forgiven, source_line

if TYPE_CHECKING:
    from configparser import RawConfigParser

_BETWEEN_NAMES = lazily(r"[,\s]++(?![^{}]*\})")
NAME = "tox"
FILES = ("tox.ini", "setup.cfg", "tox.toml", "pyproject.toml")
_FACTORS = lazily(r"([!\w{},.-]+)\s*:\s+")
_POSARGS = lazily(r"\{(?:posargs|tty)(?::([^{}]*))?\}|\[\]")
_KNOWN = lazily(r"\{(?:envpython|envbindir\}/python)\}?")
_REFERENCE = lazily(r"\{\[([^\]]+)\]([\w-]+)\}")
_MOST_ENVIRONMENTS = 100


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    text = repository.text(path)
    if path.endswith(".toml"):
        root = toml.read(text)
        node = root if path.endswith("tox.toml") else root["tool"]["tox"]
        legacy = node["legacy_tox_ini"]
        if legacy:
            yield from _ini(repository, path, legacy.text, legacy.line - (0 if legacy.block else 1))
        elif node:
            yield from _native(path, node)
    elif "[tox" in text or "[testenv" in text:
        yield from _ini(repository, path, text, 0)


def _ini(repository: Repository, path: str, text: str, offset: int) -> Iterator[Task]:
    parser = ini.read(text)
    if parser is None:
        return
    lines = _lines(text)
    head = "tox:tox" if parser.has_section("tox:tox") else "tox"
    listed = _expanded(_value(parser, head, "envlist") or _value(parser, head, "env_list"))
    own = [name.removeprefix("testenv:") for name in parser.sections() if name.startswith("testenv:")]
    for name in dict.fromkeys([*listed, *own, "%"]):
        section = f"testenv:{name}" if parser.has_section(f"testenv:{name}") else "testenv"
        base = section
        for _ in range(3):  # `base = other` or, without it, [testenv]
            if parser.has_option(base, "commands"):
                break
            base = (_value(parser, base, "base") or "testenv").split(",")[0].strip()
            base = (
                base
                if parser.has_section(base)
                else f"testenv:{base}"
                if parser.has_section(f"testenv:{base}")
                else "testenv"
            )
        commands: list[tuple[int, str]] = []
        for key in ("commands_pre", "commands", "commands_post"):
            where = base if parser.has_option(base, key) else "testenv"
            start = lines.get((where, key), 1)
            commands += _commands(parser, _value(parser, where, key), start + offset, set(re.split(r"[-.]", name)))
        if (
            _value(parser, section, "ignore_errors").lower() == "true"
            or _value(parser, section, "ignore_outcome").lower() == "true"
        ):
            commands = list(forgiven(tuple(commands)))
        folder = folder_of(path)
        change = re.sub(
            r"\{tox_?ini_?dir\}|\{tox_?root\}",
            ".",
            _value(parser, section, "changedir") or _value(parser, section, "change_dir"),
        )
        line = lines.get((section, ""), 1) + offset
        yield Task(
            NAME, name, path, line, tuple(commands), folder=below(folder, change) if "{" not in change else folder,
            text=source_line(repository, path, line), home=folder,
        )  # fmt: skip
    if listed or parser.has_section("testenv"):
        yield Task(
            NAME,
            "",
            path,
            lines.get((head, ""), 1) + offset,
            needs=tuple(listed) or ("py",),
            folder=folder_of(path),
            text=f"[{head}]",
        )


def _value(parser: "RawConfigParser", section: str, key: str) -> str:
    return (parser.get(section, key, fallback="") or "") if parser.has_section(section) else ""


def _lines(text: str) -> dict[tuple[str, str], int]:
    """The lines of sections and, under (section, key), of keys."""
    out: dict[tuple[str, str], int] = {}
    section = ""
    for number, row in enumerate(text.split("\n"), 1):
        if found := re.match(r"\[([^\]]+)\]", row):
            section = found[1]
            out.setdefault((section, ""), number)
        elif found := re.match(r"([\w.-]+)\s*[=:]", row):
            out.setdefault((section, found[1].lower()), number)
    return out


def _commands(
    parser: "RawConfigParser", value: str, start: int, factors: set[str], depth: int = 3
) -> Iterator[tuple[int, str]]:
    joined = ""
    first = start
    for offset, row in enumerate(value.split("\n")):
        text = row.strip()
        if not joined:
            first = start + offset
        if text.endswith("\\"):
            joined += text[:-1].rstrip() + " "
            continue
        text, joined = joined + text, ""
        condition = _FACTORS.match(text)
        if condition and not text.startswith("-"):
            wanted = _expanded(condition[1])
            if not any(
                all((f[1:] not in factors) if f.startswith("!") else f in factors for f in w.split("-")) for w in wanted
            ):
                continue
            text = text[condition.end() :]
        reference = _REFERENCE.fullmatch(text)
        if reference and depth:
            yield from (
                (first, c)
                for _, c in _commands(parser, _value(parser, reference[1], reference[2]), 1, factors, depth - 1)
            )
        elif text and not text.startswith("#"):
            yield first, _command(text)


def _command(text: str) -> str:
    may_fail = text.startswith("-")
    text = _POSARGS.sub(lambda found: found[1] or "", text.lstrip("-! "))
    text = re.sub(r"\{env_?python\}", "python", text)
    text = re.sub(r"\{tox_?ini_?dir\}|\{tox_?root\}", ".", text)
    text = re.sub(r"\{([\w-]+)\}", lambda found: "${" + found[1].replace("-", "_") + "}", text)
    return f"{{ {text}\n}} || true" if may_fail else text


def _expanded(text: str) -> list[str]:
    """`py{310,311}-{a,b}, lint` as all its names."""
    out: list[str] = []
    for part in _BETWEEN_NAMES.split(text.strip()):
        pieces = [
            piece.split(",") if index % 2 else [piece] for index, piece in enumerate(re.split(r"\{([^{}]*)\}", part))
        ]
        for combination in product(*pieces):
            if len(out) >= _MOST_ENVIRONMENTS:
                return out
            if name := "".join(piece.strip() for piece in combination):
                out.append(name)
    return out


def _native(path: str, node: Node) -> Iterator[Task]:
    base = node["env_run_base"]
    environments = node["env"]
    listed = node.get("env_list", "envlist").strings()
    for name in dict.fromkeys([*listed, *environments.keys(), "%"]):
        own = environments[name]
        commands: list[tuple[int, str]] = []
        for key in ("commands_pre", "commands", "commands_post"):
            for entry in own[key] or base[key]:
                if entry.is_list:
                    words = [
                        word.text for word in entry if word.is_scalar
                    ]  # tables are replacements: positional arguments
                    commands.append((entry.line, _command(" ".join(words))))
        yield Task(
            NAME,
            name,
            path,
            environments.key_line(name) if own else base.line,
            tuple(commands),
            folder=folder_of(path),
        )
    yield Task(NAME, "", path, node.line, needs=tuple(listed) or ("py",), folder=folder_of(path), text="[tool.tox]")


def invoked(words: Words) -> Call | None:
    if words[:1] != ("tox",) or any(
        word in ("--notest", "-l", "--listenvs", "--version", "devenv", "config", "list") for word in words[1:]
    ):
        return None
    given = option(words, "-e", "--env", "--envs")
    if not given:
        at = next((i for i, word in enumerate(words) if re.match(r"-[a-z]*e\Z", word)), 0)  # `tox -re py311`
        given = words[at + 1] if at and at + 1 < len(words) else ""
    names = tuple(name for name in given.split(",") if name)
    return Call(
        () if names == ("ALL",) else names,
        file=option(words, "-c", "--conf"),
        folder=option(words, "--workdir-root"),
    )
