"""The trace backends of the field: what sends traces there, what they record, and whether one run can be looked at.

Names are as `Code` resolves them. ``content`` calls record inputs and outputs (prompts, answers, tool calls);
``timing`` calls record only when and how long. A client that is made but sends nothing (`Langfuse()`,
`opik.configure()`) is no sender; such calls stand in ``setup`` and are quoted beside the sender.
"""

from msgspec import Struct


class Backend(Struct, frozen=True):
    """One trace backend. ``viewer``: a person can open a single recorded run there.

    ``switches`` are environment variables that turn sending on for the libraries in ``switched``.
    """

    name: str
    viewer: bool
    content: tuple[str, ...] = ()
    timing: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()  # any use of these records content
    timing_modules: tuple[str, ...] = ()  # any use of these records timings
    setup: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()
    switched: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()  # an address in a string that routes calls through the backend


_LANGCHAIN = (
    "langchain", "langchain_core", "langchain_openai", "langchain_anthropic", "langchain_community", "langgraph",
    "langchain_google_genai", "langchain_google_vertexai", "langchain_aws", "langchain_groq", "langchain_ollama",
    "langchain_mistralai", "deepagents", "langsmith", "@langchain/core", "@langchain/openai", "@langchain/langgraph",
    "@langchain/anthropic", "langchain/chat_models", "langchain/agents",
)  # fmt: skip

