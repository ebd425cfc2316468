"""What ties a model version to the data that made it: logged inputs, training sets, artifact graphs, a data hash of one's own."""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code
from scorecard.facts.configuration import Configuration
from scorecard.facts.data_store import METAFLOW_DATA
from scorecard.facts.identity import training_calls
from scorecard.facts.lineage_vertex import trained_on
from scorecard.facts.model_store import METAFLOW_MODEL, ModelStore
from scorecard.facts.model_store_files import MODEL_PATH, dvc_stages, named
from scorecard.facts.training import Training
from scorecard.model import Evidence
from scorecard.paths import is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Source
from scorecard.repository import Repository

_KEY = lazily(
    r"(?:input_|source_|training_|train_|raw_)?(?:data|dataset|data_?set|feature_?view|feature_?group|feature_?set|feature_?store|features|table|delta|corpus|training_?set|training_?dataset|training_?data|dvc|lakefs|snapshot|index)s?"
    r"[_.\- ]?(?:(?:table|data|file|source|git|dvc|train)[_.\- ]?)?(?:version|versions|hash|sha|sha256|md5|commit|commit_id|snapshot|snapshot_id|digest|fingerprint|revision|rev|checksum|etag|ref)(?:_id)?"
    r"|dataset_id|training_data_id|data_snapshot|snapshot_id|data_run_id|dataset_run_id|training_dataset|dataset_uri_version|data_commit",
    re.IGNORECASE,
)
_RECORDS = lazily(
    r"^(?:log_params?|log_parameters?|set_tags?|log_dict|log_text|tag|add_tags?|add_properties|set_model_version_tag|set_registered_model_tag|register|register_model|create_model|log_model|log_metadata|log_model_metadata|dump|save|save_model|start_run|init|Artifact|put_object|write_text|config_update|log_artifact|create_or_update|save_json|setProperties|add_metadata|log_other|Model|update)$"
)
_CARRIERS = frozenset(
    {
        "create_model",
        "log_model",
        "register_model",
        "register",
        "Model",
        "create_or_update",
        "RegisterModel",
        "create_model_version",
        "save_model",
        "log_params",
        "set_tags",
        "start_run",
    }
)
_LINKS = (
    "feature_view",
    "training_dataset_version",
    "training_set",
    "datasets",
    "dataset_version",
    "data_version",
    "training_dataset",
    "dataset_id",
    "data_hash",
    "data_commit",
    "feature_view_version",
    "training_data_version",
    "dataset_hash",
)
_ASSET = lazily(
    r"^'azureml:[\w{}.-]+[:@]|^\w*(?:data|asset)\w*(?:\(\))?\.(?:id|path)$|\.data\.(?:get|create_or_update)\(\)\.(?:id|path)$"
)
_INPUTS = ("mlflow.log_input", "mlflow.log_inputs", "*.MlflowClient.log_inputs", "mlflow.*.log_input")
_GRAPHS = (
    "*.Association.create", "*.add_association", "*.assign_input_artifacts", "*.OpenLineageClient.emit",
    "*.OpenLineageClient().emit", "*.track_files",
)  # fmt: skip
_GRAPH_MODULES = ("sagemaker.lineage", "google.cloud.aiplatform", "openlineage", "neptune")
_NAMED = ("*.as_named_input", "*.get_by_name().as_named_input", "*.as_mount", "*.input_datasets")


class Link(Struct, frozen=True):
    """One thing that ties models to data; ``kind`` says how, in words."""

    kind: str
    evidence: tuple[Evidence, ...]


class Lineage(Struct, frozen=True):
    """``links``, the strongest first; ``near`` is what records data without a version or a model."""

    links: tuple[Link, ...]
    near: tuple[Evidence, ...] = ()

    @classmethod
    def gather(
        cls, repository: Repository, code: Code, configuration: Configuration, store: ModelStore, training: Training
    ) -> Self:
        trains = {hit.path for hit in training_calls(code)}
        trains |= {
            s.path
            for s in code.sources
            if re.search(r"train|fine_?tun|fit_model", s.path, re.IGNORECASE) and not is_test(s.path)
        }
        links = [
            *(Link("inputs logged with the run", (code.evidence(h),)) for h in code.calls(*_INPUTS)),
            *_carried(code),
            *_own(code, trains, {s.path for s in store.stores}),
            *_artifacts(code, trains),
            *(_chained(code) if not training.evidence else ()),
            *_drawn(code, trains),
            *_azure_code(code),
            *_pipelines(code),
            *(
                Link("Vertex AI records the data set of the training job", (code.evidence(h),))
                for h in trained_on(code)
            ),
            *_files(repository, configuration, store),
        ]
        near = [
            hit
            for hit in code.texts(r"^(?:dataset|data|dataset_name|dataset_loc|data_path|dataset_id)$")
            if hit.path in trains and _records(hit.source, hit.scope)
        ]
        return cls(tuple(links), tuple(code.quote(near, 2)))


