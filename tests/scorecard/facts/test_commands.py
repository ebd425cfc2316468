"""From a line of a pipeline to what it runs: chains, modules, failures, dead ends, frameworks."""

import pytest
from helpers import repo

from scorecard.ci.model import Step
from scorecard.facts.commands import Executed, Resolver, is_test_command, matches, runs_of_tests
from scorecard.readers.shell import split_words

CI = ".github/workflows/ci.yml"


def expand(text: str, files: dict[str, str], folder: str = "", line: int = 7) -> list[Executed]:
    return Resolver(repo(files)).expand(text, CI, line, folder)


def only(text: str, files: dict[str, str], program: str = "pytest", folder: str = "") -> Executed:
    found = [e for e in expand(text, files, folder) if e.words[0] == program]
    assert len(found) == 1, found
    return found[0]


def way(executed: Executed) -> list[tuple[str, int]]:
    return [(evidence.path, evidence.line) for evidence in executed.chain]


def dead_ends(text: str, files: dict[str, str], folder: str = "") -> list[str]:
    resolver = Resolver(repo(files))
    resolver.expand(text, CI, 1, folder)
    return [evidence.text for evidence in resolver.dead_ends]


def test_a_command_of_its_own_is_its_whole_chain() -> None:
    executed = only("uv run pytest -x", {"a.py": ""})
    assert (executed.words, way(executed)) == (("pytest", "-x"), [(CI, 7)])


def test_a_target_leads_to_its_recipe() -> None:
    executed = only("make test", {"Makefile": "all: x\ntest:\n\t@pytest\n"})
    assert way(executed) == [(CI, 7), ("Makefile", 3)]


def test_what_a_target_needs_is_reached_over_its_line() -> None:
    executed = only("make", {"Makefile": "all: test\ntest:\n\tpytest\n"})
    assert way(executed) == [(CI, 7), ("Makefile", 1), ("Makefile", 3)]


def test_a_resolved_name_is_no_command_of_its_own() -> None:
    assert [
        e.words[0] for e in expand("tox", {"tox.ini": "[tox]\nenvlist=lint\n[testenv]\ncommands=ruff check\n"})
    ] == ["ruff"]


def test_a_name_that_leads_nowhere_stays() -> None:
    assert [e.words for e in expand("npm test", {"a.py": ""})] == [("npm", "test")]


def test_a_script_of_npm_is_given_the_rest_of_the_line() -> None:
    files = {
        "stack/package.json": '{"scripts": {\n"precdk": "tsc",\n"cdk": "cdk",\n"postcdk": "eslint"\n}}',
        "deploy.sh": "pushd ./stack\nyarn cdk synth\nyarn cdk deploy --parameters name=$NAME --require-approval never\n",
    }
    found = [e.words for e in expand("bash deploy.sh", files)]
    assert [w for w in found if w[0] == "cdk"] == [
        ("cdk", "synth"),
        ("cdk", "deploy", "--parameters", "name=$NAME", "--require-approval", "never"),
    ]
    assert ("tsc",) in found
    assert ("eslint",) in found


def test_make_follows_make_into_a_folder() -> None:
    files = {"Makefile": "test:\n\t$(MAKE) -C lib check\n", "lib/Makefile": "check:\n\tcd src && pytest\n"}
    assert only("make test", files).folder == "lib/src"


def test_runners_of_a_folder_are_those_nearest_above() -> None:
    files = {"api/pyproject.toml": '[tool.poe.tasks]\ntest = "pytest"\n', "api/src/a.py": "", "web/a.py": ""}
    assert only("poe test", files, folder="api/src").folder == "api"
    assert expand("poe test", files, folder="web")[0].words == ("poe", "test")


def test_make_does_not_look_in_the_folder_above() -> None:
    assert expand("make test", {"Makefile": "test:\n\tpytest\n", "sub/a.py": ""}, "sub")[0].words == ("make", "test")


def test_a_script_is_followed() -> None:
    executed = only("bash ci/test.sh", {"ci/test.sh": "#!/bin/bash\nset -e\npytest\n"})
    assert way(executed) == [(CI, 7), ("ci/test.sh", 3)]
    assert not executed.may_fail


