"""Continuous integration: one module per system, all read into the jobs of `model`."""

from scorecard.ci import (
    appveyor,
    argo,
    azure,
    bitbucket,
    buildkite,
    circleci,
    cloudbuild,
    codebuild,
    drone,
    github,
    gitlab,
    jenkins,
    semaphore,
    taskcluster,
    tekton,
    travis,
)
from scorecard.ci.model import System

# A new system is one module that offers what `System` asks for, and one entry here.
SYSTEMS: tuple[System, ...] = (
    github,
    gitlab,
    azure,
    jenkins,
    circleci,
    travis,
    bitbucket,
    buildkite,
    drone,
    codebuild,
    cloudbuild,
    argo,
    tekton,
    taskcluster,
    appveyor,
    semaphore,
)

__all__ = ["SYSTEMS"]
