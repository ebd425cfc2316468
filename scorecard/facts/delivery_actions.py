"""One packaged step of a pipeline (action, task, orb, plugin, pipe, provider) to what it delivers."""

import re
from collections.abc import Callable

from scorecard.ci.model import Step
from scorecard.facts.delivery_action_table import ACTIONS, RUNS_PROGRAMS
from scorecard.facts.delivery_called import called
from scorecard.facts.delivery_commands import Deed, deed
from scorecard.facts.delivery_tables import BUILD, BUILD_AND_PUSH, PUSH, ROLLOUT, SHIP, What
from scorecard.patterns import lazily

_NO_DELIVERY = lazily(
    r"gh-pages|github-pages|deploy-pages|docs|storybook|deployment|release-drafter|setup-|-setup|configure|login|notif|marker|status|preview-comment"
    r"|deploy-key|undeploy|cleanup|delete|destroy|rollbar|sentry|comment|checkout|ssh-agent|downloadpipelineartifact",
    re.IGNORECASE,
)
_DEPLOYS = lazily(r"(?:^|[^a-z])deploy(?:er|s)?(?:[^a-z]|$)|deploy[A-Z]|Deploy(?!ment)|(?:^|[^a-z])rollout(?:[^a-z]|$)")
_IMAGES = lazily(
    r"(?:docker|image|container|ecr|gcr|acr|ghcr)[\w/-]{0,40}(?:push|publish)|(?:push|publish)[\w/-]{0,40}(?:docker|image|container|ecr|gcr|acr|ghcr)"
)
_BUILDS = lazily(r"(?:build)[\w/-]{0,40}(?:docker|image|container)|(?:docker|image|container)[\w/-]{0,40}build")
_WORKFLOW = lazily(r"([\w.-]+)\.ya?ml(?:@.*)?$")
_SPACES = lazily(r"hugging-?face[\w/-]{0,40}(?:sync|space|deploy|upload|push)|hf-?space", re.IGNORECASE)
# Inputs that hold commands which the step runs, here or on another host.
_INLINE = ("inlinescript", "inline", "script", "run", "runcmd", "commands", "command", "args", "cmd", "arguments")
_REMOTE = lazily(r"ssh", re.IGNORECASE)


def packaged(step: Step, *, pushes: Callable[[str], bool]) -> Deed | None:
    """What a packaged step delivers. ``pushes`` says whether an expression that guards the push can be true."""
    name = _name(step.uses)
    if not name:
        return None
    special = _SPECIAL.get(name)
    if special:
        return special(step, pushes)
    if name in ACTIONS:
        return _tabled(name, step)
    for known, program in RUNS_PROGRAMS.items():
        if name == known or name.rpartition(".")[2] == known:
            words = tuple(f"{program} {_said(step)}".split())
            return deed(words) or (Deed(ROLLOUT, What.SERVICE, known) if program == "ansible-playbook" else None)
    return _by_name(step)


def inline(step: Step) -> tuple[str, bool]:
    """(shell text, on another host?) of the commands that a packaged step is given."""
    if not step.uses or step.command:
        return "", False
    name = _name(step.uses)
    text = next((value for key in _INLINE if (value := step.input(key))), "")
    remote = bool(_REMOTE.search(name))
    known = remote or any(
        word in name
        for word in ("cli", "powershell", "retry", "docker-run", "devcontainers", "ssh-compute", "azurecli", "bash")
    )
    return (text, remote) if known else ("", False)


def _name(uses: str) -> str:
    written = uses.strip().removeprefix("docker://")
    return re.sub(r"[@#:].*$", "", written).lower() if written and not written.startswith("./") else ""


def _said(step: Step) -> str:
    given = [
        step.input(key)
        for key in ("action", "command", "args", "arguments", "cdk_subcommand", "subcommand", "commandline", "chart")
    ]
    said = " ".join(value for value in given if value)
    return said or ("deploy" if _name(step.uses) == "cloudflare/wrangler-action" else "")


def _tabled(name: str, step: Step) -> Deed | None:
    acts, what = ACTIONS[name]
    stated = " ".join(
        value for key, value in step.inputs if key.lower() in ("action", "command", "deploymentmode")
    ).lower()
    if re.search(r"delet|remove|validat|destroy|dry|stop", stated):
        return None
    if step.input("dry_run", "dry-run") == "true" or (what is What.IMAGE and step.input("push") == "false"):
        acts = acts & BUILD
    if what is What.SITE and re.search(
        r"docs|documentation|storybook|coverage|_build|mkdocs", " ".join(v for _, v in step.inputs)
    ):
        return None
    return Deed(acts, what, step.uses) if acts else None


