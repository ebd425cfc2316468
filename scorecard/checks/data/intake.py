"""What the checks of this folder share: whether there is data to check at all, and how to say what was found."""

from collections.abc import Iterable

from scorecard.facts.data_checks import DataChecks
from scorecard.facts.data_found import Found, Kind
from scorecard.facts.data_inputs import DataInputs
from scorecard.facts.identity import Identity
from scorecard.model import Evidence, Finding, not_applicable
from scorecard.model import Kind as Sort

LOOKED_IN = (
    "calls of validation libraries (pandera, Great Expectations, pydantic, TFDV, jsonschema, Deequ, Soda …)",
    "conditions over data that raise, refuse or set aside",
    "configuration of dbt, Soda and expectation suites",
)


def takes_no_data(identity: Identity, inputs: DataInputs) -> Finding | None:
    """n/a where an application around a language model reads no data and builds no index."""
    if identity.kind is Sort.LLM and not inputs.any:
        return not_applicable(
            "It calls a language model and takes in no data of its own: "
            "no file, table or feature is read and no index is built.",
            identity.llm,
        )
    if not identity.kind.is_system and not inputs.any:
        return not_applicable("It takes in no data of its own.", identity.evidence)
    return None


def reading(inputs: DataInputs) -> str:
    """What the repository does with data, for the sentence of a gap."""
    if inputs.reads:
        first, others = inputs.reads[0], inputs.files - 1
        more = f" and {others} more {'file' if others == 1 else 'files'} read" if others else " reads"
        return f"{first.path}{more} data"
    if inputs.indexes:
        return f"{inputs.indexes[0].path} takes in documents"
    return "Data come in"


def said(found: Iterable[Found]) -> str:
    """The distinct checks in words."""
    return ", ".join(list(dict.fromkeys(f.what for f in found))[:3])


def cited(checks: DataChecks, found: list[Found], most: int = 3) -> list[Evidence]:
    """Where checks are applied and defined, the best first, each file once or twice."""
    del checks
    evidence: list[Evidence] = []
    seen: dict[str, int] = {}
    for one in found:
        if seen.get(one.path, 0) < 2 and len(seen) <= most:
            seen[one.path] = seen.get(one.path, 0) + 1
            evidence += one.evidence
    return evidence


def near_misses(checks: DataChecks, kind: Kind) -> list[Evidence]:
    """Checks of that kind which are written down and never called."""
    return [e for f in checks.idle if f.kind is kind for e in f.evidence[:1]][:2]
