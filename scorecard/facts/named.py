"""Which source file of ours a word of a command or of a configuration means."""

from collections import defaultdict
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.patterns import lazily
from scorecard.repository import Repository

_WORD = lazily(r"[\w./@{}$*-]{1,300}\.(?:py|ipynb|R|r|jl|sh|js|mjs|cjs|ts|mts|tsx|rb|scala)\b(?!\.\w)")
_MODULE = lazily(r"(?:^|\s)-m\s+([A-Za-z_][\w.]{0,200})")
_ATTRIBUTE = lazily(r"(?:^|[\s\"'=,\[])([A-Za-z_][\w./-]{0,200}):([A-Za-z_]\w{0,80})(?:\(\))?(?=$|[\s\"',\]])")
_CELERY = lazily(r"\b(?:celery|rq|dramatiq|faust|arq)\b[^\n]{0,80}?(?:-A|--app|worker)[\s=]+([A-Za-z_][\w.]{0,200})")


class Named:
    """Resolves the names of own source files, near the file that names them."""

    def __init__(self, repository: Repository, code: Code) -> None:
        self.code = code
        self.by_name: dict[str, list[str]] = defaultdict(list)
        scripts = (path for path in repository.own if path.endswith(".sh"))
        for path in (*(source.path for source in code.sources), *scripts):
            self.by_name[path.rpartition("/")[2]].append(path)

    def path(self, word: str, near: str = "") -> str:
        """The own file that ``word`` means, "" if none; of several the one that agrees with most of the word.

        A container's `/app/src/train.py` is ours by its tail, so the tail is what is compared.
        """
        parts = [p for p in word.replace("\\", "/").split("/") if p not in ("", ".", "..")]
        candidates = self.by_name.get(parts[-1], ()) if parts else ()
        if not candidates:
            return ""
        folder = near.split("/")[:-1]
        best = max(candidates, key=lambda c: (_tail(c.split("/"), parts), _head(folder, c.split("/")), -len(c)))
        agreed = _tail(best.split("/"), parts)
        if agreed == 1 and len(parts) > 1 and len(best.split("/")) > 1 and not _plain_root(word):
            beside = _head(folder, best.split("/")) == len(best.split("/")) - 1
            return best if beside or len(candidates) == 1 else ""
        return best

    def module(self, dotted: str, near: str = "") -> str:
        """The own file behind a dotted module, its `__main__` where it is a package."""
        return self.code.module(f"{dotted}.__main__", near) or self.code.module(dotted, near)

    def files(self, text: str, near: str = "") -> Iterator[str]:
        """Own files that a command line names: paths, `-m module`, `module:attribute`, a worker's application."""
        for match in _WORD.finditer(text):
            found = self.path(match[0], near)
            if found:
                yield found
        for match in _MODULE.finditer(text):
            found = self.module(match[1], near)
            if found:
                yield found
        for match in _CELERY.finditer(text):
            found = self.module(match[1], near)
            if found:
                yield found
        for match in _ATTRIBUTE.finditer(text):
            dotted = match[1].strip("./").replace("/", ".")
            found = self.module(dotted, near) if not match[1].endswith(".py") else ""
            if found:
                yield found


def _plain_root(word: str) -> bool:
    """Does the word start at a container's root or at a variable, so that only its tail is ours?"""
    return word.startswith(("/", "$", "{"))


def _tail(left: list[str], right: list[str]) -> int:
    count = 0
    for a, b in zip(reversed(left), reversed(right), strict=False):
        if a != b:
            break
        count += 1
    return count


def _head(left: list[str], right: list[str]) -> int:
    count = 0
    for a, b in zip(left, right, strict=False):
        if a != b:
            break
        count += 1
    return count
