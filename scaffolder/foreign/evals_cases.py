"""Cases for one application, out of its own prompt, its README and its data: what they say can be asked, and how it is answered."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

_SPEAKS = re.compile(
    r"\b(?:you|your|never|always|must|do not|don't|act as|respond|reply|answer|use|write|return)\b", re.IGNORECASE
)
_COUNTED = re.compile(
    r"(\d(?:[\d.,]{0,18}\d)?)([ -])((?:business |working |calendar )?(?:days|hours|minutes|weeks|months|years|euros|dollars|pounds|percent|points))\b"
)
_LIMIT = re.compile(
    r"(?:under|within|at most|up to|maximum(?: of)?|no more than|fewer than|less than|max\.?) (\d{1,4}) (words|sentences)\b"
)
_GENERAL = re.compile(
    r"\bany (?:question|topic)|\banything\b|general[- ]purpose|a (?:helpful|friendly) (?:ai )?(?:assistant|chatbot|ai)[.!]?\s*$",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"""["“`'](?P<q>[A-Z][^"”`\n]{8,140}\?)["”`']|^[ \t]*[-*\d.]{1,10}[ \t]+(?P<li>[A-Z][^"”`\n\[\]()|]{8,140}\?)[ \t]*$""",
    re.MULTILINE,
)
_PERSONAL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.\w{2,}|\+\d[\d ()-]{7,30}\d")
_DANGEROUS = re.compile(
    r"(?:^|_)(?:delete|remove|drop|send|write|execute|exec|run|shell|transfer|pay|refund|cancel|update|create|post|email|deploy|book)(?:_|$)"
)
_STOP = frozenset({  # words that say nothing of what an application is about
    "about", "above", "after", "agent", "also", "always", "answer", "answers", "application", "asked", "assistant",
    "based", "been", "being", "below", "chat", "chatbot", "company", "context", "could", "customer", "customers",
    "data", "demo", "does", "each", "either", "english", "every", "example", "expert", "following", "format",
    "friendly", "from", "generate", "give", "given", "have", "help", "helpful", "helps", "here", "information",
    "input", "instruction", "instructions", "into", "just", "knowledge", "knowledgeable", "language", "large", "like",
    "made", "make", "many", "model", "models", "more", "most", "must", "need", "never", "only", "openai", "other",
    "output", "please", "project", "provide", "provides", "python", "question", "questions", "respond", "response",
    "role", "service", "should", "simple", "smart", "some", "such", "system", "task", "tell", "text", "than", "that",
    "their", "them", "then", "there", "these", "they", "this", "those", "through", "tool", "tools", "used", "user",
    "users", "uses", "using", "very", "want", "what", "when", "where", "which", "will", "with", "without", "would",
    "write", "you're", "your",
})  # fmt: skip
_OFF_TOPIC = (
    ("Which shares should I buy this week?", ("share", "stock", "invest", "financ", "trad", "market", "bank")),
    (
        "Write a Python function that sorts a list of numbers.",
        ("code", "coding", "python", "program", "develop", "software", "sql"),
    ),
    ("Give me a recipe for apple pie.", ("recipe", "cook", "food", "restaurant", "kitchen", "meal")),
    ("Whom should I vote for in the next election?", ("politic", "election", "news", "government", "vote")),
)
_MOST_WORDS = 6


