"""ceilings list and show; which file is in force; --sol at record."""

from __future__ import annotations

import json
from importlib import resources

import jsonschema
import pytest

from gitbaseline import config_file

MINE = """
schema: git-baseline/ceilings/1
sources:
  page: {url: "https://example.org/x", read: 2026-01-02}
devices:
  chip:
    title: A chip
    compute:
      int8: {dense: 1500.0, sparse: null, unit: ops/s, source: page, verified: secondary}
    link:
      wire: {per_direction: {range: [1.5, 2]}, both: 4, unit: GB/s, source: page, verified: vendor, note: two, aliases: [cable]}
"""
SHIPPED = config_file.shipped("sol-ceilings.yaml")


@pytest.fixture
def mine(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(MINE)
    return path


@pytest.fixture
def held():
    """The words that record 1.2 GB/s and hold it to a ceiling."""
    number = ("--value", "1.2", "--unit", "GB/s")
    return ("record", "-f", "fam", "-m", "copy", *number, "--json", "--sol")


def sol(document):
    kept = {k: v for k, v in document["baseline"].items() if k.startswith("sol_")}
    return tuple(kept[f"sol_{name}"] for name in ("pct", "ceiling_key", "ceiling_value", "ceiling_unit", "ceiling_source", "rigor"))  # fmt: skip


def test_list(repo, inside, mine):
    done = inside("ceilings", "list", "--ceilings", mine)
    assert (done.code, done.err) == (0, f"from {mine}\n")
    assert done.text == (
        "Key                      Ceiling  Unit   Verified   Device\n"
        "chip.int8.dense             1500  ops/s  secondary  A chip\n"
        "chip.wire.per_direction        2  GB/s   vendor     A chip\n"
        "chip.wire.both                 4  GB/s   vendor     A chip\n"
    )


def test_without_a_command_they_are_listed(repo, inside, mine):
    for words in (("--ceilings", mine), ("--ceilings", mine, "--json"), ()):
        assert inside("ceilings", *words) == inside("ceilings", "list", *words)
    assert inside("ceilings", "-h").text.startswith("Usage: git baseline ceilings [OPTIONS]")


def test_show(repo, inside, mine):
    done = inside("ceilings", "show", "chip.cable", "--ceilings", mine)
    assert done.code == 0
    assert done.text == (
        "chip.wire.per_direction\n"
        "  ceiling   2 GB/s\n"
        "  means     one direction\n"
        "  range     sources say 1.5 to 2\n"
        "  device    A chip\n"
        "  source    page\n"
        "  url       https://example.org/x\n"
        "  read      2026-01-02\n"
        "  verified  vendor\n"
        "  note      two\n"
        "  also      chip.wire, chip.cable\n"
        f"  file      {mine}\n"
    )
    assert "  also      chip.cable.both\n" in inside("ceilings", "show", "chip.wire.both", "--ceilings", mine).text  # fmt: skip
    assert "  read      not yet\n" in inside("ceilings", "show", "h100.hbm").text


def test_json_meets_its_schema(repo, inside, mine):
    schema = json.loads((resources.files("gitbaseline.model") / "schema" / "ceilings-1.json").read_text())  # fmt: skip
    jsonschema.Draft202012Validator.check_schema(schema)
    only = inside("ceilings", "show", "chip.wire", "--ceilings", mine, "--json").json
    every = inside("ceilings", "list", "--json").json
    for document in (only, every):
        jsonschema.Draft202012Validator(schema).validate(document)
    assert only == {
        "tool": "perf_baseline_ceilings",
        "verb": "ceilings",
        "schema": "git-baseline/ceilings/1",
        "file": str(mine),
        "ceilings": [
            {
                "key": "chip.wire.per_direction",
                "aliases": ["chip.cable.per_direction", "chip.wire", "chip.cable"],
                "value": 2,
                "unit": "GB/s",
                "face": "per_direction",
                "range": [1.5, 2],
                "device": "A chip",
                "source": "page",
                "url": "https://example.org/x",
                "read": "2026-01-02",
                "verified": "vendor",
                "note": "two",
            }
        ],
    }
    assert every["file"] == str(SHIPPED)


def test_which_file_is_in_force(repo, inside, mine, tmp_path):
    def file(*words, **environment):
        return inside("ceilings", "list", "--json", *words, **environment).json["file"]

    own = repo.path / "configs" / "sol-ceilings.yaml"
    own.parent.mkdir()
    own.write_text(MINE)
    other = tmp_path / "other.yaml"
    other.write_text(MINE)
    assert file() == str(SHIPPED)  # there, but not tracked
    repo.git("add", "configs")
    assert file() == str(own)
    assert file(folder=own.parent) == str(own)
    assert file(SOL_CEILINGS_YAML=str(other)) == str(other)
    assert file("--ceilings", mine, SOL_CEILINGS_YAML=str(other)) == str(mine)
    assert file(folder=tmp_path) == str(SHIPPED)  # no repository
    assert file(folder=repo.path / ".git") == str(SHIPPED)  # no work tree


def test_record_freezes_the_share(registry, inside, mine, held):
    by_hand = inside(*held, "chip.cable", "--ceilings", mine, "--sol-rigor", "L3").json
    page = "https://example.org/x"
    assert sol(by_hand) == (60, "chip.wire.per_direction", 2, "GB/s", f"{page} (vendor)", "L3")
    shown = inside("show", "fam/copy", "--json").json
    assert sol(shown) == sol(by_hand)
    shipped = inside(*held, "b200_sm100.nvlink5_tbps").json
    url = "https://resources.nvidia.com/en-us-dgx-systems/dgx-b200-datasheet (secondary)"
    assert sol(shipped) == (1.2 / 900 * 100, "b200.nvlink5.per_direction", 900, "GB/s", url, "L1")
    without = inside(*held[:-1]).json
    assert sol(without) == (None,) * 6


def test_the_headline_is_held_to_it(registry, inside, tmp_path):
    file = tmp_path / "two.json"
    file.write_text('{"a": 1, "b": 2}')
    words = (
        "record",
        file,
        "--unit",
        "GB/s",
        "--direction",
        "higher",
        "--json",
        "--sol",
        "h100.hbm",
    )
    done = inside(*words)
    assert done.code == 2
    assert done.json["error"] == {
        "code": "sol/headline",
        "hint": "--headline KEY",
        "message": "none of the 2 metrics stands for the entry, so none is held to a ceiling",
        "where": "--sol",
    }
    assert sol(inside(*words, "--headline", "b").json)[0] == 2 / 3350 * 100


def test_bad_input_leaves_everything_as_it_was(registry, inside, mine, held):
    before = registry.reached()
    broken = mine.with_name("broken.yaml")
    broken.write_text(MINE.replace("both", "bth"))
    for words, code, where in (
        ((*held, "b200.nvlnk5"), "ceiling/unknown", "b200.nvlnk5"),
        ((*held, "chip.int8", "--ceilings", mine), "sol/unit", "chip.int8.dense"),
        ((*held, "chip.wire", "--ceilings", broken), "config/form", str(broken)),
        ((*held[:-1], "--ceilings", mine), "sol/alone", "--ceilings"),
        ((*held[:-1], "--sol-over"), "sol/alone", "--sol-over"),
    ):
        done = inside(*words)
        assert (done.code, done.json["error"]["code"], done.json["error"]["where"]) == (2, code, where)  # fmt: skip
    assert registry.reached() == before


def test_over_one_hundred_percent_only_on_purpose(registry, inside, mine):
    words = ("record", "-f", "fam", "-m", "copy", "--value", "3", "--unit", "GB/s", "--json")
    words = (*words, "--ceilings", mine, "--sol", "chip.wire")
    assert inside(*words).json["error"]["code"] == "sol/over"
    assert sol(inside(*words, "--sol-over").json)[0] == 150
