from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.errors import InputError
from gitbaseline.model import units
from gitbaseline.model.metric import Direction

# Worked out by hand: spelling -> (code, factor to the base unit, dimension, direction).
BY_HAND = {
    "ns": ("ns", Fraction(1, 10**9), "time", Direction.LOWER),
    "\u00b5s": ("us", Fraction(1, 10**6), "time", Direction.LOWER),
    "\u03bcs": ("us", Fraction(1, 10**6), "time", Direction.LOWER),
    "milliseconds": ("ms", Fraction(1, 1000), "time", Direction.LOWER),
    "sec": ("s", Fraction(1), "time", Direction.LOWER),
    "minutes": ("min", Fraction(60), "time", Direction.LOWER),
    "hour": ("h", Fraction(3600), "time", Direction.LOWER),
    "B": ("By", Fraction(1), "data", Direction.UNKNOWN),
    "kB": ("kBy", Fraction(1000), "data", Direction.UNKNOWN),
    "MiB": ("MiBy", Fraction(2**20), "data", Direction.UNKNOWN),
    "TiBy": ("TiBy", Fraction(2**40), "data", Direction.UNKNOWN),
    "Gbits": ("Gbit", Fraction(10**9, 8), "data", Direction.UNKNOWN),
    "GB/s": ("GBy/s", Fraction(10**9), "data/time", Direction.HIGHER),
    "Gb/s": ("Gbit/s", Fraction(10**9, 8), "data/time", Direction.HIGHER),
    "GiB/s": ("GiBy/s", Fraction(2**30), "data/time", Direction.HIGHER),
    "Gbyte/s": ("GBy/s", Fraction(10**9), "data/time", Direction.HIGHER),
    "TFLOPS": ("T{FLOP}/s", Fraction(10**12), "flop/time", Direction.HIGHER),
    "PFLOP/s": ("P{FLOP}/s", Fraction(10**15), "flop/time", Direction.HIGHER),
    "GFLOP": ("G{FLOP}", Fraction(10**9), "flop", Direction.UNKNOWN),
    "toks/s": ("{token}/s", Fraction(1), "token/time", Direction.HIGHER),
    "ms/token": ("ms/{token}", Fraction(1, 1000), "time/token", Direction.LOWER),
    "req/s": ("{request}/s", Fraction(1), "request/time", Direction.HIGHER),
    "ns/op": ("ns/{op}", Fraction(1, 10**9), "time/op", Direction.LOWER),
    "IOPS": ("{op}/s", Fraction(1), "op/time", Direction.HIGHER),
    "TOPS": ("T{op}/s", Fraction(10**12), "op/time", Direction.HIGHER),
    "sequences/s": ("{sequence}/s", Fraction(1), "sequence/time", Direction.HIGHER),
    "samples/sec": ("{sample}/s", Fraction(1), "sample/time", Direction.HIGHER),
    "s/it": ("s/{iteration}", Fraction(1), "time/iteration", Direction.LOWER),
    "%": ("%", Fraction(1, 100), "ratio", Direction.UNKNOWN),
    "ratio": ("1", Fraction(1), "ratio", Direction.UNKNOWN),
    "count": ("{count}", Fraction(1), "count", Direction.UNKNOWN),
    "MHz": ("MHz", Fraction(10**6), "frequency", Direction.UNKNOWN),
    "mW": ("mW", Fraction(1, 1000), "power", Direction.UNKNOWN),
    "kWh": ("kWh", Fraction(3_600_000), "energy", Direction.UNKNOWN),
    "\u00b0C": ("Cel", Fraction(1), "temperature", Direction.UNKNOWN),
    "ps": ("ps", Fraction(1, 10**12), "time", Direction.LOWER),
    "ops/us": ("{op}/us", Fraction(10**6), "op/time", Direction.HIGHER),
    "ops/min": ("{op}/min", Fraction(1, 60), "op/time", Direction.HIGHER),
    "min/op": ("min/{op}", Fraction(60), "time/op", Direction.LOWER),
    "B/op": ("By/{op}", Fraction(1), "data/op", Direction.LOWER),
    "allocs/op": ("{allocation}/{op}", Fraction(1), "allocation/op", Direction.LOWER),
    "ns/iter": ("ns/{iteration}", Fraction(1, 10**9), "time/iteration", Direction.LOWER),
    "\u03bcs/iter": ("us/{iteration}", Fraction(1, 10**6), "time/iteration", Direction.LOWER),
    "Kelem/s": ("k{element}/s", Fraction(1000), "element/time", Direction.HIGHER),
    "items/s": ("{item}/s", Fraction(1), "item/time", Direction.HIGHER),
    "events/s": ("{event}/s", Fraction(1), "event/time", Direction.HIGHER),
    "transactions/s": ("{transaction}/s", Fraction(1), "transaction/time", Direction.HIGHER),
    "allocations": ("{allocation}", Fraction(1), "allocation", Direction.UNKNOWN),
}
AMBIGUOUS = ["KB", "gb/s", "Gbit/S", "TPS", "TFLOPs", "m", "M", "", " ms", "ms ", "MT/s", "x"]
SPELLINGS = sorted(units._UNITS)


@pytest.mark.parametrize("spelling", BY_HAND)
def test_spelling_means_what_the_table_by_hand_says(spelling):
    unit = units.lookup(spelling)
    factor = Fraction(unit.numerator, unit.denominator)
    assert (unit.code, factor, unit.dimension, unit.direction) == BY_HAND[spelling]


