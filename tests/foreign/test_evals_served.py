"""`mlops add evals` asks a web application at its own endpoint, where no function of it can be called alone."""

import asyncio
import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from scaffolder.adding import add
from scaffolder.errors import Refused
from scorecard.survey import survey
from tests.foreign import worlds
from tests.foreign.conftest import added, commit
from tests.foreign.stub_llm import serving
from tests.foreign.test_evals import ASK, HEAD, asking

Make = Callable[..., Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
ALL = {"evals.cases", "evals.regression", "evals.adversarial", "evals.gate"}
PROMPT = "You answer questions about the return policy of a shop. Policy: goods can be returned within 30 days."

# A class that is given its client, as most applications have it: only the start of the application makes one.
FLOW = f'''
"""Answers questions about our return policy."""

from openai import AsyncOpenAI

PROMPT = "{PROMPT}"


class Flow:
    def __init__(self, client: AsyncOpenAI, model: str, messages: list) -> None:
        self.client, self.model, self.messages = client, model, messages

    async def run(self):
        asked = [{{"role": "system", "content": PROMPT}}, *self.messages]
        reply = await self.client.chat.completions.create(model=self.model, messages=asked)
        return reply.choices[0].message.content
'''
SESSIONS = '''
"""An endpoint that gets its client from the start of the application and an identity from whoever asks."""

from typing import Annotated, Optional

from fastapi import APIRouter, Depends, Header, Request
from openai import AsyncOpenAI
from pydantic import BaseModel, Field

from shop.flow import Flow


class Base(BaseModel):
    session_id: str
    new_session: bool


class Options(BaseModel):
    top: int = 3


class Question(Base):
    message: str = Field(..., max_length=2000)
    options: Options
    language: Optional[str] = None


class Feedback(BaseModel):
    message: str


def get_client(request: Request) -> AsyncOpenAI:
    return request.state.client


Client = Annotated[AsyncOpenAI, Depends(get_client)]
router = APIRouter(prefix="/v1")
seen: set = set()


@router.post("/feedback")
async def feedback(feedback: Feedback, client: Client):
    return {"status": "thanks"}


@router.post("/chat")
async def chat(question: Question, client: Client, agent: Optional[str] = Header(default=None)):
    if not question.new_session or question.session_id in seen:
        return {"answer": "Who are you?"}
    seen.add(question.session_id)
    flow = Flow(client, "gpt-4o-mini", [{"role": "user", "content": question.message}])
    return {"sources": ["policy"], "answer": await flow.run()}
'''
MAIN = '''
"""The application."""

import os
from contextlib import asynccontextmanager

from fastapi import FastAPI
from openai import AsyncOpenAI

from shop import {routes}


@asynccontextmanager
async def lifespan(app):
    client = AsyncOpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    yield {{"client": client}}


def create_app():
    app = FastAPI(lifespan=lifespan)
    app.include_router({routes}.router, prefix="/api")
    return app
'''
EVENTS = '''
"""A stream of events, as a chat shows them."""

import json

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from shop.flow import Flow


class Message(BaseModel):
    role: str
    content: str


class Body(BaseModel):
    messages: list[Message]


router = APIRouter()


@router.post("/chat/completions")
async def complete(body: Body, request: Request):
    async def events():
        flow = Flow(request.state.client, "gpt-4o-mini", [m.model_dump() for m in body.messages])
        yield "event: start\\ndata: {}\\n\\n"
        for word in (await flow.run()).split(" "):
            yield "data: " + json.dumps({"choices": [{"delta": {"content": word + " "}}]}) + "\\n\\n"
        yield "data: [DONE]\\n\\n"

    return StreamingResponse(events(), media_type="text/event-stream")
'''
ADDRESS = '''
"""A question in the address, and an answer that grows line by line."""

import json

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from shop.flow import Flow

router = APIRouter()


@router.get("/ask", name="ask-the-shop")
async def ask(request: Request, query: str, k: int = 3):
    async def lines():
        said = ""
        flow = Flow(request.state.client, "gpt-4o-mini", [{"role": "user", "content": query}])
        for word in (await flow.run()).split(" "):
            said += word + " "
            yield json.dumps({"output": said}) + "\\n"

    return StreamingResponse(lines(), media_type="application/x-ndjson")
'''


def world(routes: str, app: str = "") -> worlds.Files:
    """The shop with these endpoints."""
    return {
        "shop/__init__.py": "",
        "shop/flow.py": FLOW.lstrip(),
        "shop/routes.py": routes.lstrip(),
        "shop/main.py": (MAIN.format(routes="routes") + app).lstrip(),
        "requirements.txt": "openai\nfastapi\nuvicorn\n",
        ".github/workflows/lint.yml": worlds.GITHUB_LINT.lstrip(),
    }


SHAPES = {
    "a body with a session, made by a factory": (world(SESSIONS), "APP = application.create_app()", '"message": question,'),
    "a stream of events": (world(EVENTS, "\n\napp = create_app()\n"), "APP = application.app\n", '"messages": [{"role": "user", "content": question}],'),
    "a question in the address": (world(ADDRESS, "\n\napp = create_app()\n"), "APP = application.app\n", '"GET", "ask-the-shop", HEADERS, params=params'),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_the_endpoint_is_asked_as_its_clients_ask_it(make: Make, name: str) -> None:
    files, app, sent = SHAPES[name]
    folder = make(files)
    done, turned, lost = added(folder, "evals")
    text = (folder / "evals" / "application.py").read_text()
    assert "import shop.main as application" in text
    assert app in text
    assert sent in text
    assert set(done.promises) == ALL <= turned
    assert not lost


def test_every_question_begins_a_conversation_of_its_own(make: Make) -> None:
    folder = make(world(SESSIONS))
    added(folder, "evals")
    text = (folder / "evals" / "application.py").read_text()
    assert '"session_id": fresh(),' in text
    assert '"new_session": True,' in text
    assert '"options": {},' in text
    assert "language" not in text


@pytest.mark.parametrize(("default", "known"), [("Body(embed=True)", True), ("Body(...)", False)])
def test_a_text_in_a_body_has_a_name_only_if_that_is_said(make: Make, default: str, known: bool) -> None:
    files = world(ADDRESS, "\n\napp = create_app()\n")
    files["shop/routes.py"] = (
        files["shop/routes.py"].replace("query: str", f"query: str = {default}").replace("@router.get", "@router.post")
    )
    folder = make(files)
    if known:
        added(folder, "evals")
        assert '"POST", "ask-the-shop", HEADERS, json=body' in (folder / "evals" / "application.py").read_text()
    else:
        with pytest.raises(Refused, match="nor does an endpoint"):
            add(folder, "evals", lambda: survey(folder))


def test_whom_a_question_is_for_is_left_to_a_person(make: Make) -> None:
    files = world(SESSIONS)
    files["shop/routes.py"] = files["shop/routes.py"].replace(
        "session_id: str", "session_id: str\n    shop_id: str\n    chat_history: str"
    )
    folder = make(files)
    done, _, _ = added(folder, "evals")
    text = (folder / "evals" / "application.py").read_text()
    assert '"shop_id": "",' in text
    assert '"chat_history": "",' in text
    assert [line for line in done.left if 'with shop_id="": say what fits' in line]
    assert not [line for line in done.left if "chat_history" in line]


def test_it_is_said_what_the_application_needs_to_start(make: Make) -> None:
    done, _, _ = added(make(world(EVENTS)), "evals")
    assert any("start shop/main.py in their own process" in line and "httpx" in line for line in done.left)
    assert done.notes[0] == "shop/routes.py:25 complete is what is evaluated"


def test_a_function_that_can_be_called_alone_comes_first(make: Make) -> None:
    folder = make({**world(SESSIONS), **worlds.assistant()})
    added(folder, "evals")
    assert "application.answer(question)" in (folder / "evals" / "application.py").read_text()
    assert not (folder / "evals" / "serving.py").exists()


def test_the_endpoint_comes_before_a_step_that_gets_no_sources(make: Make) -> None:
    step = dedent('''

        def from_documents(question: str, documents: list) -> str:
            """What the documents say."""
            reply = OpenAI().chat.completions.create(model="m", messages=[{"role": "user", "content": question + str(documents)}])
            return reply.choices[0].message.content
        ''')
    files = world(SESSIONS)
    files["shop/flow.py"] = files["shop/flow.py"].replace("import AsyncOpenAI", "import AsyncOpenAI, OpenAI") + step
    folder = make(files)
    added(folder, "evals")
    assert 'ask(APP, "POST", "chat"' in (folder / "evals" / "application.py").read_text()
    alone = make({"answers.py": files["shop/flow.py"], "requirements.txt": "openai\n"}, below="alone")
    added(alone, "evals")
    assert "application.from_documents(" in (alone / "evals" / "application.py").read_text()


def test_the_endpoint_comes_before_what_its_application_does_not_know(make: Make) -> None:
    folder = make({**world(SESSIONS), "scraper.py": asking("def label(query: str) -> str:", "query")})
    done, _, _ = added(folder, "evals")
    assert 'ask(APP, "POST", "chat"' in (folder / "evals" / "application.py").read_text()
    assert any("scraper.py label" in note for note in done.notes)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('@router.post("/chat")', '@router.post("/chat/{user}")'),  # for whom?
        ('@router.post("/chat")', '@router.post("/summaries")\nasync def summaries(question: Question):\n    return {}\n\n\n'),
        ("message: str = Field(..., max_length=2000)", "message: str\n    picture: bytes"),
        ("options: Options", "budget: float"),
        ("client: Client, agent", "client: Client, file: UploadFile, agent"),
        ("client: Client, agent", "client: Client, language: str = Form(...), agent"),
    ],
)  # fmt: skip
def test_an_endpoint_that_wants_what_nobody_knows_is_left_alone(make: Make, old: str, new: str) -> None:
    files = world(SESSIONS)
    assert old in files["shop/routes.py"]
    files["shop/routes.py"] = files["shop/routes.py"].replace(old, new)
    folder = make(files)
    with pytest.raises(Refused, match="nor does an endpoint of FastAPI"):
        add(folder, "evals", lambda: survey(folder))


