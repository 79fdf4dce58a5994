"""Folders of baselines as an older tool left them, made by a rule: for tests and for bench."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta

FAMILIES = ("llama31_8b", "nccl", "resnet")
ENDINGS = ("log", "json", "csv", "")


def write(top, count, *, start=datetime(2025, 1, 1, tzinfo=UTC)):
    """Write ``count`` entries below a folder; return snapshots by ``family/measurement/time``.

    Entries of a measurement share their second two by two; snapshots hold bytes of every kind;
    every fifth is a folder; every third has several metrics, every seventh of the others samples.
    """
    snapshots = {}
    for number in range(count):
        family, measurement = FAMILIES[number % 3], f"m{number % 4}"
        moment = start + timedelta(hours=(number // 24) * 5)
        time = moment.strftime("%Y%m%dT%H%M%SZ")
        folder = top / family / measurement / time
        suffix = 1
        while folder.exists():
            suffix += 1
            folder = folder.with_name(f"{time}-{suffix}")
        folder.mkdir(parents=True)
        snapshot = _snapshot(number)
        for name, data in snapshot.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(data)
        (folder / "baseline.json").write_text(
            json.dumps(_document(number, family, measurement, moment, snapshot), indent=4)
        )
        (folder / "SOURCE.md").write_text(f"# {family} / {measurement}\n\nEntry {number}.\n")
        (folder.parent / "INDEX.md").write_text("| UTC | value |\n")
        snapshots[f"{family}/{measurement}/{folder.name}"] = snapshot
    return snapshots


def _snapshot(number):
    data = f"run {number}\r\n".encode() + bytes(range(256)) * (number % 3)
    if number % 5 == 0:
        return {"source-snapshot/a.txt": data, "source-snapshot/b.bin": b"\0" * number}
    ending = ENDINGS[number % len(ENDINGS)]
    return {f"source-snapshot.{ending or 'bin'}": data}


def _document(number, family, measurement, moment, snapshot):
    ending = ENDINGS[number % len(ENDINGS)]
    name = "results" if number % 5 == 0 else f"results.{ending}" if ending else "results"
    document = {
        "family": family,
        "measurement": measurement,
        "source_path": f"runs/{number}/{name}",
        "source_kind": "directory" if number % 5 == 0 else "file",
        "registered_at_utc": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "registered_by": {"operator_user": "alice", "team": "perf"},
        "workstation": {"hostname": "node7", "uname": "Linux"},
        "profile_and_optimize_sha": hashlib.sha1(str(number).encode()).hexdigest(),
        "tier": "DRAFT",
        "site": {"rack": number},
    }
    if len(snapshot) == 1:
        (data,) = snapshot.values()
        document["source_sha256"] = hashlib.sha256(data).hexdigest()
    if number % 3 == 0:
        document["metrics"] = {"lat_ms": 1.5 + number, "tput": {"value": 10, "unit": "tokens/s"}}
    elif number % 7 == 0:
        document |= {"samples": [3.0, 1.0, 2.0 + number], "unit": "ms"}
    else:
        document |= {"value": 100 + number, "unit": "GB/s", "direction": "higher_is_better"}
    return document
