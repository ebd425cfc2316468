"""What the field calls ids of requests, conversations and runs, and what binds them to log lines."""

import re

from scorecard.patterns import lazily

# Libraries and calls that put an id into each line of a request by themselves.
CONTEXT_MODULES = (
    "asgi_correlation_id", "starlette_context", "django_guid", "log_request_id", "flask_log_request_id",
    "request_id_django_log", "express-request-id", "cls-rtracer", "pino-http", "nestjs-pino",
)  # fmt: skip
CONTEXT_CALLS = (
    "*.inject_lambda_context", "*.LoggingInstrumentor.instrument", "*.LoggingInstrumentor().instrument",
    "*.set_correlation_id", "MDC.put", "*.MDC.put", "ThreadContext.put", "*.CorrelationIdMiddleware",
    "*.RequestIdMiddleware", "*.RequestIDMiddleware", "*.RequestContextMiddleware", "*.CorrelationMiddleware",
    "*LogContext.PushProperty", "*.BeginScope", "middleware.RequestID", "*.UseCorrelationId", "*.requestid.New",
    "*.AddHeaderPropagation",
)  # fmt: skip
BINDS = (
    "*.bind_contextvars", "*.bound_contextvars", "*.bind", "*.contextualize", "*.new", "*.child", "*.LoggerAdapter",
    "LoggerAdapter", "logging.LoggerAdapter", "*.append_keys", "*.With", "*.WithField", "*.WithValues", "*.Str",
)  # fmt: skip
# What a logger is told once, to say it on each line that follows: of AWS's Powertools, pino, and wrappers of one's own.
SETTERS = (
    "*.set*Metadata", "*.set*Context", "*.addContext", "*.setBindings", "*.appendKeys", "*.appendPersistentKeys",
    "*.addPersistentLogAttributes", "*.add*Attributes", "*.set_context", "*.set_log_context",
)  # fmt: skip
OWN_ID = lazily(r"\b(?:job|task|request|req|event|message|session|run|trace|conversation|context)\.(?:id|uuid)\b")
MIDDLEWARE = lazily(
    r"(?:request|correlation|trace)_?id\w*middleware|correlationmiddleware|middleware\.RequestID$|requestid(?:\.New)?(?:\(\))?$|(?:^|\.)requestcontextmiddleware",
    re.IGNORECASE,
)
INSTALLED = lazily(
    r"^(?:django_guid|log_request_id|request_id_django_log|cid)\.middleware\b"
    r"|\.(?:RequestID|RequestId|CorrelationId|CorrelationID)Middleware$",
)
_REQUEST = (
    r"(?:request|req|tr|trace|correlation|session|thread|conversation|chat|dialog(?:ue)?|interaction|invocation|inference|span|query)"
    r"_?(?:id|uuid)"
)
_RUN = r"(?:run|job|task|execution|exec|workflow|batch|pipeline_run|flow_run|dag_run|scan|process)_?(?:id|uuid)"
REQUEST_ID = lazily(rf"(?:\w+_)?{_REQUEST}|x_request_id|traceparent|aws_request_id", re.IGNORECASE)
ID_WORD = lazily(
    rf"(?<![A-Za-z])(?:\w{{0,30}}?_)?({_REQUEST}|{_RUN})(?![A-Za-z0-9_(])"
    r"|\b(?:request|session|conversation|thread|chat|run|trace|req)\.(?:id|uuid|run_id)\b"
    r"|\$\{(?:\w+\.)?(?:request|session|chat|thread)Id\}",
    re.IGNORECASE,
)
RUN_ID = lazily(rf"(?:\w+_)?{_RUN}|run\.(?:id|run_id)", re.IGNORECASE)
FORMAT = lazily(
    r"%\((?:request_?id|correlation_?id|trace_?id|otelTraceID|otelSpanID|session_?id|run_?id|job_?id|task_?id|req_?id"
    r"|context_?id)\)|%X\{(?:traceId|requestId|correlationId)"
    r"|\{extra\[(?:request_?id|correlation_?id|trace_?id|session_?id|context_?id)\]",
    re.IGNORECASE,
)
HEADER = lazily(
    r"^(?:http_)?(?:x[-_](?:ms[-_]|amzn[-_]|cloud[-_]|b3[-_]|vercel[-_])?(?:request|correlation|trace|client[-_]trace)?"
    r"[-_]?(?:id|context)|traceparent|request[-_]id|x-b3-traceid|x-amzn-requestid)$",
    re.IGNORECASE,
)
TRACKERS = frozenset({"mlflow", "wandb", "comet_ml", "neptune", "clearml", "azureml", "aim", "dvclive"})
ORCHESTRATED = lazily(
    r"\bcontext\.run_id\b|\bcontext\.run\.run_id\b|\bflow_run\.(?:id|get_id)|\bruntime\.flow_run\b|\bdag_run\.run_id"
    r"|\{\{ ?run_id ?\}\}|\bcurrent\.run_id\b|PIPELINE_EXECUTION_ID|PIPELINE_JOB_(?:ID|NAME)_PLACEHOLDER"
    r"|\bworkflow\.info\(\)\.run_id|\bexecution_id\.name\b",
)
SPOKEN = lazily(r"\bprint\(|\blog(?:ger|ging)?\.\w+\(")
ORCHESTRATED_NAMES = frozenset({
    "run_id", "PIPELINE_EXECUTION_ID", "flow_run", "execution_id", "PIPELINE_JOB_ID_PLACEHOLDER",
    "PIPELINE_JOB_NAME_PLACEHOLDER",
})  # fmt: skip
# Backends whose spans carry the trace of one request even where they record no inputs and outputs.
REQUEST_TRACES = frozenset({
    "OpenTelemetry", "OpenTelemetry for language models", "Logfire", "Application Insights", "AWS X-Ray", "Jaeger",
    "Zipkin", "Datadog", "Elastic APM",
})  # fmt: skip
