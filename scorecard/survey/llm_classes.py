"""Which class a file means by a name, and what it is made of."""

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from scorecard.facts.code import Code
from scorecard.survey.llm_syntax import Module


class Classes:
    """``module`` gives the syntax tree of a path."""

    def __init__(self, code: Code, module: Callable[[str], Module | None]) -> None:
        self.code, self.module = code, module

    def fields(self, path: str, name: str) -> dict[str, Any] | None:
        """``path``, where the class is defined that a file names, and its annotated ``fields``, with those of its bases of ours."""
        last = name.rpartition(".")[2]
        home = self._home(path, last)
        module = self.module(home) if home else None
        if module is None:
            return None
        above = (self.fields(home, base) for base in module.bases(last) if base != last)
        known = {field["name"]: field for base in above if base for field in base["fields"]}
        known |= {field["name"]: field for field in module.fields(last)}
        return {"path": home, "fields": list(known.values())}

    def alias(self, path: str, name: str) -> str:
        """What the name of a type stands for in a file, as it is written where the name is made; "" where it is no such name."""
        for module in filter(None, map(self.module, filter(None, (path, *self._named(path, name))))):
            for node in module.body:
                if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets):
                    return ast.unparse(node.value)
        return ""

    def _home(self, path: str, last: str) -> str:
        """The file of the class, "" where several could be meant."""
        homes = self._homes.get(last, [])
        if path in homes:
            return path
        named = list(self._named(path, last))
        reach = {*named, *(t for one in named for t in self.code.imports_of.get(one, ()))}
        near = [home for home in homes if home in reach] or homes
        return near[0] if len(near) == 1 else ""

    def _named(self, path: str, name: str) -> Iterator[str]:
        """The files of ours from which a file imports a name."""
        source = self.code.source(path)
        for item in source.imports if source else ():
            if name in (item.alias, item.name):
                yield self.code.module(item.module, path)

    @cached_property
    def _homes(self) -> dict[str, list[str]]:
        """The files in which a class of a name is defined."""
        known: dict[str, list[str]] = defaultdict(list)
        for source in self.code.sources:
            for name in dict.fromkeys(k.name for k in source.classes):
                known[name].append(source.path)
        return known
