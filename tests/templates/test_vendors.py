"""Every file that somebody else's program reads is held against that program, its parser or its schema."""

import itertools
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

pytestmark = pytest.mark.templates
Run = Callable[..., Any]
BIN = Path(sys.executable).parent
SCHEMAS = {
    ".github/workflows/ci.yml": "vendor.github-workflows",
    ".github/workflows/deploy.yml": "vendor.github-workflows",
    ".github/workflows/image.yml": "vendor.github-workflows",
    ".github/workflows/monitor.yml": "vendor.github-workflows",
    ".github/workflows/rollback.yml": "vendor.github-workflows",
    ".gitlab-ci.yml": "vendor.gitlab-ci",
    "azure-pipelines.yml": "vendor.azure-pipelines",
    "renovate.json": "vendor.renovate",
}
ENVIRONMENTS = ("dev", "preprod", "prod")


def tool(name: str, package: str) -> str:
    """A program of Debian's; .ci/run and CONTRIBUTING.md say how it gets here."""
    return shutil.which(name) or pytest.skip(f"{name} is not on this machine: it comes with {package}, not from PyPI")


@pytest.fixture(scope="module")
def everything(make: Callable[..., Path]) -> Path:
    """A project with all that can be asked for; only read here."""
    return make("flights", ci=["github", "gitlab", "azure", "jenkins"], container="kubernetes")


@pytest.fixture
def copy(everything: Path, tmp_path: Path) -> Path:
    """One to break."""
    return shutil.copytree(everything, tmp_path / "copy", ignore=shutil.ignore_patterns(".git"))


def broken(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


# GitHub, GitLab, Azure, Renovate


def test_no_file_of_a_ci_system_is_left_out(everything: Path) -> None:
    workflows = {f".github/workflows/{path.name}" for path in (everything / ".github" / "workflows").iterdir()}
    assert workflows == {path for path in SCHEMAS if path.startswith(".github")}


def test_zizmor_finds_nothing_in_the_workflows(everything: Path, run: Run) -> None:
    run(everything, BIN / "zizmor", "--offline", "--quiet", ".github/workflows")


def test_zizmor_would_find_an_action_that_is_not_pinned(copy: Path, run: Run) -> None:
    broken(
        copy / ".github/workflows/ci.yml",
        "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1",
        "actions/checkout@v7",
    )
    done = run(copy, BIN / "zizmor", "--offline", "--quiet", ".github/workflows", check=False)
    assert done.returncode != 0
    assert "unpinned-uses" in done.stdout


# Patterns of the schemas of Azure and Renovate are no regular expressions of Unicode mode, which is the default.
def checked(folder: Path, run: Run, path: str) -> Any:
    words = ("--builtin-schema", SCHEMAS[path], "--regex-variant", "nonunicode", path)
    return run(folder, BIN / "check-jsonschema", *words, check=False)


@pytest.mark.parametrize("path", SCHEMAS)
def test_a_file_is_what_its_vendor_s_schema_says(everything: Path, run: Run, path: str) -> None:
    done = checked(everything, run, path)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (".github/workflows/deploy.yml", "runs-on:", "run-on:"),
        (".gitlab-ci.yml", "stage: check", "stages: check"),
        ("azure-pipelines.yml", "dependsOn: check", "dependOn: check"),
        ("renovate.json", '"enabled": true', '"enabled": "yes"'),
    ],
)
def test_a_schema_refuses_what_its_vendor_would(copy: Path, run: Run, path: str, old: str, new: str) -> None:
    broken(copy / path, old, new)
    assert checked(copy, run, path).returncode != 0


