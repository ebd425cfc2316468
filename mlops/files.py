"""Results in files."""

import os
from pathlib import Path

from mlops.errors import MlopsError


def write(output: Path, text: str, option: str = "--output") -> None:
    """Whole or not at all: beside its place first, then moved there."""
    import tempfile  # noqa: PLC0415  most reports go to the terminal

    try:
        handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
    except OSError as error:
        raise MlopsError(f"cannot write {output}: {error.strerror}", f"choose another {option}") from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(output)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise MlopsError(f"cannot write {output}: {error.strerror}", f"choose another {option}") from None
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
