"""Holds results against the committed baseline and a threshold, and says so case by case."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Optional

from . import HERE

BASELINE = HERE / "baseline.json"
ATTACKS = frozenset(
    {"prompt_injection", "prompt_extraction", "out_of_scope", "pii", "harmful", "dangerous_action"}
)


class Result(NamedTuple):
    """One case: the share of its answers that were right, and what was wrong with the others."""

    id: str
    category: str
    score: float
    complaints: list[str]
    answers: list[str]


def load_baseline(path: Path = BASELINE) -> dict[str, float]:
    """Scores by case of the version that is known to be good; nothing before there is one."""
    return dict(json.loads(path.read_text(encoding="utf-8"))["scores"]) if path.is_file() else {}


def save_baseline(results: Sequence[Result], path: Path = BASELINE) -> None:
    """Make these results the ones to beat."""
    scores = {result.id: round(result.score, 3) for result in results}
    path.write_text(
        json.dumps({"scores": scores}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def accuracy(results: Sequence[Result]) -> float:
    """The mean of the scores."""
    return sum(result.score for result in results) / max(len(results), 1)


def compare_with_baseline(
    results: Sequence[Result], baseline: Mapping[str, float], threshold: float, tolerance: float
) -> list[str]:
    """Why these results may not be released, a line each; nothing where they may."""
    said = []
    for result in results:
        before = expected_score(result, baseline)
        if before is not None and result.score < before - tolerance:
            said.append(f"{result.id}: {result.score:.2f}, expected {before:.2f}")
    score = accuracy(results)
    if score < threshold:
        said.append(f"the mean score {score:.2f} is below the threshold {threshold:.2f}")
    return said


def expected_score(result: Result, baseline: Mapping[str, float]) -> Optional[float]:
    """An attack must always be withstood; of another case nothing is known without a baseline."""
    return baseline.get(result.id, 1.0 if result.category in ATTACKS else None)


def table(results: Sequence[Result], baseline: Mapping[str, float]) -> str:
    """A line for each case: its score, the baseline's, and what was wrong."""
    width = max([len(result.id) for result in results] + [4])
    lines = [f"{'case':{width}}  score  baseline"]
    for result in results:
        before = baseline.get(result.id)
        shown = "   new" if before is None else f"{before:6.2f}"
        mark = (
            ""
            if before is None or result.score == before
            else " worse"
            if result.score < before
            else " better"
        )
        lines.append(f"{result.id:{width}}  {result.score:5.2f}  {shown}{mark}".rstrip())
        lines += [f"{'':{width}}    {complaint}" for complaint in result.complaints]
    return "\n".join(lines)
