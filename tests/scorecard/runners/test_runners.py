"""Each runner: the tasks of its file with their lines, and the command lines that start them."""

from types import ModuleType
from typing import cast

import pytest
from helpers import repo

from scorecard.readers.shell import split_words
from scorecard.runners import (
    RUNNERS,
    Call,
    Runner,
    Task,
    bake,
    compose,
    composer,
    docker,
    doit,
    dvc,
    gotask,
    hatch,
    invoke,
    jobs,
    just,
    lefthook,
    make,
    mise,
    mlproject,
    nox,
    package_json,
    pdm,
    pixi,
    poe,
    pre_commit,
    procfile,
    rake,
    script,
    tox,
)


def tasks(runner: ModuleType, text: str, path: str = "", **others: str) -> dict[str, Task]:
    module = cast("Runner", runner)
    path = path or module.FILES[0]
    files = {path: text} | {name.replace("__", "."): content for name, content in others.items()}
    return {task.name: task for task in module.tasks(repo(files), path)}


def commands(task: Task) -> list[tuple[int, str]]:
    return list(task.commands)


def call(runner: ModuleType, line: str) -> Call | None:
    return cast("Runner", runner).invoked(split_words(line))


def names(runner: ModuleType, line: str) -> tuple[str, ...] | None:
    found = call(runner, line)
    return None if found is None else found.names


def test_make_has_targets_lines_and_a_default() -> None:
    found = tasks(make, "test: lint\n\tpytest\nlint:\n\truff check\n")
    assert (found["test"].line, found["test"].needs, commands(found["test"])) == (1, ("lint",), [(2, "pytest")])
    assert found[""].needs == ("test",)


def test_make_reads_what_it_includes() -> None:
    found = tasks(make, "include ci.mk\n", ci__mk="test:\n\tpytest\n")
    assert (found["test"].path, commands(found["test"])) == ("ci.mk", [(2, "pytest")])


def test_make_says_where_it_goes() -> None:
    assert call(make, "make -C lib test X=1") == Call(("test",), folder="lib")
    assert call(make, "make -f ci.mk -j 4 a b") == Call(("a", "b"), file="ci.mk")
    assert names(make, "make") == ()


def test_a_dry_run_of_make_runs_nothing() -> None:
    assert call(make, "make -n test") is None


def test_just_has_recipes_dependencies_and_aliases() -> None:
    text = (
        'opts := "-x"\nalias t := test\n\n# c\ntest target="all": lint && report\n'
        "  @pytest {{opts}} {{target}}\n  -rm x\nlint:\n  ruff\nreport:\n  a\n"
    )
    found = tasks(just, text)
    assert found["test"].needs == ("lint",)
    assert commands(found["test"])[0] == (6, "pytest -x ${target}")
    assert commands(found["test"])[1][1].endswith("|| true")
    assert commands(found["test"])[2][1] == "just report"
    assert found["t"].needs == ("test",)


def test_a_variable_or_a_setting_of_just_is_no_recipe() -> None:
    assert set(tasks(just, 'set shell := ["bash"]\nx := "a"\n')) == set()


def test_a_shebang_recipe_is_one_script() -> None:
    found = tasks(just, "t:\n  #!/usr/bin/env bash\n  set -e\n  pytest\n")
    assert commands(found["t"]) == [(2, "#!/usr/bin/env bash\nset -e\npytest")]


def test_just_is_called_with_arguments_and_files() -> None:
    assert call(just, "just -f ci/justfile test all") == Call(("test", "all", "test::all"), file="ci/justfile")
    assert call(just, "just --list") is None


def test_task_has_commands_deps_and_includes() -> None:
    text = """
        includes:
          api: ./api
        tasks:
          test:
            deps: [lint]
            cmds:
              - pytest
              - task: api:test
              - cmd: rm x
                ignore_error: true
          lint: ruff check
        """
    found = {
        t.name: t
        for t in gotask.tasks(
            repo({"Taskfile.yml": text, "api/Taskfile.yml": "tasks:\n  test: go test\n"}), "Taskfile.yml"
        )
    }
    assert found["test"].needs == ("lint",)
    assert [text for _, text in found["test"].commands][:2] == ["pytest", "task api:test"]
    assert found["test"].commands[2][1].endswith("|| true")
    assert (found["api:test"].folder, commands(found["api:test"])) == ("api", [(2, "go test")])
    assert names(gotask, "task test -- -x") == ("test",)
    assert call(gotask, "task --list") is None


