"""Does anything of the repository run on its own: a service, a pipeline, a container, a job on a platform?"""

from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code, Hit
from scorecard.facts.reach import Reach
from scorecard.facts.resources import Resources
from scorecard.facts.starts import Start, Way
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_test
from scorecard.patterns import lazily
from scorecard.repository import Repository

_FILES = (
    "Dockerfile*", "*.Dockerfile", "Containerfile", "*compose*.y*ml", "Procfile", "serverless.y*ml", "cog.yaml",
    "bentofile.yaml", "truss/config.yaml", "fly.toml", "render.yaml",
    "vercel.json", "app.yaml", "databricks.yml", "Chart.yaml", "kustomization.y*ml", "langgraph.json",
    "template.y*ml", "host.json", "config.ru", "plugin.rb",
    "next.config.*", "railway.*", "wrangler.toml",
)  # fmt: skip
_SOURCE = (
    ".py",
    ".ipynb",
    ".ts",
    ".tsx",
    ".js",
    ".jsx",
    ".mjs",
    ".go",
    ".java",
    ".kt",
    ".scala",
    ".rb",
    ".cs",
    ".R",
    ".r",
    ".sh",
)
_ORCHESTRATORS = ("kfp", "prefect", "dagster", "airflow", "zenml")
_SCORES = lazily(
    r"\s*(?:srun\s+)?(?:snakemake|nextflow\s+run|python3?\s+(?:\S*/)?\w*(?:predict|infer|score|forecast)\w*\.py)\b"
)
_ALONE = frozenset({Way.SERVICE, Way.PIPELINE, Way.JOB})
_PLATFORMS = (
    "sagemaker", "google.cloud.aiplatform", "azureml", "azure.ai.ml", "hopsworks", "modal", "ray.serve", "bentoml",
    "databricks.sdk", *_ORCHESTRATORS,
    "streamlit", "gradio", "flask", "fastapi", "django", "vertexai", "runpod", "beam", "cerebrium", "litserve", "mlserver",
)  # fmt: skip


_R_APPS = (
    "shinyApp", "shinyAppDir", "runApp", "pr_run", "plumb", "vetiver_api", "vetiver_deploy_*", "shiny.shinyApp", "shiny.runApp", "plumber.*",
    "*.vetiver_api", "*.vetiver_deploy_*",
)  # fmt: skip


class Running(Struct, frozen=True):
    """``what`` shows that something runs; nothing in it means that the repository is read and run by hand.

    ``only_pipelines``: what runs are the steps of an orchestrator, and nothing that waits for requests.
    """

    what: tuple[Evidence, ...]
    only_pipelines: bool = False

    @property
    def name(self) -> str:
        """What to call it in a sentence."""
        if not self.what:
            return "the model"
        path = self.what[0].path
        return path if path.endswith(_SOURCE) else f"the application of {path}"

    @classmethod
    def gather(cls, repository: Repository, code: Code, reach: Reach, resources: Resources) -> Self:
        alone = [
            s
            for s in reach.starts
            if s.way in _ALONE and s.evidence and _counts(s.path) and _counts(s.evidence[0].path) and not _by_hand(s)
        ]
        started = [s.evidence[0] for s in alone]
        started += list(_cluster_jobs(repository))
        files = [Evidence(path, 1) for path in repository.glob(*_FILES) if _counts(path)]
        declared = [item.evidence for item in resources.all]
        hits = [hit for hit in code.uses(*_PLATFORMS) if _counts(hit.path)]
        platforms = code.quote(hits)
        other = next((s for s in code.sources if s.language not in ("python", "r") and _counts(s.path)), None)
        others = [code.evidence(other, 1)] if other else code.quote(_apps_of_r(code), 1)
        orchestrated = {hit.path for hit in hits if hit.name.startswith(_ORCHESTRATORS)}
        only_pipelines = (
            bool(orchestrated)
            and not (files or declared or others)
            and all(hit.name.startswith(_ORCHESTRATORS) for hit in hits)
            and all(s.way is Way.PIPELINE for s in alone)
        )
        return cls((*started[:2], *files[:2], *declared[:1], *platforms[:2], *others), only_pipelines)


def _cluster_jobs(repository: Repository) -> Iterator[Evidence]:
    """Batch jobs of SLURM that run a workflow or score: what a cluster starts at night."""
    for path in repository.glob("*.sh", "*.sbatch", "*.slurm"):
        text = repository.text(path) if _counts(path) else ""
        if "#SBATCH" in text:
            for number, line in enumerate(repository.lines(path), 1):
                if _SCORES.match(line):
                    yield Evidence(path, number, line)
                    break


def _apps_of_r(code: Code) -> list[Hit]:
    """Shiny applications and APIs of plumber, which wait for requests."""
    return [hit for hit in code.calls(*_R_APPS) if hit.source.language == "r" and _counts(hit.path)]


def _counts(path: str) -> bool:
    return not is_demo(path) and not is_test(path) and not path.startswith(".pre-commit")


def _by_hand(start: Start) -> bool:
    """A pipeline of experiments (`dvc repro`) waits for a person."""
    return start.way is Way.JOB and start.evidence[0].path.endswith("dvc.yaml")
