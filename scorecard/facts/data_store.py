"""Where data sets and features get versions: data version control, table formats, feature stores, artifacts, snapshots."""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.bucket_versions import versioned_buckets
from scorecard.facts.code import Code, Hit
from scorecard.facts.configuration import Configuration, is_operational
from scorecard.facts.data_store_tables import COMMANDS, COPIES, NAMED_TEXTS, SNAPSHOTS, STORES
from scorecard.facts.model_store_files import MODEL_PATH, dvc_files, dvc_stages, named
from scorecard.facts.pipelines import Pipelines
from scorecard.facts.resources import Resources
from scorecard.facts.versioned_names import paths_of, versioned_by
from scorecard.model import Evidence
from scorecard.paths import is_test
from scorecard.patterns import lazily, search
from scorecard.readers.code import Call
from scorecard.repository import Repository

_DATA = lazily(
    r"(?<![a-z])(?:data|datasets?|df|raw|features?|train(?:ing)?|samples?|corpus|documents?|docs|chunks?|snapshots?|ingest(?:ion|ed)?|extract(?:ed|ion)?|processed|interim|x_train|labels?|images?|records?|dump|examples?)(?![a-z])|dataset|_data\b|_df\b|data_|parquet",
    re.IGNORECASE,
)
_NO_DATA = lazily(
    r"predict|preds?(?:_|$|\b)|result|report|(?<![a-z])logs?(?![a-z])|metric|submission|eval|plot|score|history|backup|leaderboard|monitor|drift|summary|figure|model|forecast|response|answer|chat|conversation|session|cache|temp|tmp|upload(?:ed)?_?file|\.(?:png|html|log|pdf|txt|pkl|joblib|pt|svg|jpe?g)\b|benchmark|trace|error|audit|export|importance|trials?(?![a-z])|tuning|hyper",
    re.IGNORECASE,
)
_COPIED = lazily(
    r"(?<![a-z])(?:data|datasets?|df|features?|train(?:ing)?|corpus|samples?|records?)(?![a-z])", re.IGNORECASE
)
METAFLOW_DATA = lazily(
    r"self\.(?:\w+_)?(?:data|df|dataset|dataframe|features|x_train|X_train|X|train_x|train_data|train)(?:_(?:path|df|set|uri|paths))?$"
)
_INDEX = lazily(r"^index\.[^\s]*\$\{?\w*(?:version|date|year|hash|rev)", re.IGNORECASE)


class DataStore(Struct, frozen=True):
    """One mechanism that gives data versions; ``kind`` says which, in words."""

    kind: str
    evidence: tuple[Evidence, ...]
    path: str


class DataStores(Struct, frozen=True):
    """``stores`` version data; ``overwrites`` write data to one and the same place."""

    stores: tuple[DataStore, ...]
    overwrites: tuple[Evidence, ...]

    @classmethod
    def gather(
        cls,
        repository: Repository,
        code: Code,
        configuration: Configuration,
        pipelines: Pipelines,
        resources: Resources,
    ) -> Self:
        stores = [
            *_libraries(code),
            *_flows(code),
            *_texts(code),
            *_files(repository, configuration),
            *_sql_files(repository),
            *_commands(pipelines),
            *(DataStore("versioned bucket", (e,), e.path) for e in versioned_buckets(code, resources)),
        ]
        plain: list[Hit] = []
        stores += _helpers(code)
        for hit in code.calls(*SNAPSHOTS, *COPIES):
            if hit.call is None or is_test(hit.path) or not _writes_data(hit.call):
                continue
            if hit.name in COPIES and not _COPIED.search(
                code.line(hit.path, hit.line).partition("(")[2].partition(",")[0]
            ):
                continue  # a folder of images or documents is copied for many a reason
            line = next(
                (n for value in paths_of(hit.call) if (n := versioned_by(code, hit.source, hit.call, value))), 0
            )
            if line and _NO_DATA.search(code.line(hit.path, line)):
                continue
            if line:
                shown = (code.evidence(hit.source, line), code.evidence(hit))
                stores.append(DataStore("dated snapshots", tuple(dict.fromkeys(shown)), hit.path))
            elif hit.call.last.startswith(
                ("to_", "write_parquet", "write_csv", "save_to_disk", "parquet", "sink_", "saveRDS")
            ):
                plain.append(hit)
        stores.sort(
            key=lambda s: (
                s.kind == "dated snapshots",
                s.path.endswith(".ipynb"),
                not _DATA.search(s.path.rpartition("/")[2]),
            )
        )
        return cls(tuple(stores), tuple(code.quote(plain)))