def allowed(folder: Path, run: Run, tmp_path: Path, workflows: list[str]) -> list[list[dict[str, Any]]]:
    """Hold all that a kind renders against its vendors; give the manifests of each environment, of which each kind has its own."""
    run(folder, BIN / "zizmor", "--offline", "--quiet", ".github/workflows")
    for path in (*workflows, ".gitlab-ci.yml", "azure-pipelines.yml"):
        schema = SCHEMAS.get(path, "vendor.github-workflows")
        words = ("--builtin-schema", schema, "--regex-variant", "nonunicode", path)
        done = run(folder, BIN / "check-jsonschema", *words, check=False)
        assert done.returncode == 0, done.stdout
    run(folder, BIN / "hadolint", "Dockerfile")
    built = [manifests(folder, run, environment) for environment in ENVIRONMENTS]
    for document in itertools.chain(*built):
        kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)
    for asked in (
        ("check", "rules", "ops/prometheus/rules.yml"),
        ("check", "config", "--syntax-only", "ops/prometheus/prometheus.yml"),
        ("test", "rules", "ops/prometheus/rules_test.yml"),
    ):
        done = promtool(folder, run, *asked)
        assert done.returncode == 0, done.stdout + done.stderr
    assert through_grafana(json.loads((folder / "ops/grafana/dashboard.json").read_text())) == []
    done = compiled(shutil.copytree(folder, tmp_path / "copy", ignore=shutil.ignore_patterns(".git")), run)
    assert done.returncode == 0, done.stdout + done.stderr
    return built


@pytest.fixture(scope="module")
def batch(make: Callable[..., Path]) -> Path:
    """The same of the other kind whose files differ."""
    return make("flights", kind="batch", ci=["github", "gitlab", "azure", "jenkins"], container="kubernetes")


def test_what_the_batch_kind_renders_is_what_its_vendors_allow(batch: Path, run: Run, tmp_path: Path) -> None:
    """What differs: one more schedule, one CronJob and no service, another image, other rules and panels."""
    for built in allowed(batch, run, tmp_path, [".github/workflows/image.yml", ".github/workflows/daily.yml"]):
        kinds = sorted(document["kind"] for document in built)
        assert kinds == ["ConfigMap", "CronJob", "Namespace", "PersistentVolumeClaim"]


def test_the_batch_kind_s_rules_are_seen_to_fail_where_a_limit_is_moved(batch: Path, run: Run, tmp_path: Path) -> None:
    copied = shutil.copytree(batch, tmp_path / "copy", ignore=shutil.ignore_patterns(".git"))
    broken(copied / "ops/prometheus/rules.yml", "(outcomes_missing_share) > 0.1", "(outcomes_missing_share) > 1")
    assert promtool(copied, run, "test", "rules", "ops/prometheus/rules_test.yml").returncode != 0


@pytest.fixture(scope="module")
def agent(make: Callable[..., Path]) -> Path:
    """The same of the kind that is judged before it is released, and by a real provider every night."""
    return make("guide", kind="agent", ci=["github", "gitlab", "azure", "jenkins"], container="kubernetes")


def test_what_the_agent_kind_renders_is_what_its_vendors_allow(agent: Path, run: Run, tmp_path: Path) -> None:
    """What differs: a nightly workflow, jobs that ingest and judge, one CronJob, another image, other rules and panels."""
    workflows = {f".github/workflows/{path.name}" for path in (agent / ".github" / "workflows").iterdir()}
    assert workflows == {path for path in SCHEMAS if path.startswith(".github")} | {".github/workflows/evals.yml"}
    for built in allowed(agent, run, tmp_path, sorted(workflows)):
        jobs = [document["metadata"]["name"] for document in built if document["kind"] == "CronJob"]
        assert jobs == ["collect", "ingest", "monitor"]
        assert [d["metadata"]["name"] for d in built if d["kind"] in {"Deployment", "Service"}] == ["guide", "guide"]


def test_a_provider_s_key_is_given_to_what_asks_it_and_a_pod_starts_without_it(agent: Path, run: Run) -> None:
    told: dict[str, list[str]] = {}
    for document in manifests(agent, run, "prod"):
        if document["kind"] in {"Deployment", "CronJob"}:
            template = document["spec"].get("template") or document["spec"]["jobTemplate"]["spec"]["template"]
            (container,) = template["spec"]["containers"]
            keys = [(one["name"], one["valueFrom"]["secretKeyRef"]) for one in container.get("env", [])]
            assert all(key == {"name": "guide-provider", "key": name, "optional": True} for name, key in keys)
            told[document["metadata"]["name"]] = [name for name, _ in keys]
    assert told == {
        "guide": ["OPENAI_API_KEY", "ANTHROPIC_API_KEY"],
        "ingest": ["OPENAI_API_KEY"],
        "collect": [],
        "monitor": [],
    }
    assert "generic guide-provider --from-env-file" in (agent / "README.md").read_text()


