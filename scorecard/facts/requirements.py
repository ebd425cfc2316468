"""One manifest of direct dependencies to its requirements: name, line, and whether the version is exact."""

import json
import re
from collections.abc import Iterator

from msgspec import Struct

from scorecard.patterns import lazily
from scorecard.readers import toml, yaml
from scorecard.readers.node import Node

_NAME = lazily(r"[A-Za-z0-9@][\w.@/-]*")
_EXACT = lazily(r"===?\s*v?[\w.!+-]+(?![\w.!+*-])")
_HASH = lazily(r"--hash[= ]")
_COMMIT = lazily(r"@[\w./-]*\d[\w./-]*(?:#|\s|;|$)|@[0-9a-f]{7,40}\b|\.(?:whl|tar\.gz|zip)(?:#|\s|$)")
_VERSION = lazily(r"v?\d[\w.+-]*")
_CONDA = lazily(r"(?:[\w.-]+::)?([A-Za-z0-9_.-]+)\s*(==?|[<>~!]=?|\[|\s|$)\s*([^\s,|=#]*)")
_GEM = lazily(r"^\s*gem[\s(]+[\"']([\w.-]+)[\"'](.*)$")
_GO = lazily(r"^\s*(?:require\s+)?([\w.-]+\.[a-z]+/\S+)\s+(v\S+)(?!.*//\s*indirect)")
_GRADLE = lazily(
    r"^\s*(?:implementation|api|compile|compileOnly|runtimeOnly|kapt|ksp)[\s(]+(?:platform\()?(?:[\"']([\w.-]+:[\w.-]+)(?::([^\"'@]+))?[\"']|(libs\.[\w.]+))"
)
_SBT = lazily(r"\"[\w.-]+\"\s*%{1,3}\s*\"([\w.-]+)\"\s*%\s*\"([^\"]+)\"")
_NUGET = lazily(r"<PackageReference\s[^>]{0,200}Include=\"([^\"]+)\"([^>]{0,200})")
_LOOSE = lazily(r"[*+\[\](),^~<>|xX]|latest|SNAPSHOT|master|main$")
_NO_PACKAGES = frozenset({"python", "pip", "setuptools", "wheel"})


class Requirement(Struct, frozen=True):
    """One direct dependency; ``exact`` says that it can mean only one version."""

    name: str
    line: int
    exact: bool


def requirements_txt(text: str) -> list[Requirement]:
    """pip's format; options, includes and the project itself are no requirements."""
    found = []
    rows = text.replace("\\\r\n", "\\\n").split("\n")
    number = 0
    while number < len(rows):
        start = number
        row = rows[number].rstrip()
        while row.endswith("\\") and number + 1 < len(rows):
            number += 1
            row = f"{row[:-1]} {rows[number].strip()}"
        number += 1
        found += list(_requirement(row.split(" #")[0].strip(), start + 1))
    return found


def _requirement(row: str, line: int) -> Iterator[Requirement]:
    if row.startswith(("-e ", "--editable ")):
        row = row.partition(" ")[2].strip()
    if not row or row.startswith(("#", "-", ".", "/", "{", "$", "file:")):
        return
    name = _NAME.match(row)
    plain = row.partition(";")[0]
    if "://" in plain or plain.startswith("git+"):
        label = re.search(r"#egg=([\w.-]+)", row) or re.search(
            r"/([\w.-]+?)(?:\.git)?(?:@|#|$)", row.partition("://")[2]
        )
        yield Requirement(label[1] if label else row[:40], line, bool(_COMMIT.search(plain.partition("://")[2])))
    elif name and name[0].lower() not in _NO_PACKAGES:
        exact = bool(_EXACT.search(plain) and ".*" not in plain) or bool(_HASH.search(row))
        yield Requirement(name[0], line, exact)


def pyproject(text: str) -> list[Requirement]:
    """`[project]` and Poetry's own table; extras and development groups left out."""
    tree = toml.read(text)
    found = [r for node in tree["project"]["dependencies"] for r in _requirement(node.text, node.line)]
    table = tree["tool"]["poetry"]["dependencies"]
    found += table_of(table)
    for extra in tree["project"]["optional-dependencies"] if not found else ():
        found += [r for node in extra for r in _requirement(node.text, node.line)]
    return found


def pipfile(text: str) -> list[Requirement]:
    return table_of(toml.read(text)["packages"], pipenv=True)


def pixi(text: str) -> list[Requirement]:
    tree = toml.read(text)
    base = tree["tool"]["pixi"] or tree
    return [*table_of(base["dependencies"], pipenv=True), *table_of(base["pypi-dependencies"], pipenv=True)]


