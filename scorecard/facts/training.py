"""Does anything here train a model, in the widest sense: own code, a platform's job, SQL, a recipe, a skeleton of a training step?

`Identity` asks what the system is; who wants to say that a question about trained models makes no sense needs more care.
"""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code
from scorecard.facts.declared_training import DeclaredTraining
from scorecard.facts.identity import Identity
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_prose, is_test, plain_name
from scorecard.patterns import lazily
from scorecard.repository import Repository

_JOBS = (
    "*.TrainingStep", "*.create_training_job", "*.TrainingInput", "*CustomTrainingJob*", "*CustomContainerTrainingJob*", "*AutoML*Job*", "*.automl.*", "*.create_hyper_parameter_tuning_job",
    "sagemaker.*.Estimator", "sagemaker.estimator.*", "*.fine_tuning.jobs.create", "*.fineTuning.jobs.create", "*.Tuner", "*.HyperparameterTuner", "tfx.*Trainer", "*.components.Trainer",
    "azureml.train.*", "azure.ai.ml.automl.*", "*.ScriptRunConfig", "*.create_automl_job*", "h2o.*AutoML*", "pycaret.*.create_model", "pycaret.*.compare_models", "*.TorchTrainer",
    "autogluon.*Predictor", "*.setFeaturesCol", "parsnip.fit", "caret.train", "*.XGBoostEstimator", "*.LightGBMClassifier", "*.learn", "*.tuning.train", "*.FineTuningJob*",
)  # fmt: skip
_FITS = ("*.fit", "*.fit_generator", "*.train", "*.partial_fit", "*.finetune")
_TRANSFORMERS = lazily(r"scal|encod|tokeni|vectori|imput|pca|binari|normali|transform|splitter|preproc", re.IGNORECASE)
_FILES = lazily(
    r"(?:^|/)(?:\d+[_-]?)?(?:train|training|finetune|fine_tune|fine_tuning|finetuning|retrain|fit_model|train_model|model_training|model_trainer|trainer)\.(?:py|ipynb|r|scala|jl|sql)$",
    re.IGNORECASE,
)
_MAYBE = lazily(r"\.(?:ipynb|rmd|qmd|rnw|jl|m)$|(?:^|/)[\w-]*train(?!s?it|script|slat)[\w-]*\.\w+$", re.IGNORECASE)
_SQL = lazily(r"\bCREATE\s+(?:OR\s+REPLACE\s+)?MODEL\b", re.IGNORECASE)


class Training(Struct, frozen=True):
    """``evidence`` of training; nothing in it means that models, if there are any, come from elsewhere.

    ``doubtful`` are files that may train although nothing in them could be read as training.
    """

    evidence: tuple[Evidence, ...]
    doubtful: tuple[Evidence, ...] = ()

    @classmethod
    def gather(cls, code: Code, identity: Identity, repository: Repository, declared: DeclaredTraining) -> Self:
        if identity.trains:
            return cls(identity.trains)
        doubtful = (Evidence(path, 1) for path in repository.own if _MAYBE.search(path) and not is_test(path))
        return cls(tuple(_found(code, repository, declared))[:4], tuple(doubtful)[:2])


def _found(code: Code, repository: Repository, declared: DeclaredTraining) -> Iterator[Evidence]:
    yield from code.quote(code.calls(*_JOBS))
    fits = [
        hit
        for hit in code.calls(*_FITS)
        if hit.call
        and len(hit.call.args) + len(hit.call.kwargs) >= 2
        and not _TRANSFORMERS.search(f"{hit.name} {hit.call.on}")
    ]
    yield from code.quote([h for h in fits if not is_demo(h.path)] or fits)
    for source in code.sources:
        if _FILES.search(plain_name(source.path)) and not is_test(source.path) and (source.functions or source.calls):
            yield code.evidence(source, 1)
    for path in repository.own:
        if plain_name(path).endswith(".sql") and not is_prose(path):
            match = _SQL.search(repository.text(path))
            if match:
                line = repository.text(path).count("\n", 0, match.start()) + 1
                yield Evidence(path, line, match[0])
    yield from code.quote(code.texts(_SQL.pattern))
    yield from declared.evidence
