"""Words of a command line: its options, and what is found inside of it."""

from msgspec import Struct

Words = tuple[str, ...]


class Inner(Struct, frozen=True):
    """What was inside: a command, or a whole ``script``, and where it runs if not here."""

    words: Words = ()
    script: str = ""
    stops: bool = False
    folder: str = ""
    env: tuple[tuple[str, str], ...] = ()
    image: str = ""  # the container image it runs in
    service: str = ""  # or the service of docker compose


def after_options(words: Words, at: int, valued: frozenset[str]) -> int:
    """The index of the first word that is no option; `--` is passed over."""
    while at < len(words) and words[at].startswith("-") and words[at] != "-":
        if words[at] == "--":
            return at + 1
        at += 2 if words[at] in valued else 1
    return at


def option(words: Words, *names: str) -> str:
    """The value of an option, written as two words or with `=`; "" if it is not given."""
    for at, word in enumerate(words):
        for name in names:
            if word == name:
                return words[at + 1] if at + 1 < len(words) else ""
            if word.startswith(name + "=") or (
                len(name) == 2 and name[1] != "-" and word.startswith(name) and len(word) > 2
            ):
                return word[len(name) :].removeprefix("=")
    return ""
