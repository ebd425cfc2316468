"""just: recipes with their dependencies, imports and modules."""

import re
from collections.abc import Iterable, Iterator

from scorecard.patterns import lazily
from scorecard.readers.wrappers import Words
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import below, call_after, folder_of

_NEEDED = lazily(r"\(?\s*([A-Za-z_][\w:-]*)(?:[^()]{0,200}\))?")
NAME = "just"
FILES = ("justfile", ".justfile", "*.just")
_VALUED = frozenset({"-f", "--justfile", "-d", "--working-directory", "--shell", "--dotenv-path", "--color"})
_RECIPE = lazily(r"@?([A-Za-z_][\w-]*)((?:\s+[^\s:=]+(?:=\S+)?)*)\s*:(?!=)\s*([^\n#]*)")
_VARIABLE = lazily(r"(?:export\s+)?([A-Za-z_][\w-]*)\s*:=\s*(.+)")
_ALIAS = lazily(r"alias\s+([\w-]+)\s*:=\s*([\w-]+)")
_BRANCH = lazily(r"(import|mod)\??\s+(?:([\w-]+)\s*)?(?:['\"]([^'\"]+)['\"])?")
_MAX_DEPTH = 5


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    found = list(_recipes(repository, path, folder_of(path), "", 0))
    yield from found
    default = next((task.name for task in found if task.name == "default"), found[0].name if found else "")
    if default:
        yield Task(NAME, "", path, 1, needs=(default,), folder=folder_of(path), text=f"default recipe: {default}")


def _recipes(repository: Repository, path: str, home: str, prefix: str, depth: int) -> Iterator[Task]:
    variables: dict[str, str] = {}
    aliases: list[tuple[int, str, str]] = []
    recipe: tuple[int, str, str, str] | None = None
    body: list[tuple[int, str]] = []
    folder = folder_of(path) if prefix else home

    def done() -> Iterator[Task]:
        if recipe:
            line, name, needs, text = recipe
            yield Task(
                NAME,
                prefix + name,
                path,
                line,
                _body(body, variables, needs, prefix),
                _needs(needs, prefix),
                folder,
                text,
                home,
            )

    for number, row in enumerate(repository.lines(path), 1):
        if row[:1] in (" ", "\t") and recipe:
            if row.strip():
                body.append((number, row))
            continue
        if not row.strip() or row.startswith(("#", "[")):
            continue
        yield from done()
        recipe, body = None, []
        if alias := _ALIAS.match(row):
            aliases.append((number, alias[1], alias[2]))
        elif variable := _VARIABLE.match(row):
            variables[variable[1]] = variable[2].strip().strip("'\"")
        elif branch := _BRANCH.match(row):
            yield from _branch(repository, path, home, prefix, depth, branch)
        elif (found := _RECIPE.match(row)) and not row.startswith("set "):
            recipe = (number, found[1], found[3], row.strip())
    yield from done()
    for number, name, target in aliases:
        yield Task(NAME, prefix + name, path, number, needs=(prefix + target,), folder=folder, home=home)


def _branch(
    repository: Repository, path: str, home: str, prefix: str, depth: int, found: re.Match[str]
) -> Iterator[Task]:
    if depth >= _MAX_DEPTH:
        return
    kind, name, file = found.groups()
    names = [file] if file else [f"{name}.just", f"{name}/mod.just", f"{name}/justfile", f"{name}/.justfile"]
    target = next((p for p in (below(folder_of(path), n) for n in names) if repository.has(p)), "")
    if target:
        yield from _recipes(repository, target, home, f"{prefix}{name}::" if kind == "mod" else prefix, depth + 1)


def _needs(text: str, prefix: str) -> tuple[str, ...]:
    """What stands before `&&`; a dependency with arguments is written in brackets."""
    before = text.partition("&&")[0]
    return tuple(prefix + name for name in _NEEDED.findall(before))


def _body(
    body: list[tuple[int, str]], variables: dict[str, str], needs: str, prefix: str
) -> tuple[tuple[int, str], ...]:
    rows = [(line, _filled(row, variables)) for line, row in body]
    after = [(rows[-1][0] if rows else 1, f"just {name}") for name in _needs(needs.partition("&&")[2], prefix)]
    if rows and rows[0][1].strip().startswith("#!"):  # a script of its own
        if not re.search(r"(?:ba|z|da)?sh\b", rows[0][1]):
            return tuple(after)
        margin = len(rows[0][1]) - len(rows[0][1].lstrip())
        text, last = "", rows[0][0]
        for line, row in rows:
            text += "\n" * (line - last) + row[margin:]
            last = line
        return ((rows[0][0], text), *after)
    out: list[tuple[int, str]] = []
    for line, row in rows:
        if out and out[-1][1].endswith("\\"):
            out[-1] = (out[-1][0], f"{out[-1][1]}\n{row}")
        else:
            out.append((line, row.strip()))
    return (*((line, _marked(row)) for line, row in out), *after)


def _marked(row: str) -> str:
    marks = re.match(r"[@\-]*", row)
    command = row[len(marks[0]) :] if marks else row
    return f"{{ {command}\n}} || true" if marks and "-" in marks[0] else command


def _filled(row: str, variables: dict[str, str]) -> str:
    return re.sub(
        r"\{\{\s*([\w-]+)\s*\}\}",
        lambda found: variables.get(found[1], "${" + found[1].replace("-", "_") + "}"),
        row,
    )


def invoked(words: Words) -> Call | None:
    if words[:1] != ("just",) or any(
        word in ("-l", "--list", "--fmt", "--evaluate", "-n", "--dry-run") for word in words
    ):
        return None
    call = call_after(words, 1, _VALUED, folder=("-d", "--working-directory"), file=("-f", "--justfile"))
    joined = tuple(f"{a}::{b}" for a, b in zip(call.names, call.names[1:], strict=False))
    return Call(call.names + joined, call.folder if not call.file else "", call.file)
