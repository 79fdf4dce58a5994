"""pygit2 is imported without the certificates of the machine, and the environment stays as it was."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gitbaseline.certificates import without_certificates


def test_none_is_read(environment):
    script = (
        "import os; before = dict(os.environ)\n"
        "import gitbaseline.store\n"
        "import pygit2; assert before == dict(os.environ)\n"
        "print(pygit2.settings.ssl_cert_file, pygit2.settings.ssl_cert_dir)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("None ")
    assert "certs" not in done.stdout


@pytest.mark.parametrize("before", [None, "", "/somewhere"])
def test_the_environment_is_put_back(monkeypatch, before):
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        if before is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, before)
    whole = dict(os.environ)
    with without_certificates():
        assert not Path(os.environ["SSL_CERT_FILE"]).is_file()
        assert Path(os.environ["SSL_CERT_DIR"]).is_dir()
    assert dict(os.environ) == whole
