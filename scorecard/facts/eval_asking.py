"""Where the application, a prompt or a model is really asked: not a stand-in, and not the judge."""

from collections.abc import Iterable
from functools import cache

from scorecard.facts.code import Code
from scorecard.facts.eval_links import Links
from scorecard.facts.eval_names import snake
from scorecard.facts.eval_words import (
    APPLICATION_NAME,
    APPLICATION_VERBS,
    JUDGE_SCOPE,
    NO_APPLICATION,
    ON_A_MODEL,
    PLAIN_VERBS,
    any_of,
)
from scorecard.paths import is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Source

_SERVICE = any_of(
    r"/(?:chat|ask|query|queries|answers?|generate|completions?|invoke|agents?|rag|messages?|threads?|conversations?)\b",
    r"/responses\b|localhost|127\.0\.0\.1|0\.0\.0\.0",
)
_QUESTION = frozenset({"prompt", "question"})  # keys of what is sent to an application at an address that is not known
_POSTS = frozenset({
    "post", "request", "fetch", "urlopen", "PostAsync", "PostAsJsonAsync", "GetResponseAsync", "stream",
    "websocket_connect",
})  # fmt: skip
_MOCKS = frozenset({
    "MagicMock", "AsyncMock", "Mock", "FakeListLLM", "FakeListChatModel", "FakeMessagesListChatModel", "FakeChatModel",
    "GenericFakeChatModel", "MockLanguageModelV1", "MockLanguageModelV2", "TestModel", "FunctionModel", "stub_request",
    "instance_double", "MockLLM", "create_autospec",
})  # fmt: skip
_PATCH = lazily(r"(?:^|mock\.)patch(?:\.object)?\Z|^(?:mocker|monkeypatch)\.|(?:^|\.)(?:vi|jest)\.mock\Z")
_STUBBED = frozenset({"ruby", "java", "kotlin", "csharp"})
_STUBS = ("stub", "allow", "when", "mock", "Substitute", "Setup")
_MODEL_WORD = any_of(r"llm|openai|anthropic|client|complet|generat|invoke|model|agent|chain|gemini|bedrock|claude|chat")
_NOT_ASKED = (
    "json.", "re.", "os.", "subprocess.", "asyncio.run", "uvicorn.", "datetime.", "uuid.", "yaml.", "csv.", "ast.",
    "urllib.parse", "zod.", "expect", "vitest.", "logging.", "JSON.", "YAML.", "Date.", "argparse.", "pathlib.", "tqdm.",
    "console.", "Promise.",
)  # fmt: skip
_FOLLOWED = frozenset({"python", "typescript", "javascript", "tsx", "jsx"})  # whose calls lead to own files

_UNIMPORTED = frozenset({"ruby", "csharp"})
_CLASS = lazily(r"[A-Z]\w+")

Rank = tuple[int, int]


def mocked(source: Source) -> bool:
    """Does a test put a stand-in where the model would answer?"""
    if not is_test(source.path) or source.language == "go":
        return False
    for call in source.calls:
        if call.last in _MOCKS or (source.language in _STUBBED and call.last.startswith(_STUBS)):
            return True
        if _patches(call.name) and any(_MODEL_WORD.search(text) for text in call.strings):
            return True
    return False


@cache
def _patches(name: str) -> bool:
    return bool(_PATCH.search(name))


def trains(source: Source) -> bool:
    """A reward function or a validation loss belongs to training, whatever it is called."""
    return not source.notebook and any(c.last == "train" or c.last.endswith("Trainer") for c in source.calls)


class Asking:
    """Looks for the asking calls of files; ``own`` are always the files of the evaluation itself."""

    def __init__(self, code: Code, links: Links) -> None:
        self.code, self.links = code, links
        # Ruby and .NET name a class of the application without importing its file.
        self.homes = {
            k.name.rpartition(".")[2]: s.path
            for s in code.sources
            if s.language in _UNIMPORTED and not is_test(s.path)
            for k in s.classes
        }

    def first(self, source: Source, own: frozenset[str]) -> Rank | None:
        """The plainest asking call of a file as (rank, line), None if nothing is asked there."""
        found = [(rank, c.line) for c in source.calls if (rank := self._rank(c, source, own)) is not None]
        return min(found, default=None)

    def apart(self, sources: Iterable[Source], own: frozenset[str]) -> bool:
        """Is the application asked beside the judge? A single place that asks a model is the judge itself."""
        places: set[tuple[str, str]] = set()
        for source in sources:
            if self._imports_application(source, own):
                return True
            if source.path in self.links.direct:
                verbs = (c for c in source.calls if c.last in APPLICATION_VERBS)
                places |= {(source.path, c.scope) for c in verbs if not c.name.startswith(_NOT_ASKED)}
        return len(places) > 1

    def _rank(self, call: Call, source: Source, own: frozenset[str]) -> int | None:
        if JUDGE_SCOPE.search(call.scope) or JUDGE_SCOPE.search(call.on) or call.name.startswith(_NOT_ASKED):
            return None
        last = call.last.removesuffix("()")
        asks = last in APPLICATION_VERBS and (last not in PLAIN_VERBS or ON_A_MODEL.search(snake(call.name)))
        if asks and (source.path in self.links.direct or self._imports_application(source, own)):
            return 0
        if last in _POSTS and any(
            t.value in _QUESTION or _SERVICE.search(t.value) for t in source.texts if len(t.value) < 200
        ):
            return 2
        if NO_APPLICATION.search(last):
            return None
        telling = bool(APPLICATION_NAME.search(snake(last)))
        if source.language in _UNIMPORTED and last in APPLICATION_VERBS:
            home = next((self.homes[part] for part in _CLASS.findall(call.name) if part in self.homes), "")
            if home and home not in own and self.links.reaches_model(home):
                return 1
        if source.language not in _FOLLOWED:
            return 1 if telling and call.name != last else None
        target = self._own_module(call, source)
        if target and target not in own and self.links.reaches_model(target):
            return 1 if telling else None if is_test(source.path) else 3
        return None

    def _imports_application(self, source: Source, own: frozenset[str]) -> bool:
        return any(t not in own and self.links.reaches_model(t) for t in self.links.targets.get(source.path, ()))

    def _own_module(self, call: Call, source: Source) -> str:
        if source.language != "python":
            return ""
        dotted = call.name.partition("(")[0]
        while "." in dotted:
            dotted = dotted.rpartition(".")[0]
            found = self.code.module(dotted, source.path)
            if found:
                return found
        return ""
