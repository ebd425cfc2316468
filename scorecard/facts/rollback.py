"""Ways back to the last good version: commands, scripts, workflows, platform settings, runbooks, and switches of the served model."""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code
from scorecard.facts.commands import Resolver
from scorecard.facts.configuration import Configuration, is_operational
from scorecard.facts.pipelines import Pipelines
from scorecard.facts.resources import Resources
from scorecard.facts.rollback_docs import documented
from scorecard.facts.rollback_switch import switches
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_prose, is_test, plain_name
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Source
from scorecard.repository import Repository

_SHELL_FUNCTION = lazily(r"\s*(?:function\s+)?rollback(?:_\w*(?:model|deploy|release|service|version|app)\w*)?\s*\(\)")
COMMAND = lazily(
    r"\bkubectl\b[^\n#]{0,80}\brollout\s+undo\b|\bhelm\b[^\n#]{0,60}\brollback\b|\bargocd\s+app\s+rollback\b|\bargo\s+rollouts?\s+(?:undo|abort)\b|\bkubectl\s+argo\s+rollouts\s+(?:undo|abort)\b|\banyscale\s+service\s+rollback\b"
    r"|\bheroku\s+(?:rollback|releases:rollback)\b|\bvercel\s+rollback\b|\bwrangler\s+rollback\b|\bfly(?:ctl)?\s+deploy\s[^\n]{0,60}--image\b|\bcf\s+rollback\b|\baz\s+webapp\s+deployment\s+slot\s+swap\b|\baz\s+containerapp\s+revision\s+activate\b"
    r"|\bgcloud\s+run\s+services\s+update-traffic\b[^\n]{0,120}--to-revisions\b|\baws\s+deploy\s+stop-deployment\b|\bnomad\s+job\s+revert\b|\bmodal\s+app\s+rollback\b|\bdocker\s+service\s+(?:rollback|update\s+[^\n]{0,60}--rollback)\b"
    r"|\bserverless\s+rollback\b|\bsls\s+rollback\b|\boc\s+rollback\b|\bkamal\s+rollback\b|\bcap\s+\w+\s+deploy:rollback\b|\brailway\s+rollback\b|\btruss\s+\w*\s*promote\b|\bbentoml\s+deployment\s+rollback\b|\bnetlify\s+rollback\b|\bgcloud\s+app\s+services\s+set-traffic\b"
    r"|\bkubectl\s+rollout\s+undo\b|\bpm2\s+deploy\s+\w+\s+revert\b|\bflux\s+suspend\b|\baws\s+lambda\s+update-alias\b|\baws\s+ecs\s+update-service\b[^\n]{0,120}--task-definition\s+\S*(?:prev|old|PREV|rollback)",
    re.IGNORECASE,
)
_ROLL = lazily(
    r"roll[-_ ]?back(?!s?_?(?:transaction|session|migration|db|database))|restore[-_ ](?:previous|last|prior)[-_ ](?:model|release|version|deployment)|revert[-_ ](?:model|deployment|release|to[-_ ]previous)",
    re.IGNORECASE,
)
_ABOUT = lazily(
    r"model|deploy|release|version|alias|champion|stage|promot|service|endpoint|image|prompt|revision|traffic|registry|production|index|canary|cluster|helm|infra|app(?![a-z])",
    re.IGNORECASE,
)
_DATABASE = lazily(
    r"session|transaction|migration|alembic|cursor|conn(?:ection)?(?![a-z])|(?<![a-z])db(?![a-z])|database|sql|savepoint|commit\(|knex|prisma|patch(?:es)?_|bug|checkpoint_state|memory|chat|history|conversation|undo_|edit|file_?system|sandbox|workspace|git_|wal(?![a-z])|saga|kv_?cache|token|env(?:ironment)?_?(?:path|file)|env$",
    re.IGNORECASE,
)
_BACK = lazily(
    r"version|previous|prior|last_good|alias|stage|release|revision|deploy|backup|older|promot|registry|image|tag(?![a-z])|traffic|champion",
    re.IGNORECASE,
)


class Way(Struct, frozen=True):
    """One way back; ``kind`` says which, in words."""

    kind: str
    evidence: tuple[Evidence, ...]


class Rollback(Struct, frozen=True):
    """``ways``, the strongest first; ``near`` are rollbacks of something else."""

    ways: tuple[Way, ...]
    near: tuple[Evidence, ...]

    @classmethod
    def gather(
        cls,
        repository: Repository,
        code: Code,
        configuration: Configuration,
        pipelines: Pipelines,
        resolver: Resolver,
        resources: Resources,
    ) -> Self:
        ways = [
            *_jobs(pipelines),
            *_tasks(resolver),
            *_scripts(repository),
            *_functions(code),
            *_settings(configuration, resources, code),
            *_nomad(repository),
            *switches(code, configuration, pipelines),
            *documented(repository, COMMAND),
        ]
        near = list(code.calls("*.rollback", "rollback"))
        return cls(tuple(Way(*way) for way in ways), tuple(code.quote(near, 2)))


