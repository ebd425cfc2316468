"""Travis CI: the phases of each job, one job for each line of the matrix of variables, and deployments as jobs that follow."""

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from scorecard.ci.filters import is_everything, living
from scorecard.ci.model import Job, Reading, Step, Trigger
from scorecard.ci.script import Script, flat, moved
from scorecard.ci.travis_variables import filled, given, matrix, of_all
from scorecard.readers.node import Node
from scorecard.repository import Repository

NAME = "Travis CI"
FILES = (".travis.yml",)

_PHASES = (
    ("before_install", "", False),
    ("install", "", False),
    ("before_script", "", False),
    ("script", "", False),
    ("after_success", "success", True),  # what these three do cannot break the build
    ("after_failure", "failure", True),
    ("after_script", "always", True),
)
_AXES = ("python", "node_js", "jdk", "go", "ruby", "r", "julia", "scala", "env", "os", "arch")
_BOTH = frozenset({Trigger.PUSH, Trigger.CHANGE})


def read(repository: Repository, path: str, into: Reading) -> None:
    """One job for what stands at the top, one for each that `jobs.include` adds."""
    source = Script.open(repository, path, into)
    if source.root.is_map:
        into.jobs.extend(_Travis(source, source.root, repository, into).jobs())


class _Travis(Struct, frozen=True):
    source: Script
    root: Node
    repository: Repository
    into: Reading

    def jobs(self) -> Iterator[Job]:
        block = self.root.get("jobs", "matrix")
        included = [node for node in block["include"].as_list() if node.is_map]
        stages = self.stages(included)
        done: dict[str, tuple[str, ...]] = {}
        stage = "test"
        if not included or any(self.root[axis].is_list for axis in _AXES):
            for number, variables in enumerate(matrix(self.root, [phase[0] for phase in _PHASES])):
                name = f"build-{number + 1}" if number else "build"
                for job in self.with_deployments(self.root, name, (), variables, may_fail=False):
                    done["test"] = (*done.get("test", ()), job.id)
                    yield job
        for number, node in enumerate(included):
            stage = node["stage"]["name"].text or node["stage"].text or stage
            name = node["name"].text or f"{stage}-{number + 1}"
            forgiven = any(_same(one, node) for one in block["allow_failures"].as_list())
            before = stages[: stages.index(stage)] if stage in stages else []
            needs = next((done[one] for one in reversed(before) if one in done), ())
            variables = {**of_all(self.root), **given(node["env"])}
            for job in self.with_deployments(node, name, needs, variables, may_fail=forgiven):
                done[stage] = (*done.get(stage, ()), job.id)
                yield job

    def stages(self, included: list[Node]) -> list[str]:
        listed = [one["name"].text if one.is_map else one.text for one in self.root["stages"].as_list()]
        used = [node["stage"]["name"].text or node["stage"].text for node in included]
        first = [] if "test" in listed else ["test"]
        return list(dict.fromkeys(name for name in first + listed + used if name))

    def with_deployments(
        self, node: Node, name: str, needs: tuple[str, ...], variables: Mapping[str, str], *, may_fail: bool
    ) -> Iterator[Job]:
        triggers, branches = self.triggers(node)
        path = self.source.path
        steps, folder = self.steps(node, variables)
        line = node.key_line("script") if node is self.root else node.line
        job = Job(
            NAME,
            path,
            name,
            path,
            line,
            tuple(steps),
            triggers,
            branches,
            needs,
            may_fail=may_fail,
            name=name,
        )
        yield replace(job, trigger_evidence=(self.source.at(line),))
        deployments = node["deploy"] or (self.root["deploy"] if not node.has("deploy") else node["deploy"])
        for number, deploy in enumerate(deployments.as_list(), 1):
            if deploy.is_map and deploy["provider"]:
                yield self.deployment(deploy, job, f"{name}/deploy-{number}", folder)

    def steps(self, node: Node, variables: Mapping[str, str]) -> tuple[list[Step], str]:
        """The commands of the build, and the folder in which they leave the shell."""
        found: list[Step] = []
        folder = ""
        for phase, condition, may_fail in _PHASES:
            commands = node[phase] if node.has(phase) else self.root[phase]
            if commands.is_scalar and commands.text in ("skip", "true", "false"):
                continue
            more = [
                replace(step, command=filled(step.command, variables))
                for step in self.source.steps(
                    commands, folder=folder, name=phase, condition=condition, may_fail=may_fail
                )
            ]
            if more:
                folder = moved(more[-1].command, more[-1].folder)
            found += more
        return found, folder

    def deployment(self, deploy: Node, job: Job, name: str, folder: str) -> Job:
        """Travis deploys after a job, on pushes only: to the default branch unless `on:` says another."""
        on = deploy.get("on", "true")
        triggers, branches = frozenset({Trigger.PUSH} & job.triggers), job.branches
        if on["tags"].is_true:
            triggers = frozenset({Trigger.TAG})
        elif on["branch"]:
            wanted = on["branch"].keys() if on["branch"].is_map else [one.text for one in on["branch"].as_list()]
            nodes = [Node.scalar(text, on.key_line("branch")) for text in wanted]
            branches = living(nodes, self.repository, self.source.path, self.into)
            triggers = triggers if branches else frozenset()
        elif not on["all_branches"].is_true and self.repository.history.default_branch:
            branches = (self.repository.history.default_branch,)
        step = Step(
            self.source.path,
            deploy.key_line("provider"),
            uses=deploy["provider"].text,
            name="deploy",
            inputs=flat(deploy),
            folder=folder,
            condition=on["condition"].text,
        )
        scripts = list(self.source.steps(deploy["script"], folder=folder, name="deploy"))
        before = node_steps(self.source, self.root["before_deploy"], folder, "before_deploy")
        after = node_steps(self.source, self.root["after_deploy"], folder, "after_deploy", may_fail=True)
        return replace(
            job,
            id=name,
            line=deploy.line,
            steps=(*before, *(scripts or [step]), *after),
            triggers=triggers,
            branches=branches,
            needs=(job.id,),
            trigger_evidence=(self.source.at(deploy.key_line("on") if deploy.has("on") else deploy.line),),
            environment=deploy["edge"]["environment"].text,
        )

    def triggers(self, node: Node) -> tuple[frozenset[Trigger], tuple[str, ...]]:
        branches = self.root["branches"]
        only = branches["only"].as_list() if branches.is_map else branches.as_list()
        names = living(only, self.repository, self.source.path, self.into)
        found: frozenset[Trigger] = _BOTH if names or not only else frozenset()
        names = () if any(map(is_everything, names)) else names
        for holder in dict.fromkeys((self.root, node)):
            found = _narrowed(found, holder["if"].text)
        return found, names


def node_steps(source: Script, node: Node, folder: str, name: str, *, may_fail: bool = False) -> tuple[Step, ...]:
    """The commands around a deployment."""
    return tuple(source.steps(node, folder=folder, name=name, may_fail=may_fail))


def _narrowed(triggers: frozenset[Trigger], condition: str) -> frozenset[Trigger]:
    """What `if: type = cron` and its like leave."""
    text = " ".join(condition.lower().split()).replace("==", "=").replace("= ", "=").replace(" =", "=")
    if not text:
        return triggers
    if "type=cron" in text or "type in (cron)" in text:
        return frozenset({Trigger.SCHEDULE})
    if "type=api" in text:
        return frozenset({Trigger.MANUAL})
    if "tag is present" in text or "tag=~" in text:
        return frozenset({Trigger.TAG})
    if "type=pull_request" in text or "type in (pull_request)" in text:
        return triggers & {Trigger.CHANGE}
    if "type=push" in text or "type!=pull_request" in text or "type in (push)" in text:
        return triggers & {Trigger.PUSH}
    return triggers


def _same(wanted: Node, job: Node) -> bool:
    """Does an entry of `allow_failures` mean this job?"""
    return bool(wanted) and all(job[key].text == value.text for key, value in wanted.items())
