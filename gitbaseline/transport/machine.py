"""What this machine is: CPU, memory, GPU, kernel. Used for the environment of a run.

A key that cannot be read is left out; absent is never a match.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from gitbaseline.model.codec import Scalar

_NVIDIA_SMI = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
_TIMEOUT = 20.0  # seconds; a wedged driver must not hang a record


def environment() -> dict[str, Scalar]:
    """Return what is known of this machine, by the registry's names."""
    import platform  # noqa: PLC0415 - 4 ms, and most records do not ask for the environment

    system = os.uname()
    found: dict[str, Scalar] = {
        "arch": system.machine,
        "kernel": f"{system.sysname} {system.release}",
        "runtime": f"{platform.python_implementation()} {platform.python_version()}",
    }
    found.update(_cpu(), **_memory(), **_distribution(), **gpus())
    return found


def uname() -> str:
    """Return ``uname -srm`` of this machine."""
    system = os.uname()
    return f"{system.sysname} {system.release} {system.machine}"


def hostname() -> str:
    """Return this machine's own name."""
    return os.uname().nodename or "unknown"


def gpus() -> dict[str, Scalar]:
    """Return model, count and driver of NVIDIA GPUs, or nothing where nvidia-smi finds none."""
    if shutil.which("nvidia-smi") is None:
        return {}
    try:
        done = subprocess.run(
            _NVIDIA_SMI, capture_output=True, text=True, timeout=_TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    rows = [line.split(", ", 1) for line in done.stdout.splitlines() if ", " in line]
    if done.returncode != 0 or not rows:
        return {}
    return {
        "gpu_count": len(rows),
        "gpu_driver": rows[0][1].strip(),
        "gpu_model": ", ".join(sorted({row[0].strip() for row in rows})),
    }


def _cpu() -> dict[str, Scalar]:
    found: dict[str, Scalar] = {}
    count = os.cpu_count()
    if count:
        found["cpu_count"] = count
    model = _first(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo"))
    if model is None:
        import platform  # noqa: PLC0415 - as above

        model = platform.processor()
    if model:
        found["cpu_model"] = model
    return found


def _memory() -> dict[str, Scalar]:
    kib = _first(r"^MemTotal:\s*([0-9]+) kB$", Path("/proc/meminfo"))
    return {"memory_bytes": int(kib) * 1024} if kib else {}


def _distribution() -> dict[str, Scalar]:
    name = _first(r'^PRETTY_NAME="?([^"\n]+)"?$', Path("/etc/os-release"))
    return {"os": name} if name else {}


def _first(pattern: str, path: Path) -> str | None:
    try:
        match = re.search(pattern, path.read_text(errors="replace"), re.MULTILINE)
    except OSError:
        return None
    return match.group(1).strip() if match else None
