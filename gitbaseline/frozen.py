"""The standard ``dataclass`` for frozen values, made in a fifth of the time and used at once.

``dataclasses.dataclass`` compiles seven methods for each class and looks at every field from all
sides; a record imports some 85 classes, which was a fifth of its whole run. Here the methods are
shared, ``__init__`` is compiled only for a class of which many values are made, and the standard
library is asked for its fields where somebody wants to see them. What the result does is the same:
``replace``, ``fields``, ``asdict``, ``==``, ``hash``, ``repr``, copying and pickling,
``FrozenInstanceError``. ``bench/startup.py`` has the figures.

Every annotation of the body is a field, ``kw_only`` holds for all of them or for none, and fields
are not inherited. With ``slots=False`` a value keeps its fields in its ``__dict__``, which
``__init__`` makes in one step, in a third of the time: for the few classes of which a run makes ten
thousand. Classes that are not frozen take the standard one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial
from itertools import repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

__all__ = ["dataclass", "known", "known_each"]

T = TypeVar("T", bound=type)
V = TypeVar("V")
_Fields: TypeAlias = "dict[str, dataclasses.Field[Any]]"

_OWN = ("__dict__", "__weakref__")  # of the class as it was written; a class made anew has its own
_BY_HAND = 16  # values; to compile takes as long as to fill fifty, and most classes see three

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(
        *, kw_only: bool = False, slots: bool = True, **_fixed: Literal[True]
    ) -> Callable[[T], T]:
        """Return a decorator as the standard library's; ``frozen`` always holds."""

        def made(written: T) -> T:
            space = {name: held for name, held in vars(written).items() if name not in _OWN}
            fields = {
                name: _field(space.pop(name, dataclasses.MISSING))
                for name in written.__annotations__
            }
            defaults = {
                name: field.default
                for name, field in fields.items()
                if field.default is not dataclasses.MISSING
            }
            return type(written)(
                written.__name__,
                written.__bases__,
                {
                    "__qualname__": written.__qualname__,
                    "__match_args__": () if kw_only else tuple(fields),
                    "__init__": _Initializer(fields, slots=slots, kw_only=kw_only),
                    "__dataclass_fields__": _Standard(written, kw_only=kw_only),
                    "__dataclass_params__": _Standard(written, kw_only=kw_only),
                    **_methods(fields),
                    **({"__slots__": tuple(fields)} if slots else defaults),
                    **space,
                },
            )

        return made


def known(cls: Callable[..., V], fields: dict[str, Any]) -> V:
    """Return a value of a class without slots whose fields are known to be right.

    ``__init__`` is passed by. ``fields`` become the value's own; what is left out has the default,
    unless that is made anew for each value (``default_factory``): then it has to be there.
    """
    value: V = object.__new__(cls)  # type: ignore[arg-type]
    object.__setattr__(value, "__dict__", fields)
    return value


def known_each(cls: Callable[..., V], many: Sequence[dict[str, Any]]) -> list[V]:
    """Return ``known`` of each of the fields, in half the time."""
    values: list[V] = [*map(object.__new__, repeat(cls, len(many)))]  # type: ignore[arg-type]
    put = object.__setattr__
    for value, fields in zip(values, many, strict=True):
        put(value, "__dict__", fields)
    return values


def _field(default: Any) -> dataclasses.Field[Any]:  # noqa: ANN401 - as dataclasses.field takes it
    """Return a field by what the class body assigns to its name, if anything."""
    if isinstance(default, dataclasses.Field):
        return default
    made: dataclasses.Field[Any] = dataclasses.field(default=default)
    return made


class _Standard:
    """An attribute that the standard library gives to a class like the one that was written."""

    __slots__ = ("_kw_only", "_name", "_owner", "_written")

    def __init__(self, written: type, *, kw_only: bool) -> None:
        self._written = written
        self._kw_only = kw_only

    def __set_name__(self, owner: type, name: str) -> None:
        self._owner, self._name = owner, name

    def __get__(self, value: object, cls: type) -> object:
        if self._name not in vars(self._written):
            dataclasses.dataclass(init=False, repr=False, eq=False, kw_only=self._kw_only)(
                self._written
            )
        made = vars(self._written)[self._name]
        setattr(self._owner, self._name, made)
        return made


