"""Where code chooses its settings by the environment that it runs in."""

import re
from collections import defaultdict
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.environment_names import Rank, exact, strong, tokens
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_test
from scorecard.patterns import lazily
from scorecard.readers.code import Source

ByRank = dict[Rank, Evidence]

_SELECTOR = lazily(
    r"\b(\w*(?:env|environment|stage|instance|deployment|tier|run_?mode|app_?mode|profile|target)\w*)\b", re.IGNORECASE
)
_COMPARES = lazily(r"===?|!==?|\bcase\b|\bwhen\b|\bin\b|\.equals\(|\bis\b|=>|->")
_NO_SELECTOR = lazily(
    r"instance_?type|isinstance|target_?(?:col|var|y|size|name)|stage_?\d|env_?name_?id|python_?env|conda|venv|virtualenv|gym|np_?env|render_?mode"
    r"|profiler|deployment_?name|(?:current|model|target|to|from|new|registry|mlflow|version)_?stage|stage_?name",
    re.IGNORECASE,
)
_TRIFLE = lazily(
    r"reload|debug|docs_?url|redoc|openapi_?url|echo|log_?level|workers|verbose|swagger|devtools|globalFor|sourcemap|analytics",
    re.IGNORECASE,
)
_CLASS = lazily(
    r"(Dev|Development|Develop|Local|Staging|Stage|Prod|Production|Test|Testing|Uat|QA)(?:App|Flask|Base|Environment|Env)?(?:Config|Configuration|Settings)$"
    r"|(?:Config|Settings)(Dev|Development|Staging|Prod|Production|Test|Testing|Local)$"
)
_OPERAND = lazily(
    r"\b(\w++)(?:\.(?:lower|value|strip|name|toLowerCase)(?:\(\))?){0,9}[\"'\])]*+\s*+(?:===?|!==?|\.equals\()\s*+['\"]"
)
_ENDINGS = ("dev", "development", "test", "testing", "staging", "stg", "qa", "uat", "sandbox")
_SUFFIX = lazily(rf"(?<=[\w}}/])[-_/.]({'|'.join(_ENDINGS)})$")
_CHOOSES = lazily(r"\bif\b.*\belse\b|\?.*:")
_FUNCTIONS = frozenset(
    {"getenv", "environ", "env_var", "env_file", "stages", "targets", "instances", "env_values", "load_env"}
)
_STAGE_NAMES = frozenset(
    {
        "stage",
        "app",
        "deploy",
        "deployment",
        "env",
        "environment",
        "aws",
        "runtime",
        "server",
        "is",
        "get",
        "name",
        "sst",
    }
)
_EVERYWHERE = frozenset({"node_env", "flask_env"})  # every front end has such a line
_OF_MODELS = lazily(r"Model|Version|Alias|Registry")
_ASKS_DOTNET = frozenset({"IsDevelopment", "IsProduction"})
# What each new project of .NET does differently while it is developed.
_TEMPLATE = frozenset({
    "UseSwagger", "UseSwaggerUI", "UseDeveloperExceptionPage", "UseExceptionHandler", "UseHsts", "AddDebug",
    "UseHttpsRedirection", "UseWebAssemblyDebugging", "UseMigrationsEndPoint", "AddUserSecrets", "AddConsole",
})  # fmt: skip
_ENUM = ("*Enum", "*StrEnum")


def switches(code: Code) -> Iterator[ByRank]:
    """One group for each thing by which the code tells environments apart."""
    yield from _classes(code)
    yield from _enums(code)
    yield from _comparisons(code)
    yield from _suffixed(code)
    yield from _rails(code)
    yield from _dotnet(code)


def _systemic(source: Source) -> bool:
    return not (source.notebook or is_test(source.path) or is_demo(source.path))


def _classes(code: Code) -> Iterator[ByRank]:
    """`DevelopmentConfig`, `ProductionSettings`: one class of settings for each environment, with something in it."""
    for source in code.sources:
        found: ByRank = {}
        for klass in source.classes if _systemic(source) else ():
            match = _CLASS.search(klass.name.rpartition(".")[2])
            rank = exact(match[1] or match[2]) if match else None
            if rank is not None:
                found.setdefault(rank, code.evidence(source, klass.line))
        if found:
            yield found