def test_the_agent_kind_s_rules_are_seen_to_fail_where_a_limit_is_moved(agent: Path, run: Run, tmp_path: Path) -> None:
    copied = shutil.copytree(agent, tmp_path / "copy", ignore=shutil.ignore_patterns(".git"))
    broken(copied / "ops/prometheus/rules.yml", "max(feedback_bad_share) > 0.2", "max(feedback_bad_share) > 0.9")
    assert promtool(copied, run, "test", "rules", "ops/prometheus/rules_test.yml").returncode != 0


# Jenkins: what test_ci_steps.py runs is parsed here by Groovy's own compiler


def compiled(folder: Path, run: Run) -> Any:
    program = tool("groovyc", "Debian's groovy")
    out = folder.parent / "classes"
    source = shutil.copy(folder / "Jenkinsfile", folder.parent / "pipeline.groovy")
    java = Path(tool("java", "Debian's default-jre-headless")).resolve().parents[1]
    return run(folder.parent, program, "-d", out, source, env={"JAVA_HOME": str(java)}, check=False)


def test_groovy_compiles_the_jenkinsfile(copy: Path, run: Run) -> None:
    done = compiled(copy, run)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list((copy.parent / "classes").glob("pipeline*.class"))


def test_groovy_refuses_a_jenkinsfile_that_lacks_a_brace(copy: Path, run: Run) -> None:
    broken(copy / "Jenkinsfile", "agent any\n", "agent any }\n")
    done = compiled(copy, run)
    assert "startup failed" in done.stdout + done.stderr


# Docker and Kubernetes


def test_hadolint_finds_nothing_in_the_dockerfile(everything: Path, run: Run) -> None:
    run(everything, BIN / "hadolint", "Dockerfile")


def test_hadolint_would_find_an_image_without_a_version(copy: Path, run: Run) -> None:
    text = (copy / "Dockerfile").read_text()
    (copy / "Dockerfile").write_text(text.replace("FROM python:", "FROM python #", 1))
    assert run(copy, BIN / "hadolint", "Dockerfile", check=False).returncode != 0


def manifests(folder: Path, run: Run, environment: str) -> list[dict[str, Any]]:
    program = tool("kubectl", "Kubernetes, in no registry of ours with a Kustomize that knows `labels`")
    built = run(folder, program, "kustomize", f"deploy/kubernetes/overlays/{environment}").stdout
    return [document for document in yaml.safe_load_all(built) if document]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_each_overlay_builds_what_kubernetes_schemas_allow(everything: Path, run: Run, environment: str) -> None:
    built = manifests(everything, run, environment)
    for document in built:
        kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)
    assert sorted(document["kind"] for document in built) == [
        "ConfigMap", "CronJob", "CronJob", "CronJob", "Deployment", "Namespace", "PersistentVolumeClaim", "PodDisruptionBudget",
        "Service",
    ]  # fmt: skip
    assert {document["metadata"].get("namespace", "") for document in built if document["kind"] != "Namespace"} == {
        f"flights-{environment}"
    }


def test_a_schema_refuses_a_field_that_kubernetes_does_not_know(copy: Path, run: Run) -> None:
    broken(copy / "deploy/kubernetes/base/deployment.yaml", "replicas: 1", "replica: 1")
    deployment = next(one for one in manifests(copy, run, "dev") if one["kind"] == "Deployment")
    with pytest.raises(kubernetes_validate.ValidationError, match="replica"):
        kubernetes_validate.validate(deployment, kubernetes_validate.latest_version(), strict=True)


