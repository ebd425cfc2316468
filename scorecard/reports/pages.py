"""The templates of the pages, and what they have in common: whatever comes from a repository is escaped."""

from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from scorecard.reports.view import clean

if TYPE_CHECKING:
    from jinja2 import Template


def page(name: str, **filters: Callable[..., Any]) -> "Template":
    """The template called ``name``, with these filters and `clean`."""
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415  the other formats need it not

    env = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    env.filters |= {"clean": clean, **filters}
    return env.from_string(files("scorecard.reports").joinpath(f"{name}.html.jinja").read_text(encoding="utf-8"))