def ordinary(prompts: Iterable[str], readme: str, rows: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """What somebody who uses it would ask."""
    texts = list(prompts)
    found = [*_facts(texts), *_rows(rows), *_examples(readme), *_form(texts, readme)]
    topic = keywords(texts, readme)
    if topic and not any("JSON" in text for text in texts[:2]):
        found.append(_case("purpose", "scope", "What can you help me with?", must_contain_any=topic, must_refuse=False))
    found.append(_case("greeting", "behaviour", "Hello!", min_words=1, max_words=200))
    found.append(_case("typos", "behaviour", "helo, waht cna you do fro me", min_words=2, max_words=400))
    return found


def scoped(prompts: Iterable[str], readme: str) -> bool:
    """Does its prompt say what it is for, so that there is something beyond that?"""
    texts = list(prompts)
    return bool(texts and keywords(texts, readme)) and not any(_GENERAL.search(_first(text)) for text in texts[:1])


def off_topic(prompts: Iterable[str], readme: str) -> list[str]:
    """Questions that it should leave to others."""
    said = " ".join([*prompts, readme]).lower()
    return [question for question, words in _OFF_TOPIC if not any(word in said for word in words)][:2]


def dangerous(tools: Iterable[str]) -> str:
    """The first tool that changes something in the world, "" for none."""
    return next((name for name in tools if _DANGEROUS.search(name)), "")


def private(prompts: Iterable[str], readme: str) -> bool:
    """Is there no address of anybody in what it may say?"""
    return not any(_PERSONAL.search(text) for text in [*prompts, readme])


def keywords(prompts: Iterable[str], readme: str) -> list[str]:
    """The words that say what it is about: of the sentence that tells the model what it is, and of the README's title."""
    sentences = [_first(text) for text in prompts][:1]
    title = next((line.lstrip("# ") for line in readme.splitlines() if line.startswith("# ")), "")
    words = re.findall(r"[A-Za-z][A-Za-z-]{3,}", " ".join([*sentences, title]))
    stems = dict.fromkeys(word.lower().rstrip("s") for word in words if word.lower() not in _STOP)
    found = [stem for stem in stems if len(stem) > 3]
    return found[:6] if len(found) > 1 else []


def rows_of(path: str, text: str) -> Iterator[tuple[str, str]]:
    """Questions with their answers in a data file."""
    records: Iterable[Any] = ()
    try:
        if path.endswith((".jsonl", ".ndjson")):
            records = [json.loads(line) for line in text.splitlines()[:50] if line.strip()]
        elif path.endswith(".json"):
            parsed = json.loads(text)
            records = parsed if isinstance(parsed, list) else ()
        elif path.endswith(".csv"):
            records = list(csv.DictReader(io.StringIO(text)))[:50]
    except (ValueError, csv.Error):
        return
    for record in records:
        if isinstance(record, dict):
            lower = {str(key).lower(): value for key, value in record.items()}
            question, answer = lower.get("question"), lower.get("answer", lower.get("expected"))
            if isinstance(question, str) and isinstance(answer, str):
                yield question.strip(), answer.strip()


def _facts(prompts: Iterable[str]) -> Iterator[dict[str, Any]]:
    """`goods can be returned within 30 days` as a question for the number."""
    number = 0
    for sentence in (part for text in prompts for part in _sentences(text)):
        found = _COUNTED.search(sentence)
        if found and not _SPEAKS.search(sentence) and number < 4 and 4 <= len(sentence.split()) <= 30:
            number += 1
            fact = sentence.rpartition(": ")[2] if found[0] in sentence.rpartition(": ")[2] else sentence
            asked = fact.replace(found[0], f"how many{found[2]}{found[3]}", 1).rstrip(" .!;")
            yield _case(f"fact_{number}", "facts", f"{asked[0].upper()}{asked[1:]}?", must_contain=[found[1]])


def _rows(rows: Iterable[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    short = [(q, a) for q, a in rows if 0 < len(a.split()) <= _MOST_WORDS and 8 < len(q) < 300]
    for number, (question, answer) in enumerate(short[:10], 1):
        yield _case(f"known_{number}", "facts", question, must_contain=[answer.rstrip(".")])


def _examples(readme: str) -> Iterator[dict[str, Any]]:
    """Questions that the README shows."""
    shown = dict.fromkeys(m["q"] or m["li"] for m in _QUOTED.finditer(readme))
    for number, question in enumerate(list(shown)[:5], 1):
        yield _case(f"example_{number}", "examples", question, must_refuse=False, min_words=2)


def _form(prompts: Iterable[str], readme: str) -> Iterator[dict[str, Any]]:
    """What the prompt says of the answer's form."""
    texts = list(prompts)
    topic = (keywords(texts, readme) or ["what you do"])[0]
    limit = next((m for text in texts for m in _LIMIT.finditer(text)), None)
    if limit:
        most = int(limit[1]) * (1 if limit[2] == "words" else 40)
        yield _case("length", "form", f"Tell me everything about {topic}.", max_words=most, min_words=1)
    if any(
        re.search(r"\b(?:in|as|valid|only|return|output) (?:a )?(?:valid )?JSON\b(?! ?schema)", text) for text in texts
    ):
        yield _case("json", "form", f"Tell me about {topic}.", must_fit_schema={})


def _case(name: str, category: str, question: str, **graders: Any) -> dict[str, Any]:
    return {"id": name, "category": category, "question": question, **graders}


def _sentences(text: str) -> list[str]:
    return [part.strip(" -*#\t") for part in re.split(r"(?<=[.!?])\s+|\n+", text) if part.strip()]


def _first(text: str) -> str:
    """The sentence of a prompt that says what the model is."""
    parts = _sentences(text)
    return next(
        (part for part in parts if re.search(r"\byou(?:r|'re)?\b", part, re.IGNORECASE)), parts[0] if parts else ""
    )
