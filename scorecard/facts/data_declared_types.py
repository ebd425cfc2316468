"""Types that other frameworks than pydantic hold rows against: Spark schemas, validated beans, checked data classes."""

from collections.abc import Iterator

from scorecard.facts.code import Code, Hit
from scorecard.facts.data_found import Effect, Found, Kind
from scorecard.facts.data_words import speaks_of
from scorecard.paths import is_demo, is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Class, Source

_SPARK_READS = (
    "*.read.csv", "*.read.json", "*.read.parquet", "*.readStream.csv", "*.readStream.json", "*.createDataFrame",
    "*.from_json", "*.from_csv", "*.from_avro", "*.read.load", "pyspark.sql.functions.from_json",
)  # fmt: skip
_STRUCTS = ("*StructType", "*StructType().add", "*StructType.fromJson", "*StructType.fromDDL")
_TAKES_IN = frozenset({
    "ingest", "ingestion", "upload", "document", "documents", "doc", "docs", "index", "indexing", "import", "embed",
    "embedding", "knowledge", "corpus", "records", "rows", "dataset", "predict", "prediction", "score", "scoring",
    "classify", "data", "features", "add", "vector",
})  # fmt: skip
_WEB = lazily(
    r"(?:Post|Put|Patch|Request)Mapping$|^Http(?:Post|Put)|(?:^|\.)(?:POST|PUT|Path|HttpPost|HttpPut|Post|Put)$"
)
_VALID = lazily(r"@(?:Valid|Validated)\b|\[FromBody\]|ModelState\.IsValid")
_LIMITS = lazily(
    r"@(?:NotBlank|NotEmpty|Size|Min|Max|Pattern|Positive|PositiveOrZero|DecimalMin|DecimalMax|Email|Past|Range|Digits)\b"
    r"|\[(?:Required\]|Required, |Range|StringLength|MinLength|MaxLength|RegularExpression)\("
    r"|@(?:IsNotEmpty|Min|Max|Length|MinLength|MaxLength|IsPositive|IsIn|Matches|ArrayNotEmpty|IsEnum)\("
)
_BEANS = frozenset({"java", "kotlin", "csharp"})
_BINDS = (
    "*.ShouldBindJSON",
    "*.BindJSON",
    "*.ShouldBind",
    "*.ShouldBindBodyWith",
    "validate.Struct",
    "*validator*.Struct",
    "*validate*.Struct",
)
_TAGS = lazily(r"\b(?:binding|validate):\"[^\"]*\brequired\b")
_TAG_LIMITS = lazily(r"\b(?:binding|validate):\"[^\"]*\b(?:gte?|lte?|min|max|oneof|len)=")
_DATA_CLASSES = lazily(r"(?:^|\.)(?:dataclass|attr\.s|attrs|define|frozen|mutable|attrs\.\w+|dataclasses\.dataclass)$")
_ATTRIBUTES = frozenset({"ib", "attrib", "field"})


def spark_schemas(code: Code) -> Iterator[Found]:
    """Reads and frames to which a declared structure is given."""
    declared = {hit.path for hit in code.calls(*_STRUCTS)}
    for hit in code.calls(*_SPARK_READS):
        call = hit.call
        if call is None:
            continue
        second = len(call.args) >= 2 and call.args[1][:1] not in ("", "'", "[")
        named = call.kwarg("schema") is not None or (
            call.last in ("createDataFrame", "from_json", "from_avro") and second
        )
        if named and (hit.path in declared or "schema" in " ".join((*call.args, *(v for _, v in call.kwargs))).lower()):
            effect = Effect.STOPS if call.last == "createDataFrame" else Effect.RECORDS
            yield _found(code, Kind.SCHEMA, "a declared Spark schema", effect, hit)


def validated_beans(code: Code) -> Iterator[Found]:
    """`@Valid @RequestBody DocRequest` in a handler that takes in documents or rows."""
    for source in code.sources:
        if source.language not in _BEANS or is_test(source.path):
            continue
        for function in source.functions:
            if not any(_WEB.search(d) for d in function.decorators) or not speaks_of(
                _TAKES_IN, source.path, function.name, 0
            ):
                continue
            line = next(
                (n for n in range(function.line, function.line + 5) if _VALID.search(code.line(source.path, n))), 0
            )
            if not line:
                continue
            hit = Hit(source, line, function.name, function.name)
            types = {dotted.rpartition(".")[2] for _, dotted in function.annotations}
            classes = ((s, k) for s in code.sources for k in s.classes if k.name.rpartition(".")[2] in types)
            limited = any(_limits(code, owner, klass) for owner, klass in classes)
            if limited or source.language != "csharp":  # any body is bound there, and attributes make it a check
                yield _found(code, Kind.SCHEMA, "a validated request body", Effect.STOPS, hit)
            if limited:
                yield _found(code, Kind.VALUES, "limits on a request body", Effect.STOPS, hit)


def tagged_structs(code: Code) -> Iterator[Found]:
    """Go: a handler that takes in rows or predicts binds the body to a struct whose tags say what is required."""
    for hit in code.calls(*_BINDS):
        if hit.source.language != "go" or is_test(hit.path) or not speaks_of(_TAKES_IN, hit.path, hit.scope, 0):
            continue
        text = code.repository.text(hit.path)
        if _TAGS.search(text):
            yield _found(code, Kind.SCHEMA, "required fields of a bound struct", Effect.STOPS, hit)
            if _TAG_LIMITS.search(text):
                yield _found(code, Kind.VALUES, "limits on the fields of a bound struct", Effect.STOPS, hit)
            return


def checked_classes(code: Code) -> Iterator[tuple[Source, Class]]:
    """Data classes that check what they are given: a `__post_init__` that raises, attributes with validators."""
    for source in code.sources:
        if source.language != "python" or is_test(source.path):
            continue
        for klass in source.classes:
            if any("pydantic" in d for d in klass.decorators) or (
                any(_DATA_CLASSES.search(d) for d in klass.decorators) and checks_of(source, klass)
            ):
                yield source, klass


def checks_of(source: Source, klass: Class) -> list[int]:
    """The lines in which a data class checks its fields."""
    hooks = (f"{klass.name}.__post_init__", f"{klass.name}.__attrs_post_init__")
    lines = [g.line for g in source.guards if g.scope in hooks and g.effects & {"raise", "assert"}]
    lines += [c.line for c in source.calls_of(klass.name) if c.last in _ATTRIBUTES and c.kwarg("validator")]
    return lines


def _limits(code: Code, source: Source, klass: Class) -> bool:
    end = max(klass.end, klass.line + 1)
    return any(_LIMITS.search(code.line(source.path, n)) for n in range(klass.line, min(end + 1, klass.line + 60)))


def _found(code: Code, kind: Kind, what: str, effect: Effect, hit: Hit) -> Found:
    return Found(kind, what, effect, hit.path, (code.evidence(hit),), hit.scope, is_demo(hit.path))
