"""Model gates that a framework offers: thresholds of an evaluation, conditions of a pipeline, criteria in a configuration, tests in CI's shell."""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code
from scorecard.facts.configuration import Configuration
from scorecard.facts.metric_words import is_metric, words_of
from scorecard.facts.pipelines import Pipelines
from scorecard.model import Evidence
from scorecard.paths import is_demo
from scorecard.patterns import lazily
from scorecard.readers.code import Guard, Source

# Calls whose result is a failure or a missing blessing when a model is not good enough.
_THRESHOLDS = (
    "mlflow.validate_evaluation_results", "mlflow.*.validate_evaluation_results", "tensorflow_model_analysis.MetricThreshold", "tensorflow_model_analysis.GenericValueThreshold",
    "tensorflow_model_analysis.GenericChangeThreshold", "*.ModelQualityCheckStep", "evidently.*.fail_on_error",
)  # fmt: skip
_EVALUATES = ("mlflow.evaluate", "mlflow.models.evaluate", "mlflow.*.evaluate")
_GIVEN = ("validation_thresholds", "baseline_model", "thresholds")
_CONDITION_STEPS = ("*.ConditionStep",)
_CONDITIONS = (
    "*.ConditionGreaterThan*",
    "*.ConditionLessThan*",
    "*.ConditionLessThanOrEqualTo",
    "*.ConditionGreaterThanOrEqualTo",
)
_BRANCHES = (
    "kfp.dsl.Condition", "kfp.dsl.If", "kfp.dsl.Elif", "kfp.*.Condition", "kfp.*.If", "dsl.Condition", "dsl.If",
    "*.dsl.Condition", "*.dsl.If",
)  # fmt: skip
_BRANCH = lazily(
    r"deploy|regist|promot|threshold|metric|accura|\bauc|rmse|\bmae\b|\bmse\b|\bf1|better|bless|champion|challenger|approv|improv|decision|quality|wins",
    re.IGNORECASE,
)
_CHOICES = ("*.ChoiceRule.Numeric*", "*.Condition.number_less_than*", "*.Condition.number_greater_than*", "*.Condition.numberLessThan*", "*.Condition.numberGreaterThan*")  # fmt: skip
_VARIABLE = 5  # lines on which a choice names what it looks at
_ORCHESTRATED = (
    "airflow.*BranchPythonOperator",
    "airflow.*ShortCircuitOperator",
    "*BranchPythonOperator",
    "*ShortCircuitOperator",
)
_ORCHESTRATES = ("airflow.*task.branch", "airflow.*task.short_circuit", "airflow.*.branch", "airflow.*.short_circuit")
_BY_NAME = lazily(r"metric|accura|model|deploy|promot|regist|threshold|quality|champion|better|perform", re.IGNORECASE)
_SUITES = ("deepchecks.*", "giskard.*", "evidently.*")
_VERDICTS = frozenset({"passed", "all_passed", "passed_conditions", "is_passed", "success", "get_not_passed_checks"})
_PROTO = lazily(r"\b(?:value_threshold|change_threshold)\s*\{")
_SQL = lazily(r"ML\.EVALUATE\b", re.IGNORECASE)
_FAILS = lazily(
    r"\bexit\s+[1-9]|\bfalse\b\s*$|sys\.exit\(\s*[1-9]|\bassert\b|::error|exit\(1\)|process\.exit\(1\)", re.MULTILINE
)
_ORDER = lazily(r"\s-(?:lt|le|gt|ge)\s|[<>]=?\s*['\"$\d(]|\bbc\b|\bawk\b")


class Framework(Struct, frozen=True):
    """One gate that is declared to a framework, with the lines that show it."""

    what: str
    evidence: tuple[Evidence, ...]


class GateFrameworks(Struct, frozen=True):
    """``gates``, the system's own before demos."""

    gates: tuple[Framework, ...]

    @classmethod
    def gather(cls, code: Code, configuration: Configuration, pipelines: Pipelines) -> Self:
        found = [*_recipes(configuration), *_declared(code), *_steps(code), *_choices(code, configuration)]
        found += [*_suites(code), *_in_ci(pipelines)]
        return cls(tuple(sorted(found, key=lambda f: is_demo(f.evidence[0].path))))


def _declared(code: Code) -> Iterator[Framework]:
    thresholds = code.calls(*_THRESHOLDS)
    if thresholds:
        yield Framework("an evaluation with thresholds", tuple(code.quote(thresholds)))
    given = [h for h in code.calls(*_EVALUATES) if h.call and h.call.kwarg(*_GIVEN) not in (None, "None")]
    if given:
        yield Framework("an evaluation with thresholds", tuple(code.quote(given)))
    protos = [
        h
        for h in code.texts(_PROTO.pattern)
        if any(i.module.startswith(("tensorflow_model_analysis", "tfx", "google.protobuf")) for i in h.source.imports)
    ]
    if protos:
        yield Framework("an evaluation with thresholds", tuple(code.quote(protos)))
    asked = [h for h in code.texts(_SQL.pattern) if re.search(r"\bASSERT\b|\bRAISE\b", h.name)]
    if asked:
        yield Framework("an assertion on ML.EVALUATE", tuple(code.quote(asked)))


