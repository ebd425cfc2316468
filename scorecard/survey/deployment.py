"""What of the repository runs, and how it would be started in an image.

artifact   is what is deployed defined as code already?
build      does CI build it already?
image      the Dockerfile of the system, "" if there is none; `images` all of them
compose    a compose file at the root that builds them all and needs no file that git does not hold, or ""
entry      {} or what is started: {"kind": "service" | "job", "runs": "uvicorn" | "gunicorn" | "streamlit" | "python", "path", "module": as it is
           imported, "variable": the application's name, "health": a page that answers while all is well, or ""}
others     further files that could be started
absent     folders below the root that the entry reads or writes and git does not hold: ["models"]
"""

import re
from typing import Any

from scorecard.facts.artifacts import Artifacts, Form
from scorecard.facts.code import Code
from scorecard.facts.deliveries import Deliveries
from scorecard.facts.delivery_tables import What
from scorecard.paths import is_demo, is_test
from scorecard.readers.code import Source
from scorecard.repository import Repository
from scorecard.survey import modules
from scorecard.survey.journey import closure
from scorecard.survey.layout import Layout
from scorecard.survey.testing import module_name

_SERVERS = {"FastAPI": "uvicorn", "Flask": "gunicorn"}
_HEALTH = re.compile(r"/(?:api/)?(?:health\w*|healthz|ready|live|ping|status)/?")
_PLACE = re.compile(r"(?:\./)?([\w-]+)/[\w./-]+\.\w{1,8}")
_NAMED = ("train", "pipeline", "main", "run", "predict", "batch", "score")
_ASIDE = re.compile(r"(?:^|/)(?:setup|noxfile|conftest)\.py$|(?:^|/)(?:scripts?|tools?|docs?|benchmarks?|migrations)/")


def look(
    repository: Repository,
    code: Code,
    artifacts: Artifacts,
    deliveries: Deliveries,
    layout: Layout,
) -> dict[str, Any]:
    """See the module's docstring."""
    root = layout.root
    images = [artifact.evidence.path for artifact in artifacts.of(Form.IMAGE)]
    composed = [artifact.evidence.path for artifact in artifacts.of(Form.COMPOSE)]
    python = [
        source
        for source in code.sources
        if source.language == "python"
        and not (source.notebook or is_test(source.path) or is_demo(source.path) or _ASIDE.search(source.path))
        and module_name(source.path, root)
    ]
    entries = [*_services(repository, python), *_jobs(code, python)]
    for entry in entries:
        entry["module"] = module_name(entry["path"], root)
    chosen = entries[0] if entries else {}
    return {
        "artifact": bool(artifacts.all),
        "build": any(d.automatic and d.deed.what is not What.PACKAGE for d in deliveries.builds),
        "image": min(images, key=lambda path: (not _is_python(repository, path), path.count("/"), path), default=""),
        "images": images,
        "compose": next((path for path in composed if _is_closed(repository, path)), ""),
        "entry": chosen,
        "others": list(dict.fromkeys(e["path"] for e in entries[1:] if e["path"] != chosen["path"])),
        "absent": _absent(repository, code, chosen),
    }


def _is_python(repository: Repository, path: str) -> bool:
    return bool(
        re.search(
            r"(?im)^(?:FROM\s.*(?:python|conda|mamba|uv)|(?:CMD|ENTRYPOINT)\s.*(?:python|uvicorn))",
            repository.text(path),
        )
    )


def _is_closed(repository: Repository, path: str) -> bool:
    text = repository.text(path)
    return "/" not in path and "build" in text and not re.search(r"env_file|secrets:|\$\{\w+:?\?|external:", text)


def _services(repository: Repository, python: list[Source]) -> list[dict[str, Any]]:
    found = []
    for source in python:
        module = modules.read(repository, source.path)
        for kind, runs in _SERVERS.items():
            for variable in sorted(modules.made_by(module, kind)) if module else ():
                pages = [
                    call.string() for call in source.calls if call.last in {"get", "route"} and call.on == variable
                ]
                health = next((page for page in pages if _HEALTH.fullmatch(page)), "")
                found.append(_entry(source, runs, "service", variable, health))
        if any(item.module == "streamlit" for item in source.imports) and any(
            not call.scope and call.name.startswith("streamlit.") for call in source.calls
        ):
            found.append(_entry(source, "streamlit", "service"))
    return sorted(found, key=lambda e: (e["runs"] == "streamlit", e["path"].count("/"), e["path"]))


def _jobs(code: Code, python: list[Source]) -> list[dict[str, Any]]:
    """Files that a person starts to train, or to score a batch."""
    working = [
        source
        for source in python
        if source.main
        and any(call.last in {"fit", "predict", "train"} for file in closure(code, source) for call in file.calls)
    ]

    def rank(source: Source) -> tuple[int, int, str]:
        stem = source.path.rpartition("/")[2]
        return (
            next((n for n, word in enumerate(_NAMED) if word in stem), len(_NAMED)),
            source.path.count("/"),
            source.path,
        )

    return [_entry(source, "python", "job") for source in sorted(working, key=rank)]


def _entry(source: Source, runs: str, kind: str, variable: str = "", health: str = "") -> dict[str, Any]:
    return {"kind": kind, "runs": runs, "path": source.path, "variable": variable, "health": health}


def _absent(repository: Repository, code: Code, entry: dict[str, Any]) -> list[str]:
    source = code.source(entry["path"]) if entry else None
    files = closure(code, source) if source else []
    places = {m[1] for file in files for text in file.texts if (m := _PLACE.fullmatch(text.value))}
    return sorted(place for place in places if not repository.has_folder(place))
