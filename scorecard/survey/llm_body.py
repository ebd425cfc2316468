"""What a request to a FastAPI handler must hold: the question, and whatever else is asked for.

FastAPI takes a parameter of a class with fields from the body, a plain one from the address, and provides what `Depends` stands for.
"""

import ast
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from scorecard.survey.llm_requests import QUESTION, TEXTS

_PROVIDED = frozenset({"Request", "Response", "BackgroundTasks", "HTTPConnection", "SecurityScopes"})
_ELSEWHERE = re.compile(
    r"\b(?:Form|File|Header|Cookie|Path)\(|\bUploadFile\b"
)  # neither in a JSON body nor in the address
_PLAIN = re.compile(r"(?:Optional\[)?(?:str|int|float|bool|UUID|UUID4|uuid\.UUID)\]?(?: \| None)?")
_MESSAGES = re.compile(r"(?:list|List|Sequence)\[(?:\w+\.)*(\w+)(?:\[.*\])?\]")
_CHATS = ("messages", "chat_messages", "conversation", "input")
_LANGCHAIN = "AnyMessage"  # which dictionaries of type and content become by themselves
_DEEP = 3
Fields = Callable[[str, str], dict[str, Any] | None]
"""Of a class by the file that names it: {"path": its own file, "fields": [{"name", "type", "required"}]}."""
Alias = Callable[[str, str], str]
"""What the name of a type stands for in a file, "" where it is a class or nothing of ours."""


class Asked(NamedTuple):
    """``needs`` are required fields beside the question: {"name", "type"}, with their own "needs" where they are of a class of ours."""

    sent: str  # "json" | "params" | "object"
    question: str
    chat: str  # the field that takes messages
    human: bool  # are these {"type": "human"}, as LangChain has them, and not {"role": "user"}?
    needs: list[dict[str, Any]]


def asked(path: str, node: ast.FunctionDef | ast.AsyncFunctionDef, fields: Fields, alias: Alias) -> Asked | None:
    """How the handler in a file is asked; None where it takes no question, or something that cannot be told."""
    body, plain, keyed = [], [], []
    for name, kind, default in _parameters(node):
        said = alias(path, kind) if kind.isidentifier() else ""
        if kind.rpartition(".")[2] in _PROVIDED or any(
            "Depends(" in s or "Security(" in s for s in (kind, default, said)
        ):
            continue
        optional = _is_optional(default)
        bare = _bare(kind)
        field = {"name": name, "type": bare, "required": not optional}
        if _ELSEWHERE.search(f"{kind} {default}"):
            if not optional:
                return None
        elif "Body(" in f"{kind} {default}" and _PLAIN.fullmatch(bare):
            keyed.append((field, "embed=True" in f"{kind} {default}"))
        elif known := fields(path, bare):
            body.append(known)
        elif not optional and not _PLAIN.fullmatch(bare):
            return None
        elif not optional or QUESTION.fullmatch(name):
            plain.append(field)
    needed = any(field["required"] for field in plain)
    if keyed:  # one alone is the whole body, unless it says that it is not
        whole = len(keyed) == 1 and not keyed[0][1]
        known = {"path": path, "fields": [field for field, _ in keyed]}
        return None if body or needed or whole else of_fields("json", known, fields)
    if len(body) == 1 and not needed:
        return of_fields("json", body[0], fields)
    return of_fields("params", {"path": path, "fields": plain}, fields) if plain and not body else None


def _is_optional(default: str) -> bool:
    """Need it not be given: has it a default that is more than a description, as `Query(...)` is?"""
    if re.match(r"(?:Body|Query|Form|File|Header|Cookie|Path)\(", default):
        return "default=" in default or not re.match(r"\w+\((?:\.\.\.|\)|[a-z_]+=)", default)
    return bool(default)


def of_fields(sent: str, known: dict[str, Any], fields: Fields) -> Asked | None:
    """How something of these fields is made of a question; None where it holds none."""
    all_ = known["fields"]
    texts = [f["name"] for f in all_ if QUESTION.fullmatch(f["name"]) and f["type"] in TEXTS]
    question = next(iter([name for f in all_ if f["required"] for name in texts if name == f["name"]] or texts), "")
    chat = "" if question else next((f["name"] for f in all_ if _takes_messages(f, known["path"], fields)), "")
    if not question and not chat:
        return None
    needs = [
        _need(f, known["path"], fields, _DEEP) for f in all_ if f["required"] and f["name"] not in (question, chat)
    ]
    human = any(f["name"] == chat and _LANGCHAIN in f["type"] for f in all_)
    return Asked(sent, question, chat, human, needs)


def held(path: str, params: list[dict[str, Any]], fields: Fields) -> dict[str, Any]:
    """The parameter that takes the question in an object of a class of ours, with how that is made of it; empty for none."""
    for param in params:
        known = fields(path, param["type"]) if param["required"] and param["type"] not in TEXTS else None
        if known and (made := of_fields("object", known, fields)):
            return {"param": param["name"], "type": param["type"], **made._asdict()}
    return {}


def _takes_messages(field: dict[str, Any], path: str, fields: Fields) -> bool:
    kind = _MESSAGES.fullmatch(field["type"])
    if field["name"] not in _CHATS or not kind:
        return False
    if kind[1] in ("dict", "Dict", _LANGCHAIN) or kind[1].endswith(("MessageParam", "InputItemParam")):
        return True
    known = fields(path, kind[1])
    names = {f["name"] for f in known["fields"]} if known else set()
    needed = {f["name"] for f in known["fields"] if f["required"]} if known else set()
    return {"role", "content"} <= names and needed <= {"role", "content"}


def _need(field: dict[str, Any], path: str, fields: Fields, deep: int) -> dict[str, Any]:
    known = fields(path, field["type"]) if deep and field["type"].isidentifier() else None
    inner = [_need(f, known["path"], fields, deep - 1) for f in known["fields"] if f["required"]] if known else None
    return {"name": field["name"], "type": field["type"], **({"needs": inner} if inner is not None else {})}


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[tuple[str, str, str]]:
    """Name, annotation and default of each, as they are written."""
    given = [*node.args.posonlyargs, *node.args.args]
    defaults = [None] * (len(given) - len(node.args.defaults)) + [*node.args.defaults]
    both = [*zip(given, defaults, strict=True), *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)]
    return [
        (a.arg, ast.unparse(a.annotation) if a.annotation else "", ast.unparse(d) if d is not None else "")
        for a, d in both
    ]


def _bare(kind: str) -> str:
    """`X` of `Annotated[X, Body()]`."""
    found = re.match(r"(?:typing\.)?Annotated\[([\w.]+(?:\[[\w, .|]*\])?), ", kind)
    return found[1] if found else kind
