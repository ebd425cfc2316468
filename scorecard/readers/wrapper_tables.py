"""Programs that start other programs, and the spellings of those that have several."""

UV = frozenset(
    {
        "--with", "--with-editable", "--with-requirements", "--extra", "--no-extra", "--group", "--no-group",
        "--only-group", "--python", "-p", "--package", "--project", "--directory", "--env-file", "--from",
        "--index", "--index-url", "--extra-index-url", "--color", "--python-platform", "-w",
    }
)  # fmt: skip
DOCKER = frozenset(
    {
        "-e", "--env", "--env-file", "-v", "--volume", "-p", "--publish", "--name", "-w", "--workdir", "-u",
        "--user", "--network", "--net", "--mount", "--gpus", "--shm-size", "--platform", "-m", "--memory",
        "--cpus", "--entrypoint", "-h", "--hostname", "--add-host", "-l", "--label", "--restart", "--ipc",
        "--ulimit", "--device", "--cap-add", "--security-opt", "--runtime", "--log-driver", "--log-opt",
        "--pull", "--tmpfs", "--volumes-from", "--expose", "--cidfile", "--link", "--detach-keys", "--index",
        "--health-cmd", "--pid", "--dns", "-c",
    }
)  # fmt: skip
COMPOSE = frozenset(
    {
        "-f", "--file", "-p", "--project-name", "--profile", "--env-file", "--project-directory", "--ansi",
        "--progress", "--parallel",
    }
)  # fmt: skip
COVERAGE = frozenset({"--source", "--rcfile", "--omit", "--include", "--data-file", "--context", "--concurrency"})
# Words that stand before a command and take nothing but options: name -> the options that take a value.
PREFIXES: dict[str, frozenset[str]] = {
    "sudo": frozenset({"-u", "-g", "-h", "-p", "-C", "-D"}),
    "time": frozenset({"-f", "-o"}),
    "nohup": frozenset(),
    "exec": frozenset({"-a"}),
    "command": frozenset(),
    "builtin": frozenset(),
    "nice": frozenset({"-n"}),
    "ionice": frozenset({"-c", "-n"}),
    "stdbuf": frozenset({"-o", "-e", "-i"}),
    "unbuffer": frozenset(),
    "setsid": frozenset(),
    "caffeinate": frozenset(),
    "xvfb-run": frozenset({"-s", "-n", "-e", "-f", "-w"}),
    "xargs": frozenset({"-n", "-P", "-I", "-L", "-d", "-a", "-s"}),
    "retry": frozenset({"-t", "-d", "-n", "-s", "--tries", "--times", "--delay", "--sleep"}),
    "dumb-init": frozenset(),
    "tini": frozenset(),
    "npx": frozenset({"-p", "--package", "--prefix", "-w", "--workspace"}),
    "bunx": frozenset({"-p", "--package"}),
    "pnpx": frozenset(),
    "uvx": UV,
    "ddtrace-run": frozenset(),
    "opentelemetry-instrument": frozenset(
        {
            "--traces_exporter",
            "--metrics_exporter",
            "--logs_exporter",
            "--service_name",
            "--exporter_otlp_endpoint",
        }
    ),
    "cross-env": frozenset(),
    "env": frozenset({"-u", "--unset", "-C", "--chdir", "-S"}),
    "then": frozenset(),
    "srun": frozenset({"-n", "-N", "-p", "-t", "-c", "-J", "-A"}),
}
# Two words that stand before a command.
PAIRS: dict[tuple[str, str], frozenset[str]] = {
    ("poetry", "run"): frozenset(),
    ("pipenv", "run"): frozenset(),
    ("pdm", "run"): frozenset({"-p", "--project", "--venv"}),
    ("rye", "run"): frozenset(),
    ("hatch", "run"): frozenset({"-e", "--env"}),
    ("pixi", "run"): frozenset({"-e", "--environment", "--manifest-path"}),
    ("conda", "run"): frozenset({"-n", "--name", "-p", "--prefix", "--cwd"}),
    ("mamba", "run"): frozenset({"-n", "--name", "-p", "--prefix", "--cwd"}),
    ("micromamba", "run"): frozenset({"-n", "--name", "-p", "--prefix", "--cwd"}),
    ("pnpm", "exec"): frozenset({"-C", "--dir", "--filter"}),
    ("pnpm", "dlx"): frozenset(),
    ("yarn", "exec"): frozenset(),
    ("yarn", "dlx"): frozenset({"-p"}),
    ("npm", "exec"): frozenset({"--package", "-p"}),
    ("bun", "x"): frozenset(),
    ("bundle", "exec"): frozenset(),
    ("asdf", "exec"): frozenset(),
    ("pipx", "run"): frozenset({"--spec", "--python"}),
    ("dotenv", "run"): frozenset({"-f", "-e"}),
    ("newrelic-admin", "run-program"): frozenset(),
    ("memray", "run"): frozenset({"-o"}),
    ("tool", "run"): UV,
}
# Programs whose command follows `--`.
DASHED = frozenset(
    {
        "mise", "infisical", "doppler", "op", "dotenv", "dotenvx", "aws-vault", "chamber", "direnv", "devbox",
        "flox", "kubectl",
        "ray", "teller", "summon", "wait-for-it.sh", "wait-for-it", "dockerize", "nix", "gh", "sops", "vault",
        "okteto", "dotenv-cli",
    }
)  # fmt: skip
# Programs that start a Python file: name -> options that take a value (others that begin with -- are taken to
# have one).
LAUNCHERS = frozenset(
    {
        "torchrun", "deepspeed", "spark-submit", "kernprof", "scalene", "pyinstrument", "viztracer", "py-spy",
        "horovodrun", "mpirun", "mpiexec",
    }
)  # fmt: skip
SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ash", "ksh", "fish"})
YARN = frozenset(
    {
        "add", "audit", "bin", "cache", "check", "config", "create", "dedupe", "dlx", "exec", "explain",
        "help",
        "import", "info", "init", "install", "link", "list", "login", "logout", "node", "npm", "outdated",
        "owner", "pack", "patch", "plugin", "policies", "publish", "rebuild", "remove", "run", "search",
        "set",
        "stage", "tag", "team", "unlink", "unplug", "up", "upgrade", "upgrade-interactive", "version",
        "versions", "why", "workspace", "workspaces", "store", "prune", "fetch", "ci", "i", "test", "start",
        "stop", "t", "update", "deploy", "licenses", "root", "env", "server", "setup", "approve-builds",
        "self-update", "doctor", "rb", "ln", "x", "pm",
    }
)  # fmt: skip
MODULES = frozenset(
    {
        "pytest", "coverage", "tox", "nox", "mypy", "ruff", "flake8", "pylint", "black", "isort", "pip",
        "build",
        "twine", "streamlit", "uvicorn", "gunicorn", "papermill", "jupyter", "dvc", "mlflow", "locust",
        "behave",
        "robot", "poetry", "pipx", "uv", "bandit", "flask", "celery", "pdm", "hatch", "invoke", "poethepoet",
        "alembic", "nbconvert", "zenml", "kedro", "ipython", "dbt", "playwright", "chainlit", "pyright",
        "virtualenv", "fastapi", "marimo", "promptfoo", "deepeval", "pre_commit", "nose2", "hypercorn",
        "deepspeed", "IPython", "accelerate", "scrapy",
    }
)  # fmt: skip
RENAMED = {
    "py.test": "pytest", "pre_commit": "pre-commit", "pip3": "pip", "poethepoet": "poe",
    "docker-compose": "docker compose",
    "podman-compose": "docker compose", "podman": "docker", "inv": "invoke", "nodejs": "node", "gmake": "make",
    "IPython": "ipython",
    "nbconvert": "jupyter nbconvert", "jupyter-nbconvert": "jupyter nbconvert", "pytest-3": "pytest", "go-task": "task",
}  # fmt: skip
