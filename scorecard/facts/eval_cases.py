"""Cases: inputs with what is expected of the answer, in data files, in code, or fetched from elsewhere."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Self

from msgspec import Struct, field

from scorecard.facts.code import Code
from scorecard.facts.eval_vocabulary import DATA_READS, TRACES
from scorecard.facts.eval_words import EXPECT_KEY, INPUT_KEY
from scorecard.model import Evidence
from scorecard.paths import is_prose
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Source
from scorecard.repository import Repository

_DATA = (".jsonl", ".json", ".csv", ".tsv", ".yaml", ".yml", ".ndjson", ".toml")
_NO_DATA = lazily(
    r"(?:^|/)(?:package(?:-lock)?|tsconfig[^/]*|composer|vercel|components|turbo|pnpm-lock|renovate|mkdocs|openapi|swagger|schema|"
    r"docker-compose[^/]*|compose)\.[^/]+$|lock\.|(?:^|/)(?:\.github|\.vscode|locales?|i18n|cassettes|node_modules)/|\.(?:dag|flex)\.ya?ml$|(?:^|/)(?:experiment|action|config|chart|values)\.[^/]+$|(?:^|/)(?:logs?|responses|predictions|generations|outputs?|results?|runs|reports?|history)/"
    r"|(?:output|results?|report|summary)s?\.\w+$|[_-](?:output|results?)[_.-]"
)
_WALKS = frozenset({"glob", "rglob", "iterdir", "listdir", "scandir", "readdirSync", "readdir"})
_FOLDER_OF_CASES = lazily(
    r"(?:^|[/_.-])(?:fixtures?|(?:test_?)?cases?|exercises?|problems|scenarios|golden|questions)(?:$|[/_.*-])",
    re.IGNORECASE,
)
_SEGMENT = 40_000
_KEY = lazily(r"^[\s{\[-]*[\"']?([A-Za-z_]\w{1,40})[\"']?\s*:|[{,]\s*\"([A-Za-z_]\w{1,40})\"\s*:", re.MULTILINE)


class CaseFiles(Struct, dict=True, eq=False):
    """Data files that hold cases, looked at once."""

    repository: Repository
    _seen: dict[str, int] = field(default_factory=dict)

    @classmethod
    def gather(cls, repository: Repository) -> Self:
        return cls(repository)

    def __iter__(self) -> Iterator[str]:
        """Every data file that could hold cases, whatever stands in it."""
        for path in self.repository.own:
            if path.endswith(_DATA) and not _NO_DATA.search(path):
                yield path

    def line(self, path: str) -> int:
        """The line on which the first case's expectation or input stands, 0 if the file holds no cases."""
        if path not in self._seen:
            self._seen[path] = _first_case(path, self.repository.text(path)[:_SEGMENT])
        return self._seen[path]

    def evidence(self, path: str) -> Evidence:
        line = max(self.line(path), 1)
        lines = self.repository.text(path).split("\n", line)
        return Evidence(path, line, lines[line - 1] if line <= len(lines) else "")


def _first_case(path: str, text: str) -> int:
    if path.endswith((".csv", ".tsv")):
        header = [cell.strip().strip("\"'\ufeff") for cell in re.split(r"[,\t;]", text.split("\n", 1)[0])]
        return int(_are_keys(header) or _plain_pair(header))
    inputs = expected = 0
    plain: set[str] = set()
    for match in _KEY.finditer(text):
        key = match[1] or match[2]
        line = text.count("\n", 0, match.start(1) if match[1] else match.start(2)) + 1
        if EXPECT_KEY.fullmatch(key):
            expected = expected or line
        elif INPUT_KEY.fullmatch(key):
            inputs = inputs or line
        plain.add(key.lower())
        if inputs and expected:
            return min(inputs, expected)
    return inputs if inputs and _plain_pair(plain) else 0


def _are_keys(names: Iterable[str]) -> bool:
    known = list(names)
    return any(INPUT_KEY.fullmatch(n) for n in known) and any(EXPECT_KEY.fullmatch(n) for n in known)


