"""Tests that run two or more stages of a pipeline: what is loaded or prepared is trained on, evaluated, predicted, indexed or answered from."""

import re
from typing import Self

from msgspec import Struct

from scorecard.facts.definitions import Definition, Definitions
from scorecard.facts.suite import Case
from scorecard.facts.tested import Body, Tested
from scorecard.paths import is_demo
from scorecard.patterns import lazily
from scorecard.readers.code import Source

_STAGES = (
    ("data", lazily(r"_*(?:load|ingest|read|fetch|download|extract|get|collect|import)_?\w*(?:data|dataset|df|features|documents|docs|records|corpus|csv)\w*|\w*(?:data_?ingestion|ingest_data|data_?load\w*|load_raw\w*)|ingest\w*")),
    ("preparation", lazily(r"_*(?:preprocess\w*|clean\w*|transform\w*|prepare_\w+|split_\w+|\w*train_test_split|stratify_\w+|tokeni[sz]e\w*|encode_\w+|build_features|make_features|create_features|engineer_features|compute_features|feature_engineering|data_transformation|process_data|chunk\w*|featuri[sz]e\w*)")),
    ("training", lazily(r"_*(?:train|fit|tune|finetune|fine_tune|run_training|training|retrain)(?:_\w+)?|\w*train_model\w*|model_train\w*")),
    ("evaluation", lazily(r"_*(?:evaluate|eval|score|validate|test)_(?:model|classifier|predictions?|\w*metrics)\w*|evaluate(?:_\w+)?|compute_metrics|get_model_metrics|model_evaluation|model_metrics")),
    ("prediction", lazily(r"_*(?:predict|forecast|classify|make_prediction|run_inference|batch_predict|score_batch)(?:_\w+)?|infer(?:ence)?(?:_(?:batch|model|pipeline|one|single|images?|texts?|rows?))?|\w*_predictions?")),
    ("index", lazily(r"_*(?:index_(?:documents?|docs|chunks|corpus|files?|data)|(?:build|create|update)_\w*(?:index|vector_?store|vector_?db|vectordb)|embed(?:_(?:documents?|chunks|texts?|corpus))?|upsert_(?:chunks|vectors|documents|embeddings|points)|add_documents|vectori[sz]e\w*)")),
    ("answer", lazily(r"_*(?:retrieve(?:_(?:documents?|docs|context|chunks|passages))?|rerank\w*|answer(?:_\w+)?|generate_(?:answer|response|reply)|query_rag|ask_(?:question|llm|rag|bot|agent)|similarity_search|search_documents)")),
)  # fmt: skip
_LATER = frozenset({"training", "evaluation", "prediction", "index", "answer"})
_WHOLE = lazily(
    r"_*(?:run|train|execute|start|build)?_?\w*(?:pipeline|workflow|flow|end_to_end|e2e|train\w*|main|run_all|experiment)\w*|run|main|execute",
    re.IGNORECASE,
)
_SAYS = lazily(r"integration|e2e|end[_-]?to[_-]?end|pipeline|workflow", re.IGNORECASE)


class Staged(Struct, frozen=True):
    """A test, the line of the call that runs stages, and their names."""

    case: Case
    source: Source
    line: int
    stages: tuple[str, ...]


class StagedTests(Struct, frozen=True):
    """``found``, the system's before demos'."""

    found: tuple[Staged, ...]

    @classmethod
    def gather(cls, tested: Tested, definitions: Definitions) -> Self:
        found = [s for body in tested.bodies() if (s := _staged(body, definitions))]
        return cls(tuple(sorted(found, key=lambda s: is_demo(s.case.path))))


def _staged(body: Body, definitions: Definitions) -> Staged | None:
    if body.mocked and not _SAYS.search(f"{body.case.path.rpartition('/')[2]} {body.case.test.name}"):
        return None
    mine: dict[str, Definition] = {}
    for reached in body.reached:
        stage = _stage(reached.target)
        if stage:
            mine.setdefault(stage, reached.target)
    if _is_chain(set(mine)) and _is_several(list(mine.values())):
        last = next(r for r in reversed(body.reached) if _stage(r.target) in _LATER)
        return Staged(body.case, last.source, last.call.line, tuple(mine))
    for reached in body.reached:
        if _WHOLE.fullmatch(reached.target.last) and reached.target.function:
            inside = {s: d for d in definitions.closure(reached.target) if d != reached.target and (s := _stage(d))}
            trains = _stage(reached.target) or ""
            if _is_chain({*inside, *([trains] if trains else [])}):
                return Staged(
                    body.case,
                    reached.source,
                    reached.call.line,
                    tuple(dict.fromkeys((*inside, *([trains] if trains else [])))),
                )
    return None


def _is_chain(stages: set[str]) -> bool:
    """Two stages that work on each other; predicting for rows that were loaded is one."""
    if not stages & _LATER:
        return False
    return len(stages - {"data"}) >= 2 or bool("data" in stages and stages & {"training", "index"})


def _stage(target: Definition) -> str:
    if target.function is None:
        return ""
    return next((name for name, pattern in _STAGES if pattern.fullmatch(target.last)), "")


def _is_several(targets: list[Definition]) -> bool:
    """`model.fit` and `model.predict` of one class are one stage's unit, not two stages."""
    owners = {(t.path, t.name.rpartition(".")[0]) for t in targets}
    methods = all("." in t.name for t in targets)
    return len(owners) > 1 or not methods
