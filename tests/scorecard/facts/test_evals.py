from textwrap import dedent

import pytest
from helpers import repo

from scorecard.facts import Facts
from scorecard.facts.eval_gates import EvalGates
from scorecard.facts.evals import Evals

APP = """
    from openai import OpenAI

    def answer(question: str) -> str:
        return OpenAI().responses.create(model="gpt-4o", input=question).output_text
"""
RUN = """
    import json
    from pathlib import Path

    from app.answer import answer

    def grade(expected: str, actual: str) -> bool:
        found = expected in actual
        return found

    if __name__ == "__main__":
        for case in json.load(Path("evals/cases.json").open()):
            print(grade(case["expected"], answer(case["question"])))
"""
PROMPTFOO = """
    prompts: ["{{question}}"]
    providers: [openai:gpt-4o]
    tests:
      - vars: {question: "2 + 2?"}
        assert: [{type: contains, value: "4"}]
"""


def evals(files: dict[str, str]) -> Evals:
    return Facts(repo(files)).get(Evals)


def gates(files: dict[str, str]) -> EvalGates:
    return Facts(repo(files)).get(EvalGates)


def test_a_suite_leads_from_the_question_to_the_grader() -> None:
    suite = evals({"app/answer.py": APP, "evals/run.py": RUN}).suites[0]
    assert [e.text for e in suite.run] == ['print(grade(case["expected"], answer(case["question"])))']
    assert [e.text for e in suite.graders] == ["def grade(expected: str, actual: str) -> bool:"]


def test_a_data_file_that_the_suite_names_holds_the_cases() -> None:
    cases = '[{"question": "Which port?", "expected": "8080"}]'
    suite = evals({"app/answer.py": APP, "evals/run.py": RUN, "evals/cases.json": cases}).suites[0]
    assert suite.data == ("evals/cases.json",)
    assert suite.cases[0].path == "evals/cases.json"


def test_results_that_lie_beside_the_suite_are_no_cases() -> None:
    results = '[{"question": "Which port?", "expected": "8080", "score": 1}]'
    suite = evals({"app/answer.py": APP, "evals/run.py": RUN, "evals/results/2024.json": results}).suites[0]
    assert suite.data == ()


def test_the_end_of_another_files_name_is_no_mention() -> None:
    locale = '{"instructions": "Write", "expected": "Text"}'
    suite = evals({"app/answer.py": APP, "evals/run.py": RUN, "web/messages/es.json": locale}).suites[0]
    assert suite.data == ()


def test_a_file_of_the_service_that_grades_its_users_is_no_suite() -> None:
    service = """
        from fastapi import FastAPI
        from openai import OpenAI

        from app.interview.evaluator import grade_answer

        app = FastAPI()

        @app.post("/grade")
        def grade(question: str, answer: str):
            return grade_answer(question, answer, expected_answer="")
    """
    evaluator = """
        from openai import OpenAI

        PROMPT = "You are an examiner. Grade the answer of the candidate against the expected answer on a scale of 1 to 5."

        def grade_answer(question: str, answer: str, expected_answer: str) -> str:
            return OpenAI().responses.create(model="gpt-4o", input=PROMPT + question + answer).output_text
    """
    assert not evals({"app/main.py": service, "app/interview/evaluator.py": evaluator}).suites


def test_a_model_that_is_trained_and_scored_is_no_suite() -> None:
    training = """
        from sklearn.linear_model import LogisticRegression
        from sklearn.metrics import accuracy_score

        model = LogisticRegression()
        model.fit([[1.0]], [1])
        expected = [1]
        assert accuracy_score(expected, model.predict([[1.0]])) > 0.9
    """
    assert not evals({"app/answer.py": APP, "evaluation/evaluate.py": training}).suites


def test_rouge_that_filters_training_data_is_no_suite() -> None:
    generate = """
        import json

        from openai import OpenAI
        from rouge_score import rouge_scorer

        def main():
            tasks = [json.loads(line) for line in open("seed_tasks.jsonl")]
            scorer = rouge_scorer.RougeScorer(["rougeL"])
            new = OpenAI().responses.create(model="gpt-4o", input=tasks[0]["instruction"]).output_text
            print(scorer.score(new, tasks[0]["instruction"]))

        if __name__ == "__main__":
            main()
    """
    seed = '{"instruction": "Write a poem.", "output": "Roses"}'
    assert not evals({"generate.py": generate, "seed_tasks.jsonl": seed}).suites


def test_a_project_whose_name_ends_in_scorer_is_no_suite() -> None:
    deploy = """
        import requests

        def alert(expected_files: list[str], question: str) -> None:
            requests.post("https://hooks.example.org/messages", json={"text": question})

        def score_risk(answer: float) -> float:
            risk = answer * 2
            return risk

        if __name__ == "__main__":
            alert([], "")
    """
    other = {f"credit-scorer/src/part{n}.py": "def f():\n    return 1\n" for n in range(3)}
    assert not evals({"app/answer.py": APP, "credit-scorer/deploy.py": deploy, **other}).suites


def test_two_suites_that_share_no_file_stay_two() -> None:
    files = {"app/answer.py": APP, "evals/run.py": RUN, "promptfooconfig.yaml": PROMPTFOO}
    assert [suite.how for suite in evals(files).suites] == ["promptfoo", "home-made"]


