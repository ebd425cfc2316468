"""How the field names what a trained model is measured by, what it is held against, and what is done with a model that is good enough."""

import re
from collections.abc import Iterable
from functools import cache

from scorecard.patterns import lazily
from scorecard.readers.code import Call, Guard

# Words that mean a measure of a model whatever stands around them.
_SURE = frozenset({
    "accuracy", "acc", "accuracies", "f1", "f2", "fbeta", "fscore", "auc", "roc", "auroc", "aucpr", "prauc", "r2", "rsquared", "rmse", "mse", "mae", "mape", "smape", "wape", "wmape", "rmsle", "logloss", "perplexity",
    "ppl", "bleu", "rouge", "wer", "cer", "iou", "miou", "map50", "kappa", "mcc", "ndcg", "mrr", "brier", "gini", "silhouette", "sharpe", "psnr", "fid", "recall", "precision", "metric", "metrics", "pinball",
    "crps", "mase", "f1score", "r2score", "specificity", "sensitivity", "qwk",
})  # fmt: skip
# Words that do so beside another one of these, or beside what they are held against.
_UNSURE = frozenset({
    "score", "scores", "loss", "losses", "error", "performance", "reward", "improvement", "gain", "lift",
    "evaluation", "eval", "evaluations",
})  # fmt: skip
_QUALIFIES = frozenset({
    "val", "valid", "validation", "test", "train", "best", "new", "old", "model", "current", "prod", "production", "champion", "challenger", "baseline", "candidate", "final", "mean", "avg", "cv", "holdout", "eval",
    "latest", "previous", "prev", "registered", "deployed", "existing", "oob", "staging", "incumbent",
})  # fmt: skip
_REFERENCE = lazily(
    r"thresh(?:old)?s?|thr|min|max|minimum|maximum|baselines?|champion|challenger|prod|production|best|prev|previous|current|existing|old|deployed|latest|target|required|requirement|tolerance|benchmark|incumbent"
    r"|registered|expected|limit|cutoff|floor|ceiling|acceptable|allowed|lower|upper|bound|criteria|criterion|last|before|initial|first|start|reference|ref|untrained|random|dummy|naive|margin|past|base|champ|chall|cand|candidate|control"
)
_NOT_ABOUT = frozenset({
    "len", "isnan", "isinf", "isfinite", "isna", "isnull", "notna", "epoch", "epochs", "patience", "counter", "step", "steps", "shape", "ndim", "size", "lr", "timeout", "retries", "retry", "inf", "nan", "iteration",
    "isinstance", "verbose", "verbosity", "hasattr", "memory", "gpu", "rank", "duration", "elapsed", "perf_counter", "time", "latency", "budget", "early_stopping", "wait", "no_improve", "top_k", "topk", "k",
    "status_code", "drift", "psi", "ks", "missing", "nunique", "value_counts", "p_value", "pvalue", "n_trials", "cost", "price", "relevance", "similarity", "distance", "rerank", "confidence",
})  # fmt: skip
# They leave out runs without a measure, and say nothing against a comparison of the others.
_PRESENT = frozenset({"isnan", "isfinite", "isna", "isnull", "notna"})
_COMPARES = lazily(r"(?<![=<>-])[<>]=?(?!=)")
ORDER = frozenset({"<", ">", "<=", ">="})
PROMOTES = lazily(
    r"register(?:_\w*model\w*|_best\w*|_version)?|registerModel|create_model_version|createModelVersion|transition_\w*stage|transitionModelVersionStage|set_registered_model_alias|set_model_alias|create_registered_model"
    r"|create_model_package|update_model_package|\w*promot\w*|deploy(?:_\w+|Model)?|redeploy\w*|create_endpoint\w*|update_endpoint\w*|push_to_hub|pushToHub|upload_\w*model\w*|\w*publish_\w*model\w*|link_artifact|link_model"
    r"|set_stage|set_\w*champion\w*|\w*champion\w*|approve\w*|\w*_to_(?:registry|production|prod|staging|hub|model_registry)|copy_model_version|swap_\w*model\w*|replace_\w*model\w*|mark_as_\w+|release_\w*model\w*|set_as_default"
    r"|push_\w*model\w*|update_\w*(?:production|prod|best_model|champion|serving)\w*|save_\w*(?:production|registry|champion)\w*|tag_\w*model\w*|export_\w*production\w*|set_version_default|create_deployment|create_online_\w+|import_model|set_default_version|add_version_aliases|trigger_\w*(?:deploy|release|promot|cd|rollout)\w*|(?:start|trigger|begin)_\w*rollout\w*|start_deployment|go_live"
)
_ASKS = lazily(
    r"_*(?:get|load|fetch|find|is|has|compare|check|should|can|log|evaluate|list|read|describe|wait|validate|test|make|build|create_model_card|print|format|need|set_up|setup|run_id)(?:_|$)"
)
_LINKED = frozenset({
    "log_model", "create_model", "upload", "create_or_update", "save", "log_artifact", "next", "copy", "copy2",
    "copyfile", "copytree", "upload_file", "upload_blob", "put_object", "dump", "begin_create_or_update",
    "set_tag", "xcom_push", "trigger", "write", "move", "rename", "replace", "update", "submit", "run", "echo",
})  # fmt: skip
_TO_SERVING = lazily(
    r"prod(?:uction)?\b|champion|deploy|registry|register|promot|staging|approved|blessed|\blive\b|serving|best_model_production",
    re.IGNORECASE,
)
STOPS = frozenset({
    "exit", "_exit", "abort", "fail", "cancel", "Exit", "SystemExit", "skip_run", "stop", "quit",
    "AirflowSkipException", "AirflowFailException", "setFailed", "complete_with_error", "fatal", "Fatalf",
    "Fatal", "panic", "raise_for_quality",
})  # fmt: skip
_OUTCOME = lazily(
    r"(?>(?:\w*?_)?(?:is|should|can|must|do|to|ok|passes|passed|meet|satisf(?:y|ies)|exceed|beat|was|validat\w|check|evaluat\w|compare|decide|ready|new|model))\w*(?:better|best|improve|promot|accept|bless|approv|threshold|gate|champion|baseline|quality|performance)\w*"
    r"|(?:is_|not_|model_)?(?:better|blessed|improved|worse)|threshold_crossed|\w*_threshold_crossed|below_threshold|above_threshold|(?:meets|passes|passed)_(?:thresholds?|gate|validation|quality|criteria|all_thresholds|metrics)|is_\w*blessed|validation_passed|model_passed|all_passed"
    r"|deploy_flag|is_model_\w+|is_\w*model_(?:better|accepted|improved)|is_better\w*|\w+_is_better|beats_\w+|outperforms\w*|\w+_wins|\w+_won|is_champion",
    re.IGNORECASE,
)

