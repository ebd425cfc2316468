"""The vocabulary of a scorecard. Pure data: of ours it imports only how its classes are made."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path

from msgspec import Struct
from msgspec.structs import force_setattr


class NotARepository(Exception):
    """The path cannot be audited; the message says why."""


class Outcome(StrEnum):
    """What a check can answer."""

    MET = "met"
    UNMET = "unmet"
    NOT_APPLICABLE = "n/a"
    UNKNOWN = "unknown"  # static evidence cannot settle it
    WAIVED = "waived"  # by the user, with a reason
    ERROR = "error"  # the check itself broke: a bug of whoever wrote it, never the repository's gap


SETTLED = frozenset({Outcome.MET, Outcome.NOT_APPLICABLE, Outcome.WAIVED})


class Kind(StrEnum):
    """What sort of repository this is; see the rubric."""

    ML = "ml"
    LLM = "llm"
    BOTH = "ml+llm"
    LIBRARY = "library"
    NONE = "none"

    @property
    def trains(self) -> bool:
        return self in {Kind.ML, Kind.BOTH}

    @property
    def calls_llm(self) -> bool:
        return self in {Kind.LLM, Kind.BOTH}

    @property
    def is_system(self) -> bool:
        return self not in {Kind.LIBRARY, Kind.NONE}


class Stage(StrEnum):
    """How far the system has come; decides which gap hurts now."""

    PROTOTYPE = "prototype"
    PRODUCTION = "production"


class Effort(StrEnum):
    """How long a person who knows the repository needs to close a gap."""

    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"


class Evidence(Struct, frozen=True):
    """One observed thing: a line of a file of the audited repository. Never a list of what we hoped to find.

    ``path`` is relative to the repository with forward slashes (or ``git:tags``-like for history),
    ``line`` counts from 1, ``text`` is what stands there, shortened.
    """

    path: str
    line: int = 1
    text: str = ""

    def __post_init__(self) -> None:
        if not self.path:
            raise ValueError("evidence needs a path")
        force_setattr(self, "text", " ".join(self.text.split())[:160].rstrip())

    def __lt__(self, other: "Evidence") -> bool:
        return (self.path, self.line, self.text) < (other.path, other.line, other.text)


class Finding(Struct, frozen=True):
    """The answer of one check. Made by the functions below, which hold the rule that a met criterion cites."""

    outcome: Outcome
    summary: str
    evidence: tuple[Evidence, ...] = ()
    looked_in: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.outcome is Outcome.MET and not self.evidence:
            raise ValueError(f"a met criterion must cite evidence: {self.summary}")


def met(summary: str, evidence: Iterable[Evidence], *, most: int = 8) -> Finding:
    """A yes: the chain of evidence in the order in which a reader should follow it."""
    return Finding(Outcome.MET, summary, tuple(dict.fromkeys(evidence))[:most])


def unmet(summary: str, *, looked_in: Iterable[str] = (), near: Iterable[Evidence] = ()) -> Finding:
    """A no: where it was looked for, and the near misses that a reader would otherwise bring up."""
    return Finding(Outcome.UNMET, summary, tuple(dict.fromkeys(near))[:4], tuple(looked_in))


def not_applicable(summary: str, evidence: Iterable[Evidence] = ()) -> Finding:
    """The question makes no sense here; the summary says why."""
    return Finding(Outcome.NOT_APPLICABLE, summary, tuple(evidence)[:4])


def unknown(summary: str, evidence: Iterable[Evidence] = ()) -> Finding:
    """Static evidence cannot settle it; the summary says what would."""
    return Finding(Outcome.UNKNOWN, summary, tuple(evidence)[:4])


class Ask(Struct, frozen=True):
    """One of the seven questions, and what each rung of its ladder means (index 0 to 3)."""

    id: str
    title: str
    question: str
    levels: tuple[str, str, str, str]


class Level(Struct, frozen=True):
    """How far one ask has come: the rung (None where nothing applies), and the plain count."""

    level: int | None
    met: int
    applicable: int


class Gap(Struct, frozen=True):
    """One unmet criterion, ranked: why it hurts here, what it unlocks, how much work, what to type."""

    criterion: str
    why: str
    unlocks: tuple[str, ...]
    effort: Effort
    command: str


class Note(Struct, frozen=True):
    """Something the reader of the report should know about how the repository was read."""

    path: str
    reason: str


class Criterion(Struct, frozen=True):
    """What a report needs to know about a check without importing it.

    ``namespace`` is whose criterion it is, "" for one of the rubric's; ``page`` the file that holds its manual.
    """

    id: str
    ask: str
    level: int
    question: str
    surprise: str = ""
    page: str = ""
    namespace: str = ""

    @property
    def short(self) -> str:
        """Its name below its ask: `on-push`, or `acme/naming`."""
        name = self.id.rpartition("/")[2].partition(".")[2]
        return f"{self.namespace}/{name}" if self.namespace else name

    def read_page(self) -> str:
        """The manual, in Markdown; "" where there is none."""
        try:
            return Path(self.page).read_text(encoding="utf-8") if self.page else ""
        except (OSError, UnicodeDecodeError):
            return ""


class Profile(Struct, frozen=True):
    """Kind and stage of the repository with the evidence that decided them."""

    kind: Kind
    stage: Stage
    kind_why: str
    stage_why: str
    kind_evidence: tuple[Evidence, ...] = ()
    stage_evidence: tuple[Evidence, ...] = ()


class Thresholds(Struct, frozen=True):
    """What a team wants to be reached, in the words of the command line: `60%`, `testing=2`."""

    min_met: str | None = None
    min_level: tuple[str, ...] = ()


class Change(Struct, frozen=True):
    """A criterion whose answer is another one now; ``places`` are what shows it: of the new proof, or of the proof that is gone."""

    criterion: str
    before: str
    after: str
    summary: str
    places: tuple[str, ...]


class Comparison(Struct, frozen=True):
    """With what ``base`` names: ``gained`` are met or waived now and were open; ``lost`` the other way round; ``levels`` changed from, to."""

    base: str
    gained: tuple[Change, ...]
    lost: tuple[Change, ...]
    levels: Mapping[str, tuple[int | None, int | None]]


class Scorecard(Struct, frozen=True):
    """Everything a report shows."""

    name: str
    revision: str | None
    files: int
    profile: Profile
    criteria: tuple[Criterion, ...]
    findings: dict[str, Finding]
    levels: dict[str, Level]
    gaps: tuple[Gap, ...] = ()
    notes: tuple[Note, ...] = ()
    wanted: Thresholds = Thresholds()
    compared: Comparison | None = None

    @property
    def met(self) -> int:
        return sum(level.met for level in self.levels.values())

    @property
    def applicable(self) -> int:
        return sum(level.applicable for level in self.levels.values())
