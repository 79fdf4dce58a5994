from __future__ import annotations

import pytest


@pytest.fixture
def number():
    """The words that record one number."""
    return ("record", "-f", "fam", "-m", "step", "--value", "1.5", "--unit", "ms")


@pytest.fixture
def remote(make_repo, registry, tmp_path):
    """A bare repository without any hook, known here as origin."""
    bare = make_repo(tmp_path / "remote.git", "--bare")
    registry.git("remote", "add", "origin", bare.path)
    return bare


@pytest.fixture
def forge(registry):
    """Put a commit that nobody signed on top of the registry."""

    def make():
        forged = registry.git("commit-tree", "-p", "baselines", "-m", "x", "baselines^{tree}")
        registry.git("update-ref", "refs/heads/baselines", forged)
        return forged

    return make
