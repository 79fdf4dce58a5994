"""Units of measure: which spellings are known, what they mean, what converts into what.

This is a closed table, not a parser; it does not guess.

Rules:

- A spelling is looked up as it stands. Case is never guessed (``Gb/s`` is a bit rate, ``GB/s``
  a byte rate), and a spelling that two tools use in two senses (``KB``, ``TPS``, ``TFLOPs``)
  is not here: a format that knows which is meant says so itself.
- Decimal prefixes are powers of 1000, binary ones (``GiB``) of 1024.
- Counted things (token, request, sample, ...) are each a dimension of their own: tokens per
  second never convert into requests per second.
- Time is better lower, a rate higher; of bytes, counts and ratios nobody can say in general.
- A user's own unit may be any text. One that is not here has no direction and converts into
  nothing but itself.

>>> convert(50.0, "GB/s", "Gbit/s")
400.0
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gitbaseline.errors import InputError
from gitbaseline.frozen import dataclass
from gitbaseline.model.metric import Direction
from gitbaseline.pattern import pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit: UCUM-style code and the exact factor to the base unit of its dimension."""

    code: str
    numerator: int
    denominator: int
    dimension: str
    direction: Direction


# "= dimension direction" opens a group; below it one unit a line: code, factor, other spellings.
_TABLE = """
= time lower-is-better
ps                   1/1000000000000 psec picosecond picoseconds
ns                   1/1000000000  nsec nanosecond nanoseconds
us                   1/1000000     \u00b5s \u03bcs usec microsecond microseconds
ms                   1/1000        msec millisecond milliseconds
s                    1             sec secs second seconds
min                  60            minute minutes
h                    3600          hour hours
= data unknown
By                   1             B byte bytes
kBy                  1000          kB
MBy                  1000000       MB
GBy                  1000000000    GB
TBy                  1000000000000 TB
KiBy                 1024          KiB
MiBy                 1048576       MiB
GiBy                 1073741824    GiB
TiBy                 1099511627776 TiB
bit                  1/8           bits
kbit                 125           kbits
Mbit                 125000        Mbits
Gbit                 125000000     Gbits
= data/time higher-is-better
By/s                 1             B/s byte/s bytes/s B/sec bytes/sec
kBy/s                1000          kB/s kB/sec
MBy/s                1000000       MB/s MB/sec MBps
GBy/s                1000000000    GB/s GB/sec GBps Gbyte/s
TBy/s                1000000000000 TB/s TB/sec TBps Tbyte/s
KiBy/s               1024          KiB/s
MiBy/s               1048576       MiB/s
GiBy/s               1073741824    GiB/s
TiBy/s               1099511627776 TiB/s
bit/s                1/8           bits/s b/s bps
kbit/s               125           kb/s kbps
Mbit/s               125000        Mb/s Mbps
Gbit/s               125000000     Gb/s Gbps
Tbit/s               125000000000  Tb/s Tbps
= flop unknown
{FLOP}               1             FLOP
G{FLOP}              1000000000    GFLOP
T{FLOP}              1000000000000 TFLOP
= flop/time higher-is-better
{FLOP}/s             1             FLOP/s FLOPS
M{FLOP}/s            1000000       MFLOP/s MFLOPS
G{FLOP}/s            1000000000    GFLOP/s GFLOPS
T{FLOP}/s            1000000000000 TFLOP/s TFLOPS
P{FLOP}/s            1000000000000000 PFLOP/s PFLOPS
= token unknown
{token}              1             token tokens tok toks
= token/time higher-is-better
{token}/s            1             token/s tokens/s tok/s toks/s tokens/sec tokens/second tok/sec
= time/token lower-is-better
s/{token}            1             s/token s/tok
ms/{token}           1/1000        ms/token ms/tok
us/{token}           1/1000000     us/token us/tok
= request unknown
{request}            1             request requests req reqs
= request/time higher-is-better
{request}/s          1             request/s requests/s req/s reqs/s requests/sec req/sec
= op unknown
{op}                 1             op ops
= op/time higher-is-better
{op}/s               1             op/s ops/s ops/sec IOPS
G{op}/s              1000000000    GOPS
T{op}/s              1000000000000 TOPS
P{op}/s              1000000000000000 POPS
{op}/min             1/60          op/min ops/min
{op}/ms              1000          op/ms ops/ms
{op}/us              1000000       op/us ops/us
{op}/ns              1000000000    op/ns ops/ns
= time/op lower-is-better
s/{op}               1             s/op sec/op
ms/{op}              1/1000        ms/op
us/{op}              1/1000000     us/op
ns/{op}              1/1000000000  ns/op
min/{op}             60            min/op
= data/op lower-is-better
By/{op}              1             B/op bytes/op
= allocation unknown
{allocation}         1             allocation allocations allocs
= allocation/op lower-is-better
{allocation}/{op}    1             allocation/op allocations/op allocs/op
= element unknown
{element}            1             element elements elem
= element/time higher-is-better
{element}/s          1             element/s elements/s elem/s
k{element}/s         1000          Kelem/s
M{element}/s         1000000       Melem/s
G{element}/s         1000000000    Gelem/s
= item unknown
{item}               1             item items
= item/time higher-is-better
{item}/s             1             item/s items/s
= event unknown
{event}              1             event events
= event/time higher-is-better
{event}/s            1             event/s events/s
= transaction unknown
{transaction}        1             transaction transactions
= transaction/time higher-is-better
{transaction}/s      1             transaction/s transactions/s
= sample unknown
{sample}             1             sample samples
= sample/time higher-is-better
{sample}/s           1             sample/s samples/s samples/sec samples/second
= sequence unknown
{sequence}           1             sequence sequences
= sequence/time higher-is-better
{sequence}/s         1             sequence/s sequences/s
= step unknown
{step}               1             step steps
= step/time higher-is-better
{step}/s             1             step/s steps/s steps/sec steps/second
= time/step lower-is-better
s/{step}             1             s/step sec/step
ms/{step}            1/1000        ms/step
= image unknown
{image}              1             image images img
= image/time higher-is-better
{image}/s            1             image/s images/s img/s images/sec images/second
= query unknown
{query}              1             query queries
= query/time higher-is-better
{query}/s            1             query/s queries/s queries/sec QPS qps
= iteration unknown
{iteration}          1             iteration iterations iter iters
= iteration/time higher-is-better
{iteration}/s        1             iteration/s iterations/s iter/s it/s
= time/iteration lower-is-better
s/{iteration}        1             s/iteration s/iter s/it
ms/{iteration}       1/1000        ms/iteration ms/iter ms/it
us/{iteration}       1/1000000     us/iteration us/iter \u00b5s/iter \u03bcs/iter
ns/{iteration}       1/1000000000  ns/iteration ns/iter
= frame unknown
{frame}              1             frame frames
= frame/time higher-is-better
{frame}/s            1             frame/s frames/s fps FPS
= ratio unknown
1                    1             ratio fraction
%                    1/100         percent pct
[ppm]                1/1000000     ppm
= count unknown
{count}              1             count counts
= frequency unknown
Hz                   1
kHz                  1000
MHz                  1000000
GHz                  1000000000
= power unknown
mW                   1/1000
W                    1             watt watts
kW                   1000
= energy unknown
mJ                   1/1000
J                    1             joule joules
kJ                   1000
Wh                   3600
kWh                  3600000
= temperature unknown
Cel                  1             \u00b0C
"""