def test_no_spelling_stands_twice():
    assert len(list(units._read_table())) == len(units._UNITS)


def test_every_code_is_its_own_spelling():
    for unit in units._UNITS.values():
        assert units.lookup(unit.code) is unit


def test_a_dimension_has_one_direction():
    directions = {(unit.dimension, unit.direction) for unit in units._UNITS.values()}
    assert len(directions) == len({dimension for dimension, _ in directions})


@pytest.mark.parametrize("spelling", AMBIGUOUS)
def test_what_is_ambiguous_is_not_guessed(spelling):
    assert units.find(spelling) is None
    assert units.default_direction(spelling) is Direction.UNKNOWN
    with pytest.raises(InputError) as caught:
        units.lookup(spelling)
    assert caught.value.code == "unit/unknown"


def test_an_unknown_unit_names_the_nearest_spellings():
    with pytest.raises(InputError) as caught:
        units.lookup("Gb/sec")
    assert str(caught.value) == "unit 'Gb/sec' is not known"
    assert caught.value.hint == "did you mean GB/sec or Gb/s or B/sec? Case counts."


def test_nothing_near_gives_no_hint():
    with pytest.raises(InputError) as caught:
        units.lookup("\u2603\u2603\u2603\u2603\u2603\u2603")
    assert caught.value.hint is None


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (50.0, "GB/s", "Gbit/s", 400.0),
        (1.5, "s", "ms", 1500.0),
        (0.1, "ms", "us", 100.0),
        (4.35, "%", "ratio", 0.0435),
        (3, "GiB", "B", 3 * 2**30),
        (1, "TB/s", "GB/s", 1000.0),
        (90.0, "min", "h", 1.5),
        (7.25, "my own unit", "my own unit", 7.25),
        (-2.0, "W", "mW", -2000.0),
    ],
)
def test_conversion(value, source, target, expected):
    assert units.convert(value, source, target) == expected


def test_conversion_stays_inside_a_dimension():
    with pytest.raises(InputError) as caught:
        units.convert(1.0, "tokens/s", "req/s")
    assert caught.value.code == "unit/dimension"
    assert str(caught.value) == (
        "'tokens/s' (token/time) does not convert into 'req/s' (request/time)"
    )


def test_conversion_out_of_range():
    with pytest.raises(InputError) as caught:
        units.convert(1e308, "TB", "bit")
    assert (caught.value.code, str(caught.value)) == (
        "unit/range",
        "1e+308 TB is out of range in bit",
    )


def test_conversion_of_an_unknown_unit():
    with pytest.raises(InputError, match="'furlong' is not known"):
        units.convert(1.0, "furlong", "s")


@given(
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e250, max_value=1e250),
    st.sampled_from(SPELLINGS),
    st.data(),
)
def test_conversion_is_rounded_once_and_never_crosses_dimensions(value, source, data):
    target = data.draw(st.sampled_from(SPELLINGS))
    here, there = units.lookup(source), units.lookup(target)
    if here.dimension != there.dimension:
        with pytest.raises(InputError):
            units.convert(value, source, target)
        return
    exact = Fraction(value) * Fraction(here.numerator, here.denominator)
    exact /= Fraction(there.numerator, there.denominator)
    assert units.convert(value, source, target) == float(exact)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("ttft_ms", "ms"),
        ("ttft_ms.p99", "ms"),
        ("ttft_ms.p99_9", "ms"),
        ("ttft_ms.mean", "ms"),
        ("ttft_ms.count", None),
        ("ttft_ms.std", None),
        ("runs.0.duration_s", "s"),
        ("wait_seconds", "s"),
        ("warm_ns", "ns"),
        ("time_per_token_ms", "ms"),
        ("ms", "ms"),
        ("s", None),
        ("us", None),
        ("p99", None),
        ("status", None),
        ("bytes", "B"),
        ("peak_bytes", "B"),
        ("size_mib", "MiB"),
        ("size_mb", None),
        ("bw_gbps", None),
        ("bw_gb_s", None),
        ("tok_s", None),
        ("io_mib_s", None),
        ("cpu_s", "s"),
        ("read_bytes_per_second", "B/s"),
        ("output_toks_per_s", "tokens/s"),
        ("tokens_per_second", "tokens/s"),
        ("frobs_per_s", None),
        ("frobs_per_ms", None),
        ("per_s", None),
        ("hit_pct", "%"),
        ("hit_ratio", "ratio"),
        ("tflops", "TFLOP/s"),
        ("latencyMs", None),
        ("latency_MS", None),
    ],
)
def test_unit_of_a_key(key, expected):
    assert units.suffix_unit(key) == expected


def test_every_suffix_names_a_unit_that_is_known():
    assert {unit for unit in units._SUFFIXES.values() if units.find(unit) is None} == set()


@pytest.mark.parametrize(
    "spelling", ["ns", "us", "ms", "s", "min", "h", "Hz", "kHz", "MHz", "GHz", "W", "kW", "J", "kJ"]
)
def test_plain_units_agree_with_pint(spelling):
    pint = pytest.importorskip("pint")
    unit = units.lookup(spelling)
    base = pint.UnitRegistry().Quantity(1, spelling).to_base_units().magnitude
    assert math.isclose(base, unit.numerator / unit.denominator, rel_tol=1e-12)
