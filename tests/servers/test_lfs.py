"""Large sources by real git-lfs to a real Git LFS server, and back in a clone elsewhere."""

from __future__ import annotations

import hashlib
import random
import shutil
from dataclasses import replace

import pytest

from gitbaseline.transport import lfs as transport

_WORDS = ("record", "-f", "fam", "-m", "step", "--value", "1.5", "--unit", "ms", "--lfs", "-s")
_HEAD = b"version https://git-lfs.github.com/spec/v1\noid sha256:"


@pytest.fixture
def payload(tmp_path):
    """A source that no filter and no line ending leaves as it is."""
    file = tmp_path / "trace.bin"
    file.write_bytes(b"\r\n\0" + random.Random(5).randbytes(300_000))
    return file


@pytest.fixture
def pushed(over_http, lfs_store, registry, inside, payload, pin):
    """A registry with an entry of a file and one of a folder, both pushed to a guarded server."""
    folder = payload.with_name("run")
    (folder / "rank 0").mkdir(parents=True)
    (folder / "rank 0" / "a,b [ü].log").write_bytes(b"rank 0\n")
    (folder / "empty.log").write_bytes(b"")
    shutil.copy(payload, folder / "!copy.bin")
    registry.git("remote", "add", "origin", over_http.url)
    assert inside(*_WORDS, payload).code == 0
    assert inside(*_WORDS, folder, "-m", "folder").code == 0
    done = inside("push")
    assert (done.code, done.err.splitlines()) == (0, ["uploading 2 Git LFS objects, 300 kB"])
    return over_http


@pytest.fixture
def clone(pushed, registry, inside, tmp_path):
    """A clone of the server, made by stock git, that has the pointers alone."""
    path = tmp_path / "clone"
    registry.git("clone", "-q", "--branch", "baselines", pushed.url, path)
    assert not (path / ".git" / "lfs").exists()
    return replace(registry, path=path)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def shown(inside, *words):
    done = inside("show", "fam/step", "--snapshot", *words)
    return done.code, done.out, done.err


def test_it_comes_back_elsewhere(pushed, clone, lfs_store, inside, payload, pin):
    assert sorted(file.name for file in lfs_store.iterdir()) == sorted(
        {sha256(payload.read_bytes()), sha256(b"rank 0\n")}
    )
    there = inside.at(clone.path)
    facts = there("verify", "--full", "--root", pin, "--json").json
    assert (facts["good"], facts["statements"]) == (True, 3)
    assert (
        "Git LFS   1 object, 300 kB, 0 here; --snapshot fetches" in there("show", "fam/step").text
    )
    assert shown(there) == (0, payload.read_bytes(), "")
    assert (
        "Git LFS   1 object, 300 kB, 1 here; --snapshot fetches" in there("show", "fam/step").text
    )
    clone.git("config", "lfs.url", "http://127.0.0.1:9/")  # what is here is not asked for again
    assert shown(there) == (0, payload.read_bytes(), "")


def test_each_file_of_a_folder(clone, inside):
    there = inside.at(clone.path)
    told = there("show", "fam/folder", "--snapshot", "--json")
    first = "source-snapshot.lfs/!copy.bin"
    assert told.json["error"]["hint"].endswith(f" --snapshot --file {first}")
    files = [name for name in there("show", "fam/folder", "--json").json["files"] if "lfs" in name]
    whole = [there("show", "fam/folder", "--snapshot", "--file", name) for name in files]
    assert [(done.code, len(done.out)) for done in whole] == [(0, 300_003), (0, 0), (0, 7)]
    bare = there("show", "fam/folder", "--file", first).out
    assert bare.startswith(_HEAD)
    checked = clone.run("lfs", "pointer", "--check", "--strict", "--stdin", give=bare, check=False)
    assert checked.returncode == 0


