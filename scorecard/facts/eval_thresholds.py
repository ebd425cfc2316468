"""What a suite's results are held against: thresholds, known-good outputs, baselines. Printing a score is none."""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.eval_grading import is_grader
from scorecard.facts.eval_suites import EvalSuite
from scorecard.facts.eval_words import EXPECT_KEY, any_of
from scorecard.facts.metric_words import is_outcome
from scorecard.model import Evidence
from scorecard.paths import is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Guard, Source

_SCORE = any_of(
    r"scor|accura|correct|pass(?:ed|_?rate|ing)?(?:$|_)|similar|relevan|faithful|ground|halluc|metric|judg|verdict|grade",
    r"rating|recall|precision|(?:^|_)f1|bleu|rouge|thresh|baseline|regress|quality|success_?rate|fail(?:ed|ures?|_rate)",
    r"win_?rate|exact_?match|(?:^|_)match",
)
_ANSWER = any_of(
    r"answer|response|output|result|completion|reply|text|content|message|generated|actual|tool|report|summary"
)
_ORDER = frozenset({"<", "<=", ">", ">="})
_SAME = frozenset({"==", "!=", "in", "not in", "=~"})
_STOPS = frozenset({"raise", "exit", "assert"})
_THRESHOLDS = (
    "threshold", "pass_threshold", "passThreshold", "fail_under", "minimum_score", "passing_score", "min_pass_rate",
    "strict_mode", "minPassRate",
)  # fmt: skip
_SEARCHES = any_of(r"retriev|search|similar|vector|index|vad|silence|rerank|config|settings|logg|cache")
_COMPARES = any_of(
    r"(?:compare|check|diff|load|read|detect|find|assert|against|vs|update|save)_?\w{0,20}(?:baseline|regression|previous)",
    r"(?:compare|check|diff|load|read|beats?|against)_?\w{0,20}(?:last_run|champion)",
    r"evaluate_?comparative|validate_evaluation_results|MetricThreshold|pairwise_?(?:win|vs|compar)\w*",
)
_BASELINE = any_of(
    r"baseline(?:_\w+)?|champion(?:_\w+)?|regress\w*",
    r"(?:previous|prior|last|production|main)_?(?:score|result|run|metric|eval|accuracy)s?",
)
_BASELINE_FILE = any_of(r"\bbaselines?[\w.-]*\.(?:json|ya?ml|csv|jsonl|parquet)$", r"/baselines?/")
_MARKED = lazily(
    r"\b(?:is_?)?(?:pass(?:ed|es|ing)?|fail(?:ed|s|ure)?|meets_\w{1,30}|regress(?:ed|ion|ions)|all_pass(?:ed)?|success)\b"
    r"[\"']?\]?\s{0,3}(?::\s?bool\s?=|[:=](?![=>]))[^=\n#]{0,120}?(?:>=|<=|[^-=]>|<|===?|\bin\b)\s?[\w\"'(\[{.]",
    re.IGNORECASE,
)
_NO_MARK = any_of(
    r"decision|verdict|grade|[\"'](?:correct|yes|true)\b|status|\bfor\b|exists|returncode|exit_?code|len\(|time|latency",
    r"duration|>\s*0\b|=>|lambda|retr(?:y|ies)|attempt",
    r"\bfunction\b|Promise|boolean|interface|\bdef\b",
)
_SAYS = lazily(
    r"(?<![\w-])[:\"'`]?(?:PASS|FAIL|pass|fail|Pass|Fail|passed|failed|PASSED|FAILED|Passed|Failed|REGRESSION|regression)\b"
)
_ASSERTION = lazily(r"(?:[\w@/.-]*[./])?(?:expect(?:\(\)|\.|$)|(?:assert|require|Assert|Assertions)\.)")
_ASSERTED = any_of(r"expect|assert\w*|require|should|verify")
_EXPECTED = lazily(r"\bexpected(?:_\w+)?\b|\bground_truth\b|\breference(?:_\w+)?\s?=")
_QUALITY_LINE = lazily(r"xpected|eference")
_ONLY_THERE = any_of(
    r"not\.?to\.?be_?null|to_?be_?(?:defined|truthy)|not_?null|is_?not_?none|is not None|not_to be_nil|not_?empty",
    r"NoError|Nil\(|status|inconclusive|len\([^)]{0,60}\)\s*>\s*0|isinstance|hasattr|toHaveProperty",
)


def thresholds(suite: EvalSuite, code: Code) -> Iterator[Evidence]:
    """Lines that hold the suite's results against something, the plainest kind first."""
    yield from suite.fails
    sources = [s for path in sorted(suite.paths) if (s := code.source(path)) is not None]
    for find in (_stopping, _asserting, _given, _compared, _marking):
        for source in sources:
            line = next((line for line in find(source, code) if suite.holds(source.path, line)), 0)
            if line:
                yield code.evidence(source, line)


