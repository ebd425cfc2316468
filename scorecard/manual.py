"""A check's page is its manual and its test: the code fences under *Passes*, *Fails*, *Not applicable* and *Cannot tell* are whole small
repositories, and the lines marked `# <- evidence` are to be cited.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from scorecard import engine
from scorecard.checks import Check
from scorecard.facts import Facts
from scorecard.model import Outcome
from scorecard.repository import History, Repository

SECTIONS = {
    "Passes": Outcome.MET,
    "Fails": Outcome.UNMET,
    "Not applicable": Outcome.NOT_APPLICABLE,
    "Cannot tell": Outcome.UNKNOWN,
}
_FENCE = re.compile(r'^(`{3,})\w* title="(?P<path>[^"]+)"\n(?P<text>.*?)^\1$', re.DOTALL | re.MULTILINE)
_MARK = re.compile(r"[ \t]*(?:#|//|--|<!--|/\*)[ \t]*<- evidence.*$")


class Example(Struct, frozen=True):
    """One repository of a page: its ``files`` (``git:tags`` names the tags), and what the check is to answer and to cite."""

    check: Check
    title: str
    outcome: Outcome
    files: dict[str, str]
    marked: frozenset[tuple[str, int]]


class Texts(Struct):
    """Files that are nowhere but here."""

    files: Mapping[str, str]

    def paths(self) -> Iterable[str]:
        return self.files

    def read(self, path: str, limit: int) -> bytes:
        return self.files[path].encode()[:limit]


def sections(page: str) -> dict[str, str]:
    """The page's texts by the headings above them."""
    parts = re.split(r"^## +(.+)$", page, flags=re.MULTILINE)
    return dict(zip([p.strip() for p in parts[1::2]], parts[2::2], strict=True))


def examples(check: Check) -> Iterator[Example]:
    """Every repository of the check's page, in order."""
    for heading, body in sections(check.page).items():
        if heading not in SECTIONS:
            continue
        cases = re.split(r"^### +(.+)$", body, flags=re.MULTILINE)
        for name, text in [("", cases[0]), *zip(cases[1::2], cases[2::2], strict=True)]:
            files = {m["path"]: m["text"] for m in _FENCE.finditer(text)}
            if files:
                lines = ((path, n, line) for path in files for n, line in enumerate(files[path].split("\n"), 1))
                marked = frozenset((path, n) for path, n, line in lines if _MARK.search(line))
                plain = {path: "\n".join(_MARK.sub("", line) for line in t.split("\n")) for path, t in files.items()}
                yield Example(check, f"{heading}: {name or 'plain'}", SECTIONS[heading], plain, marked)


def judged(example: Example, checks: Mapping[str, Check]) -> list[str]:
    """What is wrong with the answer to an example, in words; ``checks`` are those that it may stand on."""
    files = dict(example.files)
    tags = tuple(files.pop("git:tags", "").split())
    world = Repository("example", Texts(files), History("0" * 40, tags, ("main",), "main"))
    wanted = {name: checks[name] for name in _with_earlier(example.check.id, checks)}
    finding = engine.findings(Facts(world), wanted)[example.check.id]
    if finding.outcome != example.outcome:
        cited = ", ".join(f"{e.path}:{e.line}" for e in finding.evidence)
        return [f"{example.title}: is {finding.outcome}, not {example.outcome}: {finding.summary} ({cited})"]
    missing = sorted(example.marked - {(e.path, e.line) for e in finding.evidence})
    return [f"{example.title}: {path}:{line} is marked as evidence and not cited" for path, line in missing]


def mistakes(check: Check, known: Mapping[str, Check]) -> Iterator[str]:
    """Where a check or its page leaves the form that all of them have, in words."""
    if not 1 <= check.level <= 3:
        yield f"its level is {check.level}, not 1, 2 or 3"
    if not check.question.endswith("?"):
        yield "its question ends with no question mark"
    if not check.surprise.endswith("."):
        yield "its surprise is no sentence"
    if lost := sorted({*check.needs, *check.after} - known.keys()):
        yield f"it names {lost[0]}, which is no criterion"
    page = check.page
    if not page.startswith(f"# `{check.id}`\n"):
        yield f"its page does not begin with # `{check.id}`"
    for heading in ("Passes", "Fails", "Fix"):
        if heading not in sections(page):
            yield f"its page has no ## {heading}"
    shown = {example.outcome for example in examples(check)}
    for heading in ("Passes", "Fails"):
        if SECTIONS[heading] not in shown:
            yield f'its page shows no example under {heading}: a fence such as ```python title="train.py"'


def _with_earlier(name: str, checks: Mapping[str, Check]) -> list[str]:
    names: list[str] = []
    todo = [name]
    while todo:
        name = todo.pop()
        if name not in names:
            names.append(name)
            todo += checks[name].after
    return names
