"""The ways from a lower environment to a higher one: chained deploys, approvals, branches, stages and aliases of models."""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.ci.model import Trigger
from scorecard.facts.code import Code
from scorecard.facts.configuration import Configuration
from scorecard.facts.deliveries import Deliveries
from scorecard.facts.delivery import Delivery
from scorecard.facts.delivery_declared import DeclaredPipelines
from scorecard.facts.delivery_targets import of_azure_ml
from scorecard.facts.environment_names import Rank
from scorecard.facts.own_calls import OwnCalls
from scorecard.facts.pipelines import Pipelines
from scorecard.facts.promotion_chains import awaited, handed_up
from scorecard.facts.promotion_code import of_models
from scorecard.model import Evidence
from scorecard.patterns import lazily

# Commands that move what runs in one environment to the next.
_REFERENCES = lazily(r"refs/[\w/.*-]+|ref_name\W+[\w.-]+|SourceBranch\w*\W+[\w/.-]+")
_COMMANDS = (
    "heroku pipelines:promote", "vercel promote", "az ml model share", "gcloud deploy releases promote", "gto assign", "kargo promote",
    "aws elasticbeanstalk swap-environment-cnames", "az webapp deployment slot swap", "az functionapp deployment slot swap", "polyaxon models promote",
    "aws sagemaker update-model-package", "railway environment promote", "copilot pipeline deploy",
)  # fmt: skip
_COMMAND_STARTS = tuple(tuple(command.split()) for command in _COMMANDS)


_MARKS = lazily(
    r"(?:approve|promote|release|register|publish|tag|transition|bless)_?(?:the_)?(?:model|version|release|candidate)"
    r"|model_?(?:tag|stage|alias|promot\w*|approv\w*)|to_?prod(?:uction)?\b|set_(?:stage|alias|champion)",
    re.IGNORECASE,
)


class Promotion(Struct, frozen=True):
    """One path upwards: what it is in words, and the lines that show it."""

    how: str
    evidence: tuple[Evidence, ...]


class Promotions(Struct, frozen=True):
    """``all`` with the plainest first."""

    all: tuple[Promotion, ...]

    @classmethod
    def gather(
        cls,
        deliveries: Deliveries,
        pipelines: Pipelines,
        code: Code,
        configuration: Configuration,
        declared: DeclaredPipelines,
        calls: OwnCalls,
    ) -> Self:
        found = [
            *_chained(deliveries),
            *(Promotion(how, evidence) for how, evidence in handed_up(pipelines.jobs, deliveries.chains)),
            *_approved(deliveries),
            *(Promotion(how, evidence) for how, evidence in awaited(pipelines.jobs)),
            *_by_branch(deliveries),
            *(Promotion(how, evidence) for how, evidence in of_models(code, calls)),
            *_commanded(pipelines),
            *_blessed(pipelines),
            *_declared(configuration, declared),
        ]
        return cls(tuple(found))


def _chained(deliveries: Deliveries) -> Iterator[Promotion]:
    """A deploy that must have succeeded before the one to a higher environment begins."""
    placed = [(d, rank) for d in deliveries.rollouts if (rank := _fixed(d)) is not None]
    for high, upper in placed:
        above = deliveries.upstream(high.job)
        for low, lower in sorted(placed, key=lambda pair: -pair[1]):
            if low.job.pipeline != high.job.pipeline or lower >= upper:
                continue
            if low.job.id in above or (low.job.id == high.job.id and low.step.line < high.step.line):
                how = f"the deploy to {upper.word} follows a successful one to {lower.word}"
                yield Promotion(how, (low.job.evidence, *low.chain[:1], high.job.evidence, *high.chain[:1]))
                return


def _fixed(delivery: Delivery) -> Rank | None:
    """The environment to which it always goes; of the variants of one job, run one or the other, none."""
    if delivery.job.id.endswith(")"):
        of_azure = of_azure_ml(delivery.job, delivery.deed)
        return min(of_azure) if of_azure else None
    return min(delivery.environments) if len(delivery.environments) == 1 else None


