"""The action, the hook and the snippets: held against their vendors' schemas, and run as they stand, on a change that makes something worse."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from sarif_pydantic import Sarif

from tests.helpers import GIT, commit, started
from tests.interpreters.expressions import evaluate

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
DOC = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
SNIPPETS = {m[1]: m[2] for m in re.finditer(r'^```\w+ title="([^"]+)"\n(.*?)^```$', DOC, re.DOTALL | re.MULTILINE)}
TRAIN = "import pandas as pd\nfrom sklearn.svm import SVC\nSVC().fit(pd.read_csv('a.csv')[['x']], 1)\n"
LOST = "testing.tests was met and is unmet now"


@pytest.fixture
def change(tmp_path: Path) -> Path:
    """A clone whose branch takes the tests away that `main` of its origin has."""
    origin = started(tmp_path / "origin")
    (origin / "train.py").write_text(TRAIN)
    (origin / "tests").mkdir()
    (origin / "tests" / "test_a.py").write_text("from train import SVC\n\n\ndef test_a():\n    assert SVC().C == 1\n")
    commit(origin)
    subprocess.run(["git", "clone", "-q", str(origin), str(tmp_path / "clone")], check=True)
    clone = tmp_path / "clone"
    shutil.rmtree(clone / "tests")
    commit(clone)
    return clone


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A machine of CI: `uvx --from X mlops …` is this mlops, and `gh` writes down what it is asked for."""
    tools = tmp_path / "tools"
    tools.mkdir()
    uvx = f'#!/bin/bash\nwhile [ "$1" != mlops ]; do shift; done\nshift\nexec {sys.executable} -m mlops "$@"\n'
    gh = f'#!/bin/bash\nprintf "%s\\n" "$*" >> {tmp_path}/asked\n[ "$2" != --paginate ] || cat {tmp_path}/comments 2> {os.devnull}\n[ ! -e {tmp_path}/refused ] || {{ echo "HTTP 403" >&2; exit 1; }}\n'
    for name, text in (("uvx", uvx), ("gh", gh)):
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    (tmp_path / "temp").mkdir()
    path = {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT),
        "RUNNER_TEMP": str(tmp_path / "temp"),
    }
    files = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    return path | files | {"GITHUB_REPOSITORY": "ada/delays"}


def run_action(
    folder: Path, env: Mapping[str, str], pull_request: str = "7", **given: str
) -> tuple[int, str, dict[str, str]]:
    """Exit code, log and outputs of our action; steps of other actions are passed over."""
    names = {f"inputs.{name.replace('-', '_')}": said.get("default", "") for name, said in ACTION["inputs"].items()}
    names |= {f"inputs.{name}": value for name, value in given.items()} | {
        "github.event.pull_request.number": pull_request
    }
    log = ""

    def filled(text: str) -> str:
        return re.sub(
            r"\$\{\{ (.+?) \}\}",
            lambda m: names.get(m[1].replace("-", "_"), "") if m[1] != "github.token" else "t",
            text,
        )

    for step in ACTION["runs"]["steps"]:
        if "run" not in step or ("if" in step and not evaluate(step["if"], names)):
            continue
        assert "${{" not in step["run"], "what others may write reaches the shell through variables only"
        own = {name: filled(value) for name, value in step.get("env", {}).items()}
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        done = subprocess.run(shell, cwd=folder, env={**env, **own}, capture_output=True, text=True, check=False)
        log += done.stdout + done.stderr
        if "id" in step:
            for line in (
                Path(env["GITHUB_OUTPUT"]).read_text().splitlines() if Path(env["GITHUB_OUTPUT"]).exists() else []
            ):
                name, _, value = line.partition("=")
                names[f"steps.{step['id']}.outputs.{name}"] = value
        if done.returncode:
            return done.returncode, log, {}
    outputs = {name: filled(said["value"]) for name, said in ACTION["outputs"].items()}
    return 0, log, outputs


# the action ----------------------------------------------------------------------------------------------------------


def test_the_action_is_what_github_and_zizmor_want() -> None:
    for command in (
        ["zizmor", "--offline", "--quiet", "action.yml"],
        ["zizmor", "--offline", "--quiet", ".github/workflows"],
        ["check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml"],
    ):
        done = subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    for step in ACTION["runs"]["steps"]:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step.get("uses", "a@" + "0" * 40))


