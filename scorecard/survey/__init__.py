"""What `mlops add` must know of a repository before it puts anything there. ``survey(path)`` is the public interface.

It observes with the facts of the audit, executes nothing, and gives plain data (JSON): each module here answers under its own name.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scorecard.survey.topics import Survey


def survey(path: Path) -> "Survey":
    """What stands where in the repository at ``path``. Raises NotARepository.

    ``criteria`` are the outcomes of all checks by id, as the audit gives them; ``layout``, ``data``, … are documented in the module
    of that name.
    """
    from scorecard import engine  # noqa: PLC0415  help and usage errors need none of it
    from scorecard.checks import all_checks  # noqa: PLC0415
    from scorecard.facts import Facts  # noqa: PLC0415
    from scorecard.repository import open_repository  # noqa: PLC0415
    from scorecard.survey.topics import Survey  # noqa: PLC0415

    facts = Facts(open_repository(path))
    return Survey(facts, engine.findings(facts, all_checks()))
