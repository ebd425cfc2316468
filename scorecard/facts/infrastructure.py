"""Infrastructure as code: what describes the machines, services and permissions on which the system runs."""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code, Hit
from scorecard.facts.configuration import Configuration, is_operational
from scorecard.facts.file_names import FileNames
from scorecard.facts.infrastructure_documents import SIGNS, described
from scorecard.facts.resources import Declared, Resources
from scorecard.model import Evidence
from scorecard.paths import plain_name
from scorecard.patterns import lazily
from scorecard.repository import Repository


class Piece(Struct, frozen=True):
    """One described part: the language it is written in (``Terraform``), and the line that shows it."""

    kind: str
    evidence: Evidence
    what: str = ""


# Providers that rent nothing: they set up a code host, make random names, or write files.
_NO_RUNTIME = lazily(r"(?:github|gitlab|random|null|local|tls|time|template|archive|external|terraform|http)_")
# Kubernetes objects that run something; others only accompany one.
WORKLOADS = frozenset({
    "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod", "ReplicaSet", "Rollout", "InferenceService", "ServingRuntime",
    "ClusterServingRuntime", "InferenceGraph", "SeldonDeployment", "RayService", "RayCluster", "RayJob",
    "PyTorchJob", "TFJob", "MPIJob", "XGBoostJob", "TrainJob", "SparkApplication", "ScheduledSparkApplication", "FlinkDeployment",
    "Application", "ApplicationSet", "HelmRelease", "Kustomization", "Workflow", "WorkflowTemplate", "CronWorkflow", "ClusterWorkflowTemplate",
    "BentoDeployment", "Bento", "DeploymentConfig", "Kafka", "NodePool", "ScaledObject", "ScaledJob", "Composition",
    "DynamoGraphDeployment", "LLMInferenceService",
})  # fmt: skip
# Kinds that are common words, with a part of the API group in which they run something.
_IN_GROUP = {
    "Model": "seldon", "Pipeline": "seldon", "Experiment": "seldon", "Service": "serving.knative", "Cluster": "cluster.x-k8s",
    "Notebook": "kubeflow", "Agent": "kagent",
}  # fmt: skip
_NO_CLUSTER = lazily(
    r"^(?:kind\.x-k8s\.io|tekton\.dev|triggers\.tekton|apiextensions|skaffold|kustomize\.config|backstage|kubeadm|kubelet|audit\.k8s|client\.authentication"
    r"|kuttl|chainsaw|krew|litmuschaos|k3d\.io)"
)
_MANIFEST = lazily(r"^[\"']?apiVersion[\"']?[ \t]*:", re.MULTILINE)


class Infrastructure(Struct, frozen=True):
    """``pieces``, those of one language together."""

    pieces: tuple[Piece, ...]

    @classmethod
    def gather(
        cls, repository: Repository, names: FileNames, configuration: Configuration, resources: Resources, code: Code
    ) -> Self:
        found = [
            *_declared(resources),
            *_files(repository, names),
            *_documents(repository, configuration),
            *_programs(repository, names, code),
            *(Piece("CloudFormation", evidence) for evidence in _composed(code)),
        ]
        order = {kind: number for number, kind in enumerate(dict.fromkeys(piece.kind for piece in found))}
        return cls(tuple(sorted(dict.fromkeys(found), key=lambda piece: order[piece.kind])))

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(piece.kind for piece in self.pieces))


def _declared(resources: Resources) -> Iterator[Piece]:
    """Terraform, Bicep, ARM and CloudFormation resources that rent something."""
    for item in resources.all:
        kind = _language(item)
        if kind == "Terraform" and _NO_RUNTIME.match(item.resource.type):
            continue
        yield Piece(kind, item.evidence, item.resource.type)


def _language(item: Declared) -> str:
    path = plain_name(item.path)
    if path.endswith((".tf", ".tofu")):
        return "Terraform"
    if path.endswith(".bicep"):
        return "Bicep"
    if item.resource.type.startswith("AWS::Serverless"):
        return "SAM"
    return "CloudFormation" if "::" in item.resource.type else "ARM"


_EB_NAMESPACES = ("aws:autoscaling", "aws:ec2", "aws:elasticbeanstalk:environment", "aws:elbv2", "aws:rds")
# Files whose name says what they are, and a line that must stand in them.
_NAMED: dict[str, tuple[tuple[str, ...], str]] = {
    "Helm": (("Chart.yaml", "Chart.yml"), r"^name\s*:"),
    "Helmfile": (("helmfile.y*ml", "helmfile.y*ml.gotmpl"), r"^releases\s*:"),
    "Databricks bundle": (("databricks.yml", "databricks.yaml", "bundle.yml"), r"^bundle\s*:"),
    "Serverless Framework": (("serverless.y*ml",), r"^provider\s*:"),
    "Render blueprint": (("render.y*ml",), r"^services\s*:"),
    "Fly.io": (("fly.toml", "fly.*.toml"), r"^\[\[?(?:vm|mounts|services|http_service|compute)\b"),
    "App platform spec": ((".do/app.yaml", ".do/deploy.template.yaml"), r"^[ \t]*services\s*:"),
    "Nomad": (("*.nomad", "*.nomad.hcl"), r"^job\s+\""),
    "Packer": (("*.pkr.hcl",), r"^(?:source|build)\s"),
    "Terraform": (("*.tf.json",), r"\"resource\""),
    "Terragrunt": (("terragrunt.hcl",), r"^[ \t]*(?:terraform|inputs|include)\b"),
    "Copilot": (("copilot/**/manifest.yml",), r"^type\s*:"),
    "Elastic Beanstalk": ((".ebextensions/*.config",), r"^[ \t]*(?:" + "|".join(_EB_NAMESPACES) + r")|^Resources\s*:"),
    "dstack": (("*.dstack.yml", ".dstack.yml"), r"^type\s*:"),
    "SST": (("sst.config.ts",), r"new\s+sst\."),
}  # fmt: skip