def test_a_change_that_makes_something_worse_fails_after_everything_is_reported(
    change: Path, env: dict[str, str]
) -> None:
    code, log, _ = run_action(change, env, base="origin/main", fail_on="regression")
    assert code == 1
    assert LOST in log
    assert "::warning" in log
    assert "worse** than `origin/main`" in Path(env["GITHUB_STEP_SUMMARY"]).read_text()


def test_what_is_fine_gives_its_outputs(change: Path, env: dict[str, str]) -> None:
    code, _, outputs = run_action(change, env, base="origin/main")
    assert code == 0
    assert outputs["first"] == "versioning.environment" or outputs["first"].count(".") == 1
    assert 0 <= int(outputs["met"]) < int(outputs["applicable"])
    assert Sarif.model_validate_json(Path(outputs["sarif"]).read_text()).runs[0].results
    assert not (Path(env["HOME"]) / "asked").exists(), "nobody asked for a comment"


@pytest.mark.parametrize(
    ("given", "code"),
    [({"min_level": "data=1\ntesting=0\n"}, 1), ({"min_level": "testing=0"}, 0), ({"min_met": "99%"}, 1), ({"min_level": "tests=1"}, 2), ({"fail_on": "regression"}, 0), ({"base": "no-such-branch"}, 2), ({"path": "nowhere"}, 2)],
)  # fmt: skip
def test_its_inputs_gate_and_a_mistake_in_them_fails(
    change: Path, env: dict[str, str], given: dict[str, str], code: int
) -> None:
    assert run_action(change, env, **given)[0] == code


@pytest.mark.parametrize("word", ["$(touch canary)", "`touch canary`", "x; touch canary", "'; touch canary; '"])
def test_no_input_is_run(change: Path, env: dict[str, str], word: str) -> None:
    for name in ("path", "base", "min_level", "config", "checks"):
        assert run_action(change, env, **{name: word})[0] == 2
    assert not list(change.rglob("canary"))


def test_the_comment_is_made_once_and_then_kept_current(change: Path, env: dict[str, str]) -> None:
    home = Path(env["HOME"])
    assert run_action(change, env, base="origin/main", comment="true")[0] == 0
    made = (home / "asked").read_text().splitlines()
    assert "api --silent repos/ada/delays/issues/7/comments -F body=@" in made[1]
    body = Path(made[1].rpartition("@")[2]).read_text()
    assert body.startswith("<!-- the seven asks of MLOps -->\n## The seven asks")
    (home / "asked").unlink()
    (home / "comments").write_text("42\n")
    assert run_action(change, env, comment="true")[0] == 0
    assert "-X PATCH repos/ada/delays/issues/comments/42" in (home / "asked").read_text()


def test_a_comment_that_may_not_be_written_costs_nothing(change: Path, env: dict[str, str]) -> None:
    (Path(env["HOME"]) / "refused").touch()
    code, log, _ = run_action(change, env, comment="true")
    assert code == 0
    assert "::notice::The report is in the summary" in log
    assert "HTTP 403" in log


def test_a_push_has_no_pull_request_to_comment(change: Path, env: dict[str, str]) -> None:
    assert run_action(change, env, pull_request="", comment="true")[0] == 0
    assert not (Path(env["HOME"]) / "asked").exists()


