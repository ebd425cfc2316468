"""Scripts of package.json, as npm, yarn, pnpm, bun and the runners of monorepos start them."""

import json
import re
from collections.abc import Iterable, Iterator

from scorecard.readers.wrappers import Words, after_options, option
from scorecard.repository import Repository
from scorecard.runners.model import Call, Task
from scorecard.runners.shapes import folder_of, source_line

NAME = "npm"
FILES = ("package.json",)
_BUN_RUNS = (".ts", ".tsx", ".js", ".mjs", ".cjs", ".jsx")
_MANAGERS = frozenset({"npm", "yarn", "pnpm", "bun"})
_SHORT = {"t": "test", "tst": "test", "test": "test", "start": "start", "stop": "stop", "restart": "restart"}
_VALUED = frozenset(
    {
        "-w",
        "--workspace",
        "--prefix",
        "-C",
        "--dir",
        "--cwd",
        "--filter",
        "-F",
        "--loglevel",
        "--if-present-only",
        "--concurrency",
    }
)
_RUN = frozenset({"run", "run-script", "rum"})
_NOT_SCRIPTS = frozenset(
    {
        "add", "audit", "cache", "ci", "config", "create", "dedupe", "dlx", "exec", "help", "import", "info",
        "init", "install", "i", "link", "list", "login", "logout", "outdated", "pack", "publish", "remove",
        "set", "store", "unlink", "up", "update", "upgrade", "version", "view", "why", "x", "pm", "node",
        "plugin", "constraints", "workspaces", "deploy", "fetch", "rebuild", "prune",
    }
)  # fmt: skip


def tasks(repository: Repository, path: str) -> Iterable[Task]:
    try:
        root = json.loads(repository.text(path))
    except (ValueError, RecursionError):
        return
    scripts = root.get("scripts") if isinstance(root, dict) else None
    if not isinstance(scripts, dict):
        return
    rows = repository.lines(path)
    start = next((i for i, row in enumerate(rows) if re.match(r'\s*"scripts"\s*:', row)), 0)
    lines: dict[str, int] = {}
    for number, row in enumerate(rows[start:], start + 1):
        for name in re.findall(r'"((?:[^"\\]|\\.){1,200})"\s*:', row):
            lines.setdefault(name, number)
    texts = {str(name): text for name, text in scripts.items() if isinstance(text, str)}
    for name in texts:
        commands = tuple(
            (lines.get(part, 1), texts[part]) for part in (f"pre{name}", name, f"post{name}") if part in texts
        )
        line = lines.get(name, 1)
        yield Task(NAME, name, path, line, commands, folder=folder_of(path), text=source_line(repository, path, line))


def invoked(words: Words) -> Call | None:
    if not words:
        return None
    if words[0] in _MANAGERS:
        return _managed(words)
    if words[0] in ("run-s", "run-p", "npm-run-all", "npm-run-all2"):
        return Call(tuple(word for word in words[1:] if not word.startswith("-")))
    if words[0] == "turbo":
        names = [word for word in words[1:] if not word.startswith("-") and word != "run"]
        return Call(tuple(names[:1]), package="*") if names else None
    if words[0] == "lerna" and words[1:2] == ("run",):
        return Call(words[2:3], package="*")
    if words[:2] == ("nx", "run-many") or words[:2] == ("nx", "affected"):
        return Call(tuple(option(words, "-t", "--target", "--targets").split(",")), package="*")
    return None


def _managed(words: Words) -> Call | None:
    folder = option(words, "--prefix", "-C", "--dir", "--cwd")
    package = option(words, "-w", "--workspace", "--filter", "-F")
    if any(word in ("-r", "--recursive", "--workspaces", "-ws") for word in words[1:4]):
        package = "*"
    at = after_options(words, 1, _VALUED)
    if words[at : at + 1] == ("workspace",) and words[0] == "yarn":
        package, at = (words[at + 1 : at + 2] or ("",))[0], at + 2
    if words[at : at + 2] == ("workspaces", "foreach"):
        package, at = "*", after_options(words, at + 2, _VALUED)
    verb = words[at] if at < len(words) else ""
    if words[0] == "bun" and any(word.endswith(_BUN_RUNS) for word in words[at : at + 2]):
        return None  # bun runs files, too
    if verb in _RUN:
        at = after_options(words, at + 1, _VALUED)
        return Call(words[at : at + 1], folder, package=package, rest=_rest(words, at)) if at < len(words) else None
    if verb in _SHORT and words[0] != "bun":  # `bun test` is bun's own
        return Call((_SHORT[verb],), folder, package=package, rest=_rest(words, at))
    if words[0] != "npm" and verb and verb not in _NOT_SCRIPTS and (words[0], verb) != ("bun", "test"):
        return Call((verb,), folder, package=package, rest=_rest(words, at))
    return None


def _rest(words: Words, at: int) -> Words:
    """What the script is given; npm keeps options for itself that stand before `--`."""
    given = words[at + 1 :]
    cut = given.index("--") if "--" in given else len(given)
    before = given[:cut]
    if words[0] == "npm":
        before = tuple(
            w for w, left in zip(before, ("", *before), strict=False) if not w.startswith("-") and left not in _VALUED
        )
    return (*before, *given[cut + 1 :])


def package_name(repository: Repository, path: str) -> str:
    """The name by which a workspace is called."""
    found = re.search(r'"name"\s*:\s*"([^"]{1,200})"', repository.text(path)[:5_000])
    return found[1] if found else ""


def workspaces(repository: Repository, wanted: str) -> Iterator[str]:
    """The package.json files that ``wanted`` names: by package name, by folder, `*` for all."""
    wanted = re.sub(r"\A\.\.\.|\.\.\.\Z|\A\./|[\^{}]", "", wanted)
    for path in repository.glob(*FILES):
        folder = folder_of(path)
        if wanted == "*" or (
            wanted and (package_name(repository, path) == wanted or folder == wanted or folder.endswith("/" + wanted))
        ):
            yield path
