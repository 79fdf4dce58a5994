from __future__ import annotations

import json
from dataclasses import replace

import pytest

from gitbaseline.model import baseline_json
from gitbaseline.model.codec import CodecError, encode
from gitbaseline.model.metric import Direction
from gitbaseline.model.shape import ShapeError


@pytest.fixture(params=["full", "least"])
def entry(request):
    return request.getfixturevalue(request.param)


def test_an_entry_is_spelled(entry, request, datadir):
    name = request.node.callspec.params["entry"]
    assert baseline_json.to_bytes(entry) == (datadir / f"{name}.json").read_bytes()


def test_reading_undoes_writing(entry):
    data = baseline_json.to_bytes(entry)
    assert baseline_json.from_bytes(data) == entry
    assert baseline_json.to_bytes(baseline_json.from_bytes(data)) == data


def test_every_top_level_key_is_always_there(full, least):
    assert list(baseline_json.to_plain(full)) == list(baseline_json.to_plain(least))


def test_a_missing_and_an_unknown_key_are_told(entry):
    plain = json.loads(baseline_json.to_bytes(entry))
    for key in plain:
        rest = {name: value for name, value in plain.items() if name != key}
        with pytest.raises(ShapeError) as caught:
            baseline_json.from_bytes(encode(rest))
        assert str(caught.value) == f"{key}: missing"
    with pytest.raises(ShapeError) as caught:
        baseline_json.from_bytes(encode({**plain, "zz": 1}))
    assert str(caught.value) == "zz: unknown key"


def changed(entry, path, value):
    plain = json.loads(baseline_json.to_bytes(entry))
    where = plain
    for step in path[:-1]:
        where = where[step]
    if value is ...:
        del where[path[-1]]
    else:
        where[path[-1]] = value
    return encode(plain)


LINES = "single lines of text, sorted, each once, got something else"
M = ["metrics", "busbw"]
SAYS_NOTHING = "metrics['busbw'].{}: an optional key that says nothing is left out"
FAULTS = [
    (["schema"], "git-baseline/baseline/2", "schema: expected git-baseline/baseline/1, got 'git-baseline/baseline/2'"),
    (["family"], "NCCL", "family: expected a family name, got 'NCCL'"),
    (["family"], "nccl.2", "family: expected a family name, got 'nccl.2'"),
    (["measurement"], "nccl.02", "measurement: expected a measurement name, got 'nccl.02'"),
    (["metrics"], {}, "metrics: expected at least one, got none"),
    (["metrics"], [], "metrics: expected an object, got a list"),
    ([*M, "value"], None, "metrics['busbw'].value: expected a number, got null"),
    ([*M, "value"], ..., "metrics['busbw'].value: missing"),
    ([*M, "unit"], "", "metrics['busbw'].unit: expected one line of text, got none"),
    ([*M, "direction"], "up", "metrics['busbw'].direction: expected higher-is-better or lower-is-better or two-sided or unknown, got 'up'"),
    ([*M, "n"], 0, "metrics['busbw'].n: expected a whole number from 1, got 0"),
    ([*M, "mean"], None, "metrics['busbw'].mean: expected a number, got null"),
    ([*M, "headline"], False, SAYS_NOTHING.format("headline")),
    ([*M, "samples"], [], SAYS_NOTHING.format("samples")),
    ([*M, "dimensions"], {}, SAYS_NOTHING.format("dimensions")),
    ([*M, "samples"], ["1"], "metrics['busbw'].samples: expected numbers only, got text"),
    ([*M, "dimensions"], {"a": {}}, "metrics['busbw'].dimensions['a']: expected a single value, got an object"),
    ([*M, "headline"], True, "metrics: expected at most one headline, got several"),
    ([*M, "p99"], 1, "metrics['busbw'].p99: unknown key"),
    (["value"], 480, "value, unit, direction: expected those of the only metric, or null"),
    (["source_sha256"], "AB" * 32, f"source_sha256: expected 64 lower-case hex digits, got '{'AB' * 32}'"),
    (["source_bytes"], -1, "source_bytes: expected a whole number from 0, got -1"),
    (["source_kind"], "inline", "source_path: expected null for an inline source and only there"),
    (["source_path"], None, "source_path: expected null for an inline source and only there"),
    (["source_kind"], "pipe", "source_kind: expected file or directory or inline, got 'pipe'"),
    (["registered_at_utc"], "2026-05-20", "registered_at_utc: expected YYYY-MM-DDTHH:MM:SSZ, got '2026-05-20'"),
    (["captured_at_utc"], "2026-02-30T00:00:00Z", "captured_at_utc: expected YYYY-MM-DDTHH:MM:SSZ, got '2026-02-30T00:00:00Z'"),
    (["registered_by", "operator_user"], None, "registered_by.operator_user: expected text, got null"),
    (["registered_by", "role"], "x", "registered_by.role: unknown key"),
    (["recorder", "x"], 1, "recorder.x: unknown key"),
    (["workstation", "x"], 1, "workstation.x: unknown key"),
    (["git", "sha"], "abc", "git.sha: expected a full commit id, got 'abc'"),
    (["git", "dirty"], "no", "git.dirty: expected true or false, got text"),
    (["git", "x"], 1, "git.x: unknown key"),
    (["redacted"], ["b", "a"], f"redacted: expected {LINES}"),
    (["tier"], "FINAL", "tier: expected DRAFT or VERDICT, got 'FINAL'"),
    (["tier_evidence", "x"], 1, "tier_evidence.x: unknown key"),
    (["judged", "x"], 1, "judged.x: unknown key"),
    (["judged"], [], "judged: expected an object, got a list"),
    (["next_lever", "x"], 1, "next_lever.x: unknown key"),
    (["imported", "x"], 1, "imported.x: unknown key"),
    (["imported", "registered_at_utc"], "x", "imported.registered_at_utc: expected YYYY-MM-DDTHH:MM:SSZ, got 'x'"),
    (["continues"], ".registry/000001", "continues: expected <family>/<measurement>, got '.registry/000001'"),
    (["continues"], "llama", "continues: expected <family>/<measurement>, got 'llama'"),
    (["schema_path"], None, "schema_path, schema_sha256: expected both or neither"),
    (["schema_sha256"], None, "schema_path, schema_sha256: expected both or neither"),
    (["notes"], "\x1b[31m", "notes: control character U+001B"),
    (["capture_command"], "a\u202eb", "capture_command: bidirectional or line-separating character U+202E"),
    (["cluster"], "a\nb", "cluster: expected one line of text, got control character U+000A"),
    (["environment"], {"a": []}, "environment['a']: expected a single value, got a list"),
    (["context"], {"identity": 1}, "context['identity']: expected an object, got a number"),
    (["context"], {"identity": {"a": {}}}, "context['identity']['a']: expected a single value, got an object"),
    (["context"], {"identity": {"a": [[]]}}, "context['identity']['a']: expected a single value, got a list"),
    (["context"], {"group": {"": 1}}, "context['group']: key '': empty"),
    (["extra"], {"a": ["\x00"]}, "extra['a']: control character U+0000"),
    (["extra"], {"a": {"b": "\x1b"}}, "extra['a']['b']: control character U+001B"),
    (["extra"], {"a": {"\x1b": 1}}, "extra['a']: key '\\x1b': control character U+001B"),
    (["extra"], {"": 1}, "extra: key '': empty"),
    *(([f"sol_{name}"], None, "sol_*: expected all six or none")
      for name in ("pct", "ceiling_key", "ceiling_value", "ceiling_unit", "ceiling_source", "rigor")),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "message"), FAULTS)