@pytest.mark.parametrize(
    "line", ["./ci/test.sh", "sh ci/test.sh", "source ci/test.sh", ". ci/test.sh", "sudo -E bash ci/test.sh"]
)
def test_scripts_are_started_in_many_ways(line: str) -> None:
    assert only(line, {"ci/test.sh": "pytest\n"}).chain[-1].path == "ci/test.sh"


def test_without_set_e_a_failure_in_a_script_is_lost() -> None:
    assert only("bash x.sh", {"x.sh": "pytest > log\ncat log\n"}).may_fail
    assert not only("bash -e x.sh", {"x.sh": "pytest > log\ncat log\n"}).may_fail


def test_a_failure_that_the_caller_lets_pass_does_not_count_below() -> None:
    assert only("make test || true", {"Makefile": "test:\n\tpytest\n"}).may_fail


def test_a_second_call_whose_failure_counts_is_told() -> None:
    found = expand("make test || true\nmake test", {"Makefile": "test:\n\tpytest\n"})
    assert [e.may_fail for e in found if e.words[0] == "pytest"] == [True, False]


@pytest.mark.parametrize(
    ("line", "module"),
    [
        ("python app/train.py --x", "app/train.py"),
        ("python -m app.train", "app/train.py"),
        ("PYTHONPATH=lib python -m inner", "lib/inner.py"),
        ("python -m packed", "src/packed/__main__.py"),
        ("python -c 'from app.train import main; main()'", "app/train.py"),
        ("python app", "app/__main__.py"),
        ("uvicorn app.api:app --port 80", "app/api.py"),
        ("uvicorn api:app --app-dir app", "app/api.py"),
        ("gunicorn -k uvicorn.workers.UvicornWorker app.api:app", "app/api.py"),
        ("fastapi run app/api.py", "app/api.py"),
        ("flask --app app.api run", "app/api.py"),
        ("export FLASK_APP=app/api.py\nflask run", "app/api.py"),
        ("streamlit run app/api.py", "app/api.py"),
        ("papermill nb/a.ipynb out.ipynb", "nb/a.ipynb"),
        ("jupyter nbconvert --to notebook --execute nb/a.ipynb", "nb/a.ipynb"),
        ("Rscript r/fit.R", "r/fit.R"),
        ("node web/x.js", "web/x.js"),
        ("npx tsx web/x.ts", "web/x.ts"),
        ("torchrun --nproc-per-node 2 app/train.py", "app/train.py"),
        ("accelerate launch -m app.train", "app/train.py"),
        ("celery -A app.api worker", "app/api.py"),
        ("prefect deploy app/train.py:flow", "app/train.py"),
        ("dagster dev -f app/train.py", "app/train.py"),
        ("kfp dsl compile --py app/train.py", "app/train.py"),
        ("cd app && python train.py", "app/train.py"),
        ("cd $X && python app/train.py", "app/train.py"),
    ],
)
def test_a_command_names_the_file_that_it_starts(line: str, module: str) -> None:
    paths = [
        "app/train.py",
        "app/__main__.py",
        "app/api.py",
        "lib/inner.py",
        "src/packed/__main__.py",
        "nb/a.ipynb",
        "r/fit.R",
        "web/x.js",
        "web/x.ts",
    ]
    assert expand(line, dict.fromkeys(paths, ""))[-1].module == module


@pytest.mark.parametrize(
    "line",
    [
        "python -m pip install x",
        "python -m http.server",
        "uvicorn other.api:app",
        "jupyter nbconvert nb/a.ipynb",
        "echo app/train.py",
        "cat app/train.py",
    ],
)
def test_a_command_that_starts_no_file_of_ours_names_none(line: str) -> None:
    assert {e.module for e in expand(line, {"app/train.py": "", "nb/a.ipynb": ""})} == {""}


def test_a_console_script_leads_to_its_module() -> None:
    found = expand(
        "uv run shop train", {"pyproject.toml": '[project.scripts]\nshop = "shop.cli:main"\n', "src/shop/cli.py": ""}
    )
    assert [(e.words[0], e.module) for e in found] == [("shop", ""), ("python", "src/shop/cli.py")]