# the snippets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "schema"),
    [(".github/workflows/seven-asks.yml", "vendor.github-workflows"), (".gitlab-ci.yml", "vendor.gitlab-ci"), ("azure-pipelines.yml", "vendor.azure-pipelines")],
)  # fmt: skip
def test_a_snippet_is_what_its_vendor_wants(tmp_path: Path, path: str, schema: str) -> None:
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(SNIPPETS[path].replace("COMMIT", "0" * 40))
    commands = [["check-jsonschema", "--builtin-schema", schema, "--regex-variant", "nonunicode", str(file)]]
    commands += [["zizmor", "--offline", "--quiet", str(file)]] * (".github" in path)
    for name, *words in commands:
        done = subprocess.run([BIN / name, *words], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_snippet_for_github_gives_the_action_what_it_takes() -> None:
    (step,) = [
        s
        for s in yaml.safe_load(SNIPPETS[".github/workflows/seven-asks.yml"])["jobs"]["audit"]["steps"]
        if "OWNER" in s["uses"]
    ]
    assert set(step["with"]) <= set(ACTION["inputs"])


def _gitlab(document: Any) -> list[str]:
    return list(document["seven-asks"]["script"])


def _azure(document: Any) -> list[str]:
    lines = [step["script"] for step in document["steps"] if "script" in step]
    return [
        re.sub(r"\$\(([\w.]+)\)", lambda m: "$" + m[1].replace(".", "_"), line) for line in lines
    ]  # as a shell names them


@pytest.mark.parametrize("path", [".gitlab-ci.yml", "azure-pipelines.yml", "Jenkinsfile"])
def test_the_commands_of_a_snippet_fail_in_the_last_one_on_a_change_that_makes_something_worse(
    change: Path, env: dict[str, str], path: str
) -> None:
    text = SNIPPETS[path]
    if path == "Jenkinsfile":
        lines = re.findall(r"^\s+sh '(.+)'$", text, re.MULTILINE)
    else:
        lines = (_gitlab if "gitlab" in path else _azure)(yaml.safe_load(text))
    lines = [line for line in lines if line != "pip install uv"]
    theirs = {
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "CHANGE_TARGET": "main", "System_PullRequest_TargetBranchName": "main",
        "Common_TestResultsDirectory": env["HOME"],
    }  # fmt: skip
    ends = []
    for line in lines:
        done = subprocess.run(
            ["bash", "-c", line], cwd=change, env=env | theirs, capture_output=True, text=True, check=False
        )
        ends.append(done.returncode)
    assert ends == [0] * (len(lines) - 1) + [1], done.stderr
    assert LOST in done.stderr


def test_the_jenkinsfile_compiles(tmp_path: Path) -> None:
    program = shutil.which("groovyc")
    if program is None:
        pytest.skip("needs Debian's groovy")
    (tmp_path / "pipeline.groovy").write_text(SNIPPETS["Jenkinsfile"])
    done = subprocess.run(
        [program, "-d", tmp_path / "out", tmp_path / "pipeline.groovy"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


# the hook ------------------------------------------------------------------------------------------------------------


def test_the_hooks_are_what_pre_commit_wants_and_their_commands_exist(change: Path) -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    (used,) = [hook["id"] for hook in yaml.safe_load(SNIPPETS[".pre-commit-config.yaml"])["repos"][0]["hooks"]]
    assert used in {hook["id"] for hook in hooks}
    for hook in hooks:
        words = [sys.executable, "-m", *hook["entry"].split(), "--help"]
        assert (
            subprocess.run(
                words, cwd=change, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=False
            ).returncode
            == 0
        )


@pytest.mark.long
def test_pre_commit_installs_the_hook_and_it_stops_a_commit(change: Path, tmp_path: Path) -> None:
    """The real pre-commit, from a clone as shallow as it makes them."""
    uvx = shutil.which("uvx")
    if uvx is None or not (ROOT / ".git").exists():
        pytest.skip("needs uv and a clone")
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    snippet = (
        SNIPPETS[".pre-commit-config.yaml"]
        .replace("https://github.com/OWNER/sevenasks", f"file://{ROOT}")
        .replace("v0.1.0", head)
    )
    (change / ".pre-commit-config.yaml").write_text(snippet)
    subprocess.run([*GIT, "reset", "-q", "--hard", "origin/main"], cwd=change, check=True)
    (change / ".pre-commit-config.yaml").write_text(snippet)
    subprocess.run(["git", "add", "-A"], cwd=change, check=True)
    env = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "cache")}
    subprocess.run([uvx, "pre-commit@4.7.0", "validate-manifest", ROOT / ".pre-commit-hooks.yaml"], check=True)
    hook = [uvx, "pre-commit@4.7.0", "run"]
    fine = subprocess.run(hook, cwd=change, env=env, capture_output=True, text=True, check=False)
    assert fine.returncode == 0, fine.stdout + fine.stderr
    shutil.rmtree(change / "tests")
    subprocess.run(["git", "add", "-A"], cwd=change, check=True)
    worse = subprocess.run(hook, cwd=change, env=env, capture_output=True, text=True, check=False)
    assert worse.returncode == 1
    assert LOST in worse.stdout
