"""The files of a GitLab pipeline as one tree of nodes that know their file: includes, extends, references."""

from collections.abc import Iterator

from msgspec import Struct, field

from scorecard.ci.model import Reading
from scorecard.ci.sources import Source, find, is_template, load
from scorecard.model import Evidence
from scorecard.paths import matches
from scorecard.readers.node import MISSING, Node
from scorecard.repository import Repository

MAX_FILES = 60
MAX_DEPTH = 12
MAX_EXTENDED = 200


class Files(Struct):
    """A pipeline's root file with all that it includes, merged."""

    repository: Repository
    into: Reading
    sources: dict[str, Source] = field(default_factory=dict)
    origins: dict[int, Source] = field(default_factory=dict)  # by id of node; the sources keep the nodes alive
    includes: dict[str, Evidence] = field(default_factory=dict)  # the line that brings a file in

    def merged(self, path: str) -> Node:
        """The tree of ``path`` and its includes; what the file itself says wins."""
        source = self.sources.get(path) or load(self.repository, path, self.into)
        if source is None or path in self.sources or len(self.sources) >= MAX_FILES:
            return MISSING
        self.sources[path] = source
        for key, value in _entries(source.root):
            self.origins[id(key)] = self.origins[id(value)] = source
        tree = Node.mapping(1)
        for included in self._included(source):
            tree = deep(tree, self.merged(included))
        return deep(tree, source.root)

    def _included(self, source: Source) -> Iterator[str]:
        for entry in source.root["include"].as_list():
            written = entry["local"] if entry.is_map else entry
            if entry.is_map and not entry.has("local"):
                continue  # remote, of another project, a component: not ours to read
            for node in written.as_list():
                if node.text.startswith(("http:", "https:")) or "$" in node.text:
                    continue
                yield from self.local(node, source)

    def local(self, node: Node, source: Source) -> list[str]:
        """The files that a local include names."""
        name = node.text.strip().lstrip("/").removeprefix("./")
        found = [path for path in self.repository.paths if matches(path, [name])] if "*" in name else [name]
        there = [path for path in (find(self.repository, one, source.path) for one in found) if path]
        if not there and name and not is_template(self.repository, source.path):
            self.into.problems.append(Evidence(source.path, node.line, f"includes {name}, which does not exist"))
        for path in there:
            self.includes.setdefault(path, source.at(node.line))
        return there

    def source(self, node: Node, default: Source) -> Source:
        """The file in which ``node`` stands."""
        return self.origins.get(id(node), default)


def _entries(root: Node) -> Iterator[tuple[Node, Node]]:
    for node in root.walk():
        if node.is_map:
            yield from node.entries()
        for child in node:
            yield child, child


def deep(base: Node, over: Node) -> Node:
    """``over`` merged onto ``base``: mappings key by key, anything else as a whole."""
    if not (base.is_map and over.is_map):
        return over or base if over.kind != "none" else base
    return _deep(base, over, 40)


def _deep(base: Node, over: Node, depth: int) -> Node:
    merged = Node.mapping(over.line)
    for key, value in base.entries():
        merged.put(key, value)
    for key, value in over.entries():
        below = merged[key.text]
        merged.put(key, _deep(below, value, depth - 1) if depth and below.is_map and value.is_map else value)
    return merged


def extended(tree: Node, name: str, seen: tuple[str, ...] = (), left: list[int] | None = None) -> Node:
    """The job ``name`` with everything that it extends. ``left`` counts down: jobs that extend each other multiply without end."""
    job = tree[name]
    left = [MAX_EXTENDED] if left is None else left
    left[0] -= 1
    if left[0] < 0:
        return MISSING
    if name in seen or len(seen) > MAX_DEPTH or not job.is_map:
        return MISSING if name in seen else job
    base = Node.mapping(job.line)
    for parent in job["extends"].strings():
        base = deep(base, extended(tree, parent, (*seen, name), left))
    return deep(base, job)


def flat(tree: Node, node: Node, depth: int = MAX_DEPTH) -> Iterator[Node]:
    """The scalars of a script with lists of lists and `!reference [job, script]` unfolded."""
    if not depth:
        return
    if node.tag == "!reference":
        target = extended(tree, node.strings()[0]) if node.strings() else MISSING
        for key in node.strings()[1:]:
            target = target[key]
        yield from flat(tree, target, depth - 1)
    elif node.is_list:
        for child in node:
            yield from flat(tree, child, depth - 1)
    elif node:
        yield node
