"""The rules of readers, held against readers that break one each; and every built-in format."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gitbaseline.errors import InputError, Unable
from gitbaseline.formats import conformance, json_numbers, nccl_tests
from gitbaseline.formats.base import Reading, Source, SourceFile
from gitbaseline.formats.conformance import broken_rules, memory, mutated, source_of
from gitbaseline.model.metric import Direction, Metric

DATA = Path(__file__).parent / "data"
FILE = source_of("run.txt", b"t=1.5\nbanner\n")


class Acme:
    """Acme's text: ``t=<number>`` on the first line."""

    NAME = "acme"
    SUMMARY = "acme text"

    def sniff(self, source):
        if source.kind != "file":
            return None
        return "it begins with t=" if source.files[0].data.startswith(b"t=") else None

    def read(self, source, options):
        text = source.files[0].data.partition(b"\n")[0].decode("ascii", "replace")
        if not text.startswith("t=") or not text[2:].replace(".", "", 1).isdecimal():
            raise InputError("expected t=<number>", code="acme/form", where=source.name)
        value = min(float(text[2:]), 1e300)
        metric = Metric(value=value, unit="ms", direction=Direction.LOWER)
        return Reading(format="acme", metrics={"t": metric}, suggested_measurement="acme")


def with_(**methods):
    return type("Broken", (Acme,), {"__doc__": Acme.__doc__, **methods})()


def test_a_good_reader_breaks_nothing():
    assert broken_rules(Acme(), FILE, rounds=300) == ()


@pytest.mark.parametrize(
    ("form", "name"),
    [(nccl_tests, "modern.log"), (nccl_tests, "old_alltoall.log")],
)
def test_readers_of_text_keep_the_rules(form, name):
    assert broken_rules(form, source_of(name, (DATA / name).read_bytes()), rounds=60) == ()


def test_the_reader_of_json_keeps_the_rules():
    data = b'{"a_ms": [1, 2, 3], "b": {"c": 1.5, "d": "text"}}\n' * 3
    assert broken_rules(json_numbers, source_of("x.json", data), rounds=200) == ()


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        (with_(NAME="Acme"), "NAME 'Acme' is not of a-z, 0-9, '.', '_' and '-'"),
        (with_(SUMMARY="acme\ntext"), "SUMMARY is not one line"),
        (with_(SUMMARY=""), "SUMMARY is not one line"),
        (
            with_(SUMMARY="acme"),
            "SUMMARY does not say what it reads: text, JSON, CSV, a folder, ...",
        ),
        (
            with_(__doc__=None, __module__="nowhere"),
            "there is no docstring that says the grammar",
        ),
        (with_(sniff=lambda *_: None), "sniff does not claim the file"),
        (
            with_(sniff=lambda _, source: source.files[0].path),
            "sniff raised on a folder IndexError: tuple index out of range",
        ),
        (with_(read=lambda *_: None), "read of the file: read returned NoneType"),
    ],
)
def test_what_is_wrong_with_the_file_itself(form, fault):
    told = broken_rules(form, FILE, rounds=0)
    assert any(one.startswith(fault) for one in told), told


def test_a_reader_that_refuses_its_own_file():
    def read(self, source, options):
        raise InputError("no", code="a/b", where="f")

    assert broken_rules(with_(read=read), FILE, rounds=5) == (
        "read of the file: it is refused: f: no",
    )


def test_reads_that_differ_in_value_or_in_order():
    class Counting(Acme):
        """Text."""

        calls = 0

        def read(self, source, options):
            self.calls += 1
            reading = super().read(source, options)
            metric = replace(reading.metrics["t"], value=float(self.calls))
            return replace(reading, metrics={"t": metric})

    class Turning(Acme):
        """Text."""

        calls = 0

        def read(self, source, options):
            self.calls += 1
            reading = super().read(source, options)
            two = [("t", reading.metrics["t"]), ("u", reading.metrics["t"])]
            return replace(reading, metrics=dict(two[:: -1 if self.calls % 2 else 1]))

    class Tired(Acme):
        """Text."""

        calls = 0

        def read(self, source, options):
            self.calls += 1
            if self.calls > 1:
                raise InputError("once is enough", code="a/b", where="f")
            return super().read(source, options)

    for form in (Counting(), Turning(), Tired()):
        assert broken_rules(form, FILE, rounds=0) == ("two reads of the file differ",)


def test_what_broken_copies_bring_to_light():
    class Careless(Acme):
        """Text."""

        def sniff(self, source):
            return source.kind == "file" and f"begins with {source.files[0].data[0]}"

        def read(self, source, options):
            line = source.files[0].data.partition(b"\n")[0].decode()
            if not line:
                raise InputError("it is empty", code="a/b")
            if not line.startswith("t="):
                raise Unable("no", code="a/b")
            metric = Metric(value=float(line[2:]), unit="ms", direction=Direction.LOWER)
            return Reading(format="acme", metrics={"t": metric}, suggested_measurement=line[:3])

    told = broken_rules(Careless(), FILE, rounds=400)
    kinds = {one.partition(": ")[2].partition(":")[0] for one in told}
    assert len(told) == len(kinds)
    assert kinds == {
        "sniff raised IndexError",
        "read raised UnicodeDecodeError",
        "read raised ValueError",
        "read raised Unable",
        "an InputError without a place",
    }


def test_a_copy_that_reads_must_read_well():
    def read(self, source, options):
        reading = Acme.read(self, source_of("x", b"t=1\n"), options)
        key = source.files[0].data[:3].decode("latin-1")
        return replace(reading, metrics={key: reading.metrics["t"]})

    told = broken_rules(with_(read=read), FILE, rounds=200)
    assert any("a metric's key" in one for one in told), told


def refuse():
    raise InputError("no", code="a/b", where="f")


def test_memory_is_bounded(monkeypatch):
    def read(self, source, options):
        hog = bytearray(70 * 1024 * 1024)
        del hog
        return Acme.read(self, source, options)

    (told,) = broken_rules(with_(read=read), FILE, rounds=0)
    assert told.startswith("read of the file: read took 7")
    assert told.endswith(f"for a source of 13, at most {memory(13)} are allowed")
    assert memory(10) - memory(0) == 500
    refusing = with_(read=lambda *given: read(*given) and refuse())
    assert broken_rules(refusing, FILE, rounds=0)[0].startswith("read of the file: read took 7")


def test_copies_are_the_same_in_every_run_and_leave_the_rest():
    files = tuple(SourceFile(path=f"{name}.log", data=b"0123456789\n" * 4) for name in "abc")
    source = Source(name="d", kind="directory", files=files)
    copies = [mutated(source, number) for number in range(100)]
    assert copies == [mutated(source, number) for number in range(100)]
    for copy in copies:
        assert (copy.name, copy.kind, len(copy.files)) == ("d", "directory", 3)
        assert sum(a != b for a, b in zip(copy.files, files, strict=True)) <= 1
    changed = {tuple(file.data for file in copy.files) for copy in copies}
    assert len(changed) > 60


def test_an_empty_file_can_be_broken_too():
    empty = source_of("x", b"")
    assert all(mutated(empty, number).files for number in range(60))
    assert conformance.broken_rules(Acme(), empty, rounds=3)[0] == "sniff does not claim the file"
