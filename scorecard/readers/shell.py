"""Shell text to the simple commands it runs, each with its line, its folder, and whether its failure counts.

A failure counts where it would end the script with an error: `|| true`, a pipe without `pipefail`, the
condition of an `if`, the background, and any line but the last of a script without `set -e` let it pass.
"""

import re

from msgspec import Struct

from scorecard.readers.shell_lists import State
from scorecard.readers.shell_model import Command
from scorecard.readers.shell_parser import Parser
from scorecard.readers.shell_paths import beside_script, joined, under_root
from scorecard.readers.shell_words import QUOTED_DOLLAR, tokens
from scorecard.readers.wrappers import strip_wrappers

MAX_TEXT = 400_000


class Script(Struct, frozen=True):
    """``stops`` says whether the text itself asks to stop at the first error (`set -e`, `#!/bin/bash -e`)."""

    commands: tuple[Command, ...] = ()
    stops: bool = False


def read(
    text: str,
    line: int = 1,
    *,
    folder: str | None = "",
    here: str | None = None,
    name: str = "",
    stops: bool = False,
    pipefail: bool = False,
    container: bool = False,
) -> Script:
    """The commands of ``text``, whose first line is ``line`` of its file, in the order in which they stand.

    ``here`` is the folder of the script's own file, ``name`` the repository's, so that `cd` into a fresh
    clone of it is known; ``stops`` and ``pipefail`` say how the caller starts the shell. In a ``container``
    absolute folders are kept, for only the caller knows what lies there.
    """
    text = text[:MAX_TEXT].replace("\r\n", "\n").replace("\r", "\n")
    first = text.split("\n", 1)[0]
    asked = first.startswith("#!") and bool(re.search(r"\s-\w*e", first))
    parser = Parser(text, line, State(folder, here, name, stops or asked, pipefail, container))
    parser.state.asked = asked
    return Script(tuple(parser.run()), parser.state.asked)


def split_words(text: str) -> tuple[str, ...]:
    """The words of one command line."""
    return tuple(token.text.replace(QUOTED_DOLLAR, "$") for token in tokens(text) if token.kind == "word")


__all__ = [
    "Command",
    "Script",
    "beside_script",
    "joined",
    "read",
    "split_words",
    "strip_wrappers",
    "under_root",
]
