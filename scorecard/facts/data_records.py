"""Records that are parsed into typed models on their way into a pipeline or a model (pydantic and its kin).

Settings, messages of a chat and answers of an API are no data; a request body counts only where the record is what a
trained model predicts from.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from scorecard.facts.code import Code, Hit
from scorecard.facts.data_declared_types import checked_classes, checks_of
from scorecard.facts.data_found import Alive, Effect, Found, Kind
from scorecard.facts.data_intake_records import adapted, ingest_bodies, packaged_bodies, predictor_inputs
from scorecard.facts.data_record_words import (
    API_LAYER,
    BASES,
    CHAT_FIELDS,
    DOCUMENTS,
    FLOWS,
    INTAKE,
    LIMITS,
    NARROW,
    NO_RECORD,
    OPEN,
    OUTPUT,
    PARSES,
    SAID,
    SETTINGS,
    SETTINGS_FILE,
    TALK,
)
from scorecard.facts.data_words import PREDICTS, ROUTES, speaks_of, words
from scorecard.facts.vocabulary import SERVE_CALLS, TRAIN_CALLS
from scorecard.model import Evidence
from scorecard.paths import is_demo, is_test
from scorecard.readers.code import Class, Function, Source

_COPIES = (".model_dump()", ".dict()", ".asdict()", "asdict()", ".__dict__", "kwargs")


class Records:
    """The record classes of the repository and where records are parsed into them."""

    def __init__(self, code: Code, alive: Alive, *, talks: bool = False, strict: bool = False) -> None:
        """``talks`` where a language model is asked, whose answers are no data; ``strict`` where nothing else is."""
        self.code, self.alive, self.talks, self.strict = code, alive, talks, strict
        self.asks = {h.path for h in code.calls(*SERVE_CALLS, *TRAIN_CALLS, notebooks=False)} if talks else set()
        self.classes: dict[str, tuple[Source, Class]] = {}
        settings = {klass.name for _, klass in code.classes(*SETTINGS)}
        self.parts: dict[str, tuple[Source, Class]] = {}  # what may stand in a field of a record, whatever it is called
        for source, klass in (*code.classes(*BASES), *checked_classes(code)):
            name = klass.name.rpartition(".")[2]
            self.parts.setdefault(name, (source, klass))
            if (
                klass.name not in settings
                and not words(name.removesuffix("Model")) & NO_RECORD
                and not SETTINGS_FILE.search(source.path)
            ):
                self.classes.setdefault(name, (source, klass))

    def found(self) -> Iterator[Found]:
        """Schema checks, and value checks where the model narrows its fields."""
        if not self.classes:
            return
        seen: set[str] = set()
        taken_in = {name for name, _ in ingest_bodies(self.code, self.classes)}
        for name, where, route in (*self._parsed(), *self._typed(), *(self._bodies() if not self.strict else ())):
            if name in seen:
                continue
            source, klass = self.classes[name]
            fields = {f for f, _, _ in klass.fields}
            if route and all(OPEN.search(dotted) for field, dotted, _ in klass.fields if field not in CHAT_FIELDS):
                continue  # any dictionary fits
            if name not in taken_in and (
                (route and (not fields - CHAT_FIELDS))
                or (self.strict and fields & CHAT_FIELDS - {"id", "content", "model"})
            ):
                continue
            seen.add(name)
            defined = self.code.evidence(source, klass.line)
            what = f"{name} ({'input of the model' if route else 'parsed record'})"
            inherent = (name, where) in self._predictors
            yield self._found(Kind.SCHEMA, what, where, (defined,))._replace(inherent=inherent)
            narrowed = self._narrowed(source, klass) or self._parts_narrowed(klass)
            if narrowed:
                yield self._found(Kind.VALUES, f"limits on the fields of {name}", where, tuple(narrowed[:3]))
        if not seen:
            yield from self._unnamed()

    def _unnamed(self) -> Iterator[Found]:
        """`self.model.model_validate(row)`: some record, whichever it is."""
        for hit in self.code.calls("*.model_validate", "*.model_validate_json", "*.parse_obj"):
            owner = hit.name.rpartition(".")[0].rpartition(".")[2]
            plain = owner[:1].islower() and owner != "cls" and hit.call and hit.call.kwarg("from_attributes") is None
            if plain and self._is_intake(hit) and (not self.talks or speaks_of(DOCUMENTS, hit.path, hit.scope)):
                yield self._found(Kind.SCHEMA, "a pydantic model of each record", hit, ())
                return

    def _found(self, kind: Kind, what: str, where: Hit, defined: tuple[Evidence, ...]) -> Found:
        return Found(
            kind,
            what,
            Effect.STOPS,
            where.path,
            (self.code.evidence(where), *defined),
            where.scope,
            is_demo(where.path),
        )

    def _typed(self) -> Iterator[tuple[str, Hit, bool]]:
        """Record classes that are named as the type of rows, and bodies of endpoints that take documents in."""
        for name, hit in ingest_bodies(self.code, self.classes):
            yield name, hit, False
        for name, hit in adapted(self.code, self.classes):
            if self._is_intake(hit) or speaks_of(FLOWS, hit.path, hit.scope):
                yield name, hit, False

    def _parsed(self) -> Iterator[tuple[str, Hit, bool]]:
        """Calls that turn a row, a message or a document of unknown form into a record."""
        for name, (_, klass) in self.classes.items():
            for hit in self.code.calls(name, f"*.{name}", *(f"*{name}.{p}" for p in PARSES)):
                call = hit.call
                if call is None or not self._is_intake(hit):
                    continue
                unpacks = any(key == "**" and value and not value.endswith(_COPIES) for key, value in call.kwargs)
                fields = len(call.kwargs) >= 2 and self._reads_fields(call.kwargs) and not self._answers(hit, name)
                from_orm = call.last == "from_orm" or call.kwarg("from_attributes") is not None
                if not from_orm and (call.last in PARSES or unpacks or fields):
                    yield name, hit, False
            for hit in self._own_constructors(klass):
                yield name, hit, False

    @staticmethod
    def _is_answer(hit: Hit) -> bool:
        """Is what a language model said parsed here?"""
        values = (*hit.call.args, *(v for _, v in hit.call.kwargs)) if hit.call else ()
        return any(words(v.rstrip("()[]").rpartition(".")[2]) & SAID for v in values if v and v[0] != "'")

    @staticmethod
    def _answers(hit: Hit, name: str) -> bool:
        """Is it put together to answer a request?"""
        return bool(words(name) & OUTPUT) or speaks_of(API_LAYER, hit.path, hit.scope, 3)

    @staticmethod
    def _reads_fields(kwargs: tuple[tuple[str, str], ...]) -> bool:
        """`price=row["price"]`: the values come out of something with fields."""
        return sum(value.endswith(("[]", ".get()")) for _, value in kwargs) >= 2

    def _own_constructors(self, klass: Class) -> Iterator[Hit]:
        """`cls(**data)` in a class method of the record, or of a base class of records."""
        for base in (klass.name, *self.code.ancestors(klass)):
            last = base.rpartition(".")[2]
            yield from self._cls_calls.get(last, ())

    @property
    def _cls_calls(self) -> dict[str, list[Hit]]:
        if not hasattr(self, "_cls"):
            known: dict[str, list[Hit]] = defaultdict(list)
            for hit in self.code.calls("cls", *(f"cls.{name}" for name in sorted(PARSES))):
                owner = hit.scope.split(".")[0]
                unpacks = hit.call and any(key == "**" for key, _ in hit.call.kwargs)
                if (unpacks or hit.name != "cls") and self._is_intake(hit):
                    known[owner].append(hit)
            self._cls = known
        return self._cls

    def _is_intake(self, hit: Hit) -> bool:
        """Do file or function say that data come in here?"""
        if is_test(hit.path) or not self.alive(hit.scope):
            return False
        if self.talks and (speaks_of(TALK, hit.path, hit.scope, 3) or self._is_answer(hit)):
            return False
        if (
            self.talks
            and speaks_of(API_LAYER, hit.path, hit.scope, 3)
            and not speaks_of(DOCUMENTS, hit.path, hit.scope, 1)
        ):
            return False
        return speaks_of(INTAKE, hit.path, hit.scope, 3)

    def _bodies(self) -> Iterator[tuple[str, Hit, bool]]:
        """Handlers of a web application that take a record and ask a model, and models that are packaged with theirs."""
        for name, hit in (*packaged_bodies(self.code, self.classes), *self._predictors):
            yield name, hit, True
        for source in self.code.sources:
            if is_test(source.path) or source.notebook:
                continue
            for function in source.functions:
                if not any(ROUTES.search(d) for d in function.decorators):
                    continue
                for parameter, dotted in function.annotations:
                    if parameter == "return":
                        continue
                    name = dotted.rstrip("[]").rpartition(".")[2]
                    if name in self.classes and self._predicts(source, function) and self._near_a_model(source):
                        yield name, Hit(source, function.line, function.name, dotted), True

    @cached_property
    def _predictors(self) -> list[tuple[str, Hit]]:
        return list(predictor_inputs(self.code, self.classes))

    def _predicts(self, source: Source, function: Function) -> bool:
        if PREDICTS.search(function.last.lower()):
            return True
        return any(PREDICTS.search(c.last.lower()) for c in source.calls_in(function.line, function.end))

    def _near_a_model(self, source: Source) -> bool:
        """Where a language model is asked too, the handler must stand beside a trained model's own call."""
        if not self.talks or source.path in self.asks:
            return True
        return bool(self.code.imports_of.get(source.path, set()) & self.asks)

    def _parts_narrowed(self, klass: Class) -> list[Evidence]:
        """The same of the records that are its fields: `event: Event`."""
        parts = [
            self.parts.get(dotted.rpartition(".")[2]) for field, dotted, _ in klass.fields if field not in CHAT_FIELDS
        ]
        return [line for part in parts if part and part[1] is not klass for line in self._narrowed(*part)]

    def _narrowed(self, source: Source, klass: Class) -> list[Evidence]:
        """Lines that say which values a field may have."""
        lines = {line for _, dotted, line in klass.fields if NARROW.search(dotted) or self._is_enum(dotted)}
        lines.update(checks_of(source, klass))
        for call in source.calls:
            field = call.scope == klass.name and call.last in ("Field", "constr", "conint", "confloat", "conlist")
            if field and any(key in LIMITS for key, _ in call.kwargs):
                lines.add(call.line)
        for function in source.functions:
            if function.name.startswith(klass.name + ".") and any("validator" in d for d in function.decorators):
                lines.add(function.line)
        return [self.code.evidence(source, line) for line in sorted(lines)]

    def _is_enum(self, dotted: str) -> bool:
        last = dotted.rpartition(".")[2]
        return any("Enum" in base for klass in self.code.named_classes.get(last, ()) for base in klass.bases)
