"""Where the system reads its tables, and which columns it uses.

reads    [{"path": "train.py", "line": 20, "reader": "pandas.read_csv", "file": "data/customers.csv", "trains": true,
         "runs": true, "notebook": false}, …], the best place for a check first: what a model is trained on, before batch scoring, before the rest.
         ``file`` is the literal path, also through constants; of a tracked file as git names it, else as written; "" if it is not plain.
         ``runs``: would a check there be reached without a person? A read inside a function that is called for several files stands where that function is called, with its name as ``reader``.
columns  columns that the code takes out of its tables and does not make itself, in order of appearance
target   the column that a model is fitted to, or ""
llm      does it call a language model and train nothing?
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scorecard.facts.code import Code, Hit
from scorecard.facts.data_checks import DataChecks
from scorecard.facts.data_found import Effect, Found, Kind
from scorecard.facts.identity import Identity
from scorecard.facts.inference import Inference
from scorecard.facts.reach import Reach
from scorecard.facts.training import Training
from scorecard.facts.vocabulary import TRAIN_CALLS
from scorecard.model import Kind as Sort
from scorecard.paths import is_demo, is_prose
from scorecard.readers import frames
from scorecard.readers.frames import Frames
from scorecard.repository import Repository

_KINDS = (
    "csv",
    "table",
    "parquet",
    "excel",
    "json",
    "feather",
    "sql",
    "sql_query",
    "sql_table",
    "pickle",
    "orc",
    "fwf",
    "gbq",
)
_READERS = tuple(f"{library}.read_{kind}" for library in ("pandas", "polars") for kind in _KINDS)
_LATER = re.compile(
    r"(?:^|[/_.-])(?:tests?|valid(?:ation)?|val|eval\w*|submission|predictions?|scores?|holdout|output)(?:[/_.-]|$)"
)
_DATA_FILE = re.compile(r"\.(?:csv|tsv|txt|parquet|json|jsonl|feather|xlsx?|pkl|gz|zip|data)$", re.IGNORECASE)
_ASIDE = re.compile(r"dashboard|plot|report|monitor|eval|analy[sz]|visual|demo|compar|drift|baseline|explor|eda")
_NO_FRAME = ("chunksize", "iterator")


def look(
    repository: Repository,
    code: Code,
    reach: Reach,
    training: Training,
    identity: Identity,
    inference: Inference,
    checks: DataChecks,
) -> dict[str, Any]:
    """See the module's docstring."""
    trainers = {h.path for h in code.calls(*TRAIN_CALLS)} | {e.path for e in training.evidence}
    scorers = {ask.hit.path for ask in inference.asks}
    trained, scored = (_closure(reach.edges, paths) for paths in (trainers, scorers))
    trained |= _closure(reach.importers, trainers)
    own = [s.path for s in code.sources if s.language == "python" and not s.notebook and not is_prose(s.path)]
    known = _constants(repository, own)
    hits = [h for h in code.calls(*_READERS) if h.call and not any(h.call.kwarg(k) for k in _NO_FRAME)]
    texts = {h.path: frames.read(repository.text(h.path), h.path, known) for h in hits if not h.source.notebook}
    found = [
        {
            "path": hit.path,
            "line": hit.line,
            "reader": hit.name,
            "file": file,
            "trains": hit.path in trained,
            "runs": bool(checks.chain(Found(Kind.SCHEMA, "", Effect.STOPS, hit.path, ()))) and not is_demo(hit.path),
            "notebook": hit.source.notebook,
        }
        for hit, file in _placed(repository, code, hits, texts)
    ]
    found.sort(key=lambda r: (*_rank(r, scored), r["path"], r["line"]))
    columns, target = _columns(repository, reach, found)
    return {
        "reads": found,
        "columns": columns,
        "target": target,
        "llm": identity.kind is Sort.LLM,
    }


def _rank(read: dict[str, Any], scored: set[str]) -> tuple[bool, ...]:
    return (
        read["notebook"],
        is_demo(read["path"]),
        not read["trains"],
        read["path"] not in scored,
        bool(_ASIDE.search(read["path"].lower())),
        bool(_LATER.search(read["file"].lower())),
        not read["file"],
    )


def _closure(edges: Mapping[str, Iterable[str]], paths: Iterable[str]) -> set[str]:
    """The files, and all that these lead to."""
    seen, todo = set(paths), list(paths)
    while todo:
        for path in edges.get(todo.pop(), ()):
            if path not in seen:
                seen.add(path)
                todo.append(path)
    return seen


def _constants(repository: Repository, own: list[str]) -> dict[str, str]:
    """Paths that constants of any module stand for, where no two modules disagree."""
    values: dict[str, set[str]] = {}
    for path in own:
        text = repository.text(path)
        if re.search(r"^[A-Z][A-Z_0-9]{2,40}\b[^=\n]{0,40}=", text, re.MULTILINE):
            for name, value in frames.names(text, path).items():
                if name.isupper():
                    values.setdefault(name, set()).add(value)
    return {name: found.pop() for name, found in values.items() if len(found) == 1}


def _placed(repository: Repository, code: Code, hits: list[Hit], texts: dict[str, Frames]) -> Iterator[tuple[Hit, str]]:
    """Each read with its file; one in a function that is called for several files stands where that is called."""
    for hit in hits:
        said = texts[hit.path].calls.get((hit.line, hit.name.rpartition(".")[2]), "") if hit.path in texts else ""
        if not said and hit.call and hit.source.notebook:
            said = hit.call.string()
        name = hit.scope.rpartition(".")[2]
        if not said and name and not name.startswith("__"):
            called = (h for h in code.calls(name, f"*.{name}") if h.call and not h.source.notebook)
            callers = [h for h in called if h.call and _DATA_FILE.search(h.call.string())]
            files = {h.call.string(): h for h in callers if h.call}
            if len(files) > 1:
                for file, caller in files.items():
                    where = Hit(caller.source, caller.line, caller.scope, name, caller.call)
                    yield where, _tracked(repository, file, caller.path)
                continue
            said = next(iter(files), "")
        yield hit, _tracked(repository, said, hit.path)


def _tracked(repository: Repository, file: str, path: str) -> str:
    """The file as git names it, where scripts are started at the top, beside it or elsewhere; else as written."""
    if not file or "://" in file:
        return file
    plain = file.replace("\\", "/")
    for base in ("", posixpath.dirname(path)):
        candidate = posixpath.normpath(posixpath.join(base, plain))
        if candidate in repository.paths:
            return candidate
    tail = re.sub(r"^(?:\.{0,2}/)+", "", posixpath.normpath(plain))
    ends = [p for p in repository.paths if p.endswith(f"/{tail}")] if tail else []
    return ends[0] if len(ends) == 1 else file


def _columns(repository: Repository, reach: Reach, reads: list[dict[str, Any]]) -> tuple[list[str], str]:
    """What the file that reads, those that import it and all that these import take out of a table."""
    if not reads or reads[0]["notebook"]:
        return [], ""
    path = reads[0]["path"]
    around = [path, *sorted(reach.importers.get(path, ()))]
    files = [*around, *sorted(_closure(reach.edges, around) - set(around))]
    said = [frames.read(repository.text(p), p) for p in files if p.endswith(".py")]
    made = {name for one in said for name in one.made}
    used = dict.fromkeys(name for one in said for name in one.used if name not in made)
    return list(used), next((one.target for one in said if one.target), "")