def test_an_export_and_a_bundle_fetch(clone, inside, payload, lfs_store, tmp_path):
    there = inside.at(clone.path)
    done = there("diff", "fam/step", "fam/step~0", "--bundle", tmp_path / "bundle")
    assert done.code == 4, done.err  # there is no other entry to hold it to
    assert (tmp_path / "bundle" / "current-snapshot.bin").read_bytes() == payload.read_bytes()
    assert "pointers" not in done.text
    done = there("export", tmp_path / "out")
    assert (done.code, done.err) == (0, "")
    (file,) = (tmp_path / "out").glob("fam/step/*/source-snapshot.bin")
    assert file.read_bytes() == payload.read_bytes()
    (file,) = (tmp_path / "out").glob("fam/folder/*/source-snapshot/rank 0/*")
    assert file.read_bytes() == b"rank 0\n"


def test_an_export_asks_a_server_in_vain_but_once(clone, inside, lfs_store, monkeypatch, tmp_path):
    asked = []
    real = transport.fetch

    def fetch(*words):
        asked.append(words)
        real(*words)

    monkeypatch.setattr(transport, "fetch", fetch)
    shutil.rmtree(lfs_store)
    done = inside.at(clone.path)("export", tmp_path / "out")
    assert (done.code, len(asked)) == (0, 1)
    assert (
        "warning: 2 sources are Git LFS pointers there: origin: git lfs fetch failed: " in done.err
    )
    assert len(list((tmp_path / "out").glob("fam/*/*/source-snapshot.lfs*"))) == 2


def test_stock_git_knows_what_they_are(clone, registry, payload, tmp_path):
    told = clone.git("lfs", "ls-files", "--long").splitlines()
    assert sorted(line.split(" ")[0] for line in told) == sorted(
        [sha256(payload.read_bytes())] * 2 + [sha256(b"rank 0\n")]
    )
    registry.git("lfs", "install", "--skip-repo")
    path = tmp_path / "smudged"
    clone.git(
        "clone", "-q", "--branch", "baselines", clone.git("remote", "get-url", "origin"), path
    )
    (file,) = path.glob("fam/step/*/source-snapshot.lfs.bin")
    assert file.read_bytes() == payload.read_bytes()
    assert replace(clone, path=path).git("status", "--porcelain") == ""
    (again,) = path.glob("fam/folder/*/source-snapshot.lfs/rank 0/*")
    assert again.read_bytes() == b"rank 0\n"


def test_what_is_damaged_here_is_refused(clone, inside, payload):
    there = inside.at(clone.path)
    assert shown(there)[0] == 0
    oid = sha256(payload.read_bytes())
    (place,) = clone.path.glob(f".git/lfs/objects/{oid[:2]}/{oid[2:4]}/{oid}")
    place.write_bytes(payload.read_bytes()[:-1] + b"x")
    code, out, err = shown(there)
    assert (code, out) == (3, b"")
    assert f"error: {place}: the Git LFS object is damaged: its SHA-256 is not its name" in err
    assert f"hint: rm {place}, and it is fetched anew when asked for" in err
    place.unlink()
    assert shown(there) == (0, payload.read_bytes(), "")


def test_what_is_damaged_there_never_arrives(clone, lfs_store, inside, payload):
    held = lfs_store / sha256(payload.read_bytes())
    held.write_bytes(payload.read_bytes()[:-1] + b"x")
    code, out, err = shown(inside.at(clone.path), "--json")
    assert (code, b'"code": "lfs/fetch"' in out) == (3, True), err
    assert "git lfs fetch failed: " in err
    assert not list(clone.path.glob(".git/lfs/objects/*/*/*"))


def test_what_the_server_lacks(clone, lfs_store, inside, payload):
    (lfs_store / sha256(payload.read_bytes())).unlink()
    code, out, err = shown(inside.at(clone.path), "--json")
    assert (code, b'"code": "lfs/fetch"' in out) == (3, True)
    assert "not exist" in err or "404" in err, err
    clone.git("remote", "remove", "origin")
    code, out, err = shown(inside.at(clone.path))
    assert (code, out) == (3, b"")
    assert "and there is no remote to fetch it from" in err


def test_what_a_fetch_did_not_bring(clone, inside, monkeypatch):
    monkeypatch.setattr("gitbaseline.transport.lfs.fetch", lambda *_: None)
    code, out, err = shown(inside.at(clone.path))
    assert (code, out) == (3, b"")
    assert "is not in this repository, and origin did not send it" in err