def _files(repository: Repository, names: FileNames) -> Iterator[Piece]:
    for kind, (patterns, sign) in _NAMED.items():
        for path in names.find(*patterns):
            if is_operational(path):
                line = _line_with(repository.text(path), sign)
                if line:
                    yield Piece(kind, repository.quote(path, line))


def _documents(repository: Repository, configuration: Configuration) -> Iterator[Piece]:
    """YAML and JSON that describe where something runs, known by their keys."""
    for path in configuration.paths:
        text = repository.text(path)
        if len(text) > 500_000 or ".github/workflows" in path:
            continue
        if _MANIFEST.search(text) and "kind" in text:
            yield from _manifests(repository, configuration, path)
        elif any(sign in text for sign in SIGNS):
            for document in configuration.documents(path):
                for kind, line in described(document, path):
                    yield Piece(kind, repository.quote(path, line))


def _manifests(repository: Repository, configuration: Configuration, path: str) -> Iterator[Piece]:
    for document in configuration.documents(path):
        items = document["items"].as_list() if document["kind"].text == "List" else [document]
        for item in items:
            version, kind = item["apiVersion"].text, item["kind"].text
            if _NO_CLUSTER.match(version):
                continue
            if kind in WORKLOADS or (kind in _IN_GROUP and _IN_GROUP[kind] in version):
                part_of_chart = "/templates/" in path and repository.has(
                    f"{path.partition('/templates/')[0]}/Chart.yaml"
                )
                yield Piece(
                    "Helm" if part_of_chart else "Kubernetes", repository.quote(path, item.key_line("kind")), kind
                )


def _programs(repository: Repository, names: FileNames, code: Code) -> Iterator[Piece]:
    """Pulumi and CDK: the project's file, and the calls that declare something."""
    for kind, projects, modules in (
        ("Pulumi", ("Pulumi.y*ml",), ("pulumi", "pulumi_aws", "pulumi_gcp", "pulumi_azure_native", "pulumi_azure", "pulumi_kubernetes", "@pulumi/aws",
                                       "@pulumi/gcp", "@pulumi/kubernetes", "@pulumi/pulumi", "@pulumi/azure-native")),
        ("AWS CDK", ("cdk.json",), ("aws_cdk", "constructs", "aws-cdk-lib", "@aws-cdk/core")),
        ("CDKTF", ("cdktf.json",), ("cdktf", "constructs")),
    ):  # fmt: skip
        used = [hit for hit in code.uses(*modules, notebooks=False) if is_operational(hit.path)]
        used = used or _declared_elsewhere(code, kind)
        files = [path for path in names.find(*projects) if is_operational(path)]
        if kind == "Pulumi":
            files += [path for path in files if re.search(r"^resources\s*:", repository.text(path), re.MULTILINE)]
            used = used or [hit for hit in code.imports(*modules, notebooks=False) if is_operational(hit.path)]
        if files and (used or len(files) > 1 or repository.has_folder(files[0].rpartition("/")[0] + "/lib")):
            for evidence in code.quote(used):
                yield Piece(kind, evidence)
            yield Piece(kind, repository.quote(files[0], 1))
        elif kind == "AWS CDK":
            for source, klass in code.classes("*.Stack", "aws_cdk.*Stack", "cdk.Stack", "Stack"):
                if used and is_operational(source.path):
                    yield Piece(kind, code.evidence(source, klass.line))


def _composed(code: Code) -> Iterator[Evidence]:
    """CloudFormation put together by troposphere: what is added to a template."""
    users = {hit.path for hit in code.imports("troposphere", notebooks=False)}
    added = [hit for hit in code.calls("*.add_resource") if hit.path in users and is_operational(hit.path)]
    return iter(code.quote(added, 2))


# The same frameworks in Go, C#, Java and Kotlin, by the modules that are imported.
_OTHER_LANGUAGES = {
    "Pulumi": lazily(r"^(?:github\.com/pulumi/|Pulumi(?:\.|$)|com\.pulumi)"),
    "AWS CDK": lazily(r"^(?:github\.com/aws/aws-cdk-go|Amazon\.CDK|software\.amazon\.awscdk)"),
    "CDKTF": lazily(r"^(?:github\.com/hashicorp/terraform-cdk-go|HashiCorp\.Cdktf|com\.hashicorp\.cdktf)"),
}


def _declared_elsewhere(code: Code, kind: str) -> list[Hit]:
    pattern = _OTHER_LANGUAGES[kind]
    return [
        Hit(source, item.line, "", item.module)
        for source in code.sources
        if source.language in ("go", "csharp", "java", "kotlin", "fsharp") and is_operational(source.path)
        for item in source.imports
        if pattern.search(item.module)
    ]


def _line_with(text: str, sign: str) -> int:
    found = re.search(sign, text, re.MULTILINE)
    if not found:
        return 0
    at = found.start() + len(found[0]) - len(found[0].lstrip())
    return text.count("\n", 0, at) + 1
