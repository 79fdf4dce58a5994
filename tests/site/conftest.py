"""A registry that has everything a page can show, and the site made of it, once for all tests.

``calls`` runs the program in this process at a set time. Records are a day apart. One family holds
nothing but markup, in every field that takes text.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sys

import pytest

from gitbaseline.cli import main

DAY = 86_400
BEGIN = 1_767_225_600  # 2026-01-01
HOSTILE = """<script>alert(1)</script><img src=x onerror=alert(1)>'"`${1}</script>]]>--><svg/onload=alert(1)>{{7*7}}"""
CHIP = "--env", "gpu_model=H100", "--env", "gpu_count=8"
WORK = "--context", "identity.model=llama-8b", "--context", "workload.isl=4096"
SETTING = (*CHIP, *WORK, "--context", "regime.regime=warm")


class Calls:
    """The program, called in this process in one repository, at the time in ``now``."""

    def __init__(self, folder, environment):
        self.folder, self.environment, self.now = folder, environment, BEGIN

    def __call__(self, *words, give=b"", code=0):
        streams = {name: io.TextIOWrapper(io.BytesIO(), "utf-8") for name in ("stdout", "stderr")}
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.folder)
            for name in list(os.environ):
                patch.delenv(name)
            for name, value in self.environment.items():
                patch.setenv(name, value)
            patch.setattr("time.time", lambda: float(self.now))
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(give)))
            for name, stream in streams.items():
                patch.setattr(sys, name, stream)
            with pytest.raises(SystemExit) as ended:
                main.main([str(word) for word in words])
        texts = {}
        for name, stream in streams.items():
            stream.flush()
            texts[name] = stream.buffer.getvalue().decode()
        assert ended.value.code == code, texts
        return texts["stdout"]

    def record(self, family, measurement, *words, give=b""):
        """Record and return the entry's path; a day goes by."""
        self.now += DAY
        told = self("record", "-f", family, "-m", measurement, "--yes", "--json", *words, give=give)
        return json.loads(told)["entry"]


def values(*numbers):
    return [word for number in numbers for word in ("--value", f"{number:.6g}")]


def sweep(scale):
    levels = {
        level: {
            "throughput_toks_per_s": round(130 * level**0.9 / scale, 2),
            "ttft_p50_ms": round((20 + 1.6 * level) * scale, 2),
            "itl_p50_ms": round((6 + 0.11 * level) * scale, 3),
        }
        for level in (1, 4, 16, 64)
    }
    document = {
        "schema": "inference_perfbench_v1",
        "model": "org/llama",
        "model_path": "org/llama-8b",
        "run_id": "r1",
        "deployment": {"vllm_version": "0.12.1", "tensor_parallel_size": 8},
        "workload": {"dataset": "replay", "concurrency_sweep": [1, 4, 16, 64]},
        "metrics": {str(level): found for level, found in levels.items()},
        "kernel_class_gpu_pct": {"fp8_bmm": 31.5},
    }
    return json.dumps(document).encode()


def pairs():
    """Eight GPUs as nvbandwidth prints them."""
    rows = [
        [0.0 if row == column else 390 + (row * 7 + column * 3) % 17 for column in range(8)]
        for row in range(8)
    ]
    lines = ["nvbandwidth Version: v0.8", "", "Running device_to_device_memcpy_read_ce."]
    lines += ["memcpy CE GPU(row) -> GPU(column) bandwidth (GB/s)"]
    lines += [" " * 4 + "".join(f"{column:10d}" for column in range(8))]
    for at, row in enumerate(rows):
        lines += [f"{at:2d}  " + "".join(f"{c:10.2f}" if c else f"{'N/A':>10}" for c in row)]
    total = sum(map(sum, rows))
    lines += ["", f"SUM device_to_device_memcpy_read_ce {total:.2f}", ""]
    return "\n".join(lines).encode()


