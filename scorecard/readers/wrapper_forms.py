"""How each program that starts another writes the command that it starts."""

import re
from collections.abc import Callable

from scorecard.patterns import lazily
from scorecard.readers.command_line import Inner, Words, after_options, option
from scorecard.readers.wrapper_tables import COMPOSE, COVERAGE, DOCKER, UV

_ASSIGNMENT = lazily(r"([A-Za-z_]\w*)=(.*)\Z", re.DOTALL)
_DURATION = lazily(r"[\d.]+[smhd]?\Z")


def prefixed(words: Words, at: int, valued: frozenset[str]) -> Inner:
    folder = option(words[at:], "--cwd", "--chdir") if words[0] in ("conda", "env", "mamba") else ""
    at = after_options(words, at, valued)
    env: list[tuple[str, str]] = []
    while at < len(words) and (found := _ASSIGNMENT.match(words[at])):
        env.append((found[1], found[2]))
        at += 1
    rest = words[at:]
    if rest and words[0] in ("npx", "bunx", "uvx", "pnpx", "pipx", "tool"):
        rest = (re.sub(r"(?<=.)@[\w.^~-]+\Z", "", rest[0]), *rest[1:])
    return Inner(rest, folder=folder, env=tuple(env))


def _uv(words: Words) -> Inner | None:
    at = after_options(words, 1, UV)
    if words[at : at + 2] == ("tool", "run"):
        return prefixed(("uvx", *words[at + 2 :]), 1, UV)
    if words[at : at + 1] != ("run",):
        return None
    start = at + 1
    at = start
    while at < len(words) and words[at].startswith("-"):
        if words[at] in ("-m", "--module"):
            return Inner(("python", *("-m", *words[at + 1 :])), folder=option(words[:at], "--directory"))
        if words[at] in ("-s", "--script", "--gui-script"):
            return Inner(("python", *words[at + 1 :]), folder=option(words[:at], "--directory"))
        if words[at] == "--":
            at += 1
            break
        at += 2 if words[at] in UV else 1
    rest = words[at:]
    if rest and rest[0].endswith(".py"):
        rest = ("python", *rest)
    return Inner(rest, folder=option(words[:at], "--directory"))


def _timeout(words: Words) -> Inner:
    at = after_options(words, 1, frozenset({"-k", "-s", "--kill-after", "--signal"}))
    return Inner(words[at + 1 :] if at < len(words) and _DURATION.match(words[at]) else words[at:])


def _docker(words: Words) -> Inner | None:
    """`docker run IMAGE command`, `docker compose run SERVICE command`; None where no command is given."""
    if words[1:2] == ("container",):
        words = (words[0], *words[2:])
    if words[1:2] in (("run",), ("exec",)):
        at = after_options(words, 2, DOCKER)
        return _contained(words, 2, at, image=words[at] if at < len(words) else "")
    if words[1:2] != ("compose",):
        return None
    at = after_options(words, 2, COMPOSE)
    if words[at : at + 1] not in (("run",), ("exec",)):
        return None
    name = after_options(words, at + 1, DOCKER)
    return _contained(words, at + 1, name, service=words[name] if name < len(words) else "")


def _contained(words: Words, start: int, at: int, *, image: str = "", service: str = "") -> Inner | None:
    entry = option(words[start:at], "--entrypoint")
    command = (*entry.split(), *words[at + 1 :]) if entry else words[at + 1 :]
    return Inner(command, image=image, service=service) if command else None


def _coverage(words: Words) -> Inner | None:
    if words[1:2] != ("run",):
        return None
    at = 2
    while at < len(words) and words[at].startswith("-"):
        if words[at] in ("-m", "--module"):
            return Inner(("python", "-m", *words[at + 1 :]))
        at += 2 if words[at] in COVERAGE else 1
    return Inner(("python", *words[at:]))


def launched(words: Words, at: int) -> Inner | None:
    """The Python file or module that a launcher starts, which stands after options of unknown number."""
    for i in range(at, len(words)):
        if words[i] in ("-m", "--module"):
            return Inner(("python", "-m", *words[i + 1 :]))
        if words[i].endswith(".py"):
            return Inner(("python", *words[i:]))
        if words[i] in ("python", "python3"):
            return Inner(words[i:])
    return None


def _accelerate(words: Words) -> Inner | None:
    return launched(words, 2) if words[1:2] == ("launch",) else None


def _script_of(*flags: str) -> Callable[[Words], Inner | None]:
    def unwrapped(words: Words) -> Inner | None:
        found = next((at for at, word in enumerate(words) if word.lower() in flags), 0)
        return Inner(script=" ".join(words[found + 1 :])) if found and found + 1 < len(words) else None

    return unwrapped


def _eval(words: Words) -> Inner:
    return Inner(script=" ".join(words[1:]))


def _nix(words: Words) -> Inner | None:
    found = next((at for at, word in enumerate(words) if word in ("-c", "--command")), 0)
    return Inner(words[found + 1 :]) if found else None


def _sbatch(words: Words) -> Inner | None:
    scripts = [at for at, word in enumerate(words) if word.endswith((".sh", ".sbatch", ".slurm"))]
    return Inner(("bash", *words[scripts[0] :])) if scripts else None


def _dotenv(words: Words) -> Inner | None:
    """`dotenv -f .env run cmd`, `dotenv -e .env cmd`."""
    if "--" in words:
        return Inner(words[words.index("--") + 1 :])
    at = after_options(words, 1, frozenset({"-f", "-e", "--file"}))
    at += words[at : at + 1] == ("run",)
    return Inner(words[at:])


def _environment(words: Words) -> Inner | None:
    if words[1:2] == ("-S",):
        return Inner(script=" ".join(words[2:]))
    return None


def _concurrently(words: Words) -> Inner:
    return Inner(script="\n".join(word for word in words[1:] if " " in word))


SPECIAL: dict[str, Callable[[Words], Inner | None]] = {
    "uv": _uv,
    "timeout": _timeout,
    "gtimeout": _timeout,
    "docker": _docker,
    "nerdctl": _docker,
    "coverage": _coverage,
    "accelerate": _accelerate,
    "eval": _eval,
    "pwsh": _script_of("-c", "-command"),
    "powershell": _script_of("-c", "-command"),
    "cmd": _script_of("/c"),
    "nix-shell": _script_of("--run", "--command"),
    "su": _script_of("-c", "--command"),
    "nix": _nix,
    "sbatch": _sbatch,
    "dotenv": _dotenv,
    "env": _environment,
    "concurrently": _concurrently,
}
