"""What the platforms, libraries and people of the field call the recording of a model's inputs and outputs."""

import re

from scorecard.patterns import lazily

# Platforms that record what goes into a deployed model and comes out, once told so.
CAPTURES = (
    "*.DataCaptureConfig", "*.DataCaptureConfigProperty", "azureml.ai.monitoring.Collector", "azureml.*.ModelDataCollector",
    "*.ModelDataCollector", "azure.ai.ml.entities.DataCollector",
    "azure.ai.ml.entities.DeploymentCollection", "bentoml.monitor", "*.feature_view.log", "*feature_view*.log",
    "*.fv.log", "fv.log", "hsml.*.InferenceLogger", "hsml.*InferenceLogger",
    "*.set_request_response_logging_config", "*.AutoCaptureConfigInput", "*.AiGatewayInferenceTableConfig",
    "*.AiGatewayEndpointInferenceTableConfig",
    "*.put_model_invocation_logging_configuration", "arize.*.Client.log", "fiddler*.publish_event",
    "fiddler*.publish_events_batch", "fiddler.*.publish",
    "aporia*.log_prediction", "*.log_batch_prediction", "*.log_inferences", "*.log_inference",
    "superwise.*.log_records", "arthurai.*.send_inferences",
    "deepchecks_client.*.log_sample", "mona_sdk.*.Client", "*.log_predictions", "comet_mpm.*.log_event",
    "*.Deployment.log_predictions", "datarobot_mlops.*.report_predictions_data",
    "*.MLOps.report_predictions_data", "whylogs.api.*.log_rolling", "evidently.*.CollectorClient.send_data",
    "gantry.log_record*", "freeplay.*.recordings.create", "galileo_observe.*", "qwak.*.log", "mlserver.*.log_payload", "truefoundry.*.log_predictions",
)  # fmt: skip
CAPTURE_ARGUMENTS = (
    "data_capture_config",
    "logging_sampling_strategy",
    "data_collector",
    "enable_request_response_logging",
    "request_response_logging_bigquery_destination_table",
    "inference_logger",
    "inference_table_config",
    "auto_capture_config",
)
# Batch jobs of platforms whose output holds the instance beside the prediction.
BATCH_JOINED = (
    "*.BatchPredictionJob.create",
    "*.BatchPredictionJob.submit",
    "*.create_batch_prediction_job",
    "*.aiplatform.Model.batch_predict",
    "*.ModelBatchPredictOp",
    "*.BulkInferrer",
)
CAPTURE_KEYS = {  # a key of YAML, JSON or HCL, and what it is
    "auto_capture_config": "a Databricks inference table",
    "inference_table_config": "a Databricks inference table",
    "data_collector": "AzureML's data collector",
    "DataCaptureConfig": "SageMaker's data capture",
    "data_capture_config": "SageMaker's data capture",
    "predict_request_response_logging_config": "Vertex AI's request logging",
    "logging_sampling_strategy": "Vertex AI's request logging",
}
CAPTURE_RESOURCES = (
    "aws_bedrock_model_invocation_logging_configuration",
    "AWS::Bedrock::ModelInvocationLoggingConfiguration",
)

# Libraries that keep conversations where they outlive the process.
CONVERSATION_MODULES = (
    "langgraph.checkpoint.sqlite", "langgraph.checkpoint.postgres", "langgraph.checkpoint.mongodb",
    "langgraph.checkpoint.redis", "langgraph.checkpoint.mysql", "langgraph_checkpoint_aws",
    "langgraph.checkpoint.couchbase", "langgraph_checkpoint_dynamodb", "langgraph_checkpoint_cosmosdb",
    "langchain_postgres.chat_message_histories",
    "@langchain/langgraph-checkpoint-postgres", "@langchain/langgraph-checkpoint-sqlite",
    "@langchain/langgraph-checkpoint-mongodb", "@langchain/langgraph-checkpoint-redis",
    "chainlit.data.sql_alchemy", "chainlit.data.dynamodb", "llama_index.storage.chat_store.redis",
    "llama_index.storage.chat_store.postgres",
    "llama_index.storage.chat_store.azure", "llama_index.storage.chat_store.dynamodb",
    "llama_index.storage.chat_store.mongo", "zep_cloud", "zep_python", "agents.extensions.memory",
    "@mastra/pg", "@mastra/libsql",
)  # fmt: skip
CONVERSATION_CALLS = (
    "*.SQLChatMessageHistory", "*.PostgresChatMessageHistory", "*.RedisChatMessageHistory",
    "*.MongoDBChatMessageHistory", "*.DynamoDBChatMessageHistory",
    "*.FileChatMessageHistory", "*.CosmosDBChatMessageHistory", "*.FirestoreChatMessageHistory",
    "*.UpstashRedisChatMessageHistory", "*.CassandraChatMessageHistory",
    "*.ElasticsearchChatMessageHistory", "*.MomentoChatMessageHistory", "*.ZepChatMessageHistory",
    "*.AstraDBChatMessageHistory", "*.Neo4jChatMessageHistory",
    "*.SQLAlchemyDataLayer", "agents.SQLiteSession", "agents.*.SQLAlchemySession",
    "google.adk.*.DatabaseSessionService", "google.adk.*.VertexAiSessionService", "*.SqliteStorage",
    "agno.*.SqliteDb", "agno.*.PostgresDb", "agno.*.MongoDb", "agno.*.PostgresStorage", "agno.*.SqliteAgentStorage",
    "agno.*.PostgresAgentStorage", "phi.*.PgAgentStorage", "phi.*.SqlAgentStorage",
    "*.RedisChatStore", "*.PostgresChatStore", "*.SimpleChatStore.persist", "*.CosmosDBSaver", "*.PostgresSaver",
    "*.AsyncPostgresSaver", "*.SqliteSaver", "*.AsyncSqliteSaver", "*.MongoDBSaver",
    "*.RedisSaver", "*.AsyncRedisSaver", "*.DynamoDBSaver", "*.JdbcChatMemoryRepository*",
    "*.CassandraChatMemoryRepository*", "*.MongoChatMemoryRepository*", "strands.*.FileSessionManager",
    "strands.*.S3SessionManager", "*.BedrockSessionSaver", "*.FirestoreSaver",
)  # fmt: skip
FORGETFUL = (
    "*.MemorySaver",
    "*.InMemorySaver",
    "*.ConversationBufferMemory",
    "*.InMemoryChatMessageHistory",
    "*.InMemorySessionService",
    "*.ChatMemoryBuffer.from_defaults",
    "*.MemorySession",
    "*.InMemoryStore",
)

