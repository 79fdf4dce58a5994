"""Us and the peers in turns, in one run: pairs, the median of their ratios, and how they spread.

Each round runs every side once and begins with another one, so that a busy machine slows all of
them alike; a first round fills the caches and does not count. What counts is the ratio of a pair,
our time over the peer's in the same round: below 1 we are the faster. Absolute times are of this
machine on this day. Of the processors' time too, which other work stretches less than the clock,
and in which nobody waits for a disk: of this process and of all that it started and waited for.
"""

from __future__ import annotations

import gc
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import table

_LEFT = (0, 2, 8)  # columns of words
_EMPTY = [""] * 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of those compared; ``run`` is None where it cannot be, and ``absent`` says why.

    ``per`` is how many operations one call makes: times and ratios are of one. ``wanted`` is the
    largest ratio of us to this peer that we want.
    """

    key: str
    run: Callable[[], object] | None
    title: str = ""
    per: int = 1
    wanted: float | None = None
    absent: str = ""


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of one operation."""

    clock: float
    processor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Median and quartiles."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """What a side of ours and its peers took, once for each round."""

    key: str
    ours: Side
    peers: tuple[Side, ...]
    took: dict[str, list[Took]]

    def clock(self, side: Side) -> list[float]:
        return [took.clock for took in self.took[side.key]]

    def processor(self, side: Side) -> list[float]:
        return [took.processor for took in self.took[side.key]]


def pairs(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Return our time over theirs, round by round."""
    return [mine / other for mine, other in zip(ours, theirs, strict=True)]


def spread(values: Sequence[float]) -> Spread:
    """Return the median and the quartiles; of one value, that value."""
    if len(values) == 1:
        return Spread(low=values[0], middle=values[0], high=values[0])
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(low=low, middle=middle, high=high)


def compete(key: str, ours: Side, *peers: Side, rounds: int, warm: bool = True) -> Contest:
    """Run us and all the peers that are there, ``rounds`` times in turns."""
    return Contest(key=key, ours=ours, peers=peers, took=race((ours, *peers), rounds, warm=warm))


def race(sides: Sequence[Side], rounds: int, *, warm: bool = True) -> dict[str, list[Took]]:
    """Return what one operation of each side took, once for each round."""
    able = [side for side in sides if side.run is not None]
    found: dict[str, list[Took]] = {side.key: [] for side in able}
    for number in range(-1 if warm else 0, rounds):
        first = number % len(able)
        for side in (*able[first:], *able[:first]):
            took = timed(side.run, side.per)
            if number >= 0:
                found[side.key].append(took)
    return found


def timed(run: Callable[[], object], per: int) -> Took:
    """Return what one of the ``per`` operations of a call takes."""
    gc.collect()  # what the one before left is not for this one to clear away
    used, begin = _processor(), time.perf_counter()
    run()
    clock, processor = time.perf_counter() - begin, _processor() - used
    return Took(clock / per, processor / per)


def _processor() -> float:
    each = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in each)


def show(name: str, contests: Sequence[Contest], more: Sequence[tuple[str, float]] = ()) -> None:
    """Print the table of all contests and write what was measured, each round of it.

    Keys are ``<contest>.<side>_ms``, ``.<ours>_to_<peer>_ratio`` and, of the processors' time,
    ``.<ours>_to_<peer>_cpu_ratio``; ``more`` are single numbers beside them.
    """
    print("\n".join(lines(name, contests)))
    table.rows(name, more)
    table.write(name, numbers(contests) | dict(more))


def numbers(contests: Sequence[Contest]) -> dict[str, dict[str, list[float]]]:
    """Return every time in ms and every ratio, by contest."""
    found: dict[str, dict[str, list[float]]] = {}
    for each in contests:
        times = {
            f"{key}_ms": [round(1000 * took.clock, 4) for took in all_]
            for key, all_ in each.took.items()
        }
        on_clock = ratios(each, "ratio", each.clock)
        of_processors = ratios(each, "cpu_ratio", each.processor)
        found.setdefault(each.key, {}).update(times | on_clock | of_processors)
    return found


def ratios(
    contest: Contest, ending: str, times: Callable[[Side], list[float]]
) -> dict[str, list[float]]:
    """Return the ratios to every peer that was there: what may be compared between machines."""
    return {
        f"{contest.ours.key}_to_{peer.key}_{ending}": [
            float(f"{ratio:.5g}") for ratio in pairs(times(contest.ours), times(peer))
        ]
        for peer in contest.peers
        if peer.run is not None
    }


def lines(name: str, contests: Sequence[Contest]) -> list[str]:
    """Return the table: a line for each pair of us and a peer."""
    rows = [[name, "ms", "beside", "ms", "ours/peer", "quartiles", "cpu", "pairs", "wanted"]]
    for each in contests:
        ours = [each.ours.title or each.ours.key, _middle(each, each.ours)]
        if not each.peers:
            rows.append([*ours, *_EMPTY[2:]])
        for peer in each.peers:
            rows.append([*ours, peer.title or peer.key, *_pair(each, peer)])
            ours = ["", ""]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_EMPTY))]
    return ["  ".join(map(_cell, range(len(_EMPTY)), row, widths)).rstrip() for row in rows]


def _pair(contest: Contest, peer: Side) -> list[str]:
    if peer.run is None:
        return ["-", peer.absent, *_EMPTY[5:]]
    found = spread(pairs(contest.clock(contest.ours), contest.clock(peer)))
    cpu = spread(pairs(contest.processor(contest.ours), contest.processor(peer)))
    return [
        _middle(contest, peer),
        _short(found.middle),
        f"{_short(found.low)}..{_short(found.high)}",
        _short(cpu.middle),
        str(len(contest.took[peer.key])),
        _judged(found.middle, peer.wanted),
    ]


def _middle(contest: Contest, side: Side) -> str:
    return _short(1000 * spread(contest.clock(side)).middle)


def _judged(ratio: float, wanted: float | None) -> str:
    if wanted is None:
        return ""
    return f"{_short(wanted)} at most: {'met' if ratio <= wanted else 'MISSED'}"


def _cell(column: int, text: str, width: int) -> str:
    return text.ljust(width) if column in _LEFT else text.rjust(width)


def _short(number: float) -> str:
    return f"{number:.3g}" if number < 1000 else f"{number:,.0f}"
