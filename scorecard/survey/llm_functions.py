"""The repository's own functions that come to a language model, from the one that asks it up to where nobody calls any more.

path, line, name   `Assistant.ask` for a method, `graph` for an agent or a compiled graph that stands at the module's level
question           the parameter that takes what the user says, "" if none does
chat               {} or {"param": "messages", "type": "Message"}: takes messages instead; type "" for dictionaries
object             {} or {"param": "request", "type": "Request", …}: takes it in an object, made as `llm_body` says
params             [{"name": "history", "type": "list", "required": true, "default": ""}], without `self`
async, stream      whether it must be awaited, whether it yields pieces
returns            "str", another annotation, "value" where there is none, "" where nothing comes back
steps              how many calls it is away from the one that asks; -1 where only its name and its imports say that it leads there
route              {} or {"framework": "fastapi", "app": "app", "path": "/ask", "type": "Question", "field": "text", "form": false}
makes              for a method: {"class": "Assistant", "needs": 0, "instance": "assistant"}: what its class needs to be made, and
                   the name of one that stands at the module's level
kind               "function" | "method" | "route" | "graph"
module, roots      "assistant.answers": what one imports, with these folders ("" for the top) on sys.path
files              the module's file and those of the repository that it comes to by imports, the nearest first
unsafe             why the module cannot be imported without running something, "" if it can
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any

from scorecard.facts.code import Code
from scorecard.facts.eval_names import is_named
from scorecard.paths import is_demo, is_test
from scorecard.readers.code import Call, Source
from scorecard.survey.llm_classes import Classes
from scorecard.survey.llm_imports import Imports
from scorecard.survey.llm_syntax import Module

_STEPS = 6
_BEST = {
    "question": 4,
    "query": 4,
    "user_question": 4,
    "user_query": 4,
    "message": 3,
    "user_message": 3,
    "user_input": 3,
}
_MAIN = re.compile(r"(?:^|[/_])(?:assistant|chat|chatbot|bot|rag|answers?|main|app|support|qa)(?=[/_.])")
_ANSWERS = frozenset(
    {"ask", "answer", "chat", "respond", "response", "reply", "query", "question", "converse", "completion", "assistant", "rag", "qa", "llm", "bot"}
)  # fmt: skip
_NO_ANSWER = re.compile(
    r"embed|search|retriev|rewrit|expan|histor|log|save|store|parse|format|build|prompt|classif|count|valid|test"
)
Place = tuple[str, str]  # path and qualified name


class Functions:
    """``paths`` are the files on the way to a model and those that they import of the repository."""

    def __init__(self, code: Code, asks: Iterable[tuple[str, int]]) -> None:
        self.code = code
        self.modules: dict[str, Module] = {}
        self.imports = Imports(code, self.module)
        self.classes = Classes(code, self.module)
        self.steps = self._climb({place for path, line in asks if (place := self._around(path, line))})
        on_the_way = {path for path, _ in self.steps} | {path for path, _ in asks}
        self.paths = on_the_way | {t for path in on_the_way for t in code.imports_of.get(path, ())}

    def found(self, reaches: Callable[[str], bool]) -> list[dict[str, Any]]:
        """Every function as described above, the best one to evaluate first; ``reaches`` says whether a file's imports ask a model."""
        records = [self._record(path, name, steps) for (path, name), steps in self.steps.items()]
        records += [
            self._record(path, name, -1) for path, name in self._told(reaches) if (path, name) not in self.steps
        ]
        records += [
            graph for source in self._own if _builds(source) and (m := self.module(source.path)) for graph in m.graphs()
        ]
        return sorted(({**record, **self.imports.way(record["path"])} for record in records), key=_order)

    def _told(self, reaches: Callable[[str], bool]) -> Iterator[Place]:
        """Functions whose names say that they answer a question, and that call what comes to a model by imports of ours."""
        for source in self._own:
            named = [
                f
                for f in source.functions
                if _ANSWERS & set(f.name.split("_")) and not _NO_ANSWER.search(f.name) and _BEST.keys() & set(f.params)
            ]
            if not named or not reaches(source.path):
                continue
            leads = {
                item.alias or item.name or item.module
                for item in source.imports
                if (target := self.code.module(item.module, source.path)) and reaches(target)
            }
            for function in named:
                inside = (c.name for c in source.calls if c.scope == function.name)
                if any(name.rpartition(".")[2] in leads or name.partition(".")[0] in leads for name in inside):
                    yield source.path, function.name

    def _around(self, path: str, line: int) -> Place | None:
        source = self.code.source(path)
        function = self.code.enclosing(source, line) if source else None
        return (path, function.name) if function else None

    def _climb(self, first: set[Place]) -> dict[Place, int]:
        steps = dict.fromkeys(sorted(first), 0)
        edge = first
        for step in range(1, _STEPS):
            edge = {caller for place in edge for caller in self._callers(place)} - steps.keys()
            steps |= dict.fromkeys(sorted(edge), step)
        return steps

    def _callers(self, place: Place) -> set[Place]:
        path, name = place
        found = set()
        for source, call in self._calls.get(name.rpartition(".")[2], ()):
            if self._means(call, source, path, name):
                caller = self.code.enclosing(source, call.line)
                if caller and (source.path, caller.name) != place:
                    found.add((source.path, caller.name))
        return found

    @cached_property
    def _own(self) -> list[Source]:
        return [s for s in self.code.sources if is_system(s)]

    @cached_property
    def _calls(self) -> dict[str, list[tuple[Source, Call]]]:
        """The calls of the system by their last names."""
        known: dict[str, list[tuple[Source, Call]]] = defaultdict(list)
        for source in self._own:
            for call in source.calls:
                known[call.last].append((source, call))
        return known

    def _means(self, call: Call, source: Source, path: str, name: str) -> bool:
        """Does the call go to the function ``name`` of the file ``path``?"""
        if source.path == path and call.name == name:
            return True
        owner, _, last = name.rpartition(".")
        if owner and source.path == path and call.on in ("self", "cls") and call.scope.startswith(f"{owner}."):
            return True
        dotted = call.name.replace("()", "")
        head = dotted
        while "." in head:
            head = head.rpartition(".")[0]
            if self.code.module(head, source.path) == path:
                return dotted[len(head) + 1 :] == name
        return (
            bool(owner)
            and "." in call.name
            and self._homes[last] == 1
            and path in self.code.imports_of.get(source.path, ())
        )

    @cached_property
    def _homes(self) -> Counter[str]:
        """How many functions have the same last name."""
        return Counter(f.last for s in self.code.sources if s.language == "python" for f in s.functions)

    def module(self, path: str) -> Module | None:
        if path not in self.modules:
            text = self.code.repository.text(path)
            self.modules[path] = Module(path, text or "")
        module = self.modules[path]
        return module if module.tree else None

    def _record(self, path: str, name: str, steps: int) -> dict[str, Any]:
        module = self.module(path)
        record = module.record(name, self.classes.fields) if module else None
        return {**(record or {"path": path, "name": name, "line": 0, "kind": "none"}), "steps": steps}


def is_system(source: Source) -> bool:
    """Python that is neither a notebook nor a test, a demonstration or an evaluation."""
    beside = source.notebook or is_test(source.path) or is_demo(source.path) or is_named(source.path)
    return source.language == "python" and not beside


def _builds(source: Source) -> bool:
    return any(item.module.partition(".")[0] in ("langgraph", "langchain", "deepagents") for item in source.imports)


def _order(record: dict[str, Any]) -> tuple[Any, ...]:
    question = record.get("question", "")
    return (
        bool(record["unsafe"]) or record["kind"] == "none",
        record["kind"] == "route",
        record["steps"] < 0,
        record["name"].rpartition(".")[2].startswith("_"),
        not record.get("returns"),
        record.get("commands", False),
        -_BEST.get(question, 2 if question or record.get("chat") else 0),
        record["kind"] == "graph",
        -record.get("steps", 0),
        not _MAIN.search(record["path"]),
        record["path"],
        record["line"],
    )
