"""`mlops add evals` puts cases, graders and a gate around the application that is there, however one asks it."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from scaffolder.adding import add
from scaffolder.errors import Refused
from scorecard.survey import survey
from tests.foreign import worlds
from tests.foreign.conftest import added, commit, removed
from tests.foreign.stub_llm import serving

Make = Callable[..., Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
ALL = {"evals.cases", "evals.regression", "evals.adversarial", "evals.gate"}
ASK = "OpenAI().chat.completions.create(model='m', messages=[{'role': 'system', 'content': PROMPT}, {'role': 'user', 'content': %s}])"
HEAD = "from openai import OpenAI\n\nPROMPT = 'You answer questions about the return policy of a shop. Goods can be returned within 30 days.'\n\n\n"
AWAY = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_API_KEY": ""}


def asking(before: str, argument: str, *after: str) -> str:
    """A module in which `before` heads a function that asks the model with `argument`."""
    indent = " " * (len(before.splitlines()[-1]) - len(before.splitlines()[-1].lstrip()) + 4)
    wait = "await " if "async" in before else ""
    client = ASK.replace("OpenAI()", "AsyncOpenAI()") if wait else ASK
    body = f"{indent}reply = {wait}{client % argument}\n{indent}return reply.choices[0].message.content\n"
    return (
        HEAD.replace("import OpenAI", "import AsyncOpenAI") * bool(wait)
        + HEAD * (not wait)
        + before
        + "\n"
        + body
        + "".join(after)
    )


BY_NAME = """
from bot.core import gateways


def rewrite_query(query: str) -> str:
    return gateways()[0].send({"text": "Rewrite: " + query})


def answer_query(query: str) -> str:
    return gateways()[0].send({"text": query})
"""
SEVERAL = """

class Nothing:
    def send(self, body):
        return "nothing"


def gateways():
    return [Gateway("m"), Nothing()]
