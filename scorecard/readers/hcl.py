"""Infrastructure as code to a list of declared resources: Terraform, Bicep, and ARM or CloudFormation trees.

Line readers, for a resource's kind and place are all that is wanted and half of the files are templates that no
parser takes. Comments are taken out first, so that a resource that is switched off is none.
"""

from collections.abc import Iterator

from msgspec import Struct

from scorecard.patterns import lazily
from scorecard.readers.node import Node

MAX_LINES = 50_000
_TERRAFORM = lazily(
    r"^[ \t]*(?:resource|data)\s+\"([\w-]{1,120})\"\s+\"([^\"\n]{1,200})\"|^[ \t]*(module)\s+\"([^\"\n]{1,200})\""
)
_BICEP = lazily(
    r"^[ \t]*resource\s+(\w{1,120})\s+'([^'@\n]{1,200})(?:@[^'\n]{0,60})?'|"
    r"^[ \t]*module\s+(\w{1,120})\s+'([^'\n]{1,300})'"
)
_DATA = lazily(r"^[ \t]*data\s")
_CLOUDFORMATION = lazily(r"^(?:AWS|Custom|Alexa)::[\w:]+$")
_ARM = lazily(r"^[A-Za-z][\w.]*\.[\w.]+/[\w./]+$")
_STRING = lazily(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")


class Resource(Struct, frozen=True):
    """One declared resource: its type as the language writes it, its name, and the lines it takes."""

    type: str
    name: str
    line: int
    end: int = 0


def resources(text: str) -> list[Resource]:
    """What a Terraform or Bicep file declares, modules (type ``module``) included, existing data sources not."""
    lines = uncommented(text)
    found = []
    for number, line in enumerate(lines, 1):
        terraform = _TERRAFORM.match(line)
        bicep = None if terraform else _BICEP.match(line)
        if terraform and not _DATA.match(line):
            kind, name = terraform[1] or terraform[3], terraform[2] or terraform[4]
        elif bicep:
            kind, name = (bicep[2], bicep[1]) if bicep[2] else ("module", bicep[3])
            if " existing " in f"{line} ":
                continue
        else:
            continue
        found.append(Resource(kind, name, number, _end(lines, number)))
    return found


def declared(tree: Node) -> Iterator[Resource]:
    """What an ARM or CloudFormation document declares, as parsed from JSON or YAML, nested templates included."""
    for name, value in tree.pairs():
        kind = value.get("Type", "type")
        if value.is_map and kind.is_scalar and (_CLOUDFORMATION.match(kind.text) or _ARM.match(kind.text)):
            yield Resource(kind.text, name, kind.line)
    for node in tree.walk():
        for value in node if node.is_list else ():
            kind = value["type"]
            if value.is_map and kind.is_scalar and _ARM.match(kind.text):
                yield Resource(kind.text, value["name"].text, kind.line)


def uncommented(text: str) -> list[str]:
    """The lines without ``#``, ``//`` and ``/* */`` comments; a line keeps its place, a string its content."""
    lines = []
    inside = False
    for line in text.split("\n")[:MAX_LINES]:
        kept, inside = _code(line, inside=inside)
        lines.append(kept)
    return lines


def _code(line: str, *, inside: bool) -> tuple[str, bool]:
    """The line's code, and whether a block comment is open at its end."""
    if inside:
        _, closed, line = line.partition("*/")
        if not closed:
            return "", True
    if not any(mark in line for mark in ("#", "//", "/*")):
        return line, False
    kept, position = "", 0
    while position < len(line):
        string = _STRING.match(line, position)
        if string:
            kept += string[0]
            position = string.end()
        elif line[position] == "#" or line.startswith("//", position):
            break
        elif line.startswith("/*", position):
            end = line.find("*/", position + 2)
            if end < 0:
                return kept, True
            position = end + 2
        else:
            kept += line[position]
            position += 1
    return kept, False


def _end(lines: list[str], start: int) -> int:
    """The line on which the block that opens at or after ``start`` closes."""
    depth = 0
    for number in range(start, min(len(lines), start + 2_000) + 1):
        plain = _STRING.sub("", lines[number - 1])
        depth += plain.count("{") - plain.count("}")
        if depth <= 0 and ("}" in plain or number > start):
            return number
    return start