def _by_name(step: Step) -> Deed | None:
    """A step that the tables do not know, and a workflow of another repository, by what they call themselves."""
    workflow = _WORKFLOW.search(step.uses)
    said = workflow[1] if workflow else step.uses.partition("@")[0].rpartition("::")[2]
    if not workflow and "/" in said:
        said = "/".join(said.split("/")[1:]) or said
    if _SPACES.search(step.uses):
        return Deed(SHIP, What.BUNDLE, step.uses)
    if workflow and (found := called(workflow[1], step)):
        return found
    if _NO_DELIVERY.search(said) and not (workflow and re.search(r"create-(?:deployment|endpoint)", said)):
        return None
    if _IMAGES.search(said.lower()):
        return Deed(BUILD_AND_PUSH, What.IMAGE, step.uses)
    if _BUILDS.search(said.lower()):
        return Deed(BUILD, What.IMAGE, step.uses)
    if _DEPLOYS.search(said) or (workflow and re.search(r"deployment|endpoint|(?:^|[-_])cd(?:[-_]|$)", said.lower())):
        what = What.SITE if "static" in said.lower() else What.SERVICE
        return Deed(ROLLOUT, what, step.uses)
    return None


def _build_push(step: Step, pushes: Callable[[str], bool]) -> Deed | None:
    outputs = f"{step.input('outputs')} {step.input('set')}"  # of a bake, whose targets may each go elsewhere
    asked = step.input("push")
    pushed = pushes(asked) if asked else False
    if not asked or step.input("set"):
        pushed = pushed or bool(re.search(r"type=registry|push=true", outputs))
    if step.input("call") in ("check", "outline", "targets"):
        return None
    if "localhost" in step.input("tags", "images"):
        pushed = False
    return Deed(BUILD_AND_PUSH if pushed else BUILD, What.IMAGE, step.uses)


def _azure_docker(step: Step, _: Callable[[str], bool]) -> Deed | None:
    if not step.uses.startswith("Docker"):
        return None  # Buildkite's plugin of that name only runs commands in a container
    asked = step.input("command", "action").lower() or "buildandpush"
    if "build" in asked and "push" in asked:
        return Deed(BUILD_AND_PUSH, What.IMAGE, step.uses)
    if "push" in asked:
        return Deed(PUSH, What.IMAGE, step.uses)
    return Deed(BUILD, What.IMAGE, step.uses) if "build" in asked else None


def _azure_helm(step: Step, _: Callable[[str], bool]) -> Deed | None:
    asked = step.input("command").lower()
    return Deed(ROLLOUT, What.SERVICE, step.uses) if asked in ("upgrade", "install", "") else None


def _manifests(step: Step, _: Callable[[str], bool]) -> Deed | None:
    asked = step.input("action", "command").lower() or "deploy"
    return Deed(ROLLOUT, What.SERVICE, step.uses) if asked in ("deploy", "promote", "apply", "patch") else None


def _web_app(step: Step, _: Callable[[str], bool]) -> Deed:
    shipped = SHIP if not step.input("images") else ROLLOUT
    return Deed(shipped, What.BUNDLE if not step.input("images") else What.SERVICE, step.uses)


def _cloud_run(step: Step, _: Callable[[str], bool]) -> Deed:
    return Deed(SHIP if step.input("source") else ROLLOUT, What.SERVICE, step.uses)


def _compose_plugin(step: Step, _: Callable[[str], bool]) -> Deed | None:
    keys = {key.lower().partition(".")[0] for key, _ in step.inputs}
    if "push" in keys:
        return Deed(BUILD_AND_PUSH, What.IMAGE, step.uses)
    return Deed(BUILD, What.IMAGE, step.uses) if "build" in keys else None


def _bucket(step: Step, _: Callable[[str], bool]) -> Deed | None:
    """`s3Upload` of Jenkins' AWS steps: what `aws s3 cp` would do."""
    local = step.input("workingDir", "file", "includePathPattern")
    return deed(("aws", "s3", "cp", local, f"s3://{step.input('bucket')}/{step.input('path')}")) if local else None


_SPECIAL: dict[str, Callable[[Step, Callable[[str], bool]], Deed | None]] = {
    "docker/build-push-action": _build_push,
    "docker/bake-action": _build_push,
    "depot/build-push-action": _build_push,
    "depot/bake-action": _build_push,
    "int128/kaniko-action": _build_push,
    "useblacksmith/build-push-action": _build_push,
    "namespacelabs/nscloud-build-push-action": _build_push,
    "docker": _azure_docker,
    "dockercompose": _azure_docker,
    "helmdeploy": _azure_helm,
    "kubernetesmanifest": _manifests,
    "azure/webapps-deploy": _web_app,
    "google-github-actions/deploy-cloudrun": _cloud_run,
    "docker-compose": _compose_plugin,
    "s3upload": _bucket,
}
