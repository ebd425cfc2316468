"""The steps of a job of Azure Pipelines: scripts, and tasks with the command that they stand for."""

import re
from collections.abc import Iterator

from scorecard.ci import commands
from scorecard.ci.azure_templates import Frame, Templates
from scorecard.ci.model import Step
from scorecard.patterns import lazily
from scorecard.readers.node import Node

_SCRIPTS = ("script", "bash", "pwsh", "powershell")
_OTHERS = (
    "checkout",
    "publish",
    "download",
    "downloadBuild",
    "getPackage",
    "upload",
    "reviewApp",
    "template",
)
_FILES = ("scriptpath", "filepath", "scriptname")
_INLINE = ("inlinescript", "script", "inline")
_RUNNERS = (
    (lazily(r"^pythonscript@", re.IGNORECASE), "python"),
    (lazily(r"^(?:powershell|azurepowershell)@", re.IGNORECASE), "pwsh"),
    (lazily(r"^batchscript@", re.IGNORECASE), "cmd /c"),
)


def steps(templates: Templates, node: Node, frame: Frame, condition: str = "") -> Iterator[Step]:
    """The steps of a list, templates unfolded."""
    for item, inner in templates.items(node, frame, "steps"):
        if item.is_map and item["enabled"].text.lower() != "false" and not _never(inner.fill(item["condition"].text)):
            made = _step(item, inner, condition)
            if made:
                yield made


def _never(condition: str) -> bool:
    return condition.strip().lower() == "false"


def _step(item: Node, frame: Frame, condition: str) -> Step | None:
    kind = next((key for key in (*_SCRIPTS, "task", *_OTHERS) if item.has(key)), "")
    if not kind:
        return None
    given = item["inputs"] if kind == "task" else item
    inputs = {key: frame.fill(value.text) for key, value in item["inputs"].items() if value.is_scalar}
    line, command, uses = item[kind].line, "", ""
    if kind in _SCRIPTS:
        line, command = frame.source.command(item[kind])
    elif kind == "task":
        uses = frame.fill(item["task"].text)
        line, command = _task(uses, given, frame, line)
    else:
        uses = kind if kind != "template" else f"template: {item[kind].text}"
        inputs |= {key: frame.fill(value.text) for key, value in item.items() if value.is_scalar}
    command = frame.fill(command)
    where = given.get("workingDirectory", "cwd", "workingFolder", "workDir") or item["workingDirectory"]
    return Step(
        frame.source.path,
        line,
        command=command,
        uses=uses,
        name=frame.fill(item["displayName"].text or item["name"].text),
        inputs=tuple(inputs.items()),
        folder=commands.folder(frame.fill(where.text)),
        may_fail=frame.fill(item["continueOnError"].text).lower() == "true" or commands.forgiven(command),
        condition=item["condition"].text or condition,
        via=frame.via,
    )


def _task(uses: str, inputs: Node, frame: Frame, line: int) -> tuple[int, str]:
    """The shell text of a task: what is written inline, or a call of the script that it names."""
    lowered = {key.lower(): value for key, value in inputs.items()}
    runner = next((name for pattern, name in _RUNNERS if pattern.match(uses)), "")
    arguments = frame.fill(next((lowered[key].text for key in ("arguments", "scriptarguments") if key in lowered), ""))
    file = next((lowered[key] for key in _FILES if key in lowered and lowered[key].text.strip()), None)
    inline = next((lowered[key] for key in _INLINE if key in lowered and lowered[key].text.strip()), None)
    wants_file = any(
        lowered[key].text.lower() in ("filepath", "scriptpath")
        for key in ("scriptsource", "targettype", "scriptlocation", "scripttype")
        if key in lowered
    )
    if inline is not None and not (wants_file and file is not None):
        return (line, "") if runner == "python" else frame.source.command(inline)
    if file is None:
        return line, ""
    path = frame.fill(file.text).strip()
    folder = commands.folder(path) if "$(" in path else path
    shell = runner or ("pwsh" if path.endswith(".ps1") else "python" if path.endswith(".py") else "bash")
    return file.line, " ".join(f"{shell} {folder} {arguments}".split())
