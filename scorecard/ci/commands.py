"""What CI systems have in common about commands: where they run, and whether their failure counts."""

import posixpath
import re

from scorecard.patterns import lazily

_CHECKOUT = lazily(
    r"^(?:\$\{\{\s*github\.workspace\s*\}\}|\$\{?GITHUB_WORKSPACE\}?|\$\{?CI_PROJECT_DIR\}?|\$\{?(?:env\.)?WORKSPACE\}?"
    r"|\$\((?:build\.sourcesdirectory|system\.defaultworkingdirectory|build\.repository\.localpath)\))(?:[/\\]|$)",
    re.IGNORECASE,
)
_FORGIVEN = lazily(r"\|\|\s*+(?:true|:|exit\s++0|echo\b[^|&;]*+)(?:\s*+;)?\s*+$")
_TRIVIAL = lazily(r"^(?:#|set\s|echo\b|cd\s|export\s|[A-Za-z_]\w*=\S*$|exit\s+0\s*$|fi\b|done\b|else\b|\}|then\b)")


def folder(written: str, base: str = "") -> str:
    """A working directory seen from the repository (its root is ""); one with a variable stays as written."""
    stripped = _CHECKOUT.sub("", written.strip().replace("\\", "/"))
    if stripped.startswith(("/", "~", "$")):
        return stripped.rstrip("/")
    from_root = stripped != written.strip().replace("\\", "/")
    joined = posixpath.normpath(posixpath.join("" if from_root else base, stripped or "."))
    return "" if joined in (".", "/") or joined.startswith("..") else joined


def is_literal(written: str) -> bool:
    """Does the path mean the same wherever it is read: no variable, no absolute path?"""
    return (
        bool(written)
        and not any(sign in written for sign in ("$", "TEMPLATE", "{"))
        and not written.startswith(("/", "~"))
    )


def forgiven(command: str) -> bool:
    """Is the failure of everything that this command does ignored (`pytest || true`)?"""
    lines = [line.strip() for line in command.replace("\\\n", " ").split("\n")]
    telling = [line for line in lines if line and not _TRIVIAL.match(line)]
    return bool(telling) and all(_FORGIVEN.search(line) for line in telling)
