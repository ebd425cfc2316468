"""A section at the end of a document, a target at the end of a Makefile; what stands before stays as it is."""

import re
from collections.abc import Iterable


def is_whole(text: str) -> bool:
    """Are all code fences closed, so that a section at the end is no part of one?"""
    return len(re.findall(r"(?m)^[ \t]*(?:```|~~~)", text)) % 2 == 0


def with_section(text: str, path: str, title: str, commands: Iterable[str]) -> str:
    """``text`` with a section of ``commands`` at its end, as a document of this name writes it."""
    end = "\r\n" if "\r\n" in text else "\n"
    if path.endswith(".rst"):
        lines = [title, "-" * len(title), "", ".. code-block:: sh", "", *(f"    {command}" for command in commands)]
    elif path.endswith(".md"):
        lines = [f"## {title}", "", "```sh", *commands, "```"]
    else:
        lines = [title, "", *(f"    {command}" for command in commands)]
    return _joined(text, [f"{line}{end}" for line in lines], end)


def with_line(text: str, line: str) -> str:
    """``line`` at the end, which ends as the others do."""
    end = "\r\n" if "\r\n" in text else "\n"
    return f"{text}{end if text and not text.endswith(chr(10)) else ''}{line}{end}"


def with_target(text: str, name: str, command: str) -> str | None:
    """A Makefile with one target more, None where it has that target or another prefix than a tab."""
    if ".RECIPEPREFIX" in text or re.search(rf"(?m)^{re.escape(name)}[ \t]*:", text):
        return None
    end = "\r\n" if "\r\n" in text else "\n"
    return _joined(text, [f".PHONY: {name}{end}", f"{name}:{end}", f"\t{command}{end}"], end)


def _joined(text: str, lines: list[str], end: str) -> str:
    if not text:
        return "".join(lines)
    gap = "" if text.endswith(end * 2) else end if text.endswith("\n") else end * 2
    return f"{text}{gap}{''.join(lines)}"
