"""Where trained models are kept: registries, artifact stores, versioned paths; and where they are only overwritten."""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code, Hit
from scorecard.facts.configuration import Configuration
from scorecard.facts.model_store_files import stores_in_files
from scorecard.facts.model_store_tables import REGISTRIES, SAVES, TRACKERS, UPLOADS
from scorecard.facts.pipelines import Pipelines
from scorecard.facts.versioned_names import paths_of, versioned_by
from scorecard.model import Evidence
from scorecard.paths import is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Call
from scorecard.repository import Repository

MODEL = lazily(
    r"(?<![a-z])(?:models?|mdl|clf|classifiers?|regressors?|estimators?|pipeline_to|net|network|weights?|checkpoints?|ckpts?|learner|booster|forest|lgbm?|xgb|predictor|trainer|bundle|ensemble|adapter|lora|pkl|joblib|onnx|safetensors|pth?|bst)(?![a-z])"
    r"|model|pipe(?:line)?$|\.(?:pkl|joblib|onnx|pth?|h5|keras|safetensors|bin|bst|cbm)\b",
    re.IGNORECASE,
)
METAFLOW_MODEL = lazily(
    r"self\.(?:\w+_)?(?:model|clf|learner|estimator|booster|pipeline)(?:_(?:uri|s3_path|path|artifact|data|bytes|weights))?$"
)
_NO_MODEL = lazily(
    r"metric|history|scaler|encoder|tokenizer|vocab|figure|plot|log(?:s|ging)?$|dataset|results?\b|embedding|optimizer_state|predictions?\b|\.(?:csv|parquet|png|jpe?g|html|txt|md|json|ya?ml)\b",
    re.IGNORECASE,
)
_COMMANDS = (
    ("az", "ml", "model", "create"), ("az", "ml", "model", "register"), ("gcloud", "ai", "models", "upload"), ("aws", "sagemaker", "create-model-package"), ("dvc", "push"), ("huggingface-cli", "upload"), ("hf", "upload"),
    ("bentoml", "models", "push"), ("zenml", "model"), ("mlflow", "models", "register"), ("gto", "register"), ("wandb", "artifact", "put"), ("databricks", "model-versions"),
)  # fmt: skip


class Store(Struct, frozen=True):
    """One place that keeps a model under a version; ``kind`` says how, in words."""

    kind: str
    evidence: tuple[Evidence, ...]
    path: str
    scope: str = ""


class ModelStore(Struct, frozen=True):
    """``stores`` keep versions; ``overwrites`` save to one and the same path; ``trackers`` log, but keep no model."""

    stores: tuple[Store, ...]
    overwrites: tuple[Evidence, ...]
    trackers: tuple[Evidence, ...]

    @classmethod
    def gather(cls, repository: Repository, code: Code, configuration: Configuration, pipelines: Pipelines) -> Self:
        stores = [*_registries(code), *_flows(code), *_commands(pipelines), *stores_in_files(repository, configuration)]
        overwrites = []
        for hit, line in saves(code):
            if line:
                shown = (code.evidence(hit.source, line), code.evidence(hit))
                stores.append(Store("a versioned path", tuple(dict.fromkeys(shown)), hit.path, hit.scope))
            else:
                overwrites.append(hit)
        order = {"a versioned path": 1}
        stores.sort(key=lambda s: (order.get(s.kind, 0), s.path.endswith(".ipynb")))
        return cls(tuple(stores), tuple(code.quote(overwrites)), tuple(code.quote(code.calls(*TRACKERS))))


_MODELS_ONLY = frozenset({"Hugging Face Hub", "Vertex AI registry"})  # their calls say of themselves what they upload


def _registries(code: Code) -> Iterator[Store]:
    for hit in code.texts(r"model_registry\s{0,3}=\s{0,3}['\"]vertex_ai"):
        yield Store("Vertex AI registry", (code.evidence(hit),), hit.path, hit.scope)
    for kind, needed, patterns in REGISTRIES:
        users = {hit.path for hit in code.imports(*needed)} if needed else set()
        known = tuple(module for module in needed if code.imports(module))
        for hit in code.calls(*patterns):
            direct = not needed or hit.path in users or any(hit.name.startswith(f"{module}.") for module in known)
            if direct and _keeps(hit, kind):
                yield Store(kind, (code.evidence(hit),), hit.path, hit.scope)


def _flows(code: Code) -> Iterator[Store]:
    """Metaflow keeps what a flow assigns to itself, run by run."""
    for source, klass in code.classes("metaflow.FlowSpec", "*.FlowSpec"):
        kept = next(
            (a for a in source.assigns if a.scope.startswith(klass.name) and METAFLOW_MODEL.match(a.target)), None
        )
        if kept:
            yield Store("Metaflow artifact", (code.evidence(source, kept.line),), source.path)


