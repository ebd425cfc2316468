"""A job for `.gitlab-ci.yml` that turns a tag into a release; every byte that is there stays."""

import yaml

from scaffolder.foreign.model import Edit, Site

_JOB = """
# A tag makes a release, with CHANGELOG.md as its notes: git tag v1.2.0 && git push origin v1.2.0
release:
  stage: {stage}
  image: registry.gitlab.com/gitlab-org/release-cli:latest
  rules:
    - if: $CI_COMMIT_TAG =~ /^v/
  before_script: []
  script:
    - echo "Release $CI_COMMIT_TAG"
  release:
    tag_name: $CI_COMMIT_TAG
    description: {notes}
"""


def edit(site: Site) -> Edit | None:
    """The file with the job at its end; None where it has no form to which one could be added safely."""
    text = site.text(".gitlab-ci.yml")
    try:
        document = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return None
    if (
        not isinstance(document, yaml.MappingNode)
        or document.flow_style
        or document.start_mark.column
        or "\n---" in text
        or "\n..." in text
    ):
        return None
    top = {key.value: value for key, value in document.value}
    stages = top.get("stages")
    named = [item.value for item in stages.value] if isinstance(stages, yaml.SequenceNode) else []
    if "release" in top or (stages is not None and not all(isinstance(name, str) and name for name in named)):
        return None
    stage = named[-1] if named else ".post" if "include" in top else "deploy"
    notes = site.survey["layout"]["files"]["changelog"] or "CHANGELOG.md"
    job = _JOB.format(stage=stage, notes=notes)
    end = "\r\n" if "\r\n" in text else "\n"
    gap = "" if text.endswith("\n") else end
    return Edit(".gitlab-ci.yml", text, text + gap + job.replace("\n", end))
