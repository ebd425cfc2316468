"""Jenkins: declarative and scripted pipelines. A stage with steps is a job; it needs the stages before it."""

from collections.abc import Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from scorecard.ci.jenkins_sqa import described
from scorecard.ci.jenkins_steps import MAX_DEPTH, Place, entered, joined, steps
from scorecard.ci.jenkins_when import When, starts
from scorecard.ci.model import Job, Reading, Step, Trigger
from scorecard.model import Evidence
from scorecard.readers import groovy
from scorecard.readers.groovy import Call
from scorecard.repository import Repository

NAME = "Jenkins"
FILES = ("Jenkinsfile*", "*.jenkinsfile", "**/jenkins/**/*.groovy", "**/.jenkins/**/*.groovy")
_PROSE = (".md", ".rst", ".txt", ".adoc")
_SECTIONS = frozenset({"steps", "stages", "script", "node", "pipeline", "podTemplate", "timestamps", "ansiColor"})
_STAGED = frozenset({"stage", "parallel"})
MAX_STAGES = 400


def read(repository: Repository, path: str, into: Reading) -> None:
    """Add the stages of the pipeline at ``path``; a script without stages or a node adds nothing."""
    if path.lower().endswith(_PROSE):
        return
    calls = groovy.read(repository.text(path))
    heads = {inner.name for call in calls for inner in call.walk()}
    if not heads & {"pipeline", "node", "stage"}:
        return
    lines = tuple(repository.lines(path))
    triggers, evidence = starts(calls, path, lines)
    functions = {
        call.name.removeprefix("def "): call.body
        for call in calls
        if call.name.startswith("def ") and call.body is not None
    }
    reader = _Pipeline(repository, path, into, lines, functions, tuple(evidence), calls)
    whole = _Stage("", 1, triggers, Place(path, functions=functions))
    reader.visit([call for call in calls if not call.name.startswith("def ")], whole, ())
    into.jobs += reader.found


class _Stage(Struct, frozen=True):
    """What a stage hands down to what lies in it."""

    id: str
    line: int
    triggers: frozenset[Trigger]
    place: Place
    image: str = ""
    approval: bool = False


