"""Shell text: which commands, where, and whether their failure counts."""

import time

import pytest

from scorecard.readers.shell import Command, read, split_words, strip_wrappers


def only(text: str, program: str, /, **options: object) -> Command:
    found = [c for c in read(text, **options).commands if c.words[0] == program]  # type: ignore[arg-type]
    assert len(found) == 1, found
    return found[0]


def names(text: str) -> list[str]:
    return [command.words[0] for command in read(text).commands]


def test_every_simple_command_of_a_chain_is_found() -> None:
    assert names("a && b || c; d | e\nf &") == ["a", "b", "c", "d", "e", "f"]


def test_a_continued_line_is_one_command_on_its_first_line() -> None:
    command = only("\n\npytest \\\n  -x \\\n  tests", "pytest", line=10)
    assert (command.words, command.line) == (("pytest", "-x", "tests"), 12)


def test_a_comment_runs_nothing() -> None:
    assert names("# pytest\necho a # pytest\n") == ["echo"]


def test_a_hash_inside_a_word_is_no_comment() -> None:
    assert only("curl x#y z", "curl").words == ("curl", "x#y", "z")


def test_a_heredoc_runs_nothing_and_what_follows_it_does() -> None:
    assert names("cat <<'EOF' > x\npytest\nEOF\nruff check") == ["cat", "ruff"]


def test_quotes_keep_words_together() -> None:
    assert only("""pytest -m "not slow" -k 'a && b'""", "pytest").words == ("pytest", "-m", "not slow", "-k", "a && b")


def test_keywords_are_no_commands() -> None:
    text = "if [ -f x ]; then\n  a\nelif b; then c\nelse\n  d\nfi\nwhile e; do f; done\nuntil g; do h; done"
    assert [n for n in names(text) if n != "["] == ["a", "b", "c", "d", "e", "f", "g", "h"]


def test_a_loop_over_literals_is_unrolled() -> None:
    commands = read("for d in api web; do (cd $d && pytest); done").commands
    assert [c.folder for c in commands if c.words == ("pytest",)] == ["api", "web"]


def test_each_branch_of_a_case_may_run() -> None:
    assert names('case "$1" in\n test) pytest ;;\n lint|l) ruff check ;;\n *) usage ;;\nesac') == [
        "pytest",
        "ruff",
        "usage",
    ]


def test_the_body_of_a_function_runs_only_if_it_is_called() -> None:
    assert names("tests() { pytest; }\nlint() { ruff; }\nlint") == ["ruff", "lint"]


def test_operators_inside_a_test_join_no_commands() -> None:
    assert names('if [[ "$X" =~ ^(pytest|nox)$ && -n "$Y" ]]; then a; fi') == ["[[", "a"]


def test_assignments_before_a_command_are_its_environment() -> None:
    command = only("PYTHONPATH=src A='b c' python -m app", "python")
    assert dict(command.env) == {"PYTHONPATH": "src", "A": "b c"}


def test_a_literal_variable_is_put_in() -> None:
    assert only('DIR=tests/unit\npytest "$DIR"', "pytest").words == ("pytest", "tests/unit")


def test_a_variable_in_single_quotes_stays_as_it_is() -> None:
    assert only("DIR=x\necho '$DIR'", "echo").words == ("echo", "$DIR")


def test_an_unquoted_variable_is_split_into_words() -> None:
    assert only('DC="docker compose -f x.yml"\n$DC up', "docker").words == ("docker", "compose", "-f", "x.yml", "up")


def test_the_command_of_a_substitution_is_found() -> None:
    assert "python" in names("export ID=$(python latest.py --id)")


def test_a_variable_of_azure_is_no_command() -> None:
    assert names("python $(Build.SourcesDirectory)/x.py") == ["python"]


def test_cd_moves_what_follows() -> None:
    assert only("cd src/app && pytest", "pytest").folder == "src/app"
    assert only("cd src\ncd ../lib\npytest", "pytest").folder == "lib"


