from __future__ import annotations

import json

import pytest

from gitbaseline.model import event
from gitbaseline.model.codec import encode
from gitbaseline.model.event import Event, EventKind
from gitbaseline.model.shape import ShapeError

SAID = Event(
    kind=EventKind.RETRACTED,
    family="llama",
    measurement="nccl.2",
    slug="20260520T101112Z-2",
    content="ab" * 32,
    at="2026-05-21T08:00:00Z",
    by="bob",
    reason="the wrong driver\nwas in use",
)
SPELLED = f"""{{
  "at": "2026-05-21T08:00:00Z",
  "by": "bob",
  "content": "{"ab" * 32}",
  "family": "llama",
  "measurement": "nccl.2",
  "reason": "the wrong driver\\nwas in use",
  "schema": "git-baseline/retracted/1",
  "slug": "20260520T101112Z-2"
}}
""".encode()


def test_an_event_is_spelled_and_read_in_one_way(path):
    assert event.to_bytes(SAID) == SPELLED
    assert event.from_bytes(SPELLED, EventKind.RETRACTED) == SAID
    assert event.event_path(path, EventKind.ACCEPTED) == f"{path}.accepted.json"


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("schema", "git-baseline/accepted/1", "schema: expected git-baseline/retracted/1, got 'git-baseline/accepted/1'"),
        ("family", "A", "family: expected a family name, got 'A'"),
        ("measurement", "a.1", "measurement: expected a measurement name, got 'a.1'"),
        ("slug", "x", "slug: expected a slug, got 'x'"),
        ("content", "x", "content: expected 64 hex digits, got 'x'"),
        ("at", "x", "at: expected YYYY-MM-DDTHH:MM:SSZ, got 'x'"),
        ("by", "", "by: expected one line of text, got none"),
        ("reason", " \n", "reason: expected a reason, got none"),
        ("other", 1, "other: unknown key"),
    ],
)  # fmt: skip
def test_what_is_misspelt_is_told_with_its_place(key, value, message):
    with pytest.raises(ShapeError) as caught:
        event.from_bytes(encode({**json.loads(SPELLED), key: value}), EventKind.RETRACTED)
    assert str(caught.value) == message
