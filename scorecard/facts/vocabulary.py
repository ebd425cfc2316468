"""Which libraries do what: one table, used to find out what a repository is and what its code calls.

Names are import names (Python) or package names (other languages). Only a *use* counts, never a mention, so
a name may stand here even where it has a second meaning, as long as its use has not.
"""

LLM_CLIENTS = (
    "openai", "anthropic", "google.generativeai", "google.genai", "vertexai.generative_models", "mistralai", "cohere",
    "groq", "litellm", "ollama", "together", "replicate", "fireworks", "langchain", "langchain_openai",
    "langchain_anthropic", "langchain_community.chat_models", "langchain_community.llms", "langchain_google_genai",
    "langchain_google_vertexai", "langchain_aws", "langchain_groq", "langchain_ollama", "langchain_mistralai",
    "langchain_core", "langgraph", "llama_index", "haystack", "dspy", "semantic_kernel", "autogen",
    "autogen_agentchat", "autogen_core", "crewai", "pydantic_ai", "smolagents", "agents", "google.adk", "claude_agent_sdk",
    "guidance", "outlines", "instructor", "vllm", "llama_cpp", "mlx_lm", "azure.ai.inference", "azure.ai.projects",
    "promptflow", "chainlit", "agent_framework", "strands", "agno", "phi", "deepagents", "xai_sdk",
    "langchain_huggingface.ChatHuggingFace", "langchain_huggingface.HuggingFaceEndpoint", "langchain_huggingface.HuggingFacePipeline",
    "langchain_huggingface.chat_models", "langchain_huggingface.llms", "langchain_deepseek", "langchain_cohere.ChatCohere", "langchain_xai",
    "langchain_nvidia_ai_endpoints.ChatNVIDIA", "langchain_fireworks", "langchain_together", "langchain_ibm", "langchain_cerebras", "langchain_perplexity",
    "langchain_openrouter", "langchain_litellm", "langchain_sambanova", "databricks_langchain.ChatDatabricks", "langchain_databricks.ChatDatabricks",
    "huggingface_hub.InferenceClient", "huggingface_hub.AsyncInferenceClient", "ibm_watsonx_ai.foundation_models", "zhipuai", "zai", "qianfan",
    "dashscope.Generation", "dashscope.MultiModalConversation", "volcenginesdkarkruntime", "cerebras.cloud", "vertexai.preview.generative_models",
    "vertexai.language_models", "vertexai.preview.language_models", "snowflake.cortex", "lmstudio", "llama_stack_client", "baml_client", "mirascope",
    "magentic", "marvin", "aisuite", "portkey_ai", "browser_use", "ag2", "sglang", "gpt4all", "ctransformers", "exllamav2", "livekit.agents", "pipecat",
    # TypeScript and JavaScript
    "ai", "@ai-sdk/openai", "@ai-sdk/anthropic", "@ai-sdk/gateway", "@ai-sdk/xai", "@ai-sdk/google", "@anthropic-ai/sdk",
    "@google/generative-ai", "@google/genai", "@langchain/core", "@langchain/openai", "@langchain/langgraph",
    "@langchain/anthropic", "llamaindex", "@azure/openai", "@mistralai/mistralai", "@openrouter/ai-sdk-provider",
    "@openai/agents", "@mastra/core", "@mastra/core/agent", "genkit", "@genkit-ai/ai", "groq-sdk", "cohere-ai", "together-ai", "openai-edge", "@tanstack/ai",
    "@anthropic-ai/claude-agent-sdk", "@huggingface/inference", "@google-cloud/vertexai", "@google/adk", "@aws-sdk/client-bedrock-runtime",
    "@aws-sdk/client-bedrock-agent-runtime", "@ai-sdk/groq", "@ai-sdk/amazon-bedrock", "@ai-sdk/azure", "@ai-sdk/google-vertex", "@ai-sdk/mistral",
    "@ai-sdk/openai-compatible", "@ai-sdk/deepseek", "@langchain/google-genai", "@langchain/google-vertexai", "@langchain/groq", "@langchain/aws",
    "@langchain/ollama", "@langchain/mistralai", "@copilotkit/runtime",
    # Ruby, Go, JVM, .NET
    "OpenAI", "Anthropic", "RubyLLM", "Langchain", "github.com/sashabaranov/go-openai", "github.com/openai/openai-go",
    "github.com/tmc/langchaingo", "github.com/anthropics/anthropic-sdk-go", "github.com/google/generative-ai-go",
    "dev.langchain4j", "org.springframework.ai", "com.azure.ai.openai", "com.theokanning.openai", "com.openai",
    "Azure.AI.OpenAI", "Microsoft.SemanticKernel", "Microsoft.Extensions.AI", "Microsoft.Agents.AI", "Azure.AI.Inference", "OllamaSharp", "Anthropic.SDK",
    "Amazon.BedrockRuntime", "github.com/ollama/ollama/api", "google.golang.org/genai", "github.com/firebase/genkit/go", "github.com/cloudwego/eino",
    "github.com/aws/aws-sdk-go-v2/service/bedrockruntime", "io.quarkiverse.langchain4j", "com.google.genai", "com.google.adk",
    "com.google.cloud.vertexai", "software.amazon.awssdk.services.bedrockruntime",
)  # fmt: skip

