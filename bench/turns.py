"""Us and the peers in turns, in one run: pairs, the median of their ratios, and how they spread.

Each round runs every side once and begins with another one, so that a busy machine slows all of
them alike; a first round fills the caches and does not count. What counts is the ratio of a pair,
our time over the peer's in the same round: below 1 we are the faster. Absolute times are of this
machine on this day. Of the processors' time too, which other work stretches less than the clock,
and in which nobody waits for a disk: of this process and of all that it started and waited for.
"""

from __future__ import annotations

import gc
import itertools
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import table

_EMPTY = [""] * 5  # behind a name and its ms


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
    print(*lines(name, contests), sep="\n")
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
    """Return the table: of each pair of us and a peer a line, which begins with ``to`` the peer.

    Where several of ours are held to one and the same run of a peer, that peer is told once and
    each of ours has the line.
    """
    rows = [[name, "ms", "ours/peer", "quartiles", "cpu", "pairs", "at most"]]
    for _, group in itertools.groupby(contests, _sole_peer):
        alike = list(group)
        if len(alike) > 1 and alike[0].peers:
            rows += _held_to_one(alike)
        else:
            rows += [row for each in alike for row in _held_to_all(each)]
    return table.aligned(rows, words=(0, 6))


def _sole_peer(contest: Contest) -> object:
    """Return what contests have in common that are held to one peer alone, in the same run."""
    if len(contest.peers) != 1:
        return id(contest)
    (peer,) = contest.peers
    return peer.key, contest.took.get(peer.key)


def _held_to_all(contest: Contest) -> list[list[str]]:
    return [
        [contest.ours.title or contest.ours.key, _middle(contest, contest.ours), *_EMPTY],
        *([_to(peer), _middle(contest, peer), *_pair(contest, peer)] for peer in contest.peers),
    ]


def _held_to_one(contests: Sequence[Contest]) -> list[list[str]]:
    (peer,) = contests[0].peers
    rows = [
        [f"  {each.ours.title or each.ours.key}", _middle(each, each.ours)] for each in contests
    ]
    return [
        [_to(peer).strip(), _middle(contests[0], peer), *_EMPTY],
        *(row + _pair(each, each.peers[0]) for row, each in zip(rows, contests, strict=True)),
    ]


def _to(peer: Side) -> str:
    return f"  to {peer.title or peer.key}"


def _pair(contest: Contest, peer: Side) -> list[str]:
    if peer.run is None:
        return [*_EMPTY[:-1], peer.absent]
    found = spread(pairs(contest.clock(contest.ours), contest.clock(peer)))
    cpu = spread(pairs(contest.processor(contest.ours), contest.processor(peer)))
    return [
        table.short(found.middle),
        f"{table.short(found.low)}..{table.short(found.high)}",
        table.short(cpu.middle),
        str(len(contest.took[peer.key])),
        _wanted(found.middle, peer.wanted),
    ]


def _wanted(ratio: float, wanted: float | None) -> str:
    return "" if wanted is None else f"{table.short(wanted)}: {table.judged(ratio, wanted)}"


def _middle(contest: Contest, side: Side) -> str:
    there = contest.took.get(side.key)
    return table.short(1000 * spread(contest.clock(side)).middle) if there else "-"
