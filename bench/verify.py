"""Checking a whole registry, against stock git checking the signatures of the same commits.

    python bench/verify.py [--count 1000]

The peer does less: ``git log --format=%G?`` starts ssh-keygen twice for each commit and looks at
the signature only, not at grammar, digests, order, indexes or derived files.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import table
from fresh import REF, git, record, registry

from gitbaseline.model.root import allowed_signers
from gitbaseline.policy.chain import Chain
from gitbaseline.registry.verify import verify
from gitbaseline.signing.sshsig import verify as check


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-verify-") as top:
        fresh = registry(Path(top))
        first = int(time.time()) - 60 * options.count
        for number in range(options.count):  # a minute apart, as runs are
            record(fresh, number, now=first + 60 * number)
        state = fresh.branch.state()
        begin = time.perf_counter()
        store = fresh.branch.store
        result = verify(store, Chain(store, check), state.commit)
        ours = (time.perf_counter() - begin) * 1000
        signers = Path(top) / "allowed_signers"
        signers.write_bytes(allowed_signers(state.root))
        begin = time.perf_counter()
        letters = git(
            fresh.folder,
            "-c",
            f"gpg.ssh.allowedSignersFile={signers}",
            "log",
            "--format=%G?",
            REF,
        ).split()
        theirs = (time.perf_counter() - begin) * 1000
    if not result.good or set(letters) != {b"G"}:
        raise SystemExit(f"not what was expected: {result.violations[:3]}, {set(letters)}")
    table.show(
        "verify",
        [
            ("commits", len(letters)),
            ("verify_ms", ours),
            ("commits_per_s", len(letters) * 1000 / ours),
            ("git_log_ms", theirs),
            ("git_log_to_verify_ratio", theirs / ours),
        ],
    )


if __name__ == "__main__":
    main()
