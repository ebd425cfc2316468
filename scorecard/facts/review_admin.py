"""Admin views made for tables of inferences, and whether they show what was asked and answered."""

import re
from collections.abc import Iterator

from scorecard.facts.code import Code
from scorecard.facts.record_vocabulary import ANSWERED, ASKED, CONTENT, HISTORY, PREDICTED
from scorecard.facts.review_reads import counts
from scorecard.facts.table_writes import plain
from scorecard.model import Evidence
from scorecard.patterns import lazily
from scorecard.readers.code import Class, Source

_REGISTERS = frozenset(
    {"register", "ModelView", "add_view", "add_model_view", "register_model", "register_page", "ModelResource"}
)
_ADMIN_NAMES = frozenset({"register", "ModelView", "ModelAdmin"})
_ADMIN_CLASSES = (
    "*ModelView",
    "*ModelAdmin",
    "*TabularInline",
    "*StackedInline",
    "sqladmin.*",
    "*ModelResource",
    "*UnfoldAdmin",
    "*.Admin",
)
_FOR_ADMINS = lazily(
    r"_*(?:find|get|list|fetch|load|query|read|search)_?\w{0,20}?"
    r"(?:chat|message|conversation|interaction|prediction|inference|transcript|answer)\w{0,20}?_?(?:for|by|as)_?admins?"
    r"|_*admin_?(?:find|get|list|fetch|load|query|read|search)_?\w{0,20}?"
    r"(?:chat|message|conversation|interaction|prediction|inference|transcript|answer)\w{0,20}$",
    re.IGNORECASE,
)
_READS = frozenset({
    "query", "find", "fetchAll", "findMany", "findOne", "findAll", "select", "get", "list", "all", "scan", "execute",
    "filter", "where", "aggregate", "fetch", "query_items", "QueryAsync", "ToListAsync",
})  # fmt: skip
_CHOOSES = frozenset({"fields", "fieldsets", "form_columns", "column_details_list"})
_SHOWN = (CONTENT, ASKED, ANSWERED, PREDICTED, HISTORY)


def registered(code: Code, names: frozenset[str]) -> Iterator[Evidence]:
    """`admin.site.register(ChatMessage)`, an inline, a `ModelView`; one that leaves the texts out shows nothing."""
    views = {klass.name: (source, klass) for source, klass in code.classes(*_ADMIN_CLASSES)}
    for source in code.sources:
        if not counts(source.path) or source.names.isdisjoint(_ADMIN_NAMES):
            continue
        for call in source.calls:
            if call.last in _REGISTERS and any(plain(a.rpartition(".")[2]) in names for a in call.args):
                view = next((views[n] for a in call.args if (n := a.rpartition(".")[2]) in views), None)
                view = view or next(((source, k) for k in source.classes if 0 < k.line - call.line < _NEAR), None)
                if view is None or _shows(*view):
                    yield code.evidence(source, call.line)
        for assign in source.assigns:
            if assign.target == "model" and plain(assign.value.rpartition(".")[2]) in names and "." not in assign.scope:
                klass = next((k for k in source.classes if k.name == assign.scope), None)
                if klass is None or _shows(source, klass):
                    yield code.evidence(source, assign.line)
    for source, klass in code.classes(*_ADMIN_CLASSES):
        word = klass.name.lower().replace("_", "")
        named = counts(source.path) and word.endswith(("admin", "view")) and any(n and n in word for n in names)
        if named and _shows(source, klass) and _is_used(code, klass):
            yield code.evidence(source, klass.line)


def found_for_admins(code: Code) -> Iterator[Evidence]:
    """`FindAllChatMessagesForAdmin`: a function that reads what was recorded of everybody, and that a page calls."""
    for source, function in code.functions(_FOR_ADMINS.pattern):
        reads = any(c.last in _READS for c in source.calls_of(function.name))
        if reads and counts(source.path) and code.calls(function.last, f"*.{function.last}"):
            yield code.evidence(source, function.line)


_NEAR = 4  # lines between `@admin.register(Message)` and its class


def _shows(source: Source, klass: Class) -> bool:
    """Does the view show texts: by default all fields, else those that it chooses?"""
    own = [a for a in source.assigns if klass.line < a.line <= klass.end and a.scope == klass.name]
    words = {t.value for t in source.texts_in(klass.line + 1, klass.end)}
    if any(a.target == "exclude" for a in own):
        return False
    if any(a.target in _CHOOSES for a in own):
        return any(shape.fullmatch(w) for w in words for shape in _SHOWN)
    return True


def _is_used(code: Code, klass: Class) -> bool:
    """Is the view registered, by a call, a decorator, or because its base registers it?"""
    if klass.decorators or any("sqladmin" in base or "ModelView" in base for base in klass.bases):
        return True
    return any(a.rpartition(".")[2] == klass.name for s in code.sources for c in s.calls for a in c.args)