def test_tox_expands_its_list_and_inherits_commands() -> None:
    text = (
        "[tox]\nenvlist = py{310,311}, lint\n[testenv]\ncommands =\n    pytest {posargs:tests} \\\n"
        "      -x\n    -coverage report\n[testenv:lint]\ncommands = ruff check\n"
    )
    found = tasks(tox, text)
    assert found[""].needs == ("py310", "py311", "lint")
    assert commands(found["py311"])[0] == (5, "pytest tests -x")
    assert commands(found["py311"])[1][1].endswith("|| true")
    assert commands(found["lint"]) == [(9, "ruff check")]
    assert commands(found["%"])[0][1].startswith("pytest")


def test_a_factor_chooses_its_lines() -> None:
    found = tasks(
        tox, "[tox]\nenvlist = test-cov, docs\n[testenv]\ncommands =\n  cov: pytest --cov\n  docs: sphinx-build\n"
    )
    assert [text for _, text in found["test-cov"].commands] == ["pytest --cov"]
    assert [text for _, text in found["docs"].commands] == ["sphinx-build"]


def test_tox_of_pyproject_native_and_legacy() -> None:
    native = '[tool.tox]\nenv_list = ["py"]\n[tool.tox.env_run_base]\ncommands = [["pytest", "tests"]]\n'
    assert [text for _, text in tasks(tox, native, "pyproject.toml")["py"].commands] == ["pytest tests"]
    legacy = '[tool.tox]\nlegacy_tox_ini = """\n[tox]\nenvlist = py\n[testenv]\ncommands = pytest\n"""\n'
    assert commands(tasks(tox, legacy, "pyproject.toml")["py"]) == [(6, "pytest")]


def test_tox_is_told_its_environments() -> None:
    assert names(tox, "tox -e py310,lint") == ("py310", "lint")
    assert names(tox, "tox -re lint") == ("lint",)
    assert names(tox, "tox") == ()
    assert call(tox, "tox --notest") is None


def test_a_setup_cfg_without_tox_has_no_environments() -> None:
    assert tasks(tox, "[metadata]\nname = x\n", "setup.cfg") == {}


def test_nox_sessions_run_what_they_are_told() -> None:
    text = """
import nox
nox.options.sessions = ["tests"]

@nox.session(python=["3.11"])
def tests(session):
    session.install("pytest")
    session.run("pytest", "-x", *session.posargs)
    helper(session)

def helper(session):
    session.run("coverage", "report")

@nox.session(name="lint-all")
def lint(session):
    session.run("ruff", "check", success_codes=[0, 1])

def no_session(session):
    session.run("rm")
"""
    found = tasks(nox, text)
    assert commands(found["tests"]) == [(8, "pytest -x"), (12, "coverage report")]
    assert found["lint-all"].commands[0][1].endswith("|| true")
    assert found[""].needs == ("tests",)
    assert "no_session" not in found
    assert names(nox, "nox -s tests lint-all -- -x") == ("tests", "lint-all")
    assert names(nox, "nox --session=tests") == ("tests",)
    assert call(nox, "nox --list") is None


def test_poe_has_every_kind_of_task() -> None:
    text = """
        [tool.poe.tasks]
        test = "pytest"
        lint.cmd = "ruff check"
        sh = { shell = "a && b" }
        py = { script = "pkg.mod:main(1)" }
        all = ["lint", { cmd = "mypy" }, { ref = "test" }]
        seq = { sequence = ["lint"], deps = ["sh"] }
        soft = { cmd = "x", ignore_fail = true }
        """
    found = tasks(poe, text.replace("\n        ", "\n"))
    assert commands(found["test"]) == [(3, "pytest")]
    assert [t for _, t in found["lint"].commands] == ["ruff check"]
    assert [t for _, t in found["py"].commands] == ["python -m pkg.mod"]
    assert [t for _, t in found["all"].commands] == ["poe lint", "mypy", "poe test"]
    assert found["seq"].needs == ("sh",)
    assert found["soft"].commands[0][1].endswith("|| true")
    assert names(poe, "poetry poe test -x") == ("test",)
    assert names(poe, "poe -C app test") == ("test",)
    assert names(poe, "poetry run pytest") is None


