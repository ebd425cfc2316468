"""Files that exist once for each environment, and files with a section for each."""

import re
from collections import defaultdict
from collections.abc import Iterator

from scorecard.facts.environment_names import Rank, exact, strong, tokens
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_foreign, plain_name
from scorecard.patterns import lazily
from scorecard.repository import Repository

ByRank = dict[Rank, Evidence]

# Kinds of files that hold settings.
_SETTINGS = (
    ".yml", ".yaml", ".json", ".toml", ".ini", ".cfg", ".conf", ".properties", ".env", ".tfvars", ".hcl", ".tf", ".bicepparam", ".bicep", ".hocon",
    ".xml", ".libsonnet", ".jsonnet", ".cue", ".gin", ".service", ".pkl",
)  # fmt: skip
_MODULES = (".py", ".ts", ".js", ".rb", ".go")  # settings written as code: settings/prod.py, environment.prod.ts
NO_SETTINGS = lazily(
    r"(?:^|/)(?:data|datasets?|corpus|notebooks?|results?|outputs?|fixtures|locales?|i18n|examples?|samples?|cassettes|benchmarks?|experiments?|evals?"
    r"|webpack|rollup|babel|esbuild|\.storybook|node_modules|templates/email|docs?|\.github/workflows|\.github/actions|migrations|static|public|prompts?)/|(?:^|/)\.git(?:hub|lab)/"
    r"|(?:^|/)(?:requirements|constraints|environment|conda|package|pyproject|tsconfig|webpack|rollup|vite|babel|jest|poetry|pipfile|eslint|karma|mkdocs"
    r"|dockerfile|codecov|renovate|dependabot)[\w.-]*$",
    re.IGNORECASE,
)
_ANGULAR = lazily(r"(?:^|/)environments/environment(?:\.[\w-]+)?\.ts$")
_HOME = lazily(
    r"(?:^|/)(?:settings?|config(?:s|uration|urations)?|conf|environments?|envs?|deploy)/[^/]+$|(?:^|/)(?:settings|config)[._-][\w.-]+$",
    re.IGNORECASE,
)
_FOLDERS = lazily(
    r"(?:^|/)(?:env(?:ironment)?s?|overlays|stages?|deploy(?:ments?)?|config(?:s|uration)?|conf|k8s|kubernetes|kustomize|terraform|infra(?:structure)?|live"
    r"|values|helm|charts?|clusters|manifests|vars|inventor(?:y|ies)|group_vars|terragrunt|argocd|apps|iac|tf|copilot/environments)(?:/|$)",
    re.IGNORECASE,
)
_BASES = (
    "compose",
    "values",
    "appsettings",
    "application",
    "settings",
    "config",
    "configuration",
    ".env",
    "environment",
    "serverless",
)


def named_files(repository: Repository, ci: frozenset[str]) -> Iterator[ByRank]:
    """Groups of files that differ by the environment's name, in the file's or a folder's name."""
    groups: dict[str, ByRank] = defaultdict(dict)
    for path in repository.own:
        name = plain_name(path)
        if path in ci or is_foreign(path) or is_demo(path) or not _holds_settings(name):
            continue
        for key, rank in _placed(name):
            groups[key].setdefault(rank, Evidence(path, 1, _first(repository, path)))
    paths = {plain_name(path) for path in repository.own}
    for key, by_rank in groups.items():
        base = re.sub(r"[._-]\{\}|(?:^|(?<=/))\{\}[._-]", "", key.removeprefix("file:"))
        stem = base.rpartition("/")[2].lower()
        if len(by_rank) == 1 and Rank.PRODUCTION in by_rank and base in paths and any(name in stem for name in _BASES):
            by_rank[Rank.DEVELOPMENT] = Evidence(base, 1, _first(repository, base))
        if len(by_rank) == 1 and Rank.DEVELOPMENT in by_rank and base in paths and _is_variant(by_rank, base):
            by_rank[Rank.PRODUCTION] = Evidence(base, 1, _first(repository, base))
        yield by_rank


def _is_variant(by_rank: ByRank, base: str) -> bool:
    """Is the development file a variant of a configuration (`dev_train_config.yaml`), not of how to work on it?"""
    file = by_rank[Rank.DEVELOPMENT].path.rpartition("/")[2]
    words = set(tokens(base.rpartition("/")[2]))
    return any(strong(word) is Rank.DEVELOPMENT for word in tokens(file)) and bool(
        words & {"config", "conf", "settings", "params", "values", "cfg", "configuration"}
    )


def _holds_settings(name: str) -> bool:
    if NO_SETTINGS.search(name) and not _ANGULAR.search(name):
        return False
    file = name.rpartition("/")[2].lower()
    if file.endswith(_SETTINGS) or ".env." in file or file.startswith((".env", "env.")):
        return True
    return file.endswith(_MODULES) and bool(_HOME.search(name) or _ANGULAR.search(name))


def _placed(path: str) -> Iterator[tuple[str, Rank]]:
    """(what the files of the group have in common, environment) by the file's name, else by a folder's."""
    folder, _, file = path.rpartition("/")
    parts = re.split(r"([._-])", file)
    for at, part in enumerate(parts):
        if len(parts) == 1 or (at == len(parts) - 1 and part.lower() in ("py", "ts", "js")):
            continue
        rank = exact(part) if _is_word(part) else None
        if rank is not None and not (at == 0 and strong(part) is None and not _FOLDERS.search(folder + "/")):
            rest = [*parts[:at], "{}", *parts[at + 1 :]]
            yield f"file:{folder}/{''.join(rest)}".replace("file:/", "file:"), rank
    folders = folder.split("/") if folder else []
    for at, part in enumerate(folders):
        rank = _folder(part)
        parent = "/".join(folders[:at])
        if rank is not None and (strong(part) is not None or _FOLDERS.search(parent + "/")):
            yield f"folder:{parent}", rank


def _folder(name: str) -> Rank | None:
    """`prod`, `env-prod`, `prod_cluster`: a folder of one environment."""
    words = [
        word
        for word in tokens(name)
        if word not in ("env", "environment", "cluster", "account", "overlay", "eks", "aks", "gke", "config")
    ]
    return exact(words[0]) if len(words) == 1 else None


def _is_word(part: str) -> bool:
    """Words that mean an environment in a command, and other things in a file's name."""
    return part.lower() not in (
        "default",
        "debug",
        "release",
        "int",
        "ci",
        "acc",
        "beta",
        "canary",
        "integration",
        "preview",
    )


def _first(repository: Repository, path: str) -> str:
    """The first telling line of a file."""
    rows = repository.text(path)[:4_000].split("\n")
    return next(
        (row for row in rows if row.strip() and not row.lstrip().startswith(("#", "//", "/*", "---", "{"))), path
    )
