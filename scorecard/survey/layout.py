"""How the repository is laid out: its package, its tests, who installs it, what builds it.

package    {"name": "churn", "folder": "src/churn"}: where code of the system lies that can be imported, and under which name;
           name "" where scripts lie flat in ``folder``
style      "src" | "package" | "flat" | "notebooks"
root       "" or "src": what must be on sys.path so that ``package`` can be imported
tests      {"folder": "tests", "exists": true, "command": "make test"}
manager    {"name": "uv" | "poetry" | "pdm" | "pipenv" | "conda" | "pip-tools" | "pip" | "none", "file": "requirements.txt"}
python     "3.11", as the repository asks for it, or ""
ci         ["github", "gitlab", …]: systems with a file here; "" nothing
below      "services/churn": the folder of a larger repository that this is, whose top was not read; "" for a repository of its own
files      {"makefile": "Makefile", "dockerfile": "", "readme": "README.md", "changelog": ""}
"""

import re
from collections import Counter
from typing import Any, Self

from msgspec import Struct

from scorecard.facts.code import Code
from scorecard.facts.suite import Suite
from scorecard.facts.suite_commands import TestCommands
from scorecard.paths import is_demo, is_prose, is_test
from scorecard.readers.code import Source
from scorecard.repository import Repository

_MANAGERS = (
    ("uv", ("uv.lock",)),
    ("poetry", ("poetry.lock",)),
    ("pdm", ("pdm.lock",)),
    ("pipenv", ("Pipfile",)),
    ("conda", ("environment.yml", "environment.yaml", "conda.yml", "conda.yaml")),
    ("pip-tools", ("requirements.in", "requirements/base.in", "requirements/requirements.in")),
    ("pip", ("requirements.txt", "requirements/base.txt", "requirements/requirements.txt")),
)
_CI = {
    "github": (".github/workflows/",),
    "gitlab": (".gitlab-ci.yml",),
    "azure": ("azure-pipelines.yml", ".azure/", ".azure-pipelines/", "azure-pipelines/"),
    "jenkins": ("Jenkinsfile",),
    "circleci": (".circleci/config.yml",),
    "travis": (".travis.yml",),
    "bitbucket": ("bitbucket-pipelines.yml",),
}
_PYTHON = re.compile(
    r"(?:requires-python|^python|python_version)[\w\"' ]{0,10}[=:]{1,2}\s*+(?:[\"'^~>=]{1,6}\s*+)?(3\.\d{1,2})",
    re.MULTILINE,
)
_SUPPORT = re.compile(
    r"(?:^|/)(?:docs?|scripts?|tools?|bin|infra|deploy|examples?|notebooks?|migrations|setup\.py|conftest\.py)(?:/|$)"
)


class Layout(Struct, frozen=True):
    """A fact, since other topics ask where the root is; ``told`` is the whole answer."""

    root: str
    told: dict[str, Any]

    @classmethod
    def gather(cls, repository: Repository, code: Code, suite: Suite, commands: TestCommands) -> Self:
        told = _look(repository, code, suite, commands)
        return cls(told["root"], told)


def look(layout: Layout) -> dict[str, Any]:
    """See the module's docstring."""
    return layout.told


def _look(repository: Repository, code: Code, suite: Suite, commands: TestCommands) -> dict[str, Any]:
    python = [s for s in code.sources if s.language == "python" and not s.notebook]
    own = [s for s in python if not (is_test(s.path) or is_demo(s.path) or is_prose(s.path))]
    folder, name, root, style = _package(repository, own)
    return {
        "package": {"name": name, "folder": folder},
        "style": style if own else "notebooks" if any(s.notebook for s in code.sources) else "flat",
        "root": root,
        "tests": _tests(repository, suite, commands),
        "manager": _manager(repository),
        "python": _python(repository),
        "ci": [system for system, places in _CI.items() if any(p.startswith(places) for p in repository.paths)],
        "below": repository.below,
        "files": {
            "makefile": _named(repository, "makefile", "gnumakefile"),
            "dockerfile": _named(repository, "dockerfile"),
            "readme": _named(repository, "readme.md", "readme.rst", "readme"),
            "changelog": _named(repository, "changelog.md", "changes.md", "history.md", "changelog.rst", "news.md"),
        },
    }


def _package(repository: Repository, own: list[Source]) -> tuple[str, str, str, str]:
    """Folder, import name, root and style of the package with the most code; scripts that lie flat come last."""
    packages = {p.rpartition("/")[0] for p in repository.paths if p.endswith("/__init__.py")}
    weights: Counter[tuple[str, str]] = Counter()
    for source in own:
        if _SUPPORT.search(source.path):
            continue
        folder = source.path.rpartition("/")[0]
        top = folder
        while (above := top.rpartition("/")[0]) in packages and above:
            top = above
        weight = sum(f.end - f.line + 1 for f in source.functions) + len(source.calls) + 1
        weights[top, "package" if folder in packages else "flat"] += weight
    if not weights:
        return "", "", "", "flat"
    (folder, kind), _ = max(weights.items(), key=lambda item: (item[0][1] == "package", item[1]))
    if kind == "flat":
        return folder, "", folder, "flat"
    root, _, name = folder.rpartition("/")
    return folder, name, root, "src" if root.split("/")[-1] == "src" else "package"


def _tests(repository: Repository, suite: Suite, commands: TestCommands) -> dict[str, Any]:
    cases = [case for case in suite.cases if case.source.language == "python"]
    found = Counter(case.path.partition("/")[0] for case in cases if "/" in case.path)
    named = next((f for f in ("tests", "test") if any(p.startswith(f"{f}/") for p in repository.paths)), "tests")
    return {
        "folder": found.most_common(1)[0][0] if found else named,
        "exists": bool(cases),
        "command": next((c.typed for c in (*commands.tasks, *commands.scripts, *commands.documents)), ""),
    }


def _manager(repository: Repository) -> dict[str, str]:
    present = set(repository.paths)
    for name, files in _MANAGERS:
        for file in files:
            if file in present:
                manifest = "pyproject.toml" if name in {"uv", "poetry", "pdm"} else file
                return {"name": name, "file": manifest}
    if "pyproject.toml" in present:
        text = repository.text("pyproject.toml") or ""
        name = "poetry" if "[tool.poetry.dependencies]" in text else "uv" if "[tool.uv" in text else "pip"
        return {"name": name, "file": "pyproject.toml"}
    return {"name": "pip" if "setup.py" in present or "setup.cfg" in present else "none", "file": ""}


def _python(repository: Repository) -> str:
    pinned = re.match(r"\s*(?:cpython-)?(3\.\d{1,2})", repository.text(".python-version") or "")
    if pinned:
        return pinned[1]
    for path in ("pyproject.toml", "Pipfile", "environment.yml", "setup.cfg", "setup.py"):
        if found := _PYTHON.search(repository.text(path) or ""):
            return found[1]
    return ""


def _named(repository: Repository, *names: str) -> str:
    return next((p for p in sorted(repository.paths) if "/" not in p and p.lower() in names), "")
