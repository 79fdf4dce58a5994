"""pygit2 without the certificates of the machine.

It hands libgit2 the system's certificate authorities as it is imported, and to parse them is a
quarter of that import. Nothing here speaks TLS: what goes over a network is git's, and git is given
the environment as it was.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# OpenSSL's own variables. pygit2 wants one of the two: a folder that holds none will do.
_NOWHERE = {"SSL_CERT_FILE": os.devnull, "SSL_CERT_DIR": str(Path(__file__).parent)}


@contextmanager
def without_certificates() -> Iterator[None]:
    """Have OpenSSL look for certificates where there are none."""
    before = {name: os.environ.get(name) for name in _NOWHERE}
    os.environ.update(_NOWHERE)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