def test_processes_that_a_python_file_starts_are_followed() -> None:
    text = (
        "import subprocess, sys\n"
        'subprocess.run([sys.executable, "-m", "pytest", "tests"], check=True)\n'
        "subprocess.run(cmd)\n"
    )
    executed = only("python ci/run.py", {"ci/run.py": text})
    assert (executed.words, executed.may_fail, way(executed)[-1]) == (("pytest", "tests"), False, ("ci/run.py", 2))


def test_a_process_whose_result_nobody_checks_may_fail() -> None:
    assert only("python run.py", {"run.py": 'import os\nos.system("pytest")\n'}).may_fail


def test_a_process_in_a_string_or_a_comment_is_none() -> None:
    found = expand("python run.py", {"run.py": '"""subprocess.run(["pytest"])"""\n# os.system("pytest")\n'})
    assert [e.words[0] for e in found] == ["python"]


def test_a_docker_build_runs_its_dockerfile_with_files_where_they_lie() -> None:
    files = {
        "svc/Dockerfile": "FROM a\nWORKDIR /app\nCOPY svc/src /app\nRUN pytest\nCMD python main.py\n",
        "svc/src/main.py": "",
    }
    found = expand("docker build -t shop:1 -f svc/Dockerfile .\ndocker run shop:1", files)
    assert [(e.words[0], e.module) for e in found] == [
        ("docker", ""),
        ("pytest", ""),
        ("docker", ""),
        ("python", "svc/src/main.py"),
    ]


def test_compose_starts_its_services() -> None:
    files = {
        "compose.yml": "services:\n  web:\n    build: .\n  db:\n    image: postgres\n",
        "Dockerfile": "FROM a\nWORKDIR /app\nCOPY . .\nCMD python main.py\n",
        "main.py": "",
    }
    executed = only("docker compose up -d", files, "python")
    assert executed.module == "main.py"
    assert way(executed) == [(CI, 7), ("compose.yml", 2), ("Dockerfile", 4)]


def test_a_command_in_a_service_is_the_services_not_its_start() -> None:
    files = {"compose.yml": "services:\n  web:\n    image: x\n    command: python main.py\n", "main.py": ""}
    assert [e.words[0] for e in expand("docker compose run --rm web pytest", files)] == ["pytest"]


def test_a_job_file_leads_to_its_entrypoint() -> None:
    files = {"jobs/a.yaml": "entrypoint: bash jobs/run.sh\n", "jobs/run.sh": "pytest\n"}
    assert way(only("anyscale jobs submit jobs/a.yaml", files)) == [(CI, 7), ("jobs/a.yaml", 1), ("jobs/run.sh", 1)]


def test_a_pipeline_of_azure_ml_leads_to_its_components() -> None:
    files = {
        "aml/pipeline.yml": "jobs:\n  train:\n    component: file:./train.yml\n",
        "aml/train.yml": "command: python train.py --lr ${{inputs.lr}}\ncode: ../src\n",
        "src/train.py": "",
    }
    assert only("az ml job create --file aml/pipeline.yml", files, "python").module == "src/train.py"


def test_a_pipeline_of_dvc_runs_in_order() -> None:
    files = {
        "dvc.yaml": (
            "stages:\n  train:\n    cmd: python train.py\n    deps: [x]\n  get:\n"
            "    cmd: python get.py\n    outs: [x]\n"
        ),
        "get.py": "",
        "train.py": "",
    }
    assert [e.module for e in expand("dvc repro", files)] == ["", "get.py", "train.py"]


def test_a_script_in_a_shell_string_is_followed() -> None:
    executed = only("bash -lc 'cd app && pytest'", {"app/a.py": ""})
    assert (executed.folder, way(executed)) == ("app", [(CI, 7)])


def test_circles_end() -> None:
    files = {"Makefile": "a: b\n\tmake a\nb: a\n\tbash x.sh\n", "x.sh": "make a\nbash x.sh\npytest\n"}
    assert [e.words[0] for e in expand("make a", files)].count("pytest") == 1


def test_results_are_bounded() -> None:
    assert len(expand("\n".join(f"run{i} x" for i in range(2000)), {"a.py": ""})) == 500


