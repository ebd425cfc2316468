"""What sort of repository this is, from positive evidence that the report shows.

Judged by what the repository's own system code does: tests are left out, and notebooks and demos count only
where there is no system code of that sort at all, so that a classifier with an OpenAI baseline in a notebook stays `ml`.
"""

from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code, Hit
from scorecard.facts.declared_training import DeclaredTraining
from scorecard.facts.own_models import OwnModels
from scorecard.facts.packaging import Packaging
from scorecard.facts.shipped_system import ShippedSystem
from scorecard.facts.vocabulary import (
    BEDROCK,
    BEDROCK_CALLS,
    DOTNET_CALLS,
    DOTNET_CLIENTS,
    ENDPOINT_CALLS,
    ENDPOINT_CLIENTS,
    LLM_BASES,
    LLM_CLASSES,
    LLM_CLIENTS,
    LLM_ENDPOINTS,
    ML_LIBRARIES,
    R_LLM_CALLS,
    R_LLM_PACKAGES,
    R_SERVE_CALLS,
    R_TRAIN_CALLS,
    SERVE_CALLS,
    SERVE_FUNCTIONS,
    TEXT_HELPERS,
    TRAIN_CALLS,
    WEB_FRAMEWORKS,
)
from scorecard.model import Evidence, Kind
from scorecard.paths import is_demo
from scorecard.patterns import lazily

# What `from_pretrained` also loads: no model, or a language model, which is found by its class.
_PARTS = lazily(
    r"(?:Tokenizer\w*|Processor|Config|Extractor|CausalLM|FastLanguageModel|Seq2SeqLM|LMHeadModel)\.from_pretrained"
)
_GENERATOR = lazily(r"(?:Generator|PromptNode|PromptTemplate|PromptModel|PromptBuilder|Agent|Summarizer)$")
# Beside a language model they name clusters and cut texts.
_WEIGHS_WORDS = lazily(r"(?:Tfidf|Count|Hashing)Vectorizer|\b(?:tf_?idf|TFIDF)")
_OTHER_LIBRARIES = tuple(name for name in ML_LIBRARIES if name not in TEXT_HELPERS)


class Identity(Struct, frozen=True):
    """The kind with its reason; ``trains`` and ``calls_llm`` are the facts behind it, each with evidence."""

    kind: Kind
    why: str
    evidence: tuple[Evidence, ...] = ()
    trains: tuple[Evidence, ...] = ()
    serves: tuple[Evidence, ...] = ()
    llm: tuple[Evidence, ...] = ()

    @classmethod
    def gather(
        cls, code: Code, packaging: Packaging, declared: DeclaredTraining, shipped: ShippedSystem, own: OwnModels
    ) -> Self:
        training = _system_first(training_calls(code))
        serving = _system_first(_serving(code))
        calls = _system_first(llm_calls(code))
        models = _system_first(code.calls(*LLM_CLASSES))
        if _is_system(calls):
            training = [h for h in training if not _WEIGHS_WORDS.search(f"{h.name} {h.call.on if h.call else ''}")]
        if _is_system(calls) and not training:
            helpers = {h.path for h in code.imports(*TEXT_HELPERS)} - {h.path for h in code.imports(*_OTHER_LIBRARIES)}
            serving = [h for h in serving if h.path not in helpers and h.name.partition(".")[0] not in TEXT_HELPERS]
        if _is_system(training) or _is_system(serving):
            calls, models = ([h for h in hits if _is_system([h])] for hits in (calls, models))
        trains, serves, llm, tunes = (tuple(code.quote(hits)) for hits in (training, serving, calls, models))
        works = bool(trains or serves or llm or tunes)
        library = _library(packaging)
        if library and not shipped.evidence and (works or packaging.about):
            return cls(Kind.LIBRARY, library[0], library[1], trains, serves, (*llm, *tunes))
        if not works and declared.evidence:
            return cls(Kind.ML, "it trains a model by a command or a configuration", declared.evidence[:4])
        groups = code.quote(_groups(code)) if not works else []
        if groups:
            return cls(Kind.ML, "it fits a model and scores with it in one call", tuple(groups), tuple(groups))
        if not works and own.evidence:
            return cls(Kind.ML, "it is a model of its own making", own.evidence[:4], own.evidence[:4])
        if not works and packaging.actions and packaging.about:
            return cls(Kind.LIBRARY, "it is an action for the workflows of others", packaging.actions)
        if not works:
            return cls(Kind.NONE, "no call that trains, serves or asks a model was found")
        if (trains or serves) and (llm or tunes):
            why = "it trains or serves a model and works with a language model"
            shown = (*(trains or serves)[:2], *(llm or tunes)[:2])
            return cls(Kind.BOTH, why, shown, trains, serves, (*llm, *tunes))
        if llm or tunes:
            return cls(Kind.LLM, "it calls a language model and trains nothing", llm or tunes, (), (), (*llm, *tunes))
        return cls(Kind.ML, "it trains or serves a model", trains or serves, trains, serves)


