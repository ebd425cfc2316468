"""What follows from the order of jobs: which cannot work because an earlier one cannot, and what one packs for another."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from scorecard.ci.model import Job, Step
from scorecard.facts.delivery import Delivery
from scorecard.facts.delivery_listed import Deed
from scorecard.facts.delivery_reading import left
from scorecard.facts.delivery_tables import BUILD, Act, What
from scorecard.model import Evidence

_UPLOADS = (
    "actions/upload-artifact",
    "publishbuildartifacts",
    "publishpipelineartifact",
    "publish",
    "persist_to_workspace",
)
_DOWNLOADS = ("download", "attach_workspace")
_STOPS = ("builds", "runs", "enters", "reads", "calls", "uses")


class Chains:
    """The jobs that must have succeeded before a job begins."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        self._needs: dict[str, dict[str, tuple[str, ...]]] = {}
        for job in jobs:
            self._needs.setdefault(job.pipeline, {})[job.id] = job.needs

    def before(self, job: Job) -> frozenset[str]:
        """Their ids, those that they need in their turn included."""
        known = self._needs.get(job.pipeline, {})
        seen: set[str] = set()
        todo = list(job.needs)
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo += known.get(name, ())
        return frozenset(seen)


def judged(found: list[Delivery], chains: Chains, ends: Iterable[Evidence]) -> Iterator[Delivery]:
    """Every delivery with the reason why it cannot work: its own, an earlier step's, or that of a job it needs."""
    stops = [end for end in ends if end.text.startswith(_STOPS)]
    own = [_dead(delivery, stops) for delivery in found]
    stopped: dict[tuple[str, str], tuple[int, str]] = {}
    for d, why in zip(found, own, strict=True):
        if why:
            stopped.setdefault((d.job.pipeline, d.job.id), (d.step.line, why))
    for d, why in zip(found, own, strict=True):
        line, earlier = stopped.get((d.job.pipeline, d.job.id), (0, ""))
        needed = next((name for name in chains.before(d.job) if (d.job.pipeline, name) in stopped), "")
        reason = why
        if not reason and earlier and line < d.step.line:
            reason = f"comes after a step that {earlier}"
        if not reason and needed:
            reason = f"needs the job {needed}, which {stopped[d.job.pipeline, needed][1]}"
        yield replace(d, dead=reason) if reason else d


def _dead(delivery: Delivery, ends: list[Evidence]) -> str:
    """Why the step cannot work: what it builds or runs, or the folder it runs in, does not exist."""
    lines = {(e.path, e.line) for e in delivery.chain}
    for end in ends:
        here = end.path == delivery.step.path and abs(end.line - delivery.step.line) <= 6
        if (end.path, end.line) in lines or (here and end.text.startswith("runs in the folder")):
            return end.text
    return ""


def packed(found: Iterable[Delivery], jobs: Iterable[Job], chains: Chains) -> Iterator[Delivery]:
    """Code that one job packs as an artifact of the pipeline and that a later one takes and rolls out."""
    rollouts = [d for d in found if d.does(Act.ROLLOUT, Act.APPLY) and not d.dead]
    for job in jobs:
        uploads = [step for step in job.steps if step.uses.partition("@")[0].lower() in _UPLOADS]
        if not uploads:
            continue
        later = [d.job for d in rollouts if d.job.pipeline == job.pipeline and job.id in chains.before(d.job)]
        taken = [step for other in later for step in other.steps if any(w in step.uses.lower() for w in _DOWNLOADS)]
        upload = next((step for step in uploads if any(_same(step, take) for take in taken)), None)
        if upload:
            deed = Deed(BUILD, What.BUNDLE, upload.uses)
            yield Delivery(job, upload, deed, (*upload.via, upload.evidence), left(job, upload.condition))


def _same(upload: Step, download: Step) -> bool:
    """Do both name the same artifact, as far as they name one?"""
    given = upload.input("name", "artifactname", "artifact", "publish")
    wanted = download.input("name", "artifactname", "artifact", "download")
    return not given or not wanted or "$" in given + wanted or given == wanted
