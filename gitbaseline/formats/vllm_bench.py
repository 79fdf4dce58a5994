"""vLLM's serving benchmark: JSON of ``vllm bench serve``, its printed summary, sweep folders.

Keys are the tool's own (``median_ttft_ms``, ``output_throughput``). Several documents in one file
(``--append-result``) and the ``run=N.json`` of a sweep are trials where their settings are equal,
else cases (``runs``). What the numbers are: ``serving``, ``serving_reading``, ``serving_text``.

Rules:

- A run in which a request failed is refused; so is a sweep that holds a ``failure.json``.
- In a sweep ``summary.json`` repeats the runs and ``warmup.json`` is none: both are passed over.
- Per-request lists are in seconds, the summary in milliseconds; only the summary is read. Requests
  of one run share queue and cache, so they are no trials.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gitbaseline.errors import InputError
from gitbaseline.formats import serving_reading
from gitbaseline.formats.base import Options, PassedOver, Reading, Source, SourceFile, passed
from gitbaseline.formats.json_values import items, logged, table
from gitbaseline.formats.runs import Run
from gitbaseline.formats.serving_text import BANNER, summaries
from gitbaseline.model.codec import JSON

NAME = "vllm-bench"
SUMMARY = "vllm bench serve: result JSON, printed summary, folder of vllm bench sweep"

_FIELDS = (re.compile(rb'"request_throughput"\s*:'), re.compile(rb'"(?:model|tokenizer)_id"\s*:'))
_SGLANG = re.compile(rb'"total_output_tokens_retokenized"\s*:|generated tokens \(retokenized\):')
_RUN = re.compile(r"(?:.*/)?run=[0-9]{1,9}\.json")
_FAILURE = re.compile(r"(?:.*[/.-])?failure\.json")


def sniff(source: Source) -> str | None:
    """Return why this is vLLM's, or None."""
    if source.kind == "directory":
        runs = [file for file in source.files if _RUN.fullmatch(file.path) and _is_json(file.data)]
        return "it is a folder of a vllm bench sweep" if runs else None
    if source.kind != "file" or _SGLANG.search(source.files[0].data):
        return None
    if _is_json(source.files[0].data):
        return "it has the fields of vllm bench serve"
    if BANNER.search(source.files[0].data):
        return "it has the summary that vllm bench serve prints"
    return None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return every number of every run; InputError where one failed or is cut off."""
    over: list[PassedOver] = []
    runs: list[Run] = []
    for file in sorted(source.files, key=lambda file: file.path):
        if source.kind != "directory" or _is_run(file, over):
            runs += _runs(file, over)
    if not runs:
        raise InputError(
            "no result of vllm bench serve in it",
            code="serving/empty",
            where=source.name,
            hint="give the file that --save-result wrote, or the whole printed summary",
        )
    return serving_reading.reading(NAME, "vllm", runs, over)


def _is_json(data: bytes) -> bool:
    return all(pattern.search(data) for pattern in _FIELDS)


def _is_run(file: SourceFile, over: list[PassedOver]) -> bool:
    """Whether a file of a sweep is one of its runs; InputError where it tells of a failed one."""
    if _FAILURE.fullmatch(file.path):
        raise InputError(
            "a run of the sweep failed",
            code="serving/failed",
            where=f"{file.path}:1",
            hint="half a sweep is no baseline; run it again with --resume",
        )
    if _RUN.fullmatch(file.path):
        return True
    over.append(passed(file.path, 1, "not one of the runs: kept as evidence"))
    return False


def _runs(file: SourceFile, over: list[PassedOver]) -> Iterator[Run]:
    if not _is_json(file.data):
        for summary in summaries(file.path, file.data, over):
            yield serving_reading.run(file.path, summary.line, summary.fields, over)
        return
    for document in logged(file.path, file.data, over):
        for value in _results(document.value):
            if "request_throughput" in value:
                yield serving_reading.run(file.path, document.line, value, over)
            else:
                over.append(passed(file.path, document.line, "JSON that is no result"))


def _results(value: JSON) -> Iterator[dict[str, JSON]]:
    """Yield the result, or those of a list of them, as a sweep's summary.json holds."""
    for item in items(value) or (value,):
        yield dict(table(item))
