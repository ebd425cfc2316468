"""Verdicts by where they are written to: a mapper's or client's feedback table, and reactions in a chat tool."""

from collections.abc import Iterator

from scorecard.facts.called import is_called
from scorecard.facts.code import Code, Hit
from scorecard.facts.configuration import is_operational
from scorecard.facts.feedback_words import OFFLINE, STORES, is_tied
from scorecard.facts.tables import Table
from scorecard.patterns import lazily
from scorecard.readers.code import Call, Source

_WRITES = (
    "*.create", "*.createMany", "*.upsert", "*.insert", "*.insert_one", "*.insertOne", "*.insertMany", "*.add",
    "*.addDoc", "*.add_item", "*.create_item", "*.put_item", "*.create!", "*.objects.create", "*.update_or_create",
    "*.get_or_create", "*.AddAsync", "*.Add", "*.InsertOneAsync", "*.insertInto", "*.values", "*.save",
)  # fmt: skip
_KEPT_IN = lazily(
    r"(?:^|_|[a-z])(?:[Ff]eed[bB]acks?|[Tt]humbs?(?:[Uu]ps?)?|[Uu]p[vV]otes?)(?:s|_table|Table|_collection|Collection|Repository|_repo)?$"
)
_WEAK_IN = lazily(r"^(?:message|answer|chat|response|prediction)_?(?:votes?|ratings?|reactions?|likes?)$")
_VAGUE = frozenset({"add", "values", "save"})
_NAMES_PLACE = frozenset({"from", "collection", "table", "into", "from_", "insert", "doc"})
# Events of Slack and Discord.
_REACTED = frozenset({"reaction_added", "reaction_removed", "raw_reaction_add", "messageReactionAdd"})
_RECEIVED = frozenset({"event", "on", "listen", "once", "reaction_handler"})


def written(code: Code) -> Iterator[Hit]:
    """Rows written to what is named after feedback: `prisma.messageFeedback.create`, `supabase.from("feedback").insert`."""
    for hit in code.calls(*_WRITES, notebooks=False):
        if (
            hit.call is None
            or not is_operational(hit.path)
            or OFFLINE.search(hit.path)
            or not hit.call.args + hit.call.kwargs
        ):
            continue
        places = _places(hit.source, hit.call)
        named = any(_KEPT_IN.search(place) or _WEAK_IN.search(place) for place in places)
        if named and is_tied(hit.source, hit.scope) and is_called(code, hit.source, hit.scope):
            yield hit


def _places(source: Source, call: Call) -> list[str]:
    """The last names of what the call hangs on, and the table that its chain names."""
    owner = call.name.rpartition(".")[0]
    vague = call.last in _VAGUE  # a set has `add` too
    places = [] if vague else [call.on.rpartition(".")[2], *(part.rstrip("()[]") for part in owner.split(".")[-2:])]
    if owner.endswith("()"):
        near = (c for c in source.calls_in(call.line - 4, call.line) if c.last in _NAMES_PLACE)
        places += [word.lstrip("'") for c in near for word in c.args[:1]]
    return [place for place in places if place]


def reactions(code: Code) -> Iterator[Hit]:
    """Handlers of reactions to a bot's messages that keep them."""
    for source in code.sources:
        if source.notebook or not is_operational(source.path):
            continue
        scopes = {c.scope for c in source.calls if c.last in _RECEIVED and _REACTED & set(c.strings)}
        scopes |= {f.name for f in source.functions if f.last in ("on_raw_reaction_add", "on_reaction_add")}
        for scope in scopes:
            inside = (c for c in source.calls if scope and (c.scope == scope or c.scope.startswith(f"{scope}.")))
            kept = next((c for c in inside if c.last not in _RECEIVED and STORES.match(c.last)), None)
            if kept:
                yield Hit(source, kept.line, scope, kept.name, kept)


def never_written(code: Code, table: Table) -> bool:
    """Is every line that makes a row of a mapped Python class in a function that nobody calls?"""
    source = code.source(table.evidence.path)
    if source is None or source.language != "python" or not any(k.line == table.evidence.line for k in source.classes):
        return False
    makes = [h for h in code.calls(f"*.{table.name}", table.name) if h.call and h.path != table.evidence.path]
    makes = [h for h in makes if h.call and (h.call.args or h.call.kwargs)]
    return bool(makes) and not any(is_called(code, h.source, h.scope) for h in makes)