def _helpers(code: Code) -> Iterator[DataStore]:
    """A helper writes whatever it is given below the id of a run or a version, and is given data."""
    for hit in code.calls(*SNAPSHOTS, notebooks=False):
        function = code.enclosing(hit.source, hit.line)
        if hit.call is None or function is None or is_test(hit.path) or _writes_data(hit.call):
            continue
        line = next((n for v in paths_of(hit.call) if (n := versioned_by(code, hit.source, hit.call, v))), 0)
        if not line or _NO_DATA.search(code.line(hit.path, line).partition('f"')[2]):
            continue
        for caller in code.calls(f"*.{function.last}", function.last, notebooks=False):
            given = caller.call.strings if caller.call else ()
            if any(_DATA.search(text) and not _NO_DATA.search(text) for text in given):
                shown = (code.evidence(hit.source, line), code.evidence(caller))
                yield DataStore("dated snapshots", tuple(dict.fromkeys(shown)), hit.path)
                break


def _libraries(code: Code) -> Iterator[DataStore]:
    for kind, needed, patterns in STORES:
        users = {hit.path for hit in code.imports(*needed)} if needed else set()
        if needed and not users:
            continue
        for hit in code.calls(*patterns):
            near = not needed or hit.path in users
            if near and _versions(hit):
                yield DataStore(kind, (code.evidence(hit),), hit.path)


def _flows(code: Code) -> Iterator[DataStore]:
    """Metaflow keeps what a flow assigns to itself, run by run."""
    for source, klass in code.classes("metaflow.FlowSpec", "*.FlowSpec"):
        kept = next(
            (a for a in source.assigns if a.scope.startswith(klass.name) and METAFLOW_DATA.match(a.target)), None
        )
        if kept:
            yield DataStore("Metaflow artifact", (code.evidence(source, kept.line),), source.path)


def _versions(hit: Hit) -> bool:
    """Special cases: calls that also serve other ends."""
    call = hit.call
    if call is None:
        return hit.name.rpartition(".")[2] not in (
            "format",
            "option",
            "register",
            "Artifact",
            "load_dataset",
            "upload_file",
            "commit",
        )
    flags = " ".join(f"{key}={value}" for key, value in call.kwargs)
    given = " ".join((*call.args, flags))
    if call.last.endswith("FeatureView") and "feast" in hit.name:  # Feast keeps the present definition only
        return bool(re.search(r"_?v\d|version", given, re.IGNORECASE))
    if call.last == "Artifact":
        return (
            not re.search(r"type='?(?:model|checkpoint|weights)|'model'|result|predictions?'", given)
            and len(call.args) + len(call.kwargs) >= 1
        )
    if call.last in ("log_artifact", "log_artifacts", "upload_artifact", "track_files"):
        return bool(_DATA.search(given)) and not _NO_DATA.search(given)
    if call.last == "push_to_hub":
        return (
            bool(re.search(r"dataset|data|(?:^|[^a-z])ds(?:$|[^a-z])", f"{call.on} {hit.name} {flags}", re.IGNORECASE))
            and "model" not in call.on
        )
    if call.last in ("upload_file", "upload_folder", "create_commit"):
        return "repo_type='dataset" in flags
    if call.last == "load_dataset":
        return "revision=" in flags
    if call.last == "register":
        return "dataset" in f"{hit.name} {call.on}".lower() and "model" not in call.on.lower()
    if call.last in ("format", "option", "using"):
        return bool(
            re.search(
                r"^(?:delta|iceberg|hudi|org\.apache\.hudi|versionAsOf|timestampAsOf|snapshot-id)$", call.string()
            )
        )
    if call.last == "create_or_update":
        return "data" in call.on.lower().split("_") or hit.name.endswith(".data.create_or_update")
    return True


