"""Writers at once lose nothing; a writer that is killed leaves nothing half-written."""

from __future__ import annotations

import json
import random
import signal
import time


def test_eight_processes_lose_nothing(registry, inside, baseline, number):
    racing = [baseline.start(*number, "--notes", f"writer {n}", "--json") for n in range(8)]
    documents = [json.loads(process.communicate()[0]) for process in racing]
    assert [process.returncode for process in racing] == [0] * 8
    entries = inside("list", "--all", "--json").json["entries"]
    assert sorted(entry["notes"] for entry in entries) == [f"writer {n}" for n in range(8)]
    assert {entry["entry"] for entry in entries} == {document["entry"] for document in documents}
    index = registry.git("show", "baselines:fam/step/INDEX.md").splitlines()
    assert len([line for line in index if line.startswith("| 2")]) == 8
    verified = inside("verify", "--full", "--json").json
    assert (verified["good"], verified["statements"]) == (True, 9)


def test_killed_at_any_moment(registry, inside, baseline, tmp_path):
    """SIGKILL at 20 moments of ``record``: what is acknowledged stands, the rest is not there."""
    source = tmp_path / "run.json"
    source.write_text(json.dumps({f"k{n}_ms": n for n in range(300)}))
    moments = random.Random(20)
    before = registry.frozen()
    acknowledged = 0
    for _ in range(20):
        process = baseline.start("record", "-f", "fam", source, "--json")
        time.sleep(moments.uniform(0.05, 0.35))
        process.send_signal(signal.SIGKILL)
        out, _ = process.communicate()
        acknowledged += bool(out.strip().endswith(b"}"))
        lock = registry.path / ".git" / "refs" / "heads" / "baselines.lock"
        lock.unlink(missing_ok=True)  # the one thing that a kill may leave; its error says so
        assert registry.frozen() == before
    verified = inside("verify", "--full", "--json").json
    assert (verified["good"], verified["statements"] - 1 >= acknowledged) == (True, True)
    assert registry.run("fsck", "--strict", "--no-dangling").stderr == b""
    assert inside("record", "-f", "fam", source).code == 0