def _stopping(source: Source, _code: Code) -> Iterator[int]:
    """`if score < threshold: raise`, or exit."""
    for guard in source.guards:
        held = guard.ops & (_ORDER | _SAME) and guard.effects & _STOPS and guard.kind != "assert"
        if held and "isinstance" not in guard.names and _about_scores(guard):
            yield guard.line


def _about_scores(guard: Guard) -> bool:
    names = [n for n in guard.names if n not in ("len", "results", "result")]
    if any("status" in n.lower() or "version" in n.lower() for n in names):
        return False
    scored = any(_SCORE.search(n) for n in names)
    return scored and bool(guard.ops & _ORDER or any("thresh" in n.lower() or EXPECT_KEY.fullmatch(n) for n in names))


def _asserting(source: Source, code: Code) -> Iterator[int]:
    """Assertions of tests about scores, or about what was expected; not that some answer came at all."""
    if source.tests or is_test(source.path):
        for guard in source.guards:
            lines = range(guard.line, min(guard.end, guard.line + 6) + 1) if guard.kind == "assert" else ()
            block = " ".join(code.line(source.path, number) for number in lines)
            counts = block and "len" not in guard.names and not _ONLY_THERE.search(block)
            if counts and (_asserts_quality(guard) or _EXPECTED.search(block)):
                yield guard.line
    for call in source.calls if source.language != "python" else ():
        if _ASSERTED.fullmatch(call.last) or _ASSERTION.match(call.name):
            line = code.line(source.path, call.line)
            if (_SCORE.search(line) or _QUALITY_LINE.search(line)) and not _ONLY_THERE.search(line):
                yield call.line


def _asserts_quality(guard: Guard) -> bool:
    if any(EXPECT_KEY.fullmatch(n) for n in guard.names):
        return True
    scored = any(_SCORE.search(n) for n in guard.names)
    if guard.ops & _ORDER:
        bounds = sum(value.replace(".", "", 1).isdigit() for value in guard.values)
        return scored and bounds < 2  # two bounds say what a score may be at all
    if guard.ops & {"==", "in", "not in"}:
        said = any(value.startswith("'") and len(value) > 2 for value in guard.values)
        return scored or (said and "status" not in guard.names and any(_ANSWER.search(n) for n in guard.names))
    return scored and not guard.ops


def _given(source: Source, _code: Code) -> Iterator[int]:
    """A threshold that a metric or an evaluation is given."""
    graders = any(is_grader(item) for item in source.imports)
    for call in source.calls:
        value = call.kwarg(*_THRESHOLDS)
        if value in (None, "", "None", "False") or _SEARCHES.search(call.name):
            continue
        if graders or _SCORE.search(call.last) or "eval" in call.last.lower():
            yield call.line


def _compared(source: Source, _code: Code) -> Iterator[int]:
    """Something is compared with a baseline or an earlier run."""
    yield from (call.line for call in source.calls if _COMPARES.search(call.last))
    for guard in source.guards:
        if guard.ops & _ORDER and any(_BASELINE.fullmatch(n) for n in guard.names):
            yield guard.line
        if guard.ops & _ORDER and _about_scores(guard) and any("thresh" in n.lower() for n in guard.names):
            set_there = (a.target for a in source.assigns if guard.line <= a.line <= guard.end)
            if any(is_outcome(target.rpartition(".")[2]) for target in set_there):
                yield guard.line
    yield from (t.line for t in source.texts if len(t.value) < 200 and _BASELINE_FILE.search(t.value))


def _marking(source: Source, code: Code) -> Iterator[int]:
    """Cases are marked as passed or failed by what was expected or by a threshold."""
    lines = code.repository.lines(source.path)
    for guard in source.guards:
        if guard.kind in ("if", "else") and _held(guard):
            block = lines[guard.line - 1 : min(guard.end, guard.line + 8)]
            if any(_SAYS.search(line) for line in block):
                yield guard.line
    for number, line in enumerate(lines if not source.notebook else (), 1):
        said = len(line) < 400 and not line.lstrip().startswith(("#", "//", "*"))
        if said and _MARKED.search(line) and not _NO_MARK.search(line):
            yield number


def _held(guard: Guard) -> bool:
    if guard.ops & (_ORDER | _SAME) and any(
        EXPECT_KEY.fullmatch(n) or "thresh" in n.lower() or n.startswith(("pass_", "passing")) for n in guard.names
    ):
        return True
    if any(n.startswith("expected") for n in guard.names) and not guard.ops - {"not", "and", "or"}:
        return any("match" in n or "equal" in n for n in guard.names)
    numbers = any(value.replace(".", "", 1).isdigit() and value not in ("0", "1") for value in guard.values)
    return bool(guard.ops & _ORDER) and numbers and any(_SCORE.search(n) for n in guard.names)
