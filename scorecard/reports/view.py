"""What several reports say in the same words."""

from collections.abc import Iterator

from scorecard.asks import ASKS
from scorecard.model import Ask, Comparison, Criterion, Evidence, Finding, Gap, Level, Outcome, Scorecard
from scorecard.patterns import lazily

MARKS = {
    Outcome.MET: "✓",
    Outcome.UNMET: "✗",
    Outcome.NOT_APPLICABLE: "\u2013",
    Outcome.UNKNOWN: "?",
    Outcome.WAIVED: "~",
    Outcome.ERROR: "!",
}
_CONTROL = lazily(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def clean(text: str) -> str:
    """Nothing of the audited repository reaches a terminal or a page as a control character."""
    return _CONTROL.sub(lambda m: f"\\x{ord(m.group()):02x}", text)


def place(evidence: Evidence) -> str:
    """``path:line``, or the path alone for what has no line (`git:tags`)."""
    return clean(evidence.path if evidence.path.startswith("git:") else f"{evidence.path}:{evidence.line}")


def by_ask(card: Scorecard) -> Iterator[tuple[Ask, Level, list[tuple[Criterion, Finding]]]]:
    """The asks that the card holds, each with its level and its criteria in order."""
    for ask in ASKS:
        if ask.id in card.levels:
            mine = [(c, card.findings[c.id]) for c in card.criteria if c.ask == ask.id]
            yield ask, card.levels[ask.id], mine


def is_system(card: Scorecard) -> bool:
    return card.profile.kind.is_system


def headline(card: Scorecard) -> str:
    """The count over all asks, in words."""
    percent = round(100 * card.met / card.applicable) if card.applicable else 100
    return f"{card.met} of {card.applicable} criteria that apply are met ({percent} %)"


def not_a_system(card: Scorecard) -> str:
    """Said first where the asks are optional."""
    if card.profile.kind == "library":
        return (
            "This is a library or a tool for others to build with: it ships no system of its own, so the seven asks "
            "are optional here."
        )
    return "Nothing of machine learning was found here, so the seven asks do not apply."


def changes(compared: Comparison) -> list[tuple[str, str]]:
    """What became better and worse, as mark and sentence, losses first."""
    rows = []
    for mark, several in (("-", compared.lost), ("+", compared.gained)):
        for change in several:
            places = f" ({', '.join(clean(place) for place in change.places)})" if change.places else ""
            gone = " is gone" if mark == "-" and change.places else ""
            rows.append((mark, f"{change.criterion}: {clean(change.summary)}{places}{gone}"))
    return rows


def shifts(compared: Comparison) -> str:
    """The levels that moved, as `testing 1 → 2`."""
    return ", ".join(f"{ask} {_level(a)} → {_level(b)}" for ask, (a, b) in compared.levels.items())


def _level(level: int | None) -> str:
    return "n/a" if level is None else str(level)


def open_gaps(card: Scorecard, *, full: bool) -> Iterator[tuple[Criterion, Gap]]:
    """What is open, the one to close first in front; nothing where the asks are optional, unless ``full``."""
    criteria = {criterion.id: criterion for criterion in card.criteria}
    if is_system(card) or full:
        for gap in card.gaps:
            yield criteria[gap.criterion], gap


def where(card: Scorecard, criterion: str) -> tuple[Evidence, ...]:
    """A line to show an open criterion at: a near miss, or what makes this the kind of repository that needs it."""
    near = [e for e in card.findings[criterion].evidence if not e.path.startswith("git:")]
    return tuple((near or [e for e in card.profile.kind_evidence if not e.path.startswith("git:")])[:1])


def badge(card: Scorecard, *, full: bool) -> tuple[str, str]:
    """Message and colour: white on each has a contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3)."""
    if not is_system(card) and not full:
        return str(card.profile.kind).replace("none", "no ML"), "#5f6672"
    share = card.met / card.applicable if card.applicable else 1.0
    colour = next(colour for least, colour in ((0.85, "#2a7a0b"), (0.5, "#7a6a00"), (0.0, "#b3391f")) if share >= least)
    return f"{card.met}/{card.applicable}", colour


def brief(page: str) -> str:
    """A check's page without its title and its examples: why it matters, and how to close the gap."""
    parts = lazily(r"(?m)^## ").split(page)
    why = parts[0].partition("\n")[2] if parts[0].startswith("# ") else parts[0]
    fix = next((part.partition("\n")[2] for part in parts[1:] if part.startswith("Fix")), "")
    return f"{why.strip()}\n\n**How to close it**\n\n{fix.strip()}\n" if fix else f"{why.strip()}\n"
