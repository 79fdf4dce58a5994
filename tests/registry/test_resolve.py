"""References by commits of the code: which entry is meant, and what is read for it."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace

import pytest

from gitbaseline.errors import InputError, Unable
from gitbaseline.model.baseline import Code, Standing
from gitbaseline.model.names import Oid
from gitbaseline.registry import resolve
from gitbaseline.registry.reader import Reader


@pytest.fixture
def commits(begun, repo):
    """Four commits of the code, oldest first, most likely of one second."""
    return [repo.git("rev-parse", "HEAD"), *(repo.commit(name) for name in "abc")]


@pytest.fixture
def meant(begun, repo):
    """Return value and way of the entry that a reference means."""
    code = resolve.Code(commit=partial(repo.git, "rev-parse"), store=begun.store)

    def meant(reference):
        found = resolve.resolve(begun.reader(), reference, code)
        return found.entry.baseline.value, found.how

    return meant


def recorded(desk, value, commit, **changes):
    return desk.record(value, git=Code(sha=commit, branch="main", dirty=False), **changes)


def test_the_nearest_commit_whose_entry_counts(begun, commits, meant):
    first, second, third, last = commits
    recorded(begun, 1.0, first)
    recorded(begun, 2.0, third, standing=Standing.CANDIDATE)
    of_first = (1.0, f"recorded for its ancestor {first[:12]}")
    assert [meant(f"fam/step@commit:{c}") for c in (second, third, last)] == [of_first] * 3
    recorded(begun, 3.0, third)
    recorded(begun, 4.0, third, standing=Standing.CANDIDATE)
    recorded(begun, 5.0, second)  # measured last, and of an older commit
    assert meant(f"fam/step@commit:{third}") == (3.0, "recorded for its commit")
    assert meant(f"fam/step@commit:{last}") == (3.0, f"recorded for its ancestor {third[:12]}")
    assert meant(f"fam/step@commit:{second}") == (5.0, "recorded for its commit")


def test_a_commit_before_all_that_was_measured(begun, commits, meant):
    recorded(begun, 1.0, commits[1])
    recorded(begun, 2.0, commits[0], standing=Standing.CANDIDATE)
    with pytest.raises(InputError, match=r"nothing was recorded for .* or before it"):
        meant(f"fam/step@commit:{commits[0]}")


def test_of_two_entries_of_a_commit_the_newest(begun, commits, meant):
    recorded(begun, 1.0, commits[0])
    recorded(begun, 2.0, commits[0])
    assert meant(f"fam/step@commit:{commits[0]}")[0] == 2.0
    assert meant(f"fam/step@commit:{commits[3]}")[0] == 2.0


def test_what_looks_like_a_commit_is_none(begun, commits, meant):
    """The commit is told by the bytes of the file; its like stands in every text there is."""
    other = {"sha": commits[2]}
    recorded(
        begun,
        1.0,
        commits[0],
        context={"git": other},
        environment=other,
        extra={"git": other},
        notes=f'\n  "git": {{\n    "sha": "{commits[2]}"\n  }}\n',
    )
    how = f"recorded for its ancestor {commits[0][:12]}"
    assert meant(f"fam/step@commit:{commits[2]}") == (1.0, how)


def test_no_entry_is_read_but_the_one_that_is_meant(begun, commits, meant, monkeypatch):
    for value, commit in enumerate(commits, 1):
        recorded(begun, float(value), commit)
    read = []
    whole = Reader.read
    monkeypatch.setattr(Reader, "read", lambda self, one: (read.append(one), whole(self, one))[1])
    assert meant(f"fam/step@commit:{commits[1]}")[0] == 2.0
    assert len(read) == 1


def test_an_unreadable_entry_is_told(begun, commits, meant, monkeypatch):
    recorded(begun, 1.0, commits[0])
    monkeypatch.setattr(Reader, "baseline_json", lambda *_: b"{}\n")
    with pytest.raises(Unable) as caught:
        meant(f"fam/step@commit:{Oid(commits[0])}")
    assert caught.value.code == "entry/unreadable"


@pytest.mark.parametrize("name", ["fam/step", "fam/step.2", "fam/step.3", "step", "fam"])
def test_the_name_of_a_stretch_means_the_measurement(name):
    """It is what entries' paths have, and so what a person copies."""
    assert resolve.find_series(of_three_stretches(), name, name) == ("fam", "step")


@pytest.mark.parametrize(
    "name", ["fam/step.4", "fam/step.1", "fam/step.02", "other/step.2", ".x/m"]
)
def test_there_is_no_such_stretch(name):
    with pytest.raises(InputError) as caught:
        resolve.find_series(of_three_stretches(), name, name)
    assert caught.value.code == "reference/unknown"


def of_three_stretches():
    return SimpleNamespace(
        families=lambda: ["fam"],
        measurements=lambda _: ["step"],
        stretches=lambda *series: ["step", "step.2", "step.3"] if series == ("fam", "step") else [],
    )
