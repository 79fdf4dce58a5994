"""The conformance corpus' forge, and the library of mutations, importable."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "conformance"), str(HERE)]


@pytest.fixture(scope="session")
def fifty():
    """A registry of fifty entries, with a trust statement, a retraction and an acceptance."""
    from mutations import fifty

    return fifty()
