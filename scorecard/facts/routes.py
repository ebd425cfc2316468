"""The HTTP routes that the application serves, whichever framework registers them."""

import re
from typing import Self

from msgspec import Struct

from scorecard.facts.code import Code, Hit
from scorecard.facts.configuration import is_operational
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Source

_DECORATES = frozenset({"get", "post", "put", "patch", "delete", "route", "api_route", "websocket", "resolver"})
_REGISTERS = frozenset({
    "add_api_route", "add_url_rule", "add_post", "add_get", "add_put", "add_route", "path", "re_path",
    "add_resource", "url", "MapPost", "MapGet", "MapPut",
    "MapPatch", "POST", "GET", "PUT", "PATCH", "HandleFunc", "Handle", "HandlerFunc", "Post", "Get", "Put",
    "register", "PostMapping", "GetMapping", "RequestMapping",
    "PutMapping", "HttpPost", "HttpGet", "HttpPut",
})  # fmt: skip
_ROUTERS = lazily(r"(?:^|_)(?:app|router|server|api|fastify|routes?|blueprint|bp)$|Router$", re.IGNORECASE)
_PATH = lazily(r"^\^?/?[\w<>{}:$*.\[\]()+?/-]{1,118}/?\$?$")


class Route(Struct, frozen=True):
    """A route's path as written, and the call that registers it; its scope is the handler where a decorator does."""

    path: str
    hit: Hit
    decorated: bool

    @property
    def inside(self) -> list[Call]:
        """What the handler calls; empty where the handler is not known."""
        hit = self.hit
        if not self.decorated:
            return []
        calls = hit.source.calls
        return [
            c for c in calls if c.line != hit.line and (c.scope == hit.scope or c.scope.startswith(hit.scope + "."))
        ]


class Routes(Struct, frozen=True):
    """``all`` in order of path of the file and line."""

    all: tuple[Route, ...]

    @classmethod
    def gather(cls, code: Code) -> Self:
        found = []
        for source in code.sources:
            if source.notebook or not is_operational(source.path):
                continue
            for call in source.calls:
                if call.last in _DECORATES or call.last in _REGISTERS:
                    route = _route(source, call)
                    if route:
                        found.append(route)
        return cls(tuple(found))


def is_router(name: str) -> bool:
    """Is a variable named as those are on which routes are registered?"""
    return bool(_ROUTERS.search(name))


def _route(source: Source, call: Call) -> Route | None:
    path = call.string() or next(
        (v[1:] for k, v in call.kwargs if k in ("path", "rule", "field_name") and v[:1] == "'"), ""
    )
    if not path or "://" in path or not _PATH.match(path):
        return None
    hit = Hit(source, call.line, call.scope, call.name, call)
    if call.last in _REGISTERS:
        return Route(path, hit, decorated=False)
    if source.language == "python":
        decorated = any(f.name == call.scope and call.name in f.decorators for f in source.functions)
        return Route(path, hit, decorated=True) if decorated else None
    serves = is_router(call.on) or (source.language == "ruby" and "routes" in source.path)
    return Route(path, hit, decorated=False) if serves else None
