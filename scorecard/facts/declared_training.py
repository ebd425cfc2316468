"""Training that no line of code calls: commands of libraries, Rasa's pipelines, MLflow's recipes, stages of DVC and Snakemake.

The library brings the loop; what the repository writes is data, a configuration, and the command that starts it.
"""

from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.configuration import Configuration, is_operational
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.repository import Repository

_COMMAND = lazily(
    r"\b(?:spacy|rasa|ludwig|llamafactory-cli|axolotl|pyserini|kraken)\s+train\b|\baxolotl\.cli\.train\b|\bnnUNetv2_train\b"
    r"|\byolo\s+(?:(?:task=)?(?:detect|segment|classify|pose|obb)\s+)?(?:mode=)?train\b|\btrl\s+(?:sft|dpo|grpo|kto|reward)\b"
    r"|\bautotrain\s+[\w-]{1,40}\s+--train\b|\bmlx_lm\.lora\s[^\n]{0,200}--train\b|\bfasttext\s+supervised\b|\btune\s+run\s+\S*(?:lora|finetune|full)\S*"
)
_TRAINS = lazily(r"(?:^|_|-)(?:train|fine-?tune)(?:ing)?(?:$|_|-|@)")
_RULE = lazily(r"rule\s+(?:\w{1,60}_)?train(?:ing)?(?:_\w{1,60})?\s*:")
_COMMANDED = ("*.sh", "Makefile", "*.mk", "[Jj]ustfile", "*.y*ml", "*.toml", "Dockerfile*")
# Components of Rasa that are fitted to the examples (https://rasa.com/docs/rasa/components, /policies).
_FITTED = frozenset({
    "DIETClassifier", "LogisticRegressionClassifier", "SklearnIntentClassifier", "MitieIntentClassifier",
    "CRFEntityExtractor", "ResponseSelector", "EmbeddingIntentClassifier", "TEDPolicy", "KerasPolicy",
})  # fmt: skip


class DeclaredTraining(Struct, frozen=True):
    """``evidence``, one line for each file that declares training."""

    evidence: tuple[Evidence, ...]

    @classmethod
    def gather(cls, repository: Repository, configuration: Configuration) -> Self:
        declared = (*_commands(repository, configuration), *_components(configuration), *_recipes(configuration))
        return cls((*declared, *_stages(repository, configuration), *_rules(repository)))


def _commands(repository: Repository, configuration: Configuration) -> Iterator[Evidence]:
    for path in repository.glob(*_COMMANDED):
        if not is_operational(path) or not _COMMAND.search(repository.text(path)):
            continue
        for number, line in configuration.lines(path):
            if _COMMAND.search(line):
                yield Evidence(path, number, line)
                break


def _components(configuration: Configuration) -> Iterator[Evidence]:
    """`pipeline` and `policies` of Rasa's configuration with a component that learns."""
    for path in configuration.holding("- name:", "pipeline:"):
        for document in configuration.documents(path):
            for component in (*document["pipeline"].as_list(), *document["policies"].as_list()):
                if component["name"].text.rpartition(".")[2] in _FITTED:
                    yield configuration.evidence(path, component.key_line("name"))
                    return


def _recipes(configuration: Configuration) -> Iterator[Evidence]:
    """The train step of an MLflow recipe."""
    for path in configuration.holding("recipe:", "steps:"):
        for document in configuration.documents(path):
            if document["recipe"] and document["steps"]["train"]:
                yield configuration.evidence(path, document["steps"].key_line("train"))


def _stages(repository: Repository, configuration: Configuration) -> Iterator[Evidence]:
    """A stage of DVC that is named for training and leaves something behind."""
    for path in repository.glob("dvc.yaml"):
        for document in configuration.documents(path) if is_operational(path) else ():
            for name, stage in document["stages"].items():
                if _TRAINS.search(name) and stage["outs"]:
                    yield configuration.evidence(path, document["stages"].key_line(name))
                    break


def _rules(repository: Repository) -> Iterator[Evidence]:
    """A rule of Snakemake that is named for training."""
    for path in repository.glob("Snakefile", "*.smk"):
        for number, line in enumerate(repository.lines(path), 1) if is_operational(path) else ():
            if _RULE.match(line):
                yield Evidence(path, number, line)
                break
