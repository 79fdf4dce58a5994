"""aiperf and genai-perf: their JSON, CSV and printed tables."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitbaseline.errors import InputError
from gitbaseline.formats import (
    aiperf,
    genai_perf,
    perf_config,
    perf_export,
    perf_stats,
    registry,
)
from gitbaseline.formats.base import Options, Source, SourceFile
from gitbaseline.formats.conformance import broken_rules, source_of
from gitbaseline.formats.perf_stats import Quantity
from gitbaseline.model.metric import Direction, Metric, Validity

LATENCY = {"unit": "ms", "avg": 900.5, "p50": 880.0, "p99": 990.25, "min": 800.0, "std": 12.5}
RATE = {"unit": "tokens/sec", "avg": 2140.5}
CONFIG = {
    "endpoint": {"model_names": ["org/llama"], "type": "chat", "streaming": True},
    "loadgen": {"concurrency": 16, "request_count": 64, "request_rate": None},
    "input": {"prompt": {"input_tokens": {"mean": 1000.0}, "output_tokens": {"mean": 200}}},
}
CSV = (
    "Metric,avg,min,max,sum,p50,p95,p99,std\r\n"
    'Time to First Token (ms),165.73,56.50,"2,506.10",11601,153.00,196.00,985.00,287.00\r\n'
    "Output Token Throughput Per User (tokens/sec/user),79.61,,,,,,,\r\n"
    "\r\n"
    "Metric,Value\r\n"
    "Output Token Throughput (tokens/sec),42.19\r\n"
    "HTTP Data Received (KB),12.00\r\n"
    "Request Count,70.00\r\n"
    "Other Thing,1\r\n"
    "\r\n"
    "Endpoint,GPU_Index,GPU_Name,GPU_UUID,Metric,avg\r\n"
    "localhost:9400,0,Test GPU,GPU-1,GPU Power Usage (W),310.00\r\n"
)
BOX = """INFO     Benchmark completed successfully