def test_cd_in_brackets_moves_nothing_outside() -> None:
    assert only("(cd src && make)\npytest", "pytest").folder == ""


@pytest.mark.parametrize(
    "root", ["$GITHUB_WORKSPACE", "${{ github.workspace }}", "$(Build.SourcesDirectory)", "$CI_PROJECT_DIR"]
)
def test_the_checkout_has_many_names(root: str) -> None:
    assert only(f"cd tmp && cd {root}/app && pytest", "pytest").folder == "app"


def test_a_script_knows_its_own_folder() -> None:
    text = 'cd "$(dirname "${BASH_SOURCE[0]}")/.."\npytest'
    assert only(text, "pytest", here="tools/ci").folder == "tools"


def test_a_folder_behind_a_variable_is_not_known() -> None:
    assert only("cd $TARGET && pytest", "pytest").folder is None


def test_a_folder_outside_the_repository_is_not_known() -> None:
    assert only("cd /opt/x && pytest", "pytest").folder is None
    assert only("cd ../other && pytest", "pytest").folder is None


def test_a_clone_of_the_repository_itself_is_its_root() -> None:
    assert only("git clone https://x/me/shop && cd shop && pytest", "pytest", name="me__shop").folder == ""
    assert only("git clone https://x/me/other && cd other && pytest", "pytest", name="me__shop").folder is None


@pytest.mark.parametrize(
    "text",
    [
        "pytest || true",
        "pytest || :",
        "pytest || echo failed",
        "pytest || { echo failed; }",
        "pytest | tee log",
        "pytest &",
        "if pytest; then deploy; fi",
        "set +e\npytest\ndeploy",
        "pytest || RC=$?\necho done",
    ],
)
def test_a_failure_that_is_swallowed_does_not_count(text: str) -> None:
    assert only(text, "pytest", stops=True).may_fail


@pytest.mark.parametrize(
    "text",
    [
        "pytest",
        "pytest\ndeploy",
        "pytest || exit 1",
        "pytest || (echo failed; exit 1)",
        "set -o pipefail\npytest | tee log",
        "if ! pytest; then exit 1; fi",
        "cat list | xargs -n1 echo && pytest",
        "set +e\npytest\nCODE=$?\necho $CODE\nexit $CODE",
        "pytest || RC=$?\necho done\nexit $RC",
        "set +e\npytest\nif ($LASTEXITCODE -ne 0) { exit 1 }\ndeploy",
    ],
)
def test_a_failure_that_stops_counts(text: str) -> None:
    assert not only(text, "pytest", stops=True).may_fail


def test_without_set_e_only_the_last_command_counts() -> None:
    script = read("#!/bin/bash\npytest\ndeploy")
    assert [c.may_fail for c in script.commands] == [True, False]
    assert not script.stops


@pytest.mark.parametrize("text", ["set -euo pipefail\na\nb", "#!/bin/bash -e\na\nb", "set -o errexit\na\nb"])
def test_set_e_makes_every_command_count(text: str) -> None:
    script = read(text)
    assert script.stops
    assert not any(c.may_fail for c in script.commands if c.words[0] == "a")


def test_exit_with_the_last_status_keeps_the_command_before_it() -> None:
    assert not only("pytest\nexit $?", "pytest").may_fail


def test_what_is_behind_a_test_is_guarded() -> None:
    assert only("[ -f x.sh ] && bash x.sh", "bash").guarded
    assert not only("mkdir x && bash x.sh", "bash").guarded


def test_output_files_are_no_words() -> None:
    command = only("pytest > out.txt 2>&1", "pytest")
    assert (command.words, command.writes) == (("pytest",), ("out.txt",))


def test_powershell_and_cmd_are_tolerated() -> None:
    assert only("python `\n  .\\src\\train.py", "python").words == ("python", ".\\src\\train.py")
    assert names("call run.bat\r\npytest\r\n") == ["run.bat", "pytest"]