@pytest.mark.parametrize(
    "text", ["", "- a\n- b\n", "tests: {}\nproviders: [x]\n", "providers: [\n", "\x00", "tests: 5"]
)
def test_a_malformed_promptfoo_configuration_is_no_suite_and_no_error(text: str) -> None:
    assert not evals({"app/answer.py": APP, "promptfooconfig.yaml": text}).suites


@pytest.mark.parametrize("text", ["", "[]", "{", '{"eval_cases": 3}', '["eval_cases"]'])
def test_a_malformed_evaluation_set_is_no_error(text: str) -> None:
    found = evals({"app/answer.py": APP, "eval/basic.evalset.json": text, "eval/test_config.json": "[]"})
    assert found.suites == ()


def test_a_commented_command_line_is_no_suite() -> None:
    assert not evals(
        {"app/answer.py": APP, "run.sh": "# lm_eval --model hf --tasks mmlu\necho 'lm_eval --model'\n"}
    ).suites


def test_a_harness_on_a_command_line_is_a_suite() -> None:
    suite = evals({"app/answer.py": APP, "run.sh": "lm_eval --model hf --tasks mmlu\n"}).suites[0]
    assert (suite.how, suite.run[0].line) == ("lm_eval", 1)


def test_installing_a_tool_is_no_run_of_it() -> None:
    assert not evals({"app/answer.py": APP, "setup.sh": "pip install garak -q\nnpm install promptfoo eval\n"}).suites


def test_optimising_a_parameter_holds_no_baseline() -> None:
    search = (
        RUN
        + """
        best_score = 0.0
        for current_score in [0.5, 0.7]:
            if current_score > best_score:
                best_score = current_score
    """
    )
    assert evals({"app/answer.py": APP, "evals/run.py": search}).thresholds == ()


def test_a_comparison_with_the_committed_baseline_is_one() -> None:
    compared = (
        RUN
        + """
        from evals.report import diff_against_baseline
        print(diff_against_baseline({}, "evals/baseline.json"))
    """
    )
    assert evals({"app/answer.py": APP, "evals/run.py": compared}).thresholds


def test_a_guards_regular_expression_in_the_suite_attacks_nobody() -> None:
    guarded = (
        RUN
        + r"""
        import re
        PATTERN = re.compile(r"(?i)ignore\s+all\s+previous instructions")
    """
    )
    assert evals({"app/answer.py": APP, "evals/run.py": guarded}).attacks == ()


def test_an_apology_in_an_answer_is_no_refusal() -> None:
    cases = '[{"question": "My plants die", "expected": "Oh no, I\'m sorry to hear that. Water them."}]'
    assert evals({"app/answer.py": APP, "evals/run.py": RUN, "evals/cases.json": cases}).attacks == ()


def test_an_answer_that_must_refuse_is_an_edge_case() -> None:
    cases = '[{"question": "Which shares should I buy?", "expected": "Sorry, I cannot help with that."}]'
    assert evals({"app/answer.py": APP, "evals/run.py": RUN, "evals/cases.json": cases}).attacks


def workflow(trigger: str, *commands: str, key: bool = True) -> str:
    secret = "    env: {OPENAI_API_KEY: '${{ secrets.OPENAI_API_KEY }}'}\n" if key else ""
    steps = "".join(f"      - run: {command}\n" for command in commands)
    return f"on: {trigger}\njobs:\n  evals:\n    runs-on: ubuntu-latest\n{secret}    steps:\n{steps}"


TESTS = """
    import pytest
    from app.answer import answer

    @pytest.mark.parametrize("question, expected", [("2 + 2?", "4")])
    def test_answers(question, expected):
        assert expected in answer(question)
"""


def test_a_job_before_a_deployment_is_a_gate_even_if_a_person_starts_it() -> None:
    found = gates({
        "app/answer.py": APP,
        "evals/run.py": RUN,
        ".github/workflows/release.yml": workflow("workflow_dispatch", "python -m evals.run", "gcloud run deploy app"),
    })  # fmt: skip
    assert found.automatic
    assert not found.manual


def test_all_tests_with_a_key_run_the_evaluations_among_them() -> None:
    files = {"app/answer.py": APP, "tests/evals/test_answers.py": TESTS}
    assert gates({**files, ".github/workflows/ci.yml": workflow("push", "pytest")}).automatic


def test_an_empty_key_is_none() -> None:
    empty = "on: push\njobs:\n  t:\n    runs-on: x\n    env: {OPENAI_API_KEY: ''}\n    steps:\n      - run: pytest\n"
    files = {"app/answer.py": APP, "tests/evals/test_answers.py": TESTS}
    assert not gates({**files, ".github/workflows/ci.yml": empty}).automatic


def test_a_marker_that_leaves_evaluations_out_runs_none() -> None:
    files = {"app/answer.py": APP, "tests/evals/test_answers.py": TESTS}
    assert not gates({**files, ".github/workflows/ci.yml": workflow("push", 'pytest -m "not eval"')}).automatic


def test_a_default_that_leaves_evaluations_out_runs_none() -> None:
    options = dedent("[tool.pytest.ini_options]\naddopts = \"-m 'not llm'\"\n")
    files = {"app/answer.py": APP, "tests/evals/test_answers.py": TESTS, "pyproject.toml": options}
    assert not gates({**files, ".github/workflows/ci.yml": workflow("push", "pytest")}).automatic


def test_a_linter_over_the_suite_runs_nothing() -> None:
    files = {"app/answer.py": APP, "evals/run.py": RUN}
    assert not gates({**files, ".github/workflows/ci.yml": workflow("push", "ruff check evals/run.py")}).automatic
