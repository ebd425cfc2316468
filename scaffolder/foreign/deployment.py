"""`mlops add deployment`: an image of what runs here, and CI that builds it on each push."""

from typing import Any

from scaffolder.errors import Refused
from scaffolder.foreign import ci
from scaffolder.foreign.environment import is_package, names, requirements, version
from scaffolder.foreign.model import Plan, Site

# What serves it in an image, where the repository names none: pinned, since no lock file holds it.
_SERVERS = {"uvicorn": "uvicorn==0.54.0", "gunicorn": "gunicorn==27.0.1", "streamlit": ""}
_TOOLS = {"poetry": "poetry==2.5.1", "pipenv": "pipenv==2026.10.3"}
_PORTS = {"streamlit": 8501}
_DIGESTS = ("3.11", "3.12", "3.13")  # of these our templates know the image by its digest


def plan(site: Site) -> Plan:
    """A Dockerfile where there is none, and a job of CI where none builds it. Raises Refused where nothing could be started."""
    seen = site.survey["deployment"]
    if seen["artifact"] and (seen["build"] or not (seen["image"] or seen["compose"])):
        raise Refused(
            "what is deployed is defined here already", "mlops explain deployment.deploy says what could come next"
        )
    found: dict[str, Any] = {"dockerfile": "", "ignore": "", "ci": {"path": ""}}
    promises, left = list[str](), list[str]()
    image = seen["image"]
    if not seen["artifact"]:
        image = site.free("Dockerfile")
        found |= _image(site, seen["entry"])
        found |= {"dockerfile": image, "ignore": "" if site.has(".dockerignore") else ".dockerignore"}
        promises.append("deployment.artifact")
        left += _left(seen)
    name = site.survey["layout"]["package"]["name"].replace("_", "-").lower() or "app"
    where = "." if image == "Dockerfile" else f"--file {image} {_context(site, image)}"
    command = "docker compose build" if seen["compose"] else f"docker build --tag {name} {where}"
    done = ci.job(
        site, name="image", why="The image, built on each push: a Dockerfile that breaks is seen in the change that breaks it.",
        commands=[command], docker=True,
    )  # fmt: skip
    if not seen["build"]:
        found["ci"] = done.found
        left += done.left
        promises += ["deployment.build"] if done.runs else []
        if len(seen["images"]) > 1 and not seen["compose"]:
            left.append(
                f"CI builds {image}; let it build {', '.join(path for path in seen['images'][:4] if path != image)} too, if they are deployed"
            )
    edits = () if seen["build"] else done.edits
    return Plan(found, tuple(promises), edits, tuple(left))


def _image(site: Site, entry: dict[str, Any]) -> dict[str, Any]:
    """What the Dockerfile needs to know."""
    layout = site.survey["layout"]
    tool = layout["manager"]["name"]
    if not entry:
        raise _nothing(site)
    tool = "pip" if tool == "pip-tools" else tool
    if tool in {"none", "pdm"} or (tool == "pip" and not requirements(site) and not is_package(site)):
        raise Refused(
            "no file says what an image must install", "list what the code imports in a requirements.txt, and try again"
        )
    python = version(layout["python"])
    server = _SERVERS.get(entry["runs"], "")
    return {
        "tool": tool,
        "python": python,
        "pinned": python in _DIGESTS,
        "needs": _needs(site, tool),
        "extra": [server] if server and not names(site, entry["runs"]) else [],
        "installer": _TOOLS.get(tool, ""),
        "command": _command(entry),
        "port": _PORTS.get(entry["runs"], 8000) if entry["kind"] == "service" else 0,
        "health": entry["health"],
        "root": layout["root"],
        "kind": entry["kind"],
    }


def _needs(site: Site, tool: str) -> dict[str, Any]:
    """The files that are copied before all code, so that an image is not installed anew for each change of that, and the line that installs."""
    file = site.survey["layout"]["manager"]["file"]
    main = [path for path in requirements(site) if path == file or path == f"{file.removesuffix('.in')}.txt"][:1]
    folder = main[0].rpartition("/")[0] if main else ""
    if tool == "pip" and main:
        return {"files": [path for path in site.paths if path.startswith(f"{folder}/")] if folder else main, "folder": folder, "install": f"pip install --no-cache-dir -r {main[0]}"}  # fmt: skip
    lock = {"uv": "uv.lock", "poetry": "poetry.lock", "pipenv": "Pipfile.lock"}.get(tool, "")
    locked = bool(lock) and site.has(lock)
    files = [file, *([lock] if locked else [])]
    install = {
        "uv": f"uv sync{' --locked' if locked else ''} --no-dev --no-install-project",
        "poetry": "poetry install --no-interaction --no-cache --only main --no-root",
        "pipenv": f"pipenv install --system{' --deploy' if locked else ''}",
        "conda": f"conda env update --quiet --name base --file {file} && conda clean --all --yes",
        "pip": "pip install --no-cache-dir .",
    }[tool]
    return {"files": [] if tool == "pip" else files, "folder": "", "install": install}


def _command(entry: dict[str, Any]) -> list[str]:
    target = f"{entry['module']}:{entry['variable']}"
    return {
        "uvicorn": ["uvicorn", target, "--host", "0.0.0.0", "--port", "8000"],  # noqa: S104  an image is reached from outside
        "gunicorn": ["gunicorn", target, "--bind", "0.0.0.0:8000"],
        "streamlit": ["streamlit", "run", entry["path"], "--server.address=0.0.0.0", "--server.headless=true"],
        "python": ["python", "-m", entry["module"]],
    }[entry["runs"]]


def _left(seen: dict[str, Any]) -> list[str]:
    left = []
    if seen["absent"]:
        mounts = " ".join(f'-v "$PWD/{place}:/app/{place}"' for place in seen["absent"])
        listed = " and ".join(f"{place}/" for place in seen["absent"])
        left.append(f"{listed} is not in git, so an image built in CI does not hold it: docker run {mounts} …")
    if seen["others"]:
        left.append(
            f"the image starts {seen['entry']['path']}; give another command to start {', '.join(seen['others'][:3])}"
        )
    return left


def _context(site: Site, image: str) -> str:
    """The folder that the Dockerfile copies from: the root where what it copies lies there, else its own."""
    folder = image.rpartition("/")[0]
    copied = [
        word.strip("./")
        for line in site.text(image).splitlines()
        if line.upper().startswith(("COPY ", "ADD ")) and "--from" not in line
        for word in line.split()[1:-1]
        if not word.startswith("-") and not {"*", "$", "[", ":"} & set(word)
    ]
    named = [word for word in copied if word]
    here = bool(named) and all(site.has(word) for word in named)
    return "." if here or not folder else folder


def _nothing(site: Site) -> Refused:
    if any(path.endswith(".ipynb") for path in site.paths) and site.survey["layout"]["style"] == "notebooks":
        return Refused(
            "all work is done in notebooks, and no script or service could be started in an image",
            "move what trains or predicts into a script, and try again; mlops explain deployment.pipelines shows how",
        )
    return Refused(
        "no service, and no script that trains or predicts, was found that an image could start",
        "mlops explain deployment.artifact says what counts",
    )
