"""Functions that a test can call without the world, and what is true of what they give, as their text alone shows it.

Only what is understood whole counts: straight lines of pandas on a frame, or of string methods on a text. Everything else (a file, a
clock, a random number, a loop, a name that cannot be told) raises Unsure, and the function is left alone.
"""

import ast
from typing import Any

from scorecard.survey.modules import Module
from scorecard.survey.pure_frames import of_frame
from scorecard.survey.pure_reading import Reading, Unsure
from scorecard.survey.pure_text import of_text

_FRAMES = frozenset({"df", "frame", "data", "dataframe", "dataset", "x", "rows", "table", "features", "raw"})


def understood(module: Module, function: ast.FunctionDef) -> dict[str, Any] | None:
    """What is true of ``function``, None where that cannot be told. See `scorecard.survey.testing`."""
    arguments = function.args
    required = arguments.args[: len(arguments.args) - len(arguments.defaults)]
    if function.decorator_list or len(required) != 1 or arguments.vararg or arguments.kwarg or arguments.posonlyargs:
        return None
    if any(default is None for default in arguments.kw_defaults):
        return None
    annotated = ast.unparse(required[0].annotation) if required[0].annotation else ""
    name = required[0].arg
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    if not all(isinstance(default, ast.Constant) for default in arguments.defaults):
        return None
    try:
        if annotated == "str" or (not annotated and name in {"text", "name", "value", "string", "s"}):
            return of_text(body, name)
        if annotated.endswith("DataFrame") or (not annotated and name.lower() in _FRAMES):
            return of_frame(Reading(module, frames={name: False}), body)
    except (Unsure, RecursionError):
        return None
    return None
