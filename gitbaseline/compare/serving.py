"""Five checks after a RED diff of served inference, in a fixed order, from the diff's own rows.

They go from outside to inside: was it the same load, prefill or decode, the caches, the kernels,
the host. Each says what the data show and what to do next; what was not measured is said too.
"""

from __future__ import annotations

from collections.abc import Sequence

from gitbaseline.compare.keys import fits
from gitbaseline.compare.row import Row, Standing
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import Scalar

_LEVEL = "concurrency"
_SHOWN = 3
_MOVED = (Standing.REGRESSED, Standing.IMPROVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """The judged rows of some metrics that both sides have; ``known``: there are any rows."""

    name: str
    rows: Sequence[Row]
    known: bool

    @property
    def worse(self) -> list[Row]:
        """Those that regressed, the largest move first."""
        return [row for row in self.rows if row.standing is Standing.REGRESSED]

    @property
    def undecided(self) -> bool:
        """Whether more trials would say more."""
        return any(row.standing is Standing.UNDECIDED for row in self.rows)

    def __str__(self) -> str:
        """Return what the data show."""
        moved = [row for row in self.rows if row.standing in _MOVED]
        if moved:
            more = len(moved) - _SHOWN
            return ", ".join(map(_move, moved[:_SHOWN])) + (f" and {more} more" if more > 0 else "")
        if self.rows:
            return f"{self.name} {'undecided' if self.undecided else 'did not move'}"
        return f"{self.name} {'not judged' if self.known else 'not measured'}"


def checks(rows: Sequence[Row]) -> list[str]:
    """Return the five checks, one a line."""
    found = (_load(rows), _phase(rows), _cache(rows), _kernels(rows), _host(rows))
    return [f"check {number}, {text}" for number, text in enumerate(found, 1)]


def _load(rows: Sequence[Row]) -> str:
    throughput = _seen(rows, "throughput", "throughput_toks_per_s")
    failed = _called(rows, "*failed*", "*error_count*", "errors")
    more = [row for row in failed if (row.delta or 0) > 0]
    if more:
        step = "read the server's log for the failed requests; the rest was measured at less load"
    elif not throughput.worse:
        absent = "record throughput_toks_per_s at each concurrency"
        step = _otherwise([throughput], "the load was reached, go on", absent)
    elif _levels(throughput.worse) == _levels(throughput.rows):
        step = "it fell at every level: check that the client itself kept up"
    else:
        step = "it fell at some levels: compare the limits of a batch (max_num_seqs) there"
    said = _move(more[0]) if more else "no more requests failed"
    return f"same load: {throughput}; {said if failed else 'failed requests not measured'}. {step}"


def _phase(rows: Sequence[Row]) -> str:
    prefill = _seen(rows, "ttft", "ttft_*")
    decode = _seen(rows, "itl", "itl_*", "tps_per_user")
    if prefill.worse and decode.worse:
        step = "both: look at what they share, clocks, batching and kernels"
    elif prefill.worse:
        step = "prefill: look at queueing, chunked prefill and the prefix cache"
    elif decode.worse:
        step = "decode: look at attention kernels, CUDA graphs and the batch size"
    else:
        still = "neither: the loss is before the first or after the last token"
        step = _otherwise([prefill, decode], still, "record ttft_p50_ms and itl_p50_ms")
    return f"prefill or decode: {prefill}; {decode}. {step}"


def _cache(rows: Sequence[Row]) -> str:
    hits = _seen(rows, "prefix cache hit rate", "prefix_cache_hit_rate_post")
    usage = _seen(rows, "KV cache usage", "gpu_cache_usage_perc_peak")
    if hits.worse:
        step = "compare prefix_caching, the dataset and the order of its prompts"
    elif usage.worse:
        step = "compare gpu_memory_utilization, max_model_len and preemptions"
    else:
        absent = "scrape the server's metrics before and after the run"
        step = _otherwise([hits, usage], "not the cache, go on", absent)
    return f"cache: {hits}; {usage}. {step}"


def _kernels(rows: Sequence[Row]) -> str:
    shares = _seen(rows, "kernel shares", "kernel_class_gpu_pct.*")
    step = "profile both commits and compare the kernels of these classes"
    if not shares.worse:
        still = "the mix is the same: if all kernels are slower, look at clocks and power"
        step = _otherwise([shares], still, "profile both commits for kernel_class_gpu_pct")
    return f"kernels: {shares}. {step}"


def _host(rows: Sequence[Row]) -> str:
    spinning = _seen(rows, "spin polling", "cpu_spinpoll_pct")
    step = "look at pinning, NUMA, other jobs and the server's scheduler"
    if not spinning.worse:
        step = _otherwise([spinning], "not the host's polling", "record cpu_spinpoll_pct")
    return f"host: {spinning}. {step}"


def _otherwise(seen: Sequence[_Seen], still: str, absent: str) -> str:
    """Return the next step where nothing got worse."""
    if any(one.undecided for one in seen):
        return "more trials would decide"
    return still if any(one.rows for one in seen) else absent


def _seen(rows: Sequence[Row], name: str, *keys: str) -> _Seen:
    found = _called(rows, *keys)
    return _Seen(name=name, rows=[row for row in found if row.judged], known=bool(found))


def _called(rows: Sequence[Row], *keys: str) -> list[Row]:
    """Return the rows that both sides have, of keys or of their ends after a dot."""
    patterns = (*keys, *(f"*.{key}" for key in keys))
    return [row for row in rows if row.delta is not None and fits(row.key, patterns)]


def _levels(rows: Sequence[Row]) -> set[Scalar]:
    return {row.dimensions.get(_LEVEL) for row in rows}


def _move(row: Row) -> str:
    level = row.dimensions.get(_LEVEL)
    move = f"{row.delta:+.4g} points" if row.unit == "%" else row.move
    at = f" at {_LEVEL} {level}" if level is not None else ""
    return f"{row.key.removeprefix(f'c{level}.')} {move}{at}"