BACKENDS = (
    Backend(
        "Langfuse", viewer=True,
        content=(
            "langfuse*.observe", "*angfuse*.CallbackHandler", "*angfuse*.start_as_current_span",
            "*angfuse*.start_as_current_generation", "*angfuse*.start_as_current_observation", "*angfuse*.start_span",
            "*angfuse*.start_generation", "*angfuse*.start_observation", "*angfuse*.trace", "*angfuse*.generation",
            "*angfuse*.get_langchain_handler", "*.LangfuseConnector", "*.LangfuseSpanProcessor", "*.LangfuseExporter",
            "*.observeOpenAI", "*.LangfuseInstrumentation", "*.LlamaIndexInstrumentor.start", "*.LangfuseTracer",
            "@langfuse/tracing.startObservation", "@langfuse/tracing.startActiveObservation", "*LangfuseTracing",
            "*.LangfuseCallbackHandler", "LangfuseCallbackHandler",
        ),
        modules=("langfuse.openai", "langfuse.llama_index"),
        setup=("langfuse.Langfuse", "langfuse.get_client", "langfuse*.configure"),
        hosts=("cloud.langfuse.com/api/public/otel",),
    ),
    Backend(
        "LangSmith", viewer=True,
        content=(
            "langsmith*.traceable", "langsmith*.wrap_openai", "langsmith*.wrap_anthropic", "langsmith*.wrap_gemini",
            "langsmith.trace", "langsmith*.tracing_context", "*.LangChainTracer", "langsmith*.RunTree",
            "*.tracing_v2_enabled",
            "langsmith/*.wrapAISDK", "langsmith/*.wrapOpenAI", "langsmith/*.wrapSDK", "langsmith*.create_run",
            "langsmith*.create_feedback", "*langsmith*.create_feedback", "*langsmith*.createFeedback",
            "langsmith*.AISDKExporter", "langsmith*.initializeOTEL", "langsmith*.list_runs",
            "managed_deepagents.define_deep_agent",  # runs on LangChain's own platform, which traces to it
        ),
        setup=("langsmith.Client", "langsmith*.configure"),
        switches=("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2"),
        switched=_LANGCHAIN,
    ),
    Backend(
        "Opik", viewer=True,
        content=(
            "opik.track", "opik*.OpikTracer", "opik*.track_openai", "opik*.track_anthropic", "opik*.track_genai",
            "opik*.track_crewai", "opik*.track_litellm", "opik*.track_bedrock", "opik*.track_adk_agent_recursive",
            "opik*.update_current_trace", "opik*.update_current_span", "opik.start_as_current_trace", "opik.Opik.trace",
            "opik*.OpikExporter", "opik*.OpikConnector", "opik*.OpikLogger", "opik*.LlamaIndexCallbackHandler",
            "opik*.OpikCallback",
        ),
        setup=("opik.configure", "opik.Opik"),
    ),
    Backend(
        "Phoenix", viewer=True,
        content=("phoenix.otel.register", "*.PhoenixTracer", "*.OpenInferenceTracer"),
        modules=("openinference.instrumentation", "phoenix.trace"),
        setup=("phoenix.Client", "phoenix.launch_app"),
    ),
    Backend("Arize", viewer=True, content=("arize*.register", "arize.*.log", "arize.*.Client.log")),
    Backend(
        "MLflow tracing", viewer=True,
        content=(
            "mlflow.trace", "mlflow.start_span", "mlflow.start_span_no_context", "mlflow.log_trace",
            "mlflow.tracing.enable",
            "mlflow.*.start_trace", "mlflow.openai.autolog", "mlflow.langchain.autolog", "mlflow.llama_index.autolog",
            "mlflow.anthropic.autolog", "mlflow.dspy.autolog", "mlflow.crewai.autolog", "mlflow.autogen.autolog",
            "mlflow.litellm.autolog", "mlflow.gemini.autolog", "mlflow.bedrock.autolog", "mlflow.groq.autolog",
            "mlflow.mistral.autolog", "mlflow.pydantic_ai.autolog", "mlflow.smolagents.autolog", "mlflow.ag2.autolog",
            "mlflow.semantic_kernel.autolog", "mlflow.haystack.autolog", "mlflow.agno.autolog",
            "mlflow.strands.autolog",
        ),
    ),
    Backend(
        "W&B Weave", viewer=True,
        content=("weave.init", "*.WeaveTracer", "*.WandbTracer", "wandb.integration.*.autolog", "*.WeaveConnector"),
        setup=("weave.op",),
    ),
    Backend(
        "Logfire", viewer=True,
        content=(
            "logfire.instrument_openai", "logfire.instrument_anthropic", "logfire.instrument_pydantic_ai",
            "logfire.instrument_openai_agents", "logfire.instrument_litellm", "logfire.instrument_google_genai",
            "logfire.instrument_mcp", "logfire.instrument_dspy", "logfire.instrument_langchain",
        ),
        timing=(
            "logfire.instrument_fastapi", "logfire.instrument_flask", "logfire.instrument_httpx", "logfire.instrument",
            "logfire.instrument_asyncpg", "logfire.instrument_sqlalchemy", "logfire.instrument_django", "logfire.span",
            "logfire.instrument_requests", "logfire.instrument_celery", "logfire.instrument_psycopg",
            "logfire.instrument_redis",
        ),
        setup=("logfire.configure",),
    ),
    Backend(
        "Traceloop", viewer=True,
        content=("traceloop.*.init", "@traceloop/*.initialize", "Traceloop.init"),
        timing=("traceloop.*.workflow", "traceloop.*.task"),
    ),
    Backend("Helicone", viewer=True, hosts=("helicone.ai", "hconeai.com"), modules=("helicone",)),
    Backend("Portkey", viewer=True, modules=("portkey_ai", "portkey-ai"), hosts=("api.portkey.ai",)),
    Backend("Langtrace", viewer=True, content=("langtrace_python_sdk.langtrace.init", "@langtrase/*.init")),
    Backend("OpenLIT", viewer=True, content=("openlit.init", "openlit.*.init", "openlit.trace")),
    Backend("Lunary", viewer=True, content=(
        "lunary.monitor", "lunary.agent", "*.LunaryCallbackHandler", "lunary*.monitorOpenAI", "lunary.track_event",
    )),
    Backend("AgentOps", viewer=True, content=("agentops.init", "agentops.*.init")),
    Backend("Langwatch", viewer=True, content=(
        "langwatch.trace", "langwatch.span", "langwatch.setup", "langwatch.*.LangChainTracer",
    )),
    Backend("Braintrust", viewer=True, content=(
        "braintrust.init_logger", "braintrust.wrap_openai", "braintrust.traced", "braintrust.initLogger",
        "braintrust.wrapOpenAI", "braintrust.wrapAISDKModel", "braintrust.wrapAISDK",
        "braintrust.*.BraintrustCallbackHandler",
    )),
    Backend("HoneyHive", viewer=True, content=("honeyhive.*.init", "honeyhive.trace", "honeyhive.HoneyHiveTracer")),
    Backend("Laminar", viewer=True, content=("lmnr.Laminar.initialize", "lmnr.observe", "@lmnr-ai/lmnr.*initialize")),
    Backend("Literal AI", viewer=True, content=(
        "literalai.*.instrument_openai", "literalai.*.step", "literalai.*.thread", "literalai.*.message",
    )),
    Backend("Humanloop", viewer=True, content=(
        "humanloop.*.log", "humanloop.*.flow", "humanloop.*.prompt", "humanloop.*.complete",
    )),
    Backend("PromptLayer", viewer=True,
            content=("promptlayer.*.run", "promptlayer.*.traceable", "*.PromptLayerCallbackHandler"),
            modules=("promptlayer.openai",)),
    Backend("Parea", viewer=True, content=("parea.*.wrap_openai_client", "parea.*.trace")),
    Backend("Athina", viewer=True, content=("*.AthinaCallbackHandler",), modules=("athina_logger",)),
    Backend("Galileo", viewer=True,
            content=("galileo.log", "galileo.*.GalileoCallback", "galileo.GalileoLogger"), modules=("galileo.openai",)),
    Backend("Maxim", viewer=True, content=("maxim.*.logger", "maxim.*.trace")),
    Backend("Keywords AI", viewer=True,
            content=("keywordsai*.init", "keywordsai*.workflow"), hosts=("api.keywordsai.co",)),
    Backend("Confident AI", viewer=True, content=(
        "deepeval.tracing.observe", "deepeval.tracing.*.observe", "deepeval.tracing.*.instrument*",
    )),
    Backend("TruLens", viewer=True, content=(
        "trulens*.TruChain", "trulens*.TruLlama", "trulens*.TruGraph", "trulens*.TruApp", "trulens*.TruCustomApp",
        "trulens*.TruBasicApp", "trulens*.TruVirtual",
    )),
    Backend("Comet LLM", viewer=True, content=(
        "comet_llm.log_prompt", "comet_llm.start_chain", "comet_llm.Span", "*.CometTracer",
        "*.CometCallbackHandler",
    )),
    Backend("Log10", viewer=True, modules=("log10",)),
    Backend("Prompt flow", viewer=True, content=("promptflow.tracing.start_trace", "promptflow.tracing.trace")),
    Backend("OpenAI traces", viewer=True, content=(
        "agents.trace", "agents.custom_span", "agents.gen_trace_id", "agents.*.add_trace_processor",
    )),
    Backend("Autogen log", viewer=False, content=("autogen.runtime_logging.start",)),
    Backend(
        "Datadog", viewer=True,
        content=(
            "ddtrace.llmobs.*enable", "ddtrace.llmobs.*.workflow", "ddtrace.llmobs.*.llm",
            "ddtrace.llmobs.*.annotate",
        ),
        timing=(
            "ddtrace.patch_all", "ddtrace.patch", "ddtrace.tracer.wrap", "ddtrace.tracer.trace", "dd-trace.init",
            "dd-trace.*.init",
        ),
        switches=("DD_LLMOBS_ENABLED",), switched=("ddtrace", "openai", "anthropic", *_LANGCHAIN),
    ),
    Backend(
        "Azure AI tracing", viewer=True,
        content=(
            "azure.ai.inference.tracing.*instrument", "azure.ai.*.AIProjectInstrumentor*",
            "azure.ai.*.AIAgentsInstrumentor*", "azure.ai.projects.*.enable",
        ),
    ),
    # Only timings, or content without a known viewer: the application's own OpenTelemetry and the classic APM tools.
    Backend(
        "OpenTelemetry for language models", viewer=False,
        modules=(
            "opentelemetry.instrumentation.openai", "opentelemetry.instrumentation.openai_v2",
            "opentelemetry.instrumentation.openai_agents",
            "opentelemetry.instrumentation.anthropic", "opentelemetry.instrumentation.langchain",
            "opentelemetry.instrumentation.bedrock",
            "opentelemetry.instrumentation.vertexai", "opentelemetry.instrumentation.google_genai",
            "opentelemetry.instrumentation.llamaindex",
        ),
    ),
    Backend(
        "OpenTelemetry", viewer=False,
        timing=(
            "*.set_tracer_provider", "opentelemetry.*.TracerProvider", "*.FastAPIInstrumentor.instrument_app",
            "opentelemetry.instrumentation.*.instrument", "opentelemetry.instrumentation.*.instrument_app",
            "*.OpenTelemetryMiddleware", "@vercel/otel.registerOTel", "@opentelemetry/sdk-node.NodeSDK",
            "*.NodeTracerProvider",
            "@opentelemetry/*.registerInstrumentations", "go.opentelemetry.io/otel.SetTracerProvider",
            "*.SetTracerProvider",
            "*.AddOpenTelemetry", "OpenTelemetry.SDK.configure", "OpenTelemetry*.configure",
            "*.SdkTracerProvider.builder",
            "*.set_meter_provider", "*.configure_opentelemetry", "*.configure_otel_providers",
        ),
    ),
    Backend(
        "Application Insights", viewer=False,
        timing=(
            "*.configure_azure_monitor", "opencensus.ext.azure.*AzureExporter", "opencensus.ext.azure.*AzureLogHandler",
            "applicationinsights.*TelemetryClient", "*.AzureMonitorTraceExporter", "*.AddApplicationInsightsTelemetry*",
            "applicationinsights.setup", "@azure/monitor-opentelemetry.useAzureMonitor", "*.AzureMonitorMetricExporter",
            "*.UseAzureMonitor",
        ),
    ),
    Backend("AWS X-Ray", viewer=False, timing=(
        "aws_xray_sdk.*.patch_all", "aws_xray_sdk.*.patch", "aws_xray_sdk.*.XRayMiddleware", "aws_xray_sdk.*.capture",
        "aws_lambda_powertools.*Tracer", "aws_xray_sdk.*.configure",
    )),
    Backend("Google Cloud Trace", viewer=False, timing=(
        "*.CloudTraceSpanExporter", "google.cloud.trace*.TraceServiceClient",
    )),
    Backend("Elastic APM", viewer=False, timing=("elastic-apm-node.start",), timing_modules=("elasticapm",)),
    Backend("New Relic", viewer=False, timing_modules=("newrelic",)),
    Backend("Jaeger", viewer=False, timing=("jaeger_client.*Config", "*.JaegerExporter")),
    Backend("Zipkin", viewer=False, timing=("*.ZipkinExporter",), timing_modules=("py_zipkin",)),
    Backend("Sentry", viewer=False, timing=(
        "sentry_sdk.init", "Sentry.init", "@sentry/*.init", "github.com/getsentry/sentry-go.Init", "Raven.configure",
    )),
)  # fmt: skip

