"""Where running begins in other languages than Python, whose imports are not followed: a program has all its files."""

import posixpath
import re
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.starts import Start, Way
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_test
from scorecard.patterns import lazily
from scorecard.repository import Repository

_WEB = lazily(r"(?:^|/)(?:config/application\.rb|config\.ru|plugin\.rb|config/environment\.rb)$")
_STARTS = lazily(r'^[ \t]*"(?:start|dev|serve|start:\w{1,20}|worker|ingest|embed\w{0,20}|sync)"\s*:\s*"', re.MULTILINE)
_BUILDS = lazily(
    r"(?:^|/)(?:pom\.xml|build\.gradle(?:\.kts)?|build\.sbt|go\.mod|Cargo\.toml|[^/]+\.csproj|[^/]+\.fsproj|Package\.swift)$"
)
_ACTION = lazily(r"^[ \t]{1,8}main:[ \t]{1,4}['\"]?[\w./-]{1,200}\.[cm]?js\b", re.MULTILINE)  # of a `runs:` with Node
_REFERENCE = lazily(r"<ProjectReference\s{1,20}Include\s{0,5}=\s{0,5}\"([^\"\n]{1,300})\"")
_CONNECT = lazily(r'"appmode"\s{0,5}:')
_PRIMARY = lazily(r'"(?:primary_rmd|primary_html|entrypoint)"\s{0,5}:\s{0,5}"([\w./-]{1,200})"')
_HEAD = 5_000  # the checksums of all packages follow
_COMPILED = frozenset({"go", "java", "kotlin", "scala", "csharp", "rust"})
_SCRIPTED = frozenset({"javascript", "typescript", "vue", "svelte"})


def from_other_languages(repository: Repository, code: Code) -> Iterator[Start]:
    """Every system file that belongs to a program with an entry of its own, or that Posit Connect or `targets` runs."""
    yield from _on_connect(repository)
    yield from _targets(repository)
    programs = list(_programs(repository, code))
    if not programs:
        return
    for source in code.sources:
        if source.language == "python" or is_test(source.path) or is_demo(source.path):
            continue
        mine = [p for p in programs if source.language in p[1] and source.path.startswith(p[0])]
        if mine:
            _, _, way, evidence = max(mine, key=lambda p: len(p[0]))
            yield Start(source.path, way, (evidence,))


def _programs(repository: Repository, code: Code) -> Iterator[tuple[str, frozenset[str], Way, Evidence]]:
    """(folder with a slash, languages, way, evidence) of each program."""
    compiled = [s for s in code.sources if s.language in _COMPILED]
    ruby = any(s.language == "ruby" for s in code.sources)
    scripted = any(s.language in _SCRIPTED for s in code.sources)
    for path in repository.own:
        folder, slash, name = path.rpartition("/")
        prefix = folder + slash
        if ruby and _WEB.search(path):
            root = prefix.removesuffix("config/")
            yield root, frozenset({"ruby"}), Way.SERVICE, Evidence(path, 1, _first(repository.text(path)))
        elif scripted and name == "package.json":
            text = repository.text(path)
            match = _STARTS.search(text)
            if match:
                line = text.count("\n", 0, match.start()) + 1
                line += match[0].count("\n") if match[0].startswith("\n") else 0
                yield prefix, _SCRIPTED, Way.SERVICE, Evidence(path, line, text.split("\n")[line - 1])
        elif scripted and name in ("action.yml", "action.yaml"):
            text = repository.text(path)
            match = _ACTION.search(text)
            if match:
                line = text.count("\n", 0, match.start()) + 1
                yield prefix, _SCRIPTED, Way.JOB, Evidence(path, line, match[0])
        elif compiled and _BUILDS.search(path):
            entry = next((s for s in compiled if s.main and s.path.startswith(prefix)), None)
            if entry:
                for part in (prefix, *_referenced(repository, path)):
                    yield part, frozenset({entry.language}), Way.COMMAND, code.evidence(entry, entry.main)


def _referenced(repository: Repository, path: str) -> list[str]:
    """The folders of the projects that a project of .NET is built with, and those of theirs."""
    found: list[str] = []
    left = [path] if path.endswith("proj") else []
    while left:
        one = left.pop()
        for given in _REFERENCE.findall(repository.text(one)):
            other = posixpath.normpath(posixpath.join(posixpath.dirname(one), given.replace("\\", "/")))
            folder = f"{posixpath.dirname(other)}/"
            if repository.has(other) and folder not in found:
                found.append(folder)
                left.append(other)
    return found


def _on_connect(repository: Repository) -> Iterator[Start]:
    """The document or script that a `manifest.json` deploys: rendered on a schedule, or served."""
    for path in repository.glob("manifest.json"):
        head = repository.text(path)[:_HEAD]
        if not _CONNECT.search(head) or is_demo(path):
            continue
        match = _PRIMARY.search(head)
        if match:
            line = head.count("\n", 0, match.start()) + 1
            folder, slash, _ = path.rpartition("/")
            shown = Evidence(path, line, head.split("\n")[line - 1].strip())
            yield Start(f"{folder}{slash}{match[1]}", Way.JOB, (shown,))


def _targets(repository: Repository) -> Iterator[Start]:
    """The list of steps that `targets::tar_make()` runs, with what it sources (https://docs.ropensci.org/targets)."""
    for path in repository.glob("_targets.R"):
        line = next((n for n, text in enumerate(repository.lines(path), 1) if "tar_" in text or "targets" in text), 0)
        if line and not is_demo(path) and not is_test(path):
            yield Start(path, Way.PIPELINE, (Evidence(path, line, repository.line(path, line).strip()),))


def _first(text: str) -> str:
    return next((line for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#")), "")
