"""The build hook: the templates of every release go into the wheel and the sdist as one bundle."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Templates(BuildHookInterface):  # type: ignore[type-arg]  # hatchling is there at build time alone
    """Fails where the clone lacks the history of an earlier release: else its projects could never be updated."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  hatchling's signature
        """Called by hatchling before it collects the files."""
        root = Path(self.root)
        out = root / "scaffolder" / "_bundled"
        unpacked = (out / "templates.bundle").exists() and not (root / ".git").exists()
        if version == "editable" or unpacked:  # a clone uses its work tree; an sdist brings the bundle along
            return
        sys.path.insert(0, str(root))
        try:
            from scaffolder import bundle  # noqa: PLC0415  what is to be built cannot be imported before

            try:
                bundle.build(root, out)
            except bundle.HistoryMissing:
                if not _deepened(root):
                    raise
                bundle.build(root, out)
        finally:
            sys.path.remove(str(root))


def _deepened(root: Path) -> bool:
    """Fetch what a shallow clone lacks from where it came: pre-commit makes such clones, and lets nobody say otherwise."""
    if not (root / ".git" / "shallow").exists():
        return False
    command = ["git", "fetch", "--quiet", "--unshallow", "origin"]
    return subprocess.run(command, cwd=root, stdin=subprocess.DEVNULL, check=False, timeout=600).returncode == 0  # noqa: S603  the same git that cloned it
