"""``frozen.dataclass`` does what the standard one does; each law is asked of both."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, asdict, field, fields, replace

import pytest

from gitbaseline.frozen import dataclass, known


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


OURS, STANDARD = classes(dataclass), classes(dataclasses.dataclass)
OPEN = classes(dataclass, slots=False)
both = pytest.mark.parametrize("made", [OURS, STANDARD, OPEN], ids=["ours", "standard", "open"])


@both
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
    assert hasattr(one, "__dict__") is (made is OPEN)
    assert wide.__doc__ == "Every kind of field."
    match pair(1, 2):
        case pair(left, right):
            assert (left, right) == (1, 2)


@both
def test_wrong_arguments_are_refused(made):
    wide, pair, *_ = made
    for call in (
        lambda: wide("a"),
        wide,
        lambda: wide(name="a", other=1),
        pair,
    ):
        with pytest.raises(TypeError):
            call()
    with pytest.raises(ValueError, match="count: -1"):
        wide(name="a", count=-1)
    with pytest.raises(ValueError, match="count: -1"):
        replace(wide(name="a"), count=-1)


@both
def test_nothing_is_set_or_deleted(made):
    wide, *_ = made
    one = wide(name="a")
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'name'"):
        one.name = "b"
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'name'"):
        del one.name
    assert one.name == "a"


@both
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


@both
def test_copies(made):
    wide, *_ = made
    one = wide(name="a", items=([],))
    deep = copy.deepcopy(one)
    assert copy.copy(one) == deep == one
    assert deep.items[0] is not one.items[0]


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
