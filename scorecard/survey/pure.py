"""Functions that a test can call without the world, and what is true of what they give, as their text alone shows it.

Only what is understood whole counts: straight lines of pandas on a frame, of string methods on a text, names that are put together, keys
that are looked up. Everything else (a file, a clock, a random number, a loop, a name that cannot be told) raises Unsure, and the function
is left alone.
"""

import ast
from typing import Any

from scorecard.survey.modules import Module
from scorecard.survey.pure_frames import of_frame
from scorecard.survey.pure_reading import Reading, Unsure
from scorecard.survey.pure_text import of_text
from scorecard.survey.pure_values import of_values

_TEXTS = frozenset({"text", "name", "value", "string", "s", "filename", "sentence", "title", "content", "document"})
_FRAMES = frozenset({"df", "frame", "data", "dataframe", "dataset", "x", "rows", "table", "features", "raw"})


def understood(module: Module, function: ast.FunctionDef) -> dict[str, Any] | None:
    """What is true of ``function``, None where that cannot be told. See `scorecard.survey.testing`."""
    arguments = function.args
    required = arguments.args[: len(arguments.args) - len(arguments.defaults)]
    if function.decorator_list or not required or arguments.vararg or arguments.kwarg or arguments.posonlyargs:
        return None
    if any(default is None for default in arguments.kw_defaults):
        return None
    if not all(isinstance(default, ast.Constant) for default in arguments.defaults):
        return None
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    for look in (_of_one, of_values):
        try:
            if found := look(module, function, body):
                return found
        except (Unsure, RecursionError):
            continue
    return None


def _of_one(module: Module, function: ast.FunctionDef, body: list[ast.stmt]) -> dict[str, Any] | None:
    """Of one frame or one text, None where it takes neither. Raises Unsure."""
    arguments = function.args
    required = arguments.args[: len(arguments.args) - len(arguments.defaults)]
    annotated = ast.unparse(required[0].annotation) if required[0].annotation else ""
    name = required[0].arg
    if len(required) > 1:
        return None
    if annotated == "str" or (not annotated and name in _TEXTS):
        defaults = zip(arguments.args[1:], arguments.defaults, strict=True)
        given = {a.arg: d.value for a, d in defaults if isinstance(d, ast.Constant) and isinstance(d.value, str)}
        return of_text(module, body, name, given)
    if annotated.endswith("DataFrame") or (not annotated and name.lower() in _FRAMES):
        return of_frame(Reading(module, frames={name: False}), body)
    return None
