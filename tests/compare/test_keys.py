import pytest

from gitbaseline.compare.keys import fits, require_known
from gitbaseline.errors import InputError


@pytest.mark.parametrize(
    ("key", "patterns", "fitting"),
    [
        ("a.b", ["a.b"], True),
        ("a.b", ["a.*"], True),
        ("a[0]", ["a[0]"], True),
        ("a0", ["a[0]"], True),
        ("a.b", ["b"], False),
        ("a", [], False),
    ],
)
def test_fitting(key, patterns, fitting):
    assert fits(key, patterns) is fitting


def test_known_patterns_pass():
    require_known(["lat", "thr*"], ["lat", "thr_1"], option="--tolerance", what="metric")


@pytest.mark.parametrize(("pattern", "hint"), [("lat_mss", "did you mean lat_ms?"), ("zzz", None)])
def test_what_names_nothing_is_refused_with_the_nearest(pattern, hint):
    with pytest.raises(InputError) as caught:
        require_known([pattern], ["lat_ms", "thr"], option="--tolerance", what="metric")
    error = caught.value
    assert (error.code, error.where, error.hint, str(error)) == (
        "key/unknown",
        "--tolerance",
        hint,
        f"--tolerance: no metric {pattern!r}; there are lat_ms, thr",
    )


@pytest.mark.parametrize(
    ("known", "there"),
    [
        ([], "there is none"),
        (["a"], "there is a"),
        ("fabdec", "there are a, b, c, d, e, f"),
        ("abcdefghi", "there are a, b, c, d, e, f and 3 more"),
    ],
)
def test_some_of_what_there_is_are_named(known, there):
    with pytest.raises(InputError) as caught:
        require_known(["zzz"], known, option="--allow-mismatch", what="field")
    assert caught.value.message == f"no field 'zzz'; {there}"
