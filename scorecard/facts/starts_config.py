"""Where running begins, as configuration says: images, compose files, job and stage definitions, task runners."""

import json
import re
from collections.abc import Iterator

from scorecard.facts.named import Named
from scorecard.facts.starts import Start, Way
from scorecard.model import Evidence
from scorecard.paths import is_prose, is_test
from scorecard.patterns import holds, lazily
from scorecard.readers import yaml
from scorecard.readers.node import Node
from scorecard.repository import Repository

_RUN_KEYS = frozenset({
    "command", "commands", "cmd", "cmds", "args", "entrypoint", "entry_point", "script", "scripts", "script_name",
    "run", "python_file", "notebook_path", "notebook", "scoring_script", "code_path", "main", "main_file", "handler",
    "program", "predict", "train", "service", "startcommand", "start_command", "python_module", "module_name",
    "graphs", "path", "job_file", "mainapplicationfile", "main_python_file_uri", "entry", "source_file", "flow",
    "flow_file",
})  # fmt: skip
_WORTH = lazily(
    r"\.py\b|\.ipynb\b|\.sh\b|\.R\b|(?:^|[\s\"'])-m[\s\"',]|handler|uvicorn|gunicorn|entrypoint|notebook_path",
    re.IGNORECASE,
)
_JSON_KEY = lazily(rf"\"(?:{'|'.join(sorted(_RUN_KEYS))})\"\s*:", re.IGNORECASE)
_IMAGE_LINE = lazily(r"^\s*(?:CMD|ENTRYPOINT|RUN)\b", re.IGNORECASE)
_CONSOLE = lazily(r"^\s*[\"']?[\w.-]{1,80}[\"']?\s*=\s*[\"']?([A-Za-z_][\w.]{0,200}):[\w.]{1,80}")
_SECTION = lazily(r"^\s*\[([^\]]{1,200})\]")
_SETUP_PY = lazily(r"[\"'][\w.-]{1,80}\s*=\s*([A-Za-z_][\w.]{0,200}):\w{1,80}")
_CI_PLACES = lazily(r"(?:^|/)(?:\.github|\.gitlab|\.circleci|\.azuredevops|\.buildkite)/")


_MAX = 300_000


def from_configuration(repository: Repository, named: Named, ci_files: frozenset[str]) -> Iterator[Start]:
    """What configuration starts, CI apart."""
    for path in repository.own:
        if path in ci_files or is_test(path) or is_prose(path) or _CI_PLACES.search(path):
            continue
        for way, line, text, near in _commands(repository, path):
            here = Evidence(path, line, text)
            for started in named.files(text, near or path):
                if started.endswith(".sh"):
                    yield from _script(repository, named, started, way, (here,))
                else:
                    yield Start(started, way, (here,))


def _script(repository: Repository, named: Named, path: str, way: Way, chain: tuple[Evidence, ...]) -> Iterator[Start]:
    """What a shell script goes on to start, through at most three scripts."""
    if len(chain) > 3 or any(path == e.path for e in chain):
        return
    for number, line in _lines(repository.text(path)):
        for started in named.files(line, path):
            further = (*chain, Evidence(path, number, line))
            if started.endswith(".sh"):
                yield from _script(repository, named, started, way, further)
            else:
                yield Start(started, way, further)


def _commands(repository: Repository, path: str) -> Iterator[tuple[Way, int, str, str]]:
    """(way, line, text, folder's stand-in) of each command that the file at ``path`` defines."""
    name = path.rpartition("/")[2]
    lower = name.lower()
    if "dockerfile" in lower or name == "Containerfile":
        for number, line in _joined(repository.text(path)):
            if _IMAGE_LINE.match(line):
                yield Way.JOB, number, _spread(line), ""
    elif name.startswith(("Procfile", "crontab")) or lower.endswith((".cron", ".service")):
        for number, line in _lines(repository.text(path)):
            yield Way.JOB, number, line, ""
    elif lower in ("makefile", "gnumakefile", "justfile", ".justfile") or lower.endswith(".mk"):
        for number, line in _lines(repository.text(path)):
            if line[:1] in ("\t", " "):
                yield Way.COMMAND, number, line, ""
    elif lower.endswith((".yml", ".yaml")) or name in ("MLproject", "dvc.yaml"):
        yield from _tree(repository, path)
    elif lower.endswith(".json"):
        yield from _json(repository, path)
    elif lower.endswith((".toml", ".cfg")) or name == "setup.py":
        yield from _packaging(repository.text(path), name)
    elif lower.endswith(".tf"):
        for number, line in _lines(repository.text(path)):
            if ".py" in line or ".ipynb" in line:
                yield Way.JOB, number, line, ""


