"""How files hang together in any language, and which of them come to a language model.

The index follows Python's imports; here relative and workspace imports of TypeScript and JavaScript, Go packages,
Java and Kotlin classes and Ruby's `require_relative` are followed too, by the ends of their paths.
"""

import posixpath
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, cached_property
from typing import Self

from msgspec import Struct, field

from scorecard.facts.code import Code
from scorecard.facts.eval_names import heads
from scorecard.facts.vocabulary import LLM_CLASSES, LLM_CLIENTS, LLM_ENDPOINTS
from scorecard.readers.code import Source

_SCRIPTS = frozenset({"typescript", "javascript", "tsx", "jsx"})
_NO_MODEL = (
    "langchain_core.documents", "langchain_text_splitters", "langchain.text_splitter", "langchain_core.tools",
    "langchain_community.document_loaders", "agents.md",
)  # fmt: skip
_MORE_CLIENTS = (
    "vertexai", "langchain_huggingface", "langchain_deepseek", "langchain_cohere", "langchain_nvidia_ai_endpoints",
    "langchain_fireworks", "langchain_together", "langchain_xai", "langchain_ibm", "cerebras", "dashscope", "zhipuai",
    "huggingface_hub", "portkey_ai", "aisuite", "sglang", "ctransformers", "exllamav2", "unsloth", "peft", "boto3", "aioboto3",
    "google.adk", "livekit", "ag2", "magentic", "mirascope", "marvin", "ell", "txtai", "embedchain", "gpt4all", "browser_use",
    "@ai-sdk", "@langchain", "openai-edge", "ollama-ai-provider", "@huggingface/inference", "groq-sdk", "cohere-ai", "@mastra/core",
    "genkit", "@genkit-ai", "@aws-sdk/client-bedrock-runtime", "@openai/agents", "@github/models", "llm", "github.com/ollama/ollama",
    "github.com/cloudwego/eino", "github.com/firebase/genkit/go", "google.golang.org/genai", "io.quarkiverse.langchain4j",
    "Microsoft.Agents", "OllamaSharp", "Azure.AI.Inference", "Anthropic.SDK", "OpenAI", "ellmer",
)  # fmt: skip
_CLIENTS = frozenset((*LLM_CLIENTS, *_MORE_CLIENTS))
_CLOUDS = frozenset({"boto3", "aioboto3"})  # which are a client of a model only with one of
_BEDROCK = frozenset({"bedrock-runtime", "converse", "invoke_model"})
_DEPTH = 4


class Links(Struct, dict=True, eq=False):
    """``targets`` are the own files that a file imports, ``importers`` the reverse."""

    code: Code
    targets: dict[str, set[str]]
    direct: frozenset[str]  # files that use a client of a language model themselves
    _reach: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def gather(cls, code: Code) -> Self:
        ends = _Ends(code)
        targets = {path: set(found) for path, found in code.imports_of.items()}
        for source in code.sources:
            if source.language != "python":
                for item in source.imports:
                    targets.setdefault(source.path, set()).update(ends.find(item.module, item.name, source))
        direct = {source.path for source in code.sources if _imports_a_client(source)}
        direct |= {hit.path for hit in code.uses(*LLM_CLIENTS, tests=None)}
        direct |= {hit.path for hit in code.calls(*LLM_CLASSES, "*.invoke_model", "*.converse", tests=None)}
        direct |= {hit.path for hit in code.texts(LLM_ENDPOINTS, tests=None)}  # by HTTP, without a client
        return cls(code, targets, frozenset(direct))

    @cached_property
    def importers(self) -> dict[str, set[str]]:
        graph: dict[str, set[str]] = defaultdict(set)
        for path, targets in self.targets.items():
            for target in targets:
                graph[target].add(path)
        return graph

    def reaches_model(self, path: str) -> bool:
        """Does the file, or what it imports of ours up to four files deep, use a client of a language model?"""
        known = self._reach.get(path)
        if known is None:
            known = self._reach[path] = bool(self.direct & self.around(path, self.targets, _DEPTH))
        return known

    def around(self, path: str, graph: dict[str, set[str]], depth: int) -> set[str]:
        """``path`` and what the graph leads to in at most ``depth`` steps."""
        seen, edge = {path}, {path}
        for _ in range(depth):
            edge = {target for one in edge for target in graph.get(one, ())} - seen
            if not edge:
                break
            seen |= edge
        return seen


def _imports_a_client(source: Source) -> bool:
    for item in source.imports:
        client = _client(item.module)
        if client and (client not in _CLOUDS or _BEDROCK & _said(source)):
            return True
    return False


@cache
def _client(module: str) -> str:
    if module.startswith(_NO_MODEL):
        return ""
    return next((head for head in heads(module) if head in _CLIENTS), "")


def _said(source: Source) -> set[str]:
    return {text.value for text in source.texts} | source.names


class _Ends:
    """Finds files by the ends of their paths."""

    def __init__(self, code: Code) -> None:
        self.stems: dict[str, list[str]] = defaultdict(list)
        self.folders: dict[str, list[str]] = defaultdict(list)
        self.modules = dict(_go_modules(code))
        for source in code.sources:
            if source.language == "python":
                continue
            stem = posixpath.splitext(source.path)[0]
            parts = stem.split("/")
            for size in range(1, min(len(parts), 4) + 1):
                self.stems["/".join(parts[-size:])].append(source.path)
            self.folders["/".join(parts[:-1])].append(source.path)

    def find(self, module: str, name: str, source: Source) -> set[str]:
        if source.language in _SCRIPTS:
            return set(self._script(module, source.path))
        if source.language == "go":
            return set(self._folder(module))
        if source.language in ("java", "kotlin", "scala"):
            return set(self._stem("/".join((f"{module}.{name}" if name else module).split(".")[-4:])))
        if source.language == "ruby" and ("/" in module or module.startswith(".")):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), module))
            return set(self._stem("/".join(path.split("/")[-3:])))
        return set()

    def _script(self, module: str, near: str) -> list[str]:
        plain = posixpath.splitext(module)[0] if module.endswith((".js", ".ts", ".mjs", ".jsx", ".tsx")) else module
        if plain.startswith("."):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(near), plain))
            tails = [path, f"{path}/index"]
            found = [
                p
                for t in tails
                for p in self.stems.get("/".join(t.split("/")[-4:]), ())
                if posixpath.splitext(p)[0] == t
            ]
            return found[:1]
        parts = [p for p in plain.lstrip("@~#/").split("/") if p not in ("dist", "src", "lib")]
        if len(parts) < 2:
            return []
        for tail in ("/".join(parts[-3:]), "/".join(parts[-2:])):
            for end in (tail, f"{tail}/index"):
                if len(self.stems.get(end, ())) == 1:
                    return self.stems[end]
        return []

    def _folder(self, module: str) -> list[str]:
        for name, root in self.modules.items():
            if module == name or module.startswith(name + "/"):
                folder = posixpath.join(root, module[len(name) + 1 :]).strip("/")
                return [path for path in self.folders.get(folder, ()) if not path.endswith("_test.go")][:40]
        return []

    def _stem(self, tail: str) -> list[str]:
        found = self.stems.get(tail, [])
        return found if len(found) == 1 else []


def _go_modules(code: Code) -> Iterator[tuple[str, str]]:
    for path in code.repository.glob("go.mod"):
        first, _, name = code.repository.text(path).partition("module ")
        if not first.strip():
            yield name.split("\n", 1)[0].strip(), posixpath.dirname(path)
