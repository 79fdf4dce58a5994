"""A tolerance enters .baseline.yaml, and nothing else of it changes."""

from __future__ import annotations

import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitbaseline import team_config
from gitbaseline.errors import InputError, Unable
from gitbaseline.profiles import Tolerance
from gitbaseline.registry import team_file

FIVE = {"lat": Tolerance(percent=2.5)}
WHOLE = """\
# How strictly we compare.
version: 1  # the only one
family: fam
measurements:
  # the step
  step:   # of training
    headline: lat  # what users see
    tolerances:
      # p99 is wild
      p99: 10%   # ten
      "lat": '5%'  # five

  other:
    tolerances: {a: 5%, b: 2abs}
# end of measurements

match:
  require:
  - a
  - b
"""


@pytest.fixture
def file(tmp_path):
    return tmp_path / ".baseline.yaml"


def written(file, text, tolerances=FIVE, measurement="step"):
    """Return the file's text after the tolerances were put into it."""
    file.write_bytes(text.encode())
    assert team_file.write(file, measurement, tolerances)
    return file.read_bytes().decode()


def test_a_new_file(file):
    assert team_file.write(file, "step", FIVE)
    assert file.read_text() == team_file.snippet("step", FIVE)
    assert team_config.load(file.read_bytes(), "f").measurements["step"].tolerances == FIVE


def test_a_value_takes_the_place_of_the_old_one_and_the_rest_stays(file):
    new = written(file, WHOLE, {**FIVE, "p99": Tolerance(absolute=3.0)})
    assert new == WHOLE.replace("10%", "3abs").replace("'5%'", "2.5%")


def test_a_new_key_stands_behind_the_last_one(file):
    new = written(file, WHOLE, {"x y": Tolerance(percent=1.0)})
    line = "      \"lat\": '5%'  # five\n"
    assert new == WHOLE.replace(line, f'{line}      "x y": 1%\n')


BEGINNINGS = {
    "version: 1\n": "version: 1\nmeasurements:\n  step:\n    tolerances:\n      lat: 2.5%\n",
    "version: 1": "version: 1\nmeasurements:\n  step:\n    tolerances:\n      lat: 2.5%\n",
    "{version: 1}": "{version: 1, measurements: {step: {tolerances: {lat: 2.5%}}}}",
    "version: 1\nmeasurements: {}\n": "version: 1\nmeasurements: {step: {tolerances: {lat: 2.5%}}}\n",
    "version: 1\nmeasurements:\n  step: { }  # c\n": (
        "version: 1\nmeasurements:\n  step: {tolerances: {lat: 2.5%} }  # c\n"
    ),
    "version: 1\nmeasurements:\n    step:\n        headline: x\n": (
        "version: 1\nmeasurements:\n    step:\n        headline: x\n"
        "        tolerances:\n          lat: 2.5%\n"
    ),
    "version: 1\r\nmeasurements:\r\n  step:\r\n    headline: x\r\n": (
        "version: 1\r\nmeasurements:\r\n  step:\r\n    headline: x\r\n"
        "    tolerances:\r\n      lat: 2.5%\r\n"
    ),
    "version: 1\nmeasurements:\n  step:\n    tolerances: {a: 5%,\n      b: 6%, }  # c\n": (
        "version: 1\nmeasurements:\n  step:\n    tolerances: {a: 5%,\n      b: 6%, lat: 2.5%, }  # c\n"
    ),
    "version: 1\nmatch:\n  require:\n  - a\n  - b  # why\n": (
        "version: 1\nmatch:\n  require:\n  - a\n  - b  # why\n"
        "measurements:\n  step:\n    tolerances:\n      lat: 2.5%\n"
    ),
    "version: 1\ntestbeds:\n  t:\n    note: >-\n      a b\n      c\n": (
        "version: 1\ntestbeds:\n  t:\n    note: >-\n      a b\n      c\n"
        "measurements:\n  step:\n    tolerances:\n      lat: 2.5%\n"
    ),
    "\ufeffversion: 1\n": (
        "\ufeffversion: 1\nmeasurements:\n  step:\n    tolerances:\n      lat: 2.5%\n"
    ),
}


@pytest.mark.parametrize("old", BEGINNINGS, ids=range(len(BEGINNINGS)))
def test_every_way_to_begin(file, old):
    assert written(file, old) == BEGINNINGS[old]


