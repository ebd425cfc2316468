"""Files that together could be an evaluation: those that are named so, grade so, or use a grading library."""

from collections import defaultdict
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code
from scorecard.facts.eval_grading import is_graded
from scorecard.facts.eval_links import Links
from scorecard.facts.eval_names import is_named, is_named_folder
from scorecard.paths import is_test
from scorecard.readers.code import Source

_MOST = (
    0.6  # a folder with more of the code than this is the project, unless what it imports from beside it asks a model
)
_FEW = 6
_DEPTH = 3
_STARTERS = frozenset({"ArgumentParser", "OptionParser", "Typer", "Fire", "parse_args", "command", "parseArgs"})
_STEPS = frozenset({"command", "step", "pipeline", "task", "flow", "op", "asset"})
_SERVERS = frozenset({
    "fastapi", "flask", "starlette", "django", "quart", "sanic", "litestar", "aiohttp", "tornado", "chainlit", "express",
    "next", "hono", "fastify", "koa",
})  # fmt: skip


class Pool(Struct, frozen=True):
    """``core`` are the files of the evaluation itself, ``runners`` those that start it; ``folders`` where they lie."""

    core: tuple[Source, ...]
    runners: tuple[Source, ...]
    folders: tuple[str, ...]

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple({s.path: s for s in (*self.runners, *self.core)}.values())

    @property
    def paths(self) -> frozenset[str]:
        return frozenset(source.path for source in self.sources)

    @property
    def named(self) -> bool:
        """Does a name, a test or a notebook say that this is no part of the system?"""
        return any(is_named(s.path) or is_test(s.path) or s.notebook for s in self.core)


class Pools(Struct, dict=True, eq=False):
    """Every pool, each with the files that import it and can be started."""

    pools: tuple[Pool, ...]

    @classmethod
    def gather(cls, code: Code, links: Links) -> Self:
        pools = []
        for (folder, _), members in sorted(_groups(code, links).items()):
            core = {source.path: source for source in members}
            runners: dict[str, Source] = {}
            for source in members:
                for path in sorted(links.targets.get(source.path, ())):
                    target = code.source(path)
                    if target is not None and (is_named(path) or _are_tests(path, source.path)):
                        core.setdefault(path, target)
                for path in sorted(importers(source.path, code, links)):
                    importer = code.source(path)
                    if importer is not None and starts(importer):
                        runners[path] = importer
            runners |= {s.path: s for s in core.values() if starts(s)}
            pools.append(Pool(tuple(core.values()), tuple(runners.values()), (folder,) if folder else ()))
        return cls(tuple(pools))


def importers(path: str, code: Code, links: Links) -> set[str]:
    """What imports the file, straight or through other files beside the system; the system's own are no way to it."""
    seen, edge = {path}, {path}
    for _ in range(_DEPTH):
        edge = {i for one in edge for i in links.importers.get(one, ())} - seen
        edge = {i for i in edge if _beside_the_system(i, code, links)}
        seen |= edge
    return seen - {path}


def starts(source: Source) -> bool:
    """Can a person or a job start it: a test, a notebook, an entry point, a command, a step, or code that runs when loaded?"""
    if source.main or source.notebook or source.tests or is_test(source.path) or _is_command(source):
        return True
    if any(d.rpartition(".")[2] in _STEPS for f in source.functions for d in f.decorators):
        return True
    return any(not call.scope and not call.used for call in source.calls)


def outside_the_system(source: Source) -> bool:
    """A test, a notebook, a script, an evaluation; nothing that serves requests."""
    if is_test(source.path) or is_named(source.path) or source.notebook:
        return True
    serves = any(item.module.partition(".")[0] in _SERVERS for item in source.imports)
    return not serves and (bool(source.main) or _is_command(source))


def _beside_the_system(path: str, code: Code, links: Links) -> bool:
    source = code.source(path)
    if source is None or not outside_the_system(source):
        return False
    if is_test(path) or is_named(path) or source.notebook:
        return True
    return all(is_test(other) or is_named(other) for other in links.importers.get(path, ()))


def _groups(code: Code, links: Links) -> dict[tuple[str, str], list[Source]]:
    per_folder: dict[str, int] = defaultdict(int)
    for source in code.sources:
        folder = source.path.rpartition("/")[0]
        while folder:
            per_folder[folder] += 1
            folder = folder.rpartition("/")[0]
    parts = {folder for folder, count in per_folder.items() if _is_part(folder, count, code, links)}
    groups: dict[tuple[str, str], list[Source]] = defaultdict(list)
    for source in code.sources:
        folder = _named_folder(source.path, parts)
        if folder:
            groups[folder, ""].append(source)
        elif is_named(source.path.rpartition("/")[2]) or is_graded(source):
            groups["", source.path].append(source)
    return groups


def _is_part(folder: str, count: int, code: Code, links: Links) -> bool:
    """Is it one part of the project, and not all of it?"""
    total = len(code.sources)
    if total < _FEW or count <= _MOST * total:
        return True
    inside = f"{folder}/"
    return is_named_folder(folder.rpartition("/")[2]) and any(
        links.reaches_model(target)
        for source in code.sources
        if source.path.startswith(inside)
        for target in links.targets.get(source.path, ())
        if not target.startswith(inside)
    )


def _named_folder(path: str, parts: set[str]) -> str:
    folder = path.rpartition("/")[0]
    while folder:
        if folder in parts and is_named_folder(folder.rpartition("/")[2]):
            return folder
        folder = folder.rpartition("/")[0]
    return ""


def _is_command(source: Source) -> bool:
    return any(call.last in _STARTERS for call in source.calls)


def _are_tests(left: str, right: str) -> bool:
    return is_test(left) and is_test(right) and not left.endswith("_test.go")
