"""Is an answer JSON of the wanted form? The part of JSON Schema that answers need."""

import json
import re
from collections.abc import Mapping
from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}


def must_fit_schema(answer: str, schema: Mapping[str, Any]) -> str:
    """What is wrong, "" for nothing. A fence of Markdown around the JSON is no fault."""
    fenced = re.fullmatch(r"\s*```(?:json)?\s*(.*?)```\s*", answer, re.DOTALL)
    try:
        return _misfit(json.loads(fenced[1] if fenced else answer), schema, "the answer")
    except ValueError:
        return "is no JSON"


def _misfit(value: Any, schema: Mapping[str, Any], where: str) -> str:
    """Looks at type, enum, required, properties and items."""
    kind = schema.get("type")
    if kind in TYPES and (
        not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")
    ):
        return f"{where} is no {kind}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{where} is {value!r}"
    if isinstance(value, list):
        inner = [(item, schema.get("items", {}), f"an item of {where}") for item in value]
    elif isinstance(value, dict):
        if missing := [name for name in schema.get("required", ()) if name not in value]:
            return f"{where} lacks {', '.join(missing)}"
        inner = [
            (value[name], part, name)
            for name, part in schema.get("properties", {}).items()
            if name in value
        ]
    else:
        inner = []
    return next((said for item, part, name in inner if (said := _misfit(item, part, name))), "")
