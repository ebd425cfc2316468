"""Environment variables and named settings to which the repository gives a value, and whether the value applies.

Read line by line from what starts the system (compose, Dockerfile, manifests, Terraform, env files, deploy scripts) and
from code that writes `os.environ`. A value in an example file (`.env.example`) applies nowhere.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code
from scorecard.model import Evidence
from scorecard.paths import is_prose, is_test
from scorecard.patterns import lazily, lines_with
from scorecard.repository import Repository

FILES = (
    "Dockerfile*", "*.Dockerfile", "Containerfile*", "*compose*.y*ml", "*.y*ml", "*.tf", "*.tfvars", "*.bicep",
    "Procfile",
    "fly.toml", "app.json", "*.sh", ".env*", "*.env", "env.example", "*.service", "supervisord*.conf",
)  # fmt: skip
MAX_CHARACTERS = 100_000
_PAIR = lazily(
    r"""^\s*(?:-\s+)?(?:export\s+|ENV\s+|environment\s*=\s*)?["']?([A-Z][A-Z0-9_]{2,60}|success_callback|callbacks)["']?\s*[:=]\s*(.{0,200})"""
)
_NAMED = lazily(r"""\bname["']?\s*[:=]\s*["']?([A-Z][A-Z0-9_]{2,60})["']?\s*(?:,|$)""")
_VALUE = lazily(r"""\bvalue["']?\s*[:=]\s*(.{0,200})""")
_NO_SETTINGS = lazily(
    r"(?:^|/)(?:locales?|i18n|translations|data|datasets?|cassettes|fixtures|snapshots)/|lock\.ya?ml$"
)
_EXAMPLE = lazily(r"example|sample|template|dist|default", re.IGNORECASE)
_COMMENT = lazily(r"^\s*(?:#|//).*$|\s#\s.*$")


class SettingLine(Struct, frozen=True):
    """One place that gives ``name`` a value; ``value`` is "" for an empty one and "?" for one that code computes."""

    name: str
    value: str
    evidence: Evidence
    applies: bool


class Settings(Struct, frozen=True):
    """What has a value, by name, and the lines of start commands and scripts."""

    lines: dict[str, list[SettingLine]]
    commands: tuple[Evidence, ...]

    @classmethod
    def gather(cls, repository: Repository, code: Code) -> Self:
        lines: dict[str, list[SettingLine]] = defaultdict(list)
        commands: list[Evidence] = []
        for path in repository.glob(*FILES):
            if is_prose(path) or is_test(path) or _NO_SETTINGS.search(path):
                continue
            text = repository.text(path)
            if len(text) <= MAX_CHARACTERS:
                for line in _pairs(path, text):
                    lines[line.name].append(line)
                if not path.endswith((".tf", ".tfvars", ".bicep")):
                    commands += _commands(path, text)
        for line in _environ(code):
            lines[line.name].append(line)
        return cls(dict(lines), tuple(commands))

    def named(self, *names: str) -> list[SettingLine]:
        """The places that give one of ``names`` a value."""
        return [line for name in names for line in self.lines.get(name, ())]

    def words(self, words: Iterable[str]) -> Iterator[tuple[str, Evidence]]:
        """Lines of start commands that hold one of ``words``."""
        for evidence in self.commands:
            for word in words:
                if word in evidence.text:
                    yield word, evidence


def _pairs(path: str, text: str) -> Iterator[SettingLine]:
    applies = not _EXAMPLE.search(path.rpartition("/")[2])
    rows = text.split("\n")
    for number, raw in enumerate(rows, 1):
        if ":" not in raw and "=" not in raw:
            continue
        row = _COMMENT.sub("", raw)
        match, value = _PAIR.match(row), ""
        if match:
            value = match[2]
        else:
            match = _NAMED.search(row)
            follows = _VALUE.search(row) or (
                _VALUE.search(_COMMENT.sub("", rows[number])) if number < len(rows) else None
            )
            if not match or not follows:
                continue
            value = follows[1]
        plain = value.strip().strip(",}] ").strip("\"'")
        yield SettingLine(match[1], plain, Evidence(path, number, raw.strip()), applies)


_COMMAND = lazily(r"-run\b|-instrument\b|-admin\b|agent|\bCMD\b|\bENTRYPOINT\b")


def _commands(path: str, text: str) -> Iterator[Evidence]:
    for number, raw in lines_with(_COMMAND, text):
        if not _COMMENT.match(raw):
            yield Evidence(path, number, raw.strip())


def _environ(code: Code) -> Iterator[SettingLine]:
    """`os.environ["X"] = "true"`, `os.environ.setdefault("X", "true")`, `process.env.X = "true"`."""
    for source in code.sources:
        if is_test(source.path):
            continue
        written = {
            a.line: a.value for a in source.assigns if a.target in ("os.environ[]", "environ[]", "process.env[]")
        }
        for text in source.texts if written else ():
            if text.line in written and text.value.isupper() and text.value != written[text.line][1:]:
                value = written[text.line]
                shown = value[1:] if value.startswith("'") else "?"
                yield SettingLine(text.value, shown, code.evidence(source, text.line), applies=True)
        for assign in source.assigns:
            if assign.target.startswith("process.env."):
                value = assign.value[1:] if assign.value.startswith("'") else "?"
                yield SettingLine(assign.target[12:], value, code.evidence(source, assign.line), applies=True)
    for hit in code.calls("os.environ.setdefault", "os.putenv"):
        if hit.call and hit.call.string():
            yield SettingLine(hit.call.string(), hit.call.string(1) or "?", code.evidence(hit), applies=True)
