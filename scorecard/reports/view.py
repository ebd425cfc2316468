"""What several reports say in the same words."""

from collections.abc import Iterator

from scorecard.asks import ASKS
from scorecard.model import Ask, Criterion, Evidence, Finding, Level, Outcome, Scorecard
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
