"""Build systems whose commands say little: whether `bazel build //...` makes an image stands in the files of the build."""

import re

from msgspec import Struct, field

from scorecard.facts.delivery_listed import Deed
from scorecard.facts.delivery_tables import BUILD, BUILD_AND_PUSH, ROLLOUT, Acts, What
from scorecard.patterns import lazily
from scorecard.readers.wrappers import Words
from scorecard.repository import Repository

# The tool: (files of the build, a rule in them that makes an image).
_RULES: dict[str, tuple[tuple[str, ...], str]] = {
    "bazel": (
        ("BUILD", "BUILD.bazel", "*.bzl"),
        r"^[ \t]*(?:oci_(?:image|push|tarball|load)|container_(?:image|push)|docker_build|(?:py3?|go|java|nodejs|rust|scala|war)_image)\(",
    ),
    "pants": (("BUILD", "BUILD.pants"), r"^[ \t]*docker_image\("),
    "nix": (("*.nix",), r"dockerTools\.(?:build|stream)\w*Image|nix2container|buildImage"),
    "goreleaser": ((".goreleaser.yml", ".goreleaser.yaml", "goreleaser.yml", "goreleaser.yaml"), r"^(?:dockers|dockers_v2|kos)\s*:"),
}  # fmt: skip
_NAMES = {"bazelisk": "bazel", "bazelw": "bazel", "nix-build": "nix"}
_PUSHES = lazily(r"push|publish", re.IGNORECASE)
_ROLLS = lazily(r"deploy|\.apply$|rollout", re.IGNORECASE)
_IMAGES = lazily(r"image|docker|container|oci|tarball|\.\.\.|:all|load", re.IGNORECASE)


class Builders(Struct, dict=True, eq=False):
    """Knows for each tool whether the repository makes images with it."""

    repository: Repository
    _known: dict[str, bool] = field(default_factory=dict)

    def deed(self, words: Words) -> Deed | None:
        """What a command of one of these tools does, None where the files of the build make no image."""
        tool = words[0].rpartition("/")[2] if words else ""
        tool = _NAMES.get(tool, tool)
        if tool not in _RULES or not self._makes_images(tool):
            return None
        acts = _acts(tool, words)
        what = What.SERVICE if acts == ROLLOUT else What.IMAGE
        return Deed(acts, what, " ".join((tool, *words[1:2]))) if acts else None

    def _makes_images(self, tool: str) -> bool:
        if tool not in self._known:
            names, sign = _RULES[tool]
            paths = list(self.repository.glob(*names))[:2_000]
            self._known[tool] = any(re.search(sign, self.repository.text(path), re.MULTILINE) for path in paths)
        return self._known[tool]


def _acts(tool: str, words: Words) -> Acts | None:
    goals = " ".join(word for word in words[1:] if not word.startswith("-"))
    if tool == "goreleaser":
        snapshot = any(w.startswith(("--snapshot", "--skip=publish", "--skip-publish")) for w in words)
        return (BUILD if snapshot else BUILD_AND_PUSH) if "release" in words[1:4] else None
    if tool == "pants":
        return BUILD_AND_PUSH if "publish" in words[1:6] else BUILD if "package" in words[1:6] else None
    if tool == "nix":
        return BUILD if "build" in words[1:2] or words[0].endswith("nix-build") else None
    if "run" in words[1:6]:
        return BUILD_AND_PUSH if _PUSHES.search(goals) else ROLLOUT if _ROLLS.search(goals) else None
    return BUILD if "build" in words[1:6] and _IMAGES.search(goals) else None
