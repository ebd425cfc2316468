"""Dockerfiles: what is run, what is started, where files come to lie."""

import pytest

from scorecard.readers.dockerfile import needed, read


def test_run_has_its_line_and_no_flags() -> None:
    stage = read("FROM python\nRUN --mount=type=cache,target=/x \\\n  --network=none \\\n  uv sync \\\n  && pytest\n")[
        0
    ]
    run = stage.instructions[0]
    assert (run.line, run.text.strip("\\\n ")) == (2, "uv sync \\\n  && pytest")
    assert run.text.split("uv sync")[0].count("\n") == 2


def test_a_comment_between_continued_lines_ends_nothing() -> None:
    assert "pytest" in read("FROM a\nRUN apt-get update && \\\n  # why\n  pytest\n")[0].instructions[0].text


def test_a_commented_instruction_is_none() -> None:
    assert read("FROM a\n# RUN pytest\n")[0].instructions == []


def test_entrypoint_and_cmd_are_put_together() -> None:
    assert read('FROM a\nENTRYPOINT ["python", "-m"]\nCMD ["app"]\n')[0].starts == (2, "python -m app")
    assert read("FROM a\nCMD python app.py\n")[0].starts == (2, "python app.py")


def test_the_last_cmd_is_the_one() -> None:
    assert read("FROM a\nCMD old\nCMD new\n")[0].starts == (3, "new")


def test_a_stage_without_cmd_starts_nothing_of_ours() -> None:
    assert read("FROM a\nRUN x\n")[0].starts is None


def test_copies_are_placed_below_the_working_directory() -> None:
    stage = read("FROM a\nWORKDIR /app\nCOPY src/ ./src/\nCOPY main.py .\nCOPY . .\n")[0]
    assert stage.copies == [("src", "/app/src"), ("main.py", "/app/main.py"), ("", "/app")]


def test_what_a_stage_takes_of_another_keeps_its_origin() -> None:
    stages = read("FROM a AS build\nWORKDIR /w\nCOPY svc /w/svc\nFROM b\nCOPY --from=build /w/svc /app\n")
    assert stages[1].copies == [("svc", "/app")]


def test_what_comes_from_an_image_has_no_origin() -> None:
    assert read("FROM a\nCOPY --from=ghcr.io/x/uv /uv /bin/\n")[0].copies == []


def test_a_heredoc_is_the_script_of_run() -> None:
    stage = read("FROM a\nRUN <<EOF\npytest\nEOF\nCMD app\n")[0]
    assert "pytest" in stage.instructions[0].text
    assert stage.starts == (5, "app")


def test_variables_of_env_are_put_into_folders() -> None:
    assert read("FROM a\nENV HOME_DIR=/srv\nWORKDIR $HOME_DIR/x\n")[0].folder == "/srv/x"


STAGES = """FROM a AS base
FROM base AS checked
RUN pytest
FROM b AS wheels
FROM base AS app
COPY --from=wheels /w /w
RUN --mount=type=bind,from=3,target=/x ls
FROM base
COPY --from=app /w /w
"""


@pytest.mark.parametrize(
    ("target", "lines"),
    [("", [1, 4, 5, 8]), ("checked", [1, 2]), ("Wheels", [4]), ("0", [1]), ("$TARGET", [1, 2, 4, 5, 8])],
)
def test_only_the_stages_that_a_target_needs_are_built(target: str, lines: list[int]) -> None:
    assert [stage.line for stage in needed(read(STAGES), target)] == lines


def test_all_stages_are_built_where_a_variable_names_one() -> None:
    stages = read("ARG BASE=checked\nFROM a AS checked\nRUN pytest\nFROM ${BASE}\nCMD x\n")
    assert needed(stages) == stages
    assert needed([]) == []


@pytest.mark.parametrize(
    "text", ["", "RUN", "FROM", "COPY a", "CMD [", "FROM a\nRUN \\", "FROM a\nRUN <<EOF\n", "{{ x }}"]
)
def test_broken_text_raises_nothing(text: str) -> None:
    read(text)
