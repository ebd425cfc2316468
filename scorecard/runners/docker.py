"""docker build and docker run: what a Dockerfile runs while it is built, and what its containers start."""

import re
from collections.abc import Iterable

from scorecard.patterns import lazily
from scorecard.readers import dockerfile
from scorecard.readers.dockerfile import Stage
from scorecard.readers.wrappers import Words, after_options, option
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import below, source_line

_EXPANDED = lazily(r"\$\{?\{?[^}]*\}\}?|\$\([^)]*\)")
NAME = "docker"
FILES = ("Dockerfile", "Dockerfile.*", "*.Dockerfile", "*.dockerfile", "dockerfile.*", "Containerfile")
BUILD, START = "build", "start"
_VALUED = frozenset(
    {
        "-f", "--file", "-t", "--tag", "--build-arg", "--platform", "--target", "--cache-from", "--cache-to",
        "--secret", "--ssh", "--label", "-o", "--output", "--progress", "--network", "--builder", "--iidfile",
        "--metadata-file", "--build-context", "--add-host", "--shm-size", "-m", "--memory",
    }
)  # fmt: skip


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    """Built from the folder of the Dockerfile; `built_from` knows other build contexts."""
    return built_from(repository, path, path.rpartition("/")[0])


def built_from(repository: Repository, path: str, context: str, target: str = "") -> list[Task]:
    """The tasks `build` and `start` of a Dockerfile whose build context is the folder ``context``."""
    stages = dockerfile.read(repository.text(path))
    chosen = [stage for stage in stages if stage.name == target] or stages[-1:]
    out: list[Task] = []
    commands = tuple(
        (step.line, _placed(step.folder, stage, step.text))
        for stage in dockerfile.needed(stages, target)
        for step in stage.instructions
        if step.name == "RUN"
    )
    mounts = _mounts(stages, context)
    if stages:
        out.append(
            Task(
                NAME,
                BUILD,
                path,
                stages[0].line,
                commands,
                folder=context,
                text=source_line(repository, path, stages[0].line),
                mounts=mounts,
            )
        )
    for stage in chosen:
        if stage.starts:
            line, text = stage.starts
            started = ((line, _placed(stage.folder, stage, text)),)
            own = _mounts([stage], context)
            out.append(
                Task(
                    NAME,
                    START,
                    path,
                    line,
                    started,
                    folder=context,
                    text=source_line(repository, path, line),
                    mounts=own,
                )
            )
    return out


def _placed(folder: str, stage: Stage, text: str) -> str:
    """The text with the working directory and the variables that decide which file it starts."""
    env = "".join(
        f"{name}={value!r} " for name, value in stage.environment.items() if name in ("PYTHONPATH", "FLASK_APP")
    )
    return (f"export {env.strip()}; " if env else "") + (f"cd {folder} && {text}" if folder != "/" else text)


def _mounts(stages: list[Stage], context: str) -> tuple[tuple[str, str], ...]:
    copies = dict.fromkeys((place, below(context, source)) for stage in stages for source, place in stage.copies)
    return tuple(sorted(copies, key=lambda mount: -len(mount[0])))


def invoked(words: Words) -> Call | None:
    at = build_start(words)
    if not at:
        return None
    context = next((word for word in _places(words, at)), ".")
    return Call(
        (BUILD,),
        folder=context,
        file=option(words[at:], "-f", "--file"),
        package=option(words[at:], "--target"),
    )


def build_start(words: Words) -> int:
    """Where the arguments of a build begin, 0 if it is none."""
    if words[:2] == ("docker", "build"):
        return 2
    if words[:3] in (("docker", "buildx", "build"), ("docker", "image", "build")):
        return 3
    return 2 if words[:2] in (("buildah", "bud"), ("buildah", "build"), ("nerdctl", "build"), ("depot", "build")) else 0


def _places(words: Words, at: int) -> Iterable[str]:
    while True:
        at = after_options(words, at, _VALUED)
        if at >= len(words):
            return
        yield words[at]
        at += 1


def tags(words: Words) -> list[str]:
    """The names that a build gives to its image, without their versions."""
    found = [words[i + 1] for i, word in enumerate(words[:-1]) if word in ("-t", "--tag")]
    found += [word.partition("=")[2] for word in words if word.startswith("--tag=")]
    return [image_name(tag) for tag in found]


def image_name(tag: str) -> str:
    return re.sub(r":[^/:]*\Z|@sha256:.*\Z", "", _EXPANDED.sub("$", tag))
