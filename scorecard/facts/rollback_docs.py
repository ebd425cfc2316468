"""Runbooks: passages of the documentation that say how to go back to an earlier release or model."""

import re
from collections.abc import Iterator

from scorecard.model import Evidence
from scorecard.paths import is_demo
from scorecard.patterns import holds, lazily
from scorecard.repository import Repository

_PAGES = (".md", ".mdx", ".rst", ".adoc", ".txt")
_HEADING = lazily(r"^(?:#{1,6}\s+|=+\s+)(.{0,120})$")
_ROLL = lazily(
    r"\broll(?:ing|ed)?[-\s]?back\b|\brevert(?:ing)?\s+(?:to\s+)?(?:an?|the)?\s*(?:previous|earlier|older|last|bad|failed|deploy\w*|release|model)\b|\brestor(?:e|ing)\s+(?:a|the)\s+(?:previous|earlier|older|last)\s+(?:model|release|version|deployment)\b",
    re.IGNORECASE,
)
_ELSE = lazily(r"migrat|database|\bdb\b|alembic|transaction|schema|\bsql\b|backup", re.IGNORECASE)
_DEPLOYED = lazily(r"image|revision|container|deploy|release|model|tag\b|version", re.IGNORECASE)
_ACT = lazily(
    r"\b(?:re-?)?(?:deploy|revert|restore|roll|point|switch|set|promote|check ?out|pin|select|activate|re-?tag|shift|swap|choose|re-?run|publish)\b[^\n]{0,80}"
    r"\b(?:previous|prior|last|earlier|older|known[- ]good|stable|old)\b",
    re.IGNORECASE,
)
_STEP = lazily(r"^\s*(?:\d+[.)]\s|[-*]\s+\S|\$\s|```|    \S|\|)")
_COMMAND_LINE = lazily(
    r"^[ \t]*(?:\$\s*)?(?:kubectl|helm|docker|git (?:checkout|tag|switch)|gcloud|aws|az|make|just|uv run|python|poetry|terraform|dvc|mlflow|bash|sh|\./|curl|npm|invoke|inv|fly|heroku|argocd|databricks|gh|export|ansible\S*)\b",
    re.MULTILINE,
)
_WISH = lazily(
    r"\b(?:todo|future|planned|roadmap|coming soon|not (?:yet )?(?:implemented|supported)|next steps|would|should be)\b",
    re.IGNORECASE,
)


def documented(repository: Repository, command: re.Pattern[str]) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """Commands in the documentation that roll back, and sections about it that hold steps or commands."""
    for path in repository.own:
        name = path.lower()
        if (
            not name.endswith(_PAGES)
            or is_demo(path)
            or re.search(
                r"change|history|release_?notes|license|third|/\.(?:claude|cursor)/|node_modules|prompts?/|datasets?/|/data/",
                name,
            )
        ):
            continue
        text = repository.text(path)
        if (
            "oll" not in text
            and "evert" not in text
            and "estor" not in text
            and "swap" not in text
            and "undo" not in text
        ):
            continue
        commands = holds(command, text)
        if not commands and not holds(_ROLL, text):
            continue
        rows = text.split("\n")
        for number, row in enumerate(rows, 1):
            if commands and command.search(row) and not _WISH.search(row):
                yield f"{path} gives the command", (Evidence(path, number, row),)
                break
            heading = _HEADING.match(row)
            if heading and _ROLL.search(heading[1]) and not _ELSE.search(heading[1]) and not _WISH.search(heading[1]):
                found = _section(rows, number)
                if found:
                    yield (
                        f"{path} is a runbook for it",
                        (Evidence(path, number, row), Evidence(path, found, rows[found - 1])),
                    )
                    break


def _section(rows: list[str], heading: int) -> int:
    """The line of the first command of a section that begins after ``heading``, 0 where it only talks."""
    depth = len(rows[heading - 1]) - len(rows[heading - 1].lstrip("#"))
    body: list[tuple[int, str]] = []
    fenced = False
    for number in range(heading + 1, min(len(rows), heading + 60) + 1):
        row = rows[number - 1]
        fenced ^= row.lstrip().startswith("```")
        if not fenced and row.startswith("#") and len(row) - len(row.lstrip("#")) <= depth:
            break
        body.append((number, row))
    if any(_ELSE.search(row) and not _DEPLOYED.search(row) for _, row in body[:2]):
        return 0
    commands = [
        number
        for number, row in body
        if _COMMAND_LINE.match(row)
        or re.search(r"`[^`\n]*(?:kubectl|docker|git|make|helm|python|mlflow|dvc|alias|version)[^`\n]*`", row)
    ]
    steps = [number for number, row in body if re.match(r"\s*\d+[.)]\s", row)]
    acts = [number for number, row in body if _STEP.match(row) and _ACT.search(row) and not _WISH.search(row)]
    found = [*commands[:1], *acts[:1], *(steps[:1] if len(steps) >= 2 else ())]
    return found[0] if found else 0
