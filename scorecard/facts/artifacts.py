"""What gets deployed, where that is defined as code: images, bundles, charts, model packages, platform descriptors."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Self

from msgspec import Struct

from scorecard.facts.artifact_documents import SIGNS, sort_of
from scorecard.facts.artifact_tables import DESCRIPTORS, MODEL_CALLS, RESOURCES
from scorecard.facts.code import Code
from scorecard.facts.configuration import Configuration
from scorecard.facts.file_names import FileNames
from scorecard.facts.infrastructure import Infrastructure
from scorecard.facts.resources import Resources
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_prose, is_test, plain_name
from scorecard.patterns import lazily
from scorecard.readers import dockerfile, yaml
from scorecard.readers.node import Node
from scorecard.repository import Repository


class Form(StrEnum):
    """What sort of thing defines the artifact."""

    IMAGE = "Dockerfile"
    COMPOSE = "compose file"
    DESCRIPTOR = "descriptor"
    MODEL = "model package"


class Artifact(Struct, frozen=True):
    """One definition; ``name`` says in words what it is."""

    form: Form
    name: str
    evidence: Evidence


_IMAGES = ("Dockerfile*", "*.Dockerfile", "*Dockerfile", "Containerfile*", "*.def", "*.apptainer")
_COMPOSE = ("*compose*.yml", "*compose*.yaml")
_NO_IMAGE = lazily(r"\.(?:dockerignore|md|txt|py|ts|js|json|ya?ml|sh|go|rb)$|ignore$", re.IGNORECASE)
_TO_WORK_IN = lazily(
    r"(?:^|/)(?:\.devcontainer|devcontainer|\.circleci|\.github|\.gitpod|ci|docs?|\.binder|binder|lint|\.vscode)/|(?:^|/)\.gitpod"
    r"|(?:^|/)dockerfile[._-](?:tests?|ci|docs?|lint|devcontainer)$|(?:test|tests|docs|lint|ci)\.dockerfile$",
    re.IGNORECASE,
)
_COMPOSE_OF_TESTS = lazily(r"compose[\w.-]*[.-](?:tests?|ci|e2e|devcontainer)\.ya?ml$|\.devcontainer/", re.IGNORECASE)
_OWN_MOUNT = lazily(
    r"^\.{1,2}(?:/(?!data|models?|logs?|config|prometheus|grafana|nginx|init|db|postgres|mlruns|volumes?|\.env)[\w./-]*)?:/"
)
_DEMO_APP = lazily(r"(?:^|/)demos?/")
# The code that a bento serves, and that a cog predicts with; a dead name packs nothing.
_SERVED = lazily(r"^(?:service|predict)\s*:\s*['\"]?([\w./-]+):\w+", re.MULTILINE)
_SPACE = lazily(r"\A---\s*\n(?:[^\n]*\n){0,30}?sdk:[ \t]*(\w+)")


class Artifacts(Struct, frozen=True):
    """``all`` with the strongest first; ``near`` are files that look like it: images to test in, compose files of bought services."""

    all: tuple[Artifact, ...]
    near: tuple[Evidence, ...] = ()

    @classmethod
    def gather(
        cls,
        repository: Repository,
        names: FileNames,
        configuration: Configuration,
        code: Code,
        resources: Resources,
        infrastructure: Infrastructure,
    ) -> Self:
        near: list[Evidence] = []
        found = [
            *_images(repository, names, near),
            *_composed(repository, names, near),
            *_described(repository, names, near),
            *_configured(repository, names, configuration),
            *_packaged(code),
            *_declared(resources, infrastructure),
        ]
        system = [a for a in found if not is_demo(a.evidence.path)]
        if not system:  # a demo that is shipped is an artifact where nothing else is; an example is none
            system = found if not _has_system(code) else [a for a in found if _DEMO_APP.search(a.evidence.path)]
        near += [a.evidence for a in found if a not in system]
        return cls(tuple(dict.fromkeys(system)), tuple(near))

    def of(self, *forms: Form) -> list[Artifact]:
        return [artifact for artifact in self.all if artifact.form in forms]


def _has_system(code: Code) -> bool:
    """Is there code outside of examples?"""
    return any(
        not is_demo(s.path) and not is_test(s.path) and not s.notebook and s.path.rpartition("/")[2] != "setup.py"
        for s in code.sources
    )


def _images(repository: Repository, names: FileNames, near: list[Evidence]) -> Iterator[Artifact]:
    for path in names.find(*_IMAGES):
        name = plain_name(path)
        if _NO_IMAGE.search(name) or is_prose(path):
            continue
        text = repository.text(path)
        stages = dockerfile.read(text) if not name.endswith((".def", ".apptainer")) else []
        line = next((stage.line for stage in stages if stage.base), 0)
        if not stages:
            line = 1 if re.match(r"Bootstrap\s*:", text) else 0
        if not line:
            continue
        starts = stages[-1].starts if stages else None
        shown = repository.quote(path, starts[0] if starts else line)
        if is_test(path) or _TO_WORK_IN.search(name):
            near.append(shown)
        else:
            yield Artifact(Form.IMAGE, name.rpartition("/")[2], shown)


def _composed(repository: Repository, names: FileNames, near: list[Evidence]) -> Iterator[Artifact]:
    """Compose files that build or start own code; one that only starts bought services defines nothing of ours."""
    for path in names.find(*_COMPOSE):
        if is_prose(path) or is_test(path):
            continue
        root = _tree(repository, path)
        services = root["services"]
        if not services.is_map or _COMPOSE_OF_TESTS.search(path):
            continue
        own = next((name for name, service in services.items() if _is_own(service, repository.name)), "")
        line = services.key_line(own) if own else root.key_line("services")
        if own:
            yield Artifact(Form.COMPOSE, path.rpartition("/")[2], repository.quote(path, line))
        else:
            near.append(repository.quote(path, line))


def _is_own(service: Node, name: str) -> bool:
    """Is the service made here: built, of an image that the repository publishes, or of mounted code?"""
    if service["build"]:
        return True
    short = name.rpartition("__")[2].lower()
    if len(short) > 3 and short in service["image"].text.lower():
        return True
    mounts = [entry.text if entry.is_scalar else f"{entry['source'].text}:/" for entry in service["volumes"].as_list()]
    return bool(service["command"]) and any(_OWN_MOUNT.match(mount) for mount in mounts)


def _described(repository: Repository, names: FileNames, near: list[Evidence]) -> Iterator[Artifact]:
    """Files whose name says for which platform they describe the artifact, and in which a telling line stands."""
    for label, (patterns, sign) in DESCRIPTORS.items():
        for path in names.find(*patterns):
            if is_prose(path) or is_test(path):
                continue
            text = repository.text(path)
            match = re.search(sign, text, re.MULTILINE) if sign else re.search(r"\S", text)
            if match:
                at = match.start() + len(match[0]) - len(match[0].lstrip())
                artifact = Artifact(Form.DESCRIPTOR, label, repository.quote_at(path, at))
                if label in ("Bento", "Cog") and not _serves_code(repository, path, text):
                    near.append(artifact.evidence)
                else:
                    yield artifact
    for path in names.find("README.md"):
        match = _SPACE.match(repository.text(path)[:3_000])
        if match and match[1] in ("gradio", "streamlit", "docker", "static"):
            yield Artifact(Form.DESCRIPTOR, "Hugging Face Space", repository.quote_at(path, match.end()))


def _serves_code(repository: Repository, path: str, text: str) -> bool:
    """Is the module that the descriptor names in the repository, seen from its own folder, the root or `src`?"""
    match = _SERVED.search(text)
    if not match:
        return True
    module = match[1].removeprefix("./").removesuffix(".py").replace(".", "/")
    folder = path.rpartition("/")[0]
    tried = {f"{root}/{module}".lstrip("/") for root in (folder, "", "src", f"{folder}/src")}
    return any(repository.has(f"{name}{end}") for name in tried for end in (".py", "/__init__.py"))


def _configured(repository: Repository, names: FileNames, configuration: Configuration) -> Iterator[Artifact]:
    """Descriptors that are known by their keys, whatever the file is called."""
    for path in configuration.paths:
        text = repository.text(path)
        if len(text) > 300_000 or not any(sign in text for sign in SIGNS):
            continue
        for root in configuration.documents(path):
            if root.is_map and (found := sort_of(root)):
                yield Artifact(Form.DESCRIPTOR, found[0], repository.quote(path, found[1]))
    for path in names.find("*environment*.json"):
        text = repository.text(path)
        if '"condaDependenciesFile"' in text or '"baseImage"' in text or '"baseDockerfile"' in text:
            line = next((n for n, row in enumerate(text.split("\n"), 1) if re.search(r"\"(?:base|conda)", row)), 1)
            yield Artifact(Form.DESCRIPTOR, "Azure ML environment", repository.quote(path, line))


def _packaged(code: Code) -> Iterator[Artifact]:
    """Model packages and applications whose image is defined in code, notebooks apart."""
    for label, modules, calls in MODEL_CALLS:
        users = {hit.path for hit in code.imports(*modules, notebooks=False)}
        hits = [hit for hit in code.calls(*calls, notebooks=False) if hit.path in users] if users else []
        for hit in hits[:6]:
            if label != "SageMaker model" or (
                hit.call and hit.call.kwarg("entry_point", "source_dir", "image_uri") is not None
            ):
                yield Artifact(Form.MODEL, label, code.evidence(hit))


def _declared(resources: Resources, infrastructure: Infrastructure) -> Iterator[Artifact]:
    """Where the infrastructure says what it runs: functions, containers, model endpoints, workloads of a cluster."""
    for item in resources.of(*RESOURCES):
        yield Artifact(Form.DESCRIPTOR, item.resource.type, item.evidence)
    for piece in infrastructure.pieces:
        if piece.kind in (
            "Helm",
            "Kubernetes",
            "Databricks bundle",
            "Databricks jobs",
            "ECS task definition",
            "Azure ML deployment",
            "Taskcluster hook",
        ):
            yield Artifact(Form.DESCRIPTOR, piece.kind, piece.evidence)


def _tree(repository: Repository, path: str) -> Node:
    try:
        return next(iter(yaml.read(repository.text(path))), Node.mapping(1))
    except yaml.YamlError:
        return Node.mapping(1)
