"""Record classes named as a type: `TypeAdapter(list[Row])`, `parse_obj_as(List[Row], rows)`, the body of an ingest endpoint, what a predictor takes."""

import re
from collections.abc import Collection, Iterator

from scorecard.facts.code import Code, Hit
from scorecard.facts.data_words import PREDICTS, ROUTES, speaks_of
from scorecard.facts.vocabulary import ML_LIBRARIES
from scorecard.paths import is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Class, Source

_ADAPTERS = (
    "pydantic.parse_obj_as", "pydantic.tools.parse_obj_as", "pydantic.TypeAdapter", "pydantic.*.TypeAdapter",
    "msgspec.convert", "msgspec.json.decode", "msgspec.json.Decoder", "msgspec.from_builtins", "cattrs.structure",
    "cattr.structure", "cattrs.*.structure", "dacite.from_dict", "*.parse_obj_as", "desert.schema", "cattrs.structure_attrs_fromdict",
    "dataclass_wizard.fromdict", "dataclass_wizard.fromlist", "marshmallow_dataclass.class_schema", "mashumaro.*",
)  # fmt: skip
_TAKES_IN = frozenset({
    "ingest", "ingestion", "upload", "uploads", "document", "documents", "doc", "docs", "index", "indexing", "import",
    "knowledge", "corpus", "chunk", "chunks", "records", "rows", "dataset", "datasets", "add",
    "bulk", "articles", "collection", "collections", "upsert", "items", "article", "item", "product", "products",
})  # fmt: skip
_CONTENT = frozenset({
    "text", "texts", "content", "contents", "document", "documents", "body", "chunks", "records", "items", "rows",
    "data", "pages", "docs", "articles", "markdown", "html", "passages", "samples", "features", "examples",
    "sections", "file_content", "raw_text", "description", "page_content", "abstract", "chunk", "passage",
})  # fmt: skip
_SOURCES = frozenset({
    "input", "inputs", "source", "sources", "file", "files", "url", "urls", "uri", "file_path", "filepath", "path",
    "title", "filename", "base64", "payload", "metadata",
})  # fmt: skip
_PLAINLY = lazily(
    r"ingest|upload|index|import|(?:add|create|store|insert|process)_(?:doc|text|article|chunk|item|record)",
    re.IGNORECASE,
)
_ASKS = lazily(
    r"chat|embeddings?$|query|search|ask|question|login|prompt|answer|feedback|message|retriev|session", re.IGNORECASE
)


def adapted(code: Code, classes: Collection[str]) -> Iterator[tuple[str, Hit]]:
    """Where a record class is given as the type that rows are turned into; the line says which."""
    for hit in code.calls(*_ADAPTERS):
        if is_test(hit.path):
            continue
        line = code.line(hit.path, hit.line)
        for name in re.findall(r"\b[A-Z]\w{2,60}\b", f"{line} {code.line(hit.path, hit.line + 1)}"):
            if name in classes:
                yield name, hit
                break


def ingest_bodies(code: Code, classes: dict[str, tuple[Source, Class]]) -> Iterator[tuple[str, Hit]]:
    """Handlers of a web application that take in documents or rows as typed records."""
    for source in code.sources:
        if is_test(source.path) or source.notebook:
            continue
        for function in source.functions:
            if not any(ROUTES.search(d) for d in function.decorators) or _ASKS.search(function.last):
                continue
            if not speaks_of(_TAKES_IN, source.path, function.name, 1):
                continue
            for parameter, dotted in function.annotations:
                name = dotted.rstrip("[]").rpartition(".")[2]
                name = name if name in classes else _inside(code, source, function.line, parameter, classes)
                if parameter == "return" or name not in classes or _ASKS.search(name):
                    continue
                fields = {f for f, _, _ in classes[name][1].fields}
                if fields & (_CONTENT if not _PLAINLY.search(function.last) else _CONTENT | _SOURCES):
                    yield name, Hit(source, function.line, function.name, dotted)


def packaged_bodies(code: Code, classes: Collection[str]) -> Iterator[tuple[str, Hit]]:
    """The typed input of a packaged model: MLflow holds requests against the type hint of a `PythonModel`'s `predict`.

    https://mlflow.org/docs/latest/ml/model/python_model/
    """
    for source, klass in code.classes("mlflow.pyfunc.PythonModel", "mlflow.pyfunc.model.PythonModel"):
        for function in source.functions:
            if function.name != f"{klass.name}.predict" or is_test(source.path) or source.notebook:
                continue
            for parameter, dotted in function.annotations:
                name = dotted.rstrip("[]").rpartition(".")[2]
                name = name if name in classes else _inside(code, source, function.line, parameter, classes)
                if parameter != "return" and name in classes:
                    yield name, Hit(source, function.line, function.name, dotted)


def predictor_inputs(code: Code, classes: Collection[str]) -> Iterator[tuple[str, Hit]]:
    """Where records are made that a predictor of one's own takes by their type: `def predict_batch(self, rows: list[Row])`."""
    near = {hit.path for hit in code.imports(*ML_LIBRARIES, notebooks=False)}
    for source in code.sources:
        if source.path not in near or is_test(source.path):
            continue
        for function in source.functions:
            if not PREDICTS.search(function.last.lower()) or any(ROUTES.search(d) for d in function.decorators):
                continue
            for parameter, dotted in function.annotations:
                name = dotted.rstrip("[]").rpartition(".")[2]
                name = name if name in classes else _inside(code, source, function.line, parameter, classes)
                if parameter != "return" and name in classes:
                    made = code.calls(name, f"*.{name}")
                    yield from ((name, hit) for hit in made if hit.path == source.path and hit.call and hit.call.kwargs)


def _inside(code: Code, source: Source, start: int, parameter: str, classes: Collection[str]) -> str:
    """`rows: list[Row]`: the name of the record in the annotation."""
    for number in range(start, start + 8):
        line = code.line(source.path, number)
        if parameter not in line:
            continue
        start_of = re.search(rf"\b{re.escape(parameter)}\s{{0,3}}:\s{{0,3}}(?:[Ll]ist|[Ss]equence|Annotated)\[", line)
        if start_of:
            after = f"{line[start_of.end() :]} {code.line(source.path, number + 1)}"
            return next((name for name in re.findall(r"\w{2,60}", after) if name in classes), "")
    return ""
