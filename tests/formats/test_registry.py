from __future__ import annotations

import dataclasses
import gzip
from dataclasses import replace

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import json_numbers, nccl_tests, opened, registry
from gitbaseline.formats.base import Options, Source
from gitbaseline.formats.directory import Directory


def refusal(call, *args):
    with pytest.raises(InputError) as caught:
        call(*args)
    return caught.value


@pytest.mark.parametrize("form", registry.FORMATS)
def test_every_format_says_what_it_is(form):
    assert form.NAME.lower().strip() == form.NAME
    assert form.SUMMARY
    assert "\n" not in form.SUMMARY


def test_content_decides(file, folder, log):
    assert registry.detect(file("x.json", log("modern.log"))).NAME == "nccl-tests"
    assert registry.detect(file("x.log", '{"a": 1}')) is json_numbers
    assert isinstance(registry.detect(folder("d", a="x")), Directory)


def test_a_specific_format_beats_json(file, log):
    assert registry.detect(file("x", '{"a": 1}\n' + log("modern.log"))).NAME == "nccl-tests"


def test_no_format(file):
    error = refusal(registry.detect, file("x.csv", "a,b\n1,2\n"))
    assert (error.code, str(error)) == ("format/none", "x.csv: of no known format")
    assert error.hint == (
        "say which with --format NAME (git baseline formats lists them), "
        "what your own CSV means with --mapping FILE (git baseline formats explain mapped), "
        "or give the number itself: --value 12.5 --unit ms"
    )


@pytest.mark.parametrize(
    ("content", "oddity"),
    [
        (b"\xff\xfea\0b", "; it is UTF-16 text that is not whole, save it as UTF-8"),
        (b"", "; it is empty"),
    ],
)
def test_oddities_are_named(file, content, oddity):
    assert str(refusal(registry.detect, file("x", content))).endswith(oddity)


@pytest.mark.parametrize("order", ["le", "be"])
def test_what_a_shell_wrote_in_utf_16_is_read(file, order):
    text = '\ufeff{"a_ms": 1.5, "name": "\u00e9\U0001f600"}\r\n'
    reading = registry.read(file("x.json", text.encode(f"utf-16-{order}")), Options())
    assert reading.metrics["a_ms"].value == 1.5


def test_a_byte_order_mark_is_no_part_of_a_file(file):
    reading = registry.read(file("x.json", b'\xef\xbb\xbf{"a_ms": 1.5}\r\n'), Options())
    assert reading.metrics["a_ms"].value == 1.5


def test_a_packed_file_is_its_content(file):
    data = gzip.compress(b"BenchmarkX 1 2 ns/op\n")
    source = file("x.txt.gz", data)
    assert registry.detect(source).NAME == "go-bench"
    for name in ("go-bench", None):
        assert registry.read(source, Options(), name).metrics.keys() == {"X.ns/op"}
    pair = [source, file("y.txt.gz", data)]
    assert registry.read_all(pair, Options()).metrics["X.ns/op"].n == 2


def test_a_packed_file_that_breaks_off(file):
    error = refusal(registry.detect, file("x.gz", gzip.compress(b"BenchmarkX 1 2 ns/op\n")[:-9]))
    assert (error.code, "a gzip file that is not whole" in str(error)) == ("format/none", True)


def test_what_unpacks_to_too_much_stays_packed(file, monkeypatch):
    monkeypatch.setattr(opened, "_MOST", 10)
    source = file("x.gz", gzip.compress(b"12345678901"))
    assert opened.opened(source) is source
    small = replace(source, files=(*file("y.gz", gzip.compress(b"123456")).files,) * 2)
    assert [file.data[:2] for file in opened.opened(small).files] == [b"12", b"\x1f\x8b"]


def test_a_source_without_files():
    source = Source(name="x", kind="inline", files=())
    assert str(refusal(registry.detect, source)).endswith("; it is empty")


def test_several_formats_are_listed_with_their_reasons(file, log, monkeypatch):
    class Other:
        NAME = "other"
        SUMMARY = "other"

        def sniff(self, source):
            return "it looks so"

    monkeypatch.setattr(registry, "_SPECIFIC", (nccl_tests, Other()))
    error = refusal(registry.detect, file("x", log("modern.log")))
    assert (error.code, str(error), error.hint) == (
        "format/several",
        "x: could be of several formats: nccl-tests (it has a table of size, count, type, algbw, busbw); other (it looks so)",
        "say which: --format nccl-tests",
    )


