"""A badge as SVG, in the flat style that READMEs are used to; drawn here, so that nothing is asked of a server."""

from xml.sax.saxutils import escape

from scorecard.model import Scorecard
from scorecard.reports.view import badge

_LABEL = "seven asks"
# Advance widths of Verdana at 11 px, in tenths of a pixel; what is not listed is as wide as a digit.
_WIDTHS = {
    " ": 39,
    ".": 40,
    "/": 50,
    "a": 66,
    "e": 66,
    "f": 39,
    "i": 30,
    "k": 65,
    "l": 30,
    "n": 70,
    "o": 67,
    "r": 47,
    "s": 57,
    "v": 65,
}
_DIGIT = 70


def render(card: Scorecard, *, full: bool) -> str:
    """The count of what applies, coloured by how much of it is met."""
    message, colour = badge(card, full=full)
    left, right = _width(_LABEL) + 10, _width(message) + 10
    said = escape(f"{_LABEL}: {message}")
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" aria-label="{said}">
<title>{said}</title>
<clipPath id="r"><rect width="{left + right}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)">
<rect width="{left}" height="20" fill="#555"/>
<rect x="{left}" width="{right}" height="20" fill="{colour}"/>
</g>
<g fill="#fff" text-anchor="middle" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">
<text x="{left / 2:g}" y="14" textLength="{left - 10}">{escape(_LABEL)}</text>
<text x="{left + right / 2:g}" y="14" textLength="{right - 10}">{escape(message)}</text>
</g>
</svg>
"""


def _width(text: str) -> int:
    return round(sum(_WIDTHS.get(char, _DIGIT) for char in text) / 10)
