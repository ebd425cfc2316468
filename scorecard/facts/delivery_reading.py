"""The jobs of continuous integration, read for what they build and deliver."""

import re
from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from scorecard.ci.github_triggers import narrowed
from scorecard.ci.model import Job, Step, Trigger
from scorecard.facts.code import Code
from scorecard.facts.delivery import Delivery
from scorecard.facts.delivery_actions import inline, packaged
from scorecard.facts.delivery_builders import Builders
from scorecard.facts.delivery_code import DeliveryCode
from scorecard.facts.delivery_commands import Deed, deed
from scorecard.facts.delivery_gitops import tag_written
from scorecard.facts.delivery_programs import on_host, started_there
from scorecard.facts.delivery_tables import ROLLOUT, SHIP, THROWAWAY, THROWAWAY_ACTIONS, Act, What
from scorecard.facts.delivery_targets import Targets
from scorecard.facts.environment_names import tokens
from scorecard.facts.execution import Executed
from scorecard.facts.named import Named
from scorecard.facts.pipelines import Pipelines
from scorecard.model import Evidence
from scorecard.paths import is_test
from scorecard.patterns import lazily
from scorecard.repository import Repository

_BY_HAND = lazily(r"(?:github\.event\.)?inputs\.[\w-]+\s*(?:==\s*['\"]?true|\s*(?:&&|\}\}|$))")
_REMOTE_UP = lazily(
    r"docker[ -]compose [^\n]{0,120}\b(?:up|pull)\b|docker (?:run|stack|service)\b|systemctl (?:restart|reload)|pm2 (?:re|start)|supervisorctl|git pull"
    r"|kubectl (?:apply|set|rollout)|helm upgrade|service \S+ restart|make \S*(?:deploy|up|prod)"
)
_TAKEN_DOWN = (
    "terraform destroy", "tofu destroy", "az group delete", "aws cloudformation delete-stack", "sam delete", "cdk destroy", "pulumi destroy", "azd down",
    "helm uninstall", "databricks bundle destroy",
)  # fmt: skip
_R_DEPLOYS = lazily(
    r"\brsconnect::deploy(?:App|API|Doc|Site)\(|^[ \t]*(?:deployApp|deployAPI|vetiver_deploy_\w+)\(|vetiver::vetiver_deploy_",
    re.MULTILINE,
)
_HOSTS = lazily(r"netlify|vercel|firebase|wrangler|pages|surge|s3|static|ftp|aws copies|gsutil|amplify", re.IGNORECASE)
_DOCUMENTATION = frozenset({"docs", "doc", "documentation", "storybook", "website", "mkdocs", "sphinx", "docusaurus"})
_IMAGE_FILE = lazily(r"(?:^|/)(?:dockerfile|containerfile)[^/]*$|\.dockerfile$", re.IGNORECASE)
_NOT_SHIPPED = lazily(
    r"(?:^|/)(?:\.devcontainer|\.circleci|\.github|\.gitlab|\.gitpod|ci|tests?|docs?|lint|devcontainer)/"
    r"|dockerfile[._-](?:test|tests|ci|docs?|lint|dev|devcontainer)$|(?:test|docs|lint)\.dockerfile$",
    re.IGNORECASE,
)


