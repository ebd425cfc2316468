"""Jobs that write the new image's tag into the files which a cluster follows, and push them."""

import re

from scorecard.ci.model import Job, Step
from scorecard.patterns import lazily

_FILE = (
    r"(?:values|kustomization|deployment|deploy|manifests?|helmrelease|release|rollout|application|app|statefulset|service|image|version|cronjob|job)s?"
    r"[\w.${}-]{0,60}\.ya?ml"
)
_EDITS = lazily(
    rf"\b(?:yq|sed|jq|perl|yq4)\b(?>[^\n]{{0,300}}?(?:image|tag|newTag))[^\n]{{0,600}}{_FILE}", re.IGNORECASE
)
_SETS = lazily(r"\bkustomize edit set image\b|\bkpt fn eval\b[^\n]{0,80}set-image")
_NEW = lazily(r"\$")
_PUSHES = lazily(r"^[ \t]*git\b[^\n]{0,60}\bpush\b|&&\s*git\b[^\n]{0,60}\bpush\b", re.MULTILINE)
_COMMITS = (
    "stefanzweifel/git-auto-commit-action", "endbug/add-and-commit", "ad-m/github-push-action", "planetscale/ghcommit-action", "devops-infra/action-commit-push",
)  # fmt: skip
_EDITORS = (
    "mikefarah/yq",
    "fjogeleit/yaml-update-action",
    "festivals-app/helm-set-image",
    "jacobtomlinson/gha-find-replace",
    "loveholidays/gitops-action",
)


def tag_written(job: Job) -> Step | None:
    """The step that writes the tag, where the job pushes what it wrote without a review."""
    if not any(_PUSHES.search(step.command) or step.uses.lower().startswith(_COMMITS) for step in job.steps):
        return None
    return next((step for step in job.steps if _writes(step)), None)


def _writes(step: Step) -> bool:
    if step.uses.lower().startswith(_EDITORS):
        said = " ".join(value for _, value in step.inputs)
        return bool(re.search(_FILE, said, re.IGNORECASE)) and "tag" in said.lower() + (
            "tag" if "image" in said.lower() else ""
        )
    text = step.command.replace("\\\n", " ")
    found = _EDITS.search(text) or _SETS.search(text)
    return bool(found and _NEW.search(text))
