"""Recording with Git LFS: pointers on the branch, content in the local store, memory bounded."""

from __future__ import annotations

import re
import shutil
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


def forget(repo):
    """Empty the local store."""
    for place in repo.path.glob(".git/lfs/objects/*/*/*"):
        place.unlink()


def snapshots(folder):
    """Return the files of a payload below a folder, by their paths."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "snapshot" in str(path.relative_to(folder))
    }


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
    words = ("diff", "fam/busbw~1", "fam/busbw")
    assert inside(*words, "--bundle", tmp_path / "whole").code == 0
    assert snapshots(tmp_path / "whole") == {"current-snapshot.log": nccl.read_bytes()}
    forget(registry)
    assert inside("diff", "fam/busbw", nccl).code == 0
    done = inside(*words, "--bundle", tmp_path / "bundle")
    pointer = pointer_of(nccl.read_bytes())
    assert snapshots(tmp_path / "bundle") == {"current-snapshot.lfs.log": to_bytes(pointer)}
    assert done.code == 0
    noted = " ".join(done.text.split())
    assert "the bundle holds Git LFS pointers: fam/busbw/" in noted
    assert f"the Git LFS object {pointer.oid} is not in this repository" in noted
    assert "Git LFS" not in inside(*words).text


@pytest.fixture
def exported(registry, inside, tmp_path):
    """An entry of a file and one of a folder, exported as folders; the snapshots of both."""
    run = tmp_path / "run"
    (run / "rank 0").mkdir(parents=True)
    (run / "rank 0" / "a.log").write_bytes(b"rank 0\r\n")
    (run / "empty.log").write_bytes(b"")
    (tmp_path / "trace.bin").write_bytes(b"\0trace")
    assert inside(*_VALUE, "--lfs", "-s", tmp_path / "trace.bin").code == 0
    assert inside(*_VALUE, "-m", "folder", "--lfs", "-s", run).code == 0
    done = inside("export", tmp_path / "out", "--json")
    assert (done.code, done.err, done.json["pointers"]) == (0, "", 0)
    return snapshots(tmp_path / "out")


def test_an_export_holds_the_content(exported, registry, inside, make_repo, tmp_path):
    assert {path.split("/", 3)[3]: data for path, data in exported.items()} == {
        "source-snapshot.bin": b"\0trace",
        "source-snapshot/empty.log": b"",
        "source-snapshot/rank 0/a.log": b"rank 0\r\n",
    }
    forget(registry)  # what is there is told to be the same without it
    again = inside("export", tmp_path / "out", "--json").json
    assert (again["written"], again["unchanged"], again["pointers"]) == (0, 4, 0)
    other = inside.at(make_repo(tmp_path / "other").path)
    assert other("init").code == 0
    done = other("import", tmp_path / "out", "--json")
    assert (done.code, len(done.json["imported"])) == (0, 2)
    assert other("export", tmp_path / "back").code == 0
    back = snapshots(tmp_path / "back")
    assert sorted(back.values()) == sorted(exported.values())


def test_an_export_without_the_content_holds_pointers(exported, registry, inside, tmp_path):
    (trace,) = (data for data in exported.values() if b"trace" in data)
    kept_here = kept(registry)
    forget(registry)
    done = inside("export", tmp_path / "bare")
    assert done.code == 0
    assert done.err.startswith("warning: 2 sources are Git LFS pointers there: fam/folder/")
    assert done.err.endswith("is not in this repository, and there is no remote to fetch it from\n")
    bare = {path.split("/", 3)[3]: data for path, data in snapshots(tmp_path / "bare").items()}
    assert bare["source-snapshot.lfs.bin"] == to_bytes(pointer_of(trace))
    assert set(bare) == {
        "source-snapshot.lfs.bin",
        "source-snapshot.lfs/empty.log",
        "source-snapshot.lfs/rank 0/a.log",
    }
    for oid, data in kept_here.items():
        (registry.path / ".git/lfs/objects" / oid[:2] / oid[2:4] / oid).write_bytes(data)
    again = inside("export", tmp_path / "bare", "--json")
    assert (again.json["written"], again.json["pointers"]) == (0, 2)
    assert again.err == (
        "warning: 2 sources are Git LFS pointers there: "
        "an earlier export wrote them; export into an empty folder\n"
    )


def test_an_export_over_a_changed_source(exported, inside, tmp_path):
    (path,) = (path for path in exported if path.endswith(".bin"))
    (tmp_path / "out" / path).write_bytes(b"\0other")
    done = inside("export", tmp_path / "out", "--json")
    assert (done.code, done.json["error"]["code"]) == (2, "export/differs")


def test_an_export_of_what_is_no_pointer(exported, inside, monkeypatch, tmp_path):
    """As a branch that nobody verified may hold it: it is written as it is."""
    real = Reader.file

    def spoiled(reader, path, name):
        data = real(reader, path, name)
        return data + b"ext 1\n" if name.endswith(".bin") else data

    monkeypatch.setattr(Reader, "file", spoiled)
    assert inside("export", tmp_path / "spoiled").code == 0
    (data,) = (d for p, d in snapshots(tmp_path / "spoiled").items() if p.endswith(".lfs.bin"))
    assert data.endswith(b"ext 1\n")
    assert inside("export", tmp_path / "spoiled", "--json").json["written"] == 0


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
    said, *warned = done.err.splitlines()
    assert said == f"Git LFS keeps {big}; looking for secrets in 67.1 MB"
    assert len(warned) == (shutil.which("git-lfs") is None)  # to push it takes that
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
