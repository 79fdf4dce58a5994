"""aiperf's export from a real server; the figures were read off the file with jq, not with us."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitbaseline.formats.base import Options, Source, SourceFile
from gitbaseline.formats.registry import detect, read
from gitbaseline.secrets.scan import scan

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples" / "aiperf"
NAME = "aiperf_fork_fixture_qwen_concurrency1_profile_export_aiperf.json"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real samples are not here")


def source(name=NAME):
    data = (SAMPLES / NAME).read_bytes()
    return Source(name=name, kind="file", files=(SourceFile(path=name, data=data),))


def test_an_export_of_a_real_run():
    reading = read(source(), Options())
    assert detect(source()).NAME == reading.format == "aiperf"
    # 11 quantities with 13 statistics, 9 with one number
    assert len(reading.metrics) == 11 * 13 + 9
    found = {key: (m.value, m.unit) for key, m in reading.metrics.items()}
    assert found["request_latency.p99"] == (3909.3341161199996, "ms")
    assert found["time_to_first_token.p50"] == (30.668547999999998, "ms")
    assert found["inter_token_latency.std"] == (0.3514929398171827, "ms")
    assert found["output_token_throughput"] == (50.08213863971112, "tokens/sec")
    assert found["prefill_throughput_per_user.min"] == (2880.397292046333, "tokens/sec")
    assert {str(m.validity) for m in reading.metrics.values()} == {"valid"}
    assert reading.metrics["request_count"].dimensions == {"concurrency": 1, "isl": 100, "osl": 200}
    assert reading.context["identity"] == {"model": "Qwen/Qwen3-0.6B"}
    assert reading.environment == {"gpu_count": 1, "gpu_model": "NVIDIA RTX 6000 Ada Generation"}
    assert reading.captured_at_utc is None
    assert reading.passed_over == ()


def test_a_bundle_of_it():
    file = source("c1/profile_export_aiperf.json").files[0]
    reading = read(Source(name="run", kind="directory", files=(file,)), Options())
    assert {key: round(m.value, 3) for key, m in reading.metrics.items()} == {
        "c1.throughput_toks_per_s": 50.082,
        "c1.ttft_p50_ms": 30.669,
        "c1.ttft_p95_ms": 33.044,
        "c1.ttft_p99_ms": 34.344,
        "c1.itl_p50_ms": 18.158,
        "c1.tps_per_user": 54.968,
        "c1.request_latency_p50_ms": 3644.081,
    }


def test_its_command_line_is_private():
    found = scan([(NAME, source().files[0].data)])
    assert {finding.member for finding in found} == {"cli_command"}