class Reader(Struct, dict=True, eq=False):
    """Reads one job after the other."""

    repository: Repository
    pipelines: Pipelines
    code: Code
    sdk: DeliveryCode
    targets: Targets

    @cached_property
    def named(self) -> Named:
        return Named(self.repository, self.code)

    @cached_property
    def builders(self) -> Builders:
        return Builders(self.repository)

    def job(self, job: Job) -> Iterator[Delivery]:
        """Everything that the job builds or delivers, in order."""
        throwaway = self._is_throwaway(job)
        for step in job.steps:
            for found in self._step(job, step):
                if not (throwaway and found.does(Act.ROLLOUT, Act.APPLY)) and not _publishes_docs(found):
                    yield found
        written = tag_written(job)
        if written:
            found_tag = Deed(ROLLOUT, What.SERVICE, "the image's tag is written where a cluster follows it")
            where = self.targets.of_step(job, written, found_tag)
            yield Delivery(
                job, written, found_tag, (*written.via, self._quoted(written)), left(job, written.condition), where
            )

    def _step(self, job: Job, step: Step) -> Iterator[Delivery]:
        triggers = left(job, step.condition)
        if _R_DEPLOYS.search(step.command):
            deployed = Deed(SHIP, What.BUNDLE, "rsconnect")
            yield Delivery(
                job,
                step,
                deployed,
                (*step.via, self._quoted(step)),
                triggers,
                self.targets.of_step(job, step, deployed),
            )
            return
        if step.uses and not step.command and step.name != "route":
            given = f"goreleaser {step.input('args')}" if step.uses.lower().startswith("goreleaser/") else ""
            found = (
                self.builders.deed(tuple(given.split()))
                if given
                else packaged(step, pushes=lambda text: _can_be_true(job, text, triggers))
            )
            if found:
                self.pipelines.resolver.expand_step(step)  # so that what it builds and lacks is noted
                where = self.targets.of_step(job, step, found)
                yield Delivery(job, step, found, (*step.via, self._quoted(step)), triggers, where)
                return
            text, remote = inline(step)
            if text:
                yield from self._inline(job, step, text, triggers, remote=remote)
        for run in self.pipelines.runs(job):
            if run.step is step:
                yield from self._command(job, step, run.executed, run.chain, triggers)

    def _inline(
        self, job: Job, step: Step, text: str, triggers: frozenset[Trigger], *, remote: bool
    ) -> Iterator[Delivery]:
        """The commands that an action is given: those on another host deliver by what they start there."""
        if remote:
            if _REMOTE_UP.search(text):
                found = Deed(started_there(text), What.SERVICE, step.uses)
                yield Delivery(
                    job, step, found, (*step.via, self._quoted(step)), triggers, self.targets.of_step(job, step, found)
                )
            return
        for executed in self.pipelines.resolver.expand(text, step.path, step.line, step.folder):
            yield from self._command(job, step, executed, (*step.via, *executed.chain), triggers)

    def _command(
        self, job: Job, step: Step, executed: Executed, chain: tuple[Evidence, ...], triggers: frozenset[Trigger]
    ) -> Iterator[Delivery]:
        if any(_IMAGE_FILE.search(e.path) or is_test(e.path) for e in chain):
            return  # what happens within an image or a test reaches nobody
        found = on_host(executed.words, job.docker_host) or deed(executed.words) or self.builders.deed(executed.words)
        if found and not self._is_shipped(found, executed):
            return
        if found:
            where = self.targets.of_command(job, step, executed.words, found)
            yield Delivery(job, step, found, chain, triggers, where)
            return
        started = executed.module or next(self.named.files(" ".join(executed.words[:3]), step.path), "")
        if not started.endswith((".py", ".R", ".r", ".js", ".mjs", ".cjs", ".ts")) or is_test(started):
            return
        for inner in self.sdk.of(started):
            way = (*chain, *(self.code.evidence(hit) for hit in inner.hits))
            where = self.targets.of_command(job, step, executed.words, inner.deed)
            yield Delivery(job, step, inner.deed, way, triggers, where)

    def _is_shipped(self, found: Deed, executed: Executed) -> bool:
        """An image that is only made to test or to document in is not what is deployed."""
        if found.what is not What.IMAGE:
            return True
        return not any(_NOT_SHIPPED.search(word) for word in executed.words[1:] if _IMAGE_FILE.search(word))

    def _quoted(self, step: Step) -> Evidence:
        row = self.repository.lines(step.path)[step.line - 1 : step.line]
        return Evidence(step.path, step.line, row[0].strip() if row and row[0].strip() else f"uses: {step.uses}")

    def _is_throwaway(self, job: Job) -> bool:
        """Does the job deliver to a cluster or cloud that it makes on the runner and throws away?"""
        if any(name in step.uses.lower() for step in job.steps for name in THROWAWAY_ACTIONS):
            return True
        texts = [" ".join(run.words[:3]) for run in self.pipelines.runs(job)]
        return any(text.startswith((*THROWAWAY, *_TAKEN_DOWN)) for text in texts)


def _publishes_docs(found: Delivery) -> bool:
    """Does the step put documentation on a host of static pages?"""
    stem = found.job.pipeline.rpartition("/")[2].rpartition(".")[0]
    about = {word for text in (stem, found.job.id, found.step.name, found.step.folder) for word in tokens(text)}
    return bool(_HOSTS.search(found.deed.tool)) and bool(about & _DOCUMENTATION)


def left(job: Job, condition: str) -> frozenset[Trigger]:
    """The triggers that a step's condition leaves of those of its job."""
    if not condition or job.system != "GitHub Actions":
        return _chosen(job.triggers, job.condition)
    return _chosen(_chosen(narrowed(job.triggers, condition), condition), job.condition)


def _chosen(triggers: frozenset[Trigger], condition: str) -> frozenset[Trigger]:
    """A condition on the input of a button leaves nothing but the button."""
    by_hand = _BY_HAND.search(condition) and "||" not in condition and "!" not in condition
    return triggers & {Trigger.MANUAL} if by_hand and Trigger.MANUAL in triggers else triggers


def _can_be_true(job: Job, text: str, triggers: frozenset[Trigger]) -> bool:
    """Can the expression that guards a push be true for a trigger that starts the job by itself?"""
    plain = text.strip().strip("'\"").lower()
    if plain in ("true", "false"):
        return plain == "true"
    kept = narrowed(triggers, text) if job.system == "GitHub Actions" else triggers
    return bool(kept - {Trigger.CHANGE} if "pull_request" in text and "!=" in text else kept)