def test_by_name():
    assert registry.by_name("json") is json_numbers
    error = refusal(registry.by_name, "nccl")
    assert (error.code, str(error), error.hint) == (
        "format/unknown",
        "no format 'nccl'",
        "did you mean nccl-tests? git baseline formats lists them all",
    )
    for name, near in (
        ("n", "did you mean nccl-tests or nsys or nvbandwidth? "),
        ("gbench", "did you mean go-bench or bencher or sysbench? "),
        ("vlm", "did you mean vllm-bench? "),
        ("@@@@", ""),
    ):
        error = refusal(registry.by_name, name)
        assert error.hint == f"{near}git baseline formats lists them all"


def test_read_detects_and_settles(file):
    reading = registry.read(file("x", '{"a": 1, "b": 2}'), Options(metric=("b",), units={"": "ms"}))
    assert [(k, m.unit, m.headline) for k, m in reading.metrics.items()] == [("b", "ms", True)]


def test_a_format_named_skips_detection_not_the_readers_checks(file, log):
    assert refusal(registry.read, file("x", "text"), Options(), "json").code == "json/empty"
    assert (
        registry.read(file("x", log("modern.log")), Options(), "nccl-tests").format == "nccl-tests"
    )


def test_a_format_named_for_a_folder_reads_each_file(folder, log):
    source = folder("d", one_dot_log=log("modern.log"), two_dot_log=log("modern.log"))
    reading = registry.read(source, Options(metric=("*.avg_busbw",)), "nccl-tests")
    assert list(reading.metrics) == ["one.all_reduce.avg_busbw", "two.all_reduce.avg_busbw"]
    assert registry.read(source, Options(), "directory").format == "directory"


def test_directory(folder, log):
    source = folder(
        "runs/My Sweep/",
        sub__b_dot_json='{"x_ms": 1, "n": "t"}',
        a_dot_log=log("modern.log"),
        notes_dot_txt="hello",
    )
    reading = registry.read(source, Options(headline="sub.b.x_ms"))
    assert list(reading.metrics)[-2:] == ["a.all_reduce.avg_busbw", "sub.b.x_ms"]
    assert len(reading.metrics) == 14
    assert [(p.file, p.text) for p in reading.passed_over[3:]] == [
        ("notes.txt", "of no known format: kept as evidence"),
        ("sub/b.json", "n: not a number"),
    ]
    assert (reading.format, reading.context, reading.environment, reading.tool_version) == (
        "directory",
        {},
        {},
        None,
    )
    assert (reading.suggested_measurement, reading.headline) == ("my_sweep", "sub.b.x_ms")


def test_directory_keeps_what_all_files_agree_on(folder, log):
    other = (
        log("modern.log").replace("iters: 20", "iters: 40").replace("[0] NCCL INFO", "NCCL WARN")
    )
    reading = registry.read(folder("d", a_dot_log=log("modern.log"), b=other), Options())
    assert reading.context["grounding"] == {"warmup_iters": 1, "validation": 1}
    assert reading.environment == {"gpu_model": "NVIDIA Test GPU 80GB", "gpu_count": 2}
    assert (reading.suggested_measurement, reading.tool_version, reading.warnings) == (
        "nccl_all_reduce",
        "2.20.0 (b4d5bee)",
        ("b: the log holds 1 NCCL WARN line",),
    )


@pytest.mark.parametrize(
    ("contents", "code", "where", "message"),
    [
        (
            {"a_dot_json": '{"x": 1}', "a_dot_log": '{"x": 1}'},
            "directory/same-stem",
            "a.log",
            "another file gives its metrics the prefix 'a' too",
        ),
        (
            {"a_dot_json": '{"b": {"x": 1}}', "a__b_dot_json": '{"x": 1}'},
            "directory/same-key",
            "a.b",
            "two metrics would have the key 'a.b.x'",
        ),
        (
            {"a_dot_txt": "x", "b_dot_txt": "y"},
            "directory/empty",
            "d",
            "no file of a known format among 2: a.txt, b.txt",
        ),
        (
            {},
            "directory/empty",
            "d",
            "no file of a known format among 0: the folder is empty",
        ),
        (
            {"a_dot_json": '{"x": 1}', "b_dot_json": '{"x": '},
            "json/truncated",
            "b.json:1",
            "a JSON document that begins here never ends",
        ),
    ],
)
def test_directory_refusals(folder, contents, code, where, message):
    error = refusal(registry.read, folder("d", **contents), Options())
    assert (error.code, error.where, error.message) == (code, where, message)


def test_directory_whose_name_suggests_nothing(folder):
    source = dataclasses.replace(folder("x", a='{"x": 1}', b='{"y": 1}'), name="/")
    assert registry.read(source, Options()).suggested_measurement == "directory"
