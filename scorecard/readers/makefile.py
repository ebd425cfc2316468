"""Makefiles to rules: targets, what they need, and the recipe line by line with variables put in."""

import re

from msgspec import Struct, field

from scorecard.patterns import lazily

MAX_LINES = 20_000
_ASSIGNMENT = lazily(r"(?:export\s+|override\s+)*([\w.-]+)\s*(::?:?=|\?=|\+=|!=|=)\s*")
_RULE = lazily(r"([^\s:=#][^:=#]{0,4000}?)\s*::?(?![:=])\s*")
_INCLUDE = lazily(r"\s*(?:-|s)?include\s+(\S.*)")
_CONDITION = lazily(r"(?:ifeq|ifneq|ifdef|ifndef|else|endif)\b")
_REFERENCE = lazily(r"\$(?:\(([\w.-]+)\)|\{([\w.-]+)\}|([@<^*?+%]))")
_FUNCTION = lazily(
    r"(?<!\$)\$\((?:wildcard|foreach|patsubst|subst|addprefix|filter|firstword|or|if|strip|dir|abspath|info)\s"
    r"[^()]{0,300}\)"
)
_ROUNDS = 4


class Rule(Struct):
    """``recipe`` holds (line, text) with `@` taken off; a line whose failure is ignored ends in `|| true`."""

    target: str
    line: int
    needs: list[str] = field(default_factory=list)
    recipe: list[tuple[int, str]] = field(default_factory=list)


class Makefile(Struct):
    rules: dict[str, Rule] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    includes: list[tuple[int, str]] = field(default_factory=list)
    one_shell: bool = False

    @property
    def default(self) -> str:
        """The target of a bare `make`."""
        named = self.variables.get(".DEFAULT_GOAL", "").strip()
        first = next((name for name in self.rules if not name.startswith(".") and "%" not in name), "")
        return named or first


def read(text: str, variables: dict[str, str] | None = None) -> Makefile:
    """The rules of one file; ``variables`` are those of the files that include it. Never raises."""
    found = Makefile(variables=dict(variables or {}))
    current: list[Rule] = []
    inside_define = False
    for line, row in _logical(text):
        stripped = row.strip()
        if inside_define or re.match(r"(?:override\s+)?define\s", stripped):
            inside_define = not stripped.startswith("endef")
            continue
        if row.startswith("\t") and current:
            if stripped and not stripped.startswith("#"):
                for rule in current:
                    rule.recipe.append((line, row[1:]))
            continue
        if not stripped or stripped.startswith("#") or _CONDITION.match(stripped):
            continue
        included = _INCLUDE.match(row)
        if included:
            found.includes += [(line, name) for name in included[1].split()]
            continue
        assigned = _ASSIGNMENT.match(stripped)
        if assigned:
            _assign(found.variables, assigned[1], assigned[2], _uncommented(stripped[assigned.end() :]))
            continue
        current = _rules(found, line, stripped) or current
    for rule in found.rules.values():
        rule.recipe = [(line, _command(text, rule.target, found.variables)) for line, text in rule.recipe]
        rule.needs = [expand(need, rule.target, found.variables) for need in rule.needs]
    found.one_shell = ".ONESHELL" in found.rules
    return found


def expand(text: str, target: str, variables: dict[str, str]) -> str:
    """Variables put in, those of the shell (`$$x`) made plain; what is not known becomes a shell variable."""

    def value(found: re.Match[str]) -> str:
        if found[3]:
            return target if found[3] == "@" else "${make}"
        name = found[1] or found[2]
        if name == "MAKE":
            return "make"
        return variables.get(name, "${" + name + "}")

    for _ in range(_ROUNDS):
        if "$" not in text or len(text) > 20_000:
            break
        text = _REFERENCE.sub(value, text)
    return _functions(text).replace("$$", "$")


def _functions(text: str) -> str:
    """`$(shell command)` is a substitution; the other functions of make are values nobody knows."""
    return _FUNCTION.sub("${make}", text).replace("$(shell ", "$(")


def _logical(text: str) -> list[tuple[int, str]]:
    """Lines with their continuations, each under the number of its first."""
    out: list[tuple[int, str]] = []
    parts: list[str] = []
    start = 1
    for number, row in enumerate(text.replace("\r\n", "\n").split("\n")[:MAX_LINES], 1):
        if not parts:
            start = number
        parts.append(row)
        if not row.endswith("\\"):
            out.append((start, "\n".join(parts)))
            parts = []
    if parts:
        out.append((start, "\n".join(parts)))
    return out


def _assign(variables: dict[str, str], name: str, how: str, value: str) -> None:
    value = value.replace("\\\n", " ").strip()
    if how == "!=":
        variables[name] = f"$({value})"
    elif how == "+=":
        variables[name] = f"{variables.get(name, '')} {value}".strip()
    elif how != "?=" or name not in variables:
        variables[name] = value.replace(f"$({name})", "").replace("${" + name + "}", "")


def _uncommented(text: str) -> str:
    return re.split(r"(?:^|\s)#", text, maxsplit=1)[0]


def _rules(found: Makefile, line: int, row: str) -> list[Rule]:
    rule = _RULE.match(row.replace("\\\n", " "))
    if not rule:
        return []
    rest = row.replace("\\\n", " ")[rule.end() :]
    if re.match(r"[\w.-]+\s*[:?+]?=", rest):
        return []  # a variable of one target
    needs, semicolon, command = _uncommented(rest).partition(";")
    rules = []
    for name in expand(rule[1], "", found.variables).split():
        known = found.rules.setdefault(name, Rule(name, line))
        if name == ".PHONY":
            continue
        known.needs += needs.replace("|", " ").split()
        if semicolon:
            known.recipe.append((line, command.strip()))
        if not known.recipe:
            known.line = line
        rules.append(known)
    return rules


def _command(text: str, target: str, variables: dict[str, str]) -> str:
    text = expand(re.sub(r"\\\n\t", "\\\\\n", text), target, variables).lstrip()
    prefix = re.match(r"[@+\-\s]*", text)
    marks = prefix[0] if prefix else ""
    command = text[len(marks) :]
    return f"{{ {command}\n}} || true" if "-" in marks and command else command
