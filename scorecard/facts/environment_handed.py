"""Files of variables that commands hand to the system, one for each environment; they hold secrets and stay out of the repository."""

from collections.abc import Iterator

from scorecard.facts.environment_files import ByRank
from scorecard.facts.environment_names import exact, within
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_test
from scorecard.patterns import lazily
from scorecard.repository import Repository

_COMMANDS = (
    "*[Mm]akefile*", "*.mk", "justfile", "Justfile", "Taskfile.y*ml", "*compose*.y*ml", "*.sh", "package.json", "tasks.py", "noxfile.py",
    "pyproject.toml", "mise.toml", "ecosystem.config.*",
)  # fmt: skip
_NAMED = lazily(
    r"(?<![\w*.-])(?:[\w./-]{0,80}/)?(\.env(?:\.[A-Za-z][\w-]{0,30}){1,3}|\.env[-_][A-Za-z][\w-]{0,30})(?![\w.*-])"
)
_COPIES = lazily(r"\b(?:example|sample|template|dist|default|ignore)\b|gitignore|dockerignore")
_MOST = 300_000


def handed_files(repository: Repository) -> Iterator[ByRank]:
    """`--env-file .env.dev` and `--env-file .env.prod` in the repository's own commands, its compose files among them."""
    found: ByRank = {}
    for path in repository.glob(*_COMMANDS):
        text = repository.text(path)
        if ".env" not in text or len(text) > _MOST or is_demo(path) or is_test(path):
            continue
        for number, line in enumerate(text.split("\n"), 1):
            for name in _NAMED.findall(line[:2_000]) if ".env" in line and line.lstrip()[:1] not in "#/" else ():
                rank = exact(name.rpartition(".")[2]) or within(name)
                if rank is not None and not _COPIES.search(name):
                    found.setdefault(rank, Evidence(path, number, line))
    if found:
        yield found
