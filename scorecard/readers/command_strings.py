"""Python source to the command lines that it starts: `c.run("…")`, `session.run("pytest")`,
`subprocess.run([…])`."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

_UNKNOWN = "${unknown}"
_STARTERS = frozenset(
    {
        "subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output",
        "subprocess.Popen",
        "subprocess.getoutput", "subprocess.getstatusoutput", "os.system", "os.popen", "os.execvp",
        "os.execv",
        "asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell", "sp.run", "sp.check_call",
        "sp.call",
        "check_call", "check_output", "Popen",
    }
)  # fmt: skip
_MAX_DEPTH = 4

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Started(Struct, frozen=True):
    line: int
    text: str
    may_fail: bool = False


def parse(text: str) -> ast.Module:
    """The tree; an empty one where the text is no Python."""
    try:
        return ast.parse(text.replace("\0", ""))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def functions(tree: ast.Module) -> dict[str, Function]:
    return {node.name: node for node in tree.body if isinstance(node, Function)}


def dotted(node: ast.AST) -> str:
    """`a.b.c` of a name or attribute, "" for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def started(text: str) -> list[Started]:
    """The processes that a Python file starts with literal command lines, wherever in the file."""
    if not re.search(r"\b(?:subprocess|os\.(?:system|popen|exec)|check_call|Popen)\b", text):
        return []
    return list(_subprocesses(parse(text)))


def _subprocesses(tree: ast.AST) -> Iterator[Started]:
    for node in _walk(tree):
        if not isinstance(node, ast.Call) or not node.args or dotted(node.func) not in _STARTERS:
            continue
        name = dotted(node.func)
        several = name == "asyncio.create_subprocess_exec"
        line = command(ast.List(list(node.args), ast.Load())) if several else command(node.args[0])
        if line and not line.startswith(_UNKNOWN):
            checked = _is_true(node, "check") or "check_" in name
            yield Started(node.lineno, line, not checked)


def _walk(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node in the order of ``ast.walk``, at half its price; contexts and operators, which hold nothing, are left out."""
    todo = [tree]
    for node in todo:  # which grows meanwhile
        yield node
        for name in node._fields:
            value = getattr(node, name, None)
            if value.__class__ is list:
                todo += [one for one in value if isinstance(one, ast.AST)]
            elif isinstance(value, ast.AST) and value._fields:
                todo.append(value)


def _is_true(call: ast.Call, name: str) -> bool:
    return any(
        keyword.arg == name and isinstance(keyword.value, ast.Constant) and keyword.value.value is True
        for keyword in call.keywords
    )


def command(node: ast.AST, depth: int = 6) -> str:
    """The command line that an expression spells; parts that only exist at run time become a variable."""
    if isinstance(node, ast.Constant):
        return str(node.value) if isinstance(node.value, str | int) else ""
    if not depth:
        return _UNKNOWN
    if isinstance(node, ast.JoinedStr):
        return "".join(str(v.value) if isinstance(v, ast.Constant) else _UNKNOWN for v in node.values)
    if isinstance(node, ast.List | ast.Tuple):
        return " ".join(_word(element, depth - 1) for element in node.elts)
    if isinstance(node, ast.BinOp):
        space = " " if isinstance(node.left, ast.List) else ""
        return (
            f"{command(node.left, depth - 1)}{space}{command(node.right, depth - 1)}"
            if isinstance(node.op, ast.Add)
            else command(node.left, depth - 1)
        )
    if isinstance(node, ast.IfExp):
        return command(node.body, depth - 1)
    if isinstance(node, ast.Call):
        return _called(node, depth - 1)
    return "python" if dotted(node) == "sys.executable" else _UNKNOWN


def _called(node: ast.Call, depth: int) -> str:
    """`"…".format(x)`, `shlex.split("…")`, `" ".join([…])`, and wrappers like `uv_run("…")`."""
    if isinstance(node.func, ast.Attribute):
        if node.func.attr in ("split", "format", "strip") and isinstance(node.func.value, ast.Constant):
            return (
                re.sub(r"\{[^{}]*\}", _UNKNOWN, command(node.func.value, depth))
                if node.func.attr == "format"
                else command(node.func.value, depth)
            )
        if node.func.attr == "join" and len(node.args) == 1:
            return command(node.args[0], depth)
    literal = [argument for argument in node.args if isinstance(argument, ast.Constant | ast.JoinedStr | ast.List)]
    return command(literal[0], depth) if len(node.args) == 1 and literal else _UNKNOWN


def _word(node: ast.AST, depth: int) -> str:
    if isinstance(node, ast.Starred):
        return _UNKNOWN
    text = command(node, depth)
    return text if re.fullmatch(r"[\w./:=,@%+${}-]+", text) else "'" + text.replace("'", "'\\''") + "'"


def runs(
    function: Function,
    known: dict[str, Function],
    of_call: Callable[[ast.Call], Iterable[Started]],
    depth: int = _MAX_DEPTH,
) -> Iterator[Started]:
    """What a task's function starts, in order; helper functions of the same module are followed."""
    yield from _runs(function.body, known, of_call, depth, "")


def _runs(
    body: Iterable[ast.AST],
    known: dict[str, Function],
    of_call: Callable[[ast.Call], Iterable[Started]],
    depth: int,
    folder: str,
) -> Iterator[Started]:
    for node in body:
        if isinstance(node, ast.With) and (entered := _entered(node)):
            yield from _runs(node.body, known, of_call, depth, f"{folder}cd {entered} && ")
            continue
        if isinstance(node, ast.Call):
            for item in of_call(node):
                yield Started(item.line, folder + item.text, item.may_fail)
            helper = known.get(dotted(node.func))
            if helper is not None and depth:
                yield from _runs(helper.body, known, of_call, depth - 1, folder)
        yield from _runs(ast.iter_child_nodes(node), known, of_call, depth, folder)


def _entered(node: ast.With) -> str:
    """The folder of `with c.cd("…"):`."""
    for item in node.items:
        call = item.context_expr
        if isinstance(call, ast.Call) and dotted(call.func).endswith((".cd", ".chdir")) and call.args:
            text = command(call.args[0])
            return text or _UNKNOWN
    return ""
