"""What of the system something other than a person in a notebook can start: features, training, inference, the app."""

import re
from collections import deque
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code
from scorecard.facts.file_names import FileNames
from scorecard.facts.identity import llm_calls, training_calls
from scorecard.facts.reach import Reach
from scorecard.facts.starts import Way
from scorecard.facts.vocabulary import SERVE_CALLS, WEB_FRAMEWORKS
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_prose, is_test
from scorecard.patterns import compiled, lazily
from scorecard.readers import yaml
from scorecard.repository import Repository

_DATA = (
    "pandas", "polars", "pyspark", "dask", "datasets", "numpy", "pyarrow", "duckdb", "sqlalchemy", "modin", "vaex", "apache_beam", "ray", "kafka",
    "confluent_kafka", "bytewax", "feast", "hsfs", "hopsworks", "tensorflow_datasets", "torchvision", "cv2", "PIL", "requests", "bs4", "scrapy",
    "selenium", "psycopg2", "pymongo", "boto3", "google.cloud.bigquery", "snowflake", "deltalake", "pyiceberg", "openpyxl", "nltk", "spacy", "h5py",
    "torch", "tensorflow", "sklearn", "transformers", "tiktoken", "chromadb", "qdrant_client", "pinecone", "weaviate", "faiss", "unstructured", "pypdf",
)  # fmt: skip
_SERVERS = (
    "express().listen", "fastify().listen", "*.createServer", "http.ListenAndServe", "*.ListenAndServe*", "WebApplication.CreateBuilder", "Host.CreateApplicationBuilder", "Host.CreateDefaultBuilder",
    "FunctionsApplication.CreateBuilder", "*.ConfigureFunctionsWorkerDefaults", "*.ConfigureFunctionsWebApplication",
    "*SpringApplication.run", "shinyApp", "shiny.shinyApp", "plumber.plumb", "plumb", "pr_run", "Bun.serve", "Deno.serve", "*.listen", "runApp",
)  # fmt: skip
_NO_STAGE = lazily(
    r"(?:^|/)(?:setup|noxfile|conftest|conf|fabfile|dodo|versioneer|gulpfile|gruntfile|release|bump_version|get_version|check_\w+|lint\w*|format\w*)\.\w+$"
    r"|(?:^|/)(?:\.github|\.gitlab|\.circleci|\.devcontainer|hooks|docs?|migrations|alembic|benchmarks?)/|\.(?:config|conf)\.[jt]s$",
    re.IGNORECASE,
)
# Definitions of stages whose commands name no file of ours: what they are, and the line that shows it.
_DEFINITIONS: dict[str, tuple[tuple[str, ...], str]] = {
    "Snakemake rules": (("Snakefile", "*.smk"), r"^rule\s+\w+"),
    "Nextflow processes": (("*.nf",), r"^[ \t]*(?:process|workflow)\b"),
    "targets pipeline": (("_targets.R",), r"tar_target\("),
    "DVC stages": (("dvc.yaml",), r"^stages\s*:"),
    "MLflow entry points": (("MLproject",), r"^entry_points\s*:"),
    "Kedro pipelines": (("pipeline_registry.py",), r"^def register_pipelines"),
    "dbt models": (("dbt_project.yml",), r"^(?:model-paths|models|name)\s*:"),
    "Databricks jobs": (("*.yml", "*.yaml", "*.json"), r"(?:notebook_task|spark_python_task|python_wheel_task)[\"']?\s*:"),
    "cluster jobs": (("*.yml", "*.yaml"), r"^kind\s*:\s*[\"']?(?:Workflow|CronWorkflow|WorkflowTemplate|PyTorchJob|TFJob|RayJob|SparkApplication)\b"),
    "Azure ML job": (("*.yml", "*.yaml"), r"azuremlschemas\S{0,60}(?:pipelineJob|commandJob|sweepJob|commandComponent)"),
    "Rails application": (("config.ru", "plugin.rb"), r"\S"),
    "rake tasks": (("*.rake",), r"^[ \t]*task\b"),
}  # fmt: skip
_LESS = {"handles data": 1, "a program": 2}
_COMPILED = frozenset({"java", "kotlin", "scala", "go", "csharp"})

_Deed = tuple[str, Evidence]


class Stage(Struct, frozen=True):
    """Something that can be started: how, what it does, and the lines from the start to the deed."""

    way: Way
    does: str
    path: str
    evidence: tuple[Evidence, ...]


class Startable(Struct, frozen=True):
    """``all`` with the most automatic first; ``notebooks`` and ``modules`` hold the system's work, started or not."""

    all: tuple[Stage, ...]
    notebooks: tuple[Evidence, ...] = ()
    modules: tuple[str, ...] = ()

    @classmethod
    def gather(cls, repository: Repository, names: FileNames, code: Code, reach: Reach) -> Self:
        deeds = dict(_deeds(code))
        found = [
            *_started(code, reach, deeds),
            *_servers(code, reach),
            *_defined(repository, names),
            *_scripts_of_node(repository, names, code),
        ]
        system = [stage for stage in found if not is_demo(stage.path)]
        if not system and not any(_is_system(path) for path in deeds):
            system = found
        order = list(Way)
        if not system and not any(path.endswith(".ipynb") for path in deeds):
            system = list(_programs(code))
        notebooks = tuple(evidence for path, (_, evidence) in deeds.items() if path.endswith(".ipynb"))
        modules = tuple(path for path in deeds if not path.endswith(".ipynb"))
        return cls(tuple(sorted(system, key=lambda s: (order.index(s.way), _LESS.get(s.does, 0)))), notebooks, modules)


