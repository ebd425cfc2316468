"""Finds what a team says of its repository, and reads it."""

from pathlib import Path

from scorecard.asks import ASKS
from scorecard.checks import all_checks
from scorecard.config import FILES, BadConfig, Config, read
from scorecard.repository import Repository


def of(repository: Repository, instead: Path | None = None) -> Config:
    """The configuration in `mlops.toml`, else in `pyproject.toml`, or in the file ``instead`` of both. Raises BadConfig."""
    asks = [ask.id for ask in ASKS]
    if instead is not None:
        try:
            text = instead.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadConfig(str(instead), 1, f"cannot be read: {error}", "the path of a TOML file") from None
        return read(str(instead), text, all_checks(), asks)
    path = next((path for path in FILES if repository.has(path)), None)
    text = repository.text(path) if path else ""
    if path is None or (path == "pyproject.toml" and "mlops" not in text):
        return Config()
    return read(path, text, all_checks(), asks)


def folders(config: Config, repository: Repository, instead: Path | None, trusted: Path | None) -> list[Path]:
    """The folders of checks that ``config`` names and that may be run: named by the user's own file ``instead``,
    or by the repository at ``trusted``.

    What the audited repository names is its code. It is noted, and left alone.
    """
    if instead is not None:
        return [instead.resolve().parent / name for name in config.checks]
    if config.checks and trusted is None:
        what = (
            f"asks for checks of its own ({', '.join(config.checks)}), which is code of the repository and did not run"
        )
        repository.note(config.checks_at, f"{what}; --trust-checks runs it, --checks DIR names checks of yours")
        return []
    return [trusted.resolve() / name for name in config.checks] if trusted else []
