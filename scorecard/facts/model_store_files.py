"""Model versions that configuration keeps: DVC outputs, versioned catalogs, task indexes, pipeline components, SQL."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorecard.facts.configuration import Configuration, is_operational
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers import yaml
from scorecard.readers.node import MISSING, Node
from scorecard.repository import Repository

if TYPE_CHECKING:
    from scorecard.facts.model_store import Store

MODEL_PATH = lazily(
    r"(?:^|[/_.-])(?:models?|checkpoints?|weights|ckpts?|trained|classifier|regressor)(?:[/_.-]|$)|model|\.(?:pkl|pickle|joblib|onnx|pth?|h5|keras|safetensors|bin|cbm|ckpt|bst)$",
    re.IGNORECASE,
)
_COMMIT_FOLDER = lazily(
    r"(?:^|[\"'\s:=])[\w./${}-]*?(?:models?|model_artifacts|checkpoints?|weights)/(?:[\w.-]+/){0,2}"
    r"(?:([0-9a-f]{7,12})(?:-[\w-]+)?|(20\d{2}-?[01]\d-?[0-3]\d[\w-]*))(?:/[\w./-]*)?[\"'\s]*$"
)
_LONGEST = 300
_INDEX = lazily(r"^index\.[^\s]*\$\{?\w*(?:version|date|year|hash|rev|sha|commit)", re.IGNORECASE)


def one(repository: Repository, path: str) -> Node:
    """The first document of a YAML file that the configuration fact may leave out."""
    try:
        documents = yaml.read(repository.text(path))
    except yaml.YamlError:
        return MISSING
    return documents[0] if documents else MISSING


def dvc_stages(repository: Repository) -> Iterator[tuple[str, Node, str]]:
    """The stages of every dvc.yaml: path of the file, stage, name."""
    for path in repository.glob("dvc.yaml"):
        if is_operational(path):
            for name, node in one(repository, path)["stages"].items():
                yield path, (node["do"] if node["foreach"] and node["do"] else node), name


def named(node: Node) -> list[Node]:
    """The paths of a stage's list, each as the node that names it, options left aside."""
    return [next((key for key, _ in entry.entries()), entry) if entry.is_map else entry for entry in node.as_list()]


def dvc_files(repository: Repository) -> Iterator[tuple[str, Node]]:
    """The outputs that `.dvc` files track."""
    for path in repository.glob("*.dvc"):
        if path.rpartition("/")[2] != ".dvc" and is_operational(path):
            for out in one(repository, path)["outs"]:
                if out["path"]:
                    yield path, out["path"]


def stores_in_files(repository: Repository, configuration: Configuration) -> "Iterator[Store]":
    """Every such store."""
    from scorecard.facts.model_store import Store  # noqa: PLC0415  the two modules are two halves of one fact

    for path, stage, _ in dvc_stages(repository):
        for out in named(stage["outs"]):
            if MODEL_PATH.search(out.text) and not re.search(
                r"metrics|plots|reports?|timing|\.(?:csv|parquet|json)$", out.text
            ):
                yield Store("DVC", (configuration.evidence(path, out.line),), path)
    for path, out in dvc_files(repository):
        if MODEL_PATH.search(out.text) or MODEL_PATH.search(path):
            yield Store("DVC", (configuration.evidence(path, out.line),), path)
    for path in configuration.holding("routes:", "index."):
        for document in configuration.documents(path):
            for node in document.walk():
                if node.is_map and node["routes"] and any("model" in key for key, _ in node.pairs()):
                    for route in node["routes"]:
                        if _INDEX.search(route.text):
                            yield Store("task index", (configuration.evidence(path, route.line),), path)
    for path in configuration.holding("versioned:"):
        for document in configuration.documents(path):
            for name, entry in document.items():
                if entry["versioned"].is_true and MODEL_PATH.search(f"{name} {entry['filepath'].text}"):
                    yield Store(
                        "versioned catalog entry", (configuration.evidence(path, entry.key_line("versioned")),), path
                    )
    for path in configuration.holding("kedro_mlflow.io."):
        for document in configuration.documents(path):
            for name, entry in document.items():
                if _is_logged_model(name, entry):
                    yield Store(
                        "MLflow run of a Kedro pipeline", (configuration.evidence(path, entry.key_line("type")),), path
                    )
    yield from _azure(configuration)
    yield from _sql(repository)
    yield from _by_commit(configuration)


def _is_logged_model(name: str, entry: Node) -> bool:
    """An entry of Kedro's catalog that kedro-mlflow logs with each run: a model, or an artifact that is one."""
    kind = entry["type"].text.rpartition(".")[2].lower()
    inner = entry["dataset"] or entry["data_set"]
    return kind in ("mlflowmodeltrackingdataset", "mlflowmodelloggerdataset", "mlflowmodelregistrydataset") or (
        kind == "mlflowartifactdataset" and bool(MODEL_PATH.search(f"{name} {inner['filepath'].text}"))
    )


def _azure(configuration: Configuration) -> "Iterator[Store]":
    from scorecard.facts.model_store import Store  # noqa: PLC0415

    for path in configuration.holding("azureml"):
        for document in configuration.documents(path):
            if document["$schema"].text.endswith("/model.schema.json"):
                yield Store("AzureML registry", (configuration.evidence(path, document.key_line("$schema")),), path)
            for node in document["outputs"]:
                if node["type"].text in ("mlflow_model", "custom_model", "triton_model") and node["name"]:
                    yield Store("AzureML registry", (configuration.evidence(path, node.key_line("name")),), path)


def _by_commit(configuration: Configuration) -> "Iterator[Store]":
    """Settings that name the served model by a folder of its own for each commit or day: `models/ship/3dff445`."""
    from scorecard.facts.model_store import Store  # noqa: PLC0415

    for path in configuration.holding_any(("model", "checkpoint", "weights")):
        if not path.endswith((".yaml", ".yml", ".toml", ".json", ".env", ".ini", ".cfg")) or not is_operational(path):
            continue
        for number, line in configuration.lines(path):
            found = _COMMIT_FOLDER.search(line) if len(line) < _LONGEST else None
            if found and (found[2] or not found[1].isdigit()) and any(c.isdigit() for c in found[1] or found[2]):
                yield Store("a versioned path", (Evidence(path, number, line),), path)
                break


def _sql(repository: Repository) -> "Iterator[Store]":
    from scorecard.facts.model_store import Store  # noqa: PLC0415

    for path in repository.glob("*.sql"):
        text = repository.text(path) if is_operational(path) else ""
        found = re.search(r"model_registry\s{0,3}=\s{0,3}['\"]vertex_ai|vertex_ai_model_version_aliases", text)
        if found:
            line = text.count("\n", 0, found.start()) + 1
            yield Store("Vertex AI registry", (Evidence(path, line, found[0]),), path)
