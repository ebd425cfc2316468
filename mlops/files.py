"""Results in files."""

import os
from pathlib import Path

from mlops.errors import MlopsError


def write(output: Path, text: str, option: str = "--output") -> None:
    """Whole or not at all: beside its place first, then moved there. A device or a pipe is written into, and stays what it is."""
    try:
        place = Path(os.path.realpath(output))  # a link stays one, too
        if place.exists() and not (place.is_file() or place.is_dir()):
            place.write_text(text, encoding="utf-8")
        else:
            _move_in(place, text)
    except OSError as error:
        raise MlopsError(f"cannot write {output}: {error.strerror}", f"choose another {option}") from None


def _move_in(place: Path, text: str) -> None:
    import tempfile  # noqa: PLC0415  most reports go to the terminal

    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(place.stat().st_mode & 0o777 if place.exists() else 0o644)
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