def _is_system(path: str) -> bool:
    return not is_demo(path) and not path.endswith(".ipynb")


def _deeds(code: Code) -> Iterator[tuple[str, _Deed]]:
    """For each file the weightiest thing that it does for the system. Later entries win."""
    for does, hits in (
        ("handles data", code.uses(*_DATA)),
        ("serves an application", code.uses(*WEB_FRAMEWORKS)),
        ("asks a language model", llm_calls(code)),
        ("scores with a model", code.calls(*SERVE_CALLS)),
        ("trains a model", training_calls(code)),
    ):
        for hit in reversed(hits):
            yield hit.path, (does, code.evidence(hit))


def _started(code: Code, reach: Reach, deeds: dict[str, _Deed]) -> Iterator[Stage]:
    """Starts from which, through the repository's imports, a file with a deed is reached."""
    known: dict[str, _Deed | None] = {}
    for start in reach.starts:
        notebook = start.path.endswith(".ipynb")
        if is_test(start.path) or _NO_STAGE.search(start.path) or (notebook and start.way is Way.SCRIPT):
            continue
        if start.way is Way.SERVICE and start.path not in deeds:
            yield Stage(start.way, "serves an application", start.evidence[0].path, start.evidence)
            continue
        if start.path not in known:
            known[start.path] = _reached(code, start.path, deeds)
        best = known[start.path]
        if best:
            yield Stage(start.way, best[0], start.path, (*start.evidence, best[1]))


def _programs(code: Code) -> Iterator[Stage]:
    """Programs with an entry point of which nothing more is known, where no other start was found."""
    for source in code.sources:
        if source.main and not (is_test(source.path) or is_demo(source.path) or _NO_STAGE.search(source.path)):
            yield Stage(Way.SCRIPT, "a program", source.path, (code.evidence(source, source.main),))


def _reached(code: Code, start: str, deeds: dict[str, _Deed]) -> _Deed | None:
    """The weightiest deed of the files that ``start`` imports, the nearest first."""
    seen = {start}
    queue = deque([(start, 0)])
    best: _Deed | None = None
    while queue:
        path, depth = queue.popleft()
        does = deeds.get(path)
        if does and (best is None or (best[0] == "handles data" and does[0] != "handles data")):
            best = does
            if best[0] != "handles data":
                break
        for target in sorted(code.imports_of.get(path, ())) if depth < 5 else ():
            if target not in seen and not is_test(target):
                seen.add(target)
                queue.append((target, depth + 1))
    return best


def _servers(code: Code, reach: Reach) -> Iterator[Stage]:
    """Entry points in other languages: servers, applications, scripts of R."""
    known = {start.path for start in reach.starts}
    for hit in code.calls(*_SERVERS, notebooks=False):
        if hit.source.language != "python" and not _NO_STAGE.search(hit.path):
            yield Stage(Way.SERVICE, "serves an application", hit.path, (code.evidence(hit),))
    for source in code.sources:
        if (
            (source.path in known and source.language not in _COMPILED)
            or source.notebook
            or is_test(source.path)
            or _NO_STAGE.search(source.path)
        ):
            continue
        if source.language == "r":
            acts = (
                c.line
                for c in source.calls
                if not c.scope and c.name.rpartition(".")[2] not in ("library", "require", "source")
            )
            line = next(acts, 0)
            if line and len(source.calls) > len(source.functions) * 3:
                yield Stage(Way.SCRIPT, "handles data", source.path, (code.evidence(source, line),))
        elif source.main and source.language in _COMPILED:
            yield Stage(Way.SCRIPT, "a program", source.path, (code.evidence(source, source.main),))
        elif source.language == "scala":
            line = next((klass.line for klass in source.classes if "App" in klass.bases), 0)
            if line:
                yield Stage(Way.SCRIPT, "handles data", source.path, (code.evidence(source, line),))


def _defined(repository: Repository, names: FileNames) -> Iterator[Stage]:
    for does, (patterns, sign) in _DEFINITIONS.items():
        written = compiled(sign, re.MULTILINE)
        for path in names.find(*patterns):
            if is_test(path) or is_prose(path) or ".github/" in path:
                continue
            text = repository.text(path)
            match = written.search(text) if len(text) < 500_000 else None
            if match:
                at = match.start() + len(match[0]) - len(match[0].lstrip())
                yield Stage(Way.JOB, does, path, (repository.quote_at(path, at),))


def _scripts_of_node(repository: Repository, names: FileNames, code: Code) -> Iterator[Stage]:
    """`npm start` and the like, of a package that has source code beside it."""
    for path in names.find("package.json"):
        folder = path.rpartition("/")[0]
        beside = any(s.language in ("typescript", "javascript") and s.path.startswith(folder) for s in code.sources)
        if is_test(path) or is_prose(path) or not beside:
            continue
        try:
            root = next(iter(yaml.read(repository.text(path))), None)
        except yaml.YamlError:
            continue
        for name in ("start", "serve", "dev", "start:prod", "preview") if root else ():
            written = root["scripts"][name] if root else None
            if root and written and not re.search(r"storybook|vitepress|docusaurus|echo ", written.text):
                line = root["scripts"].key_line(name)
                yield Stage(
                    Way.COMMAND, "serves an application", path, (Evidence(path, line, f"{name}: {written.text}"),)
                )
                break
