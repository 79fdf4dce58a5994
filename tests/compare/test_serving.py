"""The five checks: what each says when its metrics moved, did not, are open, or are not there."""

from dataclasses import replace

import pytest

from gitbaseline.compare.advice import advice
from gitbaseline.compare.diff import compare
from gitbaseline.compare.serving import checks
from gitbaseline.model.metric import Direction
from gitbaseline.profiles import profile

FORMAT = "inference_perfbench_v1"
HIGHER, BOTH = Direction.HIGHER, Direction.TWO_SIDED
LEVELS = (1, 16, 64)
POINTS = ("prefix_cache_hit_rate_post", "gpu_cache_usage_perc_peak", "cpu_spinpoll_pct")
KEYS = {
    "throughput_toks_per_s": ("tokens/s", HIGHER),
    "ttft_p50_ms": ("ms", Direction.LOWER),
    "ttft_mean_ms": ("ms", Direction.LOWER),
    "itl_p50_ms": ("ms", Direction.LOWER),
    "errors": ("requests", Direction.LOWER),
    "prefix_cache_hit_rate_post": ("%", HIGHER),
    "gpu_cache_usage_perc_peak": ("%", BOTH),
    "kernel_class_gpu_pct.gemm": ("%", BOTH),
    "kernel_class_gpu_pct.attention": ("%", BOTH),
    "cpu_spinpoll_pct": ("%", Direction.LOWER),
}


@pytest.fixture
def served(entry, metric):
    """Make an inference run: 50 for every metric at every level, but for what is given."""

    def served(keys=KEYS, levels=LEVELS, **factors):
        metrics = {}
        for level in levels:
            for key in keys:
                unit, direction = KEYS[key]
                factor = factors.get(f"{key}@{level}", factors.get(key, 1.0))
                own = {"dimensions": {"concurrency": level}, "unit": unit, "direction": direction}
                metrics[f"c{level}.{key}"] = metric(50.0 * factor, **own)
        return entry(metrics, source_format=FORMAT)

    return served


@pytest.fixture
def said(rules):
    """Return the five checks on two runs by number, without what stands before the colon."""

    def said(old, new):
        rows = compare(old, new, rules(profile(FORMAT))).rows
        lines = checks(rows)
        assert [line.partition(": ")[0] for line in lines] == [
            "check 1, same load",
            "check 2, prefill or decode",
            "check 3, cache",
            "check 4, kernels",
            "check 5, host",
        ]
        return [line.partition(": ")[2] for line in lines]

    return said


def test_nothing_moved(served, said):
    assert said(served(), served()) == [
        "throughput did not move; no more requests failed. the load was reached, go on",
        (
            "ttft did not move; itl did not move. "
            "neither: the loss is before the first or after the last token"
        ),
        "prefix cache hit rate did not move; KV cache usage did not move. not the cache, go on",
        (
            "kernel shares did not move. "
            "the mix is the same: if all kernels are slower, look at clocks and power"
        ),
        "spin polling did not move. not the host's polling",
    ]


def test_nothing_was_measured(served, said):
    bare = served(keys=["ttft_mean_ms"])
    assert said(bare, bare) == [
        (
            "throughput not measured; failed requests not measured. "
            "record throughput_toks_per_s at each concurrency"
        ),
        "ttft not judged; itl not measured. record ttft_p50_ms and itl_p50_ms",
        (
            "prefix cache hit rate not measured; KV cache usage not measured. "
            "scrape the server's metrics before and after the run"
        ),
        "kernel shares not measured. profile both commits for kernel_class_gpu_pct",
        "spin polling not measured. record cpu_spinpoll_pct",
    ]


