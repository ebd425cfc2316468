"""The names under which the field runs one system several times: dev, test, staging, production."""

import re
from enum import IntEnum
from functools import cache

from scorecard.patterns import lazily


class Rank(IntEnum):
    """How near to the users an environment is."""

    DEVELOPMENT = 0
    TEST = 1
    STAGING = 2
    PRODUCTION = 3

    @property
    def word(self) -> str:
        return self.name.lower()


# Names that mean an environment wherever they stand between other words.
_STRONG = {
    "dev": Rank.DEVELOPMENT, "devel": Rank.DEVELOPMENT, "develop": Rank.DEVELOPMENT, "development": Rank.DEVELOPMENT,
    "nonprod": Rank.DEVELOPMENT, "sandbox": Rank.DEVELOPMENT, "sbx": Rank.DEVELOPMENT,
    "qa": Rank.STAGING, "uat": Rank.STAGING, "staging": Rank.STAGING, "stg": Rank.STAGING, "preprod": Rank.STAGING,
    "preproduction": Rank.STAGING, "ppe": Rank.STAGING, "canary": Rank.STAGING,
    "prod": Rank.PRODUCTION, "prd": Rank.PRODUCTION, "production": Rank.PRODUCTION,
}  # fmt: skip
# Names that mean one only where an environment is asked for (`--stage`, `environment:`, a file beside `prod.yaml`).
_WEAK = {
    "local": Rank.DEVELOPMENT, "default": Rank.DEVELOPMENT, "debug": Rank.DEVELOPMENT, "tst": Rank.TEST,
    "test": Rank.TEST, "testing": Rank.TEST, "int": Rank.TEST, "integration": Rank.TEST, "ci": Rank.TEST,
    "stage": Rank.STAGING, "acc": Rank.STAGING, "acceptance": Rank.STAGING, "preview": Rank.STAGING, "beta": Rank.STAGING,
    "live": Rank.PRODUCTION, "release": Rank.PRODUCTION, "prodution": Rank.PRODUCTION,
}  # fmt: skip
_PRE = lazily(r"pre[-_. ]?prod(?:uction)?(?![a-z])|non[-_. ]?prod(?:uction)?(?![a-z])", re.IGNORECASE)
_NO_ENVIRONMENT = lazily(
    r"pkg\.dev|/dev/(?:null|stdin|stdout|stderr|shm|tty)|dev[-_]?container|dev[-_]?ops|azure[-_]dev(?![a-z])|web[-_]?dev|dev[-_]?dependenc|dev[-_]?kit",
    re.IGNORECASE,
)
_CAMEL = lazily(r"(?<=[a-z0-9])(?=[A-Z])")
_SPLIT = lazily(r"[^A-Za-z0-9]+")


@cache
def tokens(text: str) -> tuple[str, ...]:
    """The words of a name, in lower case: `config.PRD-webservice` and `ProductionConfig` alike."""
    joined = _PRE.sub(lambda found: re.sub(r"[^a-z]", "", found[0].lower()), _NO_ENVIRONMENT.sub("", text))
    return tuple(word.lower() for word in _SPLIT.split(_CAMEL.sub(" ", joined)) if word)


@cache
def exact(word: str) -> Rank | None:
    """The environment that the whole word names, weak names included."""
    found = tokens(word.strip())
    return (_STRONG.get(found[0]) if found[0] in _STRONG else _WEAK.get(found[0])) if len(found) == 1 else None


def strong(word: str) -> Rank | None:
    """The environment that the whole word names beyond doubt."""
    found = tokens(word.strip())
    return _STRONG.get(found[0]) if len(found) == 1 else None


def within(text: str) -> Rank | None:
    """The one environment that is named between other words, None if there is none or more than one."""
    found = {_STRONG[word] for word in tokens(text) if word in _STRONG}
    return found.pop() if len(found) == 1 else None


def all_within(text: str) -> frozenset[Rank]:
    """Every environment that is named between other words."""
    return frozenset(_STRONG[word] for word in tokens(text) if word in _STRONG)


def several(ranks: frozenset[Rank] | set[Rank]) -> bool:
    """Are these two environments of which one is near the users? Development and test alone are one person's laptop."""
    return len(ranks) >= 2 and max(ranks) >= Rank.STAGING


def listed(ranks: frozenset[Rank] | set[Rank]) -> str:
    """For a sentence: `development, staging and production`."""
    words = [rank.word for rank in sorted(ranks)]
    return " and ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} and {words[-1]}"
