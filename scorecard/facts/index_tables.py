"""Libraries that keep vectors or search indexes, and calls that fill one."""

# Whoever imports one of these works with an index.
STORES = (
    "chromadb", "qdrant_client", "pinecone", "weaviate", "faiss", "pymilvus", "milvus", "lancedb", "pgvector", "azure.search.documents", "redisvl", "hnswlib", "annoy", "vespa", "usearch", "txtai", "marqo", "turbopuffer",
    "langchain_chroma", "langchain_qdrant", "langchain_pinecone", "langchain_postgres", "langchain_weaviate", "langchain_milvus", "langchain_elasticsearch", "langchain_community.vectorstores", "langchain.vectorstores",
    "langchain_core.vectorstores", "langchain_mongodb", "langchain_redis", "langchain_astradb", "langchain.indexes", "langchain_opensearch", "langchain_azure_postgresql", "llama_index", "haystack", "haystack_integrations", "bm25s", "rank_bm25",
    "ragatouille", "cognee", "lightrag", "graphrag", "neo4j_graphrag", "astrapy", "superlinked", "embedchain", "docarray", "sqlite_vec", "sqlite_vss", "upstash_vector", "vecs", "pgai", "tantivy", "whoosh", "voyager", "scann",
    "agno.knowledge", "agno.vectordb", "phi.knowledge", "phi.vectordb", "crewai.knowledge", "colpali_engine", "byaldi", "pgvector_rag", "meilisearch", "typesense", "algoliasearch", "llama_cloud_services", "ragflow_sdk",
    "@pinecone-database/pinecone", "@qdrant/js-client-rest", "weaviate-client", "weaviate-ts-client", "@langchain/pinecone", "@langchain/qdrant", "@langchain/weaviate", "@langchain/mongodb", "@langchain/redis", "@zilliz/milvus2-sdk-node",
    "@upstash/vector", "faiss-node", "@azure/search-documents", "vectra", "@orama/orama", "@lancedb/lancedb", "pgvector/pg", "pgvector", "llamaindex", "hnswlib-node", "@mastra/pg", "@mastra/rag",
    "dev.langchain4j.store", "org.springframework.ai.vectorstore", "io.qdrant", "io.milvus", "com.pgvector", "org.apache.lucene",
    "Azure.Search.Documents", "Microsoft.Extensions.VectorData", "Microsoft.KernelMemory", "Microsoft.SemanticKernel.Memory", "Microsoft.SemanticKernel.Connectors", "Qdrant.Client", "Pinecone", "Pgvector",
    "github.com/qdrant/go-client", "github.com/pgvector/pgvector-go", "github.com/pinecone-io/go-pinecone", "github.com/weaviate/weaviate-go-client", "github.com/tmc/langchaingo/vectorstores", "github.com/blevesearch/bleve", "github.com/philippgille/chromem-go",
)  # fmt: skip
# Libraries that also serve other ends: what is filled must say that it is an index.
GENERAL = (
    "opensearchpy", "elasticsearch", "elasticsearch_dsl", "neo4j", "supabase", "langchain", "langchain_google_vertexai", "langchain_aws", "google.cloud.aiplatform", "bytewax", "pymongo", "redis", "lancedb", "langchain_community",
    "@langchain/community", "@supabase/supabase-js", "@elastic/elasticsearch", "@langchain/core", "langchain", "mongodb", "dev.langchain4j", "org.springframework.ai", "Microsoft.SemanticKernel", "github.com/tmc/langchaingo",
)  # fmt: skip