def test_pdm_rye_and_pipenv_scripts() -> None:
    text = (
        '[tool.pdm.scripts]\n_.env = {}\ntest = "pytest"\nall = { composite = ["lint", "test"] }\n'
        'lint.cmd = ["ruff", "check"]\ncall = { call = "pkg:main" }\n'
    )
    found = tasks(pdm, text)
    assert commands(found["test"]) == [(3, "pytest")]
    assert [t for _, t in found["all"].commands] == ["pdm run lint", "pdm run test"]
    assert [t for _, t in found["lint"].commands] == ["ruff check"]
    assert [t for _, t in found["call"].commands] == ["python -m pkg"]
    assert commands(tasks(pdm, '[scripts]\nt = "pytest"\n', "Pipfile")["t"]) == [(2, "pytest")]
    assert names(pdm, "pdm run test -x") == ("test",)
    assert names(pdm, "pdm test") == ("test",)
    assert call(pdm, "pdm install") is None
    assert call(pdm, "pipenv sync") is None


def test_hatch_scripts_of_environments() -> None:
    text = (
        '[tool.hatch.envs.default.scripts]\ntest = "pytest {args}"\n'
        'cov = ["test --cov", "coverage xml"]\n[tool.hatch.envs.lint.scripts]\nall = "ruff check"\n'
    )
    found = tasks(hatch, text)
    assert commands(found["default:test"]) == commands(found["test"]) == [(2, "pytest {args}")]
    assert [t for _, t in found["cov"].commands] == ["hatch run default:test --cov", "coverage xml"]
    assert [t for _, t in found["lint:all"].commands] == ["ruff check"]
    assert names(hatch, "hatch run lint:all") == ("lint:all",)
    assert names(hatch, "hatch -e lint run all") == ("lint:all",)
    assert call(hatch, "hatch build") is None


def test_pixi_tasks_with_features() -> None:
    text = (
        '[tasks]\na = "x"\nt = { cmd = "pytest", depends-on = ["a"], cwd = "sub" }\n'
        '[feature.dev.tasks]\nlint = "ruff"\n'
    )
    found = tasks(pixi, text)
    assert (found["t"].needs, found["t"].folder, commands(found["t"])) == (("a",), "sub", [(3, "pytest")])
    assert "lint" in found
    assert names(pixi, "pixi run -e dev t -x") == ("t",)


def test_mise_tasks_with_aliases_and_lists() -> None:
    text = (
        '[tasks.test]\nalias = "t"\ndepends = ["lint"]\nrun = [\n  "pytest",\n  "echo done",\n]\n'
        '[tasks.lint]\nrun = "ruff"\n'
    )
    found = tasks(mise, text)
    assert commands(found["test"]) == commands(found["t"]) == [(5, "pytest"), (6, "echo done")]
    assert found["test"].needs == ("lint",)
    assert commands(tasks(mise, '[tasks]\nshort = "pytest"\n')["short"]) == [(2, "pytest")]


def test_mise_reads_the_scripts_of_its_folder() -> None:
    found = tasks(mise, "#!/bin/bash\npytest\n", "app/.mise/tasks/ci/test.sh")
    assert found["ci:test"].folder == "app"
    assert found["ci:test"].commands[0][1].endswith("pytest\n")


def test_mise_is_called_in_several_ways() -> None:
    for line in ("mise run test", "mise r test -x", "mise tasks run test", "mise test"):
        assert names(mise, line) == ("test",)
    assert names(mise, "mise run a ::: b") == ("a", "b")
    assert call(mise, "mise install") is None
    assert call(mise, "mise exec -- pytest") is None