def test_everything_moved(served, said):
    worse = {
        "throughput_toks_per_s": 0.8,
        "ttft_p50_ms@16": 1.5,
        "itl_p50_ms": 1.2,
        "prefix_cache_hit_rate_post@1": 0.8,
        "gpu_cache_usage_perc_peak@1": 1.4,
        "kernel_class_gpu_pct.gemm@1": 0.8,
        "kernel_class_gpu_pct.attention@1": 1.2,
        "cpu_spinpoll_pct@64": 1.4,
    }
    assert said(served(), served(**worse)) == [
        (
            "throughput_toks_per_s -20.00 % at concurrency 1, "
            "throughput_toks_per_s -20.00 % at concurrency 16, "
            "throughput_toks_per_s -20.00 % at concurrency 64; no more requests failed. "
            "it fell at every level: check that the client itself kept up"
        ),
        (
            "ttft_p50_ms +50.00 % at concurrency 16; itl_p50_ms +20.00 % at concurrency 1, "
            "itl_p50_ms +20.00 % at concurrency 16, itl_p50_ms +20.00 % at concurrency 64. "
            "both: look at what they share, clocks, batching and kernels"
        ),
        (
            "prefix_cache_hit_rate_post -10 points at concurrency 1; "
            "gpu_cache_usage_perc_peak +20 points at concurrency 1. "
            "compare prefix_caching, the dataset and the order of its prompts"
        ),
        (
            "kernel_class_gpu_pct.attention +10 points at concurrency 1, "
            "kernel_class_gpu_pct.gemm -10 points at concurrency 1. "
            "profile both commits and compare the kernels of these classes"
        ),
        (
            "cpu_spinpoll_pct +20 points at concurrency 64. "
            "look at pinning, NUMA, other jobs and the server's scheduler"
        ),
    ]


@pytest.mark.parametrize(
    ("factors", "check", "step"),
    [
        ({"errors@64": 2.0}, 0, "read the server's log for the failed requests; "),
        ({"throughput_toks_per_s@64": 0.8}, 0, "it fell at some levels: "),
        ({"throughput_toks_per_s@64": 1.2}, 0, "the load was reached, go on"),
        ({"ttft_p50_ms": 1.5}, 1, "prefill: "),
        ({"itl_p50_ms": 1.5}, 1, "decode: "),
        ({"itl_p50_ms": 1.5, "ttft_p50_ms": 0.5}, 1, "decode: "),
        ({"gpu_cache_usage_perc_peak": 1.5}, 2, "compare gpu_memory_utilization"),
    ],
)
def test_each_next_step_follows_from_the_data(served, said, factors, check, step):
    assert f". {step}" in said(served(), served(**factors))[check]


def test_failed_requests_are_told_with_the_largest_first(served, said):
    failed = {"errors@16": 2.0, "errors@64": 1.1}
    assert "errors +100.00 % at concurrency 16. read" in (said(served(), served(**failed))[0])


def test_what_is_open_needs_more_trials(served, said, entry, metric):
    def run(*samples):
        own = {"dimensions": {"concurrency": 1}, "unit": "tokens/s", "direction": HIGHER}
        return entry({"throughput_toks_per_s": metric(samples, **own)}, source_format=FORMAT)

    old, new = run(90, 95, 100, 105, 110), run(92, 98, 104, 110, 116)
    assert said(old, new)[0] == (
        "throughput undecided; failed requests not measured. more trials would decide"
    )


def test_many_moves_are_cut_and_a_level_may_be_unknown(served, said, entry):
    levels = range(1, 9)
    old, new = (served(levels=levels, itl_p50_ms=factor) for factor in (1.0, 1.5))
    assert " and 5 more. decode: " in said(old, new)[1]
    bare = [
        entry(
            {"ttft_p50_ms": replace(e.metrics["c1.ttft_p50_ms"], dimensions={})},
            source_format=FORMAT,
        )
        for e in (served(), served(ttft_p50_ms=2.0))
    ]
    assert said(*bare)[1].startswith("ttft_p50_ms +100.00 %; itl not measured. ")


def test_only_a_red_inference_diff_has_them(served, rules):
    def told(old, new):
        diff = compare(old, new, rules(profile(FORMAT)))
        return str(diff.verdict), [
            line for line in advice(diff, old, new, again=None) if line.startswith("check ")
        ]

    red = served(throughput_toks_per_s=0.5)
    verdict, lines = told(served(), red)
    assert (verdict, len(lines)) == ("RED", 5)
    assert told(served(), served(**{"ttft_p50_ms@1": 2.0})) == ("YELLOW", [])
    assert told(served(), served()) == ("GREEN", [])
    others = [replace(one, source_format="json") for one in (served(), red)]
    assert told(*others) == ("RED", [])
