"""Which libraries emit operational metrics or traces, by the names of their modules and calls."""

from scorecard.patterns import lazily

LIBRARIES = (
    "prometheus_client", "prometheus_fastapi_instrumentator", "starlette_exporter", "starlette_prometheus",
    "aioprometheus",
    "prometheus_flask_exporter", "prometheus_async", "fastapi_prometheus_metrics", "statsd", "aiodogstatsd",
    "datadog", "ddtrace", "newrelic",
    "elasticapm", "aws_xray_sdk", "aws_embedded_metrics", "opencensus", "applicationinsights",
    "azure.monitor.opentelemetry",
    "azure.monitor.opentelemetry.exporter", "logfire", "google.cloud.monitoring_v3", "ray.util.metrics",
    "ray.serve.metrics", "autometrics", "scout_apm", "honeycomb",
    "pyinstrument_cloud", "traceloop", "openlit", "graphyte", "telegraf",
    # TypeScript and JavaScript
    "@vercel/otel", "@vercel/speed-insights", "prom-client", "express-prom-bundle", "dd-trace", "hot-shots",
    "newrelic", "@opentelemetry/sdk-node",
    "@opentelemetry/sdk-trace-node", "@opentelemetry/sdk-trace-base", "@opentelemetry/sdk-metrics",
    "@opentelemetry/auto-instrumentations-node",
    "applicationinsights", "@azure/monitor-opentelemetry", "@microsoft/applicationinsights-web", "elastic-apm-node",
    "node-statsd",
    "@google-cloud/monitoring", "@google-cloud/trace-agent", "@logfire/node", "@aws-lambda-powertools/metrics",
    "@aws-lambda-powertools/tracer",
    "@grafana/faro-web-sdk", "@datadog/browser-rum", "swagger-stats", "@axiomhq/ai",
    # Go
    "github.com/prometheus/client_golang", "go.opentelemetry.io/contrib", "go.opentelemetry.io/otel/sdk",
    "go.opentelemetry.io/otel/exporters",
    "github.com/DataDog/datadog-go", "gopkg.in/DataDog/dd-trace-go", "github.com/newrelic/go-agent",
    "contrib.go.opencensus.io",
    "go.opencensus.io", "go.elastic.co/apm", "github.com/zsais/go-gin-prometheus",
    "github.com/ansrivas/fiberprometheus",
    "github.com/VictoriaMetrics/metrics", "github.com/armon/go-metrics", "github.com/aws/aws-xray-sdk-go",
    "cdk-monitoring-constructs", "cdk_monitoring_constructs",
    # Ruby
    "Prometheus.Client", "PrometheusExporter", "DiscoursePrometheus", "StatsD", "Datadog.Statsd", "Datadog.Tracing",
    "Yabeda", "NewRelic.Agent", "Appsignal", "Skylight",
    "Librato", "ScoutApm", "ElasticAPM",
    # Java, Kotlin, Scala, .NET
    "io.micrometer", "io.prometheus", "com.codahale.metrics", "io.dropwizard.metrics", "kamon",
    "com.timgroup.statsd", "com.newrelic.api", "com.datadoghq",
    "com.microsoft.applicationinsights", "Prometheus.Metrics", "System.Diagnostics.Metrics.Meter",
    "System.Diagnostics.ActivitySource",
    # calls of Python libraries that also do other things
    "sentry_sdk.metrics", "openmetrics",
    "litestar.plugins.prometheus", "litestar.contrib.prometheus", "apitally", "prometheus_aioserver", "aiohttp_prometheus_exporter", "tornado_prometheus", "sanic_prometheus",
    "flask_prometheus_metrics", "asgi_prometheus", "grpc_prometheus", "py_grpc_prometheus", "scoutapm", "atatus", "signoz", "helicone", "pyformance",
    "@willsoto/nestjs-prometheus", "fastify-metrics", "koa-prometheus", "nestjs-otel", "express-status-monitor", "@hono/prometheus", "@hono/otel", "elysia-prometheus", "@elysiajs/opentelemetry",
)  # fmt: skip
# Below these modules only what starts, exports or instruments counts: the API alone emits nothing.
TELEMETRY = (
    "opentelemetry",
    "openinference",
    "@opentelemetry/api",
    "OpenTelemetry",
    "io.opentelemetry",
    "agent_framework.observability",
    "go.opentelemetry.io/otel",
)
EMITS = lazily(
    r"Instrumentor|(?:Tracer|Meter)Provider|Exporter|get_tracer\b|getTracer\b|get_meter\b|getMeter\b|"
    r"start_as_current_span|startActiveSpan|SDK\.configure|observability\.\w+"
    r"|\.Tracer\b|\.Meter\b|instrument_\w+|OpenTelemetry(?:Sdk|Appender|Middleware)|Autoconfigured"
)
CALLS = (
    "*.put_metric_data", "*EmbeddedMetricsWriter", "*.create_time_series", "aws_lambda_powertools.Metrics", "aws_lambda_powertools.Tracer",
    "aws_lambda_powertools.metrics.Metrics",
    "aws_lambda_powertools.tracing.Tracer", "sentry_sdk.start_transaction", "sentry_sdk.start_span",
    "sentry_sdk.trace", "*.configure_azure_monitor", "*.AzureLogHandler",
    "flask_monitoringdashboard.bind", "*.putMetricData", "*.PutMetricDataCommand", "@sentry/nextjs.startSpan",
    "@sentry/node.startSpan", "Datadog.configure",
    "OpenTelemetry.SDK.configure",
    # .NET, whose extension methods carry no namespace
    "*.AddOpenTelemetry", "*.AddApplicationInsightsTelemetry", "*.AddApplicationInsightsTelemetryWorkerService",
    "*.UseAzureMonitor", "*.UseHttpMetrics", "*.MapMetrics",
    "*.UseMetricServer", "*.AddPrometheusExporter", "*.AddOtlpExporter", "*.UseOtlpExporter",
    "*.UseOpenTelemetryPrometheusScrapingEndpoint", "*.MapPrometheusScrapingEndpoint",
    "*.AddServiceDefaults", "*.TrackMetric", "*.TrackDependency", "*.TrackRequest", "*.AddAzureMonitorTraceExporter",
    "*.AddAzureMonitorMetricExporter",
)  # fmt: skip
# Packages of Go and npm whose members are packages themselves, below a slash.
BELOW = (
    "github.com/prometheus/client_golang/", "go.opentelemetry.io/contrib/instrumentation/", "go.opentelemetry.io/otel/sdk/",
    "go.opentelemetry.io/otel/exporters/", "github.com/DataDog/datadog-go/", "gopkg.in/DataDog/dd-trace-go",
    "github.com/DataDog/dd-trace-go/", "github.com/newrelic/go-agent/", "go.opencensus.io/", "contrib.go.opencensus.io/",
    "go.elastic.co/apm/", "github.com/penglongli/gin-metrics/", "github.com/zsais/go-gin-prometheus",
    "github.com/labstack/echo-contrib/echoprometheus", "github.com/smira/go-statsd", "github.com/cactus/go-statsd-client",
    "github.com/grpc-ecosystem/go-grpc-prometheus", "github.com/slok/go-http-metrics/", "github.com/uptrace/uptrace-go/",
    "github.com/hashicorp/go-metrics", "github.com/getsentry/sentry-go/otel",
    "@vercel/speed-insights/", "@opentelemetry/instrumentation", "elastic-apm-node/", "newrelic/",
)  # fmt: skip
