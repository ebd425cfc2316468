"""What the repository publishes: the names of its packages, and the signs that they are made for others."""

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any, Self

from msgspec import Struct

from scorecard.facts.vocabulary import ML_WORDS
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_test
from scorecard.patterns import lazily, lines_with
from scorecard.readers import toml
from scorecard.repository import Repository

_NAME = lazily(r"^[ \t]*name[ \t]*=[ \t]*['\"]?([A-Za-z][\w.\-]{1,60})['\"]?", re.MULTILINE)
_MANIFESTS = (
    "pyproject.toml", "setup.cfg", "setup.py", "package.json", "DESCRIPTION", "*.gemspec", "go.mod", "*.csproj",
    "Directory.Build.props", "settings.gradle*", "gradle.properties", "build.sbt", "pom.xml", "Cargo.toml",
)  # fmt: skip
_ABOUT = lazily(ML_WORDS, re.IGNORECASE)
_XML_NAME = lazily(r"<(?:PackageId|AssemblyName|artifactId)>([\w.\-]+)</")
_GRADLE_NAME = lazily(
    r"(?:rootProject\.name|POM_ARTIFACT_ID|name)[ \t]*:?=[ \t]*[\"']?([\w.\-]+)|include\([\"':]+([\w.\-]+)"
)
_GO_NAME = lazily(r"^module[ \t]+\S*?([\w.\-]+)(?:/v\d+)?[ \t]*$", re.MULTILINE)
_R_NAME = lazily(r"^Package:[ \t]*([A-Za-z][\w.]+)", re.MULTILINE)
_INSTALL = lazily(
    r"(?:pip3?|uv|uv pip|conda|mamba|poetry|npm|pnpm|yarn|bun|gem|pipx)(?: -m pip)? (?:install|add|i)"
    r"(?: -[\w-]+(?: conda-forge)?)* ['\"]?(@?[\w.\-]+(?:/[\w.\-]+)?)"
    r"|install\.packages\([\"']([\w.]+)[\"']\)|pak::pak\([\"'](?:[\w.-]+/)?([\w.]+)[\"']\)|gem [\"']([\w-]+)[\"']"
    r"|go get (?:-u )?(?:[\w.\-]+/)+([\w.\-]+)|(?:dotnet add package|Install-Package) ([\w.\-]+)|cargo add ([\w-]+)"
    r"|<artifactId>([\w.\-]+)</artifactId>|implementation[ (][\"'][\w.\-]+:([\w.\-]+):|\"[\w.]+\" %% \"([\w-]+)\""
)
_INDEXED = ("<PackageTags", "<PackageId", "<scm>", "POM_", "publishTo", "pomExtra", "sonatype", "mavenPublish")
_PUBLISH = lazily(
    r"pypa/gh-action-pypi-publish|twine upload|\buv publish|poetry publish|hatch publish|flit publish|npm publish"
    r"|pnpm publish|changesets/action|semantic-release|JS-DevTools/npm-publish|gem push|nuget push|mvn [^\n]{0,80}deploy"
    r"|publishToMavenCentral|sbt [^\n]{0,40}publish|cargo publish|PYPI_API_TOKEN|r-lib/actions/check-r-package|publishToSonatype"
)


class Packaging(Struct, frozen=True):
    """What is published, and for whom.

    ``names`` are the packages with their manifests, ``installs`` where the README tells others to install one of them,
    ``classified`` the manifests that describe themselves to a package index, ``publishes`` where CI uploads, ``about``
    where a package or an action says that it is for machine learning, ``actions`` an action at the root that others' workflows use.
    """

    names: dict[str, str]
    installs: tuple[Evidence, ...]
    classified: tuple[Evidence, ...]
    publishes: tuple[Evidence, ...]
    about: tuple[Evidence, ...]
    actions: tuple[Evidence, ...] = ()

    @classmethod
    def gather(cls, repository: Repository) -> Self:
        names: dict[str, str] = {}
        classified: list[Evidence] = []
        about: list[Evidence] = []
        for path in repository.glob(*_MANIFESTS):
            if path.count("/") > 3 or is_demo(path) or is_test(path):
                continue
            text = repository.text(path)
            for name in _names(path, text):
                names.setdefault(_normal(name), path)
            if _describes_itself(path, text):
                classified.append(Evidence(path, 1, "describes itself to a package index"))
            about += _says(path, text)
        for path in repository.glob("README*"):
            if "/" not in path:
                about += _says(path, "\n".join(repository.lines(path)[:40]))
        go = sum(path.endswith(".go") for path in repository.own)
        others = sum(path.endswith((".py", ".ts", ".tsx", ".java", ".rs")) for path in repository.own)
        if repository.has("go.mod") and go > others and not any(_is_program(p) for p in repository.glob("main.go")):
            classified.append(Evidence("go.mod", 1, "a module without a main package"))
        installs = tuple(_installs(repository, set(names), everywhere=len(classified) >= 3))
        actions = tuple(_actions(repository))
        for action in actions:
            about += _says(action.path, repository.text(action.path))
        return cls(names, installs, tuple(classified), tuple(_publishes(repository)), tuple(about[:2]), actions)