# Amazon Bedrock is asked through the client of all of Amazon, R's `ellmer` by the plain names of its functions.
BEDROCK_CALLS = (
    "*.converse", "*.converse_stream", "*.invoke_model", "*.invoke_model_with_response_stream", "*.invoke_agent", "*.retrieve_and_generate",
    "*.invoke_inline_agent",
)  # fmt: skip
BEDROCK = r"^bedrock-(?:agent-)?runtime$"
DOTNET_CLIENTS = (
    "Microsoft.Extensions.AI",
    "Microsoft.SemanticKernel",
    "Microsoft.Agents.AI",
    "OpenAI.Chat",
    "Azure.AI.OpenAI",
)
DOTNET_CALLS = (
    "*.GetResponseAsync", "*.GetStreamingResponseAsync", "*.CompleteAsync", "*.CompleteStreamingAsync", "*.CompleteChatAsync",
    "*.CompleteChatStreamingAsync", "*.GetChatMessageContentAsync", "*.GetChatMessageContentsAsync", "*.GetStreamingChatMessageContentsAsync",
    "*.InvokePromptAsync", "*.RunStreamingAsync",
)  # fmt: skip
R_LLM_PACKAGES = ("ellmer", "tidyllm", "ollamar")
R_LLM_CALLS = ("chat", "chat_*", "ellmer.chat*", "llm_message", "generate")

LLM_CLASSES = (
    "*AutoModelForCausalLM", "*AutoModelForCausalLM.from_*", "*LMHeadModel", "*LMHeadModel.from_*", "*ForCausalLM",
    "*ForCausalLM.from_*", "*FastLanguageModel.from_pretrained", "*AutoModelForSeq2SeqLM.from_pretrained",
    "*SFTTrainer", "*DPOTrainer", "*GRPOTrainer", "*PPOTrainer", "*.get_peft_model", "*.LoraConfig",
)  # fmt: skip

