"""Cases that attack, or lie at the edge of what the application is for: injections, refusals, questions out of scope."""

from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.eval_grading import is_judge
from scorecard.facts.eval_suites import EvalSuite
from scorecard.facts.eval_words import any_of
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.code import Source

_INJECTION = any_of(
    r"(?:ignore|disregard|forget)\s+(?:all\s+|any\s+|the\s+|your\s+|my\s+|of\s+|these\s+|everything\s+){0,3}"
    r"(?:previous|prior|above|earlier|preceding|system|instructions)",
    r"(?:reveal|show|print|repeat|output|tell me|leak|dump|give me)\s+(?:me\s+)?(?:all\s+(?:of\s+)?)?(?:your|the)\s+"
    r"(?:full\s+|entire\s+|hidden\s+|internal\s+|original\s+|initial\s+)?(?:system\s+|developer\s+)?(?:prompt|instructions)",
    r"jail_?break|prompt[\s_-]?injection|\bDAN mode|you are now (?:DAN|an? un)|developer mode enabled",
    r"bypass (?:your|the|all) (?:safety|filters?|guard|restrictions|rules)|drop table users",
    r"(?:make|build|synthesi[sz]e)\s+(?:a\s+|an\s+)?(?:pipe\s?)?(?:bombs?|explosives?|weapons?|meth)\b",
    r"pretend (?:you are|to be) (?:an? )?(?:un|evil)",
)
_PLAIN = (  # words that mean nothing else than an attack or an edge
    r"adversarial|prompt[\s_-]?injection|jail_?break|out[\s_-]of[\s_-](?:scope|domain)|off[\s_-]topic|edge[\s_-]cases?"
    r"|red[\s_-]team(?:ing)?|unanswerable"
)
_ANY = (  # words that mean it where they class a case
    rf"{_PLAIN}|injection|out[\s_-]?of[\s_-]?(?:context|topic)|toxic(?:ity)?|harmful|unsafe|pii(?:_\w+)?|malicious|safety"
    r"|refus(?:al|e|es)|no[\s_-]answer|abuse|hate(?:_?speech)?|self[\s_-]?harm|dangerous|irrelevant|robustness"
)
_CASE_CLASS = any_of(
    r"[\"']?\b(?:category|categories|type|tags?|topic|kind|scenario|case|name|id|case_id|test_id|eval_id|label|group|class"
    r"|risk\w*|question_type|test_type|subset|description)\b[\"']?\s{0,3}[:=]" + rf"[^\n:={{}}]{{0,60}}?(?:{_ANY})"
)
_LISTED = any_of(rf"^[ \t]*-\s*[\"']?(?:{_PLAIN}|injection|refusal)[\"']?\s*$")
_REFUSED = any_of(
    r"[\"']?\b(?:expected?\w*|ground_?truth|reference\w*|answer|ideal|output|correct_answer|value|criteria|rubric)\b[\"']?"
    r"\s{0,3}[:=][^\n:={}]{0,40}?"
    r"(?:\bi(?:'m| am) (?:not able|unable)|sorry,? (?:but )?i (?:can|do|am)|\bi (?:can't|cannot)"
    r"|\bi (?:don't|do not) (?:know|have (?:enough|any))|(?:should |must )?(?:refuse|decline)s?\b|unanswerable"
    r"|(?:not|isn't|is not) (?:able to answer|in the (?:provided )?context)|out(?:side)? (?:of )?(?:the |my |its )?scope"
    r"|cannot (?:answer|help|assist|provide)|no (?:relevant )?information)",
    r"[\"']?\b(?:should_?refuse|expects?_?refusal|must_?refuse|is_?adversarial|should_?block|expected_?block(?:ed)?)\b[\"']?"
    r"\s{0,3}[:=]\s{0,3}[\"']?true",
    r"[\"']?\b(?:is_?)?answerable\b[\"']?\s{0,3}[:=]\s{0,3}[\"']?false",
)
_CORPORA = any_of(
    r"\b(?:advbench|harm_?bench|jailbreak_?bench|toxi_?gen|real-?toxicity-?prompts|do-?not-?answer|xstest|agent_?harm)\b",
    r"\b(?:strong_?reject|wildguard\w*|injecagent|agentdojo|decodingtrust|hex-phi|salad-?bench|azure_ai_red_team)\b",
)
_CLASS_WORD = any_of(rf"[\w\s-]{{0,25}}(?:{_PLAIN}|harmful|unsafe|malicious)[\w\s-]{{0,25}}")
_CLASSES = any_of(r"categor|type|tag|topic|kind|scenario|name|id\b|label|group|class|subset|description|test|case")
_PATTERN = lazily(r"\\[sbwd]|\(\?[i:=!]|\[\^")  # a guard's regular expression attacks nobody
_TEST_NAME = any_of(
    r"test\w*(?:injection|jailbreak|out_of_scope|off_topic|refus|toxic|_pii(?:_|$)|adversarial|malicious|harmful|unsafe)",
    r"test\w*(?:prompt_leak|abuse|edge_case|unanswerable|dangerous|irrelevant)",
)
_FILE_NAME = any_of(r"injection|jailbreak|adversarial|red_?team|out_of_scope|toxic|safety")
_DATA_LIMIT = 300_000
_FILE_LIMIT = 60


def attacks(suite: EvalSuite, code: Code) -> Iterator[Evidence]:
    """One line of each part of the suite that attacks."""
    yield from suite.attacks
    for path in suite.data[:_FILE_LIMIT]:
        line = 1 if _FILE_NAME.search(path) else _in_data(code.repository.text(path)[:_DATA_LIMIT])
        if line:
            yield Evidence(path, line, code.line(path, line))
    for path in sorted(suite.paths):
        source = code.source(path)
        line = _in_code(source, code) if source is not None else 0
        if source is not None and line and suite.holds(path, line):
            yield code.evidence(source, line)


def _in_data(text: str) -> int:
    for number, line in enumerate(text.split("\n"), 1):
        short = line[:4000]
        if not short.lstrip().startswith("#") and any(
            p.search(short) for p in (_INJECTION, _CASE_CLASS, _REFUSED, _LISTED)
        ):
            return number
    return 0


def _in_code(source: Source, code: Code) -> int:
    named = next((f.line for f in source.functions if _TEST_NAME.match(f.last)), 0)
    if named:
        return named
    for text in source.texts:
        value = text.value
        if len(value) > 600 or _PATTERN.search(value) or is_judge(text):
            continue
        classed = (
            len(value) < 50 and _CLASS_WORD.fullmatch(value) and _CLASSES.search(code.line(source.path, text.line))
        )
        if classed or _CORPORA.search(value) or (len(value) < 400 and _INJECTION.search(value)):
            return text.line
    return 0
