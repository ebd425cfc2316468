"""Functions that store something, with the words that say what: what `record_files` and `record_frames` judge by."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from msgspec import Struct

from scorecard.facts.code import Code
from scorecard.facts.inference import Part, part
from scorecard.facts.record_vocabulary import ASKED, PREDICTED
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Source

DOCUMENTS = frozenset({
    "insert_one", "insert_many", "insertOne", "insertMany", "put_item", "putItem", "PutItemCommand", "PutCommand",
    "create_item", "upsert_item", "insert_rows_json", "insert_rows", "insert_rows_from_dataframe", "addDoc", "setDoc",
    "write_points", "xadd", "rpush", "lpush", "update_one", "updateOne", "find_one_and_update", "findOneAndUpdate",
    "load_table_from_dataframe", "load_table_from_json", "batch_writer", "put_object", "PutObjectCommand",
    "upload_blob", "upload_from_string", "create_document", "replace_item", "CreateItemAsync", "UpsertItemAsync",
    "InsertOneAsync",
})  # fmt: skip
STREAMS = frozenset({"put_record", "put_records", "produce", "send", "publish", "send_and_wait"})
# Verbs of search indexes, log collectors and document stores, general enough to need the name of the store beside them.
COLLECTS = frozenset({
    "index", "bulk", "emit", "log", "Event", "post", "track", "ingest", "put", "add", "set", "create", "upsert", "save",
    "insert", "async_bulk", "track_event", "trackEvent", "TrackEvent", "streaming_bulk", "put_log_events", "write", "push", "hset", "json", "mset", "logger",
})  # fmt: skip
# How a repository of entities is told to keep one.
ENTITIES = frozenset({
    "CreateAsync", "AddAsync", "UpsertAsync", "SaveAsync", "InsertAsync", "create", "add", "insert", "save", "upsert",
    "persist",
})  # fmt: skip
STORES = lazily(
    r"insights|telemetry|azure\.monitor|fluent|elastic|opensearch|logstash|splunk|clickhouse|influx|\bloki|firestore|cosmos|dynamo|documentclient"
    r"|(?:^|[._])es(?:_?client)?(?:$|[._(])|\.collection\(\)|\bddb|mongo|timestream|bigtable|cassandra|couch|datastore|supabase|prisma|drizzle|knex",
    re.IGNORECASE,
)
FRAMES = frozenset({
    "to_csv", "to_parquet", "to_json", "to_excel", "to_feather", "to_sql", "to_gbq", "to_delta", "saveAsTable",
    "insertInto", "save_as_table", "write_parquet", "write_csv", "write_delta", "write_database", "write_deltalake",
    "write_ndjson", "save", "csv", "parquet", "write", "save_data", "write_data", "save_csv", "save_parquet", "upload",
    "merge_insert",
})  # fmt: skip
LINES = frozenset({
    "writerow", "writerows", "write", "dump", "write_json", "writelines", "appendFile", "appendFileSync",
})  # fmt: skip
CALLS = frozenset({
    "execute", "executemany", "insert", "create", "add", "commit", "save", "put", "append_row", "hset", "set",
})  # fmt: skip
DURABLE = DOCUMENTS | FRAMES | LINES | CALLS
JOINS = frozenset({
    "withColumn", "withColumns", "with_columns", "assign", "join", "merge", "concat", "hstack", "insert", "select",
    "hcat", "union", "zip",
})  # fmt: skip
FIELDS = frozenset({"field", "tag", "field()", "tag()"})  # of a time series' point; long chains end in `field()`
ASKS = lazily(
    r"(?:make|run|get|batch|do|apply|generate|compute|perform)?_?(?:predict|scor(?:e|ing)|infer|forecast|classif)\w*$"
    r"|score_batch|apply_model",
    re.IGNORECASE,
)
# What a shared package for an organisation's data is asked to do.
KEEPS_ELSEWHERE = lazily(
    r"(?:a|async_)?(?:insert|save|store|write|persist|record|upload|upsert|put|publish)_(?:\w{1,20}_)?"
    r"(?:predictions?|forecasts?|inferences?|interactions?|conversations?)(?:_(?:values?|results?|rows?|records?|data|batch))?$"
)
_STORES = DURABLE | STREAMS | JOINS | FIELDS | COLLECTS | ENTITIES | {"open", "write_text"}
_OFFLINE = frozenset({
    "fit", "train_test_split", "accuracy_score", "f1_score", "mean_absolute_error", "mean_squared_error", "r2_score",
    "roc_auc_score", "classification_report", "confusion_matrix", "cross_val_score", "backward", "KFold",
    "StratifiedKFold", "root_mean_squared_error", "precision_score", "recall_score",
})  # fmt: skip
_TRUTH = lazily(r"actual(?:_\w+)?|(?:y_?)?test_?y|y_(?:test|true)|test_labels?", re.IGNORECASE)  # known while scoring
_IDENTITY = lazily(r"(?:\w+_)?(?:id|key|index|uuid|date|datetime|timestamp|time)", re.IGNORECASE)
_FILE_NAME = lazily(r"^[\w./:{}-]{3,150}$")


class KeptFile(Struct, frozen=True):
    """One place that writes inferences; ``joined`` if the inputs stand there or can be joined by a key."""

    name: str
    evidence: tuple[Evidence, ...]
    joined: bool
    words: frozenset[str] = frozenset()


class Scope(Struct, frozen=True):
    """A function (or a module's own level) that stores: its calls, and the short strings, keys and parameters in it."""

    source: Source
    name: str
    calls: list[Call]
    words: frozenset[str]
    asks: int  # the line on which a model is asked, 0 if none is
    beside: bool = False  # another function of the file asks one, and none of them trains or measures

    @property
    def last(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def predicted(self) -> bool:
        """Does a word name a prediction?"""
        return any(map(PREDICTED.fullmatch, self.words)) or (self.asks > 0 and "predict" in self.words)

    @property
    def keyed(self) -> bool:
        """Does a word name an input, or an id or a time by which it can be joined?"""
        return any(_IDENTITY.fullmatch(word) or ASKED.fullmatch(word) for word in self.words)

    @property
    def offline(self) -> bool:
        """Does it also train or measure, so that what it predicts is an evaluation?"""
        return measures(self.calls)

    @property
    def knows_truth(self) -> bool:
        """Does it hold what came true already, as only the scoring of a test set does?"""
        return knows_truth(self.words)


def knows_truth(words: Iterable[str]) -> bool:
    """Does one of the names mean what came true already?"""
    return any(map(_TRUTH.fullmatch, words))


def measures(calls: list[Call]) -> bool:
    """Does one of the calls train or measure?"""
    return any(call.last in _OFFLINE for call in calls)


def scopes(source: Source, asked: dict[tuple[str, str], int]) -> Iterator[Scope]:
    """The storing functions of a file in its order, training, evaluation and demos left out."""
    by_scope: dict[str, list[Call]] = {}
    storing = set()
    for call in source.calls:
        by_scope.setdefault(call.scope, []).append(call)
        if _is_storing(call.last):
            storing.add(call.scope)
    if not storing:
        return
    words: dict[str, set[str]] = {name: set() for name in storing}
    for text in source.texts:
        if text.scope in storing and len(text.value) < 60:
            words[text.scope].add(text.value)
    for function in source.functions:
        if function.name in storing:
            words[function.name].update(function.params)
    beside = any(path == source.path for path, _ in asked) and not measures(source.calls)
    for name, calls in by_scope.items():
        if name not in storing:
            continue
        if not source.notebook and part(source, name) in (Part.TRAINING, Part.EVALUATION, Part.DEMO):
            continue
        words[name].update(key.rpartition(".")[2] for call in calls for key, _ in call.kwargs)
        own = next((c.line for c in calls if ASKS.match(c.last) and "metric" not in c.name), 0)
        yield Scope(source, name, calls, frozenset(words[name]), asked.get((source.path, name), own), beside)


@cache
def _is_storing(name: str) -> bool:
    return name in _STORES or bool(KEEPS_ELSEWHERE.match(name))


def kept(code: Code, scope: Scope, call: Call, *, joined: bool) -> KeptFile:
    """The record of one storing call: its line, then the line that asks the model."""
    lines = [code.evidence(scope.source, call.line)]
    if scope.asks:
        lines.append(code.evidence(scope.source, scope.asks))
    named = next((s for s in call.strings if _FILE_NAME.search(s)), "")
    variable = call.on if call.on and call.on != "write" else call.name.partition(".")[0]
    return KeptFile(named or variable, tuple(lines), joined, scope.words)
