"""Buckets that keep each earlier object, where their name says that they hold data."""

from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.configuration import is_operational
from scorecard.facts.data_words import CAMEL
from scorecard.facts.resources import Resources
from scorecard.model import Evidence
from scorecard.patterns import lazily

_CDK = ("aws-cdk-lib/aws-s3.Bucket", "aws_cdk.aws_s3.Bucket", "@aws-cdk/aws-s3.Bucket")
_TERRAFORM = ("aws_s3_bucket_versioning", "aws_s3_bucket", "google_storage_bucket")
_ON = lazily(r"\bstatus\s*=\s*\"Enabled\"|\bversioning\s*\{\s*enabled\s*=\s*true\b")
_BUCKET = lazily(r"\bbucket\s*=\s*\S{1,120}")
_ASKED = lazily(r"\bdata\.\w+[\w.]*")  # `data.aws_caller_identity.current` is of Terraform itself
_HOLDS = frozenset({
    "data", "dataset", "datasets", "raw", "training", "train", "features", "documents", "docs", "corpus", "landing", "lake", "datalake",
    "bronze", "silver", "gold",
})  # fmt: skip
_HOLDS_OTHER = frozenset({
    "state", "tfstate", "terraform", "log", "logs", "logging", "artifact", "artifacts", "model", "models", "mlflow", "web", "website", "site",
    "static", "frontend", "assets", "backup", "backups", "code", "capture", "output", "outputs", "prediction", "predictions", "result", "results",
    "monitoring", "db", "database", "pipeline", "lambda", "build", "audit", "cloudtrail", "replica", "manifest", "manifests",
})  # fmt: skip


def versioned_buckets(code: Code, resources: Resources) -> Iterator[Evidence]:
    """The line that makes the bucket, or that turns its versions on."""
    for hit in code.calls(*_CDK, notebooks=False):
        on = hit.call.kwarg("versioned") if hit.call else None
        if hit.call and on in ("true", "True") and is_operational(hit.path) and _is_of_data(" ".join(hit.call.strings)):
            yield code.evidence(hit)
    for item in resources.of(*_TERRAFORM):
        named = f"{item.resource.name} {' '.join(_BUCKET.findall(item.body))}"
        if _ON.search(item.body) and _is_of_data(named):
            yield item.evidence


def _is_of_data(name: str) -> bool:
    words = {word.lower() for word in CAMEL.findall(_ASKED.sub("", name))}
    return bool(words & _HOLDS) and not words & _HOLDS_OTHER
