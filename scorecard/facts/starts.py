"""Where running begins, as the code itself says: services, orchestrated pipelines, handlers, scripts."""

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from scorecard.facts.code import Code
from scorecard.facts.roots import Roots
from scorecard.model import Evidence
from scorecard.paths import is_test
from scorecard.readers.code import Source


class Way(StrEnum):
    """What starts a file, the strongest first. A ``script`` waits for a person, a ``command`` has at least a name."""

    SERVICE = "service"
    PIPELINE = "pipeline"
    CI = "CI"
    JOB = "job"
    COMMAND = "command"
    SCRIPT = "script"


UNATTENDED = frozenset({Way.SERVICE, Way.PIPELINE, Way.CI, Way.JOB})


class Start(Struct, frozen=True):
    """A file that something starts, and the lines that show it."""

    path: str
    way: Way
    evidence: tuple[Evidence, ...]


SERVICES = (
    "fastapi.FastAPI", "fastapi.*APIRouter", "flask.Flask", "flask.*Blueprint", "flask_restful.Api",
    "flask_restx.Api", "starlette.*.Starlette", "aiohttp.web.Application", "aiohttp.web.*run_app", "sanic.Sanic",
    "quart.Quart", "litestar.Litestar", "litestar.*Router", "falcon.*App", "bottle.Bottle",
    "tornado.web.Application", "connexion.*App", "robyn.Robyn", "chalice.Chalice", "gradio.Blocks",
    "gradio.*Interface", "gradio.ChatInterface", "dash.Dash", "litserve.LitServer", "socketio.*Server", "*FastMCP",
    "mcp.server.*Server", "slack_bolt.*App", "discord.*Client", "discord.*Bot", "telegram.ext.*", "aiogram.*",
    "telebot.*", "grpc.server", "grpc.aio.server", "kserve.*ModelServer", "celery.Celery", "celery.*shared_task",
    "faust.App", "apscheduler.*Scheduler", "*.BlockingScheduler", "*.BackgroundScheduler", "kafka.KafkaConsumer",
    "confluent_kafka.*Consumer", "aiokafka.AIOKafkaConsumer", "*.start_consuming", "*.basic_consume", "rq.Worker",
    "dramatiq.actor", "huey.*", "arq.*", "schedule.every", "ray.serve.*", "bentoml.service", "bentoml.api",
    "bentoml.Service", "modal.*.function", "modal.function", "modal.asgi_app", "modal.*.cls",
    "functions_framework.*", "azure.functions.FunctionApp*", "chainlit.on_message", "chainlit.on_chat_start",
    "nicegui.ui.*", "reflex.App", "http.server.*Server", "uvicorn.run", "mlserver.*", "opyrator.*",
    "livekit.agents.*",
)  # fmt: skip
PIPELINES = (
    "dagster.*asset", "dagster.*Definitions", "dagster.*op", "dagster.*job", "dagster.*graph", "dagster.*schedule",
    "dagster.*sensor", "dagster.*asset_check", "dagster.multi_asset", "dagster.repository", "prefect.*flow",
    "prefect.*task", "zenml.*step", "zenml.*pipeline", "airflow.*DAG", "airflow.*dag", "airflow.*task",
    "airflow.*Operator", "kfp.*component", "kfp.*pipeline", "kfp.*create_component_from_func", "metaflow.FlowSpec",
    "flytekit.*task", "flytekit.*workflow", "union.*task", "luigi.*Task", "kedro.pipeline.*", "apache_beam.Pipeline",
    "bytewax.*", "tfx.*Pipeline", "tfx.*ExampleValidator", "sagemaker.workflow.*", "sagemaker.*Pipeline",
    "azureml.pipeline.*", "azure.ai.ml.dsl.*pipeline", "azure.ai.ml.*.pipeline", "azure.ai.ml.command", "mage_ai.*",
    "*.data_loader", "*.data_exporter", "hamilton.driver.*", "dlt.table", "dlt.view", "dlt.resource", "dlt.source",
    "dlt.pipeline", "clearml.*Pipeline*", "hera.*", "temporalio.*.defn", "google.cloud.aiplatform.*PipelineJob",
    "pathway.run", "streamz.*", "quixstreams.*", "feldera.*", "ploomber.*", "pipelines.step", "pipelines.pipeline",
    "zenml.*.BaseStep",
)  # fmt: skip
COMMANDS = (
    "invoke.*task", "click.*command", "click.*group", "typer.*command", "typer.Typer", "fire.Fire", "nox.session",
    "cyclopts.App", "hydra.main", "absl.app.run", "doit.*", "duty.duty",
)  # fmt: skip
_APP_LIBRARIES = ("streamlit", "chainlit", "bentoml", "panel", "shiny", "solara", "nicegui", "reflex")
_MODEL_BASES = (
    "*TritonPythonModel", "kserve.*Model", "*BaseHandler", "*BasePredictor", "*.LitAPI", "mlflow.pyfunc.PythonModel",
    "mlserver.MLModel", "*.BaseModelServer", "django.views.*", "rest_framework.*", "django.core.management.*",
)  # fmt: skip
_HANDLERS = frozenset({"lambda_handler", "handler", "handle", "model_fn", "predict_fn", "input_fn", "run_handler"})
_DJANGO = frozenset({"urls.py", "views.py", "tasks.py", "apps.py", "signals.py", "consumers.py", "wsgi.py", "asgi.py"})


