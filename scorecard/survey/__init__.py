"""What `mlops add` must know of a repository before it puts anything there. ``survey(path)`` is the public interface.

It observes with the facts of the audit, executes nothing, and gives plain data (JSON): each module here answers under its own name.
"""

from pathlib import Path
from typing import Any


def survey(path: Path) -> dict[str, Any]:
    """What stands where in the repository at ``path``. Raises NotARepository.

    ``layout``, ``evals``, ``data``, … are documented in the module of that name.
    """
    from scorecard.facts import Facts  # noqa: PLC0415  help and usage errors need none of it
    from scorecard.repository import open_repository  # noqa: PLC0415
    from scorecard.survey import topics  # noqa: PLC0415

    facts = Facts(open_repository(path))
    return {name: facts.call(look) for name, look in topics.ALL.items()}
