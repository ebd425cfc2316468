"""What a workflow of another repository delivers, by the words of its name and of its inputs."""

from scorecard.ci.model import Step
from scorecard.facts.delivery_commands import Deed
from scorecard.facts.delivery_tables import APPLY, BUILD, BUILD_AND_PUSH, ROLLOUT, What
from scorecard.facts.environment_names import tokens

_ONLY_LOOKS = frozenset({
    "plan", "lint", "validate", "fmt", "format", "docs", "doc", "check", "test", "tests", "scan", "destroy", "cleanup", "pages", "notes", "drafter", "wheel",
    "wheels", "pypi", "package",
})  # fmt: skip
_INFRASTRUCTURE = frozenset(
    {"terraform", "tofu", "terragrunt", "pulumi", "cdk", "cloudformation", "bicep", "infra", "infrastructure"}
)
_BRINGS = frozenset({"apply", "deploy", "release", "up", "provision", "rollout", "upgrade"})
_CLUSTERS = frozenset(
    {"ecs", "eks", "aks", "gke", "helm", "cloudrun", "kubernetes", "k8s", "argocd", "lambda", "sagemaker"}
)
_TOLD = frozenset({"command", "action", "operation", "terraform_command", "terraform-command", "tf_command", "mode"})
_PLACES = frozenset({"environment", "env", "cluster", "namespace", "image", "stage", "region"})
_OF_IMAGES = frozenset(
    {"image", "docker", "dockerfile", "container", "registry", "ecr", "gcr", "acr", "ghcr", "cluster", "vcpu"}
)


def called(name: str, step: Step) -> Deed | None:
    """A workflow of another repository whose name says what it does and whose inputs say with what."""
    said = set(tokens(name))
    if said & _ONLY_LOOKS:
        return None
    told = {value.lower() for key, value in step.inputs if key.lower() in _TOLD}
    if said & _INFRASTRUCTURE and (said & _BRINGS or told & _BRINGS):
        return Deed(APPLY, What.INFRASTRUCTURE, step.uses)
    given = {word for key, value in step.inputs if value for word in tokens(key)}
    if (said & _BRINGS or said & _CLUSTERS) and "build" not in said and given & _PLACES:
        return Deed(ROLLOUT, What.SERVICE, step.uses)
    made = {"build"} & said and given & _OF_IMAGES
    if made or (said & {"docker", "image", "container"} and given & {"push", *_OF_IMAGES}):
        return Deed(BUILD_AND_PUSH if step.input("push") == "true" else BUILD, What.IMAGE, step.uses)
    return None
