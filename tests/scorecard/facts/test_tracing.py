"""Where traces are sent, as read from code and configuration."""

from helpers import repo

from scorecard.facts import Facts
from scorecard.facts.tracing import Tracing


def read(files: dict[str, str]) -> Tracing:
    return Facts(repo(files)).get(Tracing)


def names(found: Tracing) -> list[str]:
    return [trace.backend.name for trace in found.recording]


AGENT = """
    from langchain_openai import ChatOpenAI
    llm = ChatOpenAI()
    def answer(question):
        return llm.invoke(question)
"""


def test_a_callback_handler_sends_content_to_a_backend_with_a_viewer() -> None:
    found = read({"app.py": "from langfuse.langchain import CallbackHandler\nhandler = CallbackHandler()\n"})

    assert names(found) == ["Langfuse"]
    assert [t.backend.name for t in found.viewers] == ["Langfuse"]
    assert found.recording[0].evidence[0].line == 2


def test_a_client_alone_sends_nothing_but_is_remembered() -> None:
    found = read({"app.py": "from langfuse import Langfuse\nclient = Langfuse()\nprompt = client.get_prompt('x')\n"})

    assert not found.traces
    assert [e.line for e in found.idle] == [2]


def test_a_switch_counts_where_the_system_runs_and_a_library_heeds_it() -> None:
    compose = "services:\n  api:\n    environment:\n      - LANGSMITH_TRACING=true\n"

    assert names(read({"compose.yaml": compose, "app.py": AGENT})) == ["LangSmith"]
    assert names(read({"compose.yaml": compose, "app.py": "print(1)\n"})) == []


def test_a_switch_in_kubernetes_stands_on_two_lines() -> None:
    manifest = "env:\n  - name: LANGSMITH_TRACING\n    value: 'true'\n"

    assert names(read({"deploy/api.yaml": manifest, "app.py": AGENT})) == ["LangSmith"]


def test_a_switch_in_an_example_file_or_a_comment_is_none() -> None:
    assert names(read({".env.example": "LANGSMITH_TRACING=true\n", "app.py": AGENT})) == []
    assert names(read({"compose.yaml": "x:\n  # LANGSMITH_TRACING: true\n  y: 1\n", "app.py": AGENT})) == []


def test_a_switch_in_code_counts_even_where_its_value_is_computed() -> None:
    code = AGENT + "    import os\n    os.environ['LANGCHAIN_TRACING_V2'] = settings.tracing\n"

    assert names(read({"app.py": code})) == ["LangSmith"]


def test_litellm_and_llama_index_route_by_a_word() -> None:
    litellm = "import litellm\nlitellm.success_callback = ['langfuse']\n"
    llama = "from llama_index.core import set_global_handler\nset_global_handler('arize_phoenix')\n"

    assert names(read({"a.py": litellm})) == ["Langfuse"]
    assert names(read({"a.py": llama})) == ["Phoenix"]


def test_an_address_routes_calls_through_a_gateway() -> None:
    code = "from openai import OpenAI\nclient = OpenAI(base_url='https://oai.helicone.ai/v1')\n"

    assert names(read({"a.py": code})) == ["Helicone"]


def test_opentelemetry_is_live_but_records_no_content() -> None:
    code = "from opentelemetry import trace\ntrace.set_tracer_provider(provider)\n"
    found = read({"a.py": code})

    assert [t.backend.name for t in found.live] == ["OpenTelemetry"]
    assert not found.recording


def test_a_wrapper_of_the_start_command_traces_the_process() -> None:
    found = read({"Dockerfile": 'FROM python:3.12\nCMD ["ddtrace-run", "uvicorn", "app:app"]\n'})

    assert [t.backend.name for t in found.live] == ["Datadog"]
    assert not found.recording


def test_sentry_traces_only_when_told_to() -> None:
    assert not read({"a.py": "import sentry_sdk\nsentry_sdk.init('dsn')\n"}).traces
    assert read({"a.py": "import sentry_sdk\nsentry_sdk.init('dsn', traces_sample_rate=0.1)\n"}).live


def test_an_evaluation_and_a_test_send_nothing_of_the_running_system() -> None:
    code = "import weave\nweave.init('x')\n"

    assert read({"evals/run.py": code}).traces
    assert not read({"evals/run.py": code}).live
    assert not read({"tests/test_a.py": code}).traces


def test_an_own_package_called_agents_is_not_the_sdk() -> None:
    files = {"agents/__init__.py": "def trace(x): ...\n", "app.py": "from agents import trace\ntrace('x')\n"}

    assert not read(files).traces