class _Initializer:
    """``__init__`` of a class: fills the first values by hand, then compiles and steps aside."""

    __slots__ = ("_fields", "_kw_only", "_left", "_owner", "_slots")

    def __init__(self, fields: _Fields, *, slots: bool, kw_only: bool) -> None:
        self._fields = fields
        self._slots = slots
        self._kw_only = kw_only
        self._left = _BY_HAND

    def __set_name__(self, owner: type, name: str) -> None:
        self._owner = owner

    def __get__(self, value: object, cls: type) -> Callable[..., None]:
        if value is not None and self._left:
            self._left -= 1
            return partial(self._fill, value)
        made = self._compiled()
        self._owner.__init__ = made  # type: ignore[misc]  # of this class alone
        return made if value is None else partial(made, value)

    def _fill(self, value: object, /, *given: object, **named: object) -> None:
        """Set the fields; raise TypeError where the arguments are not right."""
        whole = {**dict(zip(self._fields, given, strict=False)), **named}
        wrong = len(whole) != len(given) + len(named) or (self._kw_only and given)
        for name, field in self._fields.items():
            if name not in whole and field.default is not dataclasses.MISSING:
                whole[name] = field.default
            elif name not in whole and field.default_factory is not dataclasses.MISSING:
                whole[name] = field.default_factory()
        if wrong or whole.keys() != self._fields.keys():
            self._compiled()(value, *given, **named)  # says what is wrong, as Python does
        for name in self._fields:
            object.__setattr__(value, name, whole[name])
        if hasattr(value, "__post_init__"):
            value.__post_init__()

    def _compiled(self) -> Callable[..., None]:
        scope: dict[str, Any] = {"_absent": dataclasses.MISSING}
        head = ["self", "*"] if self._kw_only and self._fields else ["self"]
        values: dict[str, str] = {}
        for name, field in self._fields.items():
            default = value = name
            if field.default is not dataclasses.MISSING:
                scope[f"_default_{name}"] = field.default
                default = f"{name}=_default_{name}"
            elif field.default_factory is not dataclasses.MISSING:
                scope[f"_make_{name}"] = field.default_factory
                default = f"{name}=_absent"
                value = f"_make_{name}() if {name} is _absent else {name}"
            head.append(default)
            values[name] = value
        if self._slots:
            scope |= {f"_set_{name}": getattr(self._owner, name).__set__ for name in values}
            body = [f" _set_{name}(self, {value})" for name, value in values.items()]
        else:
            scope["_set"] = object.__setattr__
            whole = ", ".join(f"{name!r}: {value}" for name, value in values.items())
            body = [f" _set(self, '__dict__', {{{whole}}})"]
        if hasattr(self._owner, "__post_init__"):
            body.append(" self.__post_init__()")
        text = f"def __init__({', '.join(head)}):\n" + "\n".join(body or [" pass"])
        exec(text, scope)  # noqa: S102 names come from class bodies of this package
        made: Callable[..., None] = scope["__init__"]
        return made


def _methods(fields: _Fields) -> dict[str, Callable[..., Any]]:
    """Return the methods of one class by name."""
    names = tuple(fields)
    compared = tuple(name for name, field in fields.items() if field.compare)
    key = attrgetter(*compared) if compared else lambda _self: ()

    def equal(self: object, other: object) -> object:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: object) -> int:
        return hash(key(self))

    def written(self: object) -> str:
        shown = (name for name, field in fields.items() if field.repr)
        inside = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
        return f"{self.__class__.__qualname__}({inside})"

    def state(self: object) -> list[object]:
        return [getattr(self, name) for name in names]

    def restore(self: object, values: list[object]) -> None:
        for name, value in zip(names, values, strict=True):
            object.__setattr__(self, name, value)

    return {
        "__eq__": equal,
        "__hash__": hashed,
        "__repr__": written,
        "__getstate__": state,
        "__setstate__": restore,
        "__setattr__": _refuse_setting,
        "__delattr__": _refuse_deleting,
    }


def _refuse_setting(_self: object, name: str, _value: object) -> None:
    message = f"cannot assign to field {name!r}"
    raise dataclasses.FrozenInstanceError(message)


def _refuse_deleting(_self: object, name: str) -> None:
    message = f"cannot delete field {name!r}"
    raise dataclasses.FrozenInstanceError(message)
