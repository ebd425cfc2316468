"""Can one say which release is running, and what came with it?"""

from scorecard.asks import VERSIONING
from scorecard.checks import check
from scorecard.facts.releases import Releases
from scorecard.model import Effort, Finding, met, unmet


@check(
    VERSIONING,
    level=1,
    effort=Effort.HOURS,
    question="Are releases of the system identified: release tags, a maintained changelog, or release automation?",
    surprise="When production misbehaves nobody can say which state of the code is running, nor what changed since it last worked.",
    closed_by="versioning",
)
def releases(releases: Releases) -> Finding:
    parts = []
    if releases.tags:
        parts.append(f"{len(releases.tags)} tag{'s' * (len(releases.tags) != 1)} name versions")
    if releases.changelogs:
        parts.append(f"{releases.changelogs[0].path} is kept")
    if releases.automation:
        parts.append("CI makes releases")
    if parts:
        text = " and ".join(parts)
        return met(text, (*releases.tagged, *releases.changelogs[:2], *releases.automation[:5]))
    if releases.blank:
        return unmet(
            f"{releases.blank[0].path} names fewer than two versions, and no tag names one", near=releases.blank
        )
    if releases.other_tags:
        return unmet(f"the tags ({', '.join(releases.other_tags[:3])}) name no versions, and there is no changelog")
    clone = " (a shallow clone brings no tags: fetch them to be sure)" if releases.shallow else ""
    return unmet(
        f"there are no version tags, no changelog and no release job{clone}",
        looked_in=("git tags", "changelog files", "CI configuration"),
    )
