"""Deliveries that code declares outside of CI: AWS CodePipeline in CloudFormation, Terraform and the CDK, and GitOps."""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.ci.model import Job, Step, Trigger
from scorecard.facts.code import Code
from scorecard.facts.configuration import Configuration
from scorecard.facts.delivery import Delivery
from scorecard.facts.delivery_commands import Deed
from scorecard.facts.delivery_tables import BUILD, ROLLOUT, SHIP, What
from scorecard.facts.environment_names import within
from scorecard.facts.resources import Resources
from scorecard.model import Evidence
from scorecard.paths import is_test
from scorecard.patterns import lazily
from scorecard.readers.node import Node

NAME = "AWS CodePipeline"
GITOPS = "GitOps"
FOLLOWED = "the platform"
_PUSHED = lazily(r"CodeCommit|GitHub|CodeStar|Bitbucket|GitLab|ECR|Connection", re.IGNORECASE)
_CDK_SOURCE = lazily(r"(?:CodeCommit|GitHub|CodeStarConnections|Bitbucket|Ecr)\w*SourceAction$")
_CDK_DEPLOY = lazily(
    r"(?:CloudFormation(?=\w*(?:Create|Update|Execute))\w*|EcsDeploy|CodeDeploy\w+Deploy|S3Deploy|ElasticBeanstalkDeploy|ServiceCatalogDeploy\w*)Action$"
)
_CDK_APPROVAL = lazily(r"ManualApproval(?:Action|Step)$")
_TF_ACTION = lazily(r"^\s*(?:category|provider|name)\s*=\s*\"(\w[\w -]*)\"")


class _Action(Struct, frozen=True):
    """One action of a pipeline, in order."""

    kind: str  # Source, Build, Deploy, Approval or anything else
    provider: str
    name: str
    where: Evidence


class DeclaredPipelines(Struct, frozen=True):
    """``deliveries`` with a job for each action; ``approvals`` are the lines at which the pipelines wait for a person."""

    deliveries: tuple[Delivery, ...]
    approvals: tuple[Evidence, ...]

    @classmethod
    def gather(cls, configuration: Configuration, resources: Resources, code: Code) -> Self:
        synced = (*_synced(configuration), *_followed(configuration))
        pipelines = [*_cloudformation(configuration), *_terraform(resources), *_cdk(code)]
        found = [d for actions in pipelines for d in _delivered(actions)]
        approvals = [a.where for actions in pipelines for a in actions if a.kind == "Approval"]
        return cls((*found, *synced), tuple(approvals))


def _delivered(actions: list[_Action]) -> Iterator[Delivery]:
    pushed = [a for a in actions if a.kind == "Source" and _PUSHED.search(a.provider)]
    triggers = frozenset({Trigger.PUSH if pushed else Trigger.OTHER})
    needs: tuple[str, ...] = ()
    approved = False
    last = max((number for number, action in enumerate(actions) if action.kind == "Deploy"), default=-1)
    for number, action in enumerate(actions):
        approved = approved or action.kind == "Approval"
        built = action.kind == "Build" and number < last  # what it makes is what a later action takes
        if action.kind != "Deploy" and not built:
            continue
        name = f"{action.name or action.provider} {number}"
        path, line = action.where.path, action.where.line
        step = Step(path, line, uses=action.provider)
        evidence = tuple(a.where for a in pushed[:1])
        job = Job(
            NAME,
            path,
            name,
            path,
            line,
            (step,),
            triggers,
            (),
            needs,
            "",
            approved,
            text=action.where.text,
            trigger_evidence=evidence,
        )
        rank = None if built else within(action.name)
        acts, what = (BUILD, What.BUNDLE) if built else (ROLLOUT, What.SERVICE)
        deed = Deed(acts, what, f"CodePipeline, {action.provider}")
        yield Delivery(job, step, deed, (action.where,), triggers, frozenset() if rank is None else frozenset({rank}))
        needs = (*needs, name)


