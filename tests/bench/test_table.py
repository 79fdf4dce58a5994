import doctest
import json

import pytest


@pytest.fixture(scope="module")
def table(imported):
    return imported("table")


@pytest.mark.parametrize("name", ["table", "headlines"])
def test_the_examples(imported, name):
    found = doctest.testmod(imported(name))
    assert found.failed == 0 < found.attempted


def test_numbers_are_printed_with_what_they_are_of_and_written_as_they_are(
    table, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(table, "OUT", tmp_path / "out")
    found = [
        ("1000_entries.import_ms", 4109.4),
        ("1000_entries.all_ops_per_s", 243.3),
        ("1000_entries.whole_bytes", 26_279_936),
        ("one.list.ratio", 1.26),
        ("one.list.exponent", 0.03),
    ]
    table.show("name", found)
    assert capsys.readouterr().out.splitlines() == [
        "name  1000 entries, import  4,109  ms",
        "name  1000 entries, all       243  /s",
        "name  1000 entries, whole    26.3  MB",
        "name  one, list              1.26  times",
        "name  one, list, exponent    0.03",
    ]
    assert json.loads((tmp_path / "out" / "name.json").read_text()) == dict(found)


def test_nothing_found_prints_nothing(table, capsys):
    table.rows("name", [])
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (0.025, "0.025"), (999.4, "999"), (999.6, "1,000")]
)
def test_three_digits_tell_a_number(table, number, text):
    assert table.short(number) == text


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (5_100_000_000, "5.1 GB")]
)
def test_sizes(table, count, text):
    assert table.size(count) == text