def _plain_pair(names: Iterable[str]) -> bool:
    """`question` with `answer`, `instruction` with `output`: cases in an evaluation, training data elsewhere."""
    known = {name.lower() for name in names}
    return bool(known & {"question", "query", "instruction", "input", "prompt"}) and bool(
        known
        & {"answer", "answers", "output", "response", "label", "target", "intent", "results", "completion", "category"}
    )


class Keys(Struct, frozen=True):
    """Where the code of a suite says input and expectation, reads data, walks a folder of cases; 0 where it does not."""

    inputs: int
    expected: int
    reads: int
    walks: int
    traces: int

    @classmethod
    def of(cls, source: Source, code: Code) -> Self:
        inputs = expected = 0
        for name, line in _named(source, code):
            if EXPECT_KEY.fullmatch(name):
                expected = expected or line
            elif INPUT_KEY.fullmatch(name):
                inputs = inputs or line
        reads = next((call.line for call in source.calls if _reads(call)), 0) or _reads_lines(source)
        walks = next((c.line for c in source.calls if c.last in _WALKS), 0) if _names_cases(source) else 0
        traces = next(
            (call.line for call in source.calls if call.last in TRACES or call.name.endswith("trace.list")), 0
        )
        return cls(inputs, expected, reads, walks, traces)


def _reads_lines(source: Source) -> int:
    """JSON read line by line: `open` and `json.loads` in one function."""
    opened = {c.scope for c in source.calls if c.last in ("open", "read_text", "readlines", "splitlines")}
    return next((c.line for c in source.calls if c.name == "json.loads" and c.scope in opened), 0)


def _names_cases(source: Source) -> bool:
    words = source.names | {text.value for text in source.texts if len(text.value) < 60}
    return any(_FOLDER_OF_CASES.search(word) for word in words)


def _reads(call: Call) -> bool:
    return call.last in DATA_READS or ".".join(call.name.split(".")[-2:]) in DATA_READS


def _named(source: Source, code: Code) -> Iterator[tuple[str, int]]:
    """Names under which a case's parts go: keys, keyword arguments, fields, parameters, parametrised names."""
    for text in source.texts:
        if (len(text.value) <= 40 and " " not in text.value.strip()) or (len(text.value) <= 120 and "," in text.value):
            for word in text.value.split(","):
                yield word.strip(), text.line
    for call in source.calls:
        for key, _ in call.kwargs:
            yield key.rpartition(".")[2], call.line
    for klass in source.classes:
        for name, _, line in klass.fields:
            yield name, line
    for function in source.functions:
        for name in function.params:
            yield name, function.line
    if source.language != "python":
        for name in sorted(source.names):
            if EXPECT_KEY.fullmatch(name) or INPUT_KEY.fullmatch(name):
                yield name, code_line(code, source.path, name)


def code_line(code: Code, path: str, word: str) -> int:
    """The first line on which a word stands, comments left out."""
    for number, line in enumerate(code.repository.lines(path), 1):
        if word in line and not line.lstrip().startswith(("#", "//", "*", "/*")):
            return number
    return 1


def mentioned(files: CaseFiles, sources: Sequence[Source], folders: Iterable[str]) -> list[str]:
    """Case files that lie in one of ``folders`` or are named in the sources."""
    texts = {text.value for source in sources for text in source.texts if len(text.value) < 300}
    words = {name for text in texts for name in _FILE.findall(text)}
    inside = tuple(f"{folder}/" for folder in folders if folder)
    found = []
    named: dict[str, list[str]] = {}
    for path in files:
        name = path.rpartition("/")[2]
        stem = name.rpartition(".")[0]
        near = path.startswith(inside) if inside else False
        if is_prose(path) or not (near or name in words or (len(stem) > 5 and stem in texts)) or not files.line(path):
            continue
        if near:
            found.append(path)
        else:
            named.setdefault(name, []).append(path)
    for paths in named.values():
        closest = max(_shared(path, source.path) for path in paths for source in sources)
        found += [path for path in paths if max(_shared(path, source.path) for source in sources) == closest]
    return found


_FILE = lazily(r"[\w.-]+\.\w{2,6}")


def _shared(left: str, right: str) -> int:
    """How many folders two paths have in common, counted from the root."""
    count = 0
    for a, b in zip(left.split("/")[:-1], right.split("/")[:-1], strict=False):
        if a != b:
            break
        count += 1
    return count
