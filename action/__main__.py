"""The steps of the action: ``python -I action STEP``, with nothing but the standard library."""

from __future__ import annotations

import importlib
import sys

from runner import Stop, annotate, runner

STEPS = ("install", "plan", "measure", "compare", "comment", "record")


def main(words: list[str]) -> int:
    """Run one step; what a person has to mend becomes an annotation and exit code 1."""
    if len(words) != 1 or words[0] not in STEPS:
        sys.stderr.write(f"usage: python -I action {'|'.join(STEPS)}\n")
        return 2
    try:
        importlib.import_module(words[0]).main(runner())
    except Stop as stop:
        annotate("error", str(stop))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
