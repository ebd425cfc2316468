"""What the checks of this ask say in common."""

from scorecard.facts.evals import Evals
from scorecard.facts.identity import Identity
from scorecard.model import Finding, Kind, not_applicable

LOOKED_IN = (
    "configuration of promptfoo and other evaluation tools",
    "calls of evaluation frameworks in code, tests and notebooks",
    "files named eval, benchmark, judge or golden, and the case files beside them",
    "command lines of CI, scripts and task runners",
)


def without_a_model(identity: Identity, evals: Evals) -> Finding | None:
    """n/a where the repository is no system around a language model; a suite found all the same says that it is one."""
    if identity.kind.calls_llm or (identity.kind is Kind.NONE and evals.suites):
        return None
    if identity.kind is Kind.LIBRARY:
        return not_applicable(
            "It is a library: what is built with it is evaluated where it is built.", identity.evidence
        )
    return not_applicable("No application around a language model, and no fine-tuned one, is in it.", identity.evidence)


def named(evals: Evals) -> str:
    """The suites in a few words: how they are made, and where the first one starts."""
    if not evals.suites:
        return "no suite"
    first = evals.suites[0]
    more = f", and {len(evals.suites) - 1} more," if len(evals.suites) > 1 else ""
    return f"The {first.how} suite in {first.run[0].path}{more}"


def without_suite(evals: Evals) -> str:
    """Why there is nothing to judge: no suite at all."""
    if evals.near:
        near = evals.near[0]
        return f"{near.evidence.path} {near.what}"
    return "no suite of cases runs the application, a prompt or a model"
