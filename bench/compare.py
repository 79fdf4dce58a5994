"""Two results compared, beside the tools that made them: one file each, the very same for both.

    python bench/compare.py [--metrics 10 1000 10000] [--rounds 5]

For each peer a baseline is recorded from the old file; then, in turns, ``git baseline diff`` reads
that entry and the new file, and the peer compares its own two. Whole processes; every metric has
ten samples, and one in a hundred moved by a fifth. pytest-benchmark prints both results, asv their
ratio, pyperf a t-test: benchstat's kin, which is a Go program and no part of this. We print an
interval of each and one verdict.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
from pathlib import Path

import turns
from fresh import PROGRAM
from headlines import TO_PEER
from rivals import ABSENT, call, program, registry
from turns import Contest, Side, compete

SIZES = (10, 1_000, 10_000)
LARGE = 1_000  # from there on fewer rounds, and none to warm up
SAMPLES = 10
SEED = 20260520
MACHINE = "bench"
COLUMNS = (
    *("result", "params", "version", "started_at", "duration", "stats_ci_99_a", "stats_ci_99_b"),
    *("stats_q_25", "stats_q_75", "stats_number", "stats_repeat", "samples"),
)

Samples = dict[str, list[float]]


def samples(count: int, rng: random.Random, *, moved: bool) -> Samples:
    """Return seconds by the benchmark's name."""
    found = {}
    for number in range(count):
        level = 0.1 * (1.2 if moved and number % 100 == 0 else 1.0)
        values = [round(rng.gauss(level, level / 200), 9) for _ in range(SAMPLES)]
        found[f"time_op{number}"] = values
    return found


def pytest_benchmark(folder: Path, name: str, found: Samples, _: str) -> Path:
    def stats(values: list[float]) -> dict[str, object]:
        low, middle, high = statistics.quantiles(values, n=4)
        mean, deviation = statistics.fmean(values), statistics.stdev(values)
        return {
            "min": min(values),
            "max": max(values),
            "mean": mean,
            "stddev": deviation,
            "median": middle,
            "q1": low,
            "q3": high,
            "iqr": high - low,
            "ops": 1 / mean,
            "rounds": len(values),
            "iterations": 1,
            "total": sum(values),
            "data": values,
            "outliers": "0;0",
            "iqr_outliers": 0,
            "stddev_outliers": 0,
            "ld15iqr": min(values),
            "hd15iqr": max(values),
        }

    rows = [
        {
            "group": None,
            "name": f"test_{key}",
            "fullname": f"test_all.py::test_{key}",
            "params": None,
            "param": None,
            "extra_info": {},
            "options": {},
            "stats": stats(values),
        }
        for key, values in found.items()
    ]
    path = folder / f"{name}.json"
    whole = {
        "machine_info": {"machine": "x86_64", "system": "Linux"},
        "commit_info": {},
        "benchmarks": rows,
        "datetime": "2026-05-20T10:11:12+00:00",
        "version": "5.3.1",
    }
    path.write_text(json.dumps(whole))
    return path


def pyperf(folder: Path, name: str, found: Samples, _: str) -> Path:
    rows = [
        {"metadata": {"name": key}, "runs": [{"values": [value]} for value in values]}
        for key, values in found.items()
    ]
    path = folder / f"{name}.json"
    metadata = {"unit": "second", "loops": 1}
    path.write_text(json.dumps({"benchmarks": rows, "metadata": metadata, "version": "1.0"}))
    return path


def asv(folder: Path, _: str, found: Samples, commit: str) -> Path:
    """Write a result where asv looks for it; what a folder needs besides is written again."""
    (folder / "results" / MACHINE).mkdir(parents=True, exist_ok=True)
    config = {"version": 1, "project": "bench", "repo": ".", "branches": ["HEAD"]}
    config |= {"environment_type": "virtualenv", "results_dir": "results", "pythons": ["3"]}
    (folder / "asv.conf.json").write_text(json.dumps(config))
    machine = {"machine": MACHINE, "version": 1}
    (folder / "results" / MACHINE / "machine.json").write_text(json.dumps(machine))
    benchmarks = {
        key: {
            "name": key,
            "type": "time",
            "unit": "seconds",
            "version": "1",
            "code": "",
            "params": [],
            "param_names": [],
            "pretty_name": key,
            "timeout": 60.0,
        }
        for key in found
    }
    listed = json.dumps({**benchmarks, "version": 2})
    (folder / "results" / "benchmarks.json").write_text(listed)
    results = {
        key: [[statistics.median(values)], [], "1", 0, 1.0, *([None],) * 6, [values]]
        for key, values in found.items()
    }
    whole = {
        "commit_hash": commit,
        "env_name": "virtualenv-py3",
        "date": 1_700_000_000_000,
        "params": machine,
        "python": "3",
        "requirements": {},
        "env_vars": {},
        "result_columns": COLUMNS,
        "results": results,
        "durations": {},
        "version": 2,
    }
    path = folder / "results" / MACHINE / f"{commit[:8]}-virtualenv-py3.json"
    path.write_text(json.dumps(whole))
    return path


PEERS = {
    "pytest_benchmark": (
        pytest_benchmark,
        "pytest-benchmark",
        lambda old, new, _: ("compare", "--csv=/dev/null", str(old), str(new)),
    ),
    "pyperf": (pyperf, "pyperf", lambda old, new, _: ("compare_to", str(old), str(new))),
    "asv": (
        asv,
        "asv",
        lambda _, __, commits: ("compare", "--machine", MACHINE, *commits),
    ),
}


def contest(top: Path, peer: str, count: int, rounds: int) -> Contest:
    write, name, words = PEERS[peer]
    folder = registry(top / f"{peer}-{count}")
    call(folder, "git", "commit", "--quiet", "--allow-empty", "-m", "later")
    commits = call(folder, "git", "rev-list", "--reverse", "HEAD").decode().split()
    rng = random.Random(SEED)
    old, new = (
        write(folder, label, samples(count, rng, moved=label == "new"), commit)
        for label, commit in zip(("old", "new"), commits, strict=True)
    )
    series = f"bench/{peer}"
    call(folder, PROGRAM, "record", "--yes", "-f", "bench", "-m", peer, str(old))
    ours = Side(
        key="diff",
        run=lambda: call(folder, PROGRAM, "diff", series, str(new), codes=(0, 1)),
        title=f"git baseline diff, {count:,} metrics",
    )
    found = program(name)
    line = (found or name, *words(old, new, commits))
    other = Side(
        key=peer,
        run=(lambda: call(folder, *line)) if found else None,
        title=f"{name} {line[1]}",
        wanted=TO_PEER,
        absent=ABSENT,
    )
    key = f"{peer}_{count}"
    if count > LARGE:  # pyperf takes minutes, the square of the metrics
        return compete(
            key, ours, other, rounds=1 if peer == "pyperf" else min(3, rounds), warm=False
        )
    return compete(key, ours, other, rounds=rounds)


def contests(sizes: list[int], rounds: int) -> list[Contest]:
    with tempfile.TemporaryDirectory(prefix="bench-compare-") as top:
        return [contest(Path(top), peer, count, rounds) for count in sizes for peer in PEERS]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--metrics", type=int, nargs="+", default=SIZES)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    turns.show("compare", contests(options.metrics, options.rounds))


if __name__ == "__main__":
    main()
