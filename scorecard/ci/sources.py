"""A YAML configuration file with its lines: where a node stands, and what its command says line by line."""

from msgspec import Struct

from scorecard.ci.model import Reading
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers import yaml
from scorecard.readers.node import Node
from scorecard.repository import Repository

_SUFFIXES = ("", ".tmpl", ".jinja", ".jinja2", ".j2", ".tpl")
_QUOTED = lazily(r"\{\{-?\s{0,5}`([^`\n]{0,300})`\s{0,5}-?\}\}|\{%-?\s{0,5}(?:end)?raw\s{0,5}-?%\}")
_CONTROL = lazily(r"(?<!\$)\{\{-?\s{0,5}(?:if|else|end|range|define|with|/\*)[^{}\n]{0,300}\}\}|\{%[^%\n]{0,300}%\}")
_VALUE = lazily(r"(?<!\$)\{\{[^{}\n]{0,300}\}\}")
_FOLDED = lazily(r"(?:^|[\s:-])>[-+0-9]{0,2}\s*(?:#.*)?$")


class Source(Struct, frozen=True):
    """One parsed file. ``root`` is a mapping, or a falsy node."""

    path: str
    lines: tuple[str, ...]
    root: Node

    def at(self, line: int) -> Evidence:
        """What stands on ``line``, as evidence."""
        text = self.lines[line - 1].strip() if 0 < line <= len(self.lines) else ""
        return Evidence(self.path, max(line, 1), text)

    def command(self, node: Node) -> tuple[int, str]:
        """The scalar's shell text, and the line of the file on which its first line stands."""
        if not node.block:
            return node.line, node.text
        header = self.lines[node.line - 1] if node.line <= len(self.lines) else ""
        text = self._unfolded(node.line) if _FOLDED.search(header.rstrip()) else node.text
        return first_line(node.line + 1, text)

    def _unfolded(self, header: int) -> str:
        """A folded scalar (`>`) as written, continued with backslashes so that each word keeps its line."""
        rows = self.lines[header:]
        indent = next((len(row) - len(row.lstrip()) for row in rows if row.strip()), 0)
        block: list[str] = []
        for row in rows:
            if row.strip() and (not indent or len(row) - len(row.lstrip()) < indent):
                break
            block.append(row[indent:].rstrip())
        while block and not block[-1]:
            block.pop()
        joined = [
            here + " \\" if here and after and not here.startswith(" ") and not after.startswith(" ") else here
            for here, after in zip(block, [*block[1:], ""], strict=True)
        ]
        return "\n".join(joined)


def first_line(line: int, text: str) -> tuple[int, str]:
    """``text`` without leading empty lines and trailing space, and the line on which it then starts."""
    while text.lstrip(" \t\r").startswith("\n"):
        line, text = line + 1, text.partition("\n")[2]
    return line, text.rstrip()


def load(repository: Repository, path: str, into: Reading) -> Source | None:
    """The file at ``path``; None where it is not there, holds no mapping, or is no YAML (a problem, then)."""
    text = repository.text(path)
    templated = is_template(repository, path)
    try:
        documents = yaml.read(rendered(text) if templated else text)
    except yaml.YamlError as error:
        if not templated:
            into.problems.append(Evidence(path, 1, f"is no YAML: {error}"))
        return None
    root = next((document for document in reversed(documents) if document.is_map), None)
    return Source(path, tuple(text.split("\n")), root) if root is not None else None


def is_template(repository: Repository, path: str) -> bool:
    """Is the file part of a template from which projects are made?"""
    return repository.rooted(path) != path


def rendered(text: str) -> str:
    """About what a template engine makes of ``text``: expressions of the CI system stay, lines stay."""
    text = _CONTROL.sub("", _QUOTED.sub(lambda found: found[1] or "", text))
    return _VALUE.sub("TEMPLATE", text)


def find(repository: Repository, written: str, beside: str) -> str:
    """The file that ``written`` names, seen from the root of the repository or template; "" if none."""
    if not written or repository.has(written):
        return written
    root = next((root for root in repository.template_roots if beside.startswith(root)), "")
    names = (f"{root}{written}{suffix}" for suffix in _SUFFIXES) if root else ()
    return next((name for name in names if repository.has(name)), "")