# How a key ends, with the unit it then has. The longest ending decides, so that an unknown rate
# (``_per_s``) is not taken for seconds. ``_gbps``, ``_gb_s`` and ``_mb`` mean two things each.
_SUFFIXES = {
    "ns": "ns",
    "us": "us",
    "ms": "ms",
    "s": "s",
    "sec": "s",
    "secs": "s",
    "seconds": "s",
    "bytes": "B",
    "kib": "KiB",
    "mib": "MiB",
    "gib": "GiB",
    "bytes_per_s": "B/s",
    "bytes_per_sec": "B/s",
    "bytes_per_second": "B/s",
    "tok_per_s": "tokens/s",
    "toks_per_s": "tokens/s",
    "tokens_per_s": "tokens/s",
    "tokens_per_sec": "tokens/s",
    "tokens_per_second": "tokens/s",
    "requests_per_s": "requests/s",
    "requests_per_sec": "requests/s",
    "requests_per_second": "requests/s",
    "samples_per_s": "samples/s",
    "samples_per_sec": "samples/s",
    "samples_per_second": "samples/s",
    **{f"{things}_per_s": f"{things}/s" for things in ("steps", "images", "queries", "ops")},
    **{f"{things}_per_second": f"{things}/s" for things in ("steps", "images", "queries", "ops")},
    "pct": "%",
    "percent": "%",
    "ratio": "ratio",
    "gflops": "GFLOP/s",
    "tflops": "TFLOP/s",
    "pflops": "PFLOP/s",
}
_SUFFIX = pattern(
    r"(?:^(?![nu]?s$)|_)"  # a key that is only "s" or "us" may be anything
    r"(?:(?P<known>" + "|".join(sorted(_SUFFIXES, key=len, reverse=True)) + r")|per_[^_]+"
    r"|(?:[kmgt]i?(?:b|bits?|bytes?)|bytes|bits?|toks?|tokens?|reqs?|requests?|ops|iters?|it"
    r"|samples?|images?|img|steps?|flops?|[a-z]flops?)_s)$"  # a rate, not seconds
)
# Below a key that names the unit, a plain statistic of the same quantity has it too.
_STATISTIC = pattern(r"mean|avg|average|median|min|max|p\d+(?:[._]\d+)?", re.ASCII)