def test_an_endpoint_whose_application_asks_no_model_is_left_alone(make: Make) -> None:
    files = world(SESSIONS)
    other = dedent("""
        from fastapi import FastAPI


        app = FastAPI()


        @app.post("/query")
        def query(message: str):
            return {"rows": []}
        """)
    bot = f"{HEAD}while True:\n    print({ASK % 'input()'})\n"
    folder = make({**files, "shop/routes.py": "", "shop/flow.py": "", "shop/main.py": other, "bot.py": bot})
    with pytest.raises(Refused, match="nor does an endpoint"):
        add(folder, "evals", lambda: survey(folder))


def test_two_endpoints_of_one_name_cannot_be_told_apart(make: Make) -> None:
    files = world(SESSIONS)
    files["shop/more.py"] = files["shop/routes.py"]
    folder = make(files)
    with pytest.raises(Refused, match="nor does an endpoint"):
        add(folder, "evals", lambda: survey(folder))


# What is generated, alone: how an answer is read


@pytest.fixture
def module(make: Make, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """`serving.py` as it is rendered, with a stand-in for the package that it asks with."""
    folder = make(world(EVENTS))
    added(folder, "evals")
    monkeypatch.setitem(sys.modules, "httpx", SimpleNamespace(AsyncClient=None, ASGITransport=None))
    monkeypatch.syspath_prepend(str(folder))
    for name in [name for name in sys.modules if name == "evals" or name.startswith("evals.")]:
        monkeypatch.delitem(sys.modules, name)
    spec = importlib.util.find_spec("evals.serving")
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        ("application/json", '{"answer": "Yes.", "sources": []}', "Yes."),
        ("application/json", '{"choices": [{"message": {"role": "assistant", "content": "Yes."}}]}', "Yes."),
        ("application/json; charset=utf-8", '"Yes."', "Yes."),
        ("text/plain", "Yes.\nOf course.", "Yes.\nOf course."),
        ("text/event-stream", "data: Ye\n\ndata: s.\n\n", "Yes."),
        ("text/event-stream", ": ping\n\nevent: token\ndata:  a\ndata: b\n\ndata: [DONE]\n\n", " a\nb"),
        ("text/event-stream", 'data: {"type": "start"}\r\n\r\ndata: {"delta": {"content": "Yes."}}\r\n\r\n', "Yes."),
        ("text/event-stream", 'data: {"text": "Ye"}\n\ndata: {"text": "Yes."}\n\n', "Yes."),
        ("application/x-ndjson", '{"output": "Ye"}\n{"output": "s."}\n', "Yes."),
        ("text/plain", "{not json}", "{not json}"),
        ("text/event-stream", "", ""),
    ],
)
def test_what_a_person_reads_is_what_is_graded(module: Any, kind: str, body: str, text: str) -> None:
    assert module.text_of(kind, body) == text