def test_invoke_follows_helpers_and_folders() -> None:
    text = """
from invoke import task

def uv(cmd):
    return "uv run " + cmd

@task
def lint(c):
    c.run("ruff check", warn=True)

@task(pre=[lint], aliases=["t"])
def unit_test(c):
    with c.cd("api"):
        c.run(uv("pytest tests"))

def plain(c):
    c.run("rm")
"""
    found = tasks(invoke, text)
    assert commands(found["unit-test"]) == commands(found["t"]) == [(14, "cd api && pytest tests")]
    assert found["unit_test"].needs == ("lint",)
    assert found["lint"].commands[0][1].endswith("|| true")
    assert "plain" not in found
    assert names(invoke, "invoke ns.unit-test --x") == ("unit-test",)
    assert call(invoke, "invoke --list") is None


def test_a_tasks_py_that_is_not_invokes_has_no_tasks() -> None:
    assert tasks(invoke, "from celery import task\n@task\ndef a(c):\n    c.run('x')\n") == {}


def test_doit_actions() -> None:
    found = tasks(
        doit,
        'def task_test():\n    return {"actions": ["pytest"], "task_dep": ["lint"]}\ndef other():\n    return {}\n',
    )
    assert (commands(found["test"]), found["test"].needs) == ([(2, "pytest")], ("lint",))
    assert names(doit, "doit run test") == ("test",)


def test_package_scripts_with_what_goes_before_and_after() -> None:
    text = '{\n "name": "x",\n "scripts": {\n  "pretest": "tsc",\n  "test": "jest",\n  "posttest": "a"\n }\n}'
    assert commands(tasks(package_json, text)["test"]) == [(4, "tsc"), (5, "jest"), (6, "a")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("npm test", Call(("test",))),
        ("npm run lint -- --fix", Call(("lint",), rest=("--fix",))),
        ("npm run cdk deploy --silent", Call(("cdk",), rest=("deploy",))),
        ("yarn cdk deploy --all", Call(("cdk",), rest=("deploy", "--all"))),
        ("npm --prefix web run build", Call(("build",), folder="web")),
        ("npm run test -w api", Call(("test",), package="api")),
        ("yarn test:ci", Call(("test:ci",))),
        ("yarn workspace api test", Call(("test",), package="api")),
        ("pnpm --filter api test", Call(("test",), package="api")),
        ("pnpm -r test", Call(("test",), package="*")),
        ("bun run x", Call(("x",))),
        ("turbo run test", Call(("test",), package="*")),
        ("npm ci", None),
        ("yarn install", None),
        ("bun test", None),
    ],
)
def test_package_managers_start_scripts(line: str, expected: Call | None) -> None:
    assert call(package_json, line) == expected


def test_composer_scripts() -> None:
    found = tasks(composer, '{"scripts": {"test": ["@lint", "phpunit"], "lint": "phpcs"}}')
    assert [t for _, t in found["test"].commands] == ["composer lint", "phpunit"]
    assert names(composer, "composer run test") == ("test",)


def test_rake_tasks() -> None:
    text = (
        "RSpec::Core::RakeTask.new(:spec)\ntask default: [:spec]\ntask :deploy do\n"
        "  sh 'kubectl apply'\nend\n# task :no\n"
    )
    found = tasks(rake, text)
    assert commands(found["spec"]) == [(1, "rspec")]
    assert found["default"].needs == ("spec",)
    assert commands(found["deploy"]) == [(4, "kubectl apply")]
    assert "no" not in found


def test_pre_commit_hooks_and_their_stages() -> None:
    text = """
        repos:
          - repo: https://github.com/astral-sh/ruff-pre-commit
            hooks:
              - id: ruff
                args: [--fix]
          - repo: local
            hooks:
              - id: tests
                entry: pytest -x
                stages: [pre-push]
        """
    found = tasks(pre_commit, text)
    assert [t for _, t in found["ruff"].commands] == ["ruff --fix"]
    assert found[""].needs == ("ruff",)
    assert found["@pre-push"].needs == ("tests",)
    assert names(pre_commit, "pre-commit run --all-files") == ()
    assert names(pre_commit, "pre-commit run tests -a") == ("tests",)
    assert names(pre_commit, "pre-commit run --hook-stage push -a") == ("@pre-push",)
    assert call(pre_commit, "pre-commit install") is None


