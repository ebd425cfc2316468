"""Sections of names and values, as `tox.ini` and `setup.cfg` have them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from configparser import RawConfigParser


def read(text: str) -> "RawConfigParser | None":
    """The sections; none where the text is no such file. Never raises."""
    import configparser  # noqa: PLC0415  few repositories have such a file

    parser = configparser.RawConfigParser(
        strict=False, allow_no_value=True, delimiters=("=", ":"), comment_prefixes=("#", ";")
    )
    try:
        parser.read_string(text)
    except (configparser.Error, ValueError, AttributeError):  # the last where lines go on after a name without a value
        return None
    return parser
