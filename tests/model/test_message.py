from __future__ import annotations

from dataclasses import replace

import pytest

from gitbaseline.model.message import Kind, Trailers, kind_of, message, value_line
from gitbaseline.model.text import fault_in_text


def trailers(kind, previous="cd" * 32):
    return Trailers(kind=kind, registry_id="ab" * 16, previous=previous, content="ef" * 32)


LINES = f"""Baseline-Registry: {"ab" * 16}
Baseline-Previous: sha256:{"cd" * 32}
Baseline-Content: sha256:{"ef" * 32}
"""


def test_the_message_of_a_record(least, path):
    assert message(trailers(Kind.RECORD), str(path), entry=least) == (
        "record llama31_8b/nccl_busbw/20260520T101112Z\n\n"
        "480 GB/s, higher is better, DRAFT\n\n"
        "Baseline-Kind: record\n" + LINES
    )


@pytest.mark.parametrize(
    ("kind", "summary"),
    [
        (Kind.ACCEPT, "a candidate becomes a baseline"),
        (Kind.RETRACT, "an entry is withdrawn"),
        (Kind.TRUST, "a new state of who may sign"),
    ],
)
def test_the_message_of_any_other_kind(kind, summary):
    expected = f"{kind} subject\n\n{summary}\n\nBaseline-Kind: {kind}\n{LINES}"
    assert message(trailers(kind), "subject") == expected


def test_a_genesis_has_no_previous():
    assert message(trailers(Kind.GENESIS, None), "x") == (
        "genesis x\n\na new registry of signed performance baselines\n\nBaseline-Kind: genesis\n"
        f"Baseline-Registry: {'ab' * 16}\nBaseline-Content: sha256:{'ef' * 32}\n"
    )


def test_the_value_of_an_entry_in_one_line(least, full):
    assert value_line(least) == "480 GB/s, higher is better, DRAFT"
    assert value_line(full) == "latency 12.5 us, lower is better, VERDICT, candidate"
    metrics = {key: replace(m, headline=False) for key, m in full.metrics.items()}
    assert value_line(replace(full, metrics=metrics)) == "4 metrics, VERDICT, candidate"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *((f"{kind} x\n\ny\n", kind) for kind in Kind),
        ("Record x", None),
        ("record\n\nx", None),
        ("", None),
        ("recordx y", None),
    ],
)
def test_the_first_word_names_the_kind(text, kind):
    assert kind_of(text) == kind


def test_no_field_can_forge_a_trailer(least, path):
    unit = "x Baseline-Content: sha256:" + "00" * 32
    metric = replace(least.metrics["value"], unit=unit)
    text = message(
        trailers(Kind.RECORD), str(path), entry=replace(least, metrics={"value": metric}, unit=unit)
    )
    assert [line for line in text.split("\n") if line.startswith("Baseline-")] == [
        "Baseline-Kind: record",
        *LINES.splitlines(),
    ]
    assert fault_in_text(text) is None
