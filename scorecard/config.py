"""What a team says of its own repository: `mlops.toml`, or `[tool.mlops.audit]` in `pyproject.toml`.

    kind = "ml"                        # instead of what would be found out
    stage = "production"
    exclude = ["legacy/**"]            # files that are not looked at
    min-met = "60%"                    # thresholds, as on the command line
    min-level = { testing = 2 }

    [waivers]                          # [tool.mlops.audit.waivers]
    "testing.bias" = "no groups of people in the data"
    "monitoring.alerts" = { reason = "paged by the platform team", until = 2027-03-01 }

    checks = ["tools/acme"]            # folders of checks of the team's own (docs/custom-checks.md)
    count-checks = true                # they count in levels and come first among the gaps like the rubric's

Nothing here makes the audit run anything: where what is audited names checks, that is said, and no more (docs/adr/0009).
"""

import difflib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from msgspec import Struct, field

from scorecard.model import Kind, Stage
from scorecard.patterns import lazily
from scorecard.readers import toml

FILES = ("mlops.toml", "pyproject.toml")
_KEYS = ("kind", "stage", "exclude", "min-met", "min-level", "waivers", "checks", "count-checks")


# A criterion of a team's own: which there are is known only where its checks are loaded.
_OTHERS = lazily(r"[a-z][a-z0-9-]*/[a-z]+\.[a-z0-9-]+")


class BadConfig(Exception):
    """A mistake in it, with file, line and what is allowed."""

    def __init__(self, path: str, line: int, what: str, allowed: str) -> None:
        told = f"{path}:{line}: {' '.join(what.split())}"  # keys may hold line ends
        super().__init__(told)
        self.what, self.allowed = told, " ".join(allowed.split())


class Waiver(Struct, frozen=True):
    """A criterion that a team has decided not to meet, and why; ``until`` is the last day on which that holds."""

    reason: str
    until: date | None = None
    path: str = ""
    line: int = 1


class Config(Struct, frozen=True):
    """Everything that may be said; nothing is required."""

    kind: Kind | None = None
    stage: Stage | None = None
    exclude: tuple[str, ...] = ()
    min_met: str | None = None
    min_level: tuple[str, ...] = ()
    waivers: Mapping[str, Waiver] = field(default_factory=dict)
    checks: tuple[str, ...] = ()
    checks_at: str = ""  # file and line that name them
    count_checks: bool = False


def read(path: str, text: str, criteria: Iterable[str], asks: Iterable[str]) -> Config:
    """The configuration in the file called ``path``; an empty one where it says nothing of us. Raises BadConfig."""
    return _Reader(path, text, tuple(criteria), tuple(asks)).config()


