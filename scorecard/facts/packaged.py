"""Packaged steps of CI systems that stand for a command: building an image, running hooks."""

import re

from scorecard.ci.model import Step
from scorecard.patterns import lazily

_BELOW = lazily(r"\{\{\s*defaultContext\s*\}\}:\s*([\w./-]+)")


def command_of(step: Step) -> str:
    """The shell text that a packaged step amounts to, "" where it is none that we know."""
    name = step.uses.partition("@")[0].lower()
    if name == "docker/build-push-action":
        return _build(step, step.input("file"), step.input("context"))
    if name in ("docker/bake-action", "depot/bake-action"):
        files = re.split(r"[\s,]+", step.input("files"))
        named = [word for word in re.split(r"[\s,]+", step.input("targets")) if re.fullmatch(r"[\w.-]+", word)]
        return " ".join(["docker buildx bake", *(f"-f {f}" for f in files[:1] if re.fullmatch(r"[\w./-]+", f)), *named])
    if name == "docker" and step.input("command").lower() in ("", "build", "buildandpush"):  # of Azure Pipelines
        return _build(step, step.input("dockerfile"), step.input("buildContext"))
    if name == "pre-commit/action":
        return f"pre-commit run {step.input('extra_args') or '--all-files'}"
    return ""


def _build(step: Step, file: str, context: str) -> str:
    """Globs like `**/Dockerfile` are Azure's default, and `{{defaultContext}}` is Docker's for the
    checkout: `{{defaultContext}}:app` is a folder of it, in which the file's path begins."""
    below = _BELOW.fullmatch(context)
    if below:
        context = below[1]
        file = f"{context}/{file}" if file else ""
    words = ["docker build"]
    words += [f"-f '{file.removeprefix('**/')}'"] if file.removeprefix("**/") else []
    words += [f"--target {step.input('target')}"] if step.input("target") else []
    tags = re.split(r"[\s,]+", step.input("tags", "repository"))
    words += [f"-t {tag}" for tag in tags if re.fullmatch(r"[\w./:@-]+", tag)]
    here = not context or context.startswith(("{{", "**"))
    return " ".join([*words, "." if here else f'"{context}"'])
