"""The variables of Travis CI's jobs, by which one list of commands does several things.

https://docs.travis-ci.com/user/environment-variables; what is encrypted is left out.
"""

import shlex
from collections.abc import Iterable, Mapping

from scorecard.patterns import lazily
from scorecard.readers.node import Node

_VARIABLE = lazily(r"\$\{?([A-Za-z_]\w{0,80})\}?")
_MOST = 12  # lines of a matrix


def given(node: Node) -> dict[str, str]:
    """`A=1 B="two words"`, as a text, a list of such, or a map. What no shell could read gives nothing."""
    if node.is_map:
        return {name: value.text for name, value in node.items() if value.is_scalar and name != "secure"}
    found: dict[str, str] = {}
    for line in node.as_list():
        if line.is_map:
            found |= {name: value.text for name, value in line.items() if value.is_scalar and name != "secure"}
            continue
        try:
            words = shlex.split(line.text)
        except ValueError:
            continue
        found |= {name: value for name, equals, value in (word.partition("=") for word in words) if equals}
    return found


def of_all(root: Node) -> dict[str, str]:
    """The variables of every job."""
    return given(root["env"]["global"]) if root["env"].is_map else {}


def matrix(root: Node, phases: Iterable[str]) -> list[dict[str, str]]:
    """The variables of each job that the top describes: one for each line of `env`, where commands tell them apart."""
    env = root["env"]
    lines = env.get("jobs", "matrix").as_list() if env.is_map else env.as_list()
    every = [{**of_all(root), **given(line)} for line in lines[:_MOST]] or [of_all(root)]
    used = {name for phase in phases for one in root[phase].as_list() for name in _VARIABLE.findall(one.text)}
    return every if any(used & one.keys() for one in every) else every[:1]


def filled(command: str, variables: Mapping[str, str]) -> str:
    """The command with the variables that are known; the others stay."""
    return _VARIABLE.sub(lambda found: variables.get(found[1], found[0]), command) if variables else command
