"""GitLab CI: `.gitlab-ci.yml` with its local includes, templates and child pipelines."""

from collections.abc import Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from scorecard.ci import commands
from scorecard.ci.filters import held
from scorecard.ci.gitlab_files import Files, extended, flat
from scorecard.ci.gitlab_triggers import Event, Start, Variables, allowed, events, start
from scorecard.ci.model import AUTOMATIC, Job, Reading, Step, Trigger
from scorecard.ci.sources import Source
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.node import MISSING, Node
from scorecard.repository import Repository

NAME = "GitLab CI"
FILES = (".gitlab-ci.yml", ".gitlab-ci.yaml")
STAGES = (".pre", "build", "test", "deploy", ".post")
MAX_CHILDREN = 4
_KEYWORDS = frozenset(
    {"default", "include", "stages", "variables", "workflow", "image", "services", "cache", "before_script"}
    | {"after_script", "spec"}
)
_DEFAULTS = ("image", "before_script", "after_script")
_NO_DEPLOYMENT = frozenset({"stop", "prepare", "verify", "access"})
_VARIABLE = lazily(r"\$\{?(\w{1,80})\}?")


def read(repository: Repository, path: str, into: Reading) -> None:
    """Add the jobs of the pipeline at ``path``. GitLab reads only the one at the root."""
    if "/" in repository.rooted(path):
        return
    files = Files(repository, into)
    tree = files.merged(path)
    source = files.sources.get(path)
    if source is None:
        return
    jobs = _Pipeline(files, tree, source, path, events(repository, tree)).jobs()
    into.jobs += _only_manual(held(jobs, {job.id for job in jobs if job.approval}))


def _only_manual(jobs: list[Job]) -> list[Job]:
    """A pipeline in which nothing runs by itself is one that a person starts."""
    running = {trigger for job in jobs if not job.approval for trigger in job.triggers}
    return [
        replace(job, triggers=frozenset({Trigger.MANUAL}), approval=False)
        if job.approval and not job.triggers & running & AUTOMATIC
        else job
        for job in jobs
    ]


