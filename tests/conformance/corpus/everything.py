"""All cases, in the order of the topics, and the rows of the threat table that have none."""

from __future__ import annotations

from corpus import (
    commits,
    content,
    events,
    genesis,
    history,
    inbox,
    json_text,
    lfs,
    refs,
    signatures,
    standing,
    trees,
    trust,
)
from corpus.case import CASES

TOPICS = (
    history,
    refs,
    commits,
    signatures,
    genesis,
    trust,
    standing,
    trees,
    content,
    lfs,
    json_text,
    events,
    inbox,
)

# Row of design/ATTACKS.md -> (the test that covers it, or None; what keeps it out of the corpus).
ELSEWHERE = {
    10: ("tests/conformance/test_environment.py", "a race of two pushes"),
    14: ("tests/conformance/test_environment.py", "a file on the verifier's machine"),
    15: ("tests/conformance/test_environment.py", "a shallow clone is incomplete, not wrong"),
    16: ("tests/conformance/test_environment.py", "a push from a shallow clone"),
    17: ("tests/conformance/test_environment.py", "a partial clone"),
    18: ("tests/conformance/test_environment.py", "a poisoned commit-graph"),
    60: ("tests/conformance/test_environment.py", "the verifier's environment"),
    72: ("tests/model/test_shape.py", "the reader is our own; no JSON Schema is ever evaluated"),
    76: ("tests/conformance/test_environment.py", "the pusher's environment"),
    77: ("tests/servers/test_doctor.py", "a server whose hook does not run"),
    78: ("tests/conformance/test_corpus.py", "every refused push: each file as it was"),
    79: ("tests/cli/test_bad_repository.py", "another user's repository"),
    80: ("tests/fault/test_faults.py", "a lock that a killed process left"),
    81: ("tests/conformance/test_environment.py", "an object pool"),
    82: (None, "how the program is shipped to a server, not what it judges"),
    84: ("tests/conformance/test_environment.py", "what a refusal tells the pusher"),
    85: (None, "a host that shows two histories: only somebody else's copy can tell"),
}

__all__ = ["CASES", "ELSEWHERE", "TOPICS"]