def _jobs(pipelines: Pipelines) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    for job in pipelines.jobs:
        name = f"{job.id} {job.name} {job.pipeline.rpartition('/')[2]}"
        if _ROLL.search(name) and not _DATABASE.search(name) and job.steps:
            yield "a job of CI rolls back", (job.evidence, job.steps[0].evidence)
        for step in job.steps:
            for number, row in step.lines():
                if COMMAND.search(row) and not row.lstrip().startswith("#"):
                    yield "a job of CI rolls back", (job.evidence, Evidence(step.path, number, row))
            if (
                _ROLL.search(step.name)
                and _ABOUT.search(f"{step.name} {step.command} {job.name} {job.id}")
                and not _DATABASE.search(step.name)
                and (step.command or step.uses)
            ) and not re.match(r"\s*echo\b[^\n]*\s*$", step.command):
                yield "a job of CI rolls back", (job.evidence, step.evidence)
    for run in pipelines.all_runs():
        words = run.words
        if words[:1] == ("helm",) and "upgrade" in words[:3] and {"--atomic", "--rollback-on-failure"} & set(words):
            yield "a failed upgrade rolls itself back", run.chain[-3:]
        elif COMMAND.search(" ".join(words)):
            yield "a job of CI rolls back", run.chain[-3:]


def _tasks(resolver: Resolver) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    for task in resolver.tasks():
        if is_prose(task.path) or is_demo(task.path):
            continue
        body = " ".join(command for _, command in task.commands)
        if _ROLL.search(task.name) and task.commands and not _DATABASE.search(f"{task.name} {body}"):
            yield (
                f"`{task.name}` of {task.path} rolls back",
                (Evidence(task.path, task.line, task.text or task.name), Evidence(task.path, *task.commands[0])),
            )
        for line, command in task.commands:
            if COMMAND.search(command):
                yield f"`{task.name}` of {task.path} rolls back", (Evidence(task.path, line, command),)


def _scripts(repository: Repository) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    for path in repository.own:
        name = plain_name(path).rpartition("/")[2]
        if not name.endswith((".sh", ".bash", ".ps1")) or is_test(path) or is_prose(path) or is_demo(path):
            continue
        text = repository.text(path)
        named = bool(_ROLL.search(name)) and not _DATABASE.search(name)
        if not named and "roll" not in text and "slot swap" not in text:
            continue
        for number, row in enumerate(text.split("\n"), 1):
            if row.lstrip().startswith("#"):
                continue
            if (
                COMMAND.search(row)
                or _SHELL_FUNCTION.match(row)
                or (named and row.strip() and not row.lstrip().startswith(("set ", "echo")))
            ):
                yield f"{path} rolls back", (Evidence(path, number, row),)
                break


def _functions(code: Code) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """Functions and commands that restore an earlier model or deployment."""
    for source, function in code.functions(
        r"_?(?:\w+_)?(?:roll_?back|revert_to|restore_previous|revert_model|restore_model_version|revert_deployment)|rollback"
    ):
        if source.notebook or is_demo(source.path) or is_prose(source.path) or function.statements < 1:
            continue
        words = f"{function.name} {' '.join(function.params)} {source.path}"
        if _DATABASE.search(words) or not _ABOUT.search(words):
            continue
        calls = [c for c in source.calls if function.line < c.line <= function.end]
        inside = (
            *function.params,
            *(c.name for c in calls),
            *(t.value for t in source.texts_of(function.name)),
        )
        if not _BACK.search(f"{function.last} {' '.join(inside)}"):
            continue
        if not _is_real(source, function.name, calls) or re.search(
            r"session|cursor|conn\b|\bdb\b", " ".join(c.name for c in calls if c.last == "rollback")
        ):
            continue
        yield (
            f"`{function.last}` restores an earlier version",
            (code.evidence(source, function.line), *(code.evidence(source, c.line) for c in calls[:1])),
        )
    for hit in code.calls(
        "*.rollback_model",
        "*.rollback_deployment",
        "*.rollback_endpoint",
        "*.rollback_to_version",
        "*.rollback_release",
        "*.rollout_undo",
        "*.restore_model_version",
    ):
        yield "code rolls a model or deployment back", (code.evidence(hit),)
    for hit in code.texts(COMMAND.pattern):
        if is_operational(hit.path):
            yield "code runs a rollback command", (code.evidence(hit),)