def test_what_is_there_already_is_not_written_again(file):
    file.write_text(WHOLE)
    before = file.stat()
    assert not team_file.write(file, "other", {"a": Tolerance(percent=5.0)})
    assert (file.read_text(), file.stat().st_mtime_ns) == (WHOLE, before.st_mtime_ns)


@settings(max_examples=40)
@given(
    keys=st.dictionaries(
        st.text(
            st.characters(
                blacklist_categories=("Cc", "Cs", "Cf", "Zl", "Zp"), max_codepoint=0x2FFFF
            ),
            min_size=1,
        ).filter(lambda key: key.isprintable()),
        st.floats(0, 1e6).map(lambda number: round(number, 6)),
        min_size=1,
        max_size=5,
    )
)
def test_any_key_and_number_is_read_back_as_it_was(tmp_path_factory, keys):
    file = tmp_path_factory.mktemp("any") / ".baseline.yaml"
    file.write_text(WHOLE)
    tolerances = {key: Tolerance(percent=number) for key, number in keys.items()}
    try:
        team_file.write(file, "step", tolerances)
    except Unable:
        assert file.read_text() == WHOLE  # a key that a team's file cannot hold
        return
    after = team_config.load(file.read_bytes(), "f")
    before = team_config.load(WHOLE.encode(), "f")
    assert after.measurements["step"].tolerances == {
        **before.measurements["step"].tolerances,
        **tolerances,
    }
    kept = [line for line in WHOLE.splitlines() if "%" not in line]
    assert [line for line in file.read_text().splitlines() if line in kept] == kept


@pytest.mark.parametrize(
    "old",
    [
        "version: 1\nmeasurements:\n  step: !!map {}\n",  # the tag stands where the brace would
        "version: 1\nmeasurements:\n  step:\n    tolerances:\n      ? lat\n      : 5%\n      ? p\n      : !!str 6%\n",
    ],
)
def test_what_cannot_be_done_safely_is_told_and_not_done(file, old):
    file.write_text(old)
    team_config.load(old.encode(), "f")
    with pytest.raises(Unable) as caught:
        team_file.write(file, "step", {**FIVE, "new": Tolerance(percent=1.0)})
    assert (caught.value.code, caught.value.where) == ("config/write", str(file))
    assert team_file.snippet("step", FIVE)[11:] in f"{caught.value.hint}"
    assert file.read_text() == old


def test_utf_16_is_left_alone(file):
    old = "version: 1\n".encode("utf-16")
    file.write_bytes(old)
    team_config.load(old, "f")
    with pytest.raises(Unable):
        team_file.write(file, "step", FIVE)
    assert file.read_bytes() == old


def test_a_file_of_another_kind_is_refused(file):
    file.write_text("version: 2\n")
    with pytest.raises(InputError):
        team_file.write(file, "step", FIVE)


def test_rights_stay_and_a_link_is_followed(file, tmp_path):
    real = tmp_path / "shared.yaml"
    real.write_text("version: 1\n")
    real.chmod(0o640)
    file.symlink_to(real)
    team_file.write(file, "step", FIVE)
    assert file.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert "lat: 2.5%" in real.read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == [".baseline.yaml", "shared.yaml"]


def test_a_write_that_fails_leaves_the_old_file(file, monkeypatch):
    file.write_text("version: 1\n")

    def full(*_words):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(team_file.os, "replace", full)
    with pytest.raises(Unable) as caught:
        team_file.write(file, "step", FIVE)
    assert str(caught.value) == f"{file}: cannot be written: No space left on device"
    assert (file.read_text(), list(file.parent.iterdir())) == ("version: 1\n", [file])


def test_a_folder_that_cannot_be_written(tmp_path, monkeypatch):
    file = tmp_path / "none" / ".baseline.yaml"
    with pytest.raises(Unable) as caught:
        team_file.write(file, "step", FIVE)
    assert caught.value.code == "config/write"


@pytest.mark.parametrize(
    ("tolerance", "text"),
    [
        (Tolerance(percent=5.0), "5%"),
        (Tolerance(percent=0.0), "0%"),
        (Tolerance(percent=12.5), "12.5%"),
        (Tolerance(absolute=1e-12), "0.000000001abs"),
        (Tolerance(absolute=1234567.0), "1234567abs"),
        (Tolerance(percent=100.0), "100%"),
    ],
)
def test_spelled(tolerance, text):
    assert team_file.spelled(tolerance) == text
