"""Where a model is asked: predictions, calls of a language model, agent runs; and in which part of the system."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import cache
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code, Hit
from scorecard.facts.inference_vocabulary import (
    ADDRESS,
    EVALUATION,
    LLM_ANYWHERE,
    LLM_VERBS,
    NOT_OWNERS,
    OWNER,
    PREDICTION,
    PREDICTS,
    TORCH,
    TRAINING,
)
from scorecard.facts.vocabulary import LLM_CLIENTS, ML_LIBRARIES, WEB_FRAMEWORKS
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_test
from scorecard.readers.code import Source


class Part(StrEnum):
    """Which part of the system asks the model."""

    SERVICE = "service"
    BATCH = "batch"  # a job, a script, an application without endpoints
    TRAINING = "training"
    EVALUATION = "evaluation"
    NOTEBOOK = "notebook"
    DEMO = "demo"


LIVE = frozenset({Part.SERVICE, Part.BATCH})


class Ask(Struct, frozen=True):
    """One call that asks a model. ``llm`` is true for language models and agents."""

    hit: Hit
    part: Part
    llm: bool


class Inference(Struct, frozen=True):
    """``asks`` in order of path and line, tests left out; ``addresses`` are URLs of model endpoints in code;
    ``suspects`` are places that may ask a model in an unknown way: they only forbid to say that nothing does."""

    asks: tuple[Ask, ...]
    addresses: tuple[Evidence, ...]
    suspects: tuple[Evidence, ...] = ()
    llm: bool = False  # does anything talk to a language model, be it in a way that is not known here?

    @classmethod
    def gather(cls, code: Code) -> Self:
        found: dict[tuple[str, int], Ask] = {}
        for llm, hits in ((True, llm_asks(code)), (False, model_asks(code))):
            for hit in hits:
                found.setdefault((hit.path, hit.line), Ask(hit, part(hit.source, hit.scope), llm))
        addresses = tuple(
            code.evidence(h) for h in code.texts(ADDRESS.pattern) if "://" in h.name or h.name.startswith(("/", "{"))
        )
        asks = tuple(found[key] for key in sorted(found))
        llm = any(ask.llm for ask in asks) or bool(addresses) or bool(code.uses(*LLM_CLIENTS))
        return cls(asks, addresses, () if asks else tuple(_suspects(code)), llm)

    @property
    def ml(self) -> bool:
        """Does anything ask a model that is no language model?"""
        return any(not ask.llm for ask in self.asks)

    @property
    def live(self) -> tuple[Ask, ...]:
        """What the running system asks: in services and jobs, not in training, evaluation, notebooks and demos."""
        return tuple(ask for ask in self.asks if ask.part in LIVE)

    @property
    def first(self) -> tuple[Ask, ...]:
        """The most telling asks: live ones, services first; else notebooks; else whatever there is."""
        order = list(Part)
        return tuple(sorted(self.asks, key=lambda ask: order.index(ask.part)))

    @property
    def absent(self) -> bool:
        """Does nothing here ask a model but training and evaluation themselves?"""
        served = [ask for ask in self.asks if ask.part not in (Part.TRAINING, Part.EVALUATION)]
        return not served and not self.llm and not self.suspects

    @property
    def paths(self) -> frozenset[str]:
        return frozenset(ask.hit.path for ask in self.asks)


def _suspects(code: Code) -> Iterator[Evidence]:
    for source, function in code.functions(
        r"_*(?:\w+_)?(?:predict|score|infer|inference|classify|recommend|forecast|transcribe|ask|chat|answer)(?:_\w+)?$",
        tests=None,
    ):
        yield code.evidence(source, function.line)
    for source in code.sources:
        if {"no_grad", "inference_mode"} & source.names:
            yield code.evidence(source, 1)


def model_asks(code: Code) -> list[Hit]:
    """Calls that ask a trained model, in files that have to do with machine learning."""
    users = {
        hit.path
        for hit in code.imports(
            *ML_LIBRARIES,
            *WEB_FRAMEWORKS,
            "sagemaker",
            "boto3",
            "google.cloud.aiplatform",
            "databricks",
            "pickle",
            "cloudpickle",
            "dill",
            "hopsworks",
            "azureml",
            "keras",
            "numpy",
            "pandas",
            "cv2",
            "tritonclient",
        )
    }
    users |= _around(code, {hit.path for hit in code.imports(*ML_LIBRARIES)})
    found = [hit for hit in code.calls(*PREDICTS) if hit.path in users or hit.source.language != "python"]
    for source in code.sources:
        if is_test(source.path):
            continue
        libraries = {item.module.partition(".")[0] for item in source.imports}
        if "torch" in libraries and {"no_grad", "inference_mode", "eval"} & source.names:
            found += [Hit(source, c.line, c.scope, c.name, c) for c in source.calls if c.name in TORCH and c.args]
        if libraries & {"transformers", "vllm", "llama_cpp", "mlx_lm", "torch", "unsloth", "peft"}:
            found += [Hit(source, c.line, c.scope, c.name, c) for c in source.calls if c.last == "generate"]
        if "spacy" in libraries or "ultralytics" in libraries:
            found += [
                Hit(source, c.line, c.scope, c.name, c)
                for c in source.calls
                if c.name in ("spacy.load()", "nlp", "ultralytics.YOLO", "ultralytics.YOLO()")
            ]
    return found


def _around(code: Code, users: set[str]) -> set[str]:
    """Files that import an own module in which a library for models is used, a package's `__init__` on the way included."""
    near = set(users)
    for path in users:
        for importer in code.imported_by.get(path, ()):
            near.add(importer)
            if importer.endswith("__init__.py"):
                near |= code.imported_by.get(importer, set())
    return {path for path in near if not is_test(path)}


