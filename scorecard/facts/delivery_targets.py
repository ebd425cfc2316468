"""To which environment a delivery goes: what the job, the command or the step say of it."""

from msgspec import Struct, field

from scorecard.ci.model import Job, Step
from scorecard.facts.delivery_commands import Deed
from scorecard.facts.environment_names import Rank, all_within, exact, tokens, within
from scorecard.patterns import lazily
from scorecard.readers import yaml
from scorecard.readers.wrappers import Words
from scorecard.repository import Repository

# Options whose value names an environment, or a file or place that belongs to one.
_OPTIONS = frozenset({
    "-t", "--target", "--stage", "-s", "--env", "-e", "--environment", "--config-env", "--workspace", "--stack", "--stack-name", "-S", "--var-file",
    "-var-file", "-f", "--values", "-n", "--namespace", "--context", "--kube-context", "--profile", "--config", "--alias", "--channel", "-c",
    "--project", "-p", "--environment-name", "--env-name", "--parameter-overrides", "--slot", "--app", "-a", "--name", "--service", "--function-name",
    "--var", "-var", "--set", "-i", "--inventory", "--resource-group", "-g", "--parameters", "--tag",
})  # fmt: skip
_INPUTS = (
    "environment", "env", "environment_name", "environment-name", "stage", "target", "slot-name", "slotname", "namespace", "workspace", "stack-name",
    "deployment-environment", "deploy_environment", "deploy-env", "app-name", "appname", "app_name", "service", "function-name", "cluster", "tags",
    "images", "heroku_app_name", "valuefile", "overridevalues", "releasename", "space", "branch", "arguments", "args", "environmentname",
)  # fmt: skip
_QUOTED = lazily(r"['\"]([\w .-]{2,40})['\"]")
_CHOSEN = lazily(r"\$\{\{\s*(?:github\.event\.)?inputs\.([\w-]+)\s*\}\}")


class Targets(Struct, dict=True, eq=False):
    """Finds the environments of deliveries; remembers what a workflow lets a person choose."""

    repository: Repository
    _choices: dict[tuple[str, str], frozenset[Rank]] = field(default_factory=dict)

    def of_command(self, job: Job, step: Step, words: Words, deed: Deed) -> frozenset[Rank]:
        """The environments to which a command delivers."""
        given = [words[at + 1] for at, word in enumerate(words[:-1]) if word in _OPTIONS]
        given += [word.partition("=")[2] for word in words if word.startswith("-") and "=" in word]
        said = _first(given) or _any(words[1:])
        return self._named(job) or said or self._around(job, step) or of_azure_ml(job, deed)

    def of_step(self, job: Job, step: Step, deed: Deed) -> frozenset[Rank]:
        """The environments to which a packaged step delivers."""
        values = [value for key in _INPUTS if (value := step.input(key))]
        chosen = {rank for value in values for rank in self._chosen(job, value)}
        said = frozenset(chosen) or _first([v for v in values if "\n" not in v]) or _any(values)
        return self._named(job) or said or self._around(job, step) or of_azure_ml(job, deed)

    def _named(self, job: Job) -> frozenset[Rank]:
        """What the job says that its environment is: a name, or an expression between several."""
        text = job.environment
        if "${{" in text and "'" in text:
            quoted = {rank for word in _QUOTED.findall(text) if (rank := exact(word) or within(word)) is not None}
            return frozenset(quoted)
        chosen = self._chosen(job, text)
        rank = exact(text) if text else None
        rank = within(text) if rank is None and text else rank
        return chosen or (frozenset({rank}) if rank is not None else frozenset())

    def _chosen(self, job: Job, text: str) -> frozenset[Rank]:
        """The options of an input that a person chooses when starting the workflow."""
        found = _CHOSEN.search(text)
        if not found:
            return frozenset()
        key = (job.pipeline, found[1])
        if key not in self._choices:
            self._choices[key] = frozenset(self._options(*key))
        return self._choices[key]

    def _options(self, path: str, name: str) -> list[Rank]:
        try:
            documents = yaml.read(self.repository.text(path))
        except yaml.YamlError:
            return []
        options = [document["on"]["workflow_dispatch"]["inputs"][name]["options"] for document in documents]
        return [rank for node in options for word in node.strings() if (rank := exact(word)) is not None]

    def _around(self, job: Job, step: Step) -> frozenset[Rank]:
        """What the names of job, step and pipeline say."""
        stem = job.pipeline.rpartition("/")[2].rpartition(".")[0]
        for text in (job.id, job.name, step.name, stem, step.folder):
            rank = within(text)
            if rank is not None:
                return frozenset({rank})
        return frozenset()


def _first(values: list[str]) -> frozenset[Rank]:
    """The first value that is an environment's name, or holds just one."""
    for value in values:
        if "${{" not in value and (rank := exact(value)) is not None:
            return frozenset({rank})
    for value in values:
        if (rank := within(value)) is not None:
            return frozenset({rank})
    return frozenset()


def _any(words: Words | list[str]) -> frozenset[Rank]:
    found: set[Rank] = set()
    for word in words:
        found |= all_within(word) if len(word) < 300 else set()
    return frozenset(found) if len(found) == 1 else frozenset()


def of_azure_ml(job: Job, deed: Deed) -> frozenset[Rank]:
    """Azure ML's first generation tests on container instances and serves on Kubernetes."""
    if "azureml" not in deed.tool and not deed.tool.startswith("az ml model deploy"):
        return frozenset()
    words = set(tokens(job.id))
    if "aci" in words and "aks" not in words:
        return frozenset({Rank.TEST})
    return frozenset({Rank.PRODUCTION}) if "aks" in words and "aci" not in words else frozenset()
