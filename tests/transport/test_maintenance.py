"""git's maintenance begins by git's own rules, in the background, and never at a verb's cost."""

from __future__ import annotations

import hashlib
import itertools
import os
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gitbaseline.errors import Unable
from gitbaseline.transport.maintenance import Maintenance

_AUTO = [("maintenance", "run", "--auto", "--quiet")]
_LOOSE = [("maintenance", "run", "--task=loose-objects", "--quiet"), ("prune-packed", "--quiet")]


@dataclass
class Told:
    """What git was told, in the background and waited for."""

    begun: list[tuple[str, ...]] = field(default_factory=list)
    awaited: list[tuple[str, ...]] = field(default_factory=list)

    def begin(self, calls):
        self.begun += calls

    def run(self, *words):
        self.awaited.append(words)


@pytest.fixture
def told():
    return Told()


@pytest.fixture
def objects(tmp_path):
    folder = tmp_path / "objects"
    folder.mkdir()
    return folder


def put(folder, count, size=1, ending=""):
    folder.mkdir(exist_ok=True)
    for number in range(count):
        (folder / f"{number:038x}{ending}").write_bytes(random.Random(number).randbytes(size))


def begin(told, objects, **config):
    settings = {key.replace("_", "."): value for key, value in config.items()}
    Maintenance(told, objects.parent, settings).begin_if_due()
    return told


def test_a_new_repository_has_nothing_to_do(told, tmp_path):
    assert begin(told, tmp_path / "objects") == Told()


@pytest.mark.parametrize(
    ("count", "config", "due"),
    [
        (27, {}, False),  # 6,700 objects over 256 folders
        (28, {}, True),
        (28, {"gc_auto": "6912"}, True),
        (28, {"gc_auto": "6913"}, False),
        (1, {"gc_auto": "200"}, False),
        (2, {"gc_auto": "200"}, True),
        (5, {"gc_auto": "1k"}, True),
        (4, {"gc_auto": "1K"}, False),
        (28, {"gc_auto": "0"}, False),
        (28, {"gc_auto": "-1"}, False),
        (28, {"gc_auto": "many"}, False),
        (28, {"gc_auto": "1e3"}, False),
        *((28, {"maintenance_auto": off}, False) for off in ("false", "No", "off", "0", "")),
        *((28, {"maintenance_auto": on}, True) for on in ("true", "yes", "on", "1")),
    ],
)
def test_many_loose_objects(told, objects, count, config, due):
    put(objects / "17", count)
    assert begin(told, objects, **config) == Told(begun=_AUTO if due else [])


@pytest.mark.parametrize(
    ("count", "config", "due"),
    [
        (50, {}, False),
        (51, {}, True),
        (4, {"gc_autopacklimit": "3"}, True),
        (3, {"gc_autopacklimit": "3"}, False),
        (51, {"gc_autopacklimit": "0"}, False),
        (51, {"gc_auto": "0"}, False),
    ],
)
def test_many_packs(told, objects, count, config, due):
    put(objects / "pack", count, ending=".pack")
    put(objects / "pack", count, ending=".idx")
    assert begin(told, objects, **config) == Told(begun=_AUTO if due else [])


def test_a_pack_that_is_kept_is_left_alone(told, objects):
    put(objects / "pack", 51, ending=".pack")
    put(objects / "pack", 1, ending=".keep")
    assert begin(told, objects) == Told()


@pytest.mark.parametrize("folder", ["17", "57", "97", "d7"])
@pytest.mark.parametrize(("size", "due"), [(200_000, False), (250_000, True)])
def test_few_loose_objects_that_weigh_as_much_as_many(told, objects, folder, size, due):
    """Beyond 4 KiB each 6,700 objects may take 13.7 MB, of which four folders of 256 hold 214 kB."""
    put(objects / folder, 1, size)
    assert begin(told, objects) == Told(begun=_LOOSE if due else [])


