"""What is fuzzed: every function that turns text of a repository into structure, and what it may answer to nonsense."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from fnmatch import fnmatch
from typing import NamedTuple

from scorecard.asks import ASKS
from scorecard.checks import all_checks
from scorecard.ci import SYSTEMS
from scorecard.ci.model import Reading, System
from scorecard.config import BadConfig
from scorecard.config import read as read_config
from scorecard.facts import requirements
from scorecard.manual import Texts, examples
from scorecard.readers import (
    command_strings,
    dockerfile,
    frames,
    groovy,
    hcl,
    languages,
    makefile,
    notebook,
    python,
    shell,
    toml,
    yaml,
)
from scorecard.repository import Repository
from scorecard.runners import RUNNERS, Runner


class Target(NamedTuple):
    """``run`` is to return, whatever the text; ``files`` are names of real files of its kind."""

    run: Callable[[str], object]
    files: tuple[str, ...]


def _yaml(text: str) -> None:
    with suppress(yaml.YamlError):
        yaml.read.__wrapped__(text)


def _config(text: str) -> None:
    for path in ("mlops.toml", "pyproject.toml"):
        with suppress(BadConfig):
            read_config(path, text, all_checks(), [ask.id for ask in ASKS])


def _language(path: str) -> Target:
    return Target(lambda text: languages.read(text, path), (f"*{path[1:]}",))


def _system(system: System) -> Target:
    def run(text: str) -> None:
        path = _named(system.FILES)
        system.read(Repository("fuzzed", Texts({path: text})), path, Reading())

    return Target(run, system.FILES)


def _runner(runner: Runner) -> Target:
    def run(text: str) -> None:
        path = _named(runner.FILES)
        list(runner.tasks(Repository("fuzzed", Texts({path: text})), path))

    return Target(run, runner.FILES)


def _named(patterns: tuple[str, ...]) -> str:
    """A path that the first pattern matches."""
    return patterns[0].replace("**/", "").replace("*", "a")


READERS: dict[str, Target] = {
    "python": Target(lambda text: python.read(text, "a.py"), ("*.py",)),
    "notebook": Target(lambda text: notebook.read(text, "a.ipynb"), ("*.ipynb",)),
    "frames": Target(lambda text: frames.read(text, "a.py"), ("*.py",)),
    "command-strings": Target(command_strings.started, ("*.py",)),
    **{
        f"language-{path[2:]}": _language(path)
        for path in ("a.ts", "a.js", "a.rb", "a.go", "a.java", "a.kt", "a.scala", "a.cs", "a.r", "a.vue")
    },
    "yaml": Target(_yaml, ("*.yml", "*.yaml")),
    "toml": Target(toml.read, ("*.toml",)),
    "makefile": Target(makefile.read, ("Makefile", "*.mk")),
    "dockerfile": Target(dockerfile.read, ("*Dockerfile*",)),
    "shell": Target(shell.read, ("*.sh",)),
    "groovy": Target(groovy.read, ("Jenkinsfile*", "*.groovy")),
    "hcl": Target(hcl.resources, ("*.tf",)),
    "requirements": Target(requirements.requirements_txt, ("*requirements*.txt",)),
    "requirements-pyproject": Target(requirements.pyproject, ("pyproject.toml",)),
    "requirements-pipfile": Target(requirements.pipfile, ("Pipfile", "pyproject.toml")),
    "requirements-pixi": Target(requirements.pixi, ("pixi.toml", "pyproject.toml")),
    "requirements-setup": Target(requirements.setup, ("setup.py", "setup.cfg")),
    "requirements-conda": Target(requirements.conda, ("environment*.yml", "conda*.yaml")),
    "requirements-package-json": Target(requirements.package_json, ("package.json",)),
    "config": Target(_config, ("mlops.toml", "pyproject.toml")),
}
TARGETS: dict[str, Target] = {
    **READERS,
    **{f"ci-{system.NAME}": _system(system) for system in SYSTEMS},
    **{f"runner-{runner.NAME}": _runner(runner) for runner in RUNNERS},
}


def fits(path: str, files: Iterable[str]) -> bool:
    """Is this a file of the kind?"""
    name = path.rpartition("/")[2]
    return any(fnmatch(path, f"*{pattern}") or fnmatch(name, pattern) for pattern in files)


def seeds(target: Target, most: int = 200) -> list[str]:
    """Real files to start from: what the checks' pages show."""
    found = {
        text: None
        for check in all_checks().values()
        for example in examples(check)
        for path, text in example.files.items()
        if fits(path, target.files)
    }
    return list(found)[:most] or ["a: b\n"]
