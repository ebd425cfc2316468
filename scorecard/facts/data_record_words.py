"""The words by which records of data are told from settings, chat and answers."""

import re

from scorecard.patterns import lazily

BASES = (
    "pydantic.BaseModel",
    "pydantic.*.BaseModel",
    "pydantic.*.GenericModel",
    "pydantic.RootModel",
    "pydantic.BaseModel[]",
    "patito.Model",
    "msgspec.Struct",
    "marshmallow.Schema",
    "ninja.Schema",
    "pydantic.RootModel[]",
    "beanie.Document",
)
PARSES = frozenset({
    "model_validate", "parse_obj", "model_validate_json", "parse_raw", "from_orm", "validate_python",
    "validate_json", "load", "loads", "validate", "model_validate_strings", "parse_file", "from_dict", "from_row",
    "from_record", "from_json",
})  # fmt: skip
NO_RECORD = frozenset({
    "config", "configs", "configuration", "settings", "setting", "params", "parameters", "hyperparameters", "args",
    "options", "response", "result", "results", "output", "outputs", "answer", "message", "messages", "chat",
    "conversation", "token", "tokens", "user", "session", "thread", "auth", "login", "credentials", "tool", "agent",
    "state", "prompt", "llm", "error", "status", "health", "plan", "step", "task", "job", "event", "webhook",
    "secret", "key", "metrics", "metric", "report", "summary", "model", "artifact", "run", "experiment", "spec",
    "manifest", "grade", "evaluation", "router", "route", "feedback", "completion", "judge", "verdict", "query",
    "queries", "search", "filter", "filters", "info", "metadata", "meta", "page", "stats", "context", "tag", "tags",
    "strategy", "skill", "frontmatter", "anomaly", "snapshot", "alert", "issue", "violation", "finding", "incident",
    "callback", "permission", "policy", "provider", "notification", "email", "profile", "role",
})  # fmt: skip
CHAT_FIELDS = frozenset({
    "message", "messages", "prompt", "query", "question", "history", "session_id", "thread_id", "user_id",
    "conversation_id", "chat_history", "content", "role", "stream", "temperature", "top_k", "max_tokens",
    "system_prompt", "model", "user_input", "id", "chat_id", "api_key", "username", "password", "email",
})  # fmt: skip
INTAKE = frozenset({
    "ingest", "ingestion", "load", "loader", "loaders", "crawl", "crawler", "crawlers", "etl", "index", "indexing",
    "pipeline", "pipelines", "feature", "features", "dataset", "datasets", "data", "scrape", "scraper", "parse",
    "parser", "import", "importer", "process", "processing", "processor", "collect", "collector", "fetch",
    "consumer", "producer", "raw", "dispatch", "dispatcher", "preprocess", "preprocessing", "prepare", "extract",
    "extractor", "transform", "validate", "validation", "validator", "validators", "train", "training", "predict",
    "prediction", "inference", "read", "reader", "row", "rows", "record", "records", "schema", "batch", "stream",
    "streaming", "warehouse", "backfill", "chunk", "chunking", "embed", "embedding", "upload", "sync", "mongo",
    "annotate", "insight", "insights", "documents", "document", "nosql", "kafka", "score", "scoring",
})  # fmt: skip
FLOWS = frozenset(
    {"flow", "flows", "dataflow", "job", "jobs", "dag", "dags", "worker", "workers", "build_flow", "sink"}
)
LIMITS = frozenset(
    {"ge", "gt", "le", "lt", "min_length", "max_length", "pattern", "regex", "multiple_of", "min_items", "validate"}
)
NARROW = lazily(
    r"Literal\b|\bcon(?:int|float|str|list|decimal)\b|Positive|Negative|NonNeg|confloat|Enum\b|Past|Future|StringConstraints"
)
OPEN = lazily(r"^(?:typing\.)?(?:dict|Dict|Mapping|Any|object)(?:\[|$)|^(?:typing\.)?Any$")
SETTINGS_FILE = lazily(r"(?:^|[/_])(?:config|configs|configuration|settings|conf)(?:[/_.]|$)", re.IGNORECASE)
API_LAYER = frozenset({
    "api", "crud", "endpoint", "endpoints", "router", "routers", "routes", "views", "controller", "controllers",
    "client", "clients", "auth", "graph", "server",
})  # fmt: skip
TALK = frozenset({
    "chat", "agent", "agents", "llm", "llms", "tool", "tools", "mcp", "prompt", "prompts", "evaluation", "evals",
    "eval", "judge", "operator", "citation", "resolver", "resolvers", "conversation", "skills",
})  # fmt: skip
DOCUMENTS = frozenset(
    {
        "document",
        "documents",
        "upload",
        "uploads",
        "ingest",
        "ingestion",
        "import",
        "index",
        "knowledge",
        "corpus",
        "dataset",
        "datasets",
        "etl",
        "warehouse",
        "mongo",
    }
)
SAID = frozenset(
    {
        "response",
        "output",
        "completion",
        "arguments",
        "answer",
        "generation",
        "reply",
        "call",
        "llm",
        "message",
        "choice",
        "parsed",
        "content",
    }
)
OUTPUT = frozenset(
    {"score", "label", "prediction", "predictions", "recommendation", "scores", "explanation", "forecast"}
)
SETTINGS = ("*BaseSettings*", "*SettingsConfigDict*")