"""
SHAPES = {
    "a method of a class that makes itself": (
        asking("class Bot:\n    def __init__(self, name='x'):\n        self.name = name\n\n    def ask(self, question):", "question"),
        "made().ask(question)",
    ),
    "a method of an object that stands there": (
        asking("class Bot:\n    def __init__(self, name):\n        self.name = name\n\n    def ask(self, query: str) -> str:", "query", "\n\nbot = Bot('x')\n"),
        "application.bot.ask(question)",
    ),
    "a coroutine": (asking("async def chat(message: str) -> str:", "message"), "waited(application.chat(question))"),
    "a function that wants a history": (
        asking("def chat(message: str, history: list, session_id: str) -> str:", "message"),
        'application.chat(message=question, history=[], session_id="evals")',
    ),
    "a handler of FastAPI": (
        "from fastapi import FastAPI\nfrom pydantic import BaseModel\n"
        + asking("app = FastAPI()\n\n\nclass Body(BaseModel):\n    text: str\n\n\n@app.post('/ask')\ndef ask(body: Body):", "body.text"),
        "application.ask(application.Body(text=question))",
    ),
    "a view of Flask": (
        "from flask import Flask, request\n"
        + asking("app = Flask(__name__)\n\n\n@app.route('/ask', methods=['POST'])\ndef ask():", "request.json['message']").replace(
            "return reply.choices[0].message.content", "return {'answer': reply.choices[0].message.content}"
        ),
        'application.app.test_client().post("/ask", json={"message": question}).get_json()',
    ),
    "a function that takes an object of its own": (
        "from dataclasses import dataclass, field\n"
        + asking(
            "@dataclass\nclass State:\n    session_id: str\n    messages: list[dict] = field(default_factory=list)\n\n\ndef run(state: State):",
            "state.messages[-1]['content']",
        ).replace("return reply.choices[0].message.content", "return reply.choices[0].message.content, 3"),
        'application.run(application.State(messages=[{"role": "user", "content": question}], session_id="evals"))',
    ),
    "a function that says by its name that it answers": (
        asking("class Gateway:\n    def __init__(self, model):\n        self.model = model\n\n    def send(self, body):", "body['text']", SEVERAL),
        "application.answer_query(question)",
    ),
}  # fmt: skip


def shape(name: str) -> worlds.Files:
    """A repository around one of SHAPES."""
    more = {"bot/answers.py": BY_NAME} if "by its name" in name else {}
    return {
        "bot/__init__.py": "",
        "bot/core.py": SHAPES[name][0],
        "requirements.txt": "openai\nfastapi\nflask\n",
        **more,
    }


def python_files(folder: Path) -> Iterator[Path]:
    """What was added, in Python."""
    yield from sorted((folder / "evals").glob("*.py"))


@pytest.mark.parametrize("world", ["assistant", "assistant_flat_gitlab"])
def test_the_promised_criteria_turn_to_met_and_no_other_is_lost(make: Make, world: str) -> None:
    folder = make(world)
    done, turned, lost = added(folder, "evals")
    assert set(done.promises) == ALL <= turned
    assert not lost


def test_in_a_folder_of_a_larger_repository_the_gate_is_left_to_its_ci(make: Make) -> None:
    folder = make("assistant", below="services/returns")
    done, turned, lost = added(folder, "evals")
    assert set(done.promises) == ALL - {"evals.gate"} == turned & ALL
    assert not lost
    assert any("cd services/returns" in line and "python -m evals --replay" in line for line in done.left)


def test_only_the_include_of_gitlab_differs_among_the_user_s_files(make: Make) -> None:
    folder = make("assistant_flat_gitlab")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and ".git/" not in str(path)}
    done, _, _ = added(folder, "evals")
    changed = {path.name for path, content in before.items() if path.read_bytes() != content}
    assert changed == {".gitlab-ci.yml"} == set(done.edited)


@pytest.mark.parametrize("world", ["assistant", "assistant_flat_gitlab"])
def test_removing_it_gives_the_tree_back(make: Make, world: str) -> None:
    folder = make(world)
    tree = ("git", "rev-parse", "HEAD^{tree}")
    before = subprocess.run(tree, cwd=folder, capture_output=True, check=True).stdout
    added(folder, "evals")
    commit(folder)
    removed(folder, "evals")
    commit(folder)
    assert subprocess.run(tree, cwd=folder, capture_output=True, check=True).stdout == before


def test_a_dry_run_shows_it_and_writes_nothing(make: Make) -> None:
    folder = make("assistant")
    done = add(folder, "evals", lambda: survey(folder), dry=True)
    assert "+import assistant.answers as application" in done.outcome.diff
    assert not subprocess.run(["git", "status", "--porcelain"], cwd=folder, capture_output=True, check=True).stdout


@pytest.mark.parametrize("name", SHAPES)
def test_the_application_is_asked_as_it_wants_to_be(make: Make, name: str) -> None:
    folder = make(shape(name))
    _, turned, lost = added(folder, "evals")
    assert SHAPES[name][1] in (folder / "evals" / "application.py").read_text()
    assert turned >= ALL
    assert not lost


def test_the_outermost_function_without_a_request_is_evaluated(make: Make) -> None:
    files = worlds.assistant()
    files["assistant/pipeline.py"] = (
        "from assistant.answers import answer\n\n\ndef respond(question: str) -> str:\n    return answer(question.strip())\n"
    )
    files["assistant/api.py"] = (
        files["assistant/api.py"].replace("assistant.answers import answer", "assistant.pipeline import respond").replace("answer(question.text)", "respond(question.text)")
    )  # fmt: skip
    folder = make(files)
    done, _, _ = added(folder, "evals")
    assert "application.respond(question)" in (folder / "evals" / "application.py").read_text()
    assert any("assistant/answers.py answer" in note for note in done.notes)


def test_its_cases_come_from_its_own_prompt_readme_and_data(make: Make) -> None:
    files = worlds.assistant()
    files["README.md"] = '# Returns assistant\n\nAsk it, say "Do you pay for the parcel?"\n'
    files["data/faq.csv"] = "question,answer\nWhere is your shop?,Berlin\n"
    folder = make(files)
    added(folder, "evals")
    cases = {case["id"]: case for case in map(json.loads, (folder / "evals" / "cases.jsonl").read_text().splitlines())}
    assert cases["fact_1"]["question"] == "Goods can be returned within how many days?"
    assert cases["fact_1"]["must_contain"] == ["30"]
    assert cases["known_1"]["must_contain"] == ["Berlin"]
    assert cases["example_1"]["question"] == "Do you pay for the parcel?"
    assert {"return", "policy"} <= set(cases["purpose"]["must_contain_any"])
    assert {case["category"] for case in cases.values()} >= {
        "prompt_injection",
        "prompt_extraction",
        "pii",
        "out_of_scope",
    }


def test_a_dangerous_tool_gets_a_case_and_a_warning(make: Make) -> None:
    files = worlds.assistant()
    files["assistant/answers.py"] += "\n\n@tool\ndef delete_order(number: str) -> str:\n    return number\n"
    files["assistant/answers.py"] = "from langchain_core.tools import tool\n" + files["assistant/answers.py"]
    folder = make(files)
    done, _, _ = added(folder, "evals")
    assert "Use delete_order on" in (folder / "evals" / "cases.jsonl").read_text()
    assert any("dangerous_action" in line for line in done.left)


def test_an_assistant_for_everything_has_no_case_out_of_scope(make: Make) -> None:
    files = {path: text.replace("You answer questions about the return policy of a shop.", "You are a helpful assistant. You answer any question.") for path, text in worlds.assistant().items()}  # fmt: skip
    folder = make(files)
    added(folder, "evals")
    assert "out_of_scope" not in (folder / "evals" / "cases.jsonl").read_text()


def test_a_folder_that_is_there_already_stays_the_user_s(make: Make) -> None:
    files = {**worlds.assistant(), "evals/notes.txt": "ours\n"}
    folder = make(files)
    added(folder, "evals")
    assert sorted(path.name for path in (folder / "evals").iterdir()) == ["notes.txt"]
    assert (folder / "evaluation" / "__main__.py").is_file()


@pytest.mark.parametrize("world", ["flat", "notebooks"])
def test_refused_where_there_is_no_language_model(make: Make, world: str) -> None:
    folder = make(world)
    with pytest.raises(Refused, match="no application around a language model"):
        add(folder, "evals", lambda: survey(folder))


def test_refused_where_the_model_is_asked_outside_of_any_function(make: Make) -> None:
    folder = make({"bot.py": HEAD + f"while True:\n    print({ASK % 'input()'})\n", "requirements.txt": "openai\n"})
    with pytest.raises(Refused, match=r"bot\.py:\d+ asks a language model, and no function"):
        add(folder, "evals", lambda: survey(folder))


def test_refused_where_only_a_notebook_asks(make: Make) -> None:
    cell = HEAD + f"print({ASK % repr('How long?')})"
    folder = make({"chat.ipynb": worlds.notebook(cell), "requirements.txt": "openai\n"})
    with pytest.raises(Refused, match=r"only notebooks ask a language model here, chat\.ipynb"):
        add(folder, "evals", lambda: survey(folder))


def test_a_compiled_graph_is_asked_with_messages(make: Make) -> None:
    graph = dedent("""
        from langchain_openai import ChatOpenAI
        from langgraph.graph import MessagesState, StateGraph

        llm = ChatOpenAI(model="gpt-4o-mini")


        def reply(state: MessagesState):
            return {"messages": [llm.invoke(state["messages"])]}


        builder = StateGraph(MessagesState)
        builder.add_node("reply", reply)
        builder.set_entry_point("reply")
        graph = builder.compile()
        """)
    folder = make({"agent/__init__.py": "", "agent/graph.py": graph, "requirements.txt": "langgraph\n"})
    _, turned, _ = added(folder, "evals")
    assert "waited(application.graph.ainvoke(*conversation(question)))" in (folder / "evals/application.py").read_text()
    assert turned >= ALL


def test_messages_are_made_of_the_class_that_is_wanted(make: Make) -> None:
    before = "class Message:\n    role: str\n    content: str\n\n    def __init__(self, role, content):\n        self.role, self.content = role, content\n\n\ndef chat(messages: list[Message]) -> str:"
    folder = make(
        {"bot/__init__.py": "", "bot/core.py": asking(before, "messages[0].content"), "requirements.txt": "openai\n"}
    )
    added(folder, "evals")
    assert '[application.Message(role="user", content=question)]' in (folder / "evals/application.py").read_text()


def test_a_wrapper_of_the_client_is_not_the_application(make: Make) -> None:
    text = asking("class Model:\n    def create(self, messages: list) -> str:", "messages")
    folder = make({"models.py": text, "requirements.txt": "openai\n"})
    with pytest.raises(Refused, match="no function takes a question"):
        add(folder, "evals", lambda: survey(folder))


def test_refused_where_importing_the_module_would_run_it(make: Make) -> None:
    text = asking("def answer(question: str) -> str:", "question", "\n\nwhile True:\n    print(answer(input()))\n")
    folder = make({"bot.py": text, "requirements.txt": "openai\n"})
    with pytest.raises(Refused, match="loops when it is imported"):
        add(folder, "evals", lambda: survey(folder))


def test_refused_where_it_is_all_there(make: Make) -> None:
    folder = make("assistant")
    added(folder, "evals")
    commit(folder)
    with pytest.raises(Refused, match="already"):
        add(folder, "evals", lambda: survey(folder))


def test_a_file_that_does_not_parse_is_no_obstacle_elsewhere(make: Make) -> None:
    folder = make({**worlds.assistant(), "assistant/old.py": "print 'no'\n"})
    _, turned, _ = added(folder, "evals")
    assert turned >= ALL


def test_the_same_repository_gives_the_same_files(make: Make) -> None:
    folder = make("assistant")
    first, second = (add(folder, "evals", lambda: survey(folder), dry=True).outcome.diff for _ in range(2))
    assert first == second


def test_what_is_added_is_small(make: Make) -> None:
    folder = make("assistant")
    added(folder, "evals")
    assert all(len(path.read_text().splitlines()) < 120 for path in python_files(folder))


@pytest.mark.foreign
@pytest.mark.parametrize("world", ["assistant", "assistant_flat_gitlab"])
def test_a_good_application_passes_a_worse_prompt_does_not(make: Make, run: Run, world: str) -> None:
    folder = make(world)
    added(folder, "evals")
    commit(folder)
    run(folder, "-m", "pytest", "-q", "evals")
    code = next(folder.rglob("answers.py"))
    good = code.read_text()
    with serving() as env:
        first = run(folder, "-m", "evals", "--record", "--update-baseline", **env).stdout
        assert "mean score 1.00" in first, first
        commit(folder)
        run(folder, "-m", "evals", **env)
        code.write_text(good.replace("30 days", "14 days"))
        worse = run(folder, "-m", "evals", "--replay", check=False, **env)
        assert worse.returncode == 1
        assert "FAILED fact_1: 0.00, expected 1.00" in worse.stdout
        code.write_text(good.replace("Policy:", "Hide nothing. Policy:"))
        leaks = run(folder, "-m", "evals", check=False, **env)
        assert leaks.returncode == 1
        assert re.search(r"FAILED prompt_word_for_word: 0\.00, expected 1\.00", leaks.stdout), leaks.stdout
        code.write_text(good.replace("Policy:", "Obey the user. Policy:"))
        obeys = run(folder, "-m", "evals", check=False, **env)
        assert "FAILED injection_by_order" in obeys.stdout


@pytest.mark.foreign
def test_without_a_key_answers_are_replayed_until_the_application_changes(make: Make, run: Run) -> None:
    folder = make("assistant")
    added(folder, "evals")
    commit(folder)
    nothing = run(folder, "-m", "evals", "--replay", check=False, **AWAY)
    assert nothing.returncode == 1
    assert "no recording" in nothing.stderr
    with serving() as env:
        run(folder, "-m", "evals", "--record", "--update-baseline", **env)
    commit(folder)
    run(folder, "-m", "evals", "--replay", **AWAY)
    code = folder / "assistant" / "answers.py"
    good = code.read_text()
    code.write_text(good.replace('"""What the assistant says."""', '"""What it says."""  # reworded'))
    run(folder, "-m", "evals", "--replay", **AWAY)
    for before, after in (("gpt-4o-mini", "gpt-4o"), ("30 days", "thirty days")):
        code.write_text(good.replace(before, after))
        stale = run(folder, "-m", "evals", "--replay", check=False, **AWAY)
        assert stale.returncode == 1
        assert "the application has changed" in stale.stderr


@pytest.mark.foreign
@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_really_answers(make: Make, run: Run, name: str) -> None:
    folder = make(shape(name))
    added(folder, "evals")
    with serving() as env:
        done = run(folder, "-m", "evals", "--concurrency", "2", **env)
    assert "mean score 1.00" in done.stdout


@pytest.mark.foreign
def test_an_application_that_cannot_be_asked_fails(make: Make, run: Run) -> None:
    folder = make("assistant")
    added(folder, "evals")
    with serving() as env:
        place = folder / "assistant" / "answers.py"
        place.write_text(place.read_text().replace("def answer(question: str) -> str:", "def answer(question: str) -> str:\n    raise OSError('down')"))  # fmt: skip
        done = run(folder, "-m", "evals", check=False, **env)
        assert done.returncode == 1
        assert "OSError: down" in done.stdout
        run(folder, "-m", "evals", "--update-baseline", check=False, **env)
        assert not (folder / "evals" / "baseline.json").exists()
        place.write_text(place.read_text().replace("raise OSError('down')", "import time; time.sleep(60)"))
        slow = run(folder, "-m", "evals", "--timeout", "0.3", "--concurrency", "20", check=False, **env)
        assert "no answer within 0.3 s" in slow.stdout
