"""What a machine says of itself, and a fake nvidia-smi."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import pytest

from gitbaseline.transport import machine


@pytest.fixture
def smi(tmp_path, monkeypatch):
    """Put an nvidia-smi with this body first on PATH."""

    def make(body):
        script = tmp_path / "nvidia-smi"
        script.write_text(f"#!/bin/sh\n{body}\n")
        script.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    return make


def test_gpus(smi):
    smi(
        '[ "$1" = --query-gpu=name,driver_version ] || exit 1\n'
        "echo 'NVIDIA H100 80GB HBM3, 550.54.15'; echo 'NVIDIA A100, 550.54.15'; "
        "echo 'NVIDIA H100 80GB HBM3, 550.54.15'"
    )
    assert machine.gpus() == {
        "gpu_count": 3,
        "gpu_driver": "550.54.15",
        "gpu_model": "NVIDIA A100, NVIDIA H100 80GB HBM3",
    }
    assert machine.environment()["gpu_count"] == 3


@pytest.mark.parametrize("body", ["exit 9", "echo No devices were found", "echo 'a, 1'; exit 6"])
def test_an_nvidia_smi_without_gpus(smi, body):
    smi(body)
    assert machine.gpus() == {}


def test_a_wedged_driver_does_not_hang(smi, monkeypatch):
    smi("exec sleep 30")
    monkeypatch.setattr(machine, "_TIMEOUT", 0.1)
    assert machine.gpus() == {}


def test_none(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert machine.gpus() == {}


def test_environment():
    known = machine.environment()
    system = os.uname()
    assert (known["arch"], known["kernel"], known["runtime"], known["cpu_count"]) == (
        system.machine,
        f"{system.sysname} {system.release}",
        f"CPython {platform.python_version()}",
        os.cpu_count(),
    )
    assert known["memory_bytes"] == os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert machine.uname() == f"{system.sysname} {system.release} {system.machine}"
    assert machine.hostname() == system.nodename


def test_where_linux_tells_nothing(monkeypatch):
    monkeypatch.setattr(machine, "Path", lambda _: Path("/nowhere"))
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    monkeypatch.setattr(platform, "processor", lambda: "")
    known = machine.environment()
    assert sorted(set(known) - {"gpu_count", "gpu_driver", "gpu_model"}) == [
        "arch",
        "kernel",
        "runtime",
    ]
    monkeypatch.setattr(platform, "processor", lambda: "arm")
    assert machine.environment()["cpu_model"] == "arm"
