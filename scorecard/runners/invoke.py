"""invoke and duty: Python functions under @task that call `c.run("…")`."""

import ast
from collections.abc import Iterable, Iterator

from scorecard.readers.command_strings import Started, command, dotted, functions, parse, runs
from scorecard.readers.wrappers import Words
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import call_after, folder_of, forgiven, source_line

NAME = "invoke"
FILES = ("tasks.py", "tasks/*.py", "**/tasks/*.py", "duties.py")
_VALUED = frozenset({"-c", "--collection", "-r", "--search-root", "-f", "--config", "-T"})
_DECORATORS = frozenset({"task", "invoke.task", "duty", "duty.duty"})


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    text = repository.text(path)
    if "invoke" not in text and "duty" not in text:
        return
    known = functions(parse(text))
    home = folder_of(path)
    if path.endswith("/__init__.py") or "/tasks/" in f"/{path}":
        home = folder_of(home)  # the package `tasks` lies beside what it works on
    default = ""
    for name, function in known.items():
        decorator = next((d for d in function.decorator_list if _is_task(d)), None)
        if decorator is None:
            continue
        keywords = {k.arg: k.value for k in decorator.keywords} if isinstance(decorator, ast.Call) else {}
        needs = _names(keywords.get("pre")) + [
            dotted(a) for a in (decorator.args if isinstance(decorator, ast.Call) else [])
        ]
        commands: list[tuple[int, str]] = []
        for item in runs(function, known, _run):
            commands += forgiven(((item.line, item.text),)) if item.may_fail else ((item.line, item.text),)
        commands += [(function.lineno, f"invoke {after}") for after in _names(keywords.get("post"))]
        given = keywords.get("name")
        names = {name, name.replace("_", "-")}
        names |= {str(given.value)} if isinstance(given, ast.Constant) else set()
        for alias in getattr(keywords.get("aliases"), "elts", []):
            names |= {str(alias.value)} if isinstance(alias, ast.Constant) else set()
        if isinstance(keywords.get("default"), ast.Constant):
            default = name
        for spelling in sorted(names):
            yield Task(
                NAME, spelling, path, function.lineno, tuple(commands), tuple(n for n in needs if n), home,
                source_line(repository, path, function.lineno), home,
            )  # fmt: skip
    if default:
        yield Task(NAME, "", path, 1, needs=(default,), folder=home, home=home)


def _is_task(node: ast.expr) -> bool:
    return dotted(node.func if isinstance(node, ast.Call) else node) in _DECORATORS


def _names(node: ast.expr | None) -> list[str]:
    elements = getattr(node, "elts", [])
    names = (dotted(e.args[0] if isinstance(e, ast.Call) and e.args else e) for e in elements)
    return [name for name in names if name]


def _run(call: ast.Call) -> Iterator[Started]:
    function = call.func
    if (
        isinstance(function, ast.Attribute)
        and function.attr in ("run", "sudo")
        and call.args
        and dotted(function) != "subprocess.run"
    ):
        text = command(call.args[0])
        tolerated = any(
            k.arg in ("warn", "nofail") and isinstance(k.value, ast.Constant) and k.value.value is True
            for k in call.keywords
        )
        if text:
            yield Started(call.lineno, text, tolerated)


def invoked(words: Words) -> Call | None:
    if words[:1] not in (("invoke",), ("duty",)) or any(
        word in ("-l", "--list", "--help", "-R", "--dry") for word in words
    ):
        return None
    call = call_after(words, 1, _VALUED, folder=("-r", "--search-root"))
    return Call(tuple(name.rpartition(".")[2] for name in call.names), call.folder)
