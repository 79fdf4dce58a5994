"""Criterion.rs: the JSON below ``target/criterion``, or one of its files.

Keys are ``<group/function/value>.time`` in ns. Of a folder every ``new/`` is read: the samples of
``sample.json`` (time over iterations), or the estimates where there are none.

Rules:

- ``base/`` and ``change/`` are an earlier run and a comparison with it: passed over.
- Without samples the median is the value, with mean and deviation as estimated.
- A throughput in ``benchmark.json`` is what one iteration processes: a dimension. Bytes per second
  would be the same number again.

Shape: bheisler/criterion.rs src/{estimate,measurement_data,report}.rs, 0.2 to 0.7; the oldest has
capitalised keys and a pair of lists as its sample.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Reading, Source, SourceFile
from gitbaseline.formats.documents import Document
from gitbaseline.formats.first_document import holds
from gitbaseline.formats.gather import Gather, Summary, clean
from gitbaseline.formats.json_values import items, logged, number, table
from gitbaseline.formats.part import Part, whole
from gitbaseline.model.codec import JSON, Scalar

NAME = "criterion"
SUMMARY = "Criterion.rs JSON: the folder target/criterion, or an estimates or sample file of it"

_NEW = re.compile(r"(?:(.+)/)?new/(estimates|sample|benchmark)\.json")


def sniff(source: Source) -> str | None:
    """Return why this is Criterion's, or None."""
    if source.kind == "directory":
        kinds = {match[2] for file in source.files if (match := _NEW.fullmatch(file.path))}
        if kinds & {"estimates", "sample"}:
            return "it has new/estimates.json or new/sample.json"
        return None
    if holds(source, _is_estimates, b'"point_estimate"'):
        return "it has estimates with point_estimate and confidence_interval"
    named = b'"iters"' in source.files[0].data
    bare = source.files[0].data.lstrip().startswith(b"[[")
    if (named or bare) and holds(source, _is_sample):
        return "it has iters and times of equal length"
    return None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return the time of every benchmark; InputError where there is none."""
    gather = Gather(source.files[0].path if source.kind == "file" else source.name)
    cases: dict[str, dict[str, Part]] = {}
    for file in sorted(source.files, key=lambda file: file.path):
        place = _place(source, file)
        if place is None:
            gather.skip(1, f"{file.path}: not of the new run")
            continue
        cases.setdefault(place[0], {})[place[1]] = _document(file, _TESTS[place[1]])
    for folder, parts in cases.items():
        _add(gather, folder, parts)
    return gather.reading(NAME)


def _place(source: Source, file: SourceFile) -> tuple[str, str] | None:
    """Return the benchmark's folder and the kind of a file, or None where it says nothing new."""
    if source.kind == "file":
        return "", "estimates" if holds(source, _is_estimates) else "sample"
    match = _NEW.fullmatch(file.path)
    if match:
        return match[1] or "", match[2]
    return None


def _document(file: SourceFile, test: Callable[[JSON], bool]) -> Part:
    """Return the document of a file that is of its kind, else the first one."""
    first: Document | None = None
    right: Document | None = None
    for document in logged(file.path, file.data, []):
        first = first or document
        if not test(document.value):
            continue
        if right:
            raise InputError(
                f"a second benchmark's document; the first begins at line {right.line}",
                code="criterion/several",
                where=f"{file.path}:{document.line}",
                hint="give the folder target/criterion, which tells benchmarks apart",
            )
        right = document
    if first is None:
        raise InputError("no JSON document in it", code="criterion/empty", where=file.path)
    return whole(file.path, right or first)


def _add(gather: Gather, folder: str, parts: Mapping[str, Part]) -> None:
    about = parts.get("benchmark")
    name, shape = (folder, {}) if about is None else _about(about, folder)
    key = f"{name}.time" if name else "time"
    if "sample" in parts:
        part = parts["sample"]
        gather.add(key, _samples(part), file=part.file, line=part.line, unit="ns", dimensions=shape)
        return
    if "estimates" not in parts:
        gather.skip(1, f"{folder}/new: no estimates in it")
        return
    estimates = parts["estimates"]
    median, mean, std = (_estimate(estimates, name) for name in ("median", "mean", "std_dev"))
    value = median if median is not None else mean
    if value is None:
        raise estimates.part("median").fault("an estimate")
    gather.add(
        key,
        value,
        file=estimates.file,
        line=estimates.line,
        unit="ns",
        dimensions=shape,
        summary=Summary(stat="median" if median is not None else "mean", mean=mean, std=std),
    )


def _about(about: Part, folder: str) -> tuple[str, dict[str, Scalar]]:
    shape: dict[str, Scalar] = {}
    for member, key in (("group_id", "group"), ("function_id", "function"), ("value_str", "value")):
        text = about.part(member).maybe_text()
        if text:
            shape[key] = clean(text)
    throughput = about.part("throughput")
    if isinstance(throughput.value, dict):
        for kind, amount in throughput.members():
            number = amount.maybe_number()
            if number is not None:
                shape[clean(kind).lower()] = number
    return about.part("full_id").maybe_text() or folder, shape


def _samples(part: Part) -> Sequence[float]:
    """Return the time of one iteration in each sample."""
    pair = _pair(part.value)
    if pair is None:
        raise part.fault("iters and times of equal length, above 0")
    return [time / iterations for iterations, time in zip(*pair, strict=True)]


def _pair(value: JSON) -> tuple[list[float], list[float]] | None:
    """Return iterations and times: members since 0.3.3, a pair of lists before."""
    pair = [value.get("iters"), value.get("times")] if isinstance(value, dict) else items(value)
    if len(pair) != 2:
        return None
    iters, times = ([number(item) for item in items(part)] for part in pair)
    good = bool(iters) and len(iters) == len(times)
    if not good or not all(n is not None and 0 <= n < 1e300 for n in (*iters, *times)):
        return None
    found = [n for n in iters if n], [n or 0.0 for n in times]
    return found if len(found[0]) == len(iters) else None


def _is_estimates(value: JSON) -> bool:
    members = value if isinstance(value, dict) else {}
    return any(
        {"point_estimate", "confidence_interval"} <= table(members.get(key)).keys()
        for key in ("mean", "median", "Mean", "Median")
    )


def _is_sample(value: JSON) -> bool:
    return _pair(value) is not None


def _is_about(value: JSON) -> bool:
    return "full_id" in table(value)


_TESTS = {"estimates": _is_estimates, "sample": _is_sample, "benchmark": _is_about}


def _estimate(estimates: Part, name: str) -> float | None:
    old = "".join(word.capitalize() for word in name.split("_"))
    return (estimates.part(name) or estimates.part(old)).part("point_estimate").maybe_number()
