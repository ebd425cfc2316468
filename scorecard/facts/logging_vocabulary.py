"""Libraries and calls that give log lines their form, or carry them to a store."""

MACHINE = (
    "*JsonFormatter", "*JSONFormatter", "*.StdlibFormatter", "aws_lambda_powertools.Logger",
    "aws_lambda_powertools.logging.Logger",
    "*.LogstashFormatter", "*.LogstashFormatterV1", "*.JSONRenderer", "*.ProcessorFormatter", "*.LogfmtRenderer",
    "*.StructuredLogHandler",
    "aiologger.loggers.json.JsonLogger", "daiquiri.formatter.JSONFormatter",
    # JavaScript, Go, Ruby, .NET, R: frameworks whose lines are JSON or key-value by default
    "winston.createLogger", "log/slog.NewJSONHandler", "log/slog.NewTextHandler", "slog.NewJSONHandler",
    "slog.NewTextHandler",
    "*.UseSerilog", "*.AddSerilog", "*.AddJsonConsole", "logger.layout_json", "*JsonLogging.configure",
    "*JsonLogFormatter", "*.StructuredLogger",
)  # fmt: skip
MACHINE_MODULES = (
    "structlog", "eliot", "json_log_formatter", "logfmter", "pythonjsonlogger", "ecs_logging", "pino", "pino-http",
    "nestjs-pino", "hono-pino", "bunyan", "tslog",
    "@aws-lambda-powertools/logger", "evlog", "go.uber.org/zap", "github.com/rs/zerolog", "SemanticLogger",
    "Serilog", "net.logstash.logback",
)  # fmt: skip
SHIPPED = (
    "google.cloud.logging.Client.setup_logging", "google.cloud.logging.Client().setup_logging", "google.cloud.logging.*.CloudLoggingHandler", "*.AzureLogHandler",
    "logstash*.TCPLogstashHandler",
    "*.AsynchronousLogstashHandler", "*.FluentHandler", "*.FluentSender", "*.LoggingHandler",
    "*.configure_azure_monitor", "*.LogfireLoggingHandler",
    "*.KafkaLoggingHandler", "*.LogsApi", "*.LokiHandler", "*.LokiLoggerHandler", "*.LokiQueueHandler", "*.Logtail",
    "*.AddApplicationInsights", "*.AddApplicationInsightsTelemetry", "*.UseAzureMonitor",
    "*.AddApplicationInsightsTelemetryWorkerService", "*.AddGoogleDiagnostics*", "*.AddAWSProvider", "*.AddNewRelic*",
    "*.consoleLoggingIntegration", "*.LogtailHandler", "*.SplunkHandler", "*.GelfHandler", "*.GELFUDPHandler",
    "*.CoralogixLogger",
)  # fmt: skip
SHIPPED_MODULES = (
    "watchtower",
    "logging_loki",
    "graypy",
    "seqlog",
    "splunk_handler",
    "logdna",
    "logtail",
    "@google-cloud/logging-winston",
    "winston-loki",
    "winston-cloudwatch",
    "next-axiom",
)
CENTRAL = (
    "logging.config.dictConfig",
    "logging.config.fileConfig",
    "*.dictConfig",
    "*.fileConfig",
    "uvicorn.config.dictConfig",
    "logging.config.listen",
)
PRIMITIVES = (
    "logging.basicConfig", "*.addHandler", "*.setFormatter", "logging.Formatter", "loguru.logger.add",
    "loguru.logger.configure",
    "loguru.logger.remove", "coloredlogs.install", "daiquiri.setup", "logzero.*", "*.RichHandler",
    "structlog.configure", "picologging.basicConfig",
    "absl.logging.use_absl_handler", "*.RotatingFileHandler", "*.TimedRotatingFileHandler", "logging.FileHandler",
    "*.logger_add", "*.InterceptHandler", "logging.StreamHandler",
)  # fmt: skip
