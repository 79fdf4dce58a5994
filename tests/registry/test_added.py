"""The commit that added an entry: the same with a remembered line of commits as without one."""

from __future__ import annotations

import random

import pytest

from gitbaseline.model.objects import ObjectMissing
from gitbaseline.registry import added
from gitbaseline.registry.reader import Reader

ENTRIES = 24


@pytest.fixture
def desk_of_many(begun, monkeypatch):
    """A registry of two measurements in turns, and bounds that such a small one reaches."""
    monkeypatch.setattr(added, "NEAR", 3)
    monkeypatch.setattr(added, "WORTH", 5)
    for number in range(ENTRIES):
        begun.record(float(number), measurement=f"step{number % 2}")
    return begun


class Counted:
    """Objects of a repository, and how many of them were read."""

    def __init__(self, objects, without=()):
        self.objects, self.without, self.read_ = objects, without, 0

    def read(self, oid):
        self.read_ += 1
        if oid in self.without:
            raise ObjectMissing(oid)
        return self.objects.read(oid)

    def header(self, oid):
        return self.objects.header(oid)


def reader(desk, file, tip=None, **more):
    objects = Counted(desk.store, **more)
    return Reader(
        objects,
        desk.branch.chain.trees,
        desk.branch.chain.load(tip or desk.branch.tip()),
        line=file,
    )


def everything(desk):
    """Return the entries in order of their commits."""
    known = reader(desk, None)
    paths = [path for name in ("step0", "step1") for path in known.paths("fam", name)]
    line = line_of(desk)
    return sorted(paths, key=lambda path: line.index(known.commit_of(path)))


def line_of(desk):
    found, at = [], desk.branch.tip()
    while at:
        found.append(at)
        at = desk.store._repo[at].parent_ids
        at = str(at[0]) if at else None
    return found[::-1]


def test_each_entry_has_the_commit_that_names_it(desk_of_many, tmp_path):
    paths = everything(desk_of_many)
    line = line_of(desk_of_many)
    assert len(paths) == ENTRIES
    for path, commit in zip(paths, line[1:], strict=True):
        assert desk_of_many.store._repo[commit].message.startswith(f"record {path}\n")
        assert reader(desk_of_many, None).commit_of(path) == commit


@pytest.mark.parametrize("seed", range(8))
def test_the_same_with_a_line_in_any_order_and_from_any_tip(desk_of_many, tmp_path, seed):
    rng = random.Random(seed)
    paths, line = everything(desk_of_many), line_of(desk_of_many)
    file = tmp_path / "cache" / "line"
    for _ in range(60):
        tip, path = rng.choice(line), rng.choice(paths)
        naive = reader(desk_of_many, None, tip).commit_of(path)
        assert reader(desk_of_many, file, tip).commit_of(path) == naive
    remembered = file.read_bytes().hex()
    assert remembered in "".join(line)


def test_the_oldest_is_found_in_a_few_steps_once_the_way_is_known(desk_of_many, tmp_path):
    path = everything(desk_of_many)[0]
    counts = []
    for _ in range(2):
        asked = reader(desk_of_many, tmp_path / "line")
        assert asked.commit_of(path) == line_of(desk_of_many)[1]
        counts.append(asked._objects.read_)
    assert counts[0] == ENTRIES
    assert counts[1] < ENTRIES // 2 + 3  # halving reads a commit and a folder each time


def test_the_line_grows_at_both_ends(desk_of_many, tmp_path):
    file = tmp_path / "line"
    paths = everything(desk_of_many)
    reader(desk_of_many, file).commit_of(paths[12])
    assert len(file.read_bytes()) == 20 * (ENTRIES - 12)
    reader(desk_of_many, file).commit_of(paths[3])
    assert len(file.read_bytes()) == 20 * (ENTRIES - 3)
    for number in range(9):
        desk_of_many.record(100.0 + number, measurement="step0")
    reader(desk_of_many, file).commit_of(paths[3])
    assert len(file.read_bytes()) == 20 * (ENTRIES - 3 + 9)
    assert file.read_bytes().hex() == "".join(line_of(desk_of_many)[4:])


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-7],
        lambda data: data[7:],
        lambda data: bytes(len(data)),
        lambda data: b"".join(reversed([data[at : at + 20] for at in range(0, len(data), 20)])),
        lambda data: data[:20] * (len(data) // 20),
        lambda data: data[:-200] + bytes(20) + data[-180:],
    ],
)
def test_a_damaged_line_misleads_nobody(desk_of_many, tmp_path, damage):
    file = tmp_path / "line"
    paths, line = everything(desk_of_many), line_of(desk_of_many)
    reader(desk_of_many, file).commit_of(paths[0])
    whole = file.read_bytes()
    for path, commit in zip(paths, line[1:], strict=True):
        file.write_bytes(damage(whole))
        assert reader(desk_of_many, file).commit_of(path) == commit


def test_a_line_that_the_branch_has_left(desk_of_many, tmp_path):
    file = tmp_path / "line"
    path = everything(desk_of_many)[0]
    old = line_of(desk_of_many)
    reader(desk_of_many, file).commit_of(path)
    desk_of_many.store._repo.references["refs/heads/baselines"].set_target(old[10])
    desk_of_many.branch._state = None
    for number in range(ENTRIES):
        desk_of_many.record(200.0 + number, measurement="step1")
    new = line_of(desk_of_many)
    assert new[:11] == old[:11]
    assert new[11] != old[11]
    paths = everything(desk_of_many)
    for path, commit in zip(paths, new[1:], strict=True):
        assert reader(desk_of_many, file).commit_of(path) == commit


def test_history_that_ends_before_it(desk_of_many, tmp_path):
    paths, line = everything(desk_of_many), line_of(desk_of_many)
    cut = reader(desk_of_many, tmp_path / "line", without={line[9]})
    assert cut.commit_of(paths[5]) is None
    assert cut.commit_of(paths[9]) == line[10]
    assert not (tmp_path / "line").exists() or line[9] not in (tmp_path / "line").read_bytes().hex()


def test_an_entry_that_is_nowhere(desk_of_many, tmp_path):
    path = everything(desk_of_many)[-1]
    before = line_of(desk_of_many)[-2]
    assert reader(desk_of_many, tmp_path / "line", before).commit_of(path) is None


def test_a_commit_that_is_no_statement_names_nothing(desk_of_many, tmp_path):
    path = everything(desk_of_many)[4]
    repo = desk_of_many.store._repo
    tip = repo[desk_of_many.branch.tip()]
    fake = repo.create_commit(
        None, tip.author, tip.committer, f"record {path}\n\nno", tip.tree_id, [tip.id]
    )
    search = added.Search(desk_of_many.store, desk_of_many.branch.chain.trees, path, None)
    assert search.before(str(fake)) == line_of(desk_of_many)[5]


def test_a_cache_that_cannot_be_written(desk_of_many, tmp_path):
    (tmp_path / "file").write_text("")
    path = everything(desk_of_many)[0]
    found = reader(desk_of_many, tmp_path / "file" / "line").commit_of(path)
    assert found == line_of(desk_of_many)[1]
