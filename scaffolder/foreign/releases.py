"""Releases that have a name, where CI can make them, and what is left to do for an environment that can be had again."""

from scaffolder.foreign import gitlab_release
from scaffolder.foreign.model import Plan, Site

_LOCKS = {
    "uv": "uv lock", "poetry": "poetry lock", "pdm": "pdm lock", "pipenv": "pipenv lock", "conda": "conda-lock -f {file}",
    "pip-tools": "pip-compile {file}", "pip": "uv pip compile {file} -o requirements.lock", "none": "pip freeze > requirements.txt",
}  # fmt: skip


def plan(site: Site) -> Plan:
    """A changelog, and a job that turns a tag into a release, where CI can make one."""
    layout, seen = site.survey["layout"], site.survey["training"]
    if seen["kept"]["releases"]:
        return Plan({}, ())
    notes = layout["files"]["changelog"] or "CHANGELOG.md"
    found = {
        "notes": notes,
        "changelog": "" if layout["files"]["changelog"] or site.has("CHANGELOG.md") else "CHANGELOG.md",
    }
    if "github" in layout["ci"]:
        return Plan({**found, "workflow": site.free(".github/workflows/release.yml")}, ("versioning.releases",))
    if "gitlab" in layout["ci"] and (edit := gitlab_release.edit(site)):
        return Plan(found, ("versioning.releases",), (edit,))
    return Plan(
        found, (), left=("no release has a name yet: git tag v0.1.0 && git push origin v0.1.0, at each deployment",)
    )


def lock(site: Site) -> tuple[str, ...]:
    """The command that fixes the versions of the packages, where nothing does: it needs the network, so it is left."""
    if site.survey["training"]["kept"]["environment"]:
        return ()
    manager = site.survey["layout"]["manager"]
    command = _LOCKS.get(manager["name"], "").format(file=manager["file"])
    if manager["file"] == "pyproject.toml" and manager["name"] == "pip":
        command = "uv lock"
    how = "" if command.startswith("pip freeze") else " (it asks the package index)"
    return (f"the environment is not locked: {command}{how}, and commit what it writes",) if command else ()
