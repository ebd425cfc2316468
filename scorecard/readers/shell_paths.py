"""Paths as a shell means them: relative to its folder, to the checkout, or to the script that is being
read."""

import posixpath
import re

from scorecard.patterns import lazily

_ROOT = lazily(
    r"\$\{?(?:GITHUB_WORKSPACE|CI_PROJECT_DIR|WORKSPACE|BUILD_SOURCESDIRECTORY|SYSTEM_DEFAULTWORKINGDIRECTORY"
    r"|CODEBUILD_SRC_DIR|TRAVIS_BUILD_DIR|BITBUCKET_CLONE_DIR|DRONE_WORKSPACE|CIRCLE_WORKING_DIRECTORY|DEVBOX_PROJECT_ROOT"
    r"|PIXI_PROJECT_ROOT|POE_ROOT|MISE_PROJECT_ROOT)\b\}?"
    r"|\$\((?:Build\.SourcesDirectory|System\.DefaultWorkingDirectory|git rev-parse --show-toplevel)\)"
    r"|\$\{\{\s*github\.workspace\s*\}\}|\{\{\s*justfile_directory\(\)\s*\}\}|\{\{\.ROOT_DIR\}\}"
)
_HERE = lazily(r"\$\{?PWD\}?(?=/|\Z)|\$\(pwd\)|\$CURDIR\b|\$\{?CURDIR\}?")
_SCRIPT = lazily(r"dirname.{0,80}(?:\$\{?0\b|BASH_SOURCE)|\$\{0%|BASH_SOURCE\[?0?\]?%|%~dp0|\$PSScriptRoot")


def under_root(word: str) -> str | None:
    """What follows a variable that names the checkout (`$GITHUB_WORKSPACE/x`), None where there is none."""
    found = _ROOT.match(word)
    return word[found.end() :].lstrip("/\\") if found else None


def beside_script(word: str) -> str | None:
    """What follows `$(dirname "$0")` or its relatives, None where there is none."""
    if not _SCRIPT.search(word):
        return None
    for end in (")", "}", "%~dp0", "$PSScriptRoot"):
        if end in word:
            return word.rpartition(end)[2].lstrip("/\\")
    return ""


def joined(folder: str | None, path: str, *, here: str | None = None) -> str | None:
    """``path`` as a shell in ``folder`` means it, relative to the repository; None if outside of it or
    unknown."""
    path = path.replace("\\", "/")
    rooted, beside = under_root(path), beside_script(path)
    if beside is not None:
        folder, path = here, beside
    elif rooted is not None:
        folder, path = "", rooted
    else:
        path = _HERE.sub(".", path)
    if folder is None or path.startswith(("/", "~", "-")) or re.search(r"[$*?{}<>|%]|:[\\/]", path):
        return None
    result = posixpath.normpath(posixpath.join(folder, path))
    if result == ".":
        return ""
    return None if result.startswith("..") else result