class _Pipeline(Struct):
    """One pipeline: the root's, or a child's with what its parent hands down."""

    files: Files
    tree: Node
    source: Source
    pipeline: str
    candidates: list[Event]
    prefix: str = ""
    via: tuple[Evidence, ...] = ()
    outer_needs: tuple[str, ...] = ()
    children: dict[str, list[str]] = field(default_factory=dict)

    def jobs(self) -> list[Job]:
        variables = _variables(self.tree["variables"])
        open_to = allowed(self.tree, self.candidates, variables)
        nodes = {
            key.text: (key, extended(self.tree, key.text))
            for key, value in self.tree.entries()
            if value.is_map and key.text not in _KEYWORDS and not key.text.startswith(".")
        }
        nodes = {name: (key, node) for name, (key, node) in nodes.items() if node["script"] or node["trigger"]}
        order = [*self.tree["stages"].strings()] or list(STAGES)
        order = [".pre", *(name for name in order if name not in (".pre", ".post")), ".post"]
        local = {name: {**variables, **_variables(node["variables"])} for name, (_, node) in nodes.items()}
        starts = {name: start(node, open_to, local[name], self.files.repository) for name, (_, node) in nodes.items()}
        found: list[Job] = []
        for name, (key, node) in nodes.items():
            if starts[name].problem:
                at = self.files.source(key, self.source)
                self.files.into.problems.append(Evidence(at.path, node.key_line("only"), starts[name].problem))
            job = self._job(key, node, starts[name], local[name])
            needs = self._needs(name, nodes, order, starts)
            found += self._made(replace(job, needs=needs), node, open_to)
        known = {job.id for job in found}
        return [replace(job, needs=self._known(job.needs, known)) for job in found]

    def _known(self, needs: tuple[str, ...], known: set[str]) -> tuple[str, ...]:
        named = [member for need in needs for member in self.children.get(need, [need])]
        return tuple(dict.fromkeys(need for need in named if need in known)) or self.outer_needs

    def _needs(
        self, name: str, nodes: dict[str, tuple[Node, Node]], order: list[str], starts: dict[str, Start]
    ) -> tuple[str, ...]:
        node = nodes[name][1]
        if node.has("needs"):
            wanted = [need["job"].text if need.is_map else need.text for need in node["needs"].as_list()]
            return tuple(self.prefix + need for need in wanted if need in nodes)
        stage = node["stage"].text or "test"
        for earlier in reversed(order[: order.index(stage)] if stage in order else []):
            members = [other for other, (_, job) in nodes.items() if (job["stage"].text or "test") == earlier]
            blocking = [other for other in members if starts[other].joins(starts[name])]
            if blocking:
                return tuple(self.prefix + other for other in blocking)
        return ()

    def _job(self, key: Node, node: Node, started: Start, variables: Variables) -> Job:
        at = self.files.source(key, self.source)
        environment = node["environment"]
        where = environment["name"] if environment.is_map else environment
        if environment["action"].text in _NO_DEPLOYMENT:
            where = MISSING
        image = self._defaulted(node, "image")
        said = [self.files.source(item, at).at(item.line) for item in map(_telling, started.said)]
        return Job(
            system=NAME,
            pipeline=self.pipeline,
            id=self.prefix + key.text,
            path=at.path,
            line=key.line,
            triggers=frozenset(started.automatic or started.manual),
            environment=_filled(where.text, variables),
            approval=bool(started.manual & AUTOMATIC) and not started.automatic,
            may_fail=node["allow_failure"].is_true or bool(node["allow_failure"]["exit_codes"]),
            name=key.text,
            image=_filled((image["name"] or image).text, variables),
            text=at.at(key.line).text,
            docker_host=_filled(variables.get("DOCKER_HOST", ""), variables),
            trigger_evidence=tuple(said[:4]) or (at.at(key.line),),
        )

    def _made(self, job: Job, node: Node, open_to: list[tuple[Event, bool]]) -> list[Job]:
        if not node["trigger"]:
            return [job.with_steps(self._steps(job, node))]
        at = self.files.source(node["trigger"], self.source)
        include = node["trigger"]["include"]
        written = [entry["local"] if entry.is_map else entry for entry in include.as_list()]
        local = [(entry, path) for entry in written if entry for path in self.files.local(entry, at)]
        if not local or len(self.via) >= MAX_CHILDREN:
            project = node["trigger"]["project"] or node["trigger"]
            line = node["trigger"].line
            return [job.with_steps([Step(at.path, line, uses=f"trigger: {project.text}", via=self.via)])]
        source = {"CI_PIPELINE_SOURCE": "parent_pipeline"}
        handed = [
            Event(event.trigger, {**event.variables, **source}, spoken=True)
            for event, _ in open_to
            if event.trigger in job.triggers
        ]
        found: list[Job] = []
        for entry, path in local:
            files = Files(self.files.repository, self.files.into)
            tree = files.merged(path)
            if path not in files.sources or any(step.path == path for step in self.via):
                continue
            via = (*self.via, at.at(entry.line))
            child = _Pipeline(files, tree, files.sources[path], self.pipeline, handed, f"{job.id}/", via, job.needs)
            found += [
                replace(one, approval=one.approval or job.approval, may_fail=one.may_fail or job.may_fail)
                for one in child.jobs()
            ]
        self.children[job.id] = [one.id for one in found]
        return found

    def _defaulted(self, node: Node, key: str) -> Node:
        if node.has(key):
            return node[key]
        inherit = node["inherit"]["default"]
        if inherit.text == "false" or (inherit.is_list and key not in inherit.strings()):
            return MISSING
        return self.tree["default"][key] if self.tree["default"].has(key) else self.tree[key]

    def _steps(self, job: Job, node: Node) -> Iterator[Step]:
        own = self.files.source(node["script"], self.source)
        caller = Evidence(job.path, node.key_line("extends") if node.has("extends") else job.line, job.text)
        mine = {id(part) for part in self.tree[job.name].walk()}
        for key in ("before_script", "script", "after_script"):
            for item in flat(self.tree, self._defaulted(node, key)):
                at = self.files.source(item, own)
                line, command = at.command(item)
                if not command:
                    continue
                included = self.files.includes.get(job.path) if job.path != self.source.path else None
                via = (*self.via, included) if included else self.via
                if id(item) not in mine:
                    via = (*via, self._called(caller, at, job))
                may_fail = key == "after_script" or commands.forgiven(command)
                yield Step(at.path, line, command=command, name=key, may_fail=may_fail, via=via)

    def _called(self, caller: Evidence, at: Source, job: Job) -> Evidence:
        path = self.files.sources.get(job.path)
        return path.at(caller.line) if path and caller.path == job.path else self.files.includes.get(at.path, caller)


def _telling(node: Node) -> Node:
    """The part of a rule that says when."""
    return next((node[key] for key in ("if", "when") if node.is_map and node[key]), node)


def _variables(node: Node) -> dict[str, str]:
    return {key: (value["value"] if value.is_map else value).text for key, value in node.items() if not value.is_list}


def _filled(text: str, variables: Variables) -> str:
    for _ in range(3):
        text = _VARIABLE.sub(lambda found: variables.get(found[1], found[0]), text)
    return text