def test_a_registry_that_goes_to_a_remote_for_the_first_time(
    lfs_store, registry, inside, make_repo, payload, tmp_path
):
    make_repo(tmp_path / "bare.git", "--bare")
    registry.git("remote", "add", "there", tmp_path / "bare.git")
    assert inside(*_WORDS, payload).code == 0
    assert inside("init", "--remote", "there").code == 0
    assert [file.read_bytes() for file in lfs_store.iterdir()] == [payload.read_bytes()]


def test_nothing_is_pushed_before_its_objects(pushed, registry, inside, payload, tmp_path):
    other = payload.with_name("other.bin")
    other.write_bytes(b"other" * 100)
    assert inside(*_WORDS, other).code == 0
    tip = registry.git("ls-remote", "origin", "baselines")
    oid = sha256(other.read_bytes())
    place = registry.path / ".git" / "lfs" / "objects" / oid[:2] / oid[2:4] / oid
    place.rename(tmp_path / "away")
    done = inside("push", "--json")
    assert (done.code, done.json["error"]["code"]) == (3, "lfs/absent")
    (tmp_path / "away").rename(place)
    url = registry.git("config", "--global", "lfs.url")
    registry.git("config", "--global", "lfs.url", "http://127.0.0.1:9/")
    done = inside("push", "--json")
    assert (done.code, done.json["error"]["code"]) == (3, "lfs/push")
    assert registry.git("ls-remote", "origin", "baselines") == tip
    registry.git("config", "--global", "lfs.url", url)
    assert inside("push").code == 0


def test_made_anew_after_others_it_keeps_its_pointer(clone, registry, inside, payload):
    there = inside.at(clone.path)
    clone.git("switch", "-q", "--detach")
    assert there("record", "-f", "fam", "-m", "other", "--value", "1", "--unit", "ms").code == 0
    assert there("push").code == 0
    more = payload.with_name("more.bin")
    more.write_bytes(b"more\n")
    assert inside(*_WORDS, more, "--push").code == 0
    assert there("fetch").code == 0
    assert shown(there)[:2] == (0, b"more\n")
    assert there("verify", "--full").code == 0


def test_without_git_lfs(clone, inside, tmp_path, payload):
    """git finds it on PATH, so PATH holds all but that."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("git", "ssh-keygen", "sh"):
        (programs / name).symlink_to(shutil.which(name))
    there = inside.at(clone.path, PATH=str(programs))
    code, out, err = shown(there)
    assert (code, out) == (3, b"")
    assert "error: origin: git-lfs is not installed, and git lfs fetch is needed" in err
    clone.git("switch", "-q", "--detach")
    payload.write_bytes(b"new")
    done = there(*_WORDS, payload, "--json")
    text = "Git LFS keeps the source here, but pushing it takes git-lfs, which is not installed"
    assert (done.code, done.json["warnings"], done.json["lfs"]) == (0, [text], True)
    assert there("push", "--json").json["error"]["code"] == "lfs/missing"


@pytest.mark.parametrize("storage", [None, "big", "{absolute}/big files", "~/big"])
@pytest.mark.parametrize("kind", ["plain", "bare", "linked"])
def test_the_store_is_where_git_lfs_has_it(kind, storage, registry, inside, tmp_path, payload):
    at = registry
    if kind == "bare":
        registry.git("clone", "-q", "--bare", ".", tmp_path / "bare.git")
        at = replace(registry, path=tmp_path / "bare.git")
    if kind == "linked":
        registry.git("worktree", "add", "-q", "--detach", tmp_path / "linked")
        at = replace(registry, path=tmp_path / "linked")
    if storage:
        at.git("config", "lfs.storage", storage.format(absolute=tmp_path))
    assert inside.at(at.path)(*_WORDS, payload).code == 0
    told = dict(line.split("=", 1) for line in at.git("lfs", "env").splitlines() if "=" in line)
    oid = sha256(payload.read_bytes())
    place = tmp_path.joinpath(told["LocalMediaDir"], oid[:2], oid[2:4], oid)
    assert place.read_bytes() == payload.read_bytes()
    assert inside.at(at.path)("show", "fam/step", "--snapshot").out == payload.read_bytes()
    assert list(tmp_path.joinpath(told["TempDir"]).iterdir()) == []
    assert at.run("lfs", "fsck", "--objects", "baselines", check=False).returncode == 0
