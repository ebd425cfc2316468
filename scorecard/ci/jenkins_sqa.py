"""The stages that indigo-dc's Jenkins library builds from a file of YAML: `buildStages(pipelineConfig())`.

The file, `.sqa/config.yml` unless the call names another, lists for each criterion of quality and each repository the
commands to run, or the environments of tox. https://indigo-dc.github.io/jenkins-pipeline-library/release/2.1.0/user/config_file.html
"""

from collections.abc import Iterable, Iterator

from scorecard.ci.model import Reading, Step
from scorecard.ci.sources import Source, load
from scorecard.model import Evidence
from scorecard.readers.groovy import Call
from scorecard.readers.node import Node
from scorecard.repository import Repository

_DEFAULT = ".sqa/config.yml"
_BUILDS = frozenset({"buildStages"})
_CONFIGURES = "pipelineConfig"


def described(repository: Repository, calls: Iterable[Call], made: Iterable[Step]) -> Iterator[Step]:
    """The steps of the library's file where one of the steps ``made`` builds its stages."""
    builds = next((step for step in made if step.uses.rpartition(".")[2] in _BUILDS), None)
    if builds is None:
        return
    found = (inner for call in calls for inner in call.walk() if inner.name.rpartition(".")[2] == _CONFIGURES)
    named = next((text for call in found if (text := call.text("configFile"))), None)
    source = load(repository, (named.text if named else _DEFAULT).removeprefix("./"), Reading())
    if source is None:
        return
    caller = Evidence(builds.path, builds.line, repository.line(builds.path, builds.line).strip())
    for _, criterion in source.root["sqa_criteria"].entries():
        for _, one in criterion["repos"].entries():
            yield from _steps(source, one, caller)


def _steps(source: Source, one: Node, caller: Evidence) -> Iterator[Step]:
    for command in one["commands"].as_list():
        line, text = source.command(command)
        yield Step(source.path, line, command=text, via=(caller,))
    tox = one["tox"]
    for environment in tox["testenv"].as_list():
        if environment.text:
            file = f" -c {tox['tox_file'].text}" if tox["tox_file"].text else ""
            yield Step(source.path, environment.line, command=f"tox -e {environment.text}{file}", via=(caller,))
