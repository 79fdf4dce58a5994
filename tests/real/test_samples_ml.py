"""Outputs of real ML systems; expected figures come from a few lines of json and re, not from us."""

from __future__ import annotations

import csv
import gzip
import json
import re
from pathlib import Path

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Source, SourceFile
from gitbaseline.formats.registry import detect, read
from gitbaseline.secrets.scan import scan

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
FOLDERS = ("vllm", "sglang", "nvbandwidth", "mlperf", "ncu", "torch-profiler")

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real samples are not here")


def source(folder, name, data=None):
    data = (SAMPLES / folder / name).read_bytes() if data is None else data
    return Source(name=name, kind="file", files=(SourceFile(path=name, data=data),))


def reading_of(folder, name):
    return read(source(folder, name), Options())


def text_of(folder, name):
    return (SAMPLES / folder / name).read_text()


def test_vllm_at_one_request_a_second():
    name = "surajssd_vllm_2025-04_llama3.3-70b_tp8_qps_01.trimmed.json"
    reading, written = reading_of("vllm", name), json.loads(text_of("vllm", name))
    numbers = {key for key, value in written.items() if isinstance(value, float | int)}
    settings = {"num_prompts", "request_rate", "burstiness"}
    assert reading.metrics.keys() == numbers - settings
    assert len(reading.metrics) == 19
    assert all(metric.value == written[key] for key, metric in reading.metrics.items())
    assert {str(metric.validity) for metric in reading.metrics.values()} == {"valid"}
    assert reading.metrics["output_throughput"].value == 42722 / 205.21942114800004
    median = sorted(written["ttfts"])[99:101]
    assert reading.metrics["median_ttft_ms"].value == pytest.approx(sum(median) * 500)
    assert reading.context["identity"]["model"] == "meta-llama/Llama-3.3-70B-Instruct"
    assert (reading.format, reading.headline) == ("vllm-bench", "output_throughput")


def test_sglang_with_an_infinite_rate():
    reading = reading_of("sglang", "datacrunch_h200_deepseek_dp_mla_output.jsonl")
    assert reading.format == "sglang-bench"
    assert {key: metric.value for key, metric in reading.metrics.items()} == {
        "total_input_tokens": 10000,
        "total_output_tokens": 5120000,
        "total_output_tokens_retokenized": 5115342,
        "mean_e2e_latency_ms": 381236.82297268615,
        "median_e2e_latency_ms": 374559.5875820145,
        "median_ttft_ms": 10014.104524045251,
        "median_itl_ms": 371.844899491407,
        "output_throughput": 12412.394674113431,
        "duration": 412.49091206211597,
        "completed": 10000,
    }
    assert reading.context["workload"]["request_rate"] == "inf"


def test_sglang_at_seven_loads():
    name = "datacrunch_h200_llama_3_3_70b_online_output.jsonl"
    runs = [json.loads(line) for line in text_of("sglang", name).splitlines()]
    reading = reading_of("sglang", name)
    throughput = {k: m for k, m in reading.metrics.items() if k.endswith(".output_throughput")}
    assert (len(reading.metrics), len(throughput)) == (70, 7)
    assert sorted(m.value for m in throughput.values()) == sorted(
        r["output_throughput"] for r in runs
    )
    for metric in throughput.values():
        shape = metric.dimensions
        [run] = [
            run
            for run in runs
            if (run["dataset_name"], run["request_rate"])
            == (shape["dataset_name"], shape["request_rate"])
        ]
        assert metric.value == run["output_throughput"]


def test_nvbandwidth_json():
    name = "dcgm_verboseFullOutput.json"
    cases = json.loads(text_of("nvbandwidth", name))["nvbandwidth"]["testcases"]
    passed = {case["name"]: case for case in cases if case["status"] == "Passed"}
    reading = reading_of("nvbandwidth", name)
    pairs = {key: m.value for key, m in reading.metrics.items() if not key.endswith(".sum")}
    assert pairs == {
        f"{case}.0.0": float(passed[case]["bandwidth_matrix"][0][0]) for case in passed
    }
    sums = {key for key in reading.metrics if key.endswith(".sum")}
    assert sums == {f"{case}.sum" for case in passed if "latency" not in case}
    assert len([p for p in reading.passed_over if p.text.startswith("Waived: ")]) == len(
        cases
    ) - len(passed)
    assert reading.environment == {"gpu_driver": "565.02"}


