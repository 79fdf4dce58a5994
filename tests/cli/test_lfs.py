"""Recording with Git LFS: pointers on the branch, content in the local store, memory bounded."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from gitbaseline.model.pointer import pointer_of, to_bytes
from gitbaseline.registry.reader import Reader

_VALUE = ("record", "-f", "fam", "-m", "step", "--value", "1.5", "--unit", "ms")
_MIB = 1 << 20


def sparse(path, size):
    with path.open("wb") as stream:
        stream.truncate(size)
    return path


def kept(repo):
    """Return the objects of the local store by name."""
    return {file.name: file.read_bytes() for file in repo.path.glob(".git/lfs/objects/*/*/*")}


def entry_file(repo, series, name):
    (path,) = [p for p in repo.git("ls-tree", "-r", "--name-only", "baselines", f"{series}/").splitlines() if name in p]  # fmt: skip
    return repo.run("show", f"baselines:{path}").stdout


def test_a_source_that_a_format_reads(registry, inside, nccl):
    done = inside("record", nccl, "-f", "fam", "-m", "busbw", "--lfs")
    assert done.code == 0, done.err
    data = nccl.read_bytes()
    assert f"  Git LFS      1 object, {len(data) / 1000:.3g} kB\n" in done.text
    pointer = pointer_of(data)
    assert kept(registry) == {pointer.oid: data}
    assert entry_file(registry, "fam/busbw", "source-snapshot") == to_bytes(pointer)
    assert inside("verify").code == 0
    assert inside("show", "fam/busbw", "--snapshot").out == data
    assert inside("show", "--file", "source-snapshot.lfs.log").out == to_bytes(pointer)


def test_a_diff_needs_no_object(registry, inside, nccl, tmp_path):
    for _ in range(2):
        assert inside("record", nccl, "-f", "fam", "-m", "busbw", "--lfs", "-y").code == 0
    for place in registry.path.glob(".git/lfs/objects/*/*/*"):
        place.unlink()
    assert inside("diff", "fam/busbw", nccl).code == 0
    bundle = tmp_path / "bundle"
    assert inside("diff", "fam/busbw~1", "fam/busbw", "--bundle", bundle).code == 0
    assert (bundle / "current-snapshot.lfs.log").read_bytes() == to_bytes(
        pointer_of(nccl.read_bytes())
    )


def test_values_by_hand_and_what_a_command_prints(registry, inside):
    assert inside(*_VALUE, "--lfs").code == 0
    assert kept(registry) == {pointer_of(b"1.5\n").oid: b"1.5\n"}
    assert inside("run", "-n1", "--warmup=0", "--lfs", "-m", "echo", "--", "echo", "hi").code == 0
    assert pointer_of(b"hi\n").oid in kept(registry)
    assert inside("verify").code == 0
    assert inside("show", "fam/step", "--snapshot").out == b"1.5\n"


def test_a_dry_run_keeps_nothing_and_its_token_fits(registry, inside, nccl):
    words = ("record", nccl, "-f", "fam", "-m", "busbw", "--json")
    plain, pointed = (inside(*words, *more, "--dry-run").json for more in ((), ("--lfs",)))
    assert (plain["lfs"], pointed["lfs"]) == (False, True)
    assert plain["confirm"] != pointed["confirm"]
    assert kept(registry) == {}
    assert inside(*words, "--confirm", pointed["confirm"]).code == 2
    assert inside(*words, "--lfs", "--confirm", pointed["confirm"]).code == 0


def test_evidence_that_git_does_not_take(registry, inside, tmp_path):
    big = sparse(tmp_path / "trace.bin", 64 * _MIB + 1)
    before = registry.reached()
    done = inside(*_VALUE, "-s", big, "--no-lfs", "--json")
    assert (done.code, done.json["error"]["code"]) == (2, "source/large")
    schema = tmp_path / "s.json"
    schema.write_text("{}")
    done = inside(*_VALUE, "-s", big, "--schema", schema, "--json")
    assert (done.code, done.json["error"]["message"]) == (2, "is too large to be held to a schema")
    assert registry.reached() == before
    done = inside(*_VALUE, "-s", big, "--json")
    assert (done.code, done.json["lfs"]) == (0, True), done.err
    assert done.err == f"Git LFS keeps {big}; looking for secrets in 67.1 MB\n"
    entry = done.json["baseline"]
    assert (entry["source_bytes"], entry["source_path"]) == (64 * _MIB + 1, str(big))
    (name,) = kept(registry)
    assert entry["source_sha256"] == entry["snapshot_sha256"] == name
    assert inside("verify").code == 0


def test_evidence_that_is_small_or_of_another_kind_is_read_as_ever(registry, inside, nccl):
    assert inside(*_VALUE, "-s", "-", give=b"text").code == 0
    assert inside(*_VALUE, "-s", nccl).code == 0
    assert inside(*_VALUE, "-s", nccl, "-s", nccl).code == 0
    assert inside(*_VALUE, "-s", "none.nsys-rep", "--json").json["error"]["code"] != "source/large"
    assert kept(registry) == {}


def test_no_room_for_the_object(registry, inside, nccl):
    (registry.path / ".git" / "lfs").write_text("in the way")
    before = registry.reached()
    done = inside("record", nccl, "-f", "fam", "-m", "busbw", "--lfs", "--json")
    assert (done.code, done.json["error"]["code"]) == (3, "lfs/write")
    assert registry.reached() == before


def test_a_pointer_that_is_none(registry, inside, nccl, monkeypatch):
    """A registry that nobody verified may hold anything under the name."""
    assert inside("record", nccl, "-f", "fam", "-m", "busbw", "--lfs").code == 0
    read = Reader.file

    def other(reader, path, name):
        return b"something else" if "lfs" in name else read(reader, path, name)

    monkeypatch.setattr(Reader, "file", other)
    done = inside("show", "fam/busbw", "--snapshot", "--json")
    assert (done.code, done.json["error"]["code"]) == (3, "lfs/pointer")
    assert "Git LFS" not in inside("show", "fam/busbw").text


_PEAK = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in KiB there")
def test_memory_does_not_grow_with_the_source(registry, baseline, tmp_path):
    peaks = []
    for size in (65 * _MIB, 145 * _MIB):
        big = sparse(tmp_path / "trace.bin", size)
        words = (*baseline.command, *_VALUE, "-s", str(big))
        for call in (words, (*baseline.command, "show", "--snapshot")):
            done = subprocess.run(
                [sys.executable, "-c", _PEAK, *call],
                cwd=registry.path,
                env=baseline.environment,
                capture_output=True,
                check=True,
            )
            code, peak = map(int, re.findall(rb"\d+", done.stdout))
            assert code == 0, done.stderr
            peaks.append(peak * 1024)
    assert max(peaks[2:]) < max(peaks[:2]) + 8 * _MIB
    assert max(peaks) < 144 * _MIB
