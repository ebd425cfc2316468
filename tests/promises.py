"""What every kind of generated project is held to."""

import itertools
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

from scorecard.model import Outcome, Scorecard


def gaps(scored: Scorecard, *, beside: str = "", fine: Collection[Outcome] = (Outcome.MET,)) -> list[str]:
    """The criteria whose outcome is not ``fine``, in words; those of the ask ``beside`` are left out."""
    found = ((criterion, scored.findings[criterion.id]) for criterion in scored.criteria if criterion.ask != beside)
    return [
        f"{criterion.id} is {finding.outcome}: {finding.summary}"
        for criterion, finding in found
        if finding.outcome not in fine
    ]


def told_by_the_readme(folder: Path, run: Callable[..., Any]) -> list[str]:
    """What its two commands print, the demo and the tests; they end well and leave nothing behind."""
    fence = re.search(r"```\w*\n(.*?)```", (folder / "README.md").read_text(), re.DOTALL)
    assert fence is not None
    commands = [line.partition("#")[0].strip() for line in fence[1].splitlines()]
    assert commands == ["pip install uv && uv run poe demo", "uv run poe test"]
    told = [run(folder, "sh", "-c", command.removeprefix("pip install uv && ")).stdout for command in commands]
    assert " failed" not in told[1]
    assert run(folder, "git", "status", "--porcelain").stdout == ""
    return told


def unmet_pairs(rows: Iterable[Sequence[str]], values: Sequence[Sequence[str]]) -> set[Any]:
    """Two answers to two questions that stand together in no row."""
    met = {pair for row in rows for pair in itertools.combinations(enumerate(row), 2)}
    wanted = {
        ((one, a), (other, b))
        for one, other in itertools.combinations(range(len(values)), 2)
        for a in values[one]
        for b in values[other]
    }
    return wanted - met
