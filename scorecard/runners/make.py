"""make: Makefiles with what they include."""

from collections.abc import Iterable

from scorecard.readers import makefile
from scorecard.readers.wrappers import Words
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import below, call_after, folder_of, source_line

NAME = "make"
FILES = ("Makefile", "makefile", "GNUmakefile", "*.mk", "Makefile.*")
_VALUED = frozenset({"-C", "-f", "-I", "-o", "-W", "-j", "--directory", "--file", "--makefile"})
_MOST_INCLUDES = 30


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    seen: set[str] = set()
    names: set[str] = set()
    first = ""
    queue: list[tuple[str, dict[str, str]]] = [(path, {})]
    while queue and len(seen) < _MOST_INCLUDES:
        current, variables = queue.pop(0)
        if current in seen:
            continue
        seen.add(current)
        read = makefile.read(repository.text(current), variables)
        first = first or read.default
        for rule in read.rules.values():
            if rule.target.startswith(".") or rule.target in names:
                continue
            names.add(rule.target)
            commands = tuple(rule.recipe)
            if read.one_shell and commands:
                commands = ((commands[0][0], "\n".join(text for _, text in commands)),)
            yield Task(
                NAME,
                rule.target,
                current,
                rule.line,
                commands,
                tuple(need for need in rule.needs if "$" not in need),
                folder_of(path),
                source_line(repository, current, rule.line),
                home=folder_of(path),
            )
        for _, written in read.includes:
            name = makefile.expand(written, "", read.variables)
            for place in (below(folder_of(path), name), below(folder_of(current), name)):
                if repository.has(place):
                    queue.append((place, read.variables))
                    break
    if first:
        yield Task(NAME, "", path, 1, needs=(first,), folder=folder_of(path), text=f"default target: {first}")


def invoked(words: Words) -> Call | None:
    if words[:1] != ("make",) or any(word in ("-n", "--dry-run", "--just-print", "-v", "--version") for word in words):
        return None
    valued = _VALUED
    if "-j" in words:
        at = words.index("-j")
        valued = valued if words[at + 1 : at + 2] and words[at + 1].isdigit() else valued - {"-j"}
    return call_after(words, 1, valued, folder=("-C", "--directory"), file=("-f", "--file", "--makefile"))