def _enums(code: Code) -> Iterator[ByRank]:
    """An enumeration of environments whose members other lines use to choose."""
    for source, klass in code.classes(*_ENUM):
        if not _systemic(source):
            continue
        name = klass.name.rpartition(".")[2]
        members = {a.target: a for a in source.assigns if a.scope == klass.name}
        if _OF_MODELS.search(name) or any(target.lower().endswith(("archived", "none")) for target in members):
            continue  # the stages of a model registry
        found: ByRank = {}
        for target, assign in members.items():
            rank = exact(target.rpartition(".")[2]) or (
                exact(assign.value[1:]) if assign.value.startswith("'") else None
            )
            if rank is None and target.rpartition(".")[2].lower() in ("dev", "development", "local"):
                rank = Rank.DEVELOPMENT
            if rank is not None:
                found.setdefault(rank, code.evidence(source, assign.line))
        if len(found) > 1 and _is_used(code, name, source):
            yield found


def _is_used(code: Code, name: str, source: Source) -> bool:
    """Does some line take a member of the enumeration?"""
    member = re.compile(rf"\b{re.escape(name)}\.\w+\b(?!\s*\()")
    for other in code.sources:
        if (other is source or name in other.names) and _systemic(other):
            for number, row in enumerate(code.repository.lines(other.path), 1):
                if name in row and member.search(row) and not row.lstrip().startswith("#"):
                    return number > 0
    return False


def _comparisons(code: Code) -> Iterator[ByRank]:
    """Lines that compare one name with environments, and defaults that the same name is given anywhere."""
    compared: dict[tuple[str, str], ByRank] = defaultdict(dict)
    given: dict[str, ByRank] = defaultdict(dict)
    for source in code.sources:
        keyed: ByRank = {}
        registry = any(item.module.partition(".")[0] in ("mlflow", "zenml", "wandb") for item in source.imports)
        for text in source.texts if _systemic(source) else ():
            rank = exact(text.value) if len(text.value) < 20 else None
            if rank is None:
                continue
            row = code.line(source.path, text.line)
            selector, where = _selector(row), code.evidence(source, text.line)
            if text.value in ("Staging", "Production") and "env" not in selector:
                continue  # so a model registry writes its stages
            if row.startswith(("#", "//", "*")) or (registry and "stage" in (selector or row.lower())):
                continue
            may_be_key = ":" in row and text.value in row
            if may_be_key and re.search(rf"(?:^|[{{,]\s*)['\"]{re.escape(text.value)}['\"]\s*:\s*[\[{{(A-Z]", row):
                if strong(text.value) is not None:
                    keyed.setdefault(rank, where)
            elif selector and _COMPARES.search(row) and not row.startswith(("import", "from")):
                if not _TRIFLE.search(row):
                    compared[source.path, selector].setdefault(rank, where)
            elif re.match(r"(?:case|when)\b", row) and _has_selector_above(code, source.path, text.line):
                compared[source.path, "case"].setdefault(rank, where)
            elif selector and re.search(r"[=:(]", row):
                given[selector].setdefault(rank, where)
        if len(keyed) > 1:
            yield keyed
    yield from _front_ends(compared)
    for (_, name), by_rank in compared.items():
        real = {r: e for r, e in by_rank.items() if r is not Rank.TEST}
        if name in _EVERYWHERE:
            continue
        if len(real) > 1:
            yield by_rank
            continue
        others = {r: e for key, ranks in given.items() if _alike(key, name) for r, e in ranks.items()}
        yield {**others, **by_rank}


