"""Names that tell versions apart (`version`, `run_id`, a timestamp), and paths in which one of them stands."""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Source

_PARTS = frozenset({
    "version", "versions", "ver", "timestamp", "timestamps", "ts", "date", "datetime", "dt", "now", "today", "utcnow", "strftime", "isoformat", "sha", "sha256", "md5", "commit", "hash", "digest",
    "uuid", "uuid4", "hexdigest", "fingerprint", "runid", "snapshot", "gitsha", "semver", "revision", "rev", "datestamp", "tstamp", "timestr", "vers", "today's",
})  # fmt: skip
_PAIRS = lazily(
    r"(?:run|build|job|execution|release|snapshot|pipeline_run|training_job|flow_run|exec)_?(?:id|number|no|date|name|time|tag)$|version$|timestamp$|time_?str$|current_?time$|time_?stamp|_ts$|start_time$",
    re.IGNORECASE,
)
_NO = lazily(
    r"python_?version|api_?version|(?:start|end|from|to|min|max|forecast|target|birth|due)_?date|schema_?version|conversion|inversion|torch_?version|cuda",
    re.IGNORECASE,
)
_HOLE = lazily(r"\{([\w.]{1,120})(?:![rsa])?(?::([^{}]{0,30}))?\}|\$\{?([A-Za-z_]\w{1,60})\}?")
_STAMP = lazily(r"%Y[-_/]?%m|%Y%m%d|\{[^{}]{0,60}:%Y|\{%Y")
_WORD = lazily(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def tells_versions(name: str) -> bool:
    """Is this the name of something that differs from version to version?"""
    last = name.strip("[]()").removesuffix("()")
    if not last or _NO.search(last):
        return False
    tail = last.split(".")
    if any(part in ("strftime", "now", "utcnow", "today", "uuid4", "isoformat", "hexdigest") for part in tail):
        return True
    word = (
        tail[-1]
        if tail[-1] not in ("time", "id", "value", "format", "hex", "name", "number")
        else ".".join(tail[-2:]).replace(".", "_")
    )
    if name in ("time.time", "time.time()", "int(time.time())"):
        return True
    return bool(_PAIRS.search(word)) or any(part.lower() in _PARTS for part in _WORD.findall(word))


def is_versioned(text: str) -> bool:
    """Does a path, written as a short text, name a version in one of its holes?"""
    return bool(_STAMP.search(text)) or any(
        tells_versions(found[1] or found[3] or "") for found in _HOLE.finditer(text)
    )


def versioned_by(code: Code, source: Source, call: Call, value: str) -> int:
    """The line on which the path ``value`` that ``call`` is given gets its version, 0 where it has none.

    A variable is followed to its assignments in the same function (or the class, or the module) and through what
    they are made of, at most three deep.
    """
    if value.startswith("'"):
        return call.line if is_versioned(value[1:]) else 0
    todo, seen = [(value, 0)], {value}
    if value.endswith("()") or not value:
        line = _written(code, source, call.line, call)
        if line:
            return line
        inner = code.line(source.path, call.line).partition("(")[2]
        todo += [(word, 1) for word in re.findall(r"[A-Za-z_][\w.]*", inner)[:8] if word not in seen and "/" in inner]
    while todo:
        name, depth = todo.pop()
        plain = name.removesuffix("()").removesuffix("[]")
        for assign in source.assigns:
            if assign.target not in (plain, f"self.{plain}", plain.rpartition(".")[2]) or depth > 2:
                continue
            if assign.scope not in ("", call.scope) and assign.scope.partition(".")[0] != call.scope.partition(".")[0]:
                continue
            if assign.value.startswith("'") and is_versioned(assign.value[1:]):
                return assign.line
            row = code.line(source.path, assign.line)
            if _is_made_of_versions(row.partition("=")[2]):
                return assign.line
            for word in re.findall(r"[A-Za-z_][\w.]*", row.partition("=")[2])[:12]:
                if word not in seen and not word[0].isdigit():
                    seen.add(word)
                    todo.append((word, depth + 1))
    return 0


def _written(code: Code, source: Source, line: int, call: Call) -> int:
    """The line of a path that is built within the call itself."""
    if _is_made_of_versions(code.line(source.path, line).partition("(")[2]):
        return line
    inner = [
        c
        for c in source.calls
        if line <= c.line <= line + 3 and c is not call and c.last in ("join", "joinpath", "Path", "format")
    ]
    return next(
        (c.line for c in inner if any(is_versioned(a[1:]) if a.startswith("'") else tells_versions(a) for a in c.args)),
        0,
    )


def _is_made_of_versions(text: str) -> bool:
    """Source text of an expression: f-strings with a version in a hole, or version names joined into a path."""
    if "#" in text:
        text = text.partition("  #")[0]
    if is_versioned(text):
        return True
    if not any(mark in text for mark in ("/", "+", "join", "Path", "%", "format", "paste", "glue", "`")):
        return False
    bare = re.sub(r"\"[^\"\n]*\"|'[^'\n]*'", "", text)
    return any(tells_versions(word) for word in re.findall(r"[A-Za-z_][\w.]*", bare)[:20])


def paths_of(call: Call) -> Iterator[str]:
    """What could be the path that a saving call is given."""
    yield from (call.args[1:3] or call.args[:1])
    if len(call.args) > 1 and call.args[0].startswith("'"):
        yield call.args[0]
    for key, value in call.kwargs:
        if key.lower() in (
            "path",
            "filename",
            "filepath",
            "file",
            "key",
            "fname",
            "path_or_buf",
            "output_dir",
            "export_dir",
            "save_directory",
            "destination",
            "blob_name",
            "f",
            "fp",
            "path_or_fileobj",
            "object_name",
            "dst",
            "uri",
            "dest",
            "save_path",
            "model_path",
            "export_path",
            "directory",
            "filename_or_obj",
        ):
            yield value
