"""The steps of a job of GitHub Actions, with the composite actions of the same repository unfolded."""

import posixpath
from collections.abc import Iterator
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from scorecard.ci import commands
from scorecard.ci.github_triggers import is_never
from scorecard.ci.github_values import Values, alternatives, defaults, fill, named
from scorecard.ci.model import Reading, Step
from scorecard.ci.sources import Source, find, is_template, load
from scorecard.model import Evidence
from scorecard.readers.node import MISSING, Node
from scorecard.repository import Repository

MAX_CALLS = 8
MAX_STEPS = 500  # of one step of a job: actions that use each other would multiply without end


class Place(Struct, frozen=True):
    """Where a step stands: its file, what expressions mean there, the matrix, and how one gets there."""

    source: Source
    values: Values
    matrix: Node = MISSING
    via: tuple[Evidence, ...] = ()
    folder: str = ""


class Steps(Struct, frozen=True):
    """Reads the steps of one job."""

    repository: Repository
    into: Reading
    place: Place

    def of(self, job: Node) -> Iterator[Step]:
        """The steps of ``job`` in order, one for each set of matrix values under which a step differs."""
        own, shared = (where["defaults"]["run"]["working-directory"] for where in (job, self.place.source.root))
        place = replace(self.place, folder=(own or shared).text)
        said = ""  # what earlier steps say, for a folder may be theirs
        for step in job["steps"].as_list():
            for made in islice(self._step(step, place), MAX_STEPS):
                self._look_for_folder(made, step, said)
                yield made
            said += step["run"].text + " ".join(value.text for value in step["with"])

    def _step(self, step: Node, place: Place) -> Iterator[Step]:
        if not step.is_map or is_never(fill(step["if"].text, place.values)):
            return
        values = {**place.values, **named("env", step["env"])}
        run, uses = step["run"], step["uses"]
        line, command = place.source.command(run) if run.is_scalar else ((uses or step).line, "")
        where = (step["working-directory"].text or place.folder) if command else ""
        inputs = _inputs(step["with"])
        seen: set[Step] = set()
        said = [fill(text, values) for text in (command, uses.text, where, *inputs.values())]
        for variant in alternatives(said, place.matrix):
            known = {**values, **variant}
            text = fill(command, known)
            made = Step(
                place.source.path,
                line,
                command=text,
                uses=fill(uses.text, known),
                name=fill(step["name"].text, known),
                inputs=tuple((name, fill(value, known)) for name, value in inputs.items()),
                folder=commands.folder(fill(where, known)),
                may_fail=step["continue-on-error"].is_true or commands.forgiven(text),
                condition=step["if"].text,
                via=place.via,
            )
            if made in seen or not (made.command or made.uses):
                continue
            seen.add(made)
            if made.uses.startswith("./"):
                yield from self._composite(made, place)
            else:
                yield made

    def _composite(self, call: Step, place: Place) -> Iterator[Step]:
        folder, via = posixpath.normpath(call.uses), (*call.via, place.source.at(call.line))
        names = (f"{folder}/action.yml", f"{folder}/action.yaml")
        path = next(filter(None, (find(self.repository, name, call.path) for name in names)), "")
        recursive = any(step.path == path for step in via) or len(call.via) >= MAX_CALLS
        action = load(self.repository, path, self.into) if path and not recursive else None
        if action is None or not action.root["runs"]["steps"]:
            if not path and not self.repository.has_folder(folder) and not is_template(self.repository, call.path):
                self._problem(call.path, call.line, f"uses the action {folder}, which does not exist")
            yield call
            return
        given = {f"inputs.{name}".lower(): value for name, value in call.inputs}
        values = {**defaults("inputs", action.root["inputs"]), **given, "github.action_path": folder}
        for step in action.root["runs"]["steps"].as_list():
            for made in self._step(step, Place(action, values, via=via)):
                may_fail = made.may_fail or call.may_fail
                yield replace(made, may_fail=may_fail, condition=made.condition or call.condition)

    def _look_for_folder(self, made: Step, step: Node, said: str) -> None:
        if not commands.is_literal(made.folder) or self.repository.has_folder(made.folder):
            return
        known = made.folder.split("/")[0] in said or made.folder in made.command
        if known or is_template(self.repository, made.path):
            return
        line = step.key_line("working-directory") if made.path == self.place.source.path else made.line
        self._problem(made.path, line, f"runs in the folder {made.folder}, which does not exist")

    def _problem(self, path: str, line: int, what: str) -> None:
        problem = Evidence(path, line, what)
        if problem not in self.into.problems:
            self.into.problems.append(problem)


def _inputs(given: Node) -> dict[str, str]:
    return {key: value.text for key, value in given.items() if value.is_scalar}
