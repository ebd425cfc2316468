"""Files that describe a job for a platform: Anyscale and Ray, Azure ML, Databricks bundles, Prefect, AWS
CDK."""

import json
import re
from collections.abc import Iterable, Iterator

from scorecard.paths import matches
from scorecard.patterns import lazily
from scorecard.readers.node import Node
from scorecard.readers.wrappers import Words, option
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import below, document, folder_of, lines_of

NAME = "jobs"
FILES = ("databricks.yml", "databricks.yaml", "bundle.yml", "prefect.yaml", "cdk.json")
_BUNDLE = frozenset({"databricks.yml", "databricks.yaml", "bundle.yml"})
_FILE = lazily(r"[^\s$*?{}]+\.ya?ml\Z")
_MAX_DEPTH = 4


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    name = path.rpartition("/")[2]
    if name == "cdk.json":
        commands, folder = tuple(_cdk(repository.text(path))), folder_of(path)
    elif name in _BUNDLE:
        yield from _bundle(repository, path)
        return
    elif name == "prefect.yaml":
        commands, folder = tuple(_prefect(document(repository, path))), folder_of(path)
    else:
        yield from _job(repository, path, 0)
        return
    if commands:
        yield Task(NAME, "", path, commands[0][0], commands, folder=folder)


def _cdk(text: str) -> Iterator[tuple[int, str]]:
    try:
        root = json.loads(text)
    except (ValueError, RecursionError):
        return
    if isinstance(root, dict) and isinstance(root.get("app"), str):
        line = next((n for n, row in enumerate(text.split("\n"), 1) if '"app"' in row), 1)
        yield line, root["app"]


def _prefect(root: Node) -> Iterator[tuple[int, str]]:
    for deployment in root["deployments"].as_list():
        entry = deployment["entrypoint"]
        if entry:
            yield entry.line, f"python {entry.text.partition(':')[0]}"


def _job(repository: Repository, path: str, depth: int) -> Iterator[Task]:
    """One job file: its `entrypoint:` (Anyscale), `command:` (Azure ML), and those of the steps of a
    pipeline."""
    root = document(repository, path)
    folder = folder_of(path)
    entry = root["entrypoint"]
    if entry:
        place = root["working_dir"].text or root["runtime_env"]["working_dir"].text or "."
        where = below("", place) if not place.startswith(("s3:", "gs:", "http")) else ""
        yield Task(NAME, "", path, entry.line, lines_of(entry), folder=where, text=f"entrypoint: {entry.text}")
    # A service of Ray Serve names the module and the application in it.
    for holder in (
        root["ray_serve_config"],
        *root["ray_serve_config"]["applications"].as_list(),
        *root["applications"].as_list(),
    ):
        target = holder["import_path"]
        if target:
            yield Task(
                NAME,
                "",
                path,
                target.line,
                ((target.line, f"serve run {target.text}"),),
                folder="",
                text=f"import_path: {target.text}",
            )
    for step in (root, *root["jobs"], *root["steps"].as_list()):
        if not step.is_map:
            continue
        code = step["code"].text
        where = below(folder, code) if code and not re.match(r"\w+:", code) else folder
        if step["command"].is_scalar:
            commands = tuple((line, re.sub(r"\$\[\[|\]\]", "", text)) for line, text in lines_of(step["command"]))
            yield Task(NAME, "", path, step["command"].line, commands, folder=where, text="command:")
        for key in ("component", "trial", "job", "create_job"):
            other = step[key].text.removeprefix("file:")
            file = below(folder, other)
            if _FILE.match(other) and repository.has(file) and depth < _MAX_DEPTH:
                yield from _job(repository, file, depth + 1)


def _bundle(repository: Repository, path: str) -> Iterator[Task]:
    """The notebooks and files of every task of a Databricks bundle; jobs keep their names."""
    folder = folder_of(path)
    patterns = [below(folder, entry.text) for entry in document(repository, path)["include"].as_list() if entry.text]
    files = [
        path,
        *(f for f in repository.glob("*.yml", "*.yaml") if patterns and matches(repository.rooted(f), patterns)),
    ]
    everything: list[str] = []
    for file in dict.fromkeys(files):
        jobs = document(repository, file)["resources"]["jobs"]
        for name, job in jobs.items():
            commands = tuple(_bundle_tasks(job))
            everything.append(name)
            yield Task(
                NAME,
                name,
                file,
                jobs.key_line(name),
                commands,
                folder=folder_of(file),
                text=f"{name}:",
                home=folder,
            )
    yield Task(NAME, "", path, 1, needs=tuple(dict.fromkeys(everything)), folder=folder, home=folder)


def _bundle_tasks(job: Node) -> Iterator[tuple[int, str]]:
    for key, node in job.pairs():
        if not node.is_scalar or not node.text:
            continue
        if key == "notebook_path":
            yield node.line, f"databricks-notebook {node.text}"
        elif key == "python_file":
            yield node.line, f"python {node.text}"


def invoked(words: Words) -> Call | None:
    head = words[:2]
    if head in (("anyscale", "job"), ("anyscale", "jobs"), ("anyscale", "service"), ("anyscale", "services")):
        file = option(words, "-f", "--config-file", "--service-config-file") or _first_file(words)
        return Call(file=file) if file and words[2:3] in (("submit",), ("deploy",), ("rollout",)) else None
    if words[:3] in (("az", "ml", "job"), ("az", "ml", "schedule"), ("az", "ml", "component")) and words[3:4] == (
        "create",
    ):
        file = option(words, "-f", "--file")
        return Call(file=file) if file else None
    if words[:3] in (("databricks", "bundle", "run"), ("databricks", "bundle", "deploy")):
        names = tuple(word for word in words[3:4] if words[2] == "run" and not word.startswith("-"))
        return Call(names, file="")
    if head == ("prefect", "deploy") and not any(".py:" in word for word in words):
        return Call()
    if words[0:2] in (("cdk", "deploy"), ("cdk", "synth"), ("cdk", "diff")) and not option(words, "-a", "--app"):
        return Call()
    if head == ("serve", "deploy"):
        file = _first_file(words)
        return Call(file=file) if file else None
    return None


def _first_file(words: Words) -> str:
    return next((word for word in words if _FILE.match(word)), "")
