"""The wheel alone, without this clone and without a network, makes a project."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
OFFLINE = ["unshare", "-rn"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("uv"), reason="uv builds the wheel"),
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(["uv", "build", "--quiet", "--wheel", "--out-dir", out, ROOT], check=True)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel; what it depends on is lent by ours, so that nothing is downloaded."""
    venv = tmp_path_factory.mktemp("venv") / "v"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    subprocess.run(
        ["uv", "pip", "install", "--quiet", "--no-deps", "--python", venv / "bin" / "python", wheel], check=True
    )
    site = next((venv / "lib").glob("python*/site-packages"))
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return venv / "bin" / "mlops"


def test_the_bundle_in_it_is_the_one_that_its_manifest_names(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        manifest = json.loads(archive.read("scaffolder/_bundled/templates.json"))
    assert "scaffolder/_bundled/templates.bundle" in names
    assert not [name for name in names if name.startswith(("templates/", "tests/"))]
    assert manifest["releases"]


def test_it_makes_the_same_project_as_this_clone_and_needs_no_network(installed: Path, tmp_path: Path) -> None:
    confined = OFFLINE if subprocess.run([*OFFLINE, "true"], check=False, capture_output=True).returncode == 0 else []
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    made = subprocess.run(
        [*confined, installed, "new", "wheel/churn", "--defaults"],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    subprocess.run([sys.executable, "-m", "mlops", "new", "clone/churn", "--defaults"], cwd=tmp_path, check=True)
    trees = [
        subprocess.run(
            ["git", "rev-parse", "HEAD^{tree}"], cwd=tmp_path / side / "churn", check=True, capture_output=True
        ).stdout
        for side in ("wheel", "clone")
    ]
    assert trees[0] == trees[1]


def test_plain_copier_understands_what_it_made(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extract("scaffolder/_bundled/templates.bundle", tmp_path)
    bundle = tmp_path / "scaffolder" / "_bundled" / "templates.bundle"
    subprocess.run([sys.executable, "-m", "mlops", "new", "churn", "--defaults"], cwd=tmp_path, check=True)
    said = yaml.safe_load((tmp_path / "churn" / ".copier-answers.yml").read_text())
    config = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{bundle}.insteadOf",
        "GIT_CONFIG_VALUE_0": said["_src_path"],
        "COPIER_CACHE_DIR": str(tmp_path / "cache"),
    }
    command = [sys.executable, "-m", "copier", "recopy", "--defaults", "--overwrite", "--vcs-ref", said["_commit"], "."]
    done = subprocess.run(
        command, cwd=tmp_path / "churn", env={**os.environ, **config}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    status = subprocess.run(["git", "status", "--porcelain"], cwd=tmp_path / "churn", capture_output=True, check=True)
    assert status.stdout == b""
