"""Dockerfiles to instructions: what is run while building, what a container starts, and where files come to
lie."""

import json
import posixpath
import re

from msgspec import Struct, field

from scorecard.patterns import lazily
from scorecard.readers.shell import split_words

MAX_LINES = 10_000
_INSTRUCTION = lazily(r"\s*([A-Za-z]+)(?:\s+|\Z)")
_FLAG = lazily(r"--[a-z-]+(?:=\S*)?\s+")
_RUN_FLAGS = lazily(r"(?:--[a-z-]+(?:=\S*)?(?:[ \t]*\\[ \t]*\n[ \t]*|[ \t]+))*")
_FROM = lazily(r"--from=([\w.-]+)|--mount=[^\s]{0,300}\bfrom=([\w.-]+)")
_HEREDOC = lazily(r"<<-?[\"']?([A-Za-z_]\w*)[\"']?")


class Instruction(Struct, frozen=True):
    """``text`` is shell text for RUN, CMD and ENTRYPOINT, the arguments as written for others."""

    name: str
    line: int
    text: str
    folder: str = "/"  # the working directory at this point


class Stage(Struct):
    """One FROM: ``copies`` are (source in the build context, absolute place in the image); ``takes`` are what other stages
    go by from which it takes files (`COPY --from=`, `RUN --mount=from=`)."""

    line: int
    base: str = ""
    name: str = ""
    instructions: list[Instruction] = field(default_factory=list)
    copies: list[tuple[str, str]] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    takes: set[str] = field(default_factory=set)

    def last(self, name: str) -> Instruction | None:
        return next((i for i in reversed(self.instructions) if i.name == name), None)

    @property
    def starts(self) -> tuple[int, str] | None:
        """(line, shell text) of what a container of this stage runs: ENTRYPOINT and CMD put together."""
        entry, command = self.last("ENTRYPOINT"), self.last("CMD")
        if entry is None:
            return (command.line, command.text) if command else None
        follows = command is not None and not _is_shell_wrapper(entry.text)
        return entry.line, f"{entry.text} {command.text}" if follows and command else entry.text


def read(text: str) -> list[Stage]:
    """The stages in order; a stage that is built on an earlier one holds what that one copied. Never
    raises."""
    stages: list[Stage] = []
    for line, name, rest in _instructions(text):
        if name == "FROM":
            stages.append(_stage(line, rest, stages))
            continue
        if not stages:
            if name == "ARG":
                continue
            stages.append(Stage(line))
        stage = stages[-1]
        stage.takes.update((a or b for a, b in _FROM.findall(rest)) if name in ("COPY", "ADD", "RUN") else ())
        if name == "WORKDIR":
            stage.folder = posixpath.normpath(posixpath.join(stage.folder, _filled(rest.strip("\"'"), stage)))
        elif name in ("COPY", "ADD"):
            _copy(rest, stage, stages)
        elif name == "ENV":
            _set(rest, stage)
        elif name == "ARG":
            variable, mark, value = rest.partition("=")
            if mark:
                stage.environment.setdefault(variable.strip(), value.strip("\"' "))
        elif name in ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"):
            shell = _shell(rest, run=name == "RUN")
            stage.instructions.append(Instruction(name, line, shell, stage.folder))
    return stages


def needed(stages: list[Stage], target: str = "") -> list[Stage]:
    """The stages that are built for ``target``, or for the last stage: what nothing takes from is left out by BuildKit.

    All of them where it is not certain which they are (`FROM ${BASE}`, a target that a variable names)."""
    names = {stage.name.lower(): stage for stage in stages if stage.name} | {str(n): s for n, s in enumerate(stages)}
    unknown = any("$" in s.base.partition(":")[0] for s in stages)
    if unknown or (target and target.lower() not in names):
        return stages
    left = [names[target.lower()]] if target else stages[-1:]
    found: list[Stage] = []
    while left:
        stage = left.pop()
        if stage not in found:
            found.append(stage)
            left += [names[n.lower()] for n in (stage.base, *stage.takes) if n.lower() in names]
    return [stage for stage in stages if stage in found]


