"""The words by which code about data is told from other code: what is tested, what is done, what is said."""

import re
from functools import lru_cache

from scorecard.patterns import lazily

DATA = frozenset({
    "df", "data", "dataset", "datasets", "dataframe", "frame", "row", "rows", "record", "records", "sample",
    "samples", "feature", "features", "image", "images", "img", "document", "documents", "docs", "doc", "chunk",
    "chunks", "batch", "batches", "table", "label", "labels", "target", "targets", "text", "texts", "embedding",
    "embeddings", "array", "arr", "series", "dump", "corpus", "observations", "transactions", "transaction",
    "events", "articles", "products", "prices", "measurement", "measurements", "readings", "entries", "examples",
    "train", "test", "val", "xtrain", "ytrain", "column", "columns", "col", "cols", "values", "pixels", "frames",
    "sdf", "pdf", "ratings", "reviews", "tweets", "X", "input", "inputs", "instances", "instance", "vector",
    "vectors", "annotations", "boxes", "csv", "parquet", "dates", "points", "sequences", "pages", "customers",
    "orders", "trips", "days", "product", "stations",
})  # fmt: skip
NOT_DATA = frozenset({
    "args", "argv", "arguments", "settings", "environ", "getenv", "env", "config", "cfg", "conf", "options", "opts",
    "flags", "token", "password", "secret", "credentials", "auth", "session", "response", "resp", "status_code",
    "exists", "is_file", "is_dir", "isfile", "isdir", "path", "filepath", "exit_code", "returncode", "run_id",
    "experiment", "api_key", "device", "cuda", "user", "users", "client", "url", "host", "port", "key", "keys_env",
    "hasattr", "callable", "optimizer", "scheduler", "checkpoint", "ckpt", "parser", "subparsers", "endpoint",
    "pipeline_name", "registry", "tool", "tools", "messages", "message", "agent", "thread_id", "conn", "connection",
    "cursor", "version", "versions", "artifact", "artifacts", "model_name", "model_path", "choices", "prompt",
    "mode", "strategy", "suffix", "extension", "files", "failures", "passed", "failed", "argument", "loss", "losses",
    "prob", "probs", "proba", "logits", "pred", "preds", "prediction", "predictions", "metric", "metrics", "grad",
    "grads", "weights", "accuracy", "score", "scores", "tokenizer", "model", "models", "estimator", "retries",
    "attempt", "attempts", "timeout", "request", "requests",
})  # fmt: skip
NULL = frozenset({
    "isnull", "isna", "notnull", "notna", "isnan", "isfinite", "isinf", "hasnans", "null_count", "is_null", "is_nan",
    "has_nulls", "null_counts", "missing_values", "n_missing", "null_ratio", "missing_ratio", "missing_pct",
    "nan_count", "null_pct", "missing_rate", "null_rate", "nulls", "nan_columns", "null_columns", "complete_cases",
    "complete.cases", "anyNA", "is.na", "isNaN", "isEmpty_values", "nil?",
})  # fmt: skip
REPEATED = frozenset({
    "duplicated", "is_unique", "duplicates", "duplicate_count", "n_duplicates", "has_duplicates", "is_duplicated",
    "dupes", "num_duplicates", "duplicate_rows", "dup_count", "duplicate_ids", "anyDuplicated", "duplicate_ratio",
})  # fmt: skip
COUNTS = frozenset({
    "len", "shape", "size", "count", "num_rows", "n_rows", "row_count", "nrow", "height", "n_samples", "num_samples",
    "total_rows", "sample_count", "record_count", "rowcount", "counts", "num_records", "ndim", "nunique",
    "value_counts",
})  # fmt: skip
OVER = frozenset({
    "any", "all", "min", "max", "between", "nanmin", "nanmax", "isin", "amin", "amax", "quantile", "std", "mean",
    "lt", "gt", "ge", "le", "unique", "value_range", "outliers", "n_outliers", "out_of_range",
})  # fmt: skip
COLUMNS = frozenset({
    "columns", "dtypes", "dtype", "colnames", "column_names", "schema", "expected_columns", "required_columns",
    "missing_columns", "missing_cols", "required_cols", "feature_names", "expected_features", "missing_features",
    "required_features", "extra_columns", "unexpected_columns", "missing_fields", "required_fields", "expected_cols",
    "all_columns", "number_of_columns", "num_columns", "fieldnames", "missing_cols_list", "expected_schema", "names",
    "feature_columns", "is_numeric_dtype", "select_dtypes", "number_of_numerical_columns", "extra_cols",
})  # fmt: skip
ASIDE = frozenset({
    "config", "configs", "configuration", "settings", "evaluation", "evaluations", "evaluate", "evals", "eval",
    "evaluator", "judge", "cli", "args", "plot", "plots", "visualize", "visualization", "visualizations",
    "benchmark", "benchmarks", "perf", "profiling",
})  # fmt: skip
SCHEMA_WORDS = frozenset({"columns", "cols", "schema", "fields", "dtypes", "dtype"})
STRONG_COLUMNS = COLUMNS - {"names", "dtype", "schema"}
STRUCTURE = frozenset({
    "forward", "call", "build", "__call__", "loss", "step", "training_step", "attention", "configure_optimizers",
    "compile",
})  # fmt: skip
SETTINGS = frozenset({"settings", "config", "cfg", "conf", "args", "options", "opts"})
PLACES = frozenset({
    "data", "dataset", "datasets", "ingest", "ingestion", "load", "loader", "loaders", "loading", "preprocess",
    "preprocessing", "preprocessed", "preprocessor", "prepare", "preparation", "prep", "feature", "features", "etl",
    "clean", "cleaning", "cleaner", "transform", "transformation", "transformer", "transforms", "valid", "validate",
    "validation", "validator", "validators", "quality", "split", "splitter", "schema", "schemas", "extract",
    "extraction", "crawl", "crawler", "crawlers", "scrape", "scraper", "train", "training", "trainer", "fetch",
    "read", "reader", "readers", "import", "importer", "collect", "raw", "download", "process", "processing",
    "processor", "generate", "filter", "build", "make", "backfill", "materialize", "index", "indexing", "chunk",
    "chunking", "warehouse", "sync", "batch", "score", "scoring", "inference", "predict", "forecast", "check",
    "checks", "ensure", "verify", "sanity", "asset", "assets", "steps", "create", "pipeline", "pipelines", "job",
    "jobs", "flow", "flows", "tasks", "dag", "dags", "migrate", "publish", "ingestor", "consumer", "producer",
})  # fmt: skip
SAYS_SCHEMA = lazily(
    r"\b(?:missing|required?|unexpected|extra|expected|unknown|mismatch\w*|invalid|wrong|absent|not found)\b"
    r"[^.\n]{0,50}"
    r"\b(?:columns?|fields?|features?|schema|dtypes?)\b"
    r"|\b(?:columns?|fields?|features?|schema|dtypes?)\b[^.\n]{0,60}"
    r"\b(?:missing|required|unexpected|expected|mismatch\w*|not (?:found|present|in)|do(?:es)? not|must|invalid"
    r"|absent|should)\b",
    re.IGNORECASE,
)
SAYS_VALUES = lazily(
    r"\b(?:null|nulls|nan|nans|missing values?|duplicates?d?|outliers?|out[ -]of[ -]range|negative|non-?positive"
    r"|too (?:few|many|short|long|small)|not enough|insufficient|empty|at least|minimum|exceeds?|range|between"
    r"|no (?:data|rows|records|samples|documents|images|chunks|valid)"
    r"|invalid (?:value|label|categor|row|record|data|sample)\w*|unknown (?:value|label|categor)\w*"
    r"|corrupt\w*|all zeros?|constant)\b",
    re.IGNORECASE,
)
ROUTES = lazily(
    r"\.(?:post|put|patch|api_route|route|websocket|get)$|(?:^|\.)(?:bentoml\.\w+|serve\.deployment|ninja\.\w+)$"
)
PREDICTS = lazily(
    r"predict|infer|classif|scor(?:e|ing)|forecast|recommend|estimate|detect|analy[sz]e_sentiment|_proba|rank|price"
)
CHECKER = lazily(
    r"^_*(?:validate|check|verify|ensure|assert|test|is_valid|sanity|data_quality|quality|run_checks|enforce|require|expect|detect|has_|find_missing|assess|audit)"
)
LOGS = frozenset({"warning", "warn", "error", "critical", "exception", "info", "log", "print", "debug"})
STOPS = frozenset({"raise", "exit", "assert"})
ACTS = STOPS | {"return", "continue", "break"}
CAMEL = lazily(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


@lru_cache(maxsize=50_000)
def words(identifier: str) -> frozenset[str]:
    """The words that an identifier is made of, itself included."""
    return frozenset({identifier, identifier.lower(), *(w.lower() for w in CAMEL.findall(identifier))})


@lru_cache(maxsize=50_000)
def speaks_of(wanted: frozenset[str], path: str, scope: str, folders: int = 2) -> bool:
    """Does one of ``wanted`` stand in the function's name, the file's, or those of its nearest folders?"""
    parts = (*path.rpartition(".")[0].rsplit("/", folders)[-folders:], *scope.split("."))
    return any(words(part) & wanted for part in parts)