def training_calls(code: Code) -> list[Hit]:
    """Calls that fit a model, in files that use a machine-learning library."""
    users = {hit.path for hit in code.imports(*ML_LIBRARIES)}
    found = [hit for hit in code.calls(*TRAIN_CALLS) if hit.path in users and not _fits_a_transformer(hit)]
    return found + [hit for hit in code.calls(*R_TRAIN_CALLS) if hit.path in users and hit.source.language == "r"]


def _groups(code: Code) -> list[Hit]:
    """`fit_predict` of clusters and outliers, which decides only where nothing else does: a helper, beside anything else."""
    users = {hit.path for hit in code.imports(*_OTHER_LIBRARIES)}
    return [hit for hit in code.calls("*.fit_predict") if hit.path in users]


def llm_calls(code: Code) -> list[Hit]:
    """Calls that go into a client of a language model, or else addresses of a provider that code speaks to."""
    clients = [hit for hit in code.uses(*LLM_CLIENTS) if _may_generate(code, hit)]
    wrapped = [hit for hit in _endpoints(code) if _in_a_language_model(code, hit)]
    return [*clients, *_bedrock(code), *_of_r(code), *_handed(code), *wrapped] or code.texts(LLM_ENDPOINTS)


def _handed(code: Code) -> Iterator[Hit]:
    """Clients of .NET that a service is handed by their interface, so that nothing of the package is called by its name."""
    users = {hit.path for hit in code.imports(*DOTNET_CLIENTS)}
    return (h for h in code.calls(*DOTNET_CALLS) if h.path in users) if users else iter(())


def _may_generate(code: Code, hit: Hit) -> bool:
    """Haystack also finds documents and cuts answers out of them, without any language model that writes."""
    if not hit.name.startswith("haystack"):
        return True
    return any(_GENERATOR.search(name) for source in code.sources for name in source.names if name[:1].isupper())


def _bedrock(code: Code) -> Iterator[Hit]:
    """Calls of Amazon Bedrock in files that name its runtime; a model that only embeds is no language model."""
    users = {hit.path for hit in code.texts(BEDROCK)}
    for hit in code.calls(*BEDROCK_CALLS) if users or code.imports("boto3", "aioboto3") else ():
        reaches = hit.path in users or bool(code.imports_of.get(hit.path, set()) & users)
        if reaches and "embed" not in hit.scope.lower():
            yield hit


def _of_r(code: Code) -> Iterator[Hit]:
    users = {hit.path for hit in code.imports(*R_LLM_PACKAGES)}
    return (h for h in code.calls(*R_LLM_CALLS) if h.path in users and h.source.language == "r") if users else iter(())


def _serving(code: Code) -> list[Hit]:
    users = {hit.path for hit in code.imports(*ML_LIBRARIES, *WEB_FRAMEWORKS)}
    called = [hit for hit in code.calls(*SERVE_CALLS) if hit.path in users and not _PARTS.search(hit.name)]
    called += [hit for hit in code.calls(*R_SERVE_CALLS) if hit.path in users and hit.source.language == "r"]
    called += [hit for hit in _endpoints(code) if hit not in called]
    called = [hit for hit in called if not _in_a_language_model(code, hit)]
    if called:
        return called
    importers = {hit.path for hit in code.imports(*ML_LIBRARIES)}
    return [
        Hit(source, function.line, function.name, function.last)
        for source, function in code.functions(SERVE_FUNCTIONS)
        if source.path in importers and function.statements > 1
    ]


def _endpoints(code: Code) -> list[Hit]:
    """Models behind an endpoint of a platform that are asked something."""
    askers = {hit.path for hit in code.imports(*ENDPOINT_CLIENTS)}
    return [hit for hit in code.calls(*ENDPOINT_CALLS) if hit.path in askers] if askers else []


def _in_a_language_model(code: Code, hit: Hit) -> bool:
    """An endpoint asked by a class that a framework takes for a language model is one, whatever the platform hosts besides."""
    if not hit.name.rpartition(".")[2].lower().startswith("invoke"):
        return False
    return any(
        source.path == hit.path and klass.line <= hit.line <= klass.end for source, klass in code.classes(*LLM_BASES)
    )


def _fits_a_transformer(hit: Hit) -> bool:
    on = (hit.call.on if hit.call else "").lower()
    return any(word in on for word in ("scaler", "encoder", "tokenizer", "vectorizer", "imputer", "_le", "pca"))


def _is_system(hits: list[Hit]) -> bool:
    return any(not h.source.notebook and not is_demo(h.path) for h in hits)


def _system_first(hits: list[Hit]) -> list[Hit]:
    """The hits in system code; those in notebooks and demos only where there are no others."""
    return [h for h in hits if _is_system([h])] or hits


def _library(packaging: Packaging) -> tuple[str, tuple[Evidence, ...]] | None:
    """Made for others to build with: it tells them how to install it, and describes itself to an index or uploads."""
    module = tuple(e for e in packaging.classified if e.path == "go.mod")
    if module:
        return "it is a Go module without a program of its own", module
    if packaging.installs and (packaging.classified or packaging.publishes):
        shown = (*packaging.installs[:1], *packaging.publishes[:1], *packaging.classified[:1])
        return "it is published for others to install and build with", shown
    return None