def from_code(code: Code, roots: Roots) -> Iterator[Start]:
    """Every start that the code shows, services and pipelines before scripts."""
    for way, patterns in ((Way.SERVICE, SERVICES), (Way.PIPELINE, PIPELINES), (Way.COMMAND, COMMANDS)):
        first: dict[str, int] = {}
        for hit in code.calls(*roots.keep(patterns), notebooks=False):
            first[hit.path] = min(hit.line, first.get(hit.path, hit.line))
        for path, line in first.items():
            source = code.source(path)
            if source:
                yield Start(path, way, (code.evidence(source, line),))
    for hit in code.uses(*_APP_LIBRARIES, notebooks=False):
        yield Start(hit.path, Way.SERVICE, (code.evidence(hit),))
    for source, klass in code.classes(*_MODEL_BASES):
        if not source.notebook:
            yield Start(source.path, Way.SERVICE, (code.evidence(source, klass.line),))
    django = any(source.path.endswith("manage.py") for source in code.sources)
    for source in code.sources:
        if not source.notebook and not is_test(source.path):
            yield from _handlers(code, source)
            if django and source.path.rpartition("/")[2] in _DJANGO:
                yield Start(source.path, Way.SERVICE, (code.evidence(source, 1),))
    for source in code.sources:
        if not source.notebook and not is_test(source.path):
            line = source.main or _top_level(code, source)
            if line:
                yield Start(source.path, Way.SCRIPT, (code.evidence(source, line),))


def _handlers(code: Code, source: Source) -> Iterator[Start]:
    """Functions that a platform calls by their name."""
    top = {f.name: f for f in source.functions if "." not in f.name}
    for name, function in top.items():
        serverless = name in _HANDLERS and {"event", "context"} <= set(function.params)
        sagemaker = name in ("model_fn", "predict_fn", "input_fn")
        azure_function = any(dotted.startswith("azure.functions") for _, dotted in function.annotations)
        cloud_event = name.startswith(("main", "handle", "trigger")) and function.params[:2] == ("event", "context")
        cloud_event = cloud_event or "cloud_event" in function.params
        if serverless or sagemaker or azure_function or cloud_event:
            yield Start(source.path, Way.SERVICE, (code.evidence(source, function.line),))
            return
    if "init" in top and "run" in top and not top["init"].params and len(top["run"].params) <= 2:
        yield Start(source.path, Way.SERVICE, (code.evidence(source, top["run"].line),))


def _top_level(code: Code, source: Source) -> int:
    """The first statement that acts in a file which nobody but a test imports, 0 where the file only defines things."""
    used = any(not is_test(path) for path in code.imported_by.get(source.path, ()))
    if used or source.language != "python":
        return 0
    return next((c.line for c in source.calls if not c.scope and not c.used), 0)
