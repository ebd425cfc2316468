"""The sessions that people and CI share: `nox` runs them all, `nox -s tests` one."""

import shutil
from pathlib import Path

import nox

# All sessions share the locked environment of the project, which `uv run` makes and keeps; what needs another one says so.
nox.options.default_venv_backend = "none"
nox.options.sessions = ["lint", "types", "layers", "tests", "slow", "foreign", "templates", "dist"]


# Twice as many workers as cores: most of them wait for a server, a process or a disk. A file stays on its worker, in the order given.
_BY_FILE = ("-n", "4", "--dist", "loadfile", "--no-loadscope-reorder")


def _run(session: nox.Session, *words: str) -> None:
    """A program of the locked environment, the same everywhere."""
    session.run("uv", "run", "--locked", "--quiet", *words, external=True)


@nox.session
def lint(session: nox.Session) -> None:
    """ruff: no finding, no diff."""
    _run(session, "ruff", "check")
    _run(session, "ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """mypy, strict."""
    _run(session, "mypy")


@nox.session
def layers(session: nox.Session) -> None:
    """The arrows of the design point one way."""
    _run(session, "lint-imports")


@nox.session
def tests(session: nox.Session) -> None:
    """Everything that takes seconds."""
    quick = "not slow and not foreign and not templates and not long"
    _run(session, "pytest", "-q", "-n", "3", "-m", quick, *session.posargs)


@nox.session
def slow(session: nox.Session) -> None:
    """Fuzzing, hostile input, whole-process runs."""
    _run(session, "pytest", "-q", "-n", "4", "--dist", "worksteal", "-m", "slow and not long", *session.posargs)


@nox.session
def foreign(session: nox.Session) -> None:
    """What `mlops add` puts into other people's repositories, run there."""
    _run(session, "pytest", "-q", *_BY_FILE, "-m", "foreign and not long", *(session.posargs or ["tests/foreign"]))


@nox.session
def templates(session: nox.Session) -> None:
    """What is generated, held against its vendors' tools and run."""
    _run(session, "pytest", "-q", *_BY_FILE, "-m", "templates and not long", *(session.posargs or ["tests/templates"]))


@nox.session(venv_backend="uv")
def fuzz(session: nox.Session) -> None:
    """Mutated files into every reader, 100,000 each: `nox -s fuzz -- --runs 5000 yaml`. Takes hours, so no session of every day."""
    place = session.virtualenv.location
    session.run_install(
        "uv", "sync", "--locked", "--quiet", f"--python={place}", env={"UV_PROJECT_ENVIRONMENT": place}, external=True
    )
    session.run("uv", "pip", "install", "--quiet", "atheris>=3,<4", external=True)
    session.run("python", "tests/fuzzing/run.py", *session.posargs, env={"PYTHONPATH": "."})


@nox.session
def long(session: nox.Session) -> None:
    """What takes minutes for itself: at night, and by hand."""
    _run(session, "pytest", "-q", "-n", "2", "--dist", "worksteal", "-m", "long", *session.posargs)


@nox.session(venv_backend="uv")
def dist(session: nox.Session) -> None:
    """The wheel installs alone and works: pages and all."""
    session.run("uv", "build", "--quiet", "--wheel", "--out-dir", session.create_tmp(), external=True)
    wheels = sorted(Path(session.create_tmp()).glob("*.whl"))
    session.install(str(wheels[-1]))
    session.run("mlops", "audit", ".", "--format", "json", silent=True)
    session.run("mlops", "explain", "testing.on-push", silent=True)
    made = Path(session.create_tmp()) / "made"
    shutil.rmtree(made, ignore_errors=True)
    session.run("mlops", "new", str(made), "--defaults", silent=True)


@nox.session
def release(session: nox.Session) -> None:
    """`nox -s release -- v1.2.0 "what changed"`: name the committed templates, so that projects can be updated to them."""
    code = "import sys, pathlib; from scaffolder import bundle; print(bundle.release(pathlib.Path(), *sys.argv[1:]))"
    _run(session, "python", "-c", code, *session.posargs)