def test_lefthook_commands() -> None:
    found = tasks(lefthook, "pre-push:\n  commands:\n    test:\n      root: api\n      run: pytest\n")
    assert commands(found["pre-push"]) == [(5, "cd api && pytest")]
    assert names(lefthook, "lefthook run pre-push") == ("pre-push",)
    assert call(lefthook, "lefthook install") is None


def test_console_scripts_lead_to_modules() -> None:
    assert commands(tasks(script, '[project.scripts]\nshop = "shop.cli:main"\n')["shop"]) == [(2, "python -m shop.cli")]
    assert "shop" in tasks(script, '[tool.poetry.scripts]\nshop = "shop.cli:main"\n')
    assert "shop" in tasks(script, "[options.entry_points]\nconsole_scripts =\n    shop = shop.cli:main\n", "setup.cfg")
    setup = "from setuptools import setup\nsetup(entry_points={'console_scripts': ['shop=shop.cli:main']})\n"
    assert commands(tasks(script, setup, "setup.py")["shop"]) == [(2, "python -m shop.cli")]


def test_entry_points_of_mlflow() -> None:
    found = tasks(mlproject, 'entry_points:\n  main:\n    command: "python train.py {alpha}"\n')
    assert commands(found["main"]) == [(3, "python train.py ${alpha}")]
    assert call(mlproject, "mlflow run -P a=1 . -e main") == Call(("main",), folder=".")
    assert call(mlproject, "mlflow run https://github.com/a/b") is None
    assert call(mlproject, "mlflow server") is None


def test_stages_of_dvc_need_those_that_make_their_inputs() -> None:
    text = """
        stages:
          prepare:
            cmd: python prepare.py
            outs: [data/clean]
          train:
            cmd:
              - python train.py
            deps: [data/clean]
            wdir: model
        """
    found = tasks(dvc, text)
    assert (found["train"].needs, found["train"].folder) == (("prepare",), "model")
    assert found[""].needs == ("prepare", "train")
    assert names(dvc, "dvc repro train") == ("train",)
    assert names(dvc, "dvc exp run -S a=1") == ()
    assert call(dvc, "dvc pull") is None


def test_processes_of_a_procfile() -> None:
    assert commands(tasks(procfile, "web: gunicorn app:app\n# worker: x\n")["web"]) == [(1, "gunicorn app:app")]
    assert names(procfile, "honcho start web") == ("web",)


def test_a_dockerfile_is_built_and_started() -> None:
    found = tasks(docker, "FROM a\nWORKDIR /app\nCOPY . .\nRUN pytest\nCMD python app.py\n")
    assert commands(found["build"]) == [(4, "cd /app && pytest")]
    assert commands(found["start"]) == [(5, "cd /app && python app.py")]
    assert call(docker, "docker build -t x -f docker/Dockerfile --build-arg A=b ctx") == Call(
        ("build",), "ctx", "docker/Dockerfile"
    )
    assert call(docker, "docker push x") is None


def test_targets_of_a_bake_are_built() -> None:
    text = (
        'group "default" {\n  targets = ["app", "checked"]\n}\n'
        'target "base" {\n  context = "./web"\n  dockerfile = "Dockerfile.web"\n}\n'
        'target "app" {\n  inherits = ["base"]\n  target = "app"\n}\n'
        'target "checked" {\n  context = "."\n  args = { target = "x" }\n}\n'
    )
    found = tasks(bake, text)
    assert found["default"].needs == ("app", "checked")
    assert found[""].needs == ("default",)
    assert commands(found["app"]) == [(8, "docker build -f web/Dockerfile.web --target app web")]
    assert commands(found["checked"]) == [(12, "docker build -f Dockerfile .")]
    assert names(bake, "docker buildx bake --set app.tags=x app checked") == ("app", "checked")
    assert call(bake, "docker buildx bake -f infra/docker-bake.hcl app") == Call(("app",), file="infra/docker-bake.hcl")
    assert call(bake, "docker buildx build .") is None