def _approved(deliveries: Deliveries) -> Iterator[Promotion]:
    """A deploy before which the pipeline waits for a person."""
    for d in deliveries.rollouts:
        if not d.job.approval:
            continue
        placed = d.environments and max(d.environments) >= Rank.STAGING
        after = any(other.job.id in deliveries.upstream(d.job) for other in deliveries.rollouts)
        if d.job.system != "GitLab CI" or placed or after:
            yield Promotion(f"the pipeline waits for an approval before {d.job.id}", (d.job.evidence, *d.chain[:2]))
            return


def _by_branch(deliveries: Deliveries) -> Iterator[Promotion]:
    """Environments that follow branches, tags or a button: merging or tagging promotes."""
    placed = [d for d in deliveries.rollouts if len(d.environments) == 1]
    for high in sorted(placed, key=lambda d: -_rank(d)):
        for low in sorted(placed, key=lambda d: -_rank(d)):
            lower = _rank(low) < _rank(high) and _rank(high) >= Rank.STAGING and low.automatic
            if lower and _start(low) != _start(high) and low.triggers & high.triggers != {Trigger.CHANGE}:
                how = f"{_rank(low).word} and {_rank(high).word} are deployed from different branches, tags or triggers"
                yield Promotion(how, (*low.evidence[:2], *high.evidence[:2]))
                return
    for d in deliveries.rollouts:
        if len(d.environments) > 1 and max(d.environments) >= Rank.STAGING and "github.ref" in d.job.environment:
            yield Promotion("the branch decides to which environment is deployed", (d.job.evidence, *d.chain[:1]))
            return


def _rank(delivery: Delivery) -> Rank:
    return min(delivery.environments)


def _start(delivery: Delivery) -> tuple[object, ...]:
    """What starts it, as far as two deliveries can be told apart by it."""
    starts = frozenset(
        t for t in delivery.triggers if t in (Trigger.PUSH, Trigger.TAG, Trigger.SCHEDULE, Trigger.OTHER)
    )
    refs = tuple(_REFERENCES.findall(f"{delivery.job.condition} {delivery.step.condition}"))
    return starts, delivery.job.branches, refs


def _commanded(pipelines: Pipelines) -> Iterator[Promotion]:
    for run in pipelines.all_runs():
        if any(_begins(run.words, start) for start in _COMMAND_STARTS):
            yield Promotion(f"{' '.join(run.words[:3])} moves it on", run.chain)
            return
    for job, step in pipelines.steps(lambda s: s.uses.lower().startswith("azureappservicemanage")):
        if "swap" in step.input("action").lower():
            yield Promotion("the slots are swapped", (job.evidence, step.evidence))
            return


def _blessed(pipelines: Pipelines) -> Iterator[Promotion]:
    """A job that marks a model or a release as fit for production, once a person has said so."""
    for job in pipelines.jobs:
        if not job.approval or job.system == "GitLab CI":
            continue
        for run in pipelines.runs(job):
            if _MARKS.search(" ".join(run.words)):
                yield Promotion(f"the pipeline waits for an approval before {job.id}", (job.evidence, *run.chain[-2:]))
                return


def _begins(words: tuple[str, ...], start: tuple[str, ...]) -> bool:
    return words[: len(start)] == start


def _declared(configuration: Configuration, declared: DeclaredPipelines) -> Iterator[Promotion]:
    """Delivery pipelines as code: CodePipeline's approvals, Cloud Deploy, Kargo, Spinnaker."""
    if declared.approvals:
        yield Promotion("the pipeline waits for an approval", declared.approvals[:2])
    for path in configuration.holding_any(("serialPipeline", "requestedFreight", "manualJudgment")):
        for document in configuration.documents(path):
            stages = document["serialPipeline"]["stages"]
            if len(stages) > 1:
                yield Promotion(
                    f"a delivery pipeline of {len(stages)} stages", (configuration.evidence(path, stages.line),)
                )
            if document["kind"].text == "Stage" and document["spec"]["requestedFreight"]:
                yield Promotion("a Kargo stage", (configuration.evidence(path, document.key_line("kind")),))
            for key, value in document.pairs():
                if key == "type" and value.text == "manualJudgment":
                    yield Promotion("a manual judgment of the pipeline", (configuration.evidence(path, value.line),))