def _tree(repository: Repository, path: str) -> Iterator[tuple[Way, int, str, str]]:
    text = repository.text(path)
    if len(text) > _MAX or not _WORTH.search(text):
        return
    try:
        documents = yaml.read(text)
    except yaml.YamlError:
        return
    way = Way.COMMAND if path.lower().rpartition("/")[2] in ("taskfile.yml", "taskfile.yaml") else Way.JOB
    for document in documents:
        for key, value in document.pairs():
            if key.lower() in _RUN_KEYS:
                yield from ((way, line, found, "") for line, found in _value(key.lower(), value))


def _value(key: str, value: Node) -> Iterator[tuple[int, str]]:
    if value.is_list:
        yield value.line, " ".join(node.text for node in value if node.is_scalar)
    elif value.is_map:
        yield from ((node.line, node.text) for node in value if node.is_scalar)
    else:
        for line, text in value.lines():
            if not text.lstrip().startswith("#"):
                yield line, text
                if key in ("notebook_path", "notebook") and not text.endswith((".py", ".ipynb")):
                    yield line, f"{text}.py {text}.ipynb"


def _json(repository: Repository, path: str) -> Iterator[tuple[Way, int, str, str]]:
    name = path.rpartition("/")[2]
    if name in ("package-lock.json", "tsconfig.json", "composer.lock"):
        return
    text = repository.text(path)
    if len(text) > _MAX // 3 or not (holds(_JSON_KEY, text) and holds(_WORTH, text)):
        return
    if not _JSON_KEY.search(text) or not _WORTH.search(text):
        return
    try:
        tree = Node.of(json.loads(text))
    except (ValueError, RecursionError):
        return
    way = Way.COMMAND if name == "package.json" else Way.JOB
    for key, value in tree.pairs():
        if key.lower() in _RUN_KEYS:
            for _, found in _value(key.lower(), value):
                where = text.find(found[:60])
                yield way, text.count("\n", 0, where) + 1 if where > 0 else 1, found, ""


def _packaging(text: str, name: str) -> Iterator[tuple[Way, int, str, str]]:
    """Console scripts and the commands of task runners that live in a project file."""
    section = ""
    for number, line in _lines(text):
        heading = _SECTION.match(line)
        if heading:
            section = heading[1]
            continue
        if name == "setup.py":
            match = _SETUP_PY.search(line)
        elif section.endswith(("scripts", "entry_points", "options.entry_points")):
            match = _CONSOLE.match(line)
        else:
            match = None
            if section.startswith(
                ("tool.poe", "tasks", "tool.taskipy", "tool.pdm", "tool.hatch", "tool.pixi", "processes")
            ):
                yield Way.COMMAND, number, line, ""
        if match:
            yield Way.COMMAND, number, f"-m {match[1]}", ""


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and not line.lstrip().startswith(("#", ";")):
            yield number, line


def _joined(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their continuations."""
    start, parts = 0, []
    for number, line in _lines(text):
        start = start or number
        parts.append(line.rstrip().removesuffix("\\"))
        if not line.rstrip().endswith("\\"):
            yield start, " ".join(parts)
            start, parts = 0, []
    if parts:
        yield start, " ".join(parts)


def _spread(line: str) -> str:
    """`["python", "-m", "x"]` as a shell would write it."""
    return re.sub(r"[\[\]\",]+", " ", line) if "[" in line else line
