"""``frozen.dataclass`` does what the standard one does; each law is asked of both."""

from __future__ import annotations

import copy
import dataclasses
import importlib
import inspect
import pickle
import pkgutil
import sys
from dataclasses import FrozenInstanceError, asdict, field, fields, replace

import pytest

import gitbaseline
from gitbaseline.frozen import dataclass, known, known_each


def classes(dataclass, *, slots=True):
    @dataclass(frozen=True, slots=slots, kw_only=True)
    class Wide:
        """Every kind of field."""

        name: str
        count: int = 3
        items: tuple[int, ...] = field(default_factory=tuple)
        secret: str = field(default="s", repr=False)
        remark: str = field(default="", compare=False)

        def __post_init__(self):
            if self.count < 0:
                raise ValueError(f"count: {self.count}")

        @property
        def double(self):
            return 2 * self.count

    @dataclass(frozen=True, slots=True)
    class Pair:
        """By position."""

        left: int
        right: int | None = None

    @dataclass(frozen=True, slots=True)
    class Own:
        """Its own way of being shown."""

        left: int

        def __repr__(self):
            return "own"

    @dataclass(frozen=True, slots=True)
    class Nothing:
        """No field at all."""

    return Wide, Pair, Own, Nothing


def busy(made):
    """Return the classes as they are once many values were made: ``__init__`` is compiled."""
    for cls in made:
        assert inspect.isfunction(cls.__init__)
    return made


STANDARD = classes(dataclasses.dataclass)
OPEN = classes(dataclass, slots=False)
NEW = {"ours": False, "open": True, "ours, busy": False, "open, busy": True}


@pytest.fixture(params=["standard", *NEW])
def made(request):
    if request.param == "standard":
        return STANDARD
    new = classes(dataclass, slots=not NEW[request.param])
    return busy(new) if "busy" in request.param else new


def test_fields_and_defaults(made):
    wide, pair, _, nothing = made
    one = wide(name="a")
    assert (one.name, one.count, one.items, one.secret, one.double) == ("a", 3, (), "s", 6)
    assert wide(name="a", items=(1,)).items == (1,)
    assert pair(1).right is None
    assert [f.name for f in fields(pair)] == ["left", "right"]
    assert asdict(one)["items"] == ()
    assert replace(one, count=4) == wide(name="a", count=4)
    assert nothing() == nothing()
    if hasattr(one, "__dict__"):
        assert list(vars(one)) == ["name", "count", "items", "secret", "remark"]
    assert wide.__doc__ == "Every kind of field."
    match pair(1, 2):
        case pair(left, right):
            assert (left, right) == (1, 2)


def test_wrong_arguments_are_refused(made):
    wide, pair, _, nothing = made
    for call, said in (
        (lambda: wide("a"), "takes 1 positional argument but 2"),
        (wide, "missing 1 required keyword-only argument: 'name'"),
        (lambda: wide(name="a", other=1), "unexpected keyword argument 'other'"),
        (pair, "missing 1 required positional argument: 'left'"),
        (lambda: pair(1, 2, 3), "takes from 2 to 3 positional arguments but 4"),
        (lambda: pair(1, left=1), "multiple values for argument 'left'"),
        (lambda: nothing(1), "takes 1 positional argument but 2"),
    ):
        with pytest.raises(TypeError, match=said):
            call()
    with pytest.raises(ValueError, match="count: -1"):
        wide(name="a", count=-1)
    with pytest.raises(ValueError, match="count: -1"):
        replace(wide(name="a"), count=-1)


def test_nothing_is_set_or_deleted(made):
    wide, *_ = made
    one = wide(name="a")
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'name'"):
        one.name = "b"
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'name'"):
        del one.name
    assert one.name == "a"


def test_equality_hash_and_what_is_shown(made):
    wide, pair, own, nothing = made
    assert wide(name="a", remark="x") == wide(name="a", remark="y")
    assert len({wide(name="a", remark="x"), wide(name="a"), wide(name="b")}) == 2
    assert pair(1) != pair(2)
    assert pair(1) != (1, None)
    assert pair(1) != own(1)
    assert repr(pair(1)) == "classes.<locals>.Pair(left=1, right=None)"
    assert "secret" not in repr(wide(name="a"))
    assert repr(own(1)) == "own"
    assert repr(nothing()) == "classes.<locals>.Nothing()"
    with pytest.raises(TypeError):
        hash(pair([]))


def test_copies(made):
    wide, *_ = made
    one = wide(name="a", items=([],))
    deep = copy.deepcopy(one)
    assert copy.copy(one) == deep == one
    assert deep.items[0] is not one.items[0]


def test_the_first_values_and_the_thousandth_are_the_same():
    _, pair, *_ = classes(dataclass)
    values = [pair(1, right=2) for _ in range(1000)]
    assert {type(value).__init__ for value in values} == {pair.__init__}
    assert values == [pair(1, 2)] * 1000


def test_what_a_class_takes_is_seen_by_who_asks():
    wide, pair, *_ = classes(dataclass)
    assert str(inspect.signature(pair)).startswith("(left, right=")
    assert pair(1).right is None
    kinds = {one.kind for one in inspect.signature(wide).parameters.values()}
    assert kinds == {inspect.Parameter.KEYWORD_ONLY}


def test_fields_are_had_from_a_class_and_from_a_value():
    wide, *_ = classes(dataclass)
    assert fields(wide(name="a")) == fields(wide)
    assert dataclasses.is_dataclass(wide)
    assert wide.__dataclass_params__ is wide(name="a").__dataclass_params__
    assert fields(wide)[1].default == 3


def test_no_class_of_the_package_asks_for_more_than_is_done():
    """``ClassVar``, ``InitVar``, ``KW_ONLY`` and inherited fields are not looked for."""
    for found in pkgutil.walk_packages(gitbaseline.__path__, "gitbaseline."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    held = [
        cls
        for name, module in list(sys.modules.items())
        if name.startswith("gitbaseline.")
        for cls in vars(module).values()
        if isinstance(cls, type) and cls.__module__ == name and dataclasses.is_dataclass(cls)
    ]
    assert len(held) > 200
    for cls in held:
        assert list(inspect.signature(cls).parameters) == [f.name for f in fields(cls)], cls


def test_a_value_of_known_fields_is_the_one_that_is_made():
    wide, *_ = OPEN
    one = known(wide, {"name": "a", "count": 4, "items": ()})
    assert one == wide(name="a", count=4)
    assert (one.secret, repr(one), hash(one)) == ("s", repr(wide(name="a", count=4)), hash(one))
    assert replace(one, count=5).count == 5
    with pytest.raises(FrozenInstanceError):
        one.count = 6


@dataclass(frozen=True, slots=True)
class Packed:
    """At module level, as pickle needs it."""

    left: int
    right: str


@dataclass(frozen=True, slots=False)
class Loose:
    """The same without slots."""

    left: int
    right: str = "r"


def test_pickle():
    assert pickle.loads(pickle.dumps(known(Loose, {"left": 1}))) == Loose(1)
    assert pickle.loads(pickle.dumps(Packed(1, "b"))) == Packed(1, "b")


def test_each_of_many_is_as_one():
    many = [{"left": 1}, {"left": 2}]
    assert known_each(Loose, many) == [Loose(1), Loose(2)]
    with pytest.raises(FrozenInstanceError):
        known_each(Loose, many)[0].left = 3