def _carried(code: Code) -> Iterator[Link]:
    """A registry entry that is given the feature view, the training set or the data set's version."""
    for source in code.sources:
        if is_test(source.path):
            continue
        for call in source.calls:
            if call.last in _CARRIERS and call.kwarg(*_LINKS) not in (None, "None"):
                given = next(key for key, value in call.kwargs if key in _LINKS)
                if call.last == "register" and "model" not in f"{call.name}{call.on}{call.scope}".lower():
                    continue
                yield Link(
                    f"the model is stored with its {given.replace('_', ' ')}", (code.evidence(source, call.line),)
                )


def _records(source: Source, scope: str) -> Call | None:
    return next((c for c in source.calls_of(scope) if _RECORDS.match(c.last)), None)


def _own(code: Code, trains: set[str], stores: set[str]) -> Iterator[Link]:
    """A version or hash of the data among what is logged, tagged or saved with a model."""
    for source in code.sources:
        if is_test(source.path) or source.path not in trains | stores:
            continue
        for text in source.texts:
            if len(text.value) < 40 and _KEY.fullmatch(text.value):
                call = _records(source, text.scope)
                if call and _is_given(code, source, text.line):
                    yield Link(
                        f"`{text.value}` is recorded with the model",
                        (code.evidence(source, text.line), code.evidence(source, call.line)),
                    )
        for call in source.calls:
            key = next((k for k, v in call.kwargs if _KEY.fullmatch(k) and v not in ("None", "")), "")
            if key and _RECORDS.match(call.last):
                yield Link(f"`{key}` is recorded with the model", (code.evidence(source, call.line),))


def _is_given(code: Code, source: Source, line: int) -> bool:
    """Is the text a key that is written, rather than an option, a column or something read?"""
    row = code.line(source.path, line)
    return not re.search(
        r"add_argument|\.get\(|getenv|environ|Option\(|Argument\(|widgets|columns|print\(", row
    ) and bool(re.search(r"[\"'][\w.\- ]+[\"']\s{0,3}[:,\]]|tag\(|log_|set_", row))


def _artifacts(code: Code, trains: set[str]) -> Iterator[Link]:
    """An artifact of a tracker that the training run takes in: the tracker draws the line to what comes out."""
    uses = [
        h for h in code.calls("*.use_artifact", "wandb.*.use_artifact") if h.path in trains or _logs_model(h.source)
    ]
    for hit in uses:
        yield Link("the training run uses a data artifact", (code.evidence(hit),))
    for hit in code.calls("clearml.Dataset.get", "*.get_artifact"):
        if hit.path in trains and hit.name.startswith("clearml.") and "Task" in hit.source.names:
            yield Link("the training task takes a versioned data set", (code.evidence(hit),))
    for source, function in code.decorated("zenml.*step", "zenml.step"):
        body = source.calls_in(function.line, function.end)
        fits = any(c.last in ("fit", "train", "finetune", "fit_generator") for c in body) or re.search(
            r"train", function.last
        )
        returns = next((kind for name, kind in function.annotations if name == "return"), "")
        if fits and function.params and returns and returns not in ("None", "str", "float"):
            yield Link("a ZenML step makes the model from data artifacts", (code.evidence(source, function.line),))
    for source, klass in code.classes("metaflow.FlowSpec", "*.FlowSpec"):
        targets = {a.target for a in source.assigns if a.scope.startswith(klass.name)}
        model = next(
            (a for a in source.assigns if a.scope.startswith(klass.name) and METAFLOW_MODEL.match(a.target)), None
        )
        if model and any(METAFLOW_DATA.match(target) for target in targets):
            yield Link(
                "a Metaflow run keeps data and model as artifacts",
                (code.evidence(source, klass.line), code.evidence(source, model.line)),
            )


def _chained(code: Code) -> Iterator[Link]:
    """Steps of an indexing pipeline that take an artifact and log the next one: each version points to what made it."""
    for hit in code.calls("*.use_artifact"):
        logs = next(
            (c for c in hit.source.calls if c.last in ("log_artifact", "upsert_artifact", "link_artifact")), None
        )
        if logs and not is_test(hit.path):
            yield Link(
                "each artifact is made from a version of the one before",
                (code.evidence(hit), code.evidence(hit.source, logs.line)),
            )


