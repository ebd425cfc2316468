"""Models that a server of others serves, as a manifest says, and that own code asks by the protocol of such servers.

No library is called: the code sends a request to `/v2/models/NAME/infer` (https://kserve.github.io/website/docs/concepts/architecture/data-plane/v2-protocol).
"""

from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code
from scorecard.facts.configuration import Configuration
from scorecard.model import Evidence
from scorecard.paths import is_demo
from scorecard.patterns import lazily
from scorecard.readers.node import Node

_SERVERS = frozenset({"SeldonDeployment", "InferenceService", "LLMInferenceService", "Model", "InferenceGraph"})
_OF_SERVERS = ("machinelearning.seldon.io", "mlops.seldon.io", "serving.kserve.io", "serving.kubeflow.org")
_ASKED = r"/v2/models/[^/ ]{1,80}/(?:infer|generate)(?:_stream)?\b|/v1/models/[^/: ]{1,80}:predict\b"
_WRITES = lazily(
    r"text2text-generation|text-generation(?:-inference)?|conversational|summarization|vllm|(?:^|/)(?:ollama|sglang)(?:$|[:/])"
)


class DeclaredServing(Struct, frozen=True):
    """``asks`` are requests of that protocol in code, ``servers`` the manifests; ``writes`` if one serves a language model."""

    asks: tuple[Evidence, ...]
    servers: tuple[Evidence, ...]
    writes: bool

    @classmethod
    def gather(cls, code: Code, configuration: Configuration) -> Self:
        hits = [hit for hit in code.texts(_ASKED) if not hit.source.notebook and not is_demo(hit.path)]
        asks = tuple(code.quote(hits))
        found = list(_declared(configuration)) if asks else []
        return cls(asks, tuple(line for line, _ in found), any(writes for _, writes in found))


def _declared(configuration: Configuration) -> Iterator[tuple[Evidence, bool]]:
    """Each manifest of a model server, and whether what it serves writes text."""
    for path in configuration.holding_any(_OF_SERVERS):
        for document in configuration.documents(path):
            if document["kind"].text in _SERVERS and document["apiVersion"].text.startswith(_OF_SERVERS):
                line = configuration.evidence(path, document.key_line("kind"))
                yield line, document["kind"].text == "LLMInferenceService" or _writes(document["spec"])


def _writes(spec: Node) -> bool:
    return any(_WRITES.search(value.text) for node in spec.walk() for value in (node, *(v for _, v in node.items())))
