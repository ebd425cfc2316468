"""Paths that commands name and that are not there. Says nothing where something may have brought them."""

import re
from itertools import pairwise

from msgspec import Struct, field

from scorecard.facts.execution import Site
from scorecard.facts.locating import Locator, Place
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.wrappers import Words, option

_MAKES = frozenset({"mkdir", "touch", "cp", "mv", "ln", "tee", "install", "New-Item", "Copy-Item", "split"})
_DOWNLOADS = frozenset({"curl", "wget", "Invoke-WebRequest"})
_BRINGS = frozenset(
    {
        "unzip", "tar", "7z", "Expand-Archive", "gsutil", "azcopy", "rclone", "rsync", "scp", "ssh", "svn",
        "dvc", "kaggle", "gdown",
        "huggingface-cli", "hf", "cookiecutter", "copier", "cruft", "degit", "vagrant",
    }
)  # fmt: skip
_PLATFORMS = frozenset({"aws", "az", "gcloud", "gh", "mlflow", "wandb", "databricks"})
_FETCHES = frozenset({"cp", "sync", "download", "download-batch", "copy", "checkout", "clone", "get", "export-dir"})
_PAIRS = frozenset(
    {
        ("git", "clone"), ("git", "submodule"), ("git", "checkout"), ("git", "pull"), ("git", "lfs"), ("docker", "cp"),
        ("pip", "download"),
    }
)  # fmt: skip
_FROM_ELSEWHERE = lazily(
    r"download-artifact|attach_workspace|DownloadPipelineArtifact|DownloadBuildArtifacts"
    r"|^[ \t-]+repository:[ \t]*['\"]?(?:[\w.-]+/[\w.-]|\$\{)",
    re.MULTILINE,
)
_LITERAL = lazily(r"(?:\./)?\w[\w./-]*\Z")
_ANYTHING = "*"


class DeadEnds(Struct, dict=True, eq=False):
    locator: Locator
    found: list[Evidence] = field(default_factory=list)
    _produced: dict[str, set[str]] = field(default_factory=dict)  # what the commands of a pipeline's file create
    _judged: dict[str, bool] = field(default_factory=dict)

    def may_judge(self, path: str) -> bool:
        """Is everything that the commands of this pipeline see a part of the repository, under these names?"""
        known = self._judged.get(path)
        if known is None:
            repository = self.locator.repository
            is_template = path.startswith(repository.template_roots) if repository.template_roots else False
            known = not is_template and not _FROM_ELSEWHERE.search(repository.text(path))
            self._judged[path] = known
        return known

    def check(self, words: Words, site: Site, pipeline: str) -> None:
        """Folders that are entered, and requirements that are installed."""
        if words[0] in ("cd", "pushd") and len(words) > 1:
            self._entered(words[1], site, pipeline)
        elif words[0] in ("pip", "uv") and "install" in words:
            for word, following in pairwise(words):
                if word in ("-r", "--requirement", "--requirements"):
                    self.missing("installs", following, site, pipeline)

    def _entered(self, word: str, site: Site, pipeline: str) -> None:
        path = self.locator.path(word, site.place)
        if not path or not _LITERAL.match(word) or site.guarded or not site.place.sure:
            return
        if self.locator.has_folder(path) or not self.locator.has_folder(site.place.folder or ""):
            return
        if self.locator.is_missing(f"{path}/any.py", Place()) and not self._is_produced(path, pipeline):
            self.add(site, f"enters {word}, which does not exist")

    def missing(self, verb: str, word: str, site: Site, pipeline: str) -> None:
        """Note that ``word`` names a file that does not exist, if that is certain."""
        if site.guarded or not self.locator.is_missing(word, site.place):
            return
        path = self.locator.path(word, site.place)
        if not self._is_produced(path, pipeline):
            self.add(site, f"{verb} {path}, which does not exist")

    def add(self, site: Site, text: str) -> None:
        evidence = Evidence(site.path, max(site.line, 1), text)
        if evidence not in self.found:
            self.found.append(evidence)

    def _is_produced(self, path: str, pipeline: str) -> bool:
        made = self._produced.get(pipeline, set())
        name = path.rpartition("/")[2]
        return _ANYTHING in made or any(
            path == one or path.startswith(one + "/") or one == name or one.endswith("/" + name) for one in made
        )

    def remember(self, words: Words, writes: tuple[str, ...], pipeline: str) -> None:
        """What a command creates, so that a later use of it is no dead end."""
        made = self._produced.setdefault(pipeline, set())
        names = list(writes)
        if words and words[0] in _MAKES:
            names += words[1:]
        elif words and words[0] in _DOWNLOADS:
            given = [option(words, name) for name in ("-o", "-O", "--output", "--output-document", "-OutFile")]
            names += [name for name in given if name] or [_ANYTHING]
        elif words and (
            words[0] in _BRINGS or words[:2] in _PAIRS or (words[0] in _PLATFORMS and _FETCHES & set(words))
        ):
            names.append(_ANYTHING)
        made.update(name.removeprefix("./").rstrip("/") for name in names if name)
