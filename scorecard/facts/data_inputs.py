"""What data the repository takes in of its own: files and tables that it reads, documents that it indexes."""

import re
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code, Hit
from scorecard.facts.index_passing import is_passing
from scorecard.facts.indexes import Indexes
from scorecard.facts.roots import Roots
from scorecard.model import Evidence
from scorecard.paths import is_demo
from scorecard.patterns import lazily

READS = (
    "pandas.read_*", "polars.read_*", "polars.scan_*", "dask.dataframe.read_*", "modin.pandas.read_*", "cudf.read_*",
    "geopandas.read_file", "*.read.csv", "*.read.parquet", "*.read.table", "*.read.format", "*.read.json",
    "*.read.load", "*.read.*.load", "*.read.schema", "spark.table", "spark.sql", "*.spark.table", "*.spark.sql",
    "SparkSession.*.sql", "SparkSession.*.table", "datasets.load_dataset", "datasets.load_from_disk",
    "datasets.Dataset.from_*", "tensorflow.data.*", "tensorflow_datasets.load", "*.flow_from_directory",
    "*.image_dataset_from_directory", "*.get_feature_group", "*.get_feature_view", "*.get_historical_features",
    "*.get_or_create_feature_group", "*.get_or_create_feature_view", "numpy.load", "numpy.loadtxt",
    "numpy.genfromtxt", "numpy.memmap", "numpy.fromfile", "csv.reader", "csv.DictReader", "torchvision.datasets.*",
    "*.ImageFolder", "sklearn.datasets.*", "*.fetch_openml", "h5py.File", "xarray.open_*", "rasterio.open",
    "cv2.imread", "cv2.VideoCapture", "PIL.Image.open", "librosa.load", "torchaudio.load", "pydicom.dcmread",
    "nibabel.load", "*ExampleGen", "duckdb.*", "pyarrow.*read_table", "pyarrow.*dataset",
    "google.cloud.bigquery.Client.query", "*.query_to_dataframe", "awswrangler.*read_*", "*.read_sql*",
    "feedparser.parse", "yfinance.*", "openml.datasets.*", "keras.datasets.*", "tensorflow.keras.datasets.*",
    "seaborn.load_dataset", "kaggle.api.*", "*.dataset_download", "*.dataset_download_files", "kafka.KafkaConsumer",
    "confluent_kafka.*Consumer", "aiokafka.AIOKafkaConsumer", "*.from_registry", "tiktoken.*.encode_ordinary",
    "readr.read_*", "data.table.fread", "read.csv", "read_csv", "arrow.read_parquet", "DBI.dbGetQuery", "readRDS",
)  # fmt: skip
INDEXES = (
    "*.from_documents", "*.afrom_documents", "*.from_texts", "*.add_documents", "*.aadd_documents", "*.add_texts",
    "*.insert_nodes", "*.upload_points", "*.upload_collection", "*.upload_documents", "*.index_documents",
    "*.upsert", "*.insert_many", "*.batch.add_data_object", "*.add_embeddings",
    "langchain_community.document_loaders.*", "langchain.document_loaders.*", "langchain_*.document_loaders.*",
    "*DirectoryLoader", "*PDFLoader", "*PyPDF*", "*WebBaseLoader", "*RecursiveUrlLoader", "*SitemapLoader",
    "*SimpleDirectoryReader", "*TextSplitter", "*SentenceSplitter", "*SemanticChunker", "*NodeParser",
    "*VectorStoreIndex*", "*IngestionPipeline", "unstructured.partition.*", "docling.*", "*.DocumentConverter",
    "pypdf.*", "PyPDF2.*", "pdfplumber.open", "fitz.open", "pymupdf.*", "docx.Document", "*.partition_pdf",
    "markitdown.*", "faiss.Index*", "*IndexFlat*", "chromadb.*.add", "chromadb.*.upsert",
    "*.create_index_if_not_exists", "*.bulk", "helpers.bulk", "trafilatura.*", "haystack.*DocumentWriter",
    "haystack.*DocumentSplitter", "*DocumentWriter",
    # TypeScript and JavaScript
    "*RecursiveCharacterTextSplitter", "*.addDocuments", "*.fromDocuments", "*.fromTexts", "pdf-parse", "pdf_parse",
    "pdfParse", "embedMany", "ai.embedMany", "*.splitDocuments", "*.splitText", "*.loadAndSplit",
)  # fmt: skip
EVALUATION = lazily(
    r"(?:^|/)(?:evals?|evaluations?|evaluators?|benchmarks?|experiments?|scripts/eval\w*)/|(?:^|/)(?:eval|benchmark|\w{1,40}_eval)\w*\.\w+$"
)
_CONTENT_FILE = lazily(
    r"(?:^|[/_-])(?:data|dataset|docs?|documents?|faqs?|knowledge(?:_?base)?|kb|corpus|products?|catalog(?:ue)?|posts|articles|menu|courses?"
    r"|recipes|books|movies|items|chunks|embeddings|resume|cv|reviews|tickets|scraped\w{0,20}|discourse\w{0,20}|content)\w{0,12}\.(?:jsonl?|csv|tsv|txt|md|xml|html|pkl|parquet)$",
    re.IGNORECASE,
)
_MEMORY = lazily(r"mem0|memory|checkpoint|session|history|chat_store|feedback|auth|user", re.IGNORECASE)
_EMBEDS = (
    "*.createEmbedding",
    "*.createEmbeddings",
    "*.embeddings.create",
    "*.embedContent",
    "*.embed_documents",
    "*.embedDocuments",
    "*.embed_content",
    "ai.embed",
    "*.Embedding.create",
    "*.encode",
    "cohere.*.embed",
    "voyageai.*.embed",
    "*.get_embedding",
    "*.aembed_documents",
    "*.get_text_embedding",
    "*.CreateEmbeddings",
    "*.EmbedDocuments",
    "*.GenerateEmbeddingAsync",
    "*.GenerateEmbeddingsAsync",
    "*.EmbedContent",
)
_TO_BYTES = lazily(
    r"token|tiktoken|get_encoding|encoding_for_model|TextEncoder|jwt|jose|json|base64|b64|msgpack|codecs|quote|\benc(?:oding)?\b",
    re.IGNORECASE,
)
_STORES = (
    "*.insert",
    "*.insert_one",
    "*.insertOne",
    "*.insertMany",
    "*.insert_many",
    "*.upsert",
    "*.add",
    "*.bulk_create",
    "*.put_item",
    "*.to_parquet",
    "*.to_csv",
    "*.add_all",
    "*.executemany",
    "fs.writeFileSync",
    "*.save_local",
    "*.bulk",
    "*.index",
    "*.upload_documents",
    "*.Upsert",
    "*.Insert",
    "*.AddDocuments",
    "*.UpsertAsync",
    "numpy.save",
    "*.create",
)
_TABLES = ("embedding", "vector", "fragment", "chunk")


