"""The steps of a Jenkins stage: shell calls in whatever surrounds them."""

import posixpath
import textwrap
from collections.abc import Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from scorecard.ci import commands
from scorecard.ci.model import Step
from scorecard.ci.sources import first_line
from scorecard.readers.groovy import Call, Text

SHELLS = frozenset({"sh", "bat", "powershell", "pwsh"})
_LANGUAGE = frozenset(
    {"echo", "print", "println", "if", "for", "while", "switch", "case", "return", "try", "catch", "finally"}
    | {"throw", "error", "new", "import", "node", "script", "steps", "stages", "post", "library", "timeout"}
    | {"retry", "sleep", "unstable", "deleteDir", "withEnv", "label", "else", "dir", "void", "assert"}
)
_SKIPPED = frozenset(
    {"stage", "parallel", "when", "agent", "environment", "input", "options", "tools", "triggers"}
    | {"properties", "parameters", "axes", "excludes"}
)
_FORGIVING = frozenset({"catchError", "warnError"})
_OUTCOMES = frozenset(
    {"always", "success", "failure", "changed", "fixed", "regression", "aborted", "cleanup", "unsuccessful"}
)
MAX_DEPTH = 40


class Place(Struct, frozen=True):
    """What surrounds a step."""

    path: str
    folder: str = ""
    may_fail: bool = False
    condition: str = ""
    functions: Mapping[str, list[Call]] = field(default_factory=dict)
    depth: int = 0


def steps(calls: list[Call], place: Place) -> Iterator[Step]:
    """The steps of a block; stages inside are left out, for they are jobs of their own."""
    if place.depth > MAX_DEPTH:
        return
    for index, call in enumerate(calls):
        if call.name in _SKIPPED or call.name.startswith("@"):
            continue
        inner = entered(call, place, calls[index + 1 :])
        yield from steps(call.inner, inner)
        yield from _own(call, place)
        if call.name in place.functions and call.body is None:
            functions = {name: body for name, body in place.functions.items() if name != call.name}
            yield from steps(place.functions[call.name], replace(inner, functions=functions))
        if call.body is not None and not call.name.startswith("def "):
            yield from steps(call.body, inner)


def entered(call: Call, place: Place, after: list[Call]) -> Place:
    """What surrounds the steps in the block of ``call``, which ``after`` follows."""
    inner = replace(place, depth=place.depth + 1)
    if call.name in _FORGIVING or (call.name == "try" and _swallowed(after)):
        return replace(inner, may_fail=True)
    if call.name == "dir" and call.positional:
        return replace(inner, folder=commands.folder(call.positional[0].text, place.folder))
    if call.name == "if" or (call.name in _OUTCOMES and call.body is not None and not call.positional):
        return replace(inner, condition=place.condition or call.written.partition("{")[0].strip()[:120])
    return inner


def _own(call: Call, place: Place) -> Iterator[Step]:
    text = call.text("script")
    if call.name in SHELLS and text:
        yield _shell(call, text, place)
    elif call.name.startswith("docker.build") and text:
        yield from _image(call, text, place)
    elif call.name.endswith(".push") and "docker" not in call.name:
        yield Step(place.path, call.line, uses="docker.push", may_fail=place.may_fail, condition=place.condition)
    elif call.name.rpartition(".")[2] not in _LANGUAGE and (call.positional or call.named) and "=" not in call.name:
        inputs = [(key, value.text) for key, value in call.named.items()]
        inputs += [("", value.text) for value in call.positional]
        yield Step(
            place.path,
            call.line,
            uses=call.name,
            inputs=tuple(inputs),
            folder=place.folder,
            may_fail=place.may_fail,
            condition=place.condition,
        )


def _shell(call: Call, text: Text, place: Place) -> Step:
    line, command = first_line(text.line, text.text)
    command = textwrap.dedent(command).strip(" \t")
    status = call.named.get("returnStatus")
    label = call.named.get("label")
    may_fail = place.may_fail or (status is not None and status.text == "true") or commands.forgiven(command)
    return Step(
        place.path,
        line,
        command=command,
        uses="" if call.name == "sh" else call.name,
        name=label.text if label else "",
        folder=place.folder,
        may_fail=may_fail,
        condition=place.condition,
    )


def _image(call: Call, text: Text, place: Place) -> Iterator[Step]:
    arguments = call.positional[1].text if len(call.positional) > 1 else "."
    inputs = (("image", text.text), ("args", arguments))
    made = Step(place.path, call.line, folder=place.folder, may_fail=place.may_fail, condition=place.condition)
    yield replace(made, uses="docker.build", inputs=inputs, command=f"docker build -t {text.text} {arguments}")
    if call.name.endswith(".push"):
        yield replace(made, uses="docker.push", inputs=inputs[:1], command=f"docker push {text.text}")


def _swallowed(after: list[Call]) -> bool:
    """Is the failure of a `try` forgotten: caught, and neither thrown again nor noted as the result?"""
    handler = next(iter(after), None)
    if handler is None or handler.name != "catch":
        return False
    names = {call.name for inner in handler.body or () for call in inner.walk()}
    return not any(name.partition(".")[0] in ("throw", "error") or name == "currentBuild.result =" for name in names)


def joined(*parts: str) -> str:
    """The id of a stage within stages."""
    return posixpath.join(*(part.replace("/", "-") for part in parts if part)) if any(parts) else ""