def find(spelling: str) -> Unit | None:
    """Return the unit of exactly this spelling, or None."""
    return _UNITS.get(spelling)


def lookup(spelling: str) -> Unit:
    """Return the unit of exactly this spelling; InputError names the nearest one otherwise."""
    unit = find(spelling)
    if unit is None:
        from difflib import get_close_matches  # noqa: PLC0415 - only who misspells waits for it

        near = get_close_matches(spelling, _UNITS, n=3, cutoff=0.5)
        raise InputError(
            f"unit {spelling!r} is not known",
            code="unit/unknown",
            hint=f"did you mean {' or '.join(near)}? Case counts." if near else None,
        )
    return unit


def convert(value: float, source: str, target: str) -> float:
    """Return ``value`` in another unit of the same dimension, rounded once.

    A spelling that is not in the table converts only into itself. InputError says which two
    dimensions do not meet, or that the result is out of range.
    """
    if source == target:
        return value
    here, there = lookup(source), lookup(target)
    if here.dimension != there.dimension:
        raise InputError(
            f"{source!r} ({here.dimension}) does not convert into {target!r} ({there.dimension})",
            code="unit/dimension",
        )
    numerator, denominator = value.as_integer_ratio()
    numerator *= here.numerator * there.denominator
    denominator *= here.denominator * there.numerator
    try:
        return numerator / denominator
    except OverflowError:
        raise InputError(
            f"{value} {source} is out of range in {target}", code="unit/range"
        ) from None


@cache
def base_of(spelling: str) -> str | None:
    """Return the code of the base unit of a unit's dimension, or None where it is not known.

    >>> base_of("ms"), base_of("GB/s"), base_of("parsec")
    ('s', 'By/s', None)
    """
    unit = find(spelling)
    for other in _UNITS.values():
        if unit and other.dimension == unit.dimension and other.numerator == other.denominator:
            return other.code
    return None


def default_direction(spelling: str) -> Direction:
    """Return which way is better by the unit alone: unknown where the unit does not tell."""
    unit = find(spelling)
    return unit.direction if unit else Direction.UNKNOWN


def suffix_unit(key: str) -> str | None:
    """Return the unit that a dotted key names by its ending, or None.

    >>> suffix_unit("ttft_ms.p99"), suffix_unit("output_tokens_per_s"), suffix_unit("bw_gbps")
    ('ms', 'tokens/s', None)
    """
    parts = key.split(".")
    if len(parts) > 1 and _STATISTIC.fullmatch(parts[-1]):
        parts.pop()
    match = _SUFFIX.search(parts[-1])
    known = match and match["known"]
    return _SUFFIXES[known] if known else None


def _read_table() -> Iterator[tuple[str, Unit]]:
    dimension, direction = "", Direction.UNKNOWN
    for line in _TABLE.strip().splitlines():
        code, factor, *others = line.split()
        if code == "=":
            dimension, direction = factor, Direction(others[0])
            continue
        numerator, _, denominator = factor.partition("/")
        unit = Unit(
            code=code,
            numerator=int(numerator),
            denominator=int(denominator or 1),
            dimension=dimension,
            direction=direction,
        )
        for spelling in (code, *others):
            yield spelling, unit


_UNITS = dict(_read_table())