def _texts(code: Code) -> Iterator[DataStore]:
    for kind, pattern in NAMED_TEXTS:
        for hit in code.texts(pattern, flags=0):
            if is_operational(hit.path):
                yield DataStore(kind, (code.evidence(hit),), hit.path)


def _writes_data(call: Call) -> bool:
    what = " ".join((call.args[0] if call.args else "", call.on))
    where = " ".join((*call.args[:3], *(value for _, value in call.kwargs)))
    text = f"{what} {where} {call.scope.rpartition('.')[2]}"
    return bool(_DATA.search(text)) and not _NO_DATA.search(text)


def _files(repository: Repository, configuration: Configuration) -> Iterator[DataStore]:
    for path, out in dvc_files(repository):
        if not MODEL_PATH.search(out.text):
            yield DataStore("DVC", (configuration.evidence(path, out.line),), path)
    for path, stage, _ in dvc_stages(repository):
        for out in named(stage["outs"]):
            if not MODEL_PATH.search(out.text) and not re.search(
                r"metrics|plots|reports?|\.(?:png|html|json)$", out.text
            ):
                yield DataStore("DVC", (configuration.evidence(path, out.line),), path)
    for path in configuration.holding("routes:", "index."):
        for document in configuration.documents(path):
            for node in document.walk():
                produced = (
                    " ".join(key for key, _ in node["payload"]["artifacts"].items())
                    if node.is_map and node["routes"]
                    else ""
                )
                if re.search(r"\.(?:json|csv|parquet|zst|gz|db)", produced) and "model" not in produced:
                    for route in node["routes"]:
                        if _INDEX.search(route.text):
                            yield DataStore("task index", (configuration.evidence(path, route.line),), path)
    for path in configuration.holding("versioned:"):
        for document in configuration.documents(path):
            for name, entry in document.items():
                if entry["versioned"].is_true and not MODEL_PATH.search(f"{name} {entry['filepath'].text}"):
                    yield DataStore(
                        "versioned catalog entry", (configuration.evidence(path, entry.key_line("versioned")),), path
                    )
    for path in configuration.holding("azureml"):
        for document in configuration.documents(path):
            if document["$schema"].text.endswith("/data.schema.json"):
                yield DataStore("AzureML data asset", (configuration.evidence(path, document.key_line("name")),), path)
            for node in document["inputs"]:
                if re.match(r"azureml:[\w.-]+[:@]", node["path"].text):
                    yield DataStore("AzureML data asset", (configuration.evidence(path, node["path"].line),), path)


_SQL = lazily(
    r"\bUSING\s+(?:DELTA|ICEBERG|HUDI)\b|\bCREATE\s+SNAPSHOT\s+TABLE\b|\{%-?\s{0,3}snapshot\s|\bFOR\s+SYSTEM_TIME\s+AS\s+OF\b|\bVERSION\s+AS\s+OF\b|table_type\s{0,3}=\s{0,3}'ICEBERG'",
    re.IGNORECASE,
)


def _sql_files(repository: Repository) -> Iterator[DataStore]:
    for path in repository.glob("*.sql", "*.hql"):
        text = repository.text(path)
        match = search(_SQL, text) if is_operational(path) else None
        if match:
            yield DataStore("versioned tables", (repository.quote_at(path, match.start()),), path)


def _commands(pipelines: Pipelines) -> Iterator[DataStore]:
    for run in pipelines.all_runs():
        for parts in COMMANDS:
            if run.words[: len(parts)] == parts:
                yield DataStore(" ".join(parts[:2]), run.chain[-4:], run.chain[-1].path)
