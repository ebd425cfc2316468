"""What the field calls asking a model, and the words by which files and functions say which part they play."""

import re

from scorecard.patterns import lazily

PREDICTS = (
    "*.predict", "*.fit_predict", "*.predict_proba", "*.predict_log_proba", "*.decision_function",
    "*.predict_on_batch", "*.predict_tile", "*.predict_image", "*.predict_generator", "*.score_samples",
    "*.apredict", "*.predict_batch", "*.batch_predict", "*.raw_predict", "*.predict_steps", "*.forecast",
    "*.get_forecast", "*.kneighbors",
    "*.recommend", "*.recommend_for_all_users", "*.recommendForAllUsers", "*.InferenceSession.run", "*.infer",
    "*.async_infer", "*.score_batch",
    "*.invoke_endpoint", "*.invoke_endpoint_async", "*.invokeEndpoint", "*.invokeEndpointAsync",
    "*.InvokeEndpointCommand", "*.InvokeEndpoint", "*.BatchPredictionJob.create", "*.create_batch_prediction_job",
    "*.ModelBatchPredictOp", "*.BatchTransform", "*.Transformer.transform", "*.transformer().transform",
    "*.create_transform_job", "*.spark_udf",
    "transformers.pipeline()", "*.ai_query", "*.predict_step", "*.transform_and_predict", "*.explain_prediction",
    "*.rawPredict", "mlflow.models.predict",
    "*.make_prediction", "*.predict_model", "pycaret.*.predict_model", "ultralytics.YOLO", "*.Predictor.predict",
    "*.run_inference", "*.readtext",
)  # fmt: skip
TORCH = frozenset({
    "model", "net", "network", "classifier", "self.model", "self.net", "self._model", "self.classifier", "learner",
    "_model", "MODEL",
})  # fmt: skip
LLM_VERBS = lazily(
    r"(?:a|async_)?(?:create|generate|invoke|stream|stream_events|batch|complete|completion|chat|run|run_sync|run_stream"
    r"|run_streamed|run_live|predict|kickoff|generate_content|generate_content_stream|send_message|send_message_stream"
    r"|stream_chat|stream_complete|stream_query|text_generation|chat_completion|call_llm|structured_predict|converse"
    r"|converse_stream|initiate_chat|stream_log|kickoff_for_each|prompt|complete_with_retry|query)"
    r"|streamText|generateText|streamObject|generateObject|generateContent|generateContentStream|sendMessage"
    r"|sendMessageStream|streamEvents|streamUI|CreateChatCompletion|CreateChatCompletionStream|CompleteChatAsync"
    r"|CompleteChatStreamingAsync|GetStreamingResponseAsync|GetResponseAsync|InvokePromptAsync|InvokeAsync"
    r"|GetChatMessageContentAsync|ask|chatStream"
)
NOT_OWNERS = frozenset({
    "context", "store", "vectorstore", "vector_store", "db", "index", "retriever", "parser", "embeddings",
    "images", "tool", "loader", "splitter", "FastMCP", "mcp", "files", "collection",
})  # fmt: skip
LLM_ANYWHERE = (
    "*.chat.completions.create", "*.beta.chat.completions.parse", "*.responses.create", "*.responses.parse",
    "*.ChatCompletion.create", "*.ChatCompletion.acreate",
    "*.Completion.create", "*.messages.stream", "*.invoke_model", "*.invoke_model_with_response_stream",
    "*.converse", "*.converse_stream", "*.invoke_agent", "*.generate_content",
    "*.generate_content_async", "*.chat.complete", "*.chat.stream", "*.ainvoke", "*.astream", "*.astream_events",
    "*.generateContent", "*.kickoff", "*.CreateChatCompletion",
    "*.CreateChatCompletionStream", "*.CompleteChatAsync", "*.CompleteChatStreamingAsync", "*.streamText",
    "*.chat_completion", "*.chat_completion_stream", "*.text_generation",
    "*.GetChatMessageContentAsync", "*.GetChatMessageContentsAsync", "*.GetStreamingChatMessageContentsAsync",
    "*.InvokePromptAsync",
)  # fmt: skip
OWNER = lazily(
    r"llm|agent|graph|chain|crew|runnable|model|client|chat|assistant|workflow|team|engine|rag|bot|openai|claude|gemini"
    r"|predictor|pipeline|runner",
    re.IGNORECASE,
)
ADDRESS = lazily(
    r"/v1/(?:chat/completions|completions|messages|responses)\b|/api/(?:generate|chat)$|:generateContent|/invocations$"
    r"|/v2/models/|:predict$|://[^ ]{1,80}/(?:predict|predictions|infer|score)/?$",
)

EVALUATION = lazily(
    r"eval|benchmark|valid(?!ator)|metric|compar|cross_?val|backtest|confusion|\bablat|leaderboard|judge"
    r"|(?:^|[^a-z])experiments?(?:[^a-z]|$)|submission|kaggle",
    re.IGNORECASE,
)
TRAINING = lazily(
    r"train|(?:^|[^a-z])fit(?:$|[^a-z])|tun(?:e|ing)|optuna|hyper|objective|fine_?tun|optimi[sz]"
    r"|(?:^|[^a-z])search(?:$|_cv|_space)",
    re.IGNORECASE,
)
PREDICTION = lazily(
    r"predict|infer|serv|scor(?:e|ing)|batch|forecast|recommend|deploy|online|endpoint|production|streaming|api",
    re.IGNORECASE,
)
