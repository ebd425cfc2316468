"""Where infrastructure code sets up what starts a build in the cloud: its only trace in a repository."""

from collections.abc import Iterable, Iterator

from scorecard.paths import is_prose, is_test
from scorecard.repository import Repository

CODE = (
    "*.tf",
    "*.tf.json",
    "*.yml",
    "*.yaml",
    "*.json",
    "*.template",
    "*.py",
    "*.ts",
    "*.js",
    "*.sh",
    "*.ipynb",
)
MAKEFILES = ("Makefile", "makefile", "GNUmakefile", "*.mk", "justfile")
_COMMENTS = ("#", "//", "*", "/*", "--", "<!--")
_LARGEST = 400_000


def lines_with(repository: Repository, words: Iterable[str], *globs: str) -> Iterator[tuple[str, int, str]]:
    """Path, number and text of the lines of code that hold one of ``words``, comments and tests left out."""
    wanted = tuple(words)
    for path in repository.glob(*globs):
        if is_prose(path) or is_test(path) or path.endswith(("lock.json", "package.json", ".min.js")):
            continue
        text = repository.text(path)
        if len(text) > _LARGEST or not any(word in text for word in wanted):
            continue
        for number, line in enumerate(text.split("\n"), 1):
            if any(word in line for word in wanted) and not line.lstrip(' "').startswith(_COMMENTS):
                yield path, number, line
