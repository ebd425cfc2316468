"""Which conditions keep a bad model out."""

from textwrap import dedent

import pytest
from helpers import repo

from scorecard.facts import Facts
from scorecard.facts.model_gates import ModelGates, Way


def gates(text: str, path: str = "train.py") -> list[tuple[int, Way]]:
    found = Facts(repo({path: dedent(text)})).get(ModelGates)
    return [(gate.line, gate.way) for gate in found.gates]


def test_a_raise_below_a_threshold_stops() -> None:
    assert gates("if accuracy < 0.8:\n    raise ValueError\n") == [(1, Way.STOPS)]


def test_an_assertion_in_training_stops() -> None:
    assert gates("assert rmse < MAX_RMSE\n") == [(1, Way.STOPS)]


def test_a_floor_in_a_benchmark_stops_where_some_runs_have_no_measure() -> None:
    text = "assert all(x > floor for x in metrics if pd.notna(x)), 'below the floor'\n"
    assert gates(text, "benchmarks.py") == [(1, Way.STOPS)]


@pytest.mark.parametrize("text", ["assert all(x > 0 for x in metrics if pd.notna(x))\n", "assert rows > floor\n"])
def test_measures_that_are_there_are_no_floor(text: str) -> None:
    assert gates(text, "benchmarks.py") == []


def test_a_registration_inside_the_condition_is_decided() -> None:
    text = "if new_mse < production_mse:\n    client.create_model_version('a', uri)\n"
    assert gates(text, "register.py") == [(1, Way.KEEPS_OUT)]


def test_the_else_of_a_comparison_counts() -> None:
    text = "if new_mse < production_mse:\n    print('better')\nelse:\n    run.parent.cancel()\n"
    assert gates(text, "evaluate.py") == [(1, Way.STOPS)]


def test_a_flag_is_followed_to_its_comparison() -> None:
    text = """
        def main(metrics, threshold):
            passed, reasons = validate_metrics(metrics, threshold)
            if not passed:
                raise SystemExit(1)


        def validate_metrics(metrics, threshold):
            reasons = []
            if metrics["f1"] < threshold:
                reasons.append("f1")
            return not reasons, reasons
    """
    assert gates(text) == [(4, Way.STOPS)]


@pytest.mark.parametrize(
    "text",
    [
        "if val_loss < best_val_loss:\n    torch.save(model, 'best.pt')\n",
        "if accuracy < 0.8:\n    print('low')\n",
        "if epoch > patience:\n    raise StopIteration\n",
        "if len(metrics) < 2:\n    raise ValueError\n",
        "if metric not in METRICS:\n    raise ValueError(metric)\n",
        "if not 0 <= accuracy <= 1:\n    raise ValueError\n",
        "if math.isnan(loss):\n    raise ValueError\n",
        "if loss == float('inf'):\n    raise ValueError\n",
        "if args.deploy:\n    model.deploy()\n",
        "is_better = True\nif is_better:\n    mlflow.register_model('a', 'b')\n",
        "if metric.greater_is_better is None:\n    raise ValueError\n",
        "if score1_direction != score2_direction:\n    raise ValueError\n",
        "champion = load_champion()\nif accuracy > 0.5:\n    champion = load_champion_model()\n",
        "# if accuracy < 0.8:\n#     raise ValueError\n",
    ],
)
def test_what_keeps_nothing_out_is_no_gate(text: str) -> None:
    assert not gates(text)


def test_a_threshold_of_a_service_is_no_gate() -> None:
    assert not gates(
        "def answer(score, threshold):\n    if score < threshold:\n        raise KeyError\n", "api/search.py"
    )


def test_a_difference_of_two_measures_is_followed() -> None:
    text = "gain = champion_rmse - new_rmse\nif gain > 0.05:\n    promote_model(name)\n"
    assert gates(text, "select.py") == [(2, Way.KEEPS_OUT)]


def test_a_difference_of_other_things_is_not() -> None:
    assert not gates("rest = budget - spent\nif rest < 5:\n    raise ValueError\n")