# Calls that mean nothing else.
SURE = (
    "*.add_documents", "*.aadd_documents", "*.from_documents", "*.afrom_documents", "*.add_texts", "*.aadd_texts", "*.from_texts", "*.afrom_texts", "*.upload_documents", "*.merge_or_upload_documents", "*.addDocuments", "*.fromDocuments",
    "*.fromTexts", "*.VectorStoreIndex", "*.VectorStoreIndex.from_documents", "*.upsert_points", "*.upload_points", "*.upload_collection", "*.add_with_ids", "*.IndexFlatL2", "*.IndexFlatIP", "*.IndexIVFFlat", "*.IndexHNSWFlat",
    "*.index_factory", "*.write_documents", "*.insert_nodes", "*.build_index_from_nodes", "*.SearchIndex", "*.create_or_update_index", "*.create_or_update_indexer", "*.BM25Okapi", "*.BM25Retriever.from_documents", "*.insert_documents",
    "*.build_index", "*.MatchingEngineIndex.*", "*.VectorIndexAutoRetriever", "*.from_embeddings", "*.fromExistingIndex", "*.IngestionPipeline", "*.DocumentWriter", "*.batch_import", "*.UploadDocumentsAsync", "*.IngestAsync",
    "*.ImportDocumentAsync", "*.ImportTextAsync", "*.SaveInformationAsync", "*.create_index_from_documents", "*.recreate_collection", "*.get_or_create_collection", "*.VectorstoreIndexCreator", "*.from_loaders", "*.add_embeddings",
    "*.SummaryIndex.from_documents", "*.KnowledgeGraphIndex.from_documents", "*.PropertyGraphIndex.from_documents", "*.createIndex", "*.MergeOrUploadDocumentsAsync", "*.PointStruct", "*.create_vector_index", "*.write_index",
)  # fmt: skip
# Calls that fill an index where what they are called on is one.
PLAIN = (
    "*.add", "*.aadd", "*.addAll", "*.add_all", "*.insert", "*.upsert", "*.aupsert", "*.index", "*.ingest", "*.accept", "*.write", "*.doAdd", "*.insert_many", "*.add_nodes", "*.save_local", "*.create_collection", "*.createCollection",
    "*.add_items", "*.add_item", "*.add_object", "*.load", "*.UpsertAsync", "*.UpsertBatchAsync", "*.bulkWrite", "*.bulk_write", "*.create_table", "*.AddDocuments", "*.Upsert", "*.embed_documents", "*.insertMany", "*.embedDocuments",
)  # fmt: skip
SEARCH = (
    "elasticsearch.helpers.bulk", "elasticsearch.helpers.parallel_bulk", "opensearchpy.helpers.bulk", "elasticsearch.*.index", "opensearchpy.*.index", "elasticsearch.*.bulk", "opensearchpy.*.bulk", "elasticsearch_dsl.*",
    "annoy.AnnoyIndex", "hnswlib.Index", "chromadb.*.add", "faiss.*.add", "pymilvus.*.insert", "lancedb.*.create_table", "lancedb.*.add", "txtai.*.index", "whoosh.*.create_in", "pinecone.*.upsert", "minsearch.Index", "minsearch.*.fit", "minsearch.VectorSearch", "minsearch.AppendableIndex", "*.MapVectorStore", "*.load_knowledge_base",
    "dev.langchain4j.*EmbeddingStoreIngestor.*ingest", "dev.langchain4j.store.embedding.*.InMemoryEmbeddingStore", "dev.langchain4j.*EmbeddingStore.add*", "org.springframework.ai.vectorstore.*VectorStore.add",
    "org.springframework.ai.vectorstore.*VectorStore.accept", "org.springframework.ai.vectorstore.*VectorStore.write", "org.springframework.ai.vectorstore.*VectorStore.doAdd", "org.springframework.ai.vectorstore.SimpleVectorStore*",
)  # fmt: skip
ANYWHERE = (
    "*.VectorKnowledgeBase", "*.CfnKnowledgeBase", "*.start_ingestion_job", "*.StartIngestionJobCommand", "*.VectorCollection", "*.vector_stores.files.upload", "*.vector_stores.create", "*.vector_stores.file_batches.upload_and_poll",
    "*.beta.vector_stores.create", "*.vectorStores.create", "*.vectorStores.files.upload", "*.vectorStores.fileBatches.uploadAndPoll", "*.vector_stores.file_batches.create",
)  # fmt: skip
# Columns that hold embeddings, as ORMs declare them.
COLUMNS = (
    "pgvector.sqlalchemy.*", "pgvector.django.VectorField", "pgvector.django.HnswIndex", "pgvector.django.IvfflatIndex", "pgvector.peewee.*", "pgvector.sqlmodel.*", "*.has_neighbors", "has_neighbors", "t.vector", "*.VectorField",
    "drizzle-orm/pg-core.vector", "drizzle-orm/pg-core.halfvec", "*.NewVector",
)  # fmt: skip
RESOURCES = (
    "AWS::Bedrock::KnowledgeBase", "aws_bedrockagent_knowledge_base", "google_vertex_ai_index", "google_discovery_engine_data_store", "mongodbatlas_search_index", "aws_s3vectors_index", "AWS::S3Vectors::Index",
)  # fmt: skip