# Sentry sends errors by default; it traces only when told so.
NEEDS_OPTION = {
    "Sentry": (
        "traces_sample_rate",
        "traces_sampler",
        "enable_tracing",
        "tracesSampleRate",
        "tracesSampler",
        "profiles_sample_rate",
    )
}

# Words that LiteLLM and LlamaIndex take to route traces.
CALLBACK_NAMES = {
    "langfuse": "Langfuse", "langfuse_otel": "Langfuse", "langsmith": "LangSmith", "opik": "Opik",
    "arize_phoenix": "Phoenix",
    "helicone": "Helicone", "lunary": "Lunary", "braintrust": "Braintrust", "weave": "W&B Weave", "logfire": "Logfire",
    "mlflow": "MLflow tracing", "traceloop": "Traceloop", "promptlayer": "PromptLayer", "athina": "Athina",
    "arize": "Arize",
    "datadog": "Datadog", "wandb": "W&B Weave", "langwatch": "Langwatch", "galileo": "Galileo",
    "humanloop": "Humanloop",
}  # fmt: skip

# Programs that wrap the start command and trace the process without a line of code.
WRAPPERS = {
    "ddtrace-run": "Datadog", "opentelemetry-instrument": "OpenTelemetry", "newrelic-admin": "New Relic",
    "opentelemetry-javaagent": "OpenTelemetry", "applicationinsights-agent": "Application Insights",
    "dd-java-agent": "Datadog", "elastic-apm-agent": "Elastic APM",
}  # fmt: skip
