"""Which file of the repository a command line starts. Looks at its words only."""

import re
from collections.abc import Callable

from msgspec import Struct

from scorecard.patterns import lazily
from scorecard.readers.wrappers import Words, after_options, option


class Program(Struct, frozen=True):
    """A file by its path, or a Python module by its dotted name; ``code`` is Python given on the command
    line."""

    path: str = ""
    module: str = ""
    code: str = ""
    candidates: tuple[str, ...] = ()  # where a tool looks when no file is named
    folder: str = ""


_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ash", "ksh", "source", "."})
_INTERPRETERS = {
    "python": (".py", ""), "ipython": (".py", ".ipynb", ".ipy"), "node": (".js", ".mjs", ".cjs", ".ts"),
    "tsx": (".ts", ".tsx", ".js", ".mts"),
    "ts-node": (".ts",), "deno": (".ts", ".js"), "bun": (".ts", ".js"), "Rscript": (".R", ".r"), "julia": (".jl",),
    "ruby": (".rb",),
    "perl": (".pl",), "papermill": (".ipynb",), "voila": (".ipynb",), "streamlit": (".py",), "chainlit": (".py",),
    "gradio": (".py",),
    "marimo": (".py",), "bokeh": (".py", ""), "panel": (".py", ".ipynb"), "solara": (".py",), "modal": (".py",),
    "locust": (".py",),
    "k6": (".js", ".ts"), "nbmake": (".ipynb",), "databricks-notebook": (".py", ".ipynb", ".sql", ".r", ""),
    "pwsh": (".ps1",), "powershell": (".ps1",),
    "spark-submit": (".py",), "behave": (), "quarto": (".qmd", ".ipynb"), "beam": (".py",), "scrapy": (".py",),
}  # fmt: skip
_SUBCOMMANDS = {
    "streamlit": {"run"}, "chainlit": {"run"}, "marimo": {"run"}, "bokeh": {"serve"}, "panel": {"serve"},
    "solara": {"run"},
    "modal": {"run", "deploy", "serve"}, "k6": {"run"}, "deno": {"run"}, "bun": {"run"}, "quarto": {"render"},
    "beam": {"deploy", "run", "serve"},
    "scrapy": {"runspider"},
}  # fmt: skip
_NAMED_FILE = {"locust": ("-f", "--locustfile")}
_DEFAULT_FILE = {"locust": ("locustfile.py",)}
_VALUED = {
    "python": frozenset({"-W", "-X"}),
    "papermill": frozenset({"-p", "-r", "-f", "-y", "-b", "-k", "--cwd", "--kernel",
        "--parameters", "--log-level", "--parameters_file", "--execution-timeout"}),
    "node": frozenset({"-r", "--require", "--import", "--loader"}),
    "ts-node": frozenset({"-P", "--project", "-r", "-O"}),
    "Rscript": frozenset(),
}  # fmt: skip
_SERVERS = frozenset(
    {
        "uvicorn",
        "gunicorn",
        "hypercorn",
        "granian",
        "daphne",
        "bentoml",
        "serve",
        "dramatiq",
        "arq",
        "waitress-serve",
        "robyn",
    }
)
_TARGET = lazily(r"[A-Za-z_][\w.]*(?::[\w.()]+)?\Z")


def program(words: Words, env: tuple[tuple[str, str], ...] = ()) -> Program | None:
    """What the command starts, None where that is no file of a repository."""
    if not words:
        return None
    name = words[0]
    if name == "python" and words[1:2] == ("-m",) and len(words) > 2:
        return Program(module=words[2])
    if name == "python" and words[1:2] == ("-c",):
        return Program(code=words[2]) if len(words) > 2 else None
    if name in _SHELLS:
        at = after_options(words, 1, frozenset({"-o", "-O"}))
        return Program(words[at]) if at < len(words) else None
    if re.match(r"(?:\./|\.\./|\.\\|/|[\w.-]+[\\/]|\$).*", name):
        return Program(name)
    if name in _INTERPRETERS:
        return _interpreted(words)
    if name in _SERVERS:
        return _served(words)
    special = _SPECIAL.get(name)
    return special(words, dict(env)) if special else None


