"""The pager, fed as git feeds it."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Mapping

_DEFAULTS = {"LESS": "FRX", "LV": "-c"}  # git's own, where the user has none
_NOT_STARTED = (126, 127)  # what a shell answers for a program that cannot be run


def page(command: str, text: bytes, environment: Mapping[str, str]) -> bool:
    """Give ``text`` to a pager and wait until it ends; return whether it could be started.

    A pager that is left early is no fault. An interrupt is the pager's own affair while it runs.
    """
    # A handler, not SIG_IGN: that the pager would inherit.
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        running = subprocess.Popen(
            ["sh", "-c", command],
            stdin=subprocess.PIPE,
            env={**_DEFAULTS, **environment, "GIT_PAGER_IN_USE": "true"},
        )
        running.communicate(text)
    finally:
        signal.signal(signal.SIGINT, before)
    return running.returncode not in _NOT_STARTED