def _front_ends(compared: dict[tuple[str, str], ByRank]) -> Iterator[ByRank]:
    """`NODE_ENV`, which every front end looks at somewhere: a switch where several lines tell both environments apart."""
    found: ByRank = {}
    lines: set[tuple[str, int]] = set()
    for (_, name), by_rank in compared.items():
        if name in _EVERYWHERE:
            for rank, where in by_rank.items():
                if rank is not Rank.TEST:
                    found.setdefault(rank, where)
                    lines.add((where.path, where.line))
    if len(lines) >= 3:
        yield found


def _selector(row: str) -> str:
    """The name on the line that may hold the environment, in lower case: what is compared before anything else."""
    compared = _OPERAND.findall(row)
    for name in (*compared, *_SELECTOR.findall(row)):
        words = set(tokens(name))
        if "stage" in words and words - _STAGE_NAMES:
            continue  # a stage of a model, of training, of a filter
        if _SELECTOR.fullmatch(name) and not _NO_SELECTOR.search(name) and name.lower() not in _FUNCTIONS:
            return str(name).lower()
    return ""


def _alike(left: str, right: str) -> bool:
    """`env`, `environment`, `app_env`, `APP_ENV` are one name."""
    shared = set(tokens(left)) & set(tokens(right))
    plain = {"env", "environment"}
    return bool(shared - {"app", "get", "is"}) or bool(set(tokens(left)) & plain and set(tokens(right)) & plain)


def _has_selector_above(code: Code, path: str, line: int) -> bool:
    return any(_selector(code.line(path, number)) for number in range(max(1, line - 8), line))


def _suffixed(code: Code) -> Iterator[ByRank]:
    """`"data_test" if testing else "data"`: one place with an environment behind its name, and the same without."""
    for source in code.sources:
        for text in source.texts if _systemic(source) else ():
            ending = _SUFFIX.search(text.value) if text.value.removesuffix("\n").endswith(_ENDINGS) else None
            rank = exact(ending[1]) if ending else None
            if ending is None or rank is None or rank is Rank.PRODUCTION:
                continue
            row = code.line(source.path, text.line)
            other = re.escape(text.value.removesuffix(ending[0]))
            asks = _SELECTOR.search(row.replace(text.value, ""))
            chosen = asks and not _NO_SELECTOR.search(asks[1]) and _CHOOSES.search(row)
            if chosen and re.search(rf"['\"]{other}['\"]", row):
                where = code.evidence(source, text.line)
                yield {rank: where, Rank.PRODUCTION: where}


def _rails(code: Code) -> Iterator[ByRank]:
    """`Rails.env.production?`, `env.IsProduction()`."""
    found: ByRank = {}
    for hit in code.calls("Rails.env.*", "Rails.env().*", "*.IsProduction", "*.IsStaging", "*.IsDevelopment"):
        name = hit.name.rpartition(".")[2].rstrip("?").removeprefix("Is")
        rank = exact(name)
        if rank is not None and rank is not Rank.TEST and not is_test(hit.path):
            found.setdefault(rank, code.evidence(hit))
    if len(found) > 1:
        yield found


def _dotnet(code: Code) -> Iterator[ByRank]:
    """`if (env.IsDevelopment()) … else …` of .NET where both ways set something up that is more than the template's."""
    for source in code.sources:
        if source.language != "csharp" or not _systemic(source):
            continue
        for guard in source.guards:
            if guard.kind != "if" or not guard.names & _ASKS_DOTNET:
                continue
            other = next(
                (
                    g
                    for g in source.guards
                    if g.kind == "else" and g.names == guard.names and 0 <= g.line - guard.end <= 4
                ),
                None,
            )
            ways = [g for g in (guard, other) if g and _sets_up(source, g.line, g.end)]
            if len(ways) == 2:
                low, high = (code.evidence(source, g.line) for g in ways)
                asked = Rank.PRODUCTION if "IsProduction" in guard.names else Rank.DEVELOPMENT
                yield {asked: low, Rank.DEVELOPMENT if asked is Rank.PRODUCTION else Rank.PRODUCTION: high}


def _sets_up(source: Source, first: int, last: int) -> bool:
    return any(
        c.last.startswith(("Add", "Configure", "Use")) and c.last not in _TEMPLATE for c in source.calls_in(first, last)
    )
