"""Suites that are configuration: promptfoo, evaluation sets of ADK, prompts of GitHub Models, command lines of harnesses."""

import json
from collections.abc import Iterator
from typing import Any

from scorecard.facts.eval_suites import EvalSuite
from scorecard.facts.eval_vocabulary import COMMANDS
from scorecard.model import Evidence
from scorecard.paths import is_prose
from scorecard.patterns import lazily, lines_with
from scorecard.readers import yaml
from scorecard.readers.node import MISSING, Node
from scorecard.repository import Repository

PROMPTFOO = ("*promptfoo*.y*ml", "*promptfoo*.json", "**/promptfoo/**/*.y*ml", "**/evals/**/*.y*ml", "**/eval/**/*.y*ml",
             "**/*redteam*.y*ml", "**/evaluations/**/*.y*ml", "**/prompts/**/*.y*ml", "*.eval.y*ml")  # fmt: skip
ADK = ("*.evalset.json", "*.test.json", "**/eval/**/*.json", "**/evals/**/*.json", "**/evaluation/**/*.json")
COMMAND_FILES = ("Makefile", "makefile", "GNUmakefile", "*.mk", "justfile", "Justfile", "Taskfile*.y*ml", "*.sh", "package.json",
                 "pyproject.toml", "mise.toml", ".mise.toml", "noxfile.py", "tasks.py", "tox.ini", "Rakefile", "Dockerfile*",
                 ".github/workflows/*.y*ml", ".gitlab-ci.yml", "azure-pipelines*.y*ml", ".circleci/config.yml", "Jenkinsfile*",
                 "bitbucket-pipelines.yml", "cloudbuild*.y*ml", "buildspec*.y*ml", "*.slurm", "*.sbatch")  # fmt: skip
_INSTALLS = lazily(r"\b(?:install|add|uninstall|require|pin|cache|restore)\b")
_COMMENT = lazily(r"^\s*(?:#|//|--|\*|@?echo\b|print)")


def suites(repository: Repository) -> Iterator[EvalSuite]:
    """Every suite that a configuration file or a command line shows."""
    yield from _promptfoo(repository)
    yield from _github_models(repository)
    yield from _adk(repository)
    yield from _commands(repository)


def _promptfoo(repository: Repository) -> Iterator[EvalSuite]:
    for path in dict.fromkeys(repository.glob(*PROMPTFOO)):
        text = repository.text(path)
        if is_prose(path) or not any(
            word in text for word in ("providers", "targets", "prompts", "redteam", "scenarios")
        ):
            continue
        root = _document(path, text)
        tests, attacks = root.get("tests", "scenarios"), root["redteam"]
        target = root.get("providers", "targets", "prompts")
        if not target or not (tests or attacks):
            continue
        line = root.key_line(next(key for key in ("tests", "scenarios", "redteam") if root.has(key)))
        asserted = [
            pair for node in (tests, root["defaultTest"]) for pair in node.pairs() if pair[0] == "assert" and pair[1]
        ]
        proof = [_quote(repository, path, node.line) for _, node in asserted[:1]] or list(
            _asserted_elsewhere(repository, path, tests)
        )
        yield EvalSuite(
            "promptfoo",
            (_quote(repository, path, _line_of(root, "providers", "targets", "prompts")),),
            (_quote(repository, path, line),),
            tuple(proof[:1]),
            frozenset({path}),
            (path,),
            fails=tuple(proof[:1]),
            attacks=(_quote(repository, path, root.key_line("redteam")),) if attacks else (),
        )


def _asserted_elsewhere(repository: Repository, path: str, tests: Node) -> Iterator[Evidence]:
    """Assertions in the files of tests that the configuration names."""
    folder = path.rpartition("/")[0]
    for name in tests.strings():
        patterns = name.removeprefix("file://").removeprefix("./")
        for other in repository.glob(f"{folder}/{patterns}" if folder else f"**/{patterns}"):
            text = repository.text(other)
            number = _number(text, "assert") or _number(text, "__expected")
            if number:
                yield _quote(repository, other, number)


def _line_of(root: Node, *keys: str) -> int:
    return next((root.key_line(key) for key in keys if root.has(key)), root.line)


def _github_models(repository: Repository) -> Iterator[EvalSuite]:
    for path in repository.glob("*.prompt.yml", "*.prompt.yaml"):
        root = _document(path, repository.text(path))
        if root["testData"] and root["evaluators"]:
            yield EvalSuite(
                "GitHub Models",
                (_quote(repository, path, root.key_line("messages")),),
                (_quote(repository, path, root.key_line("testData")),),
                (_quote(repository, path, root.key_line("evaluators")),),
                frozenset({path}),
                (path,),
                fails=(_quote(repository, path, root.key_line("evaluators")),),
            )


def _adk(repository: Repository) -> Iterator[EvalSuite]:
    """Evaluation sets count where a configuration of criteria lies beside them: ADK's command needs no code."""
    for path in dict.fromkeys(repository.glob(*ADK)):
        text = repository.text(path)
        if '"eval_cases"' not in text and '"evalCases"' not in text:
            continue
        folder = path.rpartition("/")[0]
        for name in ("test_config.json", "eval_config.json", "../eval_config.json", "../test_config.json"):
            other = f"{folder}/{name}" if not name.startswith("..") else f"{folder.rpartition('/')[0]}/{name[3:]}"
            if repository.has(other) and '"criteria"' in repository.text(other):
                number = _number(repository.text(other), '"criteria"')
                here = _quote(repository, path, _number(text, "eval_cases") or _number(text, "evalCases"))
                graders = (_quote(repository, other, number),)
                yield EvalSuite(
                    "ADK evaluation", (here,), (here,), graders, frozenset({path, other}), (path,), fails=graders
                )
                break


def _commands(repository: Repository) -> Iterator[EvalSuite]:
    for path, number, line, tool in command_lines(repository):
        name = " ".join(tool.replace("-m ", "").split()[:2]).strip("\"',")
        if name.startswith(
            ("promptfoo", "adk", "gh models", "pf ", "deepeval", "inspect", "evalite", "pytest", "braintrust", "genkit")
        ):
            continue  # their cases and code are found where they are
        here = (Evidence(path, number, line),)
        attacks = here if "garak" in name or "giskard" in name else ()
        yield EvalSuite(name.split()[0], here, paths=frozenset({path}), attacks=attacks)


def command_lines(repository: Repository) -> Iterator[tuple[str, int, str, str]]:
    """Lines of scripts, task runners and CI that start an evaluation tool: path, line, text, tool."""
    for path in dict.fromkeys(repository.glob(*COMMAND_FILES)):
        text = repository.text(path)
        if is_prose(path):
            continue
        for number, line in lines_with(COMMANDS, text):
            found = None if _COMMENT.match(line) or len(line) > 2000 else COMMANDS.search(line)
            if found and not _INSTALLS.search(line[: found.start()]):
                yield path, number, line.strip(), found["tool"]


def _document(path: str, text: str) -> Node:
    if path.endswith(".json"):
        try:
            data: Any = json.loads(text)
        except (ValueError, RecursionError):
            return MISSING
        return Node.of(data)
    try:
        documents = yaml.read(text)
    except yaml.YamlError:
        return MISSING
    return documents[0] if documents else MISSING


def _number(text: str, word: str) -> int:
    position = text.find(word)
    return text.count("\n", 0, position) + 1 if position >= 0 else 0


def _quote(repository: Repository, path: str, line: int) -> Evidence:
    lines = repository.lines(path)
    number = line if 0 < line <= len(lines) else 1
    return Evidence(path, number, lines[number - 1])
