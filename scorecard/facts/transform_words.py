"""How the field names code that makes data, and code that does another job with the same words."""

from scorecard.patterns import lazily

# Words that by themselves say that data is transformed.
ALWAYS = lazily(
    r"preprocess\w*|featur(?:is|iz)\w*|tokeni[sz]\w*|detokeni[sz]\w*|chunk|chunks|chunk(?:ing|er|ed)|lemmati[sz]\w*|stem(?:mer|ming)"
    r"|stopwords?|imput(?:e|er|ation)|onehot|vectori[sz]\w*|augment(?:s|ed|er|ation|ations)?|(?:re|over|under)sampl(?:e|ed|er|ing)|dedup\w*"
    r"|denois\w*|binari[sz]\w*|discreti[sz]\w*|collat\w+|outliers?|ngrams?|tfidf|melspectrogram|spectrogram|mfcc|dataloaders?|datamodule"
    r"|splitter|chunker|cleaner|cleaned|cleaning|cleanse|winsori[sz]\w*|wrangl\w*|etl|stratif\w+|lagged|lags|rolling|standardi[sz]\w*|debias"
)  # fmt: skip
# Words that say so together with what they act on, or in a function that handles tables.
VERBS = frozenset({
    "clean", "normalize", "normalise", "normalized", "normalised", "normalizer", "normaliser", "normalization", "split", "encode", "encoder", "encoding", "transform",
    "transformer", "transforms", "transformed", "transformation", "scale", "scaler", "scaling", "parse", "parser", "extract", "extractor", "extraction", "load",
    "loader", "read", "reader", "process", "processor", "prepare", "build", "create", "compute", "calculate", "calc", "generate", "get", "make", "fetch", "filter",
    "merge", "join", "aggregate", "group", "convert", "mask", "select", "drop", "fill", "remove", "add", "map", "enrich", "derive", "flatten", "reshape", "resize",
    "crop", "sample", "balance", "shuffle", "pivot", "bucket", "bucketize", "bin", "pad", "truncate", "embed", "embedder", "combine", "concat", "impute", "strip", "decode",
    "format", "expand", "collect", "import", "ingest", "label", "annotate", "batch", "crossval", "window", "interpolate", "difference", "smooth", "to", "from", "index",
})  # fmt: skip
TRANSFORMS = frozenset({
    "clean", "normalize", "normalise", "normalized", "normalised", "normalizer", "normaliser", "normalization", "split", "encode", "encoder", "encoding", "transform", "transformer",
    "transforms", "transformed", "transformation", "scale", "scaler", "scaling", "extract", "extractor", "extraction", "mask", "fill", "flatten", "reshape", "resize", "crop", "pivot",
    "bucketize", "bin", "pad", "truncate", "embed", "embedder", "strip", "interpolate", "smooth", "balance", "shuffle", "aggregate", "enrich", "derive",
})  # fmt: skip
THINGS = frozenset({
    "data", "df", "frame", "frames", "dataframe", "column", "columns", "row", "rows", "text", "texts", "document", "documents", "docs", "corpus", "sentence", "sentences",
    "word", "words", "label", "labels", "target", "targets", "image", "images", "audio", "waveform", "sequence", "sequences", "sample", "samples", "record", "records", "batch", "batches",
    "pages", "pdf", "html", "markdown", "csv", "parquet", "jsonl", "table", "tables", "missing", "null", "nulls", "nan", "nans", "na", "duplicates", "ocr", "embedding",
    "embeddings", "vectors", "timeseries", "series", "array", "arrays", "tensor", "tensors", "dataset", "datasets", "categorical", "numeric", "numerical", "temporal",
    "lag", "transcript", "transcripts", "corpora", "vocab", "vocabulary", "tokens", "pixels", "bbox", "boxes", "annotations", "ratings", "transactions", "examples", "punctuation",
    "whitespace", "accents", "urls", "emoji", "folds", "unicode", "paragraphs", "passages", "nodes",
})  # fmt: skip
# Cleaning a text is the making of features wherever it stands, beside the training as well.
CLEANS = frozenset({"clean", "normalize", "normalise", "lowercase"})
TEXTS = frozenset(
    {"text", "texts", "tweet", "tweets", "sentence", "sentences", "corpus", "comment", "comments", "review", "reviews"}
)
LOADS = lazily(
    r"_*(?:load|read|fetch|get|open|download|import|create|make|write|save|list|collect|add|build|index|from|to)(?:_|[A-Z]|$)"
)
ASIDE = lazily(
    r"(?:Client|Explainer|Monitor|Controller|Router|Agent|Plotter|Visualizer|Server|Handler|Repository|Service|Registry|Request|Response|Config|Settings)$"
)
SPLITS = (frozenset({"train", "test"}), frozenset({"train", "val"}), frozenset({"train", "valid"}))
# Words of another job.
NEVER = lazily(
    r"model|models|metrics?|predict\w*|inference|infer|evaluat\w*|eval|score|scores|scorer|loss|plot\w*|chart|draw|visuali[sz]\w*|render|config\w*|settings?|client"
    r"|session|prompts?|messages?|args|argv|arguments|checkpoints?|user|users|credentials?|auth\w*|password|jwt|request|requests|response|responses|reply|log|logs|logger|logging|cache"
    r"|cached|mlflow|wandb|experiment|run|runs|train|training|trainer|fit|env|environment|url|path|paths|file|filename|folder|dir|directory|uri|host|port|header|headers|cookie|flag|flags|toggle"
    r"|cleanup|teardown|app|server|router|route|endpoint|exception|error|errors|handler|notification|email|emails|slack|command|cmd|version|versions|secret|key|keys"
    r"|agent|agents|tool|tools|chat|conversation|llm|completion|completions|stream|streaming|permission|role|roles|tenant|workflow|task|tasks|job|jobs|dag|yaml"
    r"|component|button|page|view|modal|callback|event|events|hook|hooks|state|store|styles?|css|markup|icon|menu|form|forecast|explain\w*|shap|deploy\w*|monitor\w*|drift|alert\w*|registry"
    r"|query|queries|search|validat\w*|tts|speech|voice|retriev\w*|rerank\w*|thread|threads|timestamp|timezone|id|ids|uuid|name|names|callable|mock|fixture|health|importances?|classifier|regressor|estimator|status|usage|cost|price|token"
)  # fmt: skip
MODULES = frozenset({
    "features", "feature", "preprocess", "preprocessing", "preprocessor", "preprocessors", "data", "dataset", "datasets", "etl", "processing", "processors", "schemas", "transform", "transforms",
    "transformation", "transformations", "cleaning", "cleaner", "cleaners", "chunking", "chunkers", "chunks", "splitters", "splitter", "ingestion", "ingest", "loaders", "loader", "dataloader", "dataloaders",
    "tokenizer", "tokenizers", "tokenization", "augmentation", "augmentations", "engineering", "prep", "prepare", "preparation", "text", "nlp", "extractors", "extraction", "datamodule",
    "datamodules", "splits", "split", "imputation", "normalization", "normalizers", "readers", "parsers", "wrangling", "pipelines", "fg", "feature_store", "featurization", "featurizers", "vectorizers", "marts", "staging",
})  # fmt: skip
INTERFACES = frozenset(
    {"typescript", "javascript"}
)  # a document, a text or an image is mostly something on the screen there
SCREEN = lazily(
    r"(?:^|/)(?:components?|editor|ui|hooks|assets|javascripts|pages|views|widgets|admin|artifacts)/|\.[jt]sx$"
)
SCIENCE = frozenset({"python", "r", "scala"})
FEATURES = frozenset({"feature", "features"})  # elsewhere mostly what the product can do
OTHER_MODULES = lazily(
    r"^(?:models?|train\w*|eval\w*|metrics?|plot\w*|viz|visuali[sz]\w*|predict\w*|inference|serve|serving|api|routes?|routers?|client|clients|config|settings|monitor\w*|registry|deploy\w*|auth|ui|components|hooks|editor|artifacts|compute)$"
)
FRAMES = lazily(
    r"DataFrame|Series$|ndarray|LazyFrame|pyarrow|xarray|datasets\.|Dataset$|Tensor$|NDArray|ArrayLike|csr_matrix|PCollection|documents?\.Document|\.Document\b"
)
TABULAR = ("pandas.", "polars.", "pyspark.sql", "sklearn.preprocessing", "sklearn.model_selection.train_test_split", "dask.dataframe", "cudf.", "nltk.", "torchvision.transforms",
            "albumentations.", "cv2.", "PIL.Image", "librosa.", "torchaudio.", "tensorflow.data", "tensorflow_transform", "datasets.", "apache_beam.", "duckdb.", "geopandas.", "pyarrow.", "ibis.",
            "skimage.", "tensorflow.image", "vaex.", "modin.", "snowflake.snowpark", "ray.data", "sklearn.compose", "sklearn.impute", "category_encoders.", "featuretools.", "tsfresh.", "imblearn.",
            "langchain_text_splitters", "langchain.text_splitter", "llama_index.core.node_parser", "tiktoken.", "spacy.", "ftfy.", "bs4.", "pypdf.", "fitz.", "pdfplumber.", "unstructured.", "docx.")  # fmt: skip
ARRAYS = ("numpy.", "torch.", "tensorflow.", "jax.numpy", "scipy.")
BASES = lazily(
    r"TransformerMixin|(?:^|\.)(?:Iterable|Map)?Dataset$|DataModule|DataLoader|TextSplitter|NodeParser|\.Preprocessor$|\.DoFn$|DataFrameModel|SchemaModel|BaseLoader|TokenTextSplitter"
)


NETWORKS = lazily(
    r"nn\.Module$|LightningModule|keras\.(?:Model|layers)|\.Layer$|autograd\.Function|ClassifierMixin|RegressorMixin|PreTrainedModel|nn\.Layer$|TestCase"
)