def test_a_folder_with_a_variable_is_not_known() -> None:
    found = Resolver(repo({"Makefile": "test:\n\tpytest\n", "b/Makefile": "test:\n\truff\n"})).expand(
        "make test", CI, 1, "${{ matrix.dir }}"
    )
    assert [e.words[0] for e in found] == ["make"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bash ci/gone.sh", "runs ci/gone.sh, which does not exist"),
        ("python src/gone.py", "runs src/gone.py, which does not exist"),
        ("ipython nb/gone.ipynb", "runs nb/gone.ipynb, which does not exist"),
        ("pip install -r gone.txt", "installs gone.txt, which does not exist"),
        ("cd gone\npython x.py", "enters gone, which does not exist"),
        ("docker build -f gone/Dockerfile .", "builds gone/Dockerfile, which does not exist"),
        ("anyscale jobs submit gone.yaml", "reads gone.yaml, which does not exist"),
    ],
)
def test_a_path_that_does_not_exist_is_a_dead_end(text: str, said: str) -> None:
    assert dead_ends(text, {"a.py": ""}) == [said]


def test_a_script_that_its_package_lacks_is_a_dead_end() -> None:
    assert dead_ends("npm run lint", {"package.json": '{"scripts": {"test": "jest"}}'}) == [
        "runs npm run lint, but package.json has no lint"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "bash $DIR/gone.sh",
        "bash ci/*.sh",
        "python ${{ inputs.script }}",
        "python /opt/gone.py",
        "python ~/gone.py",
        "cd $DIR && python gone.py",
        "cd .. && python gone.py",
        "mkdir -p out && cd out && python gone.py",
        "curl -o get.sh https://x && bash get.sh",
        "wget https://x/get.sh\nbash get.sh",
        "echo 'print()' > gen.py\npython gen.py",
        "cp a.py b.py\npython b.py",
        "git clone https://x/y\ncd y\npython gone.py",
        "tar xzf x.tgz\n./x/install.sh",
        "[ -f gone.sh ] && bash gone.sh",
        "if [ -f gone.sh ]; then bash gone.sh; fi",
        "node dist/index.js",
        "source .venv/bin/activate",
        "python -m gone.module",
        "python local/ignored.py",
        "docker run image python gone.py",
        "terraform apply",
    ],
)
def test_what_may_be_there_is_no_dead_end(text: str) -> None:
    assert dead_ends(text, {"a.py": "", ".gitignore": "local/\n"}) == []


def test_where_an_artifact_is_downloaded_nothing_is_certain() -> None:
    files = {CI: "steps:\n  - uses: actions/download-artifact@v4\n  - run: bash gone.sh\n"}
    assert dead_ends("bash gone.sh", files) == []


def test_the_pipeline_of_a_project_template_has_no_dead_ends() -> None:
    path = "{{cookiecutter.name}}/.github/workflows/ci.yml"
    resolver = Resolver(repo({path: "x", "a.py": ""}))
    resolver.expand("pip install -r {{cookiecutter.name}}/gone.txt\nbash gone.sh", path, 1)
    assert resolver.dead_ends == []


def test_a_packaged_build_runs_its_dockerfile() -> None:
    files = {"docker/Dockerfile.api": "FROM a\nCOPY . /app\nRUN pytest\n"}
    step = Step(
        CI,
        3,
        uses="docker/build-push-action@v6",
        inputs=(("file", "docker/Dockerfile.api"), ("context", ".")),
        may_fail=True,
    )
    found = Resolver(repo(files)).expand_step(step)
    assert [(e.words[0], e.may_fail) for e in found] == [("docker", True), ("pytest", True)]


def test_another_packaged_step_runs_nothing_known() -> None:
    assert Resolver(repo({"a.py": ""})).expand_step(Step(CI, 3, uses="actions/checkout@v4")) == []


def test_matches_compares_the_first_words() -> None:
    executed = Executed(("dvc", "repro", "x"), ())
    assert matches(executed, "pytest", "dvc repro")
    assert not matches(executed, "dvc pull")