_DIRECTION = lazily(r"(?:greater|higher|lower|larger|smaller|bigger|less|more|min|max)_(?:is_)?better", re.IGNORECASE)


@cache
def words_of(name: str) -> tuple[str, ...]:
    """The words of an identifier or a short string."""
    if name.islower() and name.isascii() and name.isidentifier():  # most are
        return tuple(filter(None, name.split("_")))
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return tuple(word for word in re.split(r"[^a-z0-9]+", spaced.lower()) if word)


@cache
def is_metric(name: str) -> bool:
    """`val_f1`, `bestModelScore`, `r2_score`; not a bare `score`."""
    words = words_of(name)
    if not _SURE.isdisjoint(words):
        return True
    return len(words) > 1 and not _UNSURE.isdisjoint(words) and not _QUALIFIES.isdisjoint(words)


@cache
def may_be_metric(name: str) -> bool:
    """`score`, `loss`: a measure of a model where the rest speaks for it."""
    return is_metric(name) or not _UNSURE.isdisjoint(words_of(name))


@cache
def is_reference(name: str) -> bool:
    """What a measure is held against: `min_accuracy`, `baseline`, `ACC_THRESHOLD`, `production_mse`."""
    return any(_REFERENCE.fullmatch(word) for word in words_of(name))


@cache
def is_outcome(name: str) -> bool:
    """A name that says by itself that a model was found good or not: `is_better`, `model_blessed`."""
    plain = name.removesuffix("()")
    return bool(_OUTCOME.fullmatch(plain)) and not _DIRECTION.search(plain)


def _numbers(values: Iterable[str]) -> list[float]:
    found = []
    for value in values:
        try:
            found.append(float(value))
        except ValueError:
            continue
    return found


