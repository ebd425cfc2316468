"""The case in which a plain package is what runs: it has a command of its own, and CI publishes it."""

from typing import Self

from msgspec import Struct

from scorecard.facts.deliveries import Deliveries
from scorecard.facts.delivery import Delivery
from scorecard.facts.delivery_tables import Act, What
from scorecard.facts.identity import Identity
from scorecard.facts.startable import Startable
from scorecard.facts.starts import Way
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.repository import Repository

_GROUP = lazily(r"\s*+[\"']?([\w.]++)[\"']?\s*+[=:]\s*+\[?\s*+$")
_MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg")


class ShippedPackage(Struct, frozen=True):
    """``command`` declares what the package starts; ``builds`` and ``releases`` are the steps of CI. Empty where the
    package is a library, or nothing builds it."""

    command: tuple[Evidence, ...]
    builds: tuple[Delivery, ...]
    releases: tuple[Delivery, ...]

    @classmethod
    def gather(cls, repository: Repository, stages: Startable, deliveries: Deliveries, identity: Identity) -> Self:
        declared = [
            s.evidence[0] for s in stages.all if s.way is Way.COMMAND and s.evidence[0].path.endswith(_MANIFESTS)
        ]
        commands = [e for e in declared if _is_command(repository.text(e.path), e)]
        released = [d for d in deliveries.releases if d.automatic]
        if not identity.kind.is_system or not commands or not released:
            return cls((), (), ())
        built = [d for d in deliveries.all if d.deed.what is What.PACKAGE and d.does(Act.BUILD) and d.automatic]
        return cls(tuple(commands[:2]), tuple(built), tuple(released))


def _is_command(text: str, evidence: Evidence) -> bool:
    """Is the entry point one that a shell can start, not one of a plugin system?"""
    if evidence.path.endswith(".toml"):
        return True
    above = text.split("\n")[: evidence.line]
    groups = [match[1] for row in above if (match := _GROUP.match(row))]
    return bool(groups) and groups[-1] == "console_scripts"
