"""The standard ``dataclass`` for frozen values, made in a fifth of the time.

``dataclasses.dataclass`` compiles seven methods for each class, half a millisecond in all; a record
imports some 85 classes, which was a fifth of its whole run. Here only ``__init__`` is compiled,
the other methods are shared. What the result does is the same: ``replace``, ``fields``, ``asdict``,
``==``, ``hash``, ``repr``, copying and pickling, ``FrozenInstanceError``. ``bench/startup.py`` has
the figures. With ``slots=False`` a value keeps its fields in its ``__dict__``, which ``__init__``
makes in one step, in a third of the time: for the few classes of which a run makes ten thousand.
Classes that are not frozen take the standard one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, TypeVar

__all__ = ["dataclass", "known"]

T = TypeVar("T", bound=type)
V = TypeVar("V")

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(
        *, kw_only: bool = False, slots: bool = True, **_fixed: Literal[True]
    ) -> Callable[[T], T]:
        """Return a decorator as the standard library's; ``frozen`` always holds."""

        def made(cls: T) -> T:
            own = set(cls.__dict__)
            bare = dataclasses.dataclass(
                init=False, repr=False, eq=False, slots=slots, kw_only=kw_only
            )(cls)
            for name, method in _methods(bare, slots=slots).items():
                if name not in own:
                    setattr(bare, name, method)
            return bare

        return made


def known(cls: Callable[..., V], fields: dict[str, Any]) -> V:
    """Return a value of a class without slots whose fields are known to be right.

    ``__init__`` is passed by. ``fields`` become the value's own; what is left out has the default,
    unless that is made anew for each value (``default_factory``): then it has to be there.
    """
    value: V = object.__new__(cls)  # type: ignore[arg-type]
    object.__setattr__(value, "__dict__", fields)
    return value


def _methods(cls: type[Any], *, slots: bool) -> dict[str, Callable[..., Any]]:
    """Return the methods of one class by name."""
    fields = dataclasses.fields(cls)
    names = tuple(field.name for field in fields)
    shown = tuple(field.name for field in fields if field.repr)
    compared = tuple(field.name for field in fields if field.compare)
    key = attrgetter(*compared) if compared else lambda _self: ()

    def equal(self: object, other: object) -> object:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: object) -> int:
        return hash(key(self))

    def written(self: object) -> str:
        inside = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
        return f"{self.__class__.__qualname__}({inside})"

    def state(self: object) -> list[object]:
        return [getattr(self, name) for name in names]

    def restore(self: object, values: list[object]) -> None:
        for name, value in zip(names, values, strict=True):
            object.__setattr__(self, name, value)

    return {
        "__init__": _initializer(cls, fields, slots=slots),
        "__eq__": equal,
        "__hash__": hashed,
        "__repr__": written,
        "__getstate__": state,
        "__setstate__": restore,
        "__setattr__": _refuse_setting,
        "__delattr__": _refuse_deleting,
    }


def _initializer(
    cls: type[Any], fields: tuple[dataclasses.Field[Any], ...], *, slots: bool
) -> Callable[..., None]:
    """Compile ``__init__``: speed at run time is why this one is not shared."""
    scope: dict[str, Any] = {"_absent": dataclasses.MISSING}
    head: list[str] = ["self"]
    values: dict[str, str] = {}
    starred = False
    for field in fields:
        name, default = field.name, field.name
        value = name
        if field.kw_only and not starred:
            head.append("*")
            starred = True
        if field.default is not dataclasses.MISSING:
            scope[f"_default_{name}"] = field.default
            default = f"{name}=_default_{name}"
        elif field.default_factory is not dataclasses.MISSING:
            scope[f"_make_{name}"] = field.default_factory
            default = f"{name}=_absent"
            value = f"_make_{name}() if {name} is _absent else {name}"
        head.append(default)
        values[name] = value
    if slots:
        scope |= {f"_set_{name}": getattr(cls, name).__set__ for name in values}
        body = [f" _set_{name}(self, {value})" for name, value in values.items()]
    else:
        scope["_set"] = object.__setattr__
        whole = ", ".join(f"{name!r}: {value}" for name, value in values.items())
        body = [f" _set(self, '__dict__', {{{whole}}})"]
    if hasattr(cls, "__post_init__"):
        body.append(" self.__post_init__()")
    text = f"def __init__({', '.join(head)}):\n" + "\n".join(body or [" pass"])
    exec(text, scope)  # noqa: S102 names come from class bodies of this package
    made: Callable[..., None] = scope["__init__"]
    return made


def _refuse_setting(_self: object, name: str, _value: object) -> None:
    message = f"cannot assign to field {name!r}"
    raise dataclasses.FrozenInstanceError(message)


def _refuse_deleting(_self: object, name: str) -> None:
    message = f"cannot delete field {name!r}"
    raise dataclasses.FrozenInstanceError(message)
