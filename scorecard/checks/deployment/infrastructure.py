"""Is the runtime infrastructure described as code?"""

from scorecard.asks import DEPLOYMENT
from scorecard.checks import check
from scorecard.facts.artifacts import Artifacts, Form
from scorecard.facts.delivery_code import DeliveryCode
from scorecard.facts.infrastructure import Infrastructure, Piece
from scorecard.model import Effort, Evidence, Finding, met, unmet


@check(
    DEPLOYMENT,
    level=3,
    effort=Effort.WEEKS,
    question="Is the infrastructure on which it runs described as code, more than a Dockerfile or a compose file?",
    surprise="The cluster was clicked together, and when it is lost nobody can make it again or say what was set.",
)
def infrastructure(infrastructure: Infrastructure, artifacts: Artifacts, scripts: DeliveryCode) -> Finding:
    pieces = infrastructure.pieces
    if pieces:
        count = len(dict.fromkeys(piece.evidence.path for piece in pieces))
        said = f"{', '.join(infrastructure.kinds[:3])} in {count} file{'s' * (count != 1)}"
        return met(f"described by {said}", _first_of_files(pieces), most=6)
    hand = [
        (path, found)
        for path, found in scripts.by_path.items()
        if any("rolls out" in f.deed.acts or "applies" in f.deed.acts for f in found)
    ]
    if hand:
        path, found = hand[0]
        return unmet(
            f"{path} creates it by calls of an SDK ({found[0].deed.tool}), which a person runs and which describe no state",
            near=[scripts.code.evidence(f[0].hits[0]) for _, f in hand],
        )
    own = artifacts.of(Form.IMAGE, Form.COMPOSE)
    if own:
        return unmet(
            f"{own[0].evidence.path} says what runs, and nothing says on which machines, with which network, secrets and permissions",
            near=[a.evidence for a in own],
            looked_in=(
                "Terraform, Bicep, CloudFormation",
                "Kubernetes manifests and charts",
                "job and cluster definitions of platforms",
            ),
        )
    return unmet(
        "nothing describes the machines or services on which it runs",
        looked_in=(
            "Terraform, Bicep, CloudFormation",
            "Kubernetes manifests and charts",
            "job and cluster definitions of platforms",
        ),
    )


def _first_of_files(pieces: tuple[Piece, ...]) -> list[Evidence]:
    """One line of each file, the first of each language before the others."""
    first: dict[str, Evidence] = {}
    for piece in sorted(pieces, key=lambda p: p.evidence.line):
        first.setdefault(piece.evidence.path, piece.evidence)
    kinds: dict[str, Evidence] = {}
    for piece in pieces:
        kinds.setdefault(piece.kind, first[piece.evidence.path])
    return [*kinds.values(), *first.values()]
