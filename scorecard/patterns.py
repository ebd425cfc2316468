"""Regular expressions that are compiled when they are first used.

The checks know some 700 expressions and a repository meets a fraction of them; compiling all costs 0.2 s at each
start, more than reading a small repository.
"""

import re
from typing import Any, cast


class _Lazy:
    """Stands for a compiled pattern; each method is looked up once and then is the compiled pattern's own."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = getattr(re.compile(self.pattern, self._flags), name)
        setattr(self, name, value)
        return value


def lazily(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Like ``re.compile``, later. What it gives has the methods of a pattern, and `re.search` does not take it."""
    return cast("re.Pattern[str]", _Lazy(pattern, flags))