class DataInputs(Struct, frozen=True):
    """``reads`` are files and tables that are read, ``indexes`` documents that are taken in for retrieval."""

    reads: tuple[Evidence, ...]
    indexes: tuple[Evidence, ...]
    files: int

    @classmethod
    def gather(cls, code: Code, roots: Roots, built: Indexes) -> Self:
        reads = [h for h in code.calls(*roots.keep(READS)) if not EVALUATION.search(h.path)]
        indexes = [
            h
            for h in code.calls(*roots.keep(INDEXES))
            if not EVALUATION.search(h.path) and not _is_memory(h) and not is_passing(h)
        ]
        if not indexes:
            indexes = _vector_tables(code) or _embedded_and_stored(code)
        reads = reads or _opened(code)
        reads, indexes = _system_first(reads), _system_first(indexes)
        count = len({h.path for h in (*reads, *indexes)})
        shown = tuple(code.quote(indexes)) or tuple(
            e for e in built.evidence if not EVALUATION.search(e.path) and not _MEMORY.search(e.path)
        )
        return cls(tuple(code.quote(reads)), shown, count)

    @property
    def any(self) -> tuple[Evidence, ...]:
        return (*self.reads, *self.indexes)


def _opened(code: Code) -> list[Hit]:
    """Files of content that are opened by name: `open("faq.json")`."""
    return [
        hit
        for hit in code.calls(
            "open", "*.read_text", "fs.readFileSync", "fs.readFile", "fs.promises.readFile", "aiofiles.open"
        )
        if hit.call
        and not EVALUATION.search(hit.path)
        and not set(hit.call.args[1:2]) & {"'w", "'a", "'wb", "'x", "'w+", "'a+"}
        and any(_CONTENT_FILE.search(text) for text in (*hit.call.strings, hit.name))
    ]


def _is_memory(hit: Hit) -> bool:
    """The store of a conversation, which holds what was said and no data of ours."""
    last = hit.name.rpartition(".")[2]
    return last in ("upsert", "insert_many", "bulk", "from_documents", "add_texts") and bool(
        _MEMORY.search(f"{hit.path} {hit.scope}")
    )


def _vector_tables(code: Code) -> list[Hit]:
    """Tables of embeddings or fragments that a migration makes."""
    return [
        hit
        for hit in code.calls("create_table", "*.create_table")
        if hit.call and any(word in text for text in (*hit.call.args, *hit.call.strings) for word in _TABLES)
    ]


def _embedded_and_stored(code: Code) -> list[Hit]:
    """Files that ask for embeddings and put them somewhere: an index built by hand."""
    asks = code.calls(*_EMBEDS)
    stores = {hit.path for hit in code.calls(*_STORES)}
    return [
        hit
        for hit in asks
        if hit.path in stores and not EVALUATION.search(hit.path) and not _MEMORY.search(hit.path) and _embeds(hit)
    ]


def _embeds(hit: Hit) -> bool:
    """`model.encode(texts)` gives vectors; `text.encode()` gives bytes, and a tokenizer's gives numbers."""
    call = hit.call
    if call is None or call.last != "encode":
        return True
    return bool(call.args) and not call.args[0].startswith("'") and not _TO_BYTES.search(f"{hit.name} {call.on}")


def _system_first(hits: list[Hit]) -> list[Hit]:
    """System code before notebooks; demos take in nothing of the system's."""
    own = [h for h in hits if not is_demo(h.path)]
    return [h for h in own if not h.source.notebook] or own