ML_LIBRARIES = (
    "sklearn", "xgboost", "lightgbm", "catboost", "torch", "tensorflow", "keras", "jax", "flax", "pytorch_lightning",
    "lightning", "transformers", "sentence_transformers", "statsmodels", "prophet", "darts", "sktime", "fastai",
    "spacy", "gensim", "pyspark.ml", "pyspark.mllib", "river", "surprise", "implicit", "autogluon", "pycaret", "h2o",
    "ultralytics", "detectron2", "timm", "onnxruntime", "tflite_runtime", "tritonclient", "mxnet", "paddle",
    "neuralforecast", "statsforecast", "mlforecast", "lightfm", "tpot", "flaml", "skorch", "optuna", "ray.train",
    "snapml", "cuml", "hmmlearn", "lifelines", "pmdarima", "stable_baselines3", "joblib", "mlflow", "bentoml",
    "torchvision", "torchaudio", "tensorflow_hub", "tensorflow_serving", "tensorflow_probability", "tflite_support", "openvino",
    "tensorrt", "triton_python_backend_utils", "mmdet", "mmcv", "segmentation_models_pytorch", "diffusers", "accelerate",
    "whisper", "faster_whisper", "whisperx", "speechbrain", "pyannote", "nemo", "easyocr", "paddleocr", "insightface",
    "mediapipe", "deepface", "face_recognition", "dlib", "fasttext", "gluonts", "pytorch_forecasting", "kats", "orbit",
    "sklearn_crfsuite", "imblearn", "econml", "causalml", "pymc", "pymc3", "numpyro", "turicreate", "tfx", "maxfw", "skops",
    "interpret", "ngboost", "pytorch_tabnet", "torch_geometric", "dgl", "recbole", "flair", "stanza", "allennlp", "simpletransformers",
    "setfit", "span_marker", "gliner", "gliner2", "tabpfn", "tabpfn_client", "chronos", "timesfm", "uni2ts", "tsfm_public", "nixtla", "skforecast", "tsai",
    "monai", "nnunetv2", "rfdetr", "sam2", "segment_anything", "gpytorch", "botorch", "pyro", "cornac", "dowhy", "pykeen", "d3rlpy", "torchrl",
    "perpetual", "treelite", "lleaves", "sklearnex", "open_clip", "clip", "peft", "unsloth", "axolotl", "composer", "haiku", "optax", "equinox",
    # JavaScript, JVM, .NET, Go, Rust, Ruby
    "@tensorflow/tfjs", "@tensorflow/tfjs-node", "onnxruntime-node", "onnxruntime-web", "@xenova/transformers",
    "@huggingface/transformers", "org.deeplearning4j", "ai.djl", "ai.onnxruntime", "weka", "smile", "org.apache.spark.ml",
    "org.tensorflow", "hex.genmodel", "ml.dmlc.xgboost4j", "Microsoft.ML", "TorchSharp", "Tensorflow",
    "github.com/yalue/onnxruntime_go", "gorgonia.org/gorgonia", "github.com/sjwhitworth/golearn", "candle_core", "linfa", "tch",
    "burn", "ort", "rumale",
    # R
    "parsnip", "tidymodels", "caret", "mlr3", "ranger", "randomForest", "glmnet", "vetiver", "xgboost", "lightgbm", "bonsai", "keras3",
)  # fmt: skip

# What an application of a language model uses beside it: to embed, to tell the language, to mark names.
TEXT_HELPERS = ("sentence_transformers", "fasttext", "spacy", "stanza", "flair", "gliner")

TRAIN_CALLS = (
    "*.fit", "*.fit_generator", "*.fit_transform_model", "*.backward", "*.partial_fit", "*.train_on_batch",
    "xgboost.train", "lightgbm.train", "*.Trainer", "*SFTTrainer", "*DPOTrainer", "*TorchTrainer",
    "*TensorflowTrainer", "*.XGBoostTrainer", "*.finetune", "*.fine_tuning.jobs.create", "*fasttext.train_supervised",
    "*.train_and_evaluate", "*CustomTrainingJob*", "*.automl.run", "*.create_training_job",
)  # fmt: skip

# R attaches whole packages: `library(parsnip)`, then `fit(workflow, data)`.
R_TRAIN_CALLS = (
    "fit", "fit_resamples", "last_fit", "fit_xy", "tune_grid", "tune_bayes", "train", "ranger", "randomForest", "glmnet", "cv.glmnet", "xgb.train",
    "lgb.train", "xgboost", "lightgbm", "*.fit_xy", "*.last_fit", "*.tune_grid", "*.tune_bayes", "*.xgb.train", "*.lgb.train", "caret.train",
    "ranger.ranger", "randomForest.randomForest", "glmnet.*",
)  # fmt: skip
R_SERVE_CALLS = (
    "vetiver_deploy_*", "vetiver_api", "vetiver_pin_read", "vetiver_endpoint", "*.vetiver_api", "*.vetiver_deploy_*",
)  # fmt: skip