\x1b[1m            NVIDIA AIPerf | LLM Metrics\x1b[0m
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━┳━━━━━━━━━━┓
┃                               Metric ┃      avg ┃      p50 ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━╇━━━━━━━━━━┩
│             Time to First Token (ms) │ 1,129.82 │   106.44 │
│     Output Token Throughput Per User │   165.86 │   161.84 │
│                    (tokens/sec/user) │          │          │
│    Request Throughput (requests/sec) │     7.71 │      N/A │
└──────────────────────────────────────┴──────────┴──────────┘

            NVIDIA AIPerf | GPU Telemetry Summary
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━┳━━━━━━━━━━┓
┃                               Metric ┃      avg ┃      p50 ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━╇━━━━━━━━━━┩
│                  GPU Power Usage (W) │   300.00 │   300.00 │
└──────────────────────────────────────┴──────────┴──────────┘
JSON Export: artifacts/profile_export_aiperf.json
"""
OLD_GENAI = """                                  LLM Metrics
┏━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━┳━━━━━━━━┓
┃                Statistic ┃    avg ┃    p99 ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━╇━━━━━━━━┩
│ Time to first token (ms) │  32.75 │  46.98 │
│   Output sequence length │ 135.52 │ 190.00 │
└──────────────────────────┴────────┴────────┘
Output token throughput (per sec): 545.56
Request throughput (per sec): 4.03
"""


def export(**more):
    document = {
        "request_latency": LATENCY,
        "output_token_throughput": RATE,
        "request_count": {"unit": "requests", "avg": 64.0},
        "goodput": None,
        "input_config": CONFIG,
        "was_cancelled": False,
        "error_summary": [],
        **more,
    }
    return json.dumps(
        {key: value for key, value in document.items() if value != "absent"}, indent=1
    )


@pytest.fixture
def read(file):
    return lambda text, name="run.json", form=aiperf: form.read(file(name, text), Options())


def refusal(read, text, **more):
    with pytest.raises(InputError) as caught:
        read(text, **more)
    return caught.value.code, caught.value.where, caught.value.message


def shown(reading):
    return {key: (m.value, m.unit) for key, m in reading.metrics.items()}


# Which tool wrote it


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (export(), ["aiperf"]),
        (export(schema_version="1.5", aiperf_version="0.13.0", was_cancelled="absent"), ["aiperf"]),
        (export(was_cancelled="absent", error_summary="absent"), ["genai-perf"]),
        ('{"records": {"ttft": {"tag": "ttft", "unit": "ms", "avg": 1}}}', ["aiperf"]),
        ('{"aiperf_version": "0.9", "metadata": {"aggregation_type": "confidence"}}', ["aiperf"]),
        ('{"request_latency": {"unit": "ms", "avg": 1}}', []),
        ('{"request_latency": {"value": 1, "unit": "ms"}, "was_cancelled": false}', []),
        (CSV, ["aiperf"]),
        (
            "Metric,avg\nTime To First Token (ms),1\nRequest Throughput (per sec),2\n",
            ["genai-perf"],
        ),
        ("Metric,avg,p99\nRequest Latency (ms),1,2\n", ["aiperf", "genai-perf"]),
        (BOX, ["aiperf"]),
        (OLD_GENAI, ["genai-perf"]),
        ("| Metric | avg |\n|---|---|\n| speed | 3 |\n", []),
        ("a,b\n1,2\n", []),
    ],
)
def test_the_tool_is_told_by_what_it_writes(file, folder, text, names):
    claims = [form.NAME for form in (aiperf, genai_perf) if form.sniff(file("x", text))]
    assert claims == names
    assert aiperf.sniff(folder("d", a=text)) is None


# JSON


def test_an_export_whole(read):
    reading = read(export(aiperf_version="0.13.0", end_time="2026-05-01T10:00:00.5+02:00"))
    assert list(reading.metrics) == [
        *(f"request_latency.{word}" for word in ("avg", "p50", "p99", "min", "std")),
        "output_token_throughput",
        "request_count",
    ]
    assert reading.metrics["request_latency.p99"] == Metric(
        value=990.25,
        unit="ms",
        direction=Direction.LOWER,
        validity=Validity.VALID,
        stat="p99",
        dimensions={"concurrency": 16, "isl": 1000, "osl": 200},
        unit_source="format",
    )
    directions = {key: str(m.direction) for key, m in reading.metrics.items()}
    assert directions["output_token_throughput"] == "higher-is-better"
    assert directions["request_latency.std"] == directions["request_count"] == "unknown"
    assert reading.metrics["request_latency.avg"].stat == "mean"
    assert reading.context == {
        "identity": {"model": "org/llama"},
        "workload": {
            "concurrency": 16,
            "isl": 1000,
            "osl": 200,
            "num_prompts": 64,
            "endpoint_type": "chat",
            "streaming": True,
        },
    }
    assert (reading.headline, reading.suggested_measurement, reading.tool_version) == (
        "output_token_throughput",
        "aiperf_llama",
        "0.13.0",
    )
    assert (reading.format, reading.captured_at_utc) == ("aiperf", "2026-05-01T08:00:00Z")


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1", "1.0.0"])
def test_every_version_of_the_schema(read, version):
    more = {
        "request_latency": LATENCY | {"count": 64, "sum": 57632.0},
        "run_info": {"trial": 0, "variation_values": {"phases.profiling.rate": 4.5, "x": [1]}},
        "warmup_metrics": {"request_latency": LATENCY},
        "runtime_submission_invalid_reasons": [],
    }
    reading = read(export(schema_version=version, **more))
    assert reading.metrics["request_latency.sum"].value == 57632.0
    assert reading.metrics["request_count"].dimensions["rate"] == 4.5
    assert [p.text for p in reading.passed_over] == ["warmup_metrics: not a quantity"]


def test_the_records_of_before_october_2025(read):
    records = {
        "ttft": {
            "tag": "ttft",
            "header": "Time to First Token",
            "unit": "ms",
            "p50": 15.34,
            "p1": None,
        },
        "Request Latency": LATENCY,
    }
    reading = read(json.dumps({"records": records, "input_config": None}))
    assert shown(reading)["time_to_first_token.p50"] == (15.34, "ms")
    assert "request_latency.p99" in reading.metrics
    assert reading.metrics["time_to_first_token.p50"].validity is Validity.UNCHECKED
    assert (reading.headline, reading.suggested_measurement) == (None, "aiperf")


def test_genai_perf_by_its_own_name(read):
    config = {"model": ["gpt2"], "concurrency": 4, "synthetic_input_tokens_mean": 128}
    text = export(
        input_config=config, was_cancelled="absent", error_summary="absent", telemetry_stats={}
    )
    reading = read(text, form=genai_perf)
    assert (reading.format, reading.suggested_measurement) == ("genai-perf", "genai-perf_gpt2")
    assert reading.metrics["request_latency.p50"].dimensions == {"concurrency": 4, "isl": 128}


def test_today_s_configuration(read):
    config = {
        "models": {"items": [{"name": "a"}, {"name": "b"}]},
        "datasets": [
            {"name": "main", "type": "synthetic", "prompts": {"isl": {"mean": 550.5}, "osl": 32}}
        ],
        "phases": [
            {"name": "warmup", "concurrency": 1},
            {"name": "profiling", "concurrency": 4, "rate": 2, "requests": 64},
        ],
    }
    assert perf_config.load(config, None) == {
        "concurrency": 4,
        "request_rate": 2,
        "isl": 550.5,
        "osl": 32,
    }
    assert perf_config.context(config)["identity"] == {"model": "a, b"}
    assert perf_config.context(None) == {}


def test_gpus_and_binary_units(read):
    gpus = {
        "gpu_0": {"gpu_name": "Test GPU", "gpu_uuid": "GPU-1"},
        "gpu_1": {"gpu_name": "Test GPU"},
        "gpu_2": {"gpu_name": None},
    }
    telemetry = {
        "endpoints": {"host:9400": {"gpus": gpus}, "host:9401": {"gpus": {"gpu_0": gpus["gpu_0"]}}}
    }
    reading = read(export(telemetry_data=telemetry, http_data_sent={"unit": "KB", "avg": 3}))
    assert reading.environment == {"gpu_count": 2, "gpu_model": "Test GPU"}
    assert shown(reading)["http_data_sent"] == (3.0, "KiB")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"was_cancelled": True}, "'was_cancelled' is true"),
        (
            {"error_summary": [{"error_details": {"type": "Timeout"}, "count": 3}]},
            "'error_summary' says Timeout, 3 times",
        ),
        ({"error_summary": ["x"]}, "'error_summary' says an error"),
        ({"submission_valid": False}, "'submission_valid' is false"),
        (
            {"runtime_submission_invalid_reasons": ["context_overflow"]},
            "the submission is invalid: context_overflow",
        ),
        (
            {"metadata": {"submission_valid": True, "submission_invalid_reasons": [None]}},
            "the submission is invalid: no reason given",
        ),
        ({"error_request_count": {"unit": "requests", "avg": 2}}, "2 requests failed"),
        ({"request_count": {"unit": "requests", "avg": 0}}, "no request was completed"),
        ({"status": "Failed"}, "'status' is 'Failed'"),
        (
            {"request_latency": {"unit": "ms", "avg": 0, "p50": 0.0}},
            "every latency is 0: no request was completed",
        ),
    ],
)
def test_a_failed_run_is_refused_with_its_reason(read, more, reason):
    assert refusal(read, export(**more)) == (
        "run/failed",
        "run.json:1",
        f"the run failed: {reason}",
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "perf/documents"),
        (export() + "\n" + export(), "perf/documents"),
        ("[1]", "perf/documents"),
        (export(schema_version="2.0"), "perf/version"),
        (
            '{"aiperf_version": "0.9", "metadata": {"aggregation_type": "confidence"}}',
            "perf/aggregate",
        ),
        ('{"request_latency": {"unit": "", "avg": 1}}', "perf/empty"),
        (export(ttft=LATENCY, time_to_first_token=LATENCY), "perf/twice"),
    ],
)
def test_what_is_no_export_of_one_run(read, text, code):
    assert refusal(read, text)[0] == code


@pytest.mark.parametrize(
    "time", [None, 3, "yesterday", "2026-05-01T10:00:00", "0001-01-01T00:00:00+05:00"]
)
def test_a_time_without_its_zone_is_none(read, time):
    assert read(export(end_time=time)).captured_at_utc is None


def test_a_log_around_the_object(read):
    reading = read("INFO done\n" + export() + "\nbye\n")
    assert [p.text for p in reading.passed_over] == ["INFO done", "bye"]


# Tables


def test_csv(read):
    reading = read(CSV, name="run.csv")
    assert shown(reading) == {
        "time_to_first_token.avg": (165.73, "ms"),
        "time_to_first_token.min": (56.5, "ms"),
        "time_to_first_token.max": (2506.1, "ms"),
        "time_to_first_token.sum": (11601.0, "ms"),
        "time_to_first_token.p50": (153.0, "ms"),
        "time_to_first_token.p95": (196.0, "ms"),
        "time_to_first_token.p99": (985.0, "ms"),
        "time_to_first_token.std": (287.0, "ms"),
        "output_token_throughput_per_user": (79.61, "tokens/sec/user"),
        "output_token_throughput": (42.19, "tokens/sec"),
        "http_data_received": (12.0, "KiB"),
        "request_count": (70.0, "requests"),
        "other_thing": (1.0, "unknown"),
    }
    assert [p.line for p in reading.passed_over] == [11, 12]


def test_a_printed_table(read):
    assert shown(read(BOX, name="run.log")) == {
        "time_to_first_token.avg": (1129.82, "ms"),
        "time_to_first_token.p50": (106.44, "ms"),
        "output_token_throughput_per_user.avg": (165.86, "tokens/sec/user"),
        "output_token_throughput_per_user.p50": (161.84, "tokens/sec/user"),
        "request_throughput": (7.71, "requests/sec"),
    }


def test_a_line_with_a_comma_is_no_row_of_a_box(read):
    text = "│ Metric │ avg │\n│ Request Latency (ms) │ 5 │\nsaved, bye\n"
    assert shown(read(f"NVIDIA AIPerf\n{text}")) == {"request_latency": (5.0, "ms")}


def test_a_table_that_ends_with_its_last_row(read):
    assert shown(read("Metric,Value\nRequest Count,7")) == {"request_count": (7.0, "requests")}


def test_a_printed_table_of_old(read):
    reading = read(OLD_GENAI, form=genai_perf)
    assert shown(reading) == {
        "time_to_first_token.avg": (32.75, "ms"),
        "time_to_first_token.p99": (46.98, "ms"),
        "output_sequence_length.avg": (135.52, "tokens"),
        "output_sequence_length.p99": (190.0, "tokens"),
        "output_token_throughput": (545.56, "tokens/sec"),
        "request_throughput": (4.03, "requests/sec"),
    }
    assert reading.metrics["output_sequence_length.avg"].unit_source == "assumed"


@pytest.mark.parametrize(
    ("text", "code", "where", "message"),
    [
        (
            BOX.replace("1,129.82", "  1,12\u2026"),
            "perf/number",
            "run.json:7",
            "Time to First Token (ms), avg: expected a number, got '1,12\u2026'; the terminal was too narrow for it",
        ),
        (
            CSV.replace("42.19", "42,19"),
            "perf/row",
            "run.json:6",
            "a row of 3 cells under a head of 2",
        ),
        (CSV.replace("42.19", '"42,19"'), "perf/number", "run.json:6", ""),
        (BOX + BOX, "perf/twice", "run.json:26", ""),
        (BOX + "NVIDIA AIPerf | Error Summary\n", "run/failed", "run.json:20", ""),
        ("The profile run was cancelled early.\n" + BOX, "run/failed", "run.json:1", ""),
        ("Metric,avg\n", "perf/empty", "run.json", "a heading but no row with a number"),
        ('Metric,avg\n"x,1\n', "perf/empty", "run.json", ""),
        ("Metric,avg\n\n(,),1\n", "perf/empty", "run.json", ""),
        ("Metric,avg\n(),1\n", "perf/empty", "run.json", ""),
    ],
)
def test_what_a_table_must_not_be(read, text, code, where, message):
    found = refusal(read, text)
    assert found[:2] == (code, where)
    assert message in found[2]


# Small parts


@pytest.mark.parametrize(
    ("tag", "statistic", "direction"),
    [
        ("request_latency", "p50", "lower-is-better"),
        ("time_to_first_token", "max", "lower-is-better"),
        ("inter_chunk_latency", "avg", "lower-is-better"),
        ("error_request_count", "avg", "lower-is-better"),
        ("energy_per_request", "avg", "lower-is-better"),
        ("prefill_throughput_per_user", "p1", "higher-is-better"),
        ("goodput", "avg", "higher-is-better"),
        ("output_tokens_per_joule", "avg", "higher-is-better"),
        ("output_sequence_length", "avg", "unknown"),
        ("benchmark_duration", "avg", "unknown"),
        ("request_latency", "count", "unknown"),
    ],
)
def test_directions(tag, statistic, direction):
    assert perf_stats.direction_of(tag, statistic) == direction


def test_an_export_finds_its_statistics():
    quantity = Quantity(tag="a", unit="ms", numbers={"p50": 1.0})
    found = perf_stats.Export(quantities=[quantity])
    assert found.find("a", "p50") == (1.0, "ms")
    assert found.find("a", "p99") is found.find("b", "p50") is None
    assert perf_stats.distinct([quantity]) is None


@pytest.mark.parametrize(
    ("form", "text"), [(aiperf, export()), (aiperf, CSV), (aiperf, BOX), (genai_perf, OLD_GENAI)]
)
def test_it_keeps_the_rules_of_every_reader(form, text):
    source = source_of("x", text.encode())
    assert [one.NAME for one in registry._SPECIFIC if one.sniff(source)] == [form.NAME]
    assert broken_rules(registry.by_name(form.NAME), source) == ()


def pieces():
    words = [*export().splitlines(), *CSV.splitlines(), *BOX.splitlines(), *OLD_GENAI.splitlines()]
    return st.lists(st.sampled_from(words), max_size=30).map("\n".join)


@settings(max_examples=150, deadline=None)
@given(data=st.one_of(st.binary(max_size=200), pieces().map(str.encode)))
def test_bytes_of_any_kind_raise_nothing_else(data):
    source = Source(name="x", kind="file", files=(SourceFile(path="x", data=data),))
    for form in (aiperf, genai_perf):
        form.sniff(source)
        with suppress(InputError):
            assert form.read(source, Options()).metrics
    for unlucky in (b"|" * 20_000, b" " * 50_000, b"Metric,avg\n" + b'"' * 50_000, b"\n" * 50_000):
        assert perf_export.form_of(unlucky) in (None, "table")


@settings(max_examples=60, deadline=None)
@given(
    path=st.sampled_from(
        [
            "request_latency",
            "input_config",
            "error_summary",
            "records",
            "telemetry_data",
            "metadata",
            "run_info",
            "schema_version",
            "end_time",
            "status",
        ]
    ),
    value=st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(
                    ["unit", "avg", "tag", "endpoints", "gpus", "name", "phases", "items", "models"]
                ),
                inner,
                max_size=3,
            ),
        ),
        max_leaves=8,
    ),
)
def test_a_member_of_any_kind_raises_nothing_else(path, value):
    data = export(**{path: value}).encode()
    source = Source(name="x", kind="file", files=(SourceFile(path="x", data=data),))
    try:
        reading = aiperf.read(source, Options())
    except InputError:
        return
    assert reading.metrics
