"""torch.profiler: Chrome traces (``.json``, ``.json.gz``) and the ``key_averages`` table.

Prefer the trace: the table cuts names and keeps no samples. What is read of them: ``torch_trace``,
``torch_table``.
"""

from __future__ import annotations

import re

from gitbaseline.formats import torch_table, torch_trace
from gitbaseline.formats.base import Options, Reading, Source
from gitbaseline.gzip_pieces import is_packed, unpacked

NAME = "torch-profiler"
SUMMARY = "torch.profiler: Chrome trace (json, json.gz) and key_averages table"

_HEAD = 1 << 16  # bytes that are looked at for the marks of a trace
_TRACE = re.compile(rb'"(?:deviceProperties|distributedInfo|traceEvents|baseTimeNanoseconds)"\s*:')
_KINETO = re.compile(
    rb'"(?:deviceProperties|distributedInfo|baseTimeNanoseconds|with_stack|record_shapes)"\s*:'
    rb'|"cat"\s*:\s*"(?:(?i:kernel|operator)|cpu_op|cuda_runtime|gpu_memcpy|user_annotation'
    rb'|python_function)"'
)
_TABLE = re.compile(rb"\bName {2,200}[^\n]{0,400}# of Calls")


def sniff(source: Source) -> str | None:
    """Return why this is torch.profiler's, or None."""
    if source.kind != "file":
        return None
    data = source.files[0].data
    head = next(unpacked((data,)), b"")[:_HEAD]
    if _TRACE.search(head) and _KINETO.search(head):
        return "it has the marks of a torch.profiler trace"
    return "it has the table of key_averages()" if _TABLE.search(data) else None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return the times of trace or table; InputError where it is cut off."""
    file = source.files[0]
    if not is_packed(file.data) and _TABLE.search(file.data):
        return torch_table.read(NAME, file.path, file.data)
    return torch_trace.read(NAME, file.path, file.data)
