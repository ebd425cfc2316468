"""A year in the life of a project, without a network: a wheel makes it, people edit it, the next wheel updates it."""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from scaffolder import bundle

Git = Callable[..., str]
ROOT = Path(__file__).parents[2]
NEXT = "v99.0.0"
CARD = "templates/project/[[ in_tabular ]]/docs/model-card.md.jinja"
ALONE = ["unshare", "-rn"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("uv"), reason="uv builds the wheel"),
]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """One of what is here, and one of a later day, with a release more."""
    clone = tmp_path_factory.mktemp("clone") / "clone"

    def call(*command: str | Path, cwd: Path = clone) -> str:
        return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True).stdout

    call("git", "clone", "-q", ROOT, clone, cwd=ROOT)
    for name in call("git", "ls-files", "-z", "--modified", "--others", "--exclude-standard", cwd=ROOT).split("\0"):
        if name and (ROOT / name).is_file():  # what is being worked on
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, clone / name)
    built = []
    for release in (False, True):
        if release:
            (clone / CARD).write_text((clone / CARD).read_text() + "\nA line of the next release.\n")
            (clone / "templates" / "project" / "[[ in_tabular ]]" / "docs" / "next.md").write_text("Next.\n")
            call("git", "add", "-A")
            call("git", "commit", "-qm", "next")
            bundle.release(clone, NEXT, "the model card has a line more")
        out = clone.with_name(f"dist-{release}")
        call("uv", "build", "--quiet", "--wheel", "--out-dir", out)
        built.append(next(out.glob("*.whl")))
    return built[0], built[1]


@pytest.fixture(scope="module")
def installed(wheels: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An environment with each; what they depend on is lent by ours."""
    commands = []
    for wheel in wheels:
        venv = tmp_path_factory.mktemp("venv") / "v"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
        install = ["uv", "pip", "install", "--quiet", "--no-deps", "--python", venv / "bin" / "python", wheel]
        subprocess.run(install, check=True)
        site = next((venv / "lib").glob("python*/site-packages"))
        (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
        commands.append(venv / "bin" / "mlops")
    return commands[0], commands[1]


def mlops(command: Path, *arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    alone = ALONE if subprocess.run([*ALONE, "true"], check=False, capture_output=True).returncode == 0 else []
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run([*alone, command, *arguments], cwd=cwd, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def hostile(settings: Path, here: Path) -> Path:
    """A git that is set up so that nearly everything fails, or gives other bytes."""
    hooks = here.parent / "hooks"
    (hooks / "hooks").mkdir(parents=True)
    for name in ("pre-commit", "prepare-commit-msg", "post-checkout", "post-index-change", "reference-transaction"):
        for path in (hooks / name, hooks / "hooks" / name):
            path.write_text("#!/bin/sh\nexit 1\n")
            path.chmod(0o755)
    settings.write_text(
        settings.read_text()
        + f"[core]\nhooksPath = {hooks}\nautocrlf = true\nfsmonitor = /bin/false\nsafecrlf = true\n"
        + f"excludesFile = {hooks}/excludes\n[init]\ntemplateDir = {hooks}\n[commit]\ngpgSign = true\n"
        + "[merge]\nrenames = false\nconflictStyle = diff3\n[diff]\nexternal = /bin/false\nnoprefix = true\n"
        + "[color]\nui = always\n[status]\nshort = true\n"
    )
    (hooks / "excludes").write_text("*.md\n")
    return hooks


def commit(git: Git, project: Path, message: str) -> None:
    plain = ["-c", "core.hooksPath=/dev/null", "-c", "commit.gpgSign=false", "-c", "core.safecrlf=false"]
    git(project, *plain, "add", "-A")
    git(project, *plain, "commit", "-qm", message)


def test_a_project_is_made_edited_and_updated_offline_under_a_hostile_git_and_from_a_hook(
    installed: tuple[Path, Path], here: Path, git: Git, hostile: Path
) -> None:
    first, second = installed
    made = mlops(first, "new", "churn", "--defaults", "--ref", "v1.0.0", cwd=here)
    assert made.returncode == 0, made.stderr
    project = here / "churn"
    card = project / "docs" / "model-card.md"
    card.write_text("Mine, above all.\n" + card.read_text())
    (project / "src" / "churn" / "own.py").write_text("OWN = 1\n")
    (project / "CONTRIBUTING.md").unlink()
    commit(git, project, "mine")
    assert mlops(first, "update", "--check", cwd=project).returncode == 1
    assert NEXT not in mlops(first, "versions", cwd=here).stdout
    assert NEXT in mlops(second, "versions", cwd=here).stdout

    hook = hostile / "post-commit"
    hook.write_text(
        f'#!/bin/sh\nunset PYTHONPATH\n[ -n "$GIT_INDEX_FILE" ] || exit 7\n{second} update > "{here}/said" 2>&1\n'
    )
    hook.chmod(0o755)
    (hostile / "pre-commit").unlink()
    (hostile / "prepare-commit-msg").unlink()
    (hostile / "post-index-change").unlink()
    (hostile / "reference-transaction").unlink()
    head = ["-c", "commit.gpgSign=false", "commit", "-q", "--allow-empty", "-m", "calls the hook"]
    git(project, *head)
    said = (here / "said").read_text()
    assert f"to {NEXT}" in said, said
    assert "the model card has a line more" in said
    assert card.read_text().startswith("Mine, above all.\n")
    assert card.read_text().endswith("A line of the next release.\n")
    assert (project / "docs" / "next.md").read_text() == "Next.\n"
    assert (project / "src" / "churn" / "own.py").read_text() == "OWN = 1\n"
    assert not (project / "CONTRIBUTING.md").exists()
    assert b"\r" not in card.read_bytes()
    assert git(project, "log", "-1", "--format=%s") == "calls the hook"
    commit(git, project, "update")
    assert git(project, "status", "--porcelain") == ""
    assert mlops(second, "update", "--check", cwd=project).returncode == 0
    refused = mlops(first, "update", cwd=project)
    assert refused.returncode == 3
    assert f"made with {NEXT}, this mlops knows up to" in refused.stderr


def test_plain_copier_updates_what_we_updated(
    installed: tuple[Path, Path], wheels: tuple[Path, Path], here: Path, git: Git
) -> None:
    first, second = installed
    newest = bundle.locked(ROOT)[-1].version  # what lies unreleased in our repository has no tag that copier could find
    assert mlops(first, "new", "churn", "--defaults", "--ref", "v1.0.0", cwd=here).returncode == 0
    assert mlops(first, "update", "--ref", newest, cwd=here / "churn").returncode == 0
    commit(git, here / "churn", "update")
    with zipfile.ZipFile(wheels[1]) as archive:
        archive.extract("scaffolder/_bundled/templates.bundle", here)
    config = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{here}/scaffolder/_bundled/templates.bundle.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://sevenasks.invalid/templates.git",
        "COPIER_CACHE_DIR": str(here / "cache"),
    }
    plain = [sys.executable, "-m", "copier", "update", "--defaults", "--quiet"]
    subprocess.run(plain, cwd=here / "churn", env={**os.environ, **config}, check=True)
    commit(git, here / "churn", "copier update")
    assert mlops(second, "new", "fresh/churn", "--defaults", cwd=here).returncode == 0
    trees = [git(folder / "churn", "rev-parse", "HEAD^{tree}") for folder in (here, here / "fresh")]
    assert trees[0] == trees[1]
    assert mlops(second, "update", "--check", cwd=here / "churn").returncode == 0