def llm_asks(code: Code) -> list[Hit]:
    """Calls that ask a language model or run an agent."""
    users = {hit.path for hit in code.imports(*LLM_CLIENTS)}
    found = [h for h in code.uses(*LLM_CLIENTS) if h.call is not None and LLM_VERBS.fullmatch(h.call.last) and _asks(h)]
    found += [h for h in code.calls(*LLM_ANYWHERE) if h.call is not None and _is_owner(h)]
    by_verb = (
        "*.invoke",
        "*.stream",
        "*.astream_chat",
        "*.stream_chat",
        "*.run",
        "*.arun",
        "*.run_sync",
        "*.run_streamed",
        "*.chat",
        "*.achat",
        "*.query",
        "*.aquery",
        "*.predict",
        "*.generate",
        "*.agenerate",
        "*.complete",
        "*.acomplete",
    )
    found += [h for h in code.calls(*by_verb) if h.path in users and h.call is not None and _is_owner(h) and _asks(h)]
    return found


def _asks(hit: Hit) -> bool:
    """Is it the model that is asked, and not a store, a parser or a context beside it?"""
    owner = hit.name.rpartition(".")[0].rpartition(".")[2].partition("(")[0].partition("[")[0]
    if hit.source.language != "python" and hit.call and hit.call.last == "stream" and not hit.call.args:
        return False  # collections of the JVM are streamed too
    return owner not in NOT_OWNERS and not owner.endswith(
        ("Parser", "Store", "Template", "Loader", "Splitter", "Embeddings", "Retriever", "Index")
    )


def _is_owner(hit: Hit) -> bool:
    owner = hit.name.rpartition(".")[0]
    return bool(
        OWNER.search(owner.rpartition(".")[2] or owner)
        or (hit.call and OWNER.search(hit.call.on))
        or owner.count(".") > 1
    )


def part(source: Source, scope: str) -> Part:
    """Which part of the system a place is, from what the file imports and how file and function are named."""
    return _part(source.path, scope, source.notebook, _serves(source))


def parts(source: Source) -> Callable[[str], Part]:
    """``part`` for many places of one file."""
    serves = _serves(source)
    return lambda scope: _part(source.path, scope, source.notebook, serves)


@cache
def _part(path: str, scope: str, notebook: bool, serves: bool) -> Part:
    if is_demo(path):
        return Part.DEMO
    folder, _, name = path.rpartition("/")
    for words in (scope, name.rpartition(".")[0], folder):
        if serves and words != scope:
            break
        said = _said(words)
        if said is Part.BATCH:
            break
        if said is not None:
            return said
    if notebook:
        return Part.NOTEBOOK
    return Part.SERVICE if serves else Part.BATCH


@cache
def _said(words: str) -> Part | None:
    """What the name of a function, file or folder says; batch is for any place that predicts."""
    if PREDICTION.search(words):
        return Part.BATCH
    if EVALUATION.search(words):
        return Part.EVALUATION
    return Part.TRAINING if TRAINING.search(words) else None


def _serves(source: Source) -> bool:
    return any(_is_web(item.module) for item in source.imports) or source.language in (
        "typescript",
        "javascript",
        "tsx",
        "ruby",
        "java",
        "kotlin",
        "csharp",
        "go",
    )


@cache
def _is_web(module: str) -> bool:
    return any(module == web or module.startswith(web + ".") for web in WEB_FRAMEWORKS)
