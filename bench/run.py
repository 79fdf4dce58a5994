"""Every benchmark, one after another; ``make bench``.

Each prints its table and leaves ``bench/out/<name>.json``, which records as it is:

    git baseline record -f git_baseline -m startup bench/out/startup.json
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPTS = (
    *("startup.py", "oneshot.py", "record.py", "verify.py", "compare.py", "diff.py", "log.py"),
    *("publish.py", "site.py", "hook.py", "push.py", "search.py", "proof.py", "importing.py"),
    "disk.py",
)


def main() -> None:
    for script in SCRIPTS:
        path = Path(__file__).with_name(script)
        code = subprocess.run([sys.executable, str(path)], check=False).returncode
        if code != 0:
            raise SystemExit(f"{script} exited with {code}")


if __name__ == "__main__":
    main()
