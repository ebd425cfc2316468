"""Inputs that cannot be decoded, or are of a wrong type: an image service refuses what is no image, a loader skips a broken file."""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.data_own import OwnCheck
from scorecard.facts.data_words import LOGS, STOPS, speaks_of, words
from scorecard.paths import is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Guard, Source

# Calls that turn bytes into an image, a sound, a document: they fail on what is none.
_DECODES = lazily(
    r"(?:^|\.)(?:Image\.open|imdecode|imread|librosa\.load|soundfile\.read|torchaudio\.load|dcmread|nibabel\.load|rasterio\.open"
    r"|decode_(?:image|jpeg|png|wav|base64|img|audio)|b64decode|read_image|PdfReader|PdfFileReader|fitz\.open|pymupdf\.open|docx\.Document"
    r"|wave\.open|AudioSegment\.from_\w+|trimesh\.load|VideoFileClip|decodeImage|pdf_?parse|open_image|load_image|load_img|loadImage"
    r"|MolFromSmiles|partition_pdf|extract_text)$",
    re.IGNORECASE,
)
_PARSES = lazily(r"(?:^|\.)(?:read_csv|read_excel|read_json|read_parquet|DictReader)$")
_PARSE_ERRORS = frozenset({"ParserError", "EmptyDataError", "UnicodeDecodeError", "JSONDecodeError", "BadZipFile"})
_ABSENT = frozenset(
    {"FileNotFoundError", "KeyError", "ImportError", "ModuleNotFoundError", "KeyboardInterrupt", "TimeoutError"}
)
_GIVES_NONE = lazily(r"(?:imdecode|imread|MolFromSmiles|decode_image|read_frame|capture)\(\)$")
_REFUSES = lazily(
    r"(?<![\w.])4(?:00|13|15|22)(?![\w.])|HTTP_4(?:00|13|15|22)|BAD_REQUEST|BadRequest|UNSUPPORTED_MEDIA|UNPROCESSABLE"
)
_SAYS_BROKEN = lazily(
    r"\b(?:not an? (?:valid )?(?:image|audio|video|pdf|picture|document|file|wav|dicom|smiles)|invalid (?:image|audio|file|pdf|base64|picture|video|document|format|input|smiles)"
    r"|corrupt\w*|(?:un|not )supported (?:image|file|format|media|audio|type)|cannot (?:identify|decode)|could not (?:decode|identify|be decoded)|unable to decode|unreadable|must be an? (?:image|audio|video|pdf|csv))",
    re.IGNORECASE,
)
_TYPES = frozenset({"content_type", "mimetype", "mime_type", "media_type", "contenttype"})
_DENIES = frozenset({"not", "not in", "!=", "!", "!=="})
_MEDIA = lazily(r"image|audio|video|pdf|jpe?g|png|csv|wav|dicom|excel|parquet", re.IGNORECASE)
_TELLS = LOGS - {"debug"} | {"puts", "Println", "Printf"}
_ASIDE = frozenset({
    "avatar", "avatars", "profile", "auth", "plot", "plots", "visualize", "visualization", "gui", "ui", "report", "chat", "eval", "evaluation", "benchmark",
    "checkpoint", "weights", "download", "logo", "thumbnail", "gallery", "viewer", "dashboard", "comparison",
})  # fmt: skip


def undecodable(code: Code) -> Iterator[OwnCheck]:
    """Places that refuse an input of a wrong format, or leave out a file that cannot be read and say so."""
    for source in code.sources:
        if is_test(source.path) or source.notebook:
            continue
        empty = {a.target.rpartition(".")[2] for a in source.assigns if _GIVES_NONE.search(a.value)}
        for guard in source.guards:
            if not guard.scope or speaks_of(_ASIDE, source.path, guard.scope, 1):
                continue
            if guard.kind == "except":
                found = _failed(code, source, guard)
            elif guard.kind in ("if", "unless"):
                found = _none_given(code, source, guard, empty) or _mistyped(code, source, guard)
            else:
                found = ""
            if found == "stops":
                yield OwnCheck("schema", found, source, guard.line, guard.scope, "inputs of a wrong format")
            elif found:
                yield OwnCheck("values", found, source, guard.line, guard.scope, "files that cannot be read")


def _failed(code: Code, source: Source, guard: Guard) -> str:
    """An `except` around a decoding call."""
    if guard.names and guard.names <= _ABSENT:
        return ""
    tried = [c for c in source.calls_in(guard.line - 10, guard.line) if c.scope == guard.scope]
    decodes = any(_DECODES.search(c.name) for c in tried)
    parses = any(_PARSES.search(c.name) for c in tried) and bool(guard.names & _PARSE_ERRORS)
    return _outcome(code, source, guard) if decodes or parses else ""


def _none_given(code: Code, source: Source, guard: Guard, empty: set[str]) -> str:
    """`if image is None` after a decoder that gives nothing for what it cannot read."""
    asked = (
        guard.names & empty and guard.ops & {"is", "not", "==", "===", "!"} and not guard.ops & {"is not", "!=", "!=="}
    )
    return _outcome(code, source, guard) if asked else ""


def _mistyped(code: Code, source: Source, guard: Guard) -> str:
    """A file of a wrong media type is refused; the type of a request's own body is the protocol's matter."""
    if guard.ops.isdisjoint(_DENIES):
        return ""
    named = frozenset[str]().union(*(words(n) for n in guard.names))
    if not named & _TYPES or named & {"request", "response", "req", "headers"}:
        return ""
    shown = " ".join((*guard.values, _said(source, guard)))
    return "stops" if _MEDIA.search(shown) and _outcome(code, source, guard) == "stops" else ""


def _outcome(code: Code, source: Source, guard: Guard) -> str:
    rows = " ".join(code.line(source.path, n) for n in range(guard.line, min(guard.end, guard.line + 8) + 1))
    if _REFUSES.search(rows) and (guard.effects & {"raise", "return", "exit"} or "abort" in rows):
        return "stops"
    if guard.effects & STOPS and _SAYS_BROKEN.search(_said(source, guard)):
        return "stops"
    tells = any(c.last in _TELLS for c in source.calls_in(guard.line, guard.end))
    return "sets aside" if tells and guard.effects & {"continue", "return"} else ""


def _said(source: Source, guard: Guard) -> str:
    return " ".join(t.value for t in source.texts_in(guard.line, min(guard.end, guard.line + 12)))[:400]