SERVE_CALLS = (
    "joblib.load", "*.load_model", "*.predict", "*.predict_proba", "onnxruntime.InferenceSession", "*.InferenceSession",
    "*InferenceServerClient", "*.load_state_dict", "transformers.pipeline", "*.pyfunc.load_model", "bentoml.*.get",
    "*SentenceTransformer", "*.invoke_endpoint", "*.from_pretrained", "torch.load", "torch.jit.load", "torch.hub.load",
    "torch.no_grad", "torch.inference_mode", "tensorflow.*import_graph_def", "tensorflow.*Session", "*.saved_model.load",
    "tensorflow.lite.Interpreter", "tflite_runtime.*Interpreter", "*.compile_model", "*YOLO", "spacy.load", "*.load_learner",
    "*PredictionServiceStub", "*.PredictRequest", "*.Booster", "easyocr.Reader", "*PaddleOCR", "*FaceAnalysis",
    "*.DefaultPredictor", "mediapipe.*", "face_recognition.*", "deepface.*", "*.CreatePredictionEngine", "*.loadLayersModel",
    "*.loadGraphModel", "*.InferenceSession.create", "skops.io.load", "*.Criteria.builder", "*.WhisperModel",
)  # fmt: skip

# Models behind an endpoint of a platform, asked through the platform's client.
ENDPOINT_CLIENTS = (
    "boto3", "aioboto3", "aiobotocore", "software.amazon.awssdk.services.sagemakerruntime", "com.amazonaws.services.sagemakerruntime",
    "@aws-sdk/client-sagemaker-runtime", "github.com/aws/aws-sdk-go-v2/service/sagemakerruntime", "Amazon.SageMakerRuntime",
)  # fmt: skip
ENDPOINT_CALLS = (
    "*.invoke_endpoint", "*.invoke_endpoint_async", "*.invokeEndpoint", "*.invokeEndpointAsync", "*.InvokeEndpointCommand", "*.InvokeEndpoint",
    "*.InvokeEndpointAsync",
)  # fmt: skip

# Base classes of frameworks, for a language model that they have no client of.
LLM_BASES = ("*LLM", "*.BaseChatModel", "*.SimpleChatModel", "*.BaseLanguageModel")

# Functions that a project writes around a model which somebody else's library runs.
SERVE_FUNCTIONS = (
    r"_?(?:predict|infer|inference|forecast|classify|detect|transcribe|run_(?:model|inference|forecast)s?)(?:_\w+)?$"
)

WEB_FRAMEWORKS = (
    "fastapi", "flask", "starlette", "litestar", "falcon", "sanic", "aiohttp.web", "django", "tornado", "bottle",
    "quart", "ray.serve", "bentoml", "chalice", "streamlit", "gradio", "dash", "chainlit", "robyn", "connexion",
    "kserve", "mlserver", "torchserve", "ts.torch_handler", "litserve", "azureml.contrib.services", "modal", "cherrypy",
)  # fmt: skip

# Model providers spoken to without a client library.
LLM_ENDPOINTS = (
    r"^https?://[\w.-]{0,60}(?:api\.openai\.com|openai\.azure\.com|api\.anthropic\.com|generativelanguage\.googleapis|"
    r"api\.mistral\.ai|api\.cohere\.|api\.groq\.com|openrouter\.ai|api\.together\.|api\.deepseek\.com|bedrock-runtime)"
    r"|^[\w/:.{}$-]{0,80}(?:/chat/completions|/v1/messages|/api/generate)$"
)

# Words with which a package says of itself what it is for.
ML_WORDS = (
    r"\b(?:machine[ -]learning|deep[ -]learning|data[ -]science|mlops|llm(?:ops|s)?|large language models?|openai|neural|"
    r"ml (?:models?|pipelines?|engineers?)|artificial intelligence|time series forecast\w*|langchain|gpt|"
    r"(?:ai|llm) (?:agents?|applications?|models?)|feature store|tidymodels|chatgpt|generative ai)\b"
)