def _steps(code: Code) -> Iterator[Framework]:
    """Conditions between the steps of a pipeline."""
    conditions = code.calls(*_CONDITIONS)
    steps = [h for h in code.calls(*_CONDITION_STEPS) if any(c.path == h.path for c in conditions)]
    if steps:
        shown = [*code.quote(steps, 2), *code.quote(conditions, 2)]
        yield Framework("a condition step of the pipeline", tuple(dict.fromkeys(shown)))
    branches = [
        h
        for h in code.calls(*_BRANCHES)
        if _is_judgement(f"{code.line(h.path, h.line)} {code.line(h.path, h.line + 1)}")
    ]
    if branches:
        yield Framework("a condition of the pipeline", tuple(code.quote(branches)))
    judged = [
        h for h in code.calls(*_ORCHESTRATED) if h.call and _BY_NAME.search(h.call.kwarg("python_callable") or "")
    ]
    judged = [h for h in judged if h.call and _holds(code, (h.call.kwarg("python_callable") or "").rpartition(".")[2])]
    if judged:
        yield Framework("a branch of the DAG", tuple(code.quote(judged)))
    decorated = [(s, f) for s, f in code.decorated(*_ORCHESTRATES) if _holds(code, f.last)]
    if decorated:
        yield Framework("a branch of the DAG", tuple(code.evidence(s, f.line) for s, f in decorated[:3]))


def _choices(code: Code, configuration: Configuration) -> Iterator[Framework]:
    """Choices of Step Functions, in code or as a document, whose variable is a measure."""
    rules = [
        h
        for h in code.calls(*_CHOICES)
        if _BRANCH.search(" ".join(code.line(h.path, h.line + below) for below in range(_VARIABLE)))
    ]
    if rules:
        yield Framework("a choice of the state machine", tuple(code.quote(rules)))
    for path in configuration.holding("Choices", "Numeric"):
        for document in configuration.documents(path):
            for node in document.walk():
                said = node["Variable"].text if node.is_map else ""
                if said and _BRANCH.search(said) and any(key.startswith("Numeric") for key, _ in node.items()):
                    yield Framework(
                        "a choice of the state machine", (configuration.evidence(path, node["Variable"].line),)
                    )


def _is_judgement(condition: str) -> bool:
    return bool(_BRANCH.search(condition)) and not re.search(
        r"""!=\s*(?:""|''|None)|==\s*(?:""|''|None)|exists""", condition
    )


def _holds(code: Code, name: str) -> bool:
    """Does the function of that name speak of a measure and compare?"""
    for source, function in code.functions(re.escape(name) + r"$"):
        if any(_is_order(g) and _says_measure(g) for g in source.guards_in(function.line, function.end)):
            return True
    return False


def _is_order(guard: Guard) -> bool:
    return bool(guard.ops & {"<", ">", "<=", ">="})


def _says_measure(guard: Guard) -> bool:
    return any(is_metric(n) for n in guard.names) or any(is_metric(v[1:]) for v in guard.values if v[:1] == "'")


def _suites(code: Code) -> Iterator[Framework]:
    """A test suite for models, whose verdict is asked for by a condition."""
    users = {hit.path: hit for hit in code.uses(*(s.removesuffix(".*") for s in _SUITES), tests=None)}
    for path, hit in users.items():
        if not _is_for_models(hit.source):
            continue
        for guard in hit.source.guards:
            said = {*guard.names, *(v[1:] for v in guard.values if v[:1] == "'")}
            if said & _VERDICTS and guard.effects & {"raise", "exit", "assert"}:
                yield Framework(
                    "a test suite for models",
                    (code.evidence(hit), Evidence(path, guard.line, code.line(path, guard.line))),
                )
                break


def _is_for_models(source: Source) -> bool:
    words = (
        "model_evaluation",
        "full_suite",
        "ClassificationTestPreset",
        "RegressionTestPreset",
        "BinaryClassificationTestPreset",
        "TestAccuracyScore",
        "TestF1Score",
        "TestRMSE",
        "TestMAE",
        "scan",
        "test_f1",
        "test_accuracy",
        "test_auc",
        "ClassificationPreset",
    )
    return any(word in source.names for word in words)


def _recipes(configuration: Configuration) -> Iterator[Framework]:
    """MLflow recipes that refuse to register a model that misses its criteria; read by lines, for templates of them do not parse."""
    for path in configuration.holding("validation_criteria"):
        lines = dict(configuration.lines(path))
        if any(re.match(r"\s*allow_non_validated_model\s*:\s*true\b", line, re.IGNORECASE) for line in lines.values()):
            continue
        for number, line in lines.items():
            if re.match(r"\s*validation_criteria\s*:\s*$", line):
                below = [n for n in range(number + 1, number + 6) if "metric:" in lines.get(n, "")]
                if below and any("threshold:" in lines.get(n, "") for n in range(below[0], below[0] + 3)):
                    shown = (configuration.evidence(path, number), configuration.evidence(path, below[0]))
                    yield Framework("validation criteria", shown)


def _in_ci(pipelines: Pipelines) -> Iterator[Framework]:
    """A step whose shell compares a measure and fails."""
    for job in pipelines.jobs:
        for step in job.steps:
            if not step.command or not _FAILS.search(step.command) or step.may_fail:
                continue
            for number, line in step.lines():
                plain = line.partition("#")[0]
                if _ORDER.search(plain) and _names_measure(plain):
                    yield Framework("a check in CI", (*job.trigger_evidence[:1], Evidence(step.path, number, line)))
                    break


def _names_measure(line: str) -> bool:
    """A measure, and no coverage of tests."""
    words = {w for name in re.findall(r"[A-Za-z_]\w*", line) for w in words_of(name)}
    telling = {
        "accuracy",
        "acc",
        "f1",
        "auc",
        "rmse",
        "mae",
        "mse",
        "r2",
        "recall",
        "precision",
        "logloss",
        "mape",
        "perplexity",
        "wer",
        "bleu",
        "iou",
    }
    return bool(words & telling) and not words & {"coverage", "cov", "lint", "pylint"}