KERNELS = b"""Processing [run.sqlite] with [/opt/nsys/reports/cuda_gpu_kern_sum.py]...

Time (%),Total Time (ns),Instances,Avg (ns),Med (ns),Min (ns),Max (ns),StdDev (ns),Name
60.0,6000000,100,60000.0,60000.0,50000,70000,1000.0,sm90_xmma_gemm_bf16_tilesize128x128x64_kernel
25.0,2500000,50,50000.0,50000.0,40000,60000,900.0,ncclDevKernel_AllReduce_Sum_bf16_RING_LL
15.0,1500000,300,5000.0,5000.0,4000,7000,100.0,rms_norm_kernel
"""


def latency(calls):
    """Forty days of a latency: a step for the better, a RED candidate, a retraction, other chips."""
    words = [*SETTING, "--unit", "ms", "--direction", "lower"]
    made = []
    for day in range(40):
        level = 41.0 if day < 18 else 37.5
        wave = [0.02, -0.11, 0.07, 0.0, -0.05][day % 5]
        around = [level + wave + spread for spread in (-0.22, -0.07, 0.0, 0.11, 0.19)]
        chip = [*words[2:], "--env", "gpu_model=A100"] if day in (9, 10) else words
        around = [one * 1.4 for one in around] if day in (9, 10) else around
        made.append(calls.record("llama", "decode_latency", *chip, *values(*around)))
    made.append(calls.record("llama", "decode_latency", *words, *values(44.1, 44.3, 44.0, 44.2)))
    calls("retract", made[25], "--why", "the clocks were not locked", "--yes")
    return made


def everything(calls):
    latency(calls)
    peak = [*SETTING, "--unit", "GB/s", "--direction", "higher", "--sol", "h100.hbm"]
    for number in (2480, 2510, 2495):
        calls.record("llama", "copy_bandwidth", *peak, *values(number, number + 4, number - 3))
    (calls.folder / "sweep.json").write_bytes(sweep(1.0))
    calls.record("serving", "sweep", "--source", "sweep.json")
    (calls.folder / "sweep.json").write_bytes(sweep(1.04))
    calls.record("serving", "sweep", "--source", "sweep.json", "--notes", "after the upgrade")
    (calls.folder / "pairs.log").write_bytes(pairs())
    calls.record("fabric", "nvbandwidth", "--source", "pairs.log", *CHIP)
    (calls.folder / "kernels.csv").write_bytes(KERNELS)
    calls.record("llama", "kernels", "--source", "kernels.csv", *CHIP)
    hostile(calls)


def hostile(calls):
    """Record markup in every field that takes text, and as the payload."""
    key = HOSTILE.replace("=", "")
    payload = json.dumps({key: 1.5, "plain": 2}).encode()
    name = "source<svg onload=alert(1)>.html"
    (calls.folder / name).write_bytes(payload)
    for number in (1.5, 1.6):
        (calls.folder / name).write_bytes(json.dumps({key: number, "plain": 2}).encode())
        calls.record(
            "hostile",
            "markup",
            *("--source", name, "--notes", HOSTILE, "--command", HOSTILE, "--cluster", HOSTILE),
            *("--cohort", HOSTILE, "--team", HOSTILE, "--env", f"{key}={HOSTILE}"),
            *("--context", f"stack.{key.replace('.', '')}={HOSTILE}", "--next-lever", HOSTILE),
            *("--unlock", HOSTILE, "--gate", HOSTILE, "--prompt", HOSTILE),
            *("--unit", f"{key}=</title><script>alert(2)</script>", "--testbed", HOSTILE),
        )


@pytest.fixture(scope="session")
def calls(started, clean, tmp_path_factory):
    """The program in a registry of its own that lives as long as the tests."""
    top = tmp_path_factory.mktemp("site")
    shutil.copytree(started, top, dirs_exist_ok=True)
    environment = clean | {"HOME": str(top / "home")}
    return Calls(top / "demo", environment)


@pytest.fixture(scope="session")
def shown(calls):
    """The folder of the site of a registry that has everything."""
    everything(calls)
    calls("site", "public")
    return calls.folder / "public"


@pytest.fixture
def own(registry, environment):
    """The program in a small registry of this test's own."""
    return Calls(registry.path, environment)