# How own tables, documents and files name what goes in and what comes out.
PREDICTED = lazily(
    r"(?:\w+_)?(?:predictions?|predicted|preds?|forecasts?|forecasted|y_hat|inferences?)(?:_\w+)?|predicted[A-Z]\w*|prediction[A-Z]\w*|(?:fraud|churn|risk|anomaly|propensity|sentiment)_(?:score|proba\w*|label)"
    r"|scored_labels|scored_probabilities",
    re.IGNORECASE,
)
ANSWERED = lazily(
    r"(?:\w+_)?(?:responses?|answers?|completions?|outputs?|reply|replies)(?:_(?:text|payload|body|content|data|json|message|raw))?|generated_\w+|(?:ai|bot|assistant|llm|model|agent)_(?:message|response|answer|reply|output|text|content)"
    r"|(?:ai|bot|assistant|llm|model|raw)(?:Response|Answer|Output|Message|Reply)\w*|results?|summary|rawResponse\w*",
    re.IGNORECASE,
)
ASKED = lazily(
    r"(?:\w+_)?(?:prompts?|questions?|quer(?:y|ies)|inputs?|instructions?)(?:_(?:text|payload|body|content|data|json|message|messages|raw))?|(?:raw_)?request_(?:payload|body|text|data|json)|(?:user|human)_(?:message|text|prompt|content|request)"
    r"|features?|(?:user|human|raw)(?:Message|Prompt|Query|Input|Question|Request)\w*|rawRequest\w*|messages?|rephrased_\w+",
    re.IGNORECASE,
)
ROLE = lazily(
    r"(?:\w+_)?role|sender(?:_?type)?|author|speaker|is_?user|is_?bot|is_?ai|from_?user|message_?type|by|type",
    re.IGNORECASE,
)
CONTENT = lazily(
    r"content|text|message|parts|body|message_?(?:content|text|body|data)|data|exact_message|response", re.IGNORECASE
)
CONVERSATIONS = lazily(
    r"chat|message|conversation|dialog|thread|interaction|turn|answer|question|completion|history", re.IGNORECASE
)
HISTORY = lazily(
    r"(?:conversation|chat)_?(?:log|history|messages|data|json|state)|messages|history|transcript", re.IGNORECASE
)
CONTAINER = lazily(r"(?:base)?_?(?:chat|conversation)s?(?:_?(?:history|histories|logs?|sessions?))?", re.IGNORECASE)
PAYLOAD = lazily(r"data\w*|content|body|payload|state|json|log", re.IGNORECASE)
NO_RECORD = lazily(
    r"faq|eval|benchmark|dataset|test_?set|golden|example|template|cache|document|quiz|exam|knowledge|flashcard|email|notification|contact|setting|config|schema|embedding|vector|job_?queue|commit|slack_?message"
    r"|forum|comment_?form|blog|newsletter|migration|permission|file|prompts?$|feedback|thumb|label|annotation|training|train_|model_?version|experiment",
    re.IGNORECASE,
)
NO_RECORD_AS_SUCH = lazily(
    r"(?:chat_?)?(?:bots?|agents?|personas?|assistants?|tools?|users?|profiles?|workspaces?|projects?|tenants?|plans?)"
    r"_?(?:model|entity|table)?",
    re.IGNORECASE,
)
PREDICTION_TABLE = lazily(
    r"predict|inference(?!_?(?:job|config|endpoint|server))|forecast|classification_?result|scoring_?(?:result|log)|(?:^|_)scores$|model_?(?:call|invocation|request)|(?:api|llm|ai|model)_?audit",
    re.IGNORECASE,
)
CONVERSATION_IDS = lazily(
    r"(?:\w+_)?(?:session|conversation|chat|thread|dialog(?:ue)?)(?:(?:_[a-z]+)?_?(?:id|uuid|key|ref))?"
    r"|(?:\w+_)?(?:request|trace|run|correlation|interaction|topic|invocation|execution)(?:_[a-z]+)?_?(?:id|uuid|key|ref)"
    r"|(?:session|conversation|chat|thread|request|trace|run|correlation)(?:Id|ID|Uuid)",
    re.IGNORECASE,
)