def test_nvbandwidth_text():
    name = "superbench_nvbandwidth_v0.6_GH200_edited.log"
    text = text_of("nvbandwidth", name)
    printed = re.findall(r"^ \d((?: +[\d.]+)+)$", text, re.MULTILINE)
    cells = [float(cell) for row in printed for cell in row.split()]
    reading = reading_of("nvbandwidth", name)
    pairs = [m.value for key, m in reading.metrics.items() if not key.endswith(".sum")]
    assert (len(pairs), round(sum(pairs), 2)) == (len(cells), round(sum(cells), 2))
    assert reading.metrics["host_to_device_memcpy_ce.1.2"].value == 312.11
    assert reading.metrics["host_device_latency_sm.0.0"].unit == "ns"
    assert reading.environment["gpu_model"] == "NVIDIA GH200 480GB"
    cut = text.replace(" 1    323.36    299.33    312.11\n", "")
    with pytest.raises(InputError) as caught:
        read(source("nvbandwidth", name, cut.encode()), Options())
    assert caught.value.code == "nvbandwidth/sum"


def events(name):
    said = re.findall(r":::MLLOG (\{.*)", text_of("mlperf", name))
    return [json.loads(line) for line in said]


@pytest.mark.parametrize(
    ("name", "minutes"),
    [
        ("v5.1_MangoBoost_AMD_llama2_70b_lora_result_0.txt", 20.649733),
        ("v5.1_NVIDIA_GB200x8_llama2_70b_lora_result_0.txt", 8.586517),
    ],
)
def test_mlperf(name, minutes):
    reading = reading_of("mlperf", name)
    stamps = {event["key"]: event["time_ms"] for event in events(name)}
    score = reading.metrics["time_to_train"]
    assert score.value == (stamps["run_stop"] - stamps["run_start"]) / 60000
    assert score.value == pytest.approx(minutes, abs=1e-6)
    tracked = [event["value"] for event in events(name) if event["key"] == "tracked_stats"]
    for key in ("throughput", "train_step_time", "validation_time"):
        values = tuple(stats[key] for stats in tracked if key in stats)
        assert (reading.metrics[key].samples if key in reading.metrics else ()) == values
    assert "tflops_per_sec_per_gpu" not in reading.metrics
    assert reading.metrics["samples_to_train"].value == 3072
    assert reading.context["workload"]["benchmark"] == "llama2_70b_lora"


def test_a_description_of_a_system_is_no_mlperf_log():
    assert detect(source("mlperf", "v5.1_NVIDIA_theia_ngpu512_system.json")).NAME == "json"


def test_nsight_compute():
    name = "superbench_cublaslt_gb200_details_csv.log"
    rows = list(csv.reader(text_of("ncu", name).splitlines()[3:]))
    numbers = [row for row in rows[1:] if row[12] and re.fullmatch(r"[\d.,]+", row[14])]
    reading = reading_of("ncu", name)
    assert len(reading.metrics) == len(numbers) == 47
    total = sum(float(row[14].replace(",", "")) for row in numbers)
    assert sum(m.value for m in reading.metrics.values()) == pytest.approx(total)
    [duration] = [m for key, m in reading.metrics.items() if key.endswith(".Duration")]
    assert (duration.value, duration.unit) == (406240.0, "ns")


def test_a_trace_of_torch_profiler():
    name = "hta_simple_add_trace.json.gz"
    data = (SAMPLES / "torch-profiler" / name).read_bytes()
    taken = [e for e in json.loads(gzip.decompress(data))["traceEvents"] if e.get("ph") == "X"]
    reading = read(source("torch-profiler", name), Options())
    for kind, category in (
        ("kernel", "kernel"),
        ("memcpy", "gpu_memcpy"),
        ("memset", "gpu_memset"),
    ):
        durations = [event["dur"] for event in taken if event["cat"] == category]
        metric = reading.metrics[f"gpu.{kind}.total"]
        assert (metric.value, metric.n) == (sum(durations), len(durations))
    launches = [m for key, m in reading.metrics.items() if key.startswith("kernel.")]
    assert sum(m.n for m in launches) == reading.metrics["gpu.kernel.total"].n == 79
    shares = [m.value for key, m in reading.metrics.items() if "_gpu_pct." in key]
    assert sum(shares) == pytest.approx(100)
    assert reading.environment == {"gpu_model": "NVIDIA A100-PG509-200", "gpu_count": 8}


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_file_has_one_reader(folder):
    for path in sorted((SAMPLES / folder).iterdir()):
        if "system.json" not in path.name:
            assert detect(source(folder, path.name)).NAME.split("-")[0] == folder.split("-")[0]


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_private_in_a_reading(folder):
    for path in sorted((SAMPLES / folder).iterdir()):
        if "system.json" in path.name:
            continue
        said = repr(reading_of(folder, path.name)).encode()
        assert scan([(path.name, said)]) == ()
