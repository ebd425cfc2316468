"""What continuous integration builds and delivers: each step and command that does, with its trigger and target."""

from collections.abc import Iterator
from functools import cached_property
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from scorecard.ci.model import Job
from scorecard.facts.artifact_tables import PULUMI_IMAGES
from scorecard.facts.code import Code
from scorecard.facts.delivery import Delivery
from scorecard.facts.delivery_chains import Chains, judged, packed
from scorecard.facts.delivery_code import DeliveryCode
from scorecard.facts.delivery_commands import Deed
from scorecard.facts.delivery_declared import DeclaredPipelines
from scorecard.facts.delivery_reading import Reader
from scorecard.facts.delivery_tables import BUILD, Act, What
from scorecard.facts.delivery_targets import Targets
from scorecard.facts.pipelines import Pipelines
from scorecard.repository import Repository

# Images that a stack builds while it is brought up.
_OF_STACKS = (
    *PULUMI_IMAGES,
    "aws_cdk.*DockerImageFunction", "aws_cdk.*DockerImageCode.from_image_asset", "aws_cdk.*DockerImageAsset", "aws_cdk.*ContainerImage.from_asset",
    "aws-cdk-lib/*DockerImageCode.fromImageAsset", "aws-cdk-lib/*DockerImageAsset", "aws-cdk-lib/*ContainerImage.fromAsset",
)  # fmt: skip
_STACKS = ("pulumi", "cdk")


class Deliveries(Struct, dict=True, eq=False):
    """``all`` in order of job and step, dead and hand-started ones included; ``jobs`` are all jobs."""

    all: tuple[Delivery, ...]
    jobs: tuple[Job, ...]
    chains: Chains

    @classmethod
    def gather(
        cls, repository: Repository, pipelines: Pipelines, code: Code, sdk: DeliveryCode, declared: DeclaredPipelines
    ) -> Self:
        reader = Reader(repository, pipelines, code, sdk, Targets(repository))
        found = [delivery for job in pipelines.jobs for delivery in reader.job(job)]
        found += list(_built_by_stacks(code, found))
        jobs = (*pipelines.jobs, *(d.job for d in declared.deliveries))
        chains = Chains(jobs)
        known = tuple(judged([*found, *declared.deliveries], chains, pipelines.dead_ends))
        return cls((*known, *packed(known, jobs, chains)), jobs, chains)

    @cached_property
    def builds(self) -> list[Delivery]:
        """What makes an artifact, whatever starts it; what cannot work is left out."""
        return [d for d in self.all if d.does(Act.BUILD) and not d.dead]

    @cached_property
    def deploys(self) -> list[Delivery]:
        """What brings it somewhere, whatever starts it; packages for an index are not among them."""
        return [d for d in self._delivered if d.deed.what is not What.PACKAGE]

    @cached_property
    def rollouts(self) -> list[Delivery]:
        """What runs somewhere afterwards: rolled out or applied, not only published."""
        return [d for d in self.deploys if d.does(Act.ROLLOUT, Act.APPLY)]

    @cached_property
    def releases(self) -> list[Delivery]:
        """Packages that are published to an index."""
        return [d for d in self._delivered if d.deed.what is What.PACKAGE]

    @cached_property
    def dead(self) -> list[Delivery]:
        """What cannot work."""
        return [d for d in self.all if d.dead]

    @property
    def _delivered(self) -> list[Delivery]:
        return [d for d in self.all if d.does(Act.PUSH, Act.ROLLOUT, Act.APPLY) and not d.dead]

    def upstream(self, job: Job) -> frozenset[str]:
        """The ids of the jobs of the same pipeline that must have succeeded before ``job``."""
        return self.chains.before(job)


def _built_by_stacks(code: Code, found: list[Delivery]) -> Iterator[Delivery]:
    """`pulumi up` and `cdk deploy` build the images that the program of the stack declares."""
    stacks = [d for d in found if d.does(Act.APPLY) and any(name in d.deed.tool for name in _STACKS)]
    image = next(iter(code.calls(*_OF_STACKS, notebooks=False)), None) if stacks else None
    if image:
        for delivery in stacks:
            yield replace(
                delivery,
                deed=Deed(BUILD, What.IMAGE, delivery.deed.tool),
                chain=(*delivery.chain, code.evidence(image)),
            )