def table_of(table: Node, *, pipenv: bool = False) -> list[Requirement]:
    found = []
    for key, value in table.entries():
        written = value.text if value.is_scalar else value["version"].text
        if value["path"] or key.text.lower() in _NO_PACKAGES:
            continue
        pinned = bool(value["rev"]) or bool(value["tag"]) or bool(value["ref"])
        plain = bool(_VERSION.fullmatch(written)) and not pipenv
        found.append(Requirement(key.text, key.line, pinned or plain or bool(_EXACT.fullmatch(written.strip()))))
    return found


def setup(text: str) -> list[Requirement]:
    """`install_requires` of a setup.py or setup.cfg, read as text: nothing is executed."""
    start = re.search(r"^[ \t]*install_requires[ \t]*=[ \t]*", text, re.MULTILINE)
    if not start:
        return []
    line = text.count("\n", 0, start.start()) + 1
    body = text[start.end() : start.end() + 4_000]
    found: list[Requirement] = []
    if body.startswith("["):
        inner = body[1 : _closing(body)]
        for match in re.finditer(r"[\"']([^\"'\n]{1,200})[\"']", inner):
            found += _requirement(match[1], line + inner.count("\n", 0, match.start()))
    elif body.startswith("\n"):
        for offset, row in enumerate(body.split("\n")[1:], 1):
            if not row.startswith((" ", "\t")):
                break
            found += _requirement(row.strip(), line + offset)
    return found


def _closing(body: str) -> int:
    """Where the list that ``body`` begins with ends; brackets within strings and comments do not count."""
    quote, depth, comment = "", 0, False
    for position, char in enumerate(body):
        if comment:
            comment = char != "\n"
        elif quote:
            quote = "" if char in (quote, "\n") else quote
        elif char == "#":
            comment = True
        elif char in "\"'":
            quote = char
        else:
            depth += (char == "[") - (char == "]")
            if depth == 0:
                return position
    return len(body)


def conda(text: str) -> list[Requirement]:
    """An environment file, its pip section included; [] where it is none."""
    try:
        documents = yaml.read(text)
    except yaml.YamlError:
        return []
    listed = documents[0]["dependencies"] if documents else Node.sequence(1)
    if not listed.is_list:
        return []
    found = []
    for node in listed:
        for inner in node["pip"] if node.is_map else ():
            found += list(_requirement(inner.text, inner.line))
        match = _CONDA.match(node.text) if node.is_scalar else None
        if match and match[1].lower() not in _NO_PACKAGES:
            sure = match[2] in ("=", "==") and match[3].count(".") >= 1 and "*" not in match[3]
            found.append(Requirement(match[1], node.line, sure))
    return found


def package_json(text: str) -> list[Requirement]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return []
    table = data.get("dependencies") if isinstance(data, dict) else None
    lines = text.split("\n")
    found = []
    for name, version in table.items() if isinstance(table, dict) else ():
        line = next((n for n, row in enumerate(lines, 1) if f'"{name}"' in row), 1)
        local = str(version).startswith(("workspace:", "file:", "link:"))
        found.append(Requirement(name, line, local or bool(_VERSION.fullmatch(str(version)))))
    return found


def by_line(text: str, name: str) -> list[Requirement]:
    """Formats with one dependency on a line: Gemfile, go.mod, Gradle, sbt, .NET projects, Maven."""
    if name == "pom.xml":
        return list(_maven(text))
    pattern = (
        _GEM
        if name in ("Gemfile", "gems.rb", "plugin.rb")
        else _GO
        if name == "go.mod"
        else _NUGET
        if "proj" in name.rpartition(".")[2]
        else _SBT
        if name.endswith(".sbt")
        else _GRADLE
    )
    found = []
    for number, row in enumerate(text.split("\n"), 1):
        match = pattern.search(row) if pattern in (_SBT, _NUGET) else pattern.match(row)
        if match:
            rest = match[2] or ""  # nothing where a platform or a version catalogue gives the version
            if pattern is _GEM:
                exact = bool(re.match(r"\s*,\s*[\"']=?\s?\d[\w.]*[\"']", rest))
            elif pattern is _NUGET:
                exact = not re.search(r"Version=\"[^\"]*[*\[,(]", rest)
            else:
                exact = not _LOOSE.search(rest) or pattern is _GO
            found.append(Requirement(match[1] or match[3], number, exact))
    return found


def _maven(text: str) -> Iterator[Requirement]:
    for match in re.finditer(r"<dependency>(.{0,1500}?)</dependency>", text, re.DOTALL):
        name = re.search(r"<artifactId>([^<]{1,200})<", match[1])
        version = re.search(r"<version>([^<]{1,100})<", match[1])
        if name:
            line = text.count("\n", 0, match.start()) + 1
            yield Requirement(name[1], line, not (version and re.search(r"[\[(,]|LATEST|RELEASE|SNAPSHOT", version[1])))