def test_what_is_misspelt_is_told_with_its_place(full, path, value, message):
    with pytest.raises(ShapeError) as caught:
        baseline_json.from_bytes(changed(full, path, value))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "change", [{"value": 481.0}, {"unit": "s"}, {"direction": Direction.LOWER}]
)
def test_a_scalar_repeats_its_only_metric(least, change):
    with pytest.raises(ShapeError) as caught:
        baseline_json.to_bytes(replace(least, **change))
    assert str(caught.value) == "value, unit, direction: expected those of the only metric, or null"


def test_a_single_metric_may_be_structured(least):
    entry = replace(least, value=None, unit=None, direction=None)
    assert baseline_json.from_bytes(baseline_json.to_bytes(entry)) == entry


def test_what_cannot_enter_is_not_written(least):
    with pytest.raises(CodecError):
        baseline_json.to_bytes(replace(least, notes="e\u0301"))
    with pytest.raises(ShapeError) as caught:
        baseline_json.to_bytes(replace(least, notes="\x07"))
    assert str(caught.value) == "notes: control character U+0007"


def test_every_changed_bit_is_refused_or_another_entry(full):
    data = baseline_json.to_bytes(full)
    for at in range(0, len(data), 3):
        raw = bytearray(data)
        raw[at] ^= 1 << (at % 7)
        try:
            read = baseline_json.from_bytes(bytes(raw))
        except (CodecError, ShapeError):
            continue
        assert baseline_json.to_bytes(read) == raw
        assert read != full


def test_the_headline_is_the_marked_or_the_only_metric(full, least):
    assert full.headline == ("latency", full.metrics["latency"])
    assert least.headline == ("value", least.metrics["value"])
    unmarked = {key: replace(m, headline=False) for key, m in full.metrics.items()}
    assert replace(full, metrics=unmarked).headline is None
    assert full.series == "llama31_8b/nccl_busbw"