def test_test_runs_are_picked_with_their_framework() -> None:
    found = expand("ruff check\npytest\ngo test ./...", {"a.py": ""})
    assert [framework for _, framework in runs_of_tests(found)] == ["pytest", "go"]


@pytest.mark.parametrize(
    ("line", "framework"),
    [
        ("pytest -x tests", "pytest"),
        ("pytest --nbmake nb", "pytest"),
        ("coverage run -m pytest", "pytest"),
        ("hatch test", "pytest"),
        ("python -m unittest discover", "unittest"),
        ("python manage.py test", "django"),
        ("nose2 -v", "nose2"),
        ("tox", "tox"),
        ("nox -s tests", "nox"),
        ("npx jest --ci", "jest"),
        ("vitest run", "vitest"),
        ("mocha", "mocha"),
        ("ava", "ava"),
        ("playwright test", "playwright"),
        ("cypress run", "cypress"),
        ("npm test", "npm"),
        ("go test ./...", "go"),
        ("cargo test --all", "cargo"),
        ("mvn -B verify", "maven"),
        ("./gradlew check", "gradle"),
        ("./gradlew :app:testDebug", "gradle"),
        ("sbt test", "sbt"),
        ("dotnet test x.sln", "dotnet"),
        ("bundle exec rspec", "rspec"),
        ("rake spec", "rake"),
        ("bin/rails test", "rails"),
        ("Rscript -e 'testthat::test_dir(\"t\")'", "testthat"),
        ("Rscript -e 'devtools::test()'", "testthat"),
        ("R CMD check x", "R CMD check"),
        ("dbt build", "dbt"),
        ("ctest --output-on-failure", "ctest"),
        ("deno test", "deno"),
        ("bun test", "bun"),
        ("ginkgo -r", "ginkgo"),
        ("behave", "behave"),
        ("robot t", "robot"),
    ],
)
def test_frameworks_are_known_by_their_commands(line: str, framework: str) -> None:
    assert is_test_command(split_words(line)) == framework


@pytest.mark.parametrize(
    "line",
    [
        "",
        "pip install pytest",
        "which pytest",
        "command -v pytest",
        "echo pytest",
        "pytest --collect-only",
        "pytest --version",
        "jest --help",
        "tox -e lint",
        "tox --listenvs",
        "nox -s docs -e lint",
        "mvn package -DskipTests",
        "./gradlew build -x test",
        "go build",
        "cargo build",
        "dotnet build",
        "npm run build",
        "npm install jest",
        "python train.py test",
        "python manage.py migrate",
        "dbt run",
        "playwright install",
        "docker build -t test .",
        "Rscript fit.R",
        "make test",
    ],
)
def test_what_runs_no_tests_is_none(line: str) -> None:
    assert is_test_command(split_words(line)) is None


@pytest.mark.parametrize(
    "text",
    [
        "'",
        "make\n$(",
        "docker build",
        "cd",
        "uv run",
        "bash -c",
        "python -m",
        "env",
        "tox -e",
        "docker compose",
        "source",
        "&& ||",
        "\x00",
    ],
)
def test_broken_text_raises_nothing(text: str) -> None:
    expand(text, {"Makefile": "a:\n\tmake a\n", "Dockerfile": "", "compose.yml": "services: 3", "tox.ini": "["})


def test_bun_runs_a_file_and_a_script_that_runs_a_file() -> None:
    world = repo({"package.json": '{"scripts": {"rate": "bun run evals/rate.ts"}}', "evals/rate.ts": "rate()\n"})
    for text in ("bun run rate -- --trials 5", "bun run evals/rate.ts"):
        assert [e.module for e in Resolver(world).expand(text, "ci.yml", 1)] == ["evals/rate.ts"]


def test_a_variable_that_the_command_line_gives_make_is_filled_in() -> None:
    files = {"Makefile": "build:\n\tcd $(APP) && $(MAKE) image\n"}
    files |= {f"{app}/Makefile": f"image:\n\tdocker build -t {app} .\n" for app in ("api", "web")}
    for app in ("api", "web"):
        assert expand(f"make APP={app} build", files)[-1].words == ("docker", "build", "-t", app, ".")
    assert all(executed.words[0] == "make" for executed in expand("make build", files))
