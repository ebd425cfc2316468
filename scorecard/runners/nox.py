"""nox: sessions of noxfile.py."""

import ast
from collections.abc import Iterable, Iterator

from scorecard.readers.command_strings import Started, command, dotted, functions, parse, runs
from scorecard.readers.wrappers import Words, option
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import folder_of, forgiven, source_line

NAME = "nox"
FILES = ("noxfile.py",)
_DECORATORS = frozenset({"nox.session", "session", "nox_poetry.session", "nox_uv.session"})


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    tree = parse(repository.text(path))
    known = functions(tree)
    chosen = _chosen(tree)
    default: list[str] = []
    for name, function in known.items():
        decorator = next((d for d in function.decorator_list if _is_session(d)), None)
        if decorator is None:
            continue
        keywords = {k.arg: k.value for k in decorator.keywords} if isinstance(decorator, ast.Call) else {}
        given = keywords.get("name")
        title = str(given.value) if isinstance(given, ast.Constant) else name
        off = keywords.get("default")
        if not (isinstance(off, ast.Constant) and off.value is False):
            default.append(title)
        commands: list[tuple[int, str]] = []
        for item in runs(function, known, _run):
            commands += forgiven(((item.line, item.text),)) if item.may_fail else ((item.line, item.text),)
        for spelling in (title, f"{title}-%", f"{title}(%"):  # `tests-3.11`, `tests(django='4')`
            yield Task(
                NAME, spelling, path, function.lineno, tuple(commands), folder=folder_of(path),
                text=source_line(repository, path, function.lineno),
            )  # fmt: skip
    needs = tuple(name for name in chosen or default)
    if needs:
        yield Task(NAME, "", path, 1, needs=needs, folder=folder_of(path), text="default sessions")


def _is_session(node: ast.expr) -> bool:
    return dotted(node.func if isinstance(node, ast.Call) else node) in _DECORATORS


def _chosen(tree: ast.Module) -> list[str]:
    """`nox.options.sessions = ["lint", "tests"]`."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(dotted(target) == "nox.options.sessions" for target in node.targets):
            return [str(e.value) for e in getattr(node.value, "elts", []) if isinstance(e, ast.Constant)]
    return []


def _run(call: ast.Call) -> Iterator[Started]:
    function = call.func
    if not isinstance(function, ast.Attribute) or not call.args:
        return
    if function.attr in ("run", "run_always") and dotted(function) != "subprocess.run":
        arguments = [a for a in call.args if not isinstance(a, ast.Starred)]
        text = command(ast.List(list(arguments), ast.Load())) if arguments else ""
        tolerated = any(k.arg == "success_codes" for k in call.keywords)
        if text:
            yield Started(call.lineno, text, tolerated)
    elif function.attr in ("notify", "chdir"):
        argument = command(call.args[0])
        if function.attr == "notify" and argument:
            yield Started(call.lineno, f"nox -s {argument}")


def invoked(words: Words) -> Call | None:
    if words[:1] != ("nox",) or any(
        word in ("-l", "--list", "--list-sessions", "--version", "--help") for word in words[1:]
    ):
        return None
    names: list[str] = []
    at = 1
    while at < len(words):
        if words[at] in ("-s", "--session", "--sessions", "-e"):
            at += 1
            while at < len(words) and not words[at].startswith("-"):
                names.append(words[at])
                at += 1
            continue
        flag, mark, value = words[at].partition("=")
        if mark and flag in ("--session", "--sessions", "-s"):
            names.append(value)
        if words[at] == "--":
            break
        at += 1
    return Call(tuple(names), file=option(words, "-f", "--noxfile"))
