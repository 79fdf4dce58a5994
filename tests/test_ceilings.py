"""Ceilings: the shipped file's figures, finding by key, and every fault of a file by its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitbaseline import ceilings, config_file
from gitbaseline.ceilings import Ceiling, Source, Verified
from gitbaseline.errors import InputError, Unable

GOOD = """
schema: git-baseline/ceilings/1
sources:
  page: {url: "https://example.org/x", read: 2026-01-02}
  other: {url: "https://example.org/y", read: null}
devices:
  chip:
    title: A chip
    aliases: [chip_v1]
    compute:
      bf16: {dense: {range: [9, 10]}, sparse: null, unit: TFLOP/s, source: other, verified: secondary}
    link:
      wire: {per_direction: 1.5, both: 3, unit: GB/s, source: page, verified: vendor, aliases: [cable], note: two}
    memory:
      hbm: {peak: 8, unit: TB/s, source: page, verified: unverified}
"""
PAGE = Source(name="page", url="https://example.org/x", read="2026-01-02")
OTHER = Source(name="other", url="https://example.org/y", read=None)


def load(text):
    return ceilings.load(text.encode(), "c.yaml")


@pytest.fixture(scope="module")
def shipped():
    return ceilings.read(ceilings.choose(given=None, setting=None, tracked=None))


def test_a_file_as_values():
    known = load(GOOD)
    assert known.file == "c.yaml"
    assert list(known.by_key.values()) == [
        Ceiling(
            key="chip.bf16.dense",
            value=10,
            unit="TFLOP/s",
            face="dense",
            span=(9, 10),
            device="A chip",
            source=OTHER,
            verified=Verified.SECONDARY,
            note=None,
            aliases=("chip_v1.bf16.dense", "chip.bf16", "chip_v1.bf16"),
        ),
        Ceiling(
            key="chip.wire.per_direction",
            value=1.5,
            unit="GB/s",
            face="per_direction",
            span=None,
            device="A chip",
            source=PAGE,
            verified=Verified.VENDOR,
            note="two",
            aliases=(
                "chip.cable.per_direction",
                "chip_v1.wire.per_direction",
                "chip_v1.cable.per_direction",
                "chip.wire",
                "chip.cable",
                "chip_v1.wire",
                "chip_v1.cable",
            ),
        ),
        Ceiling(
            key="chip.wire.both",
            value=3,
            unit="GB/s",
            face="both",
            span=None,
            device="A chip",
            source=PAGE,
            verified=Verified.VENDOR,
            note="two",
            aliases=("chip.cable.both", "chip_v1.wire.both", "chip_v1.cable.both"),
        ),
        Ceiling(
            key="chip.hbm",
            value=8,
            unit="TB/s",
            face="peak",
            span=None,
            device="A chip",
            source=PAGE,
            verified=Verified.UNVERIFIED,
            note=None,
            aliases=("chip_v1.hbm",),
        ),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("ceilings/1", "ceilings/2", "schema: expected git-baseline/ceilings/1, got 'git-baseline/ceilings/2'"),
        ("sources:", "source:", "source: unknown key; did you mean sources?"),
        ("title: A chip", "tilte: A chip", "devices['chip'].tilte: unknown key; did you mean title?"),
        ("memory:", "links: 3\n    memory:", "devices['chip'].links: unknown key; did you mean link?"),
        ("sparse: null, ", "", "devices['chip'].compute['bf16'].sparse: missing"),
        ("both: 3, ", "", "devices['chip'].link['wire'].both: missing"),
        ("per_direction: 1.5", "per_direction: null", "devices['chip'].link['wire'].per_direction: expected a number, got null"),
        ("peak: 8", "peak: 0", "devices['chip'].memory['hbm'].peak: expected a number above 0, or range: [low, high]"),
        ("[9, 10]", "[10, 9]", "devices['chip'].compute['bf16'].dense: expected a number above 0, or range: [low, high]"),
        ("[9, 10]", "[9]", "devices['chip'].compute['bf16'].dense: expected a number above 0, or range: [low, high]"),
        ("unit: TB/s", "unit: TBs", "devices['chip'].memory['hbm'].unit: expected a known unit, got 'TBs'"),
        ("source: other", "source: othr", "devices['chip'].compute['bf16'].source: expected one of sources (other), got 'othr'"),
        ("source: other", "source: zzz", "devices['chip'].compute['bf16'].source: expected one of sources (other, page), got 'zzz'"),
        ("verified: secondary", "verified: vendor", "devices['chip'].compute['bf16'].verified: expected a day in sources.other.read first, got null there"),
        ("verified: secondary", "verified: yes", "devices['chip'].compute['bf16'].verified: expected vendor or secondary or unverified, got 'yes'"),
        ("[chip_v1]", "[Chip]", "devices['chip']: expected a name of a-z, 0-9 and _, got 'Chip'"),
        ("[chip_v1]", "[a, a]", "devices['chip'].aliases: expected a list of texts, each once, got ['a', 'a']"),
        ("[chip_v1]", "chip", "devices['chip'].aliases: expected a list of texts, each once, got 'chip'"),
        ("hbm: {", "bad.name: {", "devices['chip'].memory['bad.name']: expected a name of a-z, 0-9 and _, got 'bad.name'"),
        ("hbm: {", "cable: {", "chip.cable would stand for chip.wire.per_direction and chip.cable"),
        ("https://example.org/x", "http://example.org/x", "sources['page'].url: expected https://..., got 'http://example.org/x'"),
        ("2026-01-02", "today", "sources['page'].read: expected YYYY-MM-DD, got 'today'"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place(old, new, message):
    assert GOOD.count(old) >= 1
    with pytest.raises(InputError) as caught:
        load(GOOD.replace(old, new, 1))
    error = caught.value
    assert (error.message, error.code, error.where) == (message, "config/form", "c.yaml")


@pytest.mark.parametrize(
    ("text", "message"), [("[]", "expected an object"), ("a: 1\na: 2", "twice")]
)
def test_no_such_document(text, message):
    with pytest.raises(InputError, match=message):
        load(text)


def test_a_key_that_is_not_there():
    known = load(GOOD)
    for name, hint in (
        ("chip.wier", "did you mean chip.wire or chip_v1.wire or chip.wire.both?"),
        ("?", "git baseline ceilings list"),
    ):
        with pytest.raises(InputError) as caught:
            known.find(name)
        error = caught.value
        assert (error.message, error.code, error.hint) == (
            f"there is no ceiling {name!r} in c.yaml",
            "ceiling/unknown",
            hint,
        )


@pytest.mark.parametrize(
    ("name", "key", "value", "unit"),
    [
        ("b200_sm100.nvlink5_tbps", "b200.nvlink5.per_direction", 900, "GB/s"),
        ("b200.nvlink5.both", "b200.nvlink5.both", 1800, "GB/s"),
        ("a100.bf16", "a100.bf16.dense", 312, "TFLOP/s"),
        ("h100.fp8.sparse", "h100.fp8.sparse", 3957.8, "TFLOP/s"),
        ("h200.hbm", "h200.hbm", 4.8, "TB/s"),
        ("l40s.gddr6", "l40s.gddr6", 0.864, "TB/s"),
        ("b300.fp4", "b300.fp4.dense", 15000, "TFLOP/s"),
        ("b300.int8", "b300.int8.dense", 150e12, "ops/s"),
        ("gb300.int8.sparse", "gb300.int8.sparse", 330e12, "ops/s"),
        ("gb200_nvl72.nvlink5.both", "gb200_nvl72.nvlink5.both", 130, "TB/s"),
        ("gb300_nvl72.fp4", "gb300_nvl72.fp4.dense", 1080, "PFLOP/s"),
        ("mi300x.xgmi", "mi300x.infinity_fabric.per_direction", 448, "GB/s"),
        ("mi325x.hbm", "mi325x.hbm", 6, "TB/s"),
        ("mi355x_gfx950.fp8", "mi355x.fp8.dense", 5033, "TFLOP/s"),
        ("nvlink3.gpu.both", "nvlink3.gpu.both", 600, "GB/s"),
        ("nvlink4.link", "nvlink4.link.per_direction", 25, "GB/s"),
        ("pcie4.x16", "pcie4.x16.per_direction", 31.5, "GB/s"),
        ("pcie5.x16.both", "pcie5.x16.both", 126, "GB/s"),
        ("pcie6.x16", "pcie6.x16.per_direction", 121, "GB/s"),
        ("cx7.port", "connectx7.port.per_direction", 400, "Gbit/s"),
        ("cx8.port", "connectx8.port.per_direction", 800, "Gbit/s"),
    ],
)
def test_the_shipped_figures(shipped, name, key, value, unit):
    found = shipped.find(name)
    assert (found.key, found.value, found.unit) == (key, value, unit)


def test_the_shipped_file_claims_no_more_than_is_known(shipped):
    assert len(shipped.by_key) > 150
    assert {c.source.read for c in shipped.by_key.values()} == {None}
    unverified = {key for key, c in shipped.by_key.items() if c.verified is not Verified.SECONDARY}
    assert unverified == {
        "a100.fp64.dense",
        "a100.fp64_tensor.dense",
        "gb200_nvl72.fp8.dense",
        "gb200_nvl72.fp8.sparse",
        "mi355x.fp64.dense",
    }


def test_faces_fit_each_other(shipped):
    """Sparse is at most twice dense and not less; both is twice one direction."""
    for key, low in shipped.by_key.items():
        stem, _, face = key.rpartition(".")
        high = shipped.by_key.get(f"{stem}.sparse" if face == "dense" else f"{stem}.both")
        if face == "dense" and high:
            assert low.value < high.value <= 2.03 * low.value, key
        if face == "per_direction" and high:
            assert high.value == 2 * low.value, key


def test_which_file_is_in_force():
    given, tracked = Path("given"), Path("tracked")
    assert ceilings.choose(given=given, setting="set", tracked=tracked) == given
    assert ceilings.choose(given=None, setting="set", tracked=tracked) == Path("set")
    assert ceilings.choose(given=None, setting="", tracked=tracked) == tracked
    own = ceilings.choose(given=None, setting=None, tracked=None)
    assert own == config_file.shipped("sol-ceilings.yaml")


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError) as caught:
        ceilings.read(tmp_path / "none.yaml")
    assert str(caught.value) == f"{tmp_path}/none.yaml: cannot be read: No such file or directory"
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * (1024 * 1024 + 1))
    with pytest.raises(InputError, match="expected at most 1048576 bytes, got more"):
        ceilings.read(large)
    with pytest.raises(Unable, match=r"configs/none\.yaml is not part of this installation"):
        config_file.shipped("none.yaml")