def _instructions(text: str) -> list[tuple[int, str, str]]:
    rows = text.replace("\r\n", "\n").split("\n")[:MAX_LINES]
    out: list[tuple[int, str, str]] = []
    at = 0
    while at < len(rows):
        start = at
        parts: list[str] = []
        while at < len(rows):
            row = rows[at]
            at += 1
            if parts and row.strip().startswith("#"):
                parts.append("\\")  # a comment between continued lines ends nothing
                continue
            parts.append(row)
            if not row.rstrip().endswith("\\"):
                break
        found = _INSTRUCTION.match(parts[0])
        if not found or parts[0].lstrip().startswith("#"):
            continue
        body = "\n".join([parts[0][found.end() :], *parts[1:]]).strip()
        for end in _HEREDOC.findall(body) if found[1].upper() in ("RUN", "COPY") else []:
            inner: list[str] = []
            while at < len(rows) and rows[at].strip() != end:
                inner.append(rows[at])
                at += 1
            at += 1
            if body.startswith("<<"):  # the heredoc is the script; its first line follows the instruction's
                body = "\n" + "\n".join(inner)
        out.append((start + 1, found[1].upper(), body))
    return out


def _stage(line: int, rest: str, stages: list[Stage]) -> Stage:
    words = [word for word in rest.split() if not word.startswith("--")]
    base = words[0] if words else ""
    name = words[2] if len(words) > 2 and words[1].lower() == "as" else ""
    stage = Stage(line, base, name)
    parent = next((s for s in stages if s.name and s.name.lower() == base.lower()), None)
    if parent:
        stage.copies = list(parent.copies)
        stage.environment = dict(parent.environment)
        stage.folder = parent.folder
        stage.instructions = [i for i in parent.instructions if i.name in ("CMD", "ENTRYPOINT")]
    return stage


def _copy(rest: str, stage: Stage, stages: list[Stage]) -> None:
    flags = re.findall(r"--from=(\S+)", rest)
    words = _listed(_FLAG.sub("", rest)) or [w for w in _FLAG.sub("", rest).split() if w != "\\"]
    if len(words) < 2:
        return
    *sources, target = (_filled(word, stage) for word in words)
    place = posixpath.normpath(posixpath.join(stage.folder, target))
    if flags:
        other = next((s for s in stages[:-1] if s.name == flags[0] or str(stages.index(s)) == flags[0]), None)
        if other:
            stage.copies += _copied_on(other, sources, place)
        return
    for source in sources:
        clean = posixpath.normpath(source.lstrip("/") or ".").rstrip("*").rstrip("/")
        name = posixpath.basename(clean)
        is_file = "." in name.strip(".") and not source.endswith("/")
        into_folder = is_file and (target.endswith("/") or len(sources) > 1 or target in (".", "./"))
        stage.copies.append(("" if clean == "." else clean, posixpath.join(place, name) if into_folder else place))


def _copied_on(other: Stage, sources: list[str], place: str) -> list[tuple[str, str]]:
    """What a later stage takes of an earlier one, in terms of the build context."""
    out = []
    for source in sources:
        for origin, at in other.copies:
            if source.rstrip("/") == at:
                out.append((origin, place))
            elif at.startswith(source.rstrip("/") + "/"):
                out.append((origin, posixpath.join(place, at[len(source.rstrip("/")) + 1 :])))
            elif source.startswith(at.rstrip("/") + "/"):
                out.append((posixpath.join(origin, source[len(at.rstrip("/")) + 1 :].rstrip("/")), place))
    return out


def _set(rest: str, stage: Stage) -> None:
    if "=" not in rest.split(" ", 1)[0]:
        name, _, value = rest.partition(" ")
        stage.environment[name] = _filled(value.strip(), stage)
        return
    for word in split_words(rest):
        name, mark, value = word.partition("=")
        if mark:
            stage.environment[name] = _filled(value, stage)


def _filled(text: str, stage: Stage) -> str:
    return re.sub(r"\$\{?(\w+)\}?", lambda found: stage.environment.get(found[1], found[0]), text)


def _listed(text: str) -> list[str]:
    """The exec form, a JSON list of words; [] for the shell form."""
    if not text.lstrip().startswith("["):
        return []
    try:
        words = json.loads(text.replace("\\\n", " "))
    except (ValueError, RecursionError):
        return []
    return [str(word) for word in words] if isinstance(words, list) else []


def _shell(rest: str, *, run: bool) -> str:
    if run:
        flags = _RUN_FLAGS.match(rest)
        passed = flags.end() if flags else 0
        rest = "\\\n" * rest.count("\n", 0, passed) + rest[passed:]  # line breaks kept so that lines stay right
    if rest.startswith("CMD "):  # of a HEALTHCHECK
        rest = rest[4:].lstrip()
    words = _listed(rest)
    return " ".join(_quoted(word) for word in words) if words else rest


def _quoted(word: str) -> str:
    if re.fullmatch(r"[\w./:=,@%+${}-]+", word):
        return word
    return "'" + word.replace("'", "'\\''") + "'"


def _is_shell_wrapper(text: str) -> bool:
    return bool(re.match(r"(?:\S*/)?(?:ba|da|z)?sh -\w*c\b", text))
