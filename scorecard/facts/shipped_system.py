"""An application that is also on a package index: it is installed to be started, and nobody is told to build with it.

A package whose repository trains its model by a pipeline of files is a system, whoever imports it; so is a web application with an image
of its own that CI rolls out without a person, since somebody runs it. Else a library tells others how to import it: where neither the README
nor documentation nor an example does, and the package is such an application, the package is the way to get the system.
"""

import re
from collections.abc import Iterator
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code
from scorecard.facts.configuration import is_operational
from scorecard.facts.declared_training import DeclaredTraining
from scorecard.facts.deliveries import Deliveries
from scorecard.facts.delivery_tables import What
from scorecard.facts.packaging import Packaging
from scorecard.facts.routes import Routes
from scorecard.facts.vocabulary import WEB_FRAMEWORKS
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_prose, is_test
from scorecard.repository import Repository

_RUNNING = (What.SERVICE, What.INFRASTRUCTURE)
_PIPELINES = ("dvc.yaml", ".smk", "Snakefile")
_TOLD = ("README*", "*.md", "*.mdx", "*.rst", "*.ipynb")


class ShippedSystem(Struct, frozen=True):
    """``evidence`` of what the package is as a system; empty where it is made for others to build with."""

    evidence: tuple[Evidence, ...]

    @classmethod
    def gather(
        cls,
        repository: Repository,
        code: Code,
        packaging: Packaging,
        declared: DeclaredTraining,
        routes: Routes,
        deliveries: Deliveries,
    ) -> Self:
        if not packaging.installs:
            return cls(())
        trained = [e for e in declared.evidence if e.path.endswith(_PIPELINES)]
        if trained:
            return cls(tuple(trained[:1]))
        images = [p for p in repository.glob("Dockerfile*", "docker-compose*.y*ml", "compose*.y*ml") if "/" not in p]
        web = {hit.path for hit in code.imports(*WEB_FRAMEWORKS)}
        served = [r.hit for r in routes.all if r.hit.path in web and not is_demo(r.hit.path)] if images else []
        system = tuple(code.evidence(hit) for hit in served[:1])
        if system and any(d.automatic and d.deed.what in _RUNNING for d in deliveries.rollouts):
            return cls(system)
        return cls(() if not system or _is_imported(repository, packaging) else system)


def _is_imported(repository: Repository, packaging: Packaging) -> bool:
    names = {name.replace("-", "_") for name in packaging.names} | set(_packages(repository))
    if not names:
        return True
    one = "|".join(re.escape(name) for name in sorted(names))
    line = re.compile(rf"(?:from|import)\s+(?:{one})\b|(?:from|require\()\s*[\"'](?:{one})\b", re.IGNORECASE)
    return any(line.search(repository.text(path)) for path in _told(repository))


def _packages(repository: Repository) -> Iterator[str]:
    """The top-level packages of Python, at the root or in `src`."""
    for path in repository.glob("__init__.py"):
        parts = path.split("/")[:-1]
        parts = parts[1:] if parts[:1] == ["src"] else parts
        if len(parts) == 1 and is_operational(path) and not is_test(path):
            yield parts[0]


def _told(repository: Repository) -> Iterator[str]:
    """Prose and examples, in which a library shows how it is imported."""
    for path in repository.glob(*_TOLD):
        if path.count("/") == 0 or is_prose(path) or is_demo(path):
            yield path
    for path in repository.glob("*.py", "*.ts", "*.js"):
        if is_demo(path):
            yield path