class _Reader:
    def __init__(self, path: str, text: str, criteria: tuple[str, ...], asks: tuple[str, ...]) -> None:
        self.path, self.text, self.criteria, self.asks = path, text, criteria, asks
        self.inner = ("tool", "mlops", "audit") if path.rpartition("/")[2] == "pyproject.toml" else ()

    def config(self) -> Config:
        try:
            values: Any = toml.loads(self.text)
        except ValueError as error:  # of tomllib, which a warm audit does without
            if self.inner:  # whoever builds the project will say so; it may say nothing of us
                return Config()
            raise BadConfig(self.path, getattr(error, "lineno", 1), f"is no TOML: {error}", "https://toml.io") from None
        except RecursionError:
            raise BadConfig(
                self.path, 1, "is nested too deeply", "a list of strings is the deepest that is needed"
            ) from None
        for key in self.inner:
            values = values.get(key, {}) if isinstance(values, dict) else {}
        if not isinstance(values, dict):
            raise self._wrong((), "must be a table", "[tool.mlops.audit]")
        for key in values:
            if key not in _KEYS:
                raise self._wrong((key,), f"{key} is unknown", self._near(key, _KEYS))
        return Config(
            kind=Kind(self._one_of(values, "kind", [k.value for k in Kind])) if "kind" in values else None,
            stage=Stage(self._one_of(values, "stage", [s.value for s in Stage])) if "stage" in values else None,
            exclude=self._strings(values, "exclude", "patterns", '["legacy/**", "*.ipynb"]'),
            min_met=self._share(values),
            min_level=self._levels(values),
            waivers=self._waivers(values.get("waivers", {})),
            checks=self._strings(values, "checks", "folders", '["tools/acme"]'),
            checks_at=f"{self.path}:{self._line(('checks',))}" if "checks" in values else "",
            count_checks=self._flag(values, "count-checks"),
        )

    def _one_of(self, values: Mapping[str, Any], key: str, allowed: list[str]) -> str:
        value = values[key]
        if value not in allowed:
            raise self._wrong((key,), f"{key} cannot be {value!r}", f"one of {', '.join(allowed)}")
        return str(value)

    def _strings(self, values: Mapping[str, Any], key: str, what: str, example: str) -> tuple[str, ...]:
        strings = values.get(key, [])
        if not isinstance(strings, list) or not all(isinstance(s, str) and s for s in strings):
            raise self._wrong((key,), f"{key} must be a list of {what}", f"for example {example}")
        return tuple(strings)

    def _flag(self, values: Mapping[str, Any], key: str) -> bool:
        flag = values.get(key, False)
        if not isinstance(flag, bool):
            raise self._wrong((key,), f"{key} cannot be {flag!r}", "true or false")
        return flag

    def _share(self, values: Mapping[str, Any]) -> str | None:
        share = values.get("min-met")
        if share is None:
            return None
        number = str(share).removesuffix("%").strip()
        if isinstance(share, bool) or not number.replace(".", "", 1).isdigit() or float(number) > 100:
            raise self._wrong(("min-met",), f"min-met cannot be {share!r}", 'a percentage such as "60%"')
        return str(share)

    def _levels(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        levels = values.get("min-level", {})
        if not isinstance(levels, dict):
            raise self._wrong(("min-level",), "min-level must be a table", "{ testing = 2, data = 1 }")
        for ask, level in levels.items():
            if ask not in self.asks:
                raise self._wrong(("min-level", ask), f"there is no ask {ask}", self._near(ask, self.asks))
            if isinstance(level, bool) or level not in (0, 1, 2, 3):
                raise self._wrong(("min-level", ask), f"{ask} cannot be at level {level!r}", "0, 1, 2 or 3")
        return tuple(f"{ask}={level}" for ask, level in levels.items())

    def _waivers(self, waivers: Any) -> dict[str, Waiver]:
        if not isinstance(waivers, dict):
            raise self._wrong(("waivers",), "waivers must be a table", '"testing.bias" = "why not"')
        found = {}
        for name, said in waivers.items():
            if isinstance(said, dict) and name in self.asks:  # testing.bias without quotes is a table in a table
                raise self._wrong(
                    ("waivers", name), f"{name} is an ask, not a criterion", f'write "{name}.…" in quotes'
                )
            if name not in self.criteria and not _OTHERS.fullmatch(name):
                raise self._wrong(("waivers", name), f"there is no criterion {name}", self._near(name, self.criteria))
            found[name] = self._waiver(name, said)
        return found

    def _waiver(self, name: str, said: Any) -> Waiver:
        at = ("waivers", name)
        fields = {"reason": said} if isinstance(said, str) else said
        if not isinstance(fields, dict) or set(fields) - {"reason", "until"}:
            raise self._wrong(at, f"the waiver of {name} is not understood", '{ reason = "why", until = 2027-03-01 }')
        reason, until = fields.get("reason"), fields.get("until")
        if not isinstance(reason, str) or not reason.strip():
            raise self._wrong(
                at, f"the waiver of {name} gives no reason", "a sentence that your successor will understand"
            )
        if until is not None and (not isinstance(until, date) or isinstance(until, datetime)):
            raise self._wrong(at, f"the waiver of {name} has no date in until", "until = 2027-03-01, without quotes")
        return Waiver(reason.strip(), until, self.path, self._line(at))

    def _near(self, name: str, allowed: tuple[str, ...]) -> str:
        near = difflib.get_close_matches(name, allowed, 1)
        return f"did you mean {near[0]}?" if near else f"one of {', '.join(allowed)}"

    def _wrong(self, keys: tuple[str, ...], what: str, allowed: str) -> BadConfig:
        return BadConfig(self.path, self._line(keys), what, allowed)

    def _line(self, keys: tuple[str, ...]) -> int:
        node = toml.read(self.text)
        for key in (*self.inner, *keys):
            node = node[key]
        return node.line or 1
