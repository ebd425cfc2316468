"""Which files and folders are named after an evaluation."""

from collections.abc import Iterator
from functools import cache

from scorecard.patterns import lazily

_FILE = lazily(
    r"(?:^|[_.-])(?:evals?|evaluat(?:e|es|ion|ions|or|ors|ing)|benchmarks?|bench|golden|judges?|graders?|grading|scorers?"
    r"|red_?team\w*|adversarial|llm_?tests?|prompt_?tests?|regression|ragas|deepeval)(?=[_.-]|$)"
)
_FOLDER = lazily(
    r"(?:[\w.-]*[_.-])?(?:evals?|evaluat\w+|benchmarks?|bench|golden\w*|red_?team\w*|adversarial|llm_?tests?"
    r"|prompt_?tests?|ragas|deepeval)(?:[_.-][\w.-]*)?\Z|(?:judges?|graders?|scorers?|grading|regression)\Z"
)
_CAMEL = lazily(r"(?<=[a-z0-9])(?=[A-Z])")


def heads(name: str) -> Iterator[str]:
    """A dotted or slashed name and everything it begins with: `a.b.c`, `a.b`, `a`."""
    yield name
    for position in range(len(name) - 1, 0, -1):
        if name[position] in "./":
            yield name[:position]


def snake(name: str) -> str:
    """`EvaluateAnswer` as `evaluate_answer`."""
    return _CAMEL.sub("_", name).lower()


@cache
def is_named(path: str) -> bool:
    """Is the file, or a folder above it, called an evaluation?"""
    *folders, name = path.split("/")
    return bool(_FILE.search(snake(name))) or any(is_named_folder(folder) for folder in folders)


def is_named_folder(name: str) -> bool:
    """Is a folder's own name that of an evaluation? Stricter: `credit-scorer` is a project."""
    return bool(_FOLDER.match(snake(name)))
