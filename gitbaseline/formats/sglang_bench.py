"""SGLang's serving benchmark: the JSON lines of ``sglang.bench_serving``, its printed summary.

Keys are the tool's own (``median_ttft_ms``, ``output_throughput``). One line is one run; equal
settings make trials, others cases. What the numbers are: ``serving``, as for vLLM.

Rules:

- ``request_rate`` may be a bare ``Infinity``.
- ``output_throughput`` counts the tokens that were asked for. Where counting the text again gives
  other numbers by more than 5 % the model stopped early, and a warning says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from gitbaseline.errors import InputError
from gitbaseline.formats import serving_reading
from gitbaseline.formats.base import Options, PassedOver, Reading, Source, SourceFile, passed
from gitbaseline.formats.json_values import logged, table
from gitbaseline.formats.runs import Number, Run
from gitbaseline.formats.serving_text import BANNER, summaries

NAME = "sglang-bench"
SUMMARY = "sglang.bench_serving: JSON lines and printed summary"

_FIELD = re.compile(rb'"total_output_tokens_retokenized"\s*:')
_LABEL = re.compile(rb"generated tokens \(retokenized\):")
_APART = 0.05  # share by which two ways of counting tokens may differ


def sniff(source: Source) -> str | None:
    """Return why this is SGLang's, or None."""
    if source.kind != "file":
        return None
    data = source.files[0].data
    if _FIELD.search(data):
        return "it has the fields of sglang.bench_serving"
    if BANNER.search(data) and _LABEL.search(data):
        return "it has the summary that sglang.bench_serving prints"
    return None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return every number of every run; InputError where one failed or is cut off."""
    file, over = source.files[0], list[PassedOver]()
    runs = list(_runs(file, over))
    if not runs:
        raise InputError(
            "no result of sglang.bench_serving in it",
            code="serving/empty",
            where=source.name,
            hint="give the file of --output-file, or the whole printed summary",
        )
    return serving_reading.reading(NAME, "sglang", runs, over, tuple(_early_ends(runs)))


def _runs(file: SourceFile, over: list[PassedOver]) -> Iterator[Run]:
    if not _FIELD.search(file.data):
        for summary in summaries(file.path, file.data, over):
            summary.fields.pop("num_prompts", None)  # some data sets have a number of their own
            yield serving_reading.run(file.path, summary.line, summary.fields, over)
        return
    for document in logged(file.path, file.data, over):
        fields = table(document.value)
        if "total_output_tokens_retokenized" in fields:
            yield serving_reading.run(file.path, document.line, fields, over)
        else:
            over.append(passed(file.path, document.line, "JSON that is no result"))


def _early_ends(runs: Sequence[Run]) -> Iterator[str]:
    for run in runs:
        asked = _value(run.numbers, "total_output_tokens")
        counted = _value(run.numbers, "total_output_tokens_retokenized")
        if asked and abs(counted - asked) > _APART * asked:
            yield (
                f"{run.where}: {asked:.0f} output tokens were asked for, {counted:.0f} are in the "
                "text; output_throughput counts the former"
            )


def _value(numbers: Mapping[str, Number], key: str) -> float:
    return numbers[key].value if key in numbers else 0.0
