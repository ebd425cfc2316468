"""How releases are told apart: tags, a changelog that is kept, automation in CI."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Self

from msgspec import Struct

from scorecard.ci.model import Step, Trigger
from scorecard.facts.pipelines import Pipelines, Run
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_test
from scorecard.patterns import lazily
from scorecard.readers import yaml
from scorecard.repository import Repository

_TAG = lazily(
    r"(?:[A-Za-z][\w.]*+[-/@][-_/@]?){0,3}(?:[A-Za-z][\w.]*[-_/@]{1,2})?(?:v|V|ver|version|rel|release)?[-_.]?\d{1,4}(?:\.\d{1,5}){1,3}(?:[-+]?[\w.])*|v\d{1,3}(?:[-.]?(?:rc|beta|alpha)\d*)?"
)
_DATE = lazily(r"(?:[A-Za-z]+[-_/])?v?20\d\d[-_.]?(?:0[1-9]|1[0-2])(?:[-_.]?\d\d)?(?:[-.]?\w)*")
# Names of releases without a number of the usual kind: `2024-assessment-year`, `model-12`, `prod_2024w07`.
_YEAR = lazily(r"(?<!\d)20[0-4]\d(?!\d{3,})")
_NUMBERED = lazily(
    r"(?:^|[-_/.])(?:v|ver|version|release|rel|r|prod|production|model|deploy|deployment|build|stable|final|sprint|rc|live)[-_/.]?\d{1,6}(?:$|[-_/.])",
    re.IGNORECASE,
)
_LESSON = lazily(
    r"lesson|lecture|chapter|homework|week|lab(?:[-_/\d]|$)|step|part|module|section|exercise|start|solution|cohort|workshop|paper|submission|neurips|icml|backup|before|old|wip|tmp|test|demo|video",
    re.IGNORECASE,
)
_NOTES = lazily(
    r"^(#{1,4})\s+\W{0,4}\s?(?:change ?log|release (?:notes|history)|releases|version history|versions|what.?s new|(?:\w+ )?changes (?:from|since|in|between|by) .{0,40}versions?|(?:\w+ )?changes by (?:year|version|release)|revision history|history of changes|model versions|changes)\W{0,4}$",
    re.IGNORECASE,
)
_ENTRY = lazily(
    r"^\s{0,3}(?:#{2,6}|[-*+]|\||\d+\.)\s+\W{0,6}(?:version |release |v)?\s?(v?\d+\.\d+(?:\.\d+)?|v\d+|20\d\d[-./]\d\d(?:[-./]\d\d)?)(?![\d%])",
    re.IGNORECASE,
)
_YEARLY = lazily(r"^\s{0,3}#{2,6}\s.{0,40}?\b(20[0-4]\d)\b")
_FILES = lazily(
    r"(?:CHANGELOG|CHANGES|HISTORY|NEWS|RELEASES?|RELEASE[-_]?NOTES|CHANGE[-_]?LOG)(?:\.(?:mdx?|rst|txt|adoc))?",
    re.IGNORECASE,
)
_HEADING = lazily(
    r"^(?:#{1,4}\s*|=+\s*|\*\*)?(?:\[|<a[^>]{0,80}></a>\s*)?(?:version|release|v)?\s?v?(\d+\.\d+(?:\.\d+)?|20\d\d[-./]\d\d[-./]\d\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? (?:\d{1,2},? )?20\d\d)\b",
    re.IGNORECASE,
)
_NOTE_FILE = lazily(
    r"(?:^|/)(?:release[-_]?notes|changelogs?|releases|\.changes|whats[-_]?new)/(?:[A-Za-z][\w-]{0,30}[-_])?v?(\d{1,4}\.\d{1,4}(?:\.\d{1,4})?)\.(?:mdx?|rst|txt|ya?ml)$",
    re.IGNORECASE,
)
_OF_PACKAGE = lazily(
    r"^#{1,3} [A-Za-z][\w.]{1,30} v?(\d{1,4}\.\d{1,4}(?:\.\d{1,5}){0,2})(?:\s|$)"
)  # NEWS.md of an R package
_ACTIONS = (
    "softprops/action-gh-release", "actions/create-release", "googleapis/release-please-action", "google-github-actions/release-please-action", "ncipollo/release-action", "cycjimmy/semantic-release-action",
    "python-semantic-release/", "relekang/python-semantic-release", "changesets/action", "goreleaser/goreleaser-action", "release-drafter/release-drafter", "mathieudutour/github-tag-action",
    "anothrnick/github-tag-action", "marvinpinto/action-automatic-releases", "svenstaro/upload-release-action", "orhun/git-cliff-action", "pypa/gh-action-pypi-publish", "commitizen-tools/commitizen-action",
    "codfish/semantic-release-action", "js-devtools/npm-publish", "rymndhng/release-on-push-action", "phips28/gh-action-bump-version", "taiki-e/create-gh-release-action", "elgohr/github-release-action",
    "githubrelease@", "helm/chart-releaser-action", "shivammathur/", "release-plz/action", "gittools/actions/gitversion", "jreleaser/release-action", "haya14busa/action-bumpr", "tibdex/auto-release",
)  # fmt: skip
_COMMANDS = (
    ("semantic-release",), ("release-please",), ("git-cliff",), ("git", "cliff"), ("cz", "bump"), ("changeset", "publish"), ("changeset", "version"), ("goreleaser",), ("gh", "release", "create"), ("hub", "release", "create"),
    ("standard-version",), ("release-it",), ("bumpversion",), ("bump2version",), ("bump-my-version",), ("npm", "version"), ("npm", "publish"), ("pnpm", "publish"), ("yarn", "publish"), ("poetry", "publish"), ("twine", "upload"),
    ("uv", "publish"), ("flit", "publish"), ("hatch", "publish"), ("pdm", "publish"), ("release-cli", "create"), ("glab", "release", "create"), ("jreleaser",), ("cargo", "release"), ("cargo", "publish"), ("lerna", "publish"),
    ("git", "tag"), ("towncrier", "build"), ("python", "-m", "twine"), ("gem", "push"), ("rake", "release"), ("mvn", "release:perform"), ("poetry", "version"), ("uv", "version"), ("auto", "shipit"), ("helm", "push"),
)  # fmt: skip
_TAGGED = ("docker/build-push-action", "docker/metadata-action", "docker@2")


class Releases(Struct, frozen=True):
    """``tags`` that name versions; ``changelogs`` with two versions or more; ``automation`` in CI; ``blank`` changelogs without versions."""

    tags: tuple[str, ...]
    changelogs: tuple[Evidence, ...]
    automation: tuple[Evidence, ...]
    blank: tuple[Evidence, ...] = ()
    other_tags: tuple[str, ...] = ()
    shallow: bool = False
    tagged: tuple[Evidence, ...] = ()  # the newest tags, where git wrote them down

    @classmethod
    def gather(cls, repository: Repository, pipelines: Pipelines) -> Self:
        yearly = set(_years(repository.history.tags))
        tags = [tag for tag in repository.history.tags if tag in yearly or _names_a_release(tag)]
        kept: list[Evidence] = []
        blank: list[Evidence] = []
        for path in repository.own:
            if (
                path.count("/") <= 2
                and _FILES.fullmatch(path.rpartition("/")[2])
                and not is_test(path)
                and not is_demo(path)
            ):
                found = list(_versions(path, repository.text(path)))
                distinct = {e.text.split("version")[-1].strip("#[ *=") for e in found}
                (kept if len(distinct) >= 2 else blank).append(found[0] if found else Evidence(path))
        kept += _note_files(repository)
        for path in repository.glob("README*"):
            kept += _notes(path, repository.text(path)) if path.count("/") <= 1 and not is_demo(path) else []
        known = frozenset(tags)
        others = [tag for tag in repository.history.tags if tag not in known]
        return cls(
            tuple(tags),
            tuple(kept),
            (*_automated(pipelines), *_declared(repository)),
            tuple(blank),
            tuple(others),
            repository.history.shallow,
            _tagged(repository, tags),
        )


def _note_files(repository: Repository) -> list[Evidence]:
    """A folder with a file of notes for each release, two at least."""
    found = [path for path in repository.own if _NOTE_FILE.search(path) and not is_test(path) and not is_demo(path)]
    return [Evidence(path) for path in sorted(found, reverse=True)[:1]] if len(found) >= 2 else []


def _declared(repository: Repository) -> Iterator[Evidence]:
    """A job of GitLab that makes a release by its own keyword."""
    for path in repository.glob(".gitlab-ci.yml", ".gitlab/**/*.yml", "ci/*.yml"):
        text = repository.text(path)
        if "tag_name" not in text or "release" not in text:
            continue
        try:
            documents = yaml.read(text)
        except yaml.YamlError:
            continue
        for document in documents:
            for _, job in document.items() if document.is_map else ():
                if job.is_map and job["release"].has("tag_name"):
                    line = job.key_line("release")
                    yield Evidence(path, line, repository.lines(path)[line - 1])


def _tagged(repository: Repository, tags: list[str]) -> tuple[Evidence, ...]:
    if not tags:
        return ()
    shown = ", ".join(reversed(tags[-3:])) + (", …" if len(tags) > 3 else "")
    return (repository.history.tag_evidence(tags[-1], f"tags {shown}"),)


def _names_a_release(tag: str) -> bool:
    """A version, a date, or a year or running number beside a word of releases; never a lesson of a course."""
    return bool(_TAG.fullmatch(tag) or _DATE.fullmatch(tag) or (_NUMBERED.search(tag) and not _LESSON.search(tag)))


def _years(tags: Iterable[str]) -> list[str]:
    """Tags that differ in the year: one per year names releases, a single one an occasion."""
    found = [tag for tag in tags if _YEAR.search(tag) and not _LESSON.search(tag)]
    stems = [_YEAR.sub("", tag) for tag in found]
    times = Counter(stems)
    return [tag for tag, stem in zip(found, stems, strict=True) if times[stem] >= 2]


def _notes(path: str, text: str) -> list[Evidence]:
    """A section of release notes with two versions or years at least."""
    rows = text.split("\n")
    for number, row in enumerate(rows, 1):
        heading = _NOTES.match(row[:200])
        if not heading:
            continue
        seen = set()
        for below in rows[number : number + 400]:
            if below.startswith("#") and len(below) - len(below.lstrip("#")) <= len(heading[1]):
                break
            entry = _ENTRY.match(below[:200]) or _YEARLY.match(below[:200])
            seen |= {entry[1]} if entry else set()
        if len(seen) >= 2:
            return [Evidence(path, number, row)]
    return []


def _versions(path: str, text: str) -> Iterator[Evidence]:
    rows = text.split("\n")
    for number, row in enumerate(rows, 1):
        following = rows[number] if number < len(rows) else ""
        underlined = bool(re.match(r"[-=~^]{3,}\s*$", following))
        headed = row.startswith(("#", "=", "**")) or underlined
        if _OF_PACKAGE.match(row) or (headed and _HEADING.match(row)):
            yield Evidence(path, number, row)


def _automated(pipelines: Pipelines) -> Iterator[Evidence]:
    for job, step in pipelines.steps(_releases):
        yield from (*job.trigger_evidence[:1], step.evidence)
    for job, step in pipelines.steps(lambda step: step.uses.lower().startswith(_TAGGED)):
        if Trigger.TAG in job.triggers and Trigger.PUSH not in job.triggers:
            yield from (*job.trigger_evidence[:1], step.evidence)
    for run in pipelines.all_runs():
        if _is_release(run) and (run.words[:2] != ("git", "tag") or _pushes(pipelines, run)):
            yield from (*run.job.trigger_evidence[:1], *run.chain[-3:])


def _releases(step: Step) -> bool:
    by_script = step.uses.lower().startswith("actions/github-script") and "createRelease" in step.input("script")
    return by_script or step.uses.lower().startswith(_ACTIONS)


def _pushes(pipelines: Pipelines, run: Run) -> bool:
    """Does the job push what it tagged? A tag that dies with the runner names nothing."""
    return any(other.words[:2] == ("git", "push") for other in pipelines.runs(run.job))


def _is_release(run: Run) -> bool:
    words = (
        tuple(w for w in run.words if w not in ("run", "exec", "--"))
        if run.words[:1] in (("npx",), ("pnpm",), ("yarn",))
        else run.words
    )
    words = words[1:] if words[:1] == ("npx",) else words
    if words[:1] in (("mvn",), ("mvnw",), ("./mvnw",)):
        return "release:perform" in words
    for parts in _COMMANDS:
        if words[: len(parts)] == parts:
            if parts == ("git", "tag"):
                return len(words) > 2 and not any(
                    w in ("-l", "--list", "-d", "--points-at", "--sort", "--contains", "--merged")
                    or w.startswith(("--sort", "-l", "--points"))
                    for w in words[2:]
                )
            if parts in (("poetry", "version"), ("uv", "version")):
                return any(w in ("patch", "minor", "major", "--bump") for w in words[2:])
            return not ("--dry-run" in words or "--snapshot" in words)
    return bool(
        run.words[:2] in (("docker", "push"), ("docker", "buildx"))
        and Trigger.TAG in run.job.triggers
        and Trigger.PUSH not in run.job.triggers
    )