def _drawn(code: Code, trains: set[str]) -> Iterator[Link]:
    """A line from data to model that code draws in a platform's graph: SageMaker, Vertex ML Metadata, OpenLineage."""
    for hit in code.calls(*_GRAPHS):
        about = hit.name.startswith(_GRAPH_MODULES) or any(
            i.module.startswith(_GRAPH_MODULES) for i in hit.source.imports
        )
        of_models = hit.path in trains or any(i.module.startswith("sagemaker.lineage") for i in hit.source.imports)
        if about and of_models and not is_test(hit.path):
            yield Link("code records which data went into what", (code.evidence(hit),))


def _logs_model(source: Source) -> bool:
    return any(
        c.last == "Artifact" and any("model" in v.lower() for v in (*c.args, *(v for _, v in c.kwargs)))
        for c in source.calls
    )


def _azure_code(code: Code) -> Iterator[Link]:
    registers = list(
        code.calls(
            "*.register_model",
            "*.Model.register",
            "mlflow.register_model",
            "*.log_model",
            "*.RegisterModelStep",
            "*.models.create_or_update",
        )
    )
    if not registers:
        return
    named_inputs = code.calls("*.as_named_input")
    for hit in named_inputs:
        yield Link(
            "a registered data set is a named input of the run that registers the model",
            (code.evidence(hit), code.evidence(registers[0])),
        )
    for hit in code.calls("azure.ai.ml.Input", "*.ml.Input"):
        path = hit.call.kwarg("path") if hit.call else None
        if path and _ASSET.search(path):
            yield Link(
                "a data asset is an input of the job that registers the model",
                (code.evidence(hit), code.evidence(registers[0])),
            )


def _pipelines(code: Code) -> Iterator[Link]:
    """Pipelines whose platform records which artifact made which."""
    for hit in code.calls("tfx.*Trainer", "*.components.Trainer", "*.Trainer"):
        if hit.call and hit.call.kwarg("examples") is not None:
            push = next((c for c in hit.source.calls if c.last == "Pusher"), None)
            yield Link(
                "ML Metadata records the examples of each model",
                tuple(code.evidence(hit.source, n) for n in (hit.line, push.line if push else hit.line)),
            )
    for hit in code.calls("*.TrainingStep"):
        register = next(
            (c for c in hit.source.calls if c.last in ("RegisterModel", "ModelStep", "_RegisterModelStep")), None
        )
        fed = any(c.last in ("ProcessingStep", "QualityCheckStep") for c in hit.source.calls)
        if register and fed:
            yield Link(
                "a SageMaker pipeline leads from the processed data to the model package",
                (code.evidence(hit), code.evidence(hit.source, register.line)),
            )
    for source, function in code.decorated("kfp.*component", "*.dsl.component", "component"):
        given = [kind for name, kind in function.annotations if name != "return"]
        text = "\n".join(code.line(source.path, n) for n in range(function.line, min(function.end, function.line + 25)))
        if (
            any(k.startswith("kfp") or k.endswith(("Input[]", "Output[]")) for k in given)
            and re.search(r"Input(?:Path)?\[Dataset\]|Input\[Artifact\]", text)
            and re.search(r"Output\[Model\]", text)
        ):
            yield Link(
                "a component makes a model artifact from a data artifact", (code.evidence(source, function.line),)
            )


def _files(repository: Repository, configuration: Configuration, store: ModelStore) -> Iterator[Link]:
    locked = {path.rpartition("/")[0] for path in repository.glob("dvc.lock")}
    for path, stage, name in dvc_stages(repository):
        outs = [o for o in named(stage["outs"]) if MODEL_PATH.search(o.text)]
        deps = [
            d
            for d in named(stage["deps"])
            if not d.text.endswith((".py", ".ipynb", ".R", ".sh", ".yaml", ".yml")) and not d.text.startswith("src")
        ]
        if outs and deps and path.rpartition("/")[0] in locked:
            lock = next(p for p in repository.glob("dvc.lock") if p.rpartition("/")[0] == path.rpartition("/")[0])
            line = next((n for n, row in enumerate(repository.lines(lock), 1) if row.strip() == f"{name}:"), 1)
            yield Link(
                f"stage {name} of DVC ties data and model",
                (
                    configuration.evidence(path, deps[0].line),
                    configuration.evidence(path, outs[0].line),
                    configuration.evidence(lock, line),
                ),
            )
    registers = [s for s in store.stores if "registry" in s.kind]
    for path in configuration.holding("azureml"):
        for document in configuration.documents(path):
            for node in document["inputs"] if document["jobs"] or document["command"] else ():
                if re.match(r"azureml:[\w.-]+[:@]", node["path"].text) and registers:
                    yield Link(
                        "a data asset is an input of the job that registers the model",
                        (configuration.evidence(path, node["path"].line), *registers[0].evidence),
                    )