def test_an_answer_that_is_an_error_is_none(module: Any) -> None:
    class Client:
        async def request(self, *_: Any, **__: Any) -> Any:
            return SimpleNamespace(is_error=True, status_code=401, reason_phrase="Unauthorized", text="Who are you?")

    async def ask() -> str:
        module.STARTED.append(asyncio.ensure_future(asyncio.sleep(0, Client())))
        answer: str = await module.ask(SimpleNamespace(url_path_for=str), "POST", "chat", {}, json={})
        return answer

    with pytest.raises(RuntimeError, match="401 Unauthorized: Who are you"):
        asyncio.run(ask())


# What runs


@pytest.mark.foreign
@pytest.mark.parametrize("name", SHAPES)
def test_a_good_application_passes_and_a_worse_one_does_not(make: Make, run: Run, name: str) -> None:
    folder = make(SHAPES[name][0])
    added(folder, "evals")
    commit(folder)
    run(folder, "-m", "pytest", "-q", "evals")
    with serving() as env:
        first = run(folder, "-m", "evals", "--record", "--update-baseline", **env).stdout
        assert "mean score 1.00" in first, first
        commit(folder)
        run(folder, "-m", "evals", "--replay", OPENAI_BASE_URL="http://127.0.0.1:9/v1", OPENAI_API_KEY="")
        code = folder / "shop" / "flow.py"
        code.write_text(code.read_text().replace("30 days", "14 days"))
        worse = run(folder, "-m", "evals", "--replay", check=False, **env)
        assert worse.returncode == 1
        assert "FAILED fact_1: 0.00, expected 1.00" in worse.stdout
        routes = folder / "shop" / "routes.py"
        routes.write_text(routes.read_text().replace("await flow.run()", "undefined.run()"))
        broken = run(folder, "-m", "evals", check=False, **env)
        assert broken.returncode == 1
        assert "NameError" in broken.stdout


@pytest.mark.foreign
def test_an_application_that_does_not_start_says_so_for_each_case(make: Make, run: Run) -> None:
    folder = make(SHAPES["a body with a session, made by a factory"][0])
    added(folder, "evals")
    done = run(folder, "-m", "evals", check=False, OPENAI_API_KEY="for-the-stub")
    assert done.returncode == 1
    assert "KeyError: 'OPENAI_BASE_URL'" in done.stdout
