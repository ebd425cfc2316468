"""How a repository's environment is made on a clean machine, by the tool that its people use."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scaffolder.foreign.model import Site

USUAL_PYTHON = "3.11"  # where a repository says nothing: old enough for most pins, new enough for most libraries
_OLDEST_PYTHON = (3, 8)
_BESIDE = re.compile(r"(?:requirements[-_/.])?(?:dev|tests?|ci)(?:[-_]requirements)?\.txt")
_EXTRAS = ("test", "tests", "testing", "dev")
_INSTALLERS = {
    "uv": "uv pip install",
    "poetry": "poetry run pip install",
    "pdm": "pdm run python -m ensurepip && pdm run python -m pip install",
    "pipenv": "pipenv run pip install",
}
_PREFIXES = {"uv": "uv run ", "poetry": "poetry run ", "pdm": "pdm run ", "pipenv": "pipenv run "}
CONDA = "conda run --no-capture-output --name ci "


@dataclass(frozen=True, slots=True)
class Environment:
    """``tool`` installs it, ``install`` are the lines for that, and a command is started with ``prefix`` before it."""

    tool: str
    install: tuple[str, ...]
    prefix: str
    python: str

    def command(self, line: str) -> str:
        """``line`` as it is typed where the environment is not active."""
        return line if not self.prefix or line.startswith((self.prefix, "docker ")) else f"{self.prefix}{line}"


def environment(site: Site, extra: Sequence[str] = ()) -> Environment:
    """The environment of ``site``, with the packages ``extra`` where no manifest of it names them."""
    layout = site.survey["layout"]
    tool = layout["manager"]["name"]
    tool = tool if tool in _PREFIXES or tool == "conda" else "pip"
    missing = [name for name in extra if not names(site, name)]
    install = list(_INSTALL[tool](site))
    if missing:
        by = _INSTALLERS.get(tool, "pip install" if tool == "pip" else f"{CONDA}pip install")
        install.append(f"{by} {' '.join(missing)}")
    prefix = CONDA if tool == "conda" else _PREFIXES.get(tool, "")
    return Environment(tool, tuple(install), prefix, version(layout["python"]))


def version(asked: str) -> str:
    """A Python that machines of CI still have, and images are still made for."""
    numbers = tuple(int(part) for part in asked.split(".")) if asked else ()
    if not numbers:
        return USUAL_PYTHON
    return asked if numbers >= _OLDEST_PYTHON else "3.9"


def manifests(site: Site) -> list[str]:
    """The files that say what this repository needs."""
    usual = ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile", "tox.ini", site.survey["layout"]["manager"]["file"])
    files = [path for path in dict.fromkeys(usual) if path and site.has(path)]
    return [*files, *(path for path in requirements(site) if path not in files)]


def names(site: Site, package: str) -> bool:
    """Does a manifest ask for ``package``?"""
    asks = re.compile(rf"(?im)^[^#\n]*(?<![\w.-]){re.escape(package)}(?![\w.-])(?!\.)")
    return any(
        asks.search(re.sub(r"(?m)^\[tool\.(?!poetry|uv|pdm|hatch).*(?:\n(?!\[).*)*", "", site.text(path)))
        for path in manifests(site)
    )


def requirements(site: Site) -> list[str]:
    """Requirements files that belong to this project: the main one, then those for development and tests."""
    file = site.survey["layout"]["manager"]["file"]
    compiled = f"{file.removesuffix('.in')}.txt"
    main = [path for path in (compiled, file) if path.endswith((".txt", ".in")) and site.has(path)][:1]
    return [*main, *sorted(path for path in site.paths if _BESIDE.fullmatch(path))]


def project(site: Site) -> dict[str, Any]:
    """The parsed pyproject.toml, empty where there is none or it does not parse."""
    try:
        return tomllib.loads(site.text("pyproject.toml"))
    except (tomllib.TOMLDecodeError, ValueError):
        return {}


def is_package(site: Site) -> bool:
    """Can `pip install .` install it?"""
    parsed = project(site)
    return site.has("setup.py") or (
        "build-system" in parsed and ("project" in parsed or "poetry" in parsed.get("tool", {}))
    )


def _extras(site: Site) -> list[str]:
    table = project(site).get("project", {}).get("optional-dependencies", {})
    return [name for name in _EXTRAS if name in table]


def _uv(site: Site) -> Iterator[str]:
    locked = " --locked" if site.has("uv.lock") else ""
    yield f"uv sync{locked}{''.join(f' --extra {name}' for name in _extras(site))}"


def _poetry(site: Site) -> Iterator[str]:
    groups = project(site).get("tool", {}).get("poetry", {}).get("group", {})
    optional = [name for name in _EXTRAS if name in groups and groups[name].get("optional")]
    root = "" if site.survey["layout"]["style"] in {"src", "package"} else " --no-root"
    yield f"poetry install --no-interaction{''.join(f' --with {name}' for name in optional)}{root}"


def _pdm(site: Site) -> Iterator[str]:
    yield "pdm sync --dev" if site.has("pdm.lock") else "pdm install --dev"


def _pipenv(site: Site) -> Iterator[str]:
    yield "pipenv sync --dev" if site.has("Pipfile.lock") else "pipenv install --dev"


def _conda(site: Site) -> Iterator[str]:
    yield f"conda env create --quiet --name ci --file {site.survey['layout']['manager']['file']}"


def _pip(site: Site) -> Iterator[str]:
    files = requirements(site)
    if files:
        yield f"pip install {' '.join(f'-r {path}' for path in files)}"
    if is_package(site):
        extras = _extras(site)
        wish = f"'.[{','.join(extras)}]'" if extras else "."
        yield f"pip install -e {wish}"


_INSTALL = {"uv": _uv, "poetry": _poetry, "pdm": _pdm, "pipenv": _pipenv, "conda": _conda, "pip": _pip}