@pytest.mark.parametrize(
    ("config", "waits"),
    [
        ({"gc_autodetach": "false"}, True),
        ({"maintenance_autodetach": "false"}, True),
        ({"gc_autodetach": "false", "maintenance_autodetach": "true"}, False),
        ({"gc_autodetach": "true"}, False),
    ],
)
def test_who_does_not_detach_waits(told, objects, config, waits):
    put(objects / "57", 1, 600_000)
    expected = Told(awaited=_LOOSE) if waits else Told(begun=_LOOSE)
    assert begin(told, objects, **config) == expected


@pytest.mark.parametrize("fault", [Unable("git is not on PATH", code="git/missing"), OSError()])
def test_what_cannot_be_begun_is_no_fault(told, objects, fault, monkeypatch):
    def begin_(_calls):
        raise fault

    monkeypatch.setattr(told, "begin", begin_)
    put(objects / "17", 28)
    assert begin(told, objects) == Told()


# with git


def texts_in(folder):
    """Yield texts whose blobs lie in one of the 256 folders."""
    for number in itertools.count():
        text = f"text {number}"
        if hashlib.sha1(b"blob %d\0%b" % (len(text), text.encode())).hexdigest()[:2] == folder:
            yield text


def loose(repo):
    return int(repo.git("count-objects").split(" ")[0])


def packs(repo):
    return sorted(path.name.split("-")[0] for path in repo.path.glob(".git/objects/pack/*.pack"))


@pytest.fixture
def crowded(registry):
    """A registry whose repository holds as many loose objects as it may, and more."""
    for text in itertools.islice(texts_in("17"), 2):
        registry.commit(text)
    registry.git("config", "gc.auto", "1")
    return registry


def test_a_record_packs_what_is_loose(crowded, inside, number):
    crowded.git("config", "gc.autoDetach", "false")
    assert inside(*number).code == 0
    assert (loose(crowded), packs(crowded)) == (0, ["pack"])
    assert inside("verify", "--full", "--json").json["statements"] == 2
    assert inside(*number, "--notes", "more").code == 0
    assert inside("verify", "--full", "--json").json["statements"] == 3


def test_a_record_does_not_wait_for_it(crowded, baseline, number):
    assert baseline(*number).code == 0
    deadline = time.monotonic() + 30
    while loose(crowded) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (loose(crowded), packs(crowded)) == (0, ["pack"])


def test_whoever_switches_it_off_has_it_off(crowded, inside, number):
    crowded.git("config", "gc.autoDetach", "false")
    crowded.git("config", "maintenance.auto", "false")
    assert inside(*number).code == 0
    assert packs(crowded) == []


def test_heavy_objects_are_packed_where_they_are_few(registry, inside, number):
    for name, value in (("gc.auto", "512"), ("gc.autoDetach", "false")):
        registry.git("config", name, value)
    noise = (random.Random(seed).randbytes(40_000) for seed in itertools.count())
    heavy = next(
        data for data in noise if hashlib.sha1(b"blob 40000\0" + data).hexdigest()[:2] == "57"
    )
    registry.git("hash-object", "-w", "--stdin", give=heavy)
    assert inside(*number).code == 0
    assert (loose(registry), packs(registry)) == (0, ["loose"])
    assert inside("verify", "--full", "--json").json["statements"] == 2


def test_a_reading_verb_begins_nothing(crowded, inside, number):
    crowded.git("config", "maintenance.auto", "false")
    assert inside(*number).code == 0
    crowded.git("config", "maintenance.auto", "true")
    crowded.git("config", "gc.autoDetach", "false")
    before = loose(crowded)
    for words in (("list",), ("show", "fam/step"), ("verify",), (*number, "--dry-run")):
        assert inside(*words).code == 0
    assert loose(crowded) == before


def test_without_a_shell_a_record_stands(crowded, inside, number, tmp_path):
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "git").symlink_to(_which("git", crowded.environment))
    assert inside.at(crowded.path, PATH=str(programs))(*number).code == 0
    assert inside("verify", "--full", "--json").json["statements"] == 2


def _which(name, environment):
    return next(
        path
        for folder in environment["PATH"].split(os.pathsep)
        if (path := Path(folder, name)).exists()
    )