def _is_program(path: str) -> bool:
    """A `main.go` that is neither an example nor a helper of the build."""
    return not (is_demo(path) or is_test(path) or re.search(r"(?:^|/)(?:internal|scripts|tools|docs|hack)/", path))


def _says(path: str, text: str) -> list[Evidence]:
    for number, line in enumerate(text.split("\n"), 1):
        if _ABOUT.search(line[:500]):
            return [Evidence(path, number, line)]
    return []


def _actions(repository: Repository) -> Iterator[Evidence]:
    """`action.yml` at the root: the repository is an action (https://docs.github.com/actions/sharing-automations/creating-actions)."""
    for path in repository.glob("action.y*ml"):
        for number, line in enumerate(repository.lines(path), 1) if "/" not in path else ():
            if line.startswith("runs:"):
                yield Evidence(path, number, line)
                break


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _names(path: str, text: str) -> list[str]:
    if path.endswith("package.json"):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            return []
        return [str(found.get("name") or "")] if isinstance(found, dict) and not found.get("private") else []
    if path.endswith(".toml"):
        try:
            data: dict[str, Any] = toml.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError):
            return []
        tables = (data.get("project"), data.get("tool", {}).get("poetry"), data.get("tool", {}).get("flit"))
        return [str(t["name"]) for t in tables if isinstance(t, dict) and t.get("name")]
    if path.endswith((".csproj", ".props", "pom.xml")):
        file = [path.rpartition("/")[2].removesuffix(".csproj")] if path.endswith(".csproj") else []
        return file + _XML_NAME.findall(text)[:3]
    if "gradle" in path or path.endswith(".sbt"):
        return [a or b for a, b in _GRADLE_NAME.findall(text)[:20]]
    if path.endswith("go.mod"):
        return _GO_NAME.findall(text)[:1]
    if path.endswith("DESCRIPTION"):
        return _R_NAME.findall(text)[:1]
    if path.endswith(".gemspec"):
        return [path.rpartition("/")[2].removesuffix(".gemspec")]
    return [_constant(text, name) for name in _NAME.findall(text)[:1]]


def _constant(text: str, name: str) -> str:
    """What `setup(name=NAME)` means where a line above says `NAME = "churn"`."""
    held = re.search(rf"^{re.escape(name)}[ \t]*=[ \t]*['\"]([\w.\-]+)['\"]", text, re.MULTILINE)
    return held[1] if held else name


def _describes_itself(path: str, text: str) -> bool:
    if path.endswith("package.json"):
        return '"private": true' not in text and any(w in text for w in ('"exports"', '"main"', '"keywords"'))
    if path.endswith(("DESCRIPTION", ".gemspec")):
        return True
    if path.endswith("go.mod"):
        return False
    if path.endswith((".csproj", ".props", "pom.xml", ".gradle", ".kts", ".properties", ".sbt")):
        return any(word in text for word in _INDEXED)
    return text.count("::") >= 3 and ("classifiers" in text.lower())


def _installs(repository: Repository, names: set[str], *, everywhere: bool) -> list[Evidence]:
    found = []
    for path in repository.glob("README*", "docs/**/install*.*", "doc/install*.*", "docs/index.*"):
        if "/" in path and not path.startswith("doc") and not everywhere:
            continue  # one published part of a larger system does not make the system a library
        for number, line in lines_with(_INSTALL, repository.text(path)):
            for match in _INSTALL.finditer(line[:500]):
                name = next(group for group in match.groups() if group)
                if _normal(name.partition("[")[0]) in names:
                    found.append(Evidence(path, number, line))
    return found[:3]


def _publishes(repository: Repository) -> list[Evidence]:
    found = []
    for path in repository.glob(
        ".github/workflows/*.y*ml", ".gitlab-ci.yml", ".circleci/config.yml", "Makefile", ".travis.yml"
    ):
        for number, line in lines_with(_PUBLISH, repository.text(path)):
            if not line.lstrip().startswith("#") and _PUBLISH.search(line[:500]):
                found.append(Evidence(path, number, line))
                break
    return found[:3]
