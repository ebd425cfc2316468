"""Computations over made-up or waiting data: shifted by random noise for a demonstration, or behind a button."""

from scorecard.facts.code import Code, Hit

_NOISE = frozenset({"normal", "standard_normal", "uniform", "randn", "laplace"})
_SPLITS = ("X_test", "x_test", "X_train", "x_train", "X_val", "test_df", "train_df")
_DEPTH = 3


def is_simulated(code: Code, path: str, scope: str) -> bool:
    """Is what is compared a split of the training data with noise added, in the function or in those that call it?"""
    return any(_adds_noise(hit) for hit in _up(code, path, scope))


def is_pressed(code: Code, path: str, scope: str) -> bool:
    """Do all who call the function at the top of the chain wait for a button?"""
    seen = _up(code, path, scope)
    top = [hit for hit in seen if not hit.scope or _behind_button(hit)]
    return bool(top) and all(_behind_button(hit) for hit in top)


def _up(code: Code, path: str, scope: str) -> list[Hit]:
    """The calls that lead to the function, level by level, the function's own body first."""
    source = code.source(path)
    found = [Hit(source, 0, scope, scope)] if source is not None else []
    names = {scope.rpartition(".")[2]} - {""}
    seen = set(names)
    for _ in range(_DEPTH):
        calls = [h for name in sorted(names) for h in code.calls(name, f"*.{name}")]
        found += calls
        names = {h.scope.rpartition(".")[2] for h in calls} - seen - {"", "main", "run", "__init__"}
        seen |= names
    return found


def _adds_noise(hit: Hit) -> bool:
    if not hit.scope:
        return False
    calls = hit.source.calls_of(hit.scope)
    if not any(c.last in _NOISE for c in calls):
        return False
    words = [t.value for t in hit.source.texts_of(hit.scope)] + [a for c in calls for a in c.args]
    return any(word in _SPLITS for word in words)


def _behind_button(hit: Hit) -> bool:
    return any(g.line < hit.line <= g.end and g.scope == hit.scope and "button" in g.names for g in hit.source.guards)
