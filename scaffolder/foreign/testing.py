"""`mlops add testing`: tests of functions that exist, of training and serving together, one command for them, and CI that runs it."""

import re
from collections.abc import Mapping
from typing import Any

from scaffolder.errors import Refused
from scaffolder.foreign import ci
from scaffolder.foreign.documents import is_whole, with_section, with_target
from scaffolder.foreign.environment import Environment, environment, manifests, names
from scaffolder.foreign.model import Edit, Plan, Site

_RUN = "python -m pytest"
_MOST = 4
_PACKAGES = {  # under other names than they are imported by
    "sklearn": "scikit-learn", "yaml": "pyyaml", "cv2": "opencv-python", "PIL": "pillow", "bs4": "beautifulsoup4", "dotenv": "python-dotenv",
    "skimage": "scikit-image", "dateutil": "python-dateutil", "fitz": "pymupdf", "docx": "python-docx",
}  # fmt: skip
_RUNNERS = {"invoke": "invoke", "poe": "poethepoet", "nox": "nox", "tox": "tox"}
# Commands that can be typed in CI once the environment is there.
_TYPED = re.compile(
    r"(?:make|invoke|poe|nox|tox|pytest|python3? -m (?:pytest|unittest)|(?:uv|poetry|pdm|pipenv) run) ?[\w ./=:-]*"
)


def plan(site: Site) -> Plan:
    """Tests, the command that runs them, and CI, each where it is not there yet. Raises Refused where nothing can be tested."""
    layout, seen = site.survey["layout"], site.survey["testing"]
    exists = layout["tests"]["exists"]
    journey = {} if site.is_met("testing.integration") else dict(seen["journey"])
    dialogue = {} if site.is_met("testing.integration") or journey else dict(seen["dialogue"])
    root = layout["root"] if exists or journey or dialogue else None
    met = exists and site.is_met("testing.features")
    unit = [] if met else _chosen(seen["functions"], new=not exists, root=root)
    if exists and not (unit or journey or dialogue) and layout["tests"]["command"] and seen["on_push"]:
        raise Refused(
            "tests, their command and CI are there already", "mlops explain testing.model says what could come next"
        )
    if not exists and not (unit or journey or dialogue):
        raise _nothing(site)
    folder = layout["tests"]["folder"]
    found: dict[str, Any] = {
        "root": layout["root"],
        "roots": _roots(layout["root"], unit),
        "conftest": "" if exists or site.has(f"{folder}/conftest.py") else f"{folder}/conftest.py",
        "unit": {
            "path": site.free(f"{folder}/test_{unit[0]['module'].rpartition('.')[2]}.py") if unit else "",
            "functions": unit,
        },
        "journey": {**journey, "path": site.free(f"{folder}/test_journey.py") if journey else ""},
        "dialogue": {**dialogue, "path": site.free(f"{folder}/test_dialogue.py") if dialogue else ""},
        "up": folder.count("/") + 1,
    }
    extra = (
        ("pytest", "httpx") if dialogue or journey.get("framework") == "fastapi" else ("pytest",)
    )  # its test client is httpx
    edits, left = list[Edit](), list[str]()
    promises = [] if exists else ["testing.tests"]
    promises += (
        ["testing.features"] if not site.is_met("testing.features") and any(one["feature"] for one in unit) else []
    )
    promises += ["testing.integration"] if journey or dialogue else []
    if not layout["tests"]["command"]:
        edits.append(_command(site, environment(site, extra)))
        promises.append("testing.one-command")
    found["ci"] = {"path": ""}
    if not seen["on_push"]:
        line = seen["task"] if _TYPED.fullmatch(seen["task"]) else _RUN
        runner = _RUNNERS.get(line.partition(" ")[0], "pytest")
        wanted = dict.fromkeys([*extra, runner])
        done = ci.job(site, name="tests", why="The tests, on each push.", commands=[line], extra=tuple(wanted))
        found["ci"], edits, left = done.found, [*edits, *done.edits], [*left, *done.left]
        promises += ["testing.on-push"] if done.runs else []
        if exists and done.runs:
            left.append(
                "look at the first run in CI: tests that need a secret or a service of yours fail there until they get it"
            )
    unknown = sorted({name for one in unit for name in one["libraries"] if not _asked_for(site, name)})
    if unknown:
        left.append(
            f"{found['unit']['path']} needs {', '.join(unknown)}, which no manifest names: without, it fails in CI"
        )
    missing = [name for name in extra if not names(site, name)]
    if missing and (unit or journey or dialogue):
        left.append(f"add {' and '.join(missing)} to what your team installs for development")
    return Plan(found, tuple(promises), tuple(edits), tuple(left))


def _chosen(functions: list[Mapping[str, Any]], *, new: bool, root: str | None) -> list[dict[str, Any]]:
    """Up to four that make features, others only where there would be no test else; all are imported from one ``root``, None for any."""
    wanted = [one for one in functions if one["feature"]] or (functions if new else [])
    near = [one for one in wanted if root is None or one["roots"][0] == root]
    known: dict[str, dict[str, Any]] = {}
    for one in near:
        if one["roots"][0] == near[0]["roots"][0]:
            known.setdefault(one["name"], dict(one))  # copies of a function in several modules are tested once
    return list(known.values())[:_MOST]


def _roots(root: str, unit: list[dict[str, Any]]) -> list[str]:
    """What must be on sys.path for the tests."""
    return list(dict.fromkeys(place for one in unit for place in one["roots"])) or [root]


def _asked_for(site: Site, library: str) -> bool:
    """Does a manifest name what is imported, or a part of it, as `google-cloud-storage` is one?"""
    wanted = re.compile(rf"(?i)(?<![\w.-]){re.escape(_PACKAGES.get(library, library)).replace('_', '[-_]')}(?!\w)")
    return any(wanted.search(site.text(path)) for path in manifests(site))


def _command(site: Site, made: Environment) -> Edit:
    """The command that runs the tests: a target of the Makefile, else a section of the README, or of a new CONTRIBUTING.md."""
    files = site.survey["layout"]["files"]
    line = made.command(_RUN)
    if files["makefile"]:
        before = site.text(files["makefile"])
        after = with_target(before, "test", line)
        if after:
            return Edit(files["makefile"], before, after)
    path = next((p for p in ("CONTRIBUTING.md", files["readme"]) if p and site.has(p) and is_whole(site.text(p))), "")
    path = path or site.free("CONTRIBUTING.md")
    before = site.text(path)
    return Edit(path, before, with_section(before, path, "Running the tests", [*made.install, line]))


def _nothing(site: Site) -> Refused:
    if not any(path.endswith((".py", ".ipynb")) for path in site.paths):
        return Refused(
            "there is no Python here to test", "mlops explain testing.tests says what counts in other languages"
        )
    if site.survey["layout"]["style"] == "notebooks":
        return Refused(
            "all code is in notebooks, which no test can import",
            "move the functions of a notebook into a module beside it, import them there, and try again",
        )
    return Refused(
        "no function here can be called by a test without files, networks or models that are not in the repository",
        "split one that prepares the data from the one that reads it, and try again; mlops explain testing.features shows how",
    )
