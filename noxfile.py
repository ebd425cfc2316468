"""The sessions that people and CI share: `nox` runs them all, `nox -s tests` one."""

import shutil
from pathlib import Path

import nox

nox.options.default_venv_backend = "uv"
nox.options.sessions = ["lint", "types", "layers", "tests", "slow", "foreign", "templates", "dist"]


# A worker more than cores: one of them usually waits for a server or a process. A file stays on its worker, in the order given.
_BY_FILE = ("-n", "3", "--dist", "loadfile", "--no-loadscope-reorder")


def _install(session: nox.Session) -> None:
    """The locked environment, the same everywhere."""
    session.run_install(
        "uv", "sync", "--locked", "--quiet", f"--python={session.virtualenv.location}", env=_env(session)
    )


def _env(session: nox.Session) -> dict[str, str]:
    return {"UV_PROJECT_ENVIRONMENT": session.virtualenv.location}


@nox.session
def lint(session: nox.Session) -> None:
    """ruff: no finding, no diff."""
    _install(session)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """mypy, strict."""
    _install(session)
    session.run("mypy")


@nox.session
def layers(session: nox.Session) -> None:
    """The arrows of the design point one way."""
    _install(session)
    session.run("lint-imports")


@nox.session
def tests(session: nox.Session) -> None:
    """Everything that takes seconds."""
    _install(session)
    session.run(
        "pytest", "-q", "-n", "auto", "-m", "not slow and not foreign and not templates and not long", *session.posargs
    )


@nox.session
def slow(session: nox.Session) -> None:
    """Fuzzing, hostile input, whole-process runs."""
    _install(session)
    session.run("pytest", "-q", "-n", "3", "--dist", "worksteal", "-m", "slow and not long", *session.posargs)


@nox.session
def foreign(session: nox.Session) -> None:
    """What `mlops add` puts into other people's repositories, run there."""
    _install(session)
    session.run("pytest", "-q", *_BY_FILE, "-m", "foreign and not long", *session.posargs)


@nox.session
def templates(session: nox.Session) -> None:
    """What is generated, held against its vendors' tools and run."""
    _install(session)
    session.run("pytest", "-q", *_BY_FILE, "-m", "templates and not long", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Mutated files into every reader, 100,000 each: `nox -s fuzz -- --runs 5000 yaml`. Takes hours, so no session of every day."""
    _install(session)
    session.run("uv", "pip", "install", "--quiet", "atheris>=3,<4", external=True)
    session.run("python", "tests/fuzzing/run.py", *session.posargs, env={"PYTHONPATH": "."})


@nox.session
def long(session: nox.Session) -> None:
    """What takes minutes for itself: at night, and by hand."""
    _install(session)
    session.run("pytest", "-q", "-n", "2", "--dist", "worksteal", "-m", "long", *session.posargs)


@nox.session
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
    _install(session)
    code = "import sys, pathlib; from scaffolder import bundle; print(bundle.release(pathlib.Path(), *sys.argv[1:]))"
    session.run("python", "-c", code, *session.posargs)
