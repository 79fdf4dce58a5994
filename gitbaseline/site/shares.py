"""Parts made by several processes at once, each a share of about as many entries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from gitbaseline.site.stretch import Stretch
from gitbaseline.transport import workers

Result = TypeVar("Result")

_WORTH = 200  # entries that a second process is started for


def made(
    todo: Sequence[Stretch],
    make: Callable[[Stretch], Result],
    progress: Callable[[int, int], None],
) -> list[Result]:
    """Return what ``make`` makes of each part, in any order; ``progress`` hears of entries."""
    total = sum(_weight(part) for part in todo)
    shares = _shares(todo, workers.count() if total >= _WORTH else 1)

    def share(parts: Sequence[Stretch], told: Callable[[int, int], None]) -> list[Result]:
        done, seen = [], 0
        for part in parts:
            done.append(make(part))
            seen += _weight(part)
            told(min(total, seen * len(shares)), total)
        return done

    tasks = [
        partial(share, parts, progress if parts is shares[-1] else _silent) for parts in shares
    ]
    try:
        found = workers.each(tasks)
    except workers.WorkerLost:
        return share(todo, _silent)
    return [one for some in found for one in some]


def _shares(todo: Sequence[Stretch], count: int) -> list[list[Stretch]]:
    """Return the work in ``count`` shares of about as many entries; the largest are dealt first."""
    shares: list[list[Stretch]] = [[] for _ in range(max(1, min(count, len(todo))))]
    for one in sorted(todo, key=lambda one: -_weight(one)):
        min(shares, key=lambda share: sum(map(_weight, share))).append(one)
    return shares


def _weight(part: Stretch) -> int:
    return len(part.recent)


def _silent(_done: int, _total: int) -> None:
    """Tell nothing: the last share, which this process does, speaks for all."""