def compares(guard: Guard) -> bool:
    """Is a measure of a model held against a threshold, a baseline or another model by an order?"""
    doubts = {name.lower() for name in guard.names if name.lower() in _NOT_ABOUT or _is_not_about(name)}
    if not guard.ops & ORDER or not doubts <= _PRESENT:
        return False
    said = [
        *(name.removesuffix("()") for name in guard.names),
        *(value[1:] for value in guard.values if value[:1] == "'"),
    ]
    if any(value in ("'inf", "'-inf", "'nan") for value in guard.values):
        return False
    sure = [name for name in said if is_metric(name)]
    unsure = [name for name in said if name not in sure and may_be_metric(name)]
    numbers = _numbers(guard.values)
    if {0.0, 1.0} <= set(numbers) or {0.0, 100.0} <= set(numbers):
        return False  # a range in which any value lies, or a parameter's own check
    telling = [n for n in numbers if n not in (0.0, 1.0)]
    measured = [name for name in sure if not _is_only_reference(name)]
    references = [name for name in said if is_reference(name)]
    if doubts:
        return bool(measured and references)
    if measured and (references or telling or len(sure) >= 2 or len(said) >= 2):
        return True
    if sure and telling:
        return True
    if len(set(sure)) >= 2:
        return True
    return bool(unsure) and bool(references) and not all(name in references for name in unsure) and len(said) >= 2


def _is_only_reference(name: str) -> bool:
    """`min_accuracy` alone is what something is held against, not what is held."""
    words = words_of(name)
    return any(
        word
        in ("threshold", "thresholds", "min", "minimum", "max", "maximum", "required", "target", "tolerance", "limit")
        for word in words
    )


def _is_not_about(name: str) -> bool:
    return any(word in _NOT_ABOUT for word in words_of(name) if word not in ("k", "time", "ks", "steps", "step"))


@cache
def _promotes_by_name(name: str) -> bool:
    return bool(PROMOTES.fullmatch(name)) and not _ASKS.match(name) and name not in ("register_buffer", "register_hook")


def promotes(call: Call) -> bool:
    """Does the call register, release or deploy a model, or put it where the served one lies?"""
    if _promotes_by_name(call.last):
        return True
    if call.last not in _LINKED:
        return False
    if call.last == "log_model":
        return call.kwarg("registered_model_name") is not None
    if call.last == "create_model":
        return call.on in ("python", "sklearn", "torch", "tensorflow", "mr", "registry", "model_registry")
    if call.last in ("upload", "create_or_update", "begin_create_or_update"):
        return "model" in call.name.lower() or "endpoint" in call.name.lower() or "deployment" in call.name.lower()
    if call.last == "save" and call.on and "model" in call.on and call.on != "model":
        return any(_TO_SERVING.search(text) for text in (*call.args, *call.strings))
    return any(_TO_SERVING.search(text) for text in (*call.args, *(v for _, v in call.kwargs)))


def stops(call: Call) -> bool:
    """Does the call end the run?"""
    return call.last in STOPS


def is_the_best(guard: Guard) -> bool:
    """`if best_model.version == new_model.version:`: what the registry calls the best by a measure is this one."""
    names = {n.lower() for n in guard.names}
    best = any("best" in n for n in names)
    return (
        best
        and any("model" in n or "run" in n for n in names)
        and bool(names & {"version", "run_id", "id", "model_id", "name"})
    )


def holds_comparison(text: str) -> bool:
    """Does a piece of code compare a measure, as `accuracy >= config.min_accuracy` does?"""
    text = text.partition("#")[0]
    if not _COMPARES.search(text) or "lambda" in text:
        return False
    words = re.findall(r"[A-Za-z_]\w*", text)
    if any(word in ("len", "isnan", "epoch", "patience", "time", "isinstance", "range") for word in words):
        return False
    sure = {w for w in words if is_metric(w)}
    number = re.search(r"[<>]=?\s?-?\d*\.?\d+", text)
    if sure and (len(sure) >= 2 or number or any(is_reference(w) for w in words)):
        return True
    if any(may_be_metric(w) for w in words) and any(is_reference(w) for w in words):
        return True
    return (
        sum(bool(re.search(r"champ|chall|candidate|incumbent|baseline|prod", w, re.IGNORECASE)) for w in set(words))
        >= 2
    )