def test_what_a_manifest_names_is_there(everything: Path, run: Run) -> None:
    """No schema knows that a selector selects nothing, or that a volume or a ConfigMap is missing."""
    built = manifests(everything, run, "prod")
    one = {document["kind"]: document for document in built if document["kind"] != "CronJob"}
    labels = one["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert one["Service"]["spec"]["selector"].items() <= labels.items()
    assert one["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"].items() <= labels.items()
    pods = [one["Deployment"]["spec"]["template"]] + [
        job["spec"]["jobTemplate"]["spec"]["template"] for job in built if job["kind"] == "CronJob"
    ]
    assert len(pods) == 4
    for pod in pods:
        assert [claim(volume) for volume in pod["spec"]["volumes"]] == [
            one["PersistentVolumeClaim"]["metadata"]["name"],
            "",
        ]
        (container,) = pod["spec"]["containers"]
        assert {mount["name"] for mount in container["volumeMounts"]} == {v["name"] for v in pod["spec"]["volumes"]}
        assert container["envFrom"][0]["configMapRef"]["name"] == one["ConfigMap"]["metadata"]["name"]
        assert container["image"].startswith("registry.example.com/")


def claim(volume: dict[str, Any]) -> str:
    return str(volume.get("persistentVolumeClaim", {}).get("claimName", ""))


# Prometheus and Grafana


def promtool(folder: Path, run: Run, *words: str) -> Any:
    return run(folder, tool("promtool", "Debian's prometheus"), *words, check=False)


@pytest.mark.parametrize(
    "words",
    [
        ("check", "rules", "ops/prometheus/rules.yml"),
        ("check", "config", "--syntax-only", "ops/prometheus/prometheus.yml"),
        ("test", "rules", "ops/prometheus/rules_test.yml"),
    ],
    ids=" ".join,
)
def test_promtool_is_content(everything: Path, run: Run, words: tuple[str, ...]) -> None:
    done = promtool(everything, run, *words)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_tests_of_the_rules_fail_where_a_limit_is_moved(copy: Path, run: Run) -> None:
    broken(copy / "ops/prometheus/rules.yml", "(drift_psi) > 0.25", "(drift_psi) > 25")
    assert promtool(copy, run, "test", "rules", "ops/prometheus/rules_test.yml").returncode != 0


def lost(given: Any, kept: Any, where: str = "") -> Iterator[str]:
    """What Grafana's types do not know, or read as something else."""
    if isinstance(given, dict) and isinstance(kept, dict):
        for name, value in given.items():
            if name in kept:
                yield from lost(value, kept[name], f"{where}.{name}")
            else:
                yield f"{where}.{name}"
    elif isinstance(given, list) and isinstance(kept, list) and len(given) == len(kept):
        for number, (one, other) in enumerate(zip(given, kept, strict=True)):
            yield from lost(one, other, f"{where}[{number}]")
    elif given != kept:
        yield f"{where}: {given} became {kept}"


def through_grafana(dashboard: dict[str, Any]) -> list[str]:
    register_default_plugins()  # else the options of a panel and its queries are of any type
    typed = Dashboard.from_json(dashboard)
    return list(lost(dashboard, json.loads(JSONEncoder(sort_keys=True, indent=None).encode(typed))))


def test_grafana_s_types_lose_nothing_of_the_dashboard(everything: Path) -> None:
    assert through_grafana(json.loads((everything / "ops/grafana/dashboard.json").read_text())) == []


def test_grafana_s_types_lose_what_is_misspelt(everything: Path) -> None:
    dashboard = json.loads((everything / "ops/grafana/dashboard.json").read_text())
    dashboard["refreshes"] = "30s"
    dashboard["panels"][2]["fieldConfig"]["defaults"]["units"] = "s"
    dashboard["panels"][2]["targets"][0]["legend"] = "p50"
    assert sorted(through_grafana(dashboard)) == [
        ".panels[2].fieldConfig.defaults.units",
        ".panels[2].targets[0].legend",
        ".refreshes",
    ]