class _Pipeline(Struct):
    repository: Repository
    path: str
    into: Reading
    lines: tuple[str, ...]
    functions: Mapping[str, list[Call]]
    evidence: tuple[Evidence, ...]
    calls: list[Call] = field(default_factory=list)
    found: list[Job] = field(default_factory=list)
    depth: int = 0
    calling: list[str] = field(default_factory=list)

    def visit(self, calls: list[Call], stage: _Stage, needs: tuple[str, ...]) -> tuple[str, ...]:
        """Add the stages in ``calls``; answers with the ids on which what follows depends."""
        if self.depth > 60 or len(self.found) > MAX_STAGES:
            return needs
        self.depth += 1
        stage = replace(stage, image=_image(calls) or stage.image)
        parts = list(_unwrapped(calls))
        staged = any(part.name in _STAGED for call in parts for part in call.walk())
        late = [call for call in parts if staged and call.name == "post"]
        early = [call for call in parts if not (staged and call.name == "post")]
        made = list(steps(early, stage.place))
        own = self._job(calls, stage, needs, [*made, *described(self.repository, self.calls, made)])
        needs = self._nested(early, stage, (own,) if own else needs)
        if late:
            after = replace(stage, id=self._unique(joined(stage.id, "post")), line=late[0].line, approval=False)
            self._job([], after, needs, list(steps(late, stage.place)))
        self.depth -= 1
        return needs

    def _nested(self, parts: list[Call], stage: _Stage, needs: tuple[str, ...]) -> tuple[str, ...]:
        """The stages in ``parts``, whose own steps have been read."""
        for index, call in enumerate(parts):
            if call.name == "stage":
                needs = self._stage(call, stage, needs)
            elif call.name == "parallel":
                needs = self._parallel(call, stage, needs)
            elif call.body and any(part.name in _STAGED for inner in call.body for part in inner.walk()):
                inside = replace(stage, place=entered(call, stage.place, parts[index + 1 :]))
                if inside.place.depth < MAX_DEPTH:
                    needs = self._nested(list(_unwrapped(call.body)), inside, needs)
            elif call.name in self.functions and call.name not in self.calling:
                self.calling.append(call.name)
                body = list(_unwrapped(self.functions[call.name]))
                needs = self._nested(body, stage, needs)
                self.calling.pop()
        return needs

    def _stage(self, call: Call, stage: _Stage, needs: tuple[str, ...]) -> tuple[str, ...]:
        name = call.text("name")
        if call.body is None:
            return needs
        triggers = stage.triggers
        for part in call.body:
            if part.name == "when":
                when = When(self.repository, self.path)
                triggers = when.narrowed(triggers, part.body or [])
                self.into.problems += when.problems
        inner = replace(
            stage,
            id=self._unique(joined(stage.id, name.text if name else f"stage{call.line}")),
            line=call.line,
            triggers=triggers,
            approval=stage.approval or self._waits(needs) or _asks(call.body),
        )
        return self.visit(call.body, inner, needs)

    def _parallel(self, call: Call, stage: _Stage, needs: tuple[str, ...]) -> tuple[str, ...]:
        last: list[str] = []
        for part in call.body or ():
            if part.name == "stage":
                last += self._stage(part, stage, needs)
        for name, (line, body) in call.branches.items():
            inner = replace(stage, id=self._unique(joined(stage.id, name)), line=line)
            last += self.visit(body, replace(inner, approval=stage.approval or _asks(body)), needs)
        return tuple(dict.fromkeys(last)) or needs

    def _job(self, calls: list[Call], stage: _Stage, needs: tuple[str, ...], made: list[Step]) -> str:
        if not made and not (stage.approval and _asks(calls)):
            return ""
        name = stage.id.rpartition("/")[2]
        line = self.lines[stage.line - 1].strip() if stage.line <= len(self.lines) else ""
        at = Evidence(self.path, stage.line, line)
        job = Job(
            system=NAME,
            pipeline=self.path,
            id=stage.id or "pipeline",
            path=self.path,
            line=stage.line,
            steps=tuple(made),
            triggers=stage.triggers,
            needs=needs,
            approval=stage.approval or self._waits(needs) or _asks(calls),
            name=name,
            image=stage.image,
            text=line,
            trigger_evidence=self.evidence or (at,),
        )
        self.found.append(job)
        return job.id

    def _waits(self, needs: tuple[str, ...]) -> bool:
        return any(job.approval for job in self.found if job.id in needs)

    def _unique(self, wanted: str) -> str:
        taken = {job.id for job in self.found}
        return wanted if wanted not in taken else f"{wanted} ({len(self.found)})"


def _unwrapped(calls: list[Call]) -> Iterator[Call]:
    for call in calls:
        if call.name in _SECTIONS and call.body is not None:
            yield from _unwrapped(call.body)
        else:
            yield call


def _asks(calls: list[Call]) -> bool:
    """Does a person have to answer an `input` of this stage itself?"""
    stack = list(calls)
    while stack:
        call = stack.pop()
        if call.name == "input":
            return True
        if call.name not in ("stage", "parallel", "stages"):
            stack += [*(call.body or ()), *call.inner]
    return False


def _image(calls: list[Call]) -> str:
    """The image in which the steps of this block run."""
    for call in calls:
        if call.name == "pipeline" and call.body:
            return _image(call.body)
        if call.name == "agent":
            for part in call.walk():
                if part.name in ("image", "docker") and part.positional:
                    return part.positional[0].text
                if part.name == "dockerfile":
                    return "Dockerfile"
        if call.name.startswith("docker.image") and call.name.endswith(".inside") and call.positional:
            return call.positional[0].text
    return ""