def _keeps(hit: Hit, kind: str) -> bool:
    """Special cases: calls that store a model only when they are told to."""
    call = hit.call
    if call is None:
        return True
    flags = " ".join(f"{key}={value}" for key, value in call.kwargs)
    words = " ".join((call.on, hit.scope, *call.args, flags))
    if call.last in ("autolog", "MLflowCallback") and "log_models=False" in flags:
        return False
    if call.last in ("MLflowLoggerCallback", "setup_mlflow"):
        return "save_artifact=True" in flags
    if call.last in ("WandbLogger", "MLFlowLogger", "CometLogger", "NeptuneLogger", "WandbCallback"):
        return bool(re.search(r"log_model=(?!False|None)|save_model=True|log_model_checkpoints=True", flags))
    if call.last in (
        "TrainingArguments",
        "Seq2SeqTrainingArguments",
        "SFTConfig",
        "DPOConfig",
        "GRPOConfig",
        "save_pretrained",
        "save_to_hub",
    ):
        return "push_to_hub=True" in flags or call.last == "save_to_hub"
    if call.last in ("push_to_hub", "upload_folder", "upload_file", "upload_large_folder", "push_to_hub_merged"):
        options = " ".join(f"{key}={value}" for key, value in call.kwargs if key not in ("tokenizer", "processor"))
        return not re.search(
            r"dataset|repo_type='(?:dataset|space)|(?:^|[^a-z])ds(?:$|[^a-z])|card|tokenizer|processor",
            f"{call.on} {options} {hit.name}",
        )
    if call.last in (
        "log_artifact",
        "log_artifacts",
        "Artifact",
        "upload_artifact",
        "save",
        "log_file",
        "upload",
        "add_file",
        "add_dir",
        "pin_write",
    ):
        given = [
            *call.args,
            *(
                v
                for k, v in call.kwargs
                if k in ("type", "artifact_path", "local_path", "name", "artifact", "artifact_file", "local_dir")
            ),
        ]
        if call.last == "Artifact":
            return any(re.search(r"model|checkpoint|weights", v, re.IGNORECASE) for v in given)
        return any(MODEL.search(v) and not _NO_MODEL.search(v) for v in given) or kind in _MODELS_ONLY
    if call.last == "register":
        return bool(re.search(r"model", words + hit.name, re.IGNORECASE)) and not re.search(
            r"dataset", f"{hit.name} {call.on}", re.IGNORECASE
        )
    return True


def saves(code: Code) -> Iterator[tuple[Hit, int]]:
    """Calls that write a model to a path or a bucket, each with the line that gives the path its version, or 0."""
    for hit in (*code.calls(*SAVES), *code.calls(*UPLOADS)):
        call = hit.call
        if call is None or is_test(hit.path) or not _saves_a_model(call):
            continue
        line = next((found for value in paths_of(call) if (found := versioned_by(code, hit.source, call, value))), 0)
        yield hit, line


def _saves_a_model(call: Call) -> bool:
    what = " ".join((call.args[0] if call.args else "", call.on, call.scope))
    where = " ".join(v for v in (*call.args[1:3], *(value for _, value in call.kwargs)))
    if call.name.endswith((".save_weights", ".save_model", "saved_model.save", ".save_pretrained", "write.ml")):
        return not re.search(r"tokenizer|processor", call.on)
    if call.last in (
        "upload_file",
        "upload_fileobj",
        "put_object",
        "upload_blob",
        "upload_from_filename",
        "fput_object",
        "put",
        "upload",
        "blob",
        "copy",
        "copyfile",
        "copytree",
        "move",
    ):
        return bool(MODEL.search(f"{what} {where}")) and not _NO_MODEL.search(where or what)
    objects = bool(MODEL.search(what)) and not _NO_MODEL.search(call.args[0] if call.args else "")
    paths = (
        bool(MODEL.search(where))
        and not _NO_MODEL.search(where)
        and not _NO_MODEL.search(call.args[0] if call.args else "")
    )
    return objects or paths


def _commands(pipelines: Pipelines) -> Iterator[Store]:
    for run in pipelines.all_runs():
        for parts in _COMMANDS:
            if run.words[: len(parts)] == parts and (
                parts[0] not in ("huggingface-cli", "hf") or "model" in " ".join(run.words)
            ):
                yield Store(" ".join(parts), run.chain[-4:], run.chain[-1].path)
