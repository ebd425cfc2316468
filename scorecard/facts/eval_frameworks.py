"""Calls by which a file puts something through a suite with the help of a framework."""

from collections.abc import Iterator
from functools import cache

from scorecard.facts.eval_names import heads
from scorecard.facts.eval_vocabulary import FRAMEWORKS, Framework
from scorecard.readers.code import Call, Source

_TEXT_MODELS = frozenset({"'question-answering", "'text", "'text-summarization", "'retriever"})


def framework_runs(source: Source) -> Iterator[tuple[Framework, Call]]:
    """Each such call with its framework."""
    names = {f"{item.module}.{item.name}" if item.name else item.module for item in source.imports}
    used = list({id(f): f for name in sorted(names) for f in _known(name)}.values())
    for call in source.calls if used else ():
        for framework in used:
            if _runs(framework, call) and _counts(framework, call, source):
                yield framework, call
                break


@cache
def _known(name: str) -> tuple[Framework, ...]:
    """The frameworks into which an imported name leads."""
    by_module = _by_module()
    return tuple(FRAMEWORKS[place] for place in sorted({p for head in heads(name) for p in by_module.get(head, ())}))


@cache
def _by_module() -> dict[str, list[int]]:
    """The places of the frameworks that a module belongs to."""
    known: dict[str, list[int]] = {}
    for place, framework in enumerate(FRAMEWORKS):
        for module in framework.modules:
            known.setdefault(module, []).append(place)
    return known


def _runs(framework: Framework, call: Call) -> bool:
    last = call.last.removesuffix("()")
    if last in framework.methods:
        return True
    return last in framework.runs and any(_within(call.name, module) for module in framework.modules)


def _counts(framework: Framework, call: Call, source: Source) -> bool:
    """Some calls have a life without a target or without cases."""
    given = {key for key, _ in call.kwargs}
    if framework.given and not given & framework.given:
        return False
    if framework.name == "MLflow":
        return call.kwarg("model_type") in _TEXT_MODELS or ("genai" in call.name and not _on_traces(source, given))
    if framework.name == "DeepEval":
        literal = [c.kwarg("actual_output") or "" for c in source.calls if c.last == "LLMTestCase"]
        return not literal or not all(value.startswith("'") for value in literal)
    if framework.name == "Langfuse datasets":
        return any(c.last in ("get_dataset", "get_dataset_items", "get_dataset_item") for c in source.calls)
    return True


def _on_traces(source: Source, given: set[str]) -> bool:
    return "predict_fn" not in given and any(call.last == "search_traces" for call in source.calls)


def _within(name: str, module: str) -> bool:
    return name.startswith(module) and name[len(module) : len(module) + 1] in ("", ".", "/", "(", "$")
