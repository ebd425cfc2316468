"""Commands of shell text: simple ones with their folder and variables, and those that hold lists of
others."""

import posixpath
import re
from itertools import pairwise

from msgspec.structs import replace

from scorecard.patterns import lazily
from scorecard.readers.shell_lists import MAX_DEPTH, Lists
from scorecard.readers.shell_model import ASSIGNMENT, Command
from scorecard.readers.shell_paths import beside_script, joined, under_root
from scorecard.readers.shell_words import QUOTED_DOLLAR, tokens

_VARIABLE = lazily(r"\$(?:(\w+)|\{(\w+)(?::?-([^{}$]*))?\})")
_LONGEST = 10_000  # of a word: `a=$a$a`, often enough, would fill the memory
_OPENERS = frozenset({"if", "while", "until", "for", "select", "case", "{"})
_STEERING = frozenset({"PYTHONPATH", "FLASK_APP"})  # variables that decide which file a command starts


class Parser(Lists):
    """One piece of shell text; ``run`` gives its commands."""

    # Commands: simple ones, and those that hold lists.

    def _command(self) -> None:
        if not self._more():
            return
        token = self.tokens[self.at]
        if token.kind == "op":
            if token.text == "(":
                self._subshell()
        elif self._is_word(token, _OPENERS):
            self.at += 1
            if token.text == "if":
                self._if()
            elif token.text in ("while", "until"):
                self._while()
            elif token.text in ("for", "select"):
                self._for()
            elif token.text == "case":
                self._case()
            else:
                self._list(frozenset({"}"}))
                self._word("}")
        elif not self._function():
            self._simple()

    def _subshell(self) -> None:
        self.at += 1
        kept = replace(self.state, variables=dict(self.state.variables), stack=list(self.state.stack))
        self._list(frozenset({")"}))
        self._operator(")")
        kept.asked = kept.asked or self.state.asked
        kept.rounds = self.state.rounds
        self.state = kept

    def _if(self) -> None:
        beginning, start = len(self.out), self.at
        conditions: list[tuple[int, int]] = []
        word = "if"
        while word in ("if", "elif"):
            first = len(self.out)
            self._list(frozenset({"then", "{"}))
            conditions.append((first, len(self.out)))
            if not self._word("then"):
                return  # PowerShell: its block is read as a group of its own
            self._list(frozenset({"elif", "else", "fi"}))
            word = self._word("elif", "else", "fi")
        if word == "else":
            self._list(frozenset({"fi"}))
            self._word("fi")
        source = self.text[self.tokens[min(start, len(self.tokens) - 1)].start : self.tokens[self.at - 1].end]
        for first, last in conditions:
            if not re.search(r"\b(?:exit|return)\s+[1-9$]|\bfalse\b", source):
                self._forgive(first, last)
        for i in range(conditions[0][1], len(self.out)):
            if i >= beginning:
                self.out[i] = replace(self.out[i], guarded=True)

    def _while(self) -> None:
        first = len(self.out)
        self._list(frozenset({"do"}))
        self._forgive(first, len(self.out))
        if self._word("do"):
            self._list(frozenset({"done"}))
            self._word("done")

    def _for(self) -> None:
        names: list[str] = []
        while self._more() and not self._is_word(self.tokens[self.at], frozenset({"do"})):
            token = self.tokens[self.at]
            if token.kind == "word":
                names.append(self._expanded(token.text))
            elif token.kind == "op" and token.text in ("{", "}", "&&", "||"):
                return
            self.at += 1
        if not self._word("do"):
            return
        values = names[2:] if names[1:2] == ["in"] else []
        literal = [value for value in values if not re.search(r"[$*?`{]", value)][: max(self.state.rounds, 1)]
        self.state.rounds -= len(literal)
        body = self.at
        for value in literal or [""]:
            if value:
                self.state.variables[names[0]] = value
            self.at = body
            self._list(frozenset({"done"}))
        self._word("done")
        if names:
            self.state.variables.pop(names[0], None)

    def _case(self) -> None:
        while self._more() and not self._word("in"):
            self.at += 1
        while self._more() and not self._word("esac"):
            while self._more() and self.tokens[self.at].text not in (")", "esac"):
                self.at += 1  # the pattern
            if not self._operator(")"):
                continue
            first = len(self.out)
            self._list(frozenset({";;", "esac"}))
            for i in range(first, len(self.out)):
                self.out[i] = replace(self.out[i], guarded=True)
            if (
                not self._operator(";;")
                and self._more()
                and not self._is_word(self.tokens[self.at], frozenset({"esac"}))
            ):
                self.at += 1

    def _function(self) -> bool:
        ahead = [token.text for token in self.tokens[self.at : self.at + 4]]
        keyword = ahead[:1] == ["function"]
        name = ahead[1:2] if keyword else ahead[:1]
        brackets = ahead[2:4] if keyword else ahead[1:3]
        if not name or (brackets != ["(", ")"] and not keyword):
            return False
        self.at += (2 if keyword else 1) + (2 if brackets == ["(", ")"] else 0)
        self._blank_lines()
        first = len(self.out)
        kept = self.state.folder
        self._command()
        self.state.folder = kept
        self.functions.append((name[0], first, len(self.out)))
        return True

    def _simple(self) -> None:
        words: list[str] = []
        env: list[tuple[str, str]] = []
        writes: list[str] = []
        first = self.tokens[self.at]
        inner: list[tuple[int, str]] = []
        while self._more() and (self.tokens[self.at].kind != "op" or self._inside_test(words)):
            token = self.tokens[self.at]
            text = self._expanded(token.text)
            inner += token.inner
            assigned = ASSIGNMENT.match(token.text) if not words else None
            if token.kind == "target":
                writes.append(text)
            elif assigned and not token.text.startswith(("'", '"')):
                env.append((assigned[1], text[assigned.end() :]))
            elif text != token.text and not token.quoted and _VARIABLE.fullmatch(token.text):
                words += (w.text for w in tokens(text) if w.kind == "word")  # an unquoted variable is split
            else:
                words.append(text)
            self.at += 1
        last = self.tokens[self.at - 1]
        for line, script in inner:
            self._substitution(script, self.line + line - 1)
        if words and words[0] in ("export", "declare", "local", "readonly", "typeset"):
            env += [(name, value) for name, mark, value in (w.partition("=") for w in words[1:]) if mark]
            words = []
        if not words:
            self._assign(env)
        while words and words[0] in (
            "&",
            "call",
            "then",
            "do",
            "else",
        ):  # PowerShell's and cmd's ways to call
            words = words[1:]
        steering = [(n, v) for n, v in self.state.variables.items() if n in _STEERING]
        self.out.append(
            Command(
                tuple(words),
                self.line + first.line - 1,
                " ".join(self.text[first.start : last.end].split()),
                folder=self.state.folder,
                env=tuple(steering + env),
                writes=tuple(writes),
                stops=self.state.stops,
            )
        )
        if words:
            self._builtin(words)

    def _inside_test(self, words: list[str]) -> bool:
        """Operators between `[[` and `]]` join no commands."""
        return words[:1] == ["[["] and words[-1] != "]]" and self.tokens[self.at].text != "\n"

    def _substitution(self, script: str, line: int) -> None:
        if len(script.split()) < 2 or "dirname" in script or self.depth >= MAX_DEPTH:
            return  # `$(pwd)`, a script's own folder, or Azure's way to write a variable
        state = replace(self.state, variables=dict(self.state.variables), stack=[])
        parser = Parser(script, line, state, self.depth + 1)
        self.out += parser.run()
        self.state.rounds = parser.state.rounds

    def _assign(self, env: list[tuple[str, str]]) -> None:
        for name, value in env:
            known = not re.search(r"\$[(?\d@*`]|`", value) or beside_script(value) or under_root(value)
            if name in _STEERING or (known and "$" + name not in value):
                self.state.variables[name] = value
            else:
                self.state.variables.pop(name, None)

    def _expanded(self, word: str) -> str:
        if "$" in word:
            word = _VARIABLE.sub(self._value, word)[:_LONGEST]
        return word.replace(QUOTED_DOLLAR, "$")

    def _value(self, found: re.Match[str]) -> str:
        value = self.state.variables.get(found[1] or found[2])
        return value if value is not None else (found[3] or found[0])

    def _builtin(self, words: list[str]) -> None:
        state = self.state
        if words[0] == "set":
            for flag, following in pairwise([*words[1:], ""]):
                on = flag.startswith("-")
                if re.fullmatch(r"[-+]\w*e\w*", flag) or (flag in ("-o", "+o") and following == "errexit"):
                    state.stops, state.asked = on, on or state.asked
                if "pipefail" in following and flag[:1] in "-+":
                    state.pipefail = on
        elif words[0] in ("cd", "pushd", "Set-Location", "chdir"):
            target = next((word for word in words[1:] if not word.startswith("-") and word != "/d"), "~")
            if words[0] == "pushd":
                state.stack.append(state.folder)
            state.folder = self._entered(target)
        elif words[0] == "popd" and state.stack:
            state.folder = state.stack.pop()
        elif words[:2] == ["git", "clone"]:
            self._clone([word for word in words[2:] if not word.startswith("-")])

    def _clone(self, arguments: list[str]) -> None:
        urls = [word for word in arguments if re.search(r"[/:$]", word)]
        if not urls:
            return
        base = urls[0].rstrip("/").rpartition("/")[2].removesuffix(".git")
        into = next((word for word in arguments[arguments.index(urls[0]) + 1 :]), base)
        own = "$" in urls[0] or bool(base and self.state.name.lower().endswith(base.lower()))
        self.state.cloned["*" if "$" in into else into] = own

    def _entered(self, target: str) -> str | None:
        first, _, rest = target.partition("/")
        own = self.state.cloned.get(first, self.state.cloned.get("*"))
        if own is not None:
            self.state.cloned.pop("*", None)
            return joined("", rest or ".") if own else None
        if self.state.container and target.startswith("/") and "$" not in target:
            return posixpath.normpath(target)
        return joined(self.state.folder, target, here=self.state.here)
