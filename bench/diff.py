"""A diff of two registered entries of 10,000 metrics, beside reading both files with json.

    python bench/diff.py [--metrics 10000] [--profile]

In process, from the repository to the rendered text: both ``baseline.json`` read and checked,
compared, printed; in turns with ``json.loads`` of the same two files. What other tools take to
compare their own files is in compare.py.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import random
import tempfile
from dataclasses import replace
from pathlib import Path

import turns
from fresh import clock, registry
from headlines import DIFF_TO_JSON
from turns import Contest, Side, compete

from gitbaseline import __version__
from gitbaseline.cli.main import collect_rarely
from gitbaseline.compare.advice import advice
from gitbaseline.model.baseline import Baseline, Code, Recorder, Registrant, SourceKind, Workstation
from gitbaseline.model.manifest import sha256
from gitbaseline.model.metric import Direction, from_samples
from gitbaseline.model.names import utc_from_epoch
from gitbaseline.model.tier import evidence
from gitbaseline.registry import noise
from gitbaseline.registry.diffing import Held, diff_of, matching_of, rules_of
from gitbaseline.registry.reader import Reader
from gitbaseline.registry.record import Record
from gitbaseline.report import diff_text
from gitbaseline.report.comparison import Comparison
from gitbaseline.team_config import TeamConfig

ROUNDS = 7
SEED = 20260520


def entry(metrics, samples, rng, drift):
    """Return an entry whose metrics are all judged; ``drift`` moves one in a hundred."""
    measured = {}
    for number in range(metrics):
        level = 100.0 * (1.2 if drift and number % 100 == 0 else 1.0)
        values = [round(rng.gauss(level, level / 200), 4) for _ in range(samples)]
        measured[f"op{number % 100}.size{number // 100}.time_ms"] = from_samples(
            values, unit="ms", direction=Direction.LOWER
        )
    data = b"bench\n"
    whole = Baseline(
        family="bench",
        measurement=f"m{samples}",
        metrics=measured,
        source_sha256=sha256(data),
        source_bytes=len(data),
        source_kind=SourceKind.INLINE,
        source_format="json",
        snapshot_sha256=sha256(data),
        registered_at_utc=utc_from_epoch(clock()),
        registered_by=Registrant(operator_user="bench"),
        recorder=Recorder(name="git-baseline", version=__version__),
        workstation=Workstation(hostname="bench", uname="bench"),
        git=Code(sha="1" * 40, dirty=False, branch="main"),
    )
    return replace(whole, tier_evidence=evidence(whole, ()))


def diff(fresh, paths):
    """Read, compare and print, as the verb does."""
    reader = Reader(fresh.branch.store, fresh.branch.chain.trees, fresh.branch.state())
    old, new = (reader.entry(path) for path in paths)
    matching = matching_of(TeamConfig())
    rules = rules_of(TeamConfig(), new.baseline, matching, noise.known(reader, old, matching))
    found = diff_of(Held(entry=old, how="bench"), new.baseline, rules)
    return diff_text.render(
        Comparison(
            diff=found,
            baseline=old.baseline,
            current=new.baseline,
            baseline_name="a",
            current_name="b",
            resolved="bench",
            advice=advice(found, old.baseline, new.baseline, again=None),
        )
    )


def contests(metrics: int, rounds: int = ROUNDS, *, profile: bool = False) -> list[Contest]:
    with tempfile.TemporaryDirectory(prefix="bench-diff-") as top:
        fresh = registry(Path(top))
        return [
            contest(fresh, name, metrics, samples, rounds, profile=profile)
            for name, samples in (("scalar", 1), ("samples_10", 10))
        ]


def contest(fresh, name, metrics, samples, rounds, *, profile) -> Contest:
    rng = random.Random(SEED)
    for drift in (False, True):
        statement = Record(
            entry=entry(metrics, samples, rng, drift),
            payload={"source-snapshot.txt": b"bench\n"},
            objects=fresh.branch.store,
            trees=fresh.branch.chain.trees,
        )
        fresh.branch.append(statement, fresh.author, clock)
    reader = Reader(fresh.branch.store, fresh.branch.chain.trees, fresh.branch.state())
    paths = reader.paths("bench", f"m{samples}")
    raw = [reader.file(path, "baseline.json") for path in paths]
    if profile:
        diff(fresh, paths)  # imports what is imported late
        watch = cProfile.Profile()
        watch.runcall(diff, fresh, paths)
        pstats.Stats(watch).sort_stats("cumulative").print_stats(45)
    return compete(
        name,
        Side(key="diff", run=lambda: diff(fresh, paths), title=f"{name}, {metrics:,} metrics"),
        Side(
            key="json",
            run=lambda: [json.loads(data) for data in raw],
            title="json.loads of both",
            wanted=DIFF_TO_JSON,
        ),
        rounds=rounds,
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--metrics", type=int, default=10_000)
    parser.add_argument("--profile", action="store_true", help="say where the time goes too")
    options = parser.parse_args()
    collect_rarely()  # as the program does
    turns.show("diff", contests(options.metrics, profile=options.profile))


if __name__ == "__main__":
    main()
