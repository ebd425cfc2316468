"""Whether anything calls a function that stores something: what nobody calls keeps nothing."""

from scorecard.facts.code import Code
from scorecard.paths import is_test
from scorecard.readers.code import Source

_MIN_NAME = 8  # a short name may be called in a way that is not seen


def is_called(code: Code, source: Source, scope: str) -> bool:
    """False only where an own, undecorated Python function is named nowhere but in its own file, tests and re-exports."""
    function = next((f for f in source.functions if f.name == scope), None)
    if function is None or source.language != "python" or source.notebook or function.decorators:
        return True
    name = function.last
    if "_" not in name.strip("_") or len(name) < _MIN_NAME or name.startswith("__"):
        return True
    owner = scope.rpartition(".")[0]
    klass = next((k for k in source.classes if k.name == owner), None)
    if owner and (klass is None or klass.bases):  # a hook that a framework calls, or a function within a function
        return True
    if any(hit.scope != scope and not is_test(hit.path) for hit in code.calls(f"*.{name}", name)):
        return True
    handed = any(name in (*call.args, *(v for _, v in call.kwargs)) for call in source.calls)
    return handed or any(
        name in other.names
        and other is not source
        and not is_test(other.path)
        and not other.path.endswith("__init__.py")
        and not any(f.last == name for f in other.functions)  # one of its own, of the same name
        for other in code.sources
    )
