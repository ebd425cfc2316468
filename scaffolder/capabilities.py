"""What a project of ours can be given and what can be taken away: other answers to the same version of the templates."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scaffolder.errors import BadAnswer, Refused
from scaffolder.merging import Outcome
from scaffolder.transition import State, current, transition

CI = ("github", "gitlab", "azure", "jenkins")
CONTAINERS = ("none", "docker", "kubernetes")  # each brings what stands before it
NAMES = (*CI, *CONTAINERS[1:])
ASKS = ("testing", "deployment", "data", "versioning", "evals", "monitoring", "logging")


@dataclass(frozen=True, slots=True)
class _Wish:
    """Other answers, or the word that nothing has to change."""

    changes: Mapping[str, Any]
    note: str = ""


def add(folder: Path, name: str, *, dry: bool = False, trust: bool = False) -> Outcome:
    """Give the project ``name``; what is in already changes nothing and is said in the notes. Raises Refused."""
    state = _state(folder)
    if name in ASKS:
        return Outcome(notes=(_ask(state, name),))
    return _become(folder, state, _added(state.answers, _known(name)), dry=dry, trust=trust)


def remove(folder: Path, name: str, *, dry: bool = False, trust: bool = False) -> Outcome:
    """Take ``name`` away, and what it brought with it. Raises Refused where something else stands on it."""
    state = _state(folder)
    if name in ASKS:
        _ask(state, name)
        raise Refused(
            f"{name} is part of every project that mlops makes",
            "delete and commit the files that you do not want: an update leaves them deleted",
        )
    return _become(folder, state, _removed(state.answers, _known(name)), dry=dry, trust=trust)


def _state(folder: Path) -> State:
    state = current(folder)
    if state is None:
        raise Refused(f"{folder} holds no project of mlops", "name the folder with .copier-answers.yml")
    return state


def _known(name: str) -> str:
    if name not in NAMES:
        raise Refused(f"there is no {name} to add or remove", f"one of {', '.join((*NAMES, *ASKS))}")
    return name


def _ask(state: State, name: str) -> str:
    if name in (state.answers.get("capabilities") or ()):
        return f"{name} is in already: every project that mlops makes has it"
    raise Refused(
        f"the templates have nothing for {name} in a project of this kind", "mlops audit . --only evals says what to do"
    )


def _become(folder: Path, state: State, wish: _Wish, *, dry: bool, trust: bool) -> Outcome:
    if wish.note:
        return Outcome(notes=(wish.note,))
    new = replace(state, changes=wish.changes)
    try:
        return transition(folder, state, new, dry=dry, trust=trust)
    except BadAnswer as error:
        raise Refused(f"templates {state.ref} cannot do that: {error.what}", "mlops update first") from None


def _added(answers: Mapping[str, Any], name: str) -> _Wish:
    if name in CI:
        there = _ci(answers)
        if name in there:
            return _Wish({}, f"{name} is in already")
        return _Wish({"ci": [*there, name]})  # copier brings them into the order of the question
    container = _container(answers)
    if CONTAINERS.index(container) >= CONTAINERS.index(name):
        return _Wish({}, f"{name} is in already")
    return _Wish({"container": name})


def _removed(answers: Mapping[str, Any], name: str) -> _Wish:
    if name in CI:
        there = _ci(answers)
        if name not in there:
            return _Wish({}, f"{name} is not in")
        return _Wish({"ci": [other for other in there if other != name]})
    container = _container(answers)
    if CONTAINERS.index(container) < CONTAINERS.index(name):
        return _Wish({}, f"{name} is not in")
    if container != name:
        raise Refused(f"{container} stands on {name}", f"mlops remove {container} first")
    return _Wish({"container": CONTAINERS[CONTAINERS.index(name) - 1]})


def _ci(answers: Mapping[str, Any]) -> list[str]:
    said = answers.get("ci")
    if not isinstance(said, list):
        raise Refused("the answers of this project do not say where its CI runs", "these templates are not ours")
    return [str(name) for name in said]


def _container(answers: Mapping[str, Any]) -> str:
    said = answers.get("container")
    if said not in CONTAINERS:
        raise Refused("the answers of this project do not say how it is shipped", "these templates are not ours")
    return str(said)
