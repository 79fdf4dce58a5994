from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def nccl():
    """A real-looking output of nccl-tests: times in us, bandwidths in GB/s."""
    return Path(__file__).parent / "data" / "nccl.log"
