"""Continuous integration, whichever system runs it: jobs with triggers, and steps with commands."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any, Protocol

from msgspec import Struct, field
from msgspec.structs import replace

from scorecard.model import Evidence
from scorecard.repository import Repository


class Trigger(StrEnum):
    """What starts a job."""

    PUSH = "push"  # a push to a branch that exists, merges included
    CHANGE = "change"  # a pull or merge request
    TAG = "tag"  # a tag or a published release
    SCHEDULE = "schedule"
    MANUAL = "manual"  # a person presses a button
    OTHER = "other"  # another pipeline, a webhook, a queue


AUTOMATIC = frozenset({Trigger.PUSH, Trigger.CHANGE, Trigger.TAG, Trigger.SCHEDULE})


class Step(Struct, frozen=True):
    """One thing a job does.

    ``command`` is shell text (may be many lines) or "" where the step uses a packaged action; ``uses`` names that
    action, task, plugin or image (`actions/checkout@v4`, `Docker@2`, `gcr.io/cloud-builders/docker`), and ``inputs`` its
    inputs. ``line`` is the line of the command's first line. ``folder`` is the working directory relative to the
    repository ("" for its root).
    """

    path: str
    line: int
    command: str = ""
    uses: str = ""
    name: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    folder: str = ""
    may_fail: bool = False
    condition: str = ""
    via: tuple[Evidence, ...] = ()  # how the reader got here: the caller of a template or a reusable workflow

    def lines(self) -> Iterator[tuple[int, str]]:
        """The command line by line with the line of the file on which each stands."""
        for offset, text in enumerate(self.command.split("\n")):
            yield self.line + offset, text

    @property
    def evidence(self) -> Evidence:
        first = next((text for text in self.command.split("\n") if text.strip()), "")
        return Evidence(self.path, self.line, first.strip() or f"uses: {self.uses}")

    def input(self, *names: str) -> str:
        wanted = {name.lower() for name in names}
        return next((value for key, value in self.inputs if key.lower() in wanted), "")


class Job(Struct, frozen=True):
    """A list of steps that is started by something.

    ``needs`` are the ids of jobs of the same pipeline that must have succeeded, ``environment`` the deployment
    environment it names ("" if none), ``approval`` whether a person must press a button before it runs within an otherwise
    automatic pipeline. ``problems`` are dead ends that were seen (a branch nobody has, a template that is not there).
    """

    system: str
    pipeline: str  # the file that starts it
    id: str
    path: str
    line: int
    steps: tuple[Step, ...] = ()
    triggers: frozenset[Trigger] = frozenset()
    branches: tuple[str, ...] = ()  # branch filters of push, as written; empty for all
    needs: tuple[str, ...] = ()
    environment: str = ""
    approval: bool = False
    may_fail: bool = False
    name: str = ""
    image: str = ""
    text: str = ""
    trigger_evidence: tuple[Evidence, ...] = ()
    condition: str = ""  # what must hold before it runs, as written
    docker_host: str = ""  # the daemon that its commands speak to, where its variables name one

    @property
    def automatic(self) -> bool:
        return bool(self.triggers & AUTOMATIC)

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.path, self.line, self.text or f"{self.id}:")

    def with_steps(self, steps: Iterable[Step]) -> "Job":
        return replace(self, steps=tuple(steps))


class Reading(Struct):
    """What one CI system's configuration says."""

    jobs: list[Job] = field(default_factory=list)
    problems: list[Evidence] = field(default_factory=list)  # dead ends; ``text`` says what is wrong
    memo: dict[str, Any] = field(default_factory=dict)  # worked out once


class System(Protocol):
    """What a module in this folder offers."""

    @property
    def NAME(self) -> str: ...  # noqa: N802  a constant of the module

    @property
    def FILES(self) -> tuple[str, ...]: ...  # noqa: N802  glob patterns, as in Repository.glob

    def read(self, repository: Repository, path: str, into: Reading) -> None:
        """Add what the pipeline at ``path`` (a match of FILES) defines. Never raises on a malformed file."""
        ...
