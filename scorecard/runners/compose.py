"""docker compose: services with the image that they are built from and the command that they start."""

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from scorecard.readers.node import Node
from scorecard.readers.wrappers import Words, after_options, option, unwrap
from scorecard.repository import Repository
from scorecard.runners import docker
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import below, document, folder_of, lines_of

NAME = "compose"
FILES = (
    "docker-compose*.yml",
    "docker-compose*.yaml",
    "compose.yml",
    "compose.yaml",
    "compose.*.yml",
    "compose.*.yaml",
)
_GLOBAL = frozenset(
    {
        "-f", "--file", "-p", "--project-name", "--profile", "--env-file", "--project-directory", "--ansi",
        "--progress", "--parallel",
    }
)  # fmt: skip
_VALUED = frozenset(
    {
        "--scale", "--build-arg", "--timeout", "-t", "--exit-code-from", "--attach", "--wait-timeout",
        "--pull",
    }
)  # fmt: skip


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    """A service's own name starts it; `build NAME` builds its image, `in NAME` says where its files lie."""
    services = document(repository, path)["services"]
    built: list[str] = []
    for name, node in services.items():
        line = services.key_line(name)
        needs = tuple(node["depends_on"].strings())
        file, context, target = _build(repository, path, node["build"])
        images = {t.name: t for t in docker.built_from(repository, file, context, target)} if file else {}
        build, start = images.get(docker.BUILD), images.get(docker.START)
        mounts = (*_volumes(folder_of(path), node["volumes"]), *(build.mounts if build else ()))
        folder = context if file else folder_of(path)
        if build:
            built.append(f"build {name}")
            yield Task(
                NAME,
                f"build {name}",
                build.path,
                build.line,
                build.commands,
                folder=context,
                text=build.text,
                home=folder_of(path),
                mounts=mounts,
            )
            needs = (*needs, f"build {name}")
        commands = tuple(_command(node))
        prefix = re.match(r"(?:export [^;]*; )?cd \S+ && ", start.commands[0][1]) if start else None
        if commands and (
            place := f"cd {node['working_dir'].text} && " if node["working_dir"] else prefix[0] if prefix else ""
        ):
            commands = tuple((at, place + text) for at, text in commands)
        elif not commands and start:
            needs = (*needs, f"start {name}")
            yield replace(start, runner=NAME, name=f"start {name}", home=folder_of(path), mounts=mounts)
        yield Task(NAME, name, path, line, commands, needs, folder, f"{name}:", folder_of(path), mounts=mounts)
        yield Task(NAME, f"in {name}", path, line, (), (), folder, f"{name}:", folder_of(path), mounts=mounts)
    yield Task(NAME, "", path, services.line, needs=tuple(services.keys()), folder=folder_of(path), text="services:")
    yield Task(NAME, "build", path, services.line, needs=tuple(built), folder=folder_of(path), text="services:")


def _build(repository: Repository, path: str, node: Node) -> tuple[str, str, str]:
    """(Dockerfile, build context, target) of a service, "" where it is not built here."""
    if not node:
        return "", "", ""
    context = below(folder_of(path), (node.text if node.is_scalar else node["context"].text) or ".")
    given = node["dockerfile"].text or "Dockerfile"
    file = below(context, given)
    return (file, context, node["target"].text) if repository.has(file) else ("", "", "")


def _command(node: Node) -> Iterator[tuple[int, str]]:
    entry = node["entrypoint"]
    command = node["command"]
    first = _text(entry)
    for line, text in _text(command) or first:
        yield (
            line,
            f"{first[0][1]} {text}" if first and command and not re.search(r"sh -\w*c\b", text) else text,
        )


def _text(node: Node) -> tuple[tuple[int, str], ...]:
    if node.is_list:
        words = [
            word if re.fullmatch(r"[\w./:=,@%+-]+", word) else "'" + word.replace("'", "'\\''") + "'"
            for word in node.strings()
        ]
        return ((node.line, " ".join(words)),) if words else ()
    return lines_of(node)


def _volumes(folder: str, node: Node) -> Iterator[tuple[str, str]]:
    """Folders of the repository that a service sees at a place of its own."""
    for entry in node.as_list():
        source, target = (
            [*entry.text.split(":"), "", ""][:2] if entry.is_scalar else (entry["source"].text, entry["target"].text)
        )
        if source.startswith(".") and target.startswith("/"):
            yield target.rstrip("/"), below(folder, source)


def invoked(words: Words) -> Call | None:
    if words[:2] != ("docker", "compose"):
        return None
    at = after_options(words, 2, _GLOBAL)
    verb = words[at] if at < len(words) else ""
    if verb not in ("up", "build", "start", "run", "create") or unwrap(words):
        return None  # `run SERVICE command` does not start the service's own command
    names: list[str] = []
    file = option(words[2:at], "-f", "--file")
    folder = option(words[2:at], "--project-directory")
    start = at + 1
    while (start := after_options(words, start, _VALUED)) < len(words):
        if re.fullmatch(r"[\w.-]+", words[start]):
            names.append(words[start])
        start += 1
    if verb == "run":
        names = names[:1]
    if verb == "build":
        return Call(tuple(f"build {name}" for name in names) or ("build",), folder, file)
    return Call(tuple(names), folder, file)