def _interpreted(words: Words) -> Program | None:
    name = words[0]
    named = option(words, *_NAMED_FILE[name]) if name in _NAMED_FILE else ""
    if named:
        return Program(named)
    subcommands = _SUBCOMMANDS.get(name)
    start = 1
    if subcommands:
        start = next((i + 1 for i, word in enumerate(words) if word in subcommands), 0)
        if not start:
            return None
    valued = _VALUED.get(name, frozenset())
    at = start
    while (at := after_options(words, at, valued)) < len(words):
        word = words[at].partition("::")[0]
        if any(word.lower().endswith(end.lower()) for end in _INTERPRETERS[name]):
            return Program(word)
        if name in ("python", "node", "Rscript", "ruby"):
            return None  # what follows the program's name are its arguments
        at += 1
    return Program(candidates=_DEFAULT_FILE[name]) if name in _DEFAULT_FILE else None


def _served(words: Words) -> Program | None:
    """`uvicorn pkg.mod:app`, with `--app-dir` or `--chdir` where the module lies elsewhere."""
    folder = option(words, "--app-dir", "--chdir", "--working-dir")
    start = 2 if words[0] in ("bentoml", "serve") and words[1:2] in (("serve",), ("run",)) else 1
    if words[0] in ("bentoml", "serve") and start == 1:
        return None
    named = [word for word in words[start:] if not word.startswith("-") and ":" in word and _TARGET.match(word)]
    named += [word for word in words[start : start + 1] if _TARGET.match(word) and "." in word]
    if not named:
        return Program(candidates=("gunicorn.conf.py",)) if words[0] == "gunicorn" else None
    return Program(module=named[0].partition(":")[0], folder=folder)


def _fastapi(words: Words, _: dict[str, str]) -> Program | None:
    if words[1:2] not in (("run",), ("dev",)):
        return None
    at = after_options(
        words, 2, frozenset({"--host", "--port", "--workers", "--app", "--root-path", "-e", "--entrypoint"})
    )
    if at < len(words):
        return Program(words[at])
    return Program(candidates=("main.py", "app.py", "api.py", "app/main.py", "app/app.py", "app/api.py"))


def _flask(words: Words, env: dict[str, str]) -> Program | None:
    if not any(word in ("run", "shell") for word in words[1:]):
        return None
    target = option(words, "--app", "-A") or env.get("FLASK_APP", "")
    target = target.partition(":")[0]
    if target.endswith(".py"):
        return Program(target)
    return Program(module=target) if target else Program(candidates=("wsgi.py", "app.py"))


def _celery(words: Words, _: dict[str, str]) -> Program | None:
    target = option(words, "-A", "--app")
    return Program(module=target.partition(":")[0]) if target else None


def _jupyter(words: Words, _: dict[str, str]) -> Program | None:
    if words[1:2] == ("execute",) or (
        words[1:2] == ("nbconvert",) and any(word.startswith("--execute") for word in words)
    ):
        return next((Program(word) for word in words[2:] if word.endswith(".ipynb")), None)
    return None


def _prefect(words: Words, _: dict[str, str]) -> Program | None:
    return next((Program(word.partition(":")[0]) for word in words[1:] if re.match(r"[^:]+\.py:\w+\Z", word)), None)


def _dagster(words: Words, _: dict[str, str]) -> Program | None:
    file, module = option(words, "-f", "--python-file"), option(words, "-m", "--module-name")
    if file:
        return Program(file)
    return Program(module=module) if module else Program(candidates=("definitions.py", "workspace.yaml"))


def _kedro(words: Words, _: dict[str, str]) -> Program | None:
    return Program(candidates=("src/*/pipeline_registry.py",)) if words[1:2] == ("run",) else None


def _kfp(words: Words, _: dict[str, str]) -> Program | None:
    file = option(words, "--py", "-p")
    return Program(file) if file else None


def _zenml(words: Words, _: dict[str, str]) -> Program | None:
    target = next((word for word in words[3:] if re.match(r"[A-Za-z_][\w.]+\Z", word)), "")
    return (
        Program(module=target.rpartition(".")[0])
        if words[1:3] in (("pipeline", "run"), ("pipeline", "build")) and "." in target
        else None
    )


_SPECIAL: dict[str, Callable[[Words, dict[str, str]], Program | None]] = {
    "fastapi": _fastapi,
    "flask": _flask,
    "celery": _celery,
    "faust": _celery,
    "jupyter": _jupyter,
    "prefect": _prefect,
    "dagster": _dagster,
    "kedro": _kedro,
    "kfp": _kfp,
    "dsl-compile": _kfp,
    "zenml": _zenml,
}
