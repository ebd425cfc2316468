"""Which manifests an image installs: requirement files, and the lock files of the tools that its commands call.

Platforms make images, too, of the file that a descriptor names: an environment of Azure ML, a project of MLflow, a bento, a cog, a truss.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.dependencies import Dependencies, Manifest
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_test, plain_name
from scorecard.patterns import holds, lazily
from scorecard.repository import Repository

_ASIDE = lazily(
    r"devcontainer|jenkins|(?:^|[/._-])(?:tests?|ci|dev|lint|docs?|notebook|jupyter)(?:[/._-]|$)", re.IGNORECASE
)
_REQUIREMENT = lazily(r"(?:^|\s)(?:-r|--requirements?|--requirement=)[ =]?['\"]?([\w./${}-]+\.(?:txt|lock|in))")
_SYNC = lazily(r"\b(?:uv pip sync|pip-sync)\s+([\w./-]+\.(?:txt|lock))")
_CONDA = lazily(r"\b(?:conda|mamba|micromamba)\s[^\n]{0,120}(?:-f|--file)[ =]['\"]?([\w./-]+)")
_TOOLS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (lazily(r"\bpipenv\s+(?:install|sync)\b"), ("Pipfile",)),
    (lazily(r"\b(?:poetry|uv|pdm|rye)\s+(?:install|sync|export|run)\b"), ("pyproject.toml",)),
    (lazily(r"\bpixi\s+(?:install|run)\b"), ("pixi.toml", "pyproject.toml")),
    (lazily(r"\b(?:npm|pnpm|yarn|bun)\s+(?:ci|install|i)\b|\byarn\s*$"), ("package.json",)),
    (lazily(r"\bbundle\s+install\b"), ("Gemfile",)),
)  # fmt: skip
_DESCRIBED = lazily(
    r"^\s*-?\s*(?:conda_file|conda_env|environment_yml|requirements_txt|python_requirements|requirements_file)\s*:\s*['\"]?([\w./-]+\.(?:ya?ml|txt))"
)
_DESCRIPTORS = ("*.yml", "*.yaml", "MLproject")
_COPY = lazily(r"^\s*(?:COPY|ADD)\s+(.{1,600})$", re.IGNORECASE)
_NAMED = lazily(r"\bpip3?\s+install\s+(?!.*(?:-r|--requirement)\b)([^&|;\n]{1,400})")


class Install(Struct, frozen=True):
    """One manifest with the line of the image that installs it; ``extra`` names what the image adds without a version."""

    manifest: Manifest
    evidence: Evidence
    extra: int = 0


class ImageInstalls(Struct, frozen=True):
    """``installs`` by the images of the system; those for development, tests and CI are left out."""

    installs: tuple[Install, ...]

    @classmethod
    def gather(cls, repository: Repository, dependencies: Dependencies) -> Self:
        found: list[Install] = []
        for path in repository.own:
            if _is_image(path):
                found += _installs(repository, dependencies.manifests, path)
        for path in repository.glob(*_DESCRIPTORS):
            if not (is_demo(path) or is_test(path) or _ASIDE.search(path)):
                found += _described(repository, dependencies.manifests, path)
        return cls(tuple(found))


def _is_image(path: str) -> bool:
    base = plain_name(path).rpartition("/")[2].lower()
    named = "dockerfile" in base or base.startswith("containerfile")
    aside = is_demo(path) or is_test(path) or bool(_ASIDE.search(path))
    return named and not aside and not base.endswith((".md", "ignore", ".sh", ".py"))


def _described(repository: Repository, manifests: tuple[Manifest, ...], path: str) -> Iterator[Install]:
    """What the descriptor of a platform names, by a path from its own folder."""
    text = repository.text(path)
    for number, row in _rows(text) if holds(_DESCRIBED, text) else ():
        match = _DESCRIBED.match(row)
        manifest = _resolve(manifests, match[1], path.rpartition("/")[0], []) if match else None
        if manifest is not None:
            yield Install(manifest, Evidence(path, number, row))


def _installs(repository: Repository, manifests: tuple[Manifest, ...], path: str) -> Iterator[Install]:
    rows = list(_rows(repository.text(path)))
    copies = [word.strip("[]\"',") for _, row in rows if (match := _COPY.match(row)) for word in match[1].split()]
    folder = path.rpartition("/")[0]
    extra = sum(len(_unversioned(row)) for _, row in rows)
    for number, row in rows:
        wanted = [*_REQUIREMENT.findall(row), *_SYNC.findall(row), *_CONDA.findall(row)]
        for pattern, names in _TOOLS:
            if pattern.search(row):
                wanted += names
        for name in wanted:
            manifest = _resolve(manifests, name, folder, copies)
            if manifest is not None:
                yield Install(manifest, Evidence(path, number, row), extra)


def _rows(text: str) -> Iterator[tuple[int, str]]:
    """Instructions with the number of their first line; comments left out, continued lines one by one."""
    for number, row in enumerate(text.split("\n")[:1_000], 1):
        if not row.lstrip().startswith("#"):
            yield number, row[:800]


def _unversioned(row: str) -> list[str]:
    match = _NAMED.search(row)
    words = [w.strip("'\"\\,") for w in match[1].split()] if match else []
    tools = ("pip", "setuptools", "wheel", "uv", "poetry", "pipenv", "pdm", "pip-tools", "virtualenv")
    return [w for w in words if re.fullmatch(r"[A-Za-z][\w.\[\],-]*", w) and w.partition("[")[0] not in tools]


def _resolve(manifests: tuple[Manifest, ...], name: str, folder: str, copies: list[str]) -> Manifest | None:
    """The manifest that is meant by ``name`` inside the image, found through what is copied into it."""
    base = name.rpartition("/")[2]
    same = [m for m in manifests if plain_name(m.path).rpartition("/")[2] == base]
    sources = [c for c in copies if c.rpartition("/")[2] == base]
    tried = [posixpath.normpath(posixpath.join(root, c.lstrip("/"))) for c in sources for root in (folder, "")]
    tried += [posixpath.normpath(posixpath.join(root, name.lstrip("/"))) for root in (folder, "")]
    tried += [
        posixpath.normpath(posixpath.join(root, c.lstrip("/"), base))
        for c in copies
        for root in (folder, "")
        if "$" not in c
    ]
    for path in tried:
        for manifest in same:
            if manifest.path == path:
                return manifest
    return same[0] if len(same) == 1 else None