def test_services_of_compose_start_their_command_or_their_image() -> None:
    text = (
        "services:\n  web:\n    build: ./web\n  job:\n    image: x\n    command: [python, job.py]\n"
        "    depends_on: [web]\n"
    )
    files = {"compose.yaml": text, "web/Dockerfile": "FROM a\nCMD python app.py\n"}
    found = {task.name: task for task in compose.tasks(repo(files), "compose.yaml")}
    assert commands(found["job"]) == [(6, "python job.py")]
    assert found["job"].needs == ("web",)
    assert found["web"].needs == ("build web", "start web")
    assert found["start web"].path == "web/Dockerfile"
    assert names(compose, "docker compose -f compose.yaml up -d web") == ("web",)
    assert names(compose, "docker compose build") == ("build",)
    assert call(compose, "docker compose down") is None
    assert call(compose, "docker compose run web pytest") is None


def test_job_files_of_platforms() -> None:
    assert commands(tasks(jobs, "name: x\nentrypoint: bash run.sh\n", "job.yaml")[""]) == [(2, "bash run.sh")]
    azure = tasks(jobs, "command: python train.py\ncode: ../src\n", "aml/train.yml")[""]
    assert (azure.folder, commands(azure)) == ("src", [(1, "python train.py")])
    assert call(jobs, "anyscale jobs submit a/b.yaml --wait") == Call(file="a/b.yaml")
    assert call(jobs, "az ml job create --file a.yml --web") == Call(file="a.yml")
    assert call(jobs, "az ml job show -n x") is None
    assert call(jobs, "anyscale cluster start") is None


def test_jobs_of_a_databricks_bundle() -> None:
    files = {
        "databricks.yml": "bundle:\n  name: x\ninclude:\n  - resources/*.yml\n",
        "resources/train.yml": (
            "resources:\n  jobs:\n    train:\n      tasks:\n        - notebook_task:\n"
            "            notebook_path: ../nb/Train.py\n"
        ),
    }
    found = {task.name: task for task in jobs.tasks(repo(files), "databricks.yml")}
    assert found["train"].commands == ((6, "databricks-notebook ../nb/Train.py"),)
    assert found[""].needs == ("train",)
    assert names(jobs, "databricks bundle run train -t dev") == ("train",)
    assert call(jobs, "databricks jobs list") is None


@pytest.mark.parametrize("runner", RUNNERS, ids=lambda runner: str(runner.NAME))
@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n- b\n",
        "[1, 2]",
        "a: [",
        "\0",
        '{"scripts": []}',
        "def task_a(:",
        "stages: 1\nservices: x\ntasks: 3\nrepos: y\n",
        "[tool]\npoe = 1\ntox = 2\n",
        "[tasks]\na = 1\n[tool.tox]\nenv_list = 3\n",
    ],
)
def test_no_runner_raises_on_a_malformed_file(runner: Runner, text: str) -> None:
    for pattern in runner.FILES:
        path = pattern.replace("**/", "").replace("*", "x")
        list(runner.tasks(repo({path: text}), path))


@pytest.mark.parametrize("runner", RUNNERS, ids=lambda runner: str(runner.NAME))
@pytest.mark.parametrize(
    "line",
    [
        "",
        "make -C",
        "tox -e",
        "docker build -f",
        "nox -s",
        "hatch run",
        "mise run",
        "npm run",
        "az ml job create -f",
        "mlflow run",
        "poe",
        "just -f",
        "docker compose",
        "pdm run",
        "pixi run",
    ],
)
def test_no_runner_raises_on_half_a_command_line(runner: Runner, line: str) -> None:
    runner.invoked(split_words(line))


def test_runners_have_names_of_their_own() -> None:
    assert len({runner.NAME for runner in RUNNERS}) == len(RUNNERS)