def _synced(configuration: Configuration) -> Iterator[Delivery]:
    """GitOps: Argo CD applications that sync by themselves, Flux kustomizations and releases."""
    for path in configuration.holding_any(("argoproj.io/v1alpha1", "toolkit.fluxcd.io")):
        for document in configuration.documents(path):
            kind, version, spec = document["kind"].text, document["apiVersion"].text, document["spec"]
            line = 0
            if kind in ("Application", "ApplicationSet") and "argoproj" in version:
                policy = (spec["template"]["spec"] if kind == "ApplicationSet" else spec)["syncPolicy"]
                line = policy.key_line("automated") if policy.has("automated") else 0
            elif kind in ("Kustomization", "HelmRelease") and "fluxcd" in version and not spec["suspend"].is_true:
                line = document.key_line("kind")
            if line:
                where = configuration.evidence(path, line)
                name = document["metadata"]["name"].text or kind
                step = Step(path, line, uses=kind)
                job = Job(GITOPS, path, name, path, line, (step,), frozenset({Trigger.PUSH}), text=where.text)
                rank = within(name) or within(path.rpartition("/")[2])
                ranks = frozenset() if rank is None else frozenset({rank})
                yield Delivery(
                    job, step, Deed(ROLLOUT, What.SERVICE, f"{kind} that syncs itself"), (where,), job.triggers, ranks
                )


def _followed(configuration: Configuration) -> Iterator[Delivery]:
    """Platforms that are told to build and roll out each push: Render's blueprint, the app spec of DigitalOcean."""
    for path in configuration.holding_any(("autoDeploy", "deploy_on_push")):
        if path.rpartition("/")[2] not in ("render.yaml", "render.yml", "app.yaml", "deploy.template.yaml", "app.yml"):
            continue
        for document in configuration.documents(path):
            for node in document.walk():
                key = next((k for k in ("autoDeploy", "autoDeployTrigger", "deploy_on_push") if node.has(k)), "")
                if not key or not (node[key].is_true or node[key].text in ("yes", "commit", "checksPass")):
                    continue
                where = configuration.evidence(path, node.key_line(key))
                step = Step(path, where.line, uses=key)
                job = Job(FOLLOWED, path, key, path, where.line, (step,), frozenset({Trigger.PUSH}), text=where.text)
                yield Delivery(
                    job, step, Deed(SHIP, What.SERVICE, f"{key} of the platform"), (where,), job.triggers, frozenset()
                )
                break


def _cloudformation(configuration: Configuration) -> Iterator[list[_Action]]:
    for path in configuration.holding("AWS::CodePipeline::Pipeline", "ActionTypeId"):
        for document in configuration.documents(path):
            for _, value in document["Resources"].items() if document["Resources"].is_map else ():
                if value["Type"].text == "AWS::CodePipeline::Pipeline":
                    yield list(_actions(configuration, path, value["Properties"]["Stages"]))


def _actions(configuration: Configuration, path: str, stages: Node) -> Iterator[_Action]:
    for stage in stages.as_list():
        for action in stage["Actions"].as_list():
            kind = action["ActionTypeId"]
            name = f"{stage['Name'].text} {action['Name'].text}"
            where = configuration.evidence(path, kind.key_line("Category"))
            yield _Action(kind["Category"].text, kind["Provider"].text, name, where)


def _terraform(resources: Resources) -> Iterator[list[_Action]]:
    for item in resources.of("aws_codepipeline"):
        actions: list[_Action] = []
        said: dict[str, str] = {}
        for offset, row in enumerate(item.body.split("\n")):
            match = _TF_ACTION.match(row)
            if match:
                said[row.split("=")[0].strip()] = match[1]
            if {"category", "provider"} <= said.keys():
                where = Evidence(item.path, item.resource.line + offset, row.strip())
                actions.append(_Action(said["category"], said["provider"], said.get("name", ""), where))
                said = {}
        yield actions


def _cdk(code: Code) -> Iterator[list[_Action]]:
    """The actions in the order in which a file makes them; names of stacks tell the environment."""
    by_path: dict[str, list[_Action]] = {}
    for hit in code.calls("*Action", "*.ManualApprovalStep", notebooks=False):
        last = hit.name.rpartition(".")[2]
        kind = (
            "Source"
            if _CDK_SOURCE.search(last)
            else "Deploy"
            if _CDK_DEPLOY.search(last)
            else "Approval"
            if _CDK_APPROVAL.search(last)
            else "Build"
            if last == "CodeBuildAction"
            else ""
        )
        if kind and hit.call and not is_test(hit.path):
            name = " ".join(value.lstrip("'") for _, value in hit.call.kwargs if value.startswith("'"))
            by_path.setdefault(hit.path, []).append(
                _Action(kind, last, name or " ".join(hit.call.strings), code.evidence(hit))
            )
    for actions in by_path.values():
        yield sorted(actions, key=lambda a: a.where.line)
