"""Commands that install packages: in images, in CI, in notebooks; and those that install from a lock file."""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.model import Evidence
from scorecard.paths import is_demo, is_test
from scorecard.patterns import lazily
from scorecard.repository import Repository

_FILES = (
    "Dockerfile*",
    "*.dockerfile",
    "Containerfile*",
    "Makefile",
    "*.sh",
    "justfile",
    ".github/workflows/*.yml",
    ".github/workflows/*.yaml",
    ".gitlab-ci.yml",
    ".circleci/config.yml",
    "azure-pipelines*.yml",
)
_PIP = lazily(r"\b(?:pip3?|uv pip|conda|mamba)\s+install\s+([^&|;\n]{1,400})")
_FROM_LOCK = {
    "uv.lock": r"\buv (?:sync|run|export)\b", "poetry.lock": r"\bpoetry (?:install|export|sync)\b", "pdm.lock": r"\bpdm (?:sync|install)\b",
    "pipfile.lock": r"\bpipenv (?:sync|install)\b", "pixi.lock": r"\bpixi (?:install|run)\b|setup-pixi", "package-lock.json": r"\bnpm (?:ci|install)\b",
    "yarn.lock": r"\byarn(?: install)?\b", "pnpm-lock.yaml": r"\bpnpm (?:install|i)\b", "bun.lock": r"\bbun install\b", "bun.lockb": r"\bbun install\b",
    "gemfile.lock": r"\bbundle(?: install)?\b|ruby/setup-ruby", "go.sum": r"\bgo (?:build|mod|test|run)\b", "cargo.lock": r"\bcargo build\b", "renv.lock": r"renv::restore|setup-renv",
}  # fmt: skip


_LONGEST = 2_000  # an output of a notebook, no command


class Installs(Struct, dict=True, eq=False):
    """``commands`` install named packages in images; ``loose`` are those without an exact version, notebooks included."""

    repository: Repository
    commands: tuple[Evidence, ...]
    loose: tuple[Evidence, ...]

    @classmethod
    def gather(cls, repository: Repository) -> Self:
        found = [f for path in repository.own if _is_image(path) for f in _installs(repository, path)]
        loose = [e for e, exact in found if not exact]
        if not found:
            for path in repository.own:
                if path.endswith((".ipynb", ".sh")) and not is_test(path):
                    loose += [e for e, exact in _installs(repository, path) if not exact][:1]
                if len(loose) > 3:
                    break
        return cls(repository, tuple(e for e, _ in found), tuple(loose))

    def of_lock(self, lock: str) -> list[Evidence]:
        """Lines that install from the lock file, images first."""
        pattern = _FROM_LOCK.get(lock.rpartition("/")[2].lower())
        if not pattern:
            return []
        found = []
        for path in sorted(self.repository.glob(*_FILES), key=lambda p: (not _is_image(p), p)):
            if is_demo(path) or is_test(path) or path.startswith("docs/"):
                continue
            for number, row in enumerate(self.repository.lines(path), 1):
                if not row.lstrip().startswith("#") and re.search(pattern, row, re.IGNORECASE):
                    found.append(Evidence(path, number, row))
                    break
        return found


def _is_image(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return (
        ("dockerfile" in name or name.startswith("containerfile"))
        and not name.endswith((".md", ".dockerignore"))
        and not is_demo(path)
    )


def _installs(repository: Repository, path: str) -> Iterator[tuple[Evidence, bool]]:
    if "install" not in repository.text(path):
        return
    for number, row in enumerate(repository.lines(path), 1):
        if "install" not in row or len(row) > _LONGEST:
            continue
        match = None if row.lstrip().startswith("#") else _PIP.search(row)
        if not match:
            continue
        words = [w.strip("'\"\\,") for w in match[1].split()]
        names = [
            w
            for w in words
            if re.match(r"[A-Za-z]", w)
            and "/" not in w
            and not w.endswith(".txt")
            and w.partition("=")[0] not in ("pip", "setuptools", "wheel", "uv", "poetry")
        ]
        if "-r" in words or not names:
            continue
        yield (
            Evidence(path, number, row.strip().strip('",').replace("\\n", "")),
            all(re.search(r"==?\d|@|\.whl", w) for w in names),
        )