def _is_real(source: Source, scope: str, calls: list[Call]) -> bool:
    acts = [
        c
        for c in calls
        if c.last not in ("info", "warning", "error", "print", "debug", "format", "NotImplementedError")
    ]
    return bool(acts) or any(a.scope == scope for a in source.assigns)


def _nomad(repository: Repository) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """`update { auto_revert = true }` of a Nomad job: the last stable version comes back where the new one is not healthy.

    https://developer.hashicorp.com/nomad/docs/job-specification/update#auto_revert
    """
    for path in repository.glob("*.nomad", "*.nomad.hcl", "*.nomad.tpl"):
        if is_demo(path):
            continue
        for number, row in enumerate(repository.text(path).split("\n"), 1):
            if re.match(r"\s*auto_revert\s*=\s*true\b", row):
                yield "Nomad goes back when an update fails", (Evidence(path, number, row.strip()),)
                break


def _settings(
    configuration: Configuration, resources: Resources, code: Code
) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """Platforms that go back by themselves when the new version fails."""
    for hit in code.texts(r"^AutoRollbackConfiguration$"):  # SageMaker's, in a call of its client
        if is_operational(hit.path) and not hit.source.notebook:
            yield "the platform goes back when a deployment fails", (code.evidence(hit),)
    for hit in code.calls("*.update_endpoint", "*.updateEndpoint", "*.UpdateEndpointCommand", notebooks=False):
        nested = hit.call and any("AutoRollbackConfiguration" in key for key, _ in hit.call.kwargs)
        if nested and is_operational(hit.path):
            yield "the platform goes back when a deployment fails", (code.evidence(hit),)
    for item in resources.all:
        found = re.search(
            r"(?:auto_rollback_configuration|deployment_circuit_breaker)\s*\{[^{}]{0,200}(?:enabled|rollback|enable)\s*=\s*true",
            item.body,
        )
        if found:
            line = item.resource.line + item.body.count("\n", 0, found.start())
            yield "the platform goes back when a deployment fails", (Evidence(item.path, line, found[0]),)
    needles = (
        "AutoRollbackConfiguration",
        "DeploymentCircuitBreaker",
        "failure_action",
        "kind: Canary",
        "kind: Rollout",
        "rollback",
        "DeploymentPreference",
    )
    for path in configuration.holding_any(needles):
        for document in configuration.documents(path):
            kind, api = document["kind"].text, document["apiVersion"].text
            if kind == "Canary" and api.startswith("flagger"):
                yield (
                    "Flagger goes back when a canary fails",
                    (configuration.evidence(path, document.key_line("kind")),),
                )
            if (
                kind == "Rollout"
                and api.startswith("argoproj.io")
                and (document["spec"]["strategy"]["canary"]["analysis"] or document["spec"]["strategy"]["blueGreen"])
            ):
                yield (
                    "Argo Rollouts goes back when the analysis fails, or by a switch",
                    (configuration.evidence(path, document["spec"]["strategy"].line),),
                )
            for key, value in document.pairs():
                if key == "AutoRollbackConfiguration" and (value["Alarms"] or value["Enabled"].is_true):
                    yield "the platform goes back when a deployment fails", (configuration.evidence(path, value.line),)
                if (
                    key in ("DeploymentCircuitBreaker", "deploymentCircuitBreaker")
                    and value.get("Rollback", "rollback").is_true
                ):
                    yield "the platform goes back when a deployment fails", (configuration.evidence(path, value.line),)
                if key == "DeploymentPreference" and (value["Alarms"] or value["Hooks"]):
                    yield (
                        "CodeDeploy goes back when an alarm or a hook says so",
                        (configuration.evidence(path, value.key_line("Alarms" if value["Alarms"] else "Hooks")),),
                    )
                if key in ("update_config", "upgrade") and value["failure_action"].text == "rollback":
                    yield (
                        "the platform goes back when an update fails",
                        (configuration.evidence(path, value.key_line("failure_action")),),
                    )
    for source in code.sources:
        if is_test(source.path):
            continue
        for call in source.calls:
            for key, given in call.kwargs:
                last = key.rpartition(".")[2]
                if (
                    last
                    in (
                        "auto_rollback_config",
                        "AutoRollbackConfiguration",
                        "auto_rollback_configuration",
                        "autoRollback",
                        "deployment_config",
                    )
                    and given not in ("None", "False")
                    and "ollback" in last
                ) or (
                    last in ("circuit_breaker", "circuitBreaker.rollback")
                    and "ollback" in code.line(source.path, call.line)
                ):
                    yield "the platform goes back when a deployment fails", (code.evidence(source, call.line),)
