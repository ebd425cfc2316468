"""What grades an answer: a judge's prompt, a grading library, a metric of texts, a function that scores, an assertion."""

from functools import cache

from scorecard.facts.code import Code
from scorecard.facts.eval_names import heads
from scorecard.facts.eval_vocabulary import GRADER_MODULES, TEXT_METRICS
from scorecard.facts.eval_words import (
    AGAINST_REFERENCE,
    EXPECT_KEY,
    GRADE_NAME,
    JUDGE_NOUN,
    JUDGE_SCALE,
    JUDGE_VERB,
    JUDGED,
)
from scorecard.patterns import lazily, search
from scorecard.readers.code import Call, Import, Source, Text

_JUDGE_LENGTH = 60  # a prompt says more
_SIMILARITY = frozenset({"SequenceMatcher", "cos_sim", "token_set_ratio"})
_COMPARES = frozenset({"==", "in", "!=", "not in"})
_CLOCK = frozenset({"perf_counter", "perf_counter_ns", "time.time", "monotonic", "performance.now", "Stopwatch"})
_SHORT = 40
_COMPARED = lazily(
    r"[^=!<>]={2,3}[^=]|!==?|\]\)?(?:\.\w+\(\))?\s+in\s|\bin\s+(?:answer|output|response|result|reply|text|got)|\.includes?\??\(|\bContains\(|\.contains\(|"
    r"\.to(?:Contain|Equal|Match|Be)\w*\(|\bto (?:include|eq|match)\b|\.casecmp|\.equals\(|Assert\.\w+\("
)
_ASSERTIONS = frozenset({"expect", "assert", "require", "assertThat", "assertTrue", "assertEquals", "assertEqual"})


def is_grader(item: Import) -> bool:
    """Does the import bring a library that grades texts?"""
    return _grades(f"{item.module}.{item.name}" if item.name else item.module)


@cache
def _grades(name: str) -> bool:
    return any(head in GRADER_MODULES for head in heads(name))


def is_judge(text: Text) -> bool:
    """A prompt that asks for a verdict on an answer."""
    value = text.value
    return (
        len(value) > _JUDGE_LENGTH
        and bool(JUDGE_VERB.search(value))
        and bool(JUDGED.search(value))
        and bool(JUDGE_SCALE.search(value))
    )


def is_graded(source: Source) -> bool:
    """Does the file use a grading library, or ask a model to hold an answer against a reference?

    In a notebook, which is no part of a product, a model that is called a judge will do.
    """
    said = JUDGE_NOUN if source.notebook else AGAINST_REFERENCE
    return any(is_grader(item) for item in source.imports) or any(
        len(text.value) > _JUDGE_LENGTH
        and (search(said, text.value) or (source.notebook and search(AGAINST_REFERENCE, text.value)))
        and is_judge(text)
        for text in source.texts
    )


def grader_line(source: Source) -> int:
    """The line of a file that grades, the plainest kind first; 0 for none."""
    for item in source.imports:
        if is_grader(item):
            return next((c.line for c in source.calls if item.alias and c.name.startswith(item.module)), item.line)
    judge = next((text.line for text in source.texts if is_judge(text)), 0)
    metric = judge or next((call.line for call in source.calls if _is_metric(call)), 0)
    return metric or _scoring(source) or (0 if takes_time(source) else _comparing(source))


def compares_expected(source: Source, code: Code) -> int:
    """The line that holds an answer against what a case expects, outside of a condition: in a sum, in an assertion."""
    if takes_time(source):
        return 0
    words = [(t.value, t.line) for t in source.texts if len(t.value) < _SHORT]
    if source.language != "python":
        words += [(name, 0) for name in source.names]
    for word, line in words:
        if EXPECT_KEY.fullmatch(word) or (source.language == "go" and word == "want"):
            for number in (line,) if line else _lines_with(word, source, code):
                row = code.line(source.path, number)
                if _COMPARED.search(row) and not row.startswith(("for ", "#", "//", "*")):
                    return number
    return 0


def _lines_with(word: str, source: Source, code: Code) -> list[int]:
    if source.language == "python":
        return []
    return [n for n, row in enumerate(code.repository.lines(source.path), 1) if word in row]


def takes_time(source: Source) -> int:
    """The line where a file takes the time; one that does, and merely compares, is a benchmark of speed."""
    return next((c.line for c in source.calls if c.last in _CLOCK or c.name in _CLOCK), 0)


def _is_metric(call: Call) -> bool:
    if call.last in ("load", "load_metric"):
        return any(text in TEXT_METRICS for text in call.strings)
    return call.last in _SIMILARITY


def _scoring(source: Source) -> int:
    for function in source.functions:
        tests = function.last.lower().startswith("test")
        if function.statements > 1 and not tests and GRADE_NAME.fullmatch(function.last):
            return function.line
    return 0


def _comparing(source: Source) -> int:
    for guard in source.guards:
        if guard.ops & _COMPARES and any(EXPECT_KEY.fullmatch(name) for name in guard.names):
            return guard.line
    asserted = (c for c in source.calls if c.last in _ASSERTIONS and any("expect" in arg.lower() for arg in c.args))
    return next((call.line for call in asserted), 0)
