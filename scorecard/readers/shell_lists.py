"""Lists and chains of commands: what newlines, `;`, `&&`, `||`, `|` and `&` make of a failure."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from scorecard.readers.shell_model import Command, handled, lets_pass
from scorecard.readers.shell_words import Token, tokens

MAX_DEPTH = 40
MAX_COMMANDS = 5_000
_MOST_ALTERNATIVES = 20
_CLOSERS = frozenset({"then", "elif", "else", "fi", "do", "done", "esac", "}"})


class State(Struct):
    folder: str | None
    here: str | None
    name: str
    stops: bool
    pipefail: bool
    container: bool = False
    asked: bool = False
    rounds: int = 40  # how many rounds of loops are still unrolled
    cloned: dict[str, bool] = field(default_factory=dict)  # folder of a clone: is it this repository?
    variables: dict[str, str] = field(default_factory=dict)
    stack: list[str | None] = field(default_factory=list)


class Lists(Struct, dict=True, eq=False):
    text: str
    line: int
    state: State
    depth: int = 0
    functions: list[tuple[str, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tokens: list[Token] = tokens(self.text)
        self.at = 0
        self.out: list[Command] = []

    def run(self) -> Iterator[Command]:
        while self.at < len(self.tokens) and len(self.out) < MAX_COMMANDS:
            before = self.at
            self._list(frozenset())
            if self.at == before:  # a closing word without its opening one
                self.at += 1
        called = {command.words[0] for command in self.out if command.words}
        skipped = {index for name, start, end in self.functions if name not in called for index in range(start, end)}
        return (c for i, c in enumerate(self.out) if c.words and i not in skipped)

    # Lists: what is joined by newlines and semicolons.

    def _list(self, until: frozenset[str]) -> None:
        self.depth += 1
        items: list[tuple[int, int, int, int]] = []
        if self.depth >= MAX_DEPTH:
            self.at = len(self.tokens)  # nobody writes this: give the rest up
        while self.at < len(self.tokens) and len(self.out) < MAX_COMMANDS:
            token = self.tokens[self.at]
            if self._is_word(token, until) or (token.kind == "op" and token.text in until):
                break
            if token.kind == "op" and token.text in ("\n", ";", "&", ";;"):
                self.at += 1
                continue
            if (token.kind == "op" and token.text == ")") or self._is_word(token, _CLOSERS):
                break
            first, start = len(self.out), token.start
            before = self.at
            self._and_or()
            if self.at == before:
                self.at += 1
            items.append((first, len(self.out), start, self.tokens[self.at - 1].end))
        self.depth -= 1
        self._forgive_all_but_the_last(items)

    def _forgive_all_but_the_last(self, items: Sequence[tuple[int, int, int, int]]) -> None:
        while len(items) > 1 and re.match(r"(?:exit|return)\b[\s\"]*(?:\$|\Z)", self._source(items[-1])):
            items = items[:-1]
        for index, (first, last, *_) in enumerate(items[:-1]):
            if all(command.stops for command in self.out[first:last]) or handled(*self._around(items, index)):
                continue
            self._forgive(first, last, only_unguarded_by_e=True)

    def _around(self, items: Sequence[tuple[int, int, int, int]], index: int) -> tuple[str, str]:
        """The source of what follows an item, and of everything after that."""
        following = self._source(items[index + 1])
        if following.startswith("if (") and index + 2 < len(items):  # PowerShell's block is an item of its own
            following = self.text[items[index + 1][2] : items[index + 2][3]]
        return following, self.text[items[index + 1][3] :]

    def _source(self, item: tuple[int, int, int, int]) -> str:
        return self.text[item[2] : item[3]]

    def _forgive(self, first: int, last: int, *, only_unguarded_by_e: bool = False) -> None:
        for i in range(first, last):
            if not (only_unguarded_by_e and self.out[i].stops):
                self.out[i] = replace(self.out[i], may_fail=True)

    # Chains: what is joined by && and ||.

    def _and_or(self) -> None:
        beginning = len(self.out)
        alternatives: list[tuple[int, int]] = []  # (first command after `||`, where its source begins)
        guarded = False
        while True:
            first = len(self.out)
            self._pipeline()
            for i in range(first, len(self.out)):
                if guarded and not self.out[i].guarded:
                    self.out[i] = replace(self.out[i], guarded=True)
            if any(c.words and c.words[0] in ("[", "[[", "test", "command", "which") for c in self.out[first:]):
                guarded = True
            operator = self._operator("&&", "||", "&")
            if operator in ("", "&"):
                break
            self._blank_lines()
            if operator == "||":
                alternatives.append((len(self.out), self.tokens[self.at].start if self._more() else len(self.text)))
        if operator == "&":
            self._forgive(beginning, len(self.out))
        for first, start in alternatives[-_MOST_ALTERNATIVES:]:
            end = self.tokens[self.at - 1].end if self.at else len(self.text)
            if lets_pass(self.out[first:], self.text[start:end], self.text[end:]):
                self._forgive(beginning, first)

    def _operator(self, *wanted: str) -> str:
        if self._more() and self.tokens[self.at].kind == "op" and self.tokens[self.at].text in wanted:
            self.at += 1
            return self.tokens[self.at - 1].text
        return ""

    def _blank_lines(self) -> None:
        while self._operator("\n"):
            pass

    def _more(self) -> bool:
        return self.at < len(self.tokens)

    def _is_word(self, token: Token, words: frozenset[str]) -> bool:
        return token.kind == "word" and not token.quoted and token.text in words

    def _pipeline(self) -> None:
        beginning = first = len(self.out)
        while self._more() and self._is_word(self.tokens[self.at], frozenset({"!"})):
            self.at += 1
        self._command()
        while self._operator("|", "|&"):
            self._blank_lines()
            first = len(self.out)
            self._command()
        if not self.state.pipefail:
            self._forgive(beginning, max(beginning, first))

    def _word(self, *wanted: str) -> str:
        if self._more() and self._is_word(self.tokens[self.at], frozenset(wanted)):
            self.at += 1
            return self.tokens[self.at - 1].text
        return ""

    def _command(self) -> None:
        """One command from where the parser stands; what a command may be is not this class's business."""
        raise NotImplementedError
