"""nvbandwidth: text and ``--json``; one metric for each pair of each test.

Keys are ``<test>.<row>.<column>`` as the matrix has them; the dimensions ``test``, ``src``, ``dst``
and ``engine`` are ready for a map of hot and cold links. ``<test>.sum`` is information. The two
forms: ``nvbandwidth_text``, ``nvbandwidth_json``; what a pair is: ``nvbandwidth_matrix``.

Rules:

- Failed tests, matrices that are cut off and cells that do not add up to the tool's sum are
  refused; a waived test is passed over.
- Repeated tests in one file are trials.
- Host names count the nodes and go no further.
"""

from __future__ import annotations

import re

from gitbaseline.errors import InputError
from gitbaseline.formats import nvbandwidth_json, nvbandwidth_matrix, nvbandwidth_text
from gitbaseline.formats.base import Options, Reading, Source
from gitbaseline.formats.gather import Gather
from gitbaseline.formats.nvbandwidth_text import Machine
from gitbaseline.model.codec import Scalar

NAME = "nvbandwidth"
SUMMARY = "nvbandwidth: text and --json, one metric a pair of devices"

_JSON = re.compile(rb'"nvbandwidth"\s*:')  # a launcher's prefix may stand behind it
_TEXT = re.compile(rb"nvbandwidth Version: |Running \w{1,100}_(?:ce|sm)\.\s")


def sniff(source: Source) -> str | None:
    """Return why this is nvbandwidth's, or None."""
    if source.kind != "file":
        return None
    data = source.files[0].data
    if _JSON.search(data) and b'"testcases"' in data:
        return "it has nvbandwidth's test cases"
    return "it has nvbandwidth's banner or tests" if _TEXT.search(data) else None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return every pair of every test; InputError for a run that failed or is cut off."""
    file = source.files[0]
    found = Gather(file.path)
    scan = nvbandwidth_json.scan if _JSON.search(file.data) else nvbandwidth_text.scan
    matrices, machine = scan(found, file.data)
    if not matrices:
        raise InputError(
            "no matrix in it: no test ran, or every one was waived",
            code="nvbandwidth/empty",
            where=file.path,
        )
    for matrix in matrices:
        nvbandwidth_matrix.add(found, matrix)
    tests = {matrix.name for matrix in matrices}
    return found.reading(
        NAME,
        suggested_measurement=f"{NAME}_{tests.pop()}"[:64] if len(tests) == 1 else NAME,
        context=_context(machine),
        environment=_environment(machine),
        tool_version=machine.versions.get("tool"),
    )


def _context(machine: Machine) -> dict[str, dict[str, Scalar]]:
    context: dict[str, dict[str, Scalar]] = {}
    cuda = machine.versions.get("cuda")
    if cuda:
        context["stack"] = {"cuda": f"{int(cuda) // 1000}.{int(cuda) % 1000 // 10}"}
    if machine.hosts:
        context["parallelism"] = {"ranks": len(machine.hosts), "nodes": len(set(machine.hosts))}
    return context


def _environment(machine: Machine) -> dict[str, Scalar]:
    environment: dict[str, Scalar] = {}
    if machine.models:
        environment["gpu_model"] = ", ".join(sorted(set(machine.models)))
        environment["gpu_count"] = len(machine.models)
    if "driver" in machine.versions:
        environment["gpu_driver"] = machine.versions["driver"]
    return environment
