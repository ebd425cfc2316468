"""Patterns with stars over many words."""

import pytest

from scorecard.stars import Words, fits

WORDS = ("fit", "log_model", "log", "mlflow.log_model", "mlflow.sklearn.log_model", "SimpleImputer", "Imputer", "")


@pytest.mark.parametrize(
    "pattern", ["log_*", "*Imputer", "mlflow.*", "mlflow.*.log_model", "*", "*log*", "*.fit", "l*l", "nothing*"]
)
def test_the_words_that_fit_are_those_that_fit_one_by_one(pattern: str) -> None:
    assert Words(WORDS).fitting(pattern) == tuple(word for word in WORDS if fits(pattern, word))
