"""Classes of fields, as ``dataclasses`` makes them, but without generating code for each when it is imported.

``dataclasses`` writes and compiles up to eight functions for a class, which for our 160 classes takes longer than to
read a small repository. Here one closure for each method serves every class; to make an object costs a little more.
"""

from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, field
from operator import attrgetter
from typing import Any, NoReturn, TypeVar, dataclass_transform

__all__ = ["field", "holder", "record", "replace", "state"]

_FIELDS = "__record_fields__"
T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """A value: its fields do not change, and it equals what has the same."""
    return _made(cls, slots=True, frozen=True, by_value=True)


@dataclass_transform(field_specifiers=(field,))
def state(cls: type[T]) -> type[T]:
    """What changes while something is read; without a place for more than its fields."""
    return _made(cls, slots=True, frozen=False, by_value=True)


@dataclass_transform(eq_default=False, field_specifiers=(field,))
def holder(cls: type[T]) -> type[T]:
    """What equals itself alone, and may remember more than its fields (``cached_property``)."""
    return _made(cls, slots=False, frozen=False, by_value=False)


def replace(item: T, **changes: Any) -> T:
    """A copy of a record with other values in some of its fields."""
    for name, each in getattr(item, _FIELDS).items():
        if each.init and name not in changes:
            changes[name] = getattr(item, name)
    return item.__class__(**changes)


def _made(cls: type[T], *, slots: bool, frozen: bool, by_value: bool) -> type[T]:
    own = dict(_declared(cls))
    every = {**getattr(cls, _FIELDS, {}), **own}
    names = tuple(every)
    body = {name: value for name, value in vars(cls).items() if name not in ("__dict__", "__weakref__")}
    for name, each in own.items():
        if slots or each.default is MISSING:
            body.pop(name, None)
        else:
            body[name] = each.default
    if slots:
        body["__slots__"] = tuple(own)
    body |= {_FIELDS: every, "__match_args__": names, "__init__": _init(every, post=hasattr(cls, "__post_init__"))}
    body.setdefault("__repr__", _repr)
    if by_value:
        body |= _by_value(tuple(name for name, each in every.items() if each.compare), frozen=frozen)
    if frozen:
        body |= {"__setattr__": _refuse, "__delattr__": _refuse}
    body["__qualname__"] = cls.__qualname__
    made: type[T] = type(cls)(cls.__name__, cls.__bases__, body)  # type: ignore[misc]  # a class with slots is a new one
    return made


def _declared(cls: type[Any]) -> Iterator[tuple[str, "Field[Any]"]]:
    for name in vars(cls).get("__annotations__", {}):
        default = vars(cls).get(name, MISSING)
        yield name, default if isinstance(default, Field) else field(default=default)


def _init(fields: dict[str, "Field[Any]"], *, post: bool) -> Callable[..., None]:
    every = tuple((name, each.default, each.default_factory) for name, each in fields.items() if each.init)
    names = tuple(name for name, _, _ in every)
    put = object.__setattr__

    def __init__(self: Any, *given: Any, **named: Any) -> None:  # noqa: N807
        for name, value in zip(names, given, strict=False):
            put(self, name, value)
        for name, default, factory in every[len(given) :]:
            if name in named:
                put(self, name, named.pop(name))
            elif default is not MISSING:
                put(self, name, default)
            elif factory is not MISSING:
                put(self, name, factory())
            else:
                raise TypeError(f"{type(self).__name__} needs {name}")
        if named or len(given) > len(names):
            raise TypeError(f"{type(self).__name__} has no field {next(iter(named), len(names) + 1)}")
        if post:
            self.__post_init__()

    return __init__


def _repr(self: Any) -> str:
    shown = ", ".join(f"{n}={getattr(self, n)!r}" for n, each in getattr(self, _FIELDS).items() if each.repr)
    return f"{type(self).__qualname__}({shown})"


def _by_value(names: tuple[str, ...], *, frozen: bool) -> dict[str, Any]:
    if len(names) == 1:
        single = attrgetter(names[0])
        values: Callable[[Any], Any] = lambda item: (single(item),)  # noqa: E731  one of two ways to the same thing
    else:
        values = attrgetter(*names) if names else lambda _item: ()

    def __eq__(self: Any, other: object) -> bool:  # noqa: N807  becomes a method
        if other.__class__ is not self.__class__:
            return NotImplemented
        return bool(values(self) == values(other))

    def __hash__(self: Any) -> int:  # noqa: N807
        return hash(values(self))

    return {"__eq__": __eq__, "__hash__": __hash__ if frozen else None}


def _refuse(self: Any, *_: object) -> NoReturn:
    raise AttributeError(f"{type(self).__name__} does not change; see replace()")