@pytest.mark.parametrize(
    "text",
    [
        "'",
        '"',
        "$(",
        "((((",
        "fi done esac )",
        "<<",
        "a ||",
        "case x in",
        "for",
        "x() {",
        "`",
        "{{",
        "${",
        "\\",
        "if",
        "[[ a",
    ],
)
def test_broken_text_raises_nothing(text: str) -> None:
    read(text)
    read(text * 50)


@pytest.mark.parametrize(
    "text", ["$(", "{{", "${", "'\"", "(", "a || ", "if a; then ", "a\\\n", "`", "for x in 1 2 3 4; do "]
)
def test_hostile_text_takes_no_time(text: str) -> None:
    start = time.perf_counter()
    read(text * 4_000)
    assert time.perf_counter() - start < 5


def test_words_of_one_line() -> None:
    assert split_words("a 'b c' --d=e") == ("a", "b c", "--d=e")


@pytest.mark.parametrize(
    "line",
    [
        "pytest -x",
        "python -m pytest -x",
        "python3.11 -W ignore -m pytest -x",
        "./.venv/bin/python -m pytest -x",
        "venv/bin/pytest -x",
        "py.test -x",
        "uv run pytest -x",
        "uv run --with a --group dev -- pytest -x",
        "uv run -m pytest -x",
        "uvx pytest@8 -x",
        "poetry run pytest -x",
        "poetry -C app run python -m pytest -x",
        "pdm run pytest -x",
        "pipenv run pytest -x",
        "hatch run test:pytest -x",
        "rye run pytest -x",
        "pixi run -e dev pytest -x",
        "conda run -n env --no-capture-output pytest -x",
        "env A=b pytest -x",
        "sudo -E pytest -x",
        "time pytest -x",
        "xvfb-run -a pytest -x",
        "nohup timeout 5m pytest -x",
        "mise exec -- pytest -x",
        "docker run --rm -v a:b -e X=1 image:1 pytest -x",
        "docker compose -f a.yml run --rm web pytest -x",
        "docker-compose exec -T web pytest -x",
        "kubectl exec -it pod -- pytest -x",
        "coverage run --source src -m pytest -x",
        "infisical run --env=dev -- pytest -x",
        "doppler run -- pytest -x",
        "op run --env-file=.env -- pytest -x",
        "dotenv run pytest -x",
    ],
)
def test_wrappers_are_taken_off(line: str) -> None:
    assert strip_wrappers(split_words(line)) == ("pytest", "-x")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("npx jest --ci", ("jest", "--ci")),
        ("pnpm exec playwright test", ("playwright", "test")),
        ("accelerate launch --num_processes 2 train.py --x", ("python", "train.py", "--x")),
        ("torchrun --nproc 2 train.py", ("python", "train.py")),
        ("python -m torch.distributed.run train.py", ("python", "train.py")),
        ("python -u -m app.train", ("python", "-m", "app.train")),
        ("uv run train.py", ("python", "train.py")),
        ("node --experimental-vm-modules node_modules/jest/bin/jest.js --ci", ("jest", "--ci")),
        ("node -r ts-node/register ./node_modules/.bin/mocha spec", ("mocha", "spec")),
        ("node ../node_modules/vitest/vitest.mjs run", ("vitest", "run")),
    ],
)
def test_launchers_become_what_they_launch(line: str, words: tuple[str, ...]) -> None:
    assert strip_wrappers(split_words(line)) == words


@pytest.mark.parametrize(
    "line",
    [
        "command -v pytest",
        "docker run image",
        "bash -c 'a && b'",
        "sudo",
        "yarn install",
        "which pytest",
        "node jest.js",
        "node lib/node_modules.js",
    ],
)
def test_what_wraps_nothing_stays(line: str) -> None:
    assert strip_wrappers(split_words(line)) == split_words(line)
