"""iperf3 ``--json`` and ``--json-stream``: what was sent and received in the whole test.

Keys are ``sent.bitrate``, ``received.bitrate``, ``retransmits``, for UDP ``jitter`` and ``lost``;
with ``--bidir`` those of the other way are behind ``reverse.``.

Rules:

- ``error``, or a test without its end, is a failed run.
- The intervals are slices of one run, not trials. Several documents are trials if they were of one
  kind: protocol, streams, duration, direction.
- ``received`` is what arrived, and what is judged; ``sent`` counts what lay in buffers too. A
  server does not know what was sent and says 0: passed over. Where nothing moved the run failed.
- Host names and addresses go no further.

Shape: esnet/iperf src/iperf_api.c and iperf_client_api.c, 3.1 to 3.19.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Reading, Source
from gitbaseline.formats.first_document import holds
from gitbaseline.formats.gather import Gather, alike, clean, scalars, utc_of_epoch
from gitbaseline.formats.json_values import table
from gitbaseline.formats.part import Part
from gitbaseline.formats.refused import failed
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import JSON, Scalar
from gitbaseline.model.metric import Direction, Validity

NAME = "iperf3"
SUMMARY = "iperf3 JSON (--json, --json-stream)"

_EVENTS = ("start", "interval", "end", "error", "server_output_text", "server_output_json")
_SETTINGS = {
    "protocol": "protocol",
    "num_streams": "streams",
    "duration": "duration_s",
    "blksize": "block_bytes",
    "reverse": "reverse",
    "bidir": "bidirectional",
    "omit": "omit_s",
    "target_bitrate": "target_bitrate",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Test:
    """One test: its beginning, its end, the error that broke it."""

    start: Part
    end: Part
    error: Part


def sniff(source: Source) -> str | None:
    """Return why this is iperf3's JSON, or None."""
    if holds(source, _is_event, b'"start"', b'"end"', b"iperf"):
        return "its lines are iperf3 events"
    if holds(source, _is_test, b'"start"', b'"end"', b"iperf"):
        return "it has start, intervals and end"
    return None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return the rates of every test; InputError where one failed."""
    gather = Gather(source.files[0].path)
    tests = list(_tests(gather, source.files[0].data))
    kinds = [_kind(test) for test in tests]
    for test, kind in zip(tests, kinds, strict=True):
        if kind != kinds[0]:
            raise InputError(
                "two tests of different settings in one file",
                code="iperf3/mixed",
                where=test.start.where,
                hint="they are not trials of one measurement; put each into a file of its own",
            )
        _add(gather, test)
    begun = tests[0].start if tests else None
    return gather.reading(
        NAME,
        context={"workload": kinds[0] if kinds else {}, "stack": alike(map(_stack, tests))},
        captured_at_utc=utc_of_epoch(begun.part("timestamp", "timesecs").maybe_number())
        if begun
        else None,
        suggested_measurement=f"iperf3_{str(kinds[0].get('protocol', 'tcp')).lower()}"
        if kinds
        else NAME,
        tool_version=begun.part("version").maybe_text() if begun else None,
    )


def _is_event(value: JSON) -> bool:
    event = table(value).get("event")
    return isinstance(event, str) and event in _EVENTS and "data" in table(value)


def _is_test(value: JSON) -> bool:
    return {"start", "intervals", "end"} <= table(value).keys()


def _tests(gather: Gather, data: bytes) -> Iterator[_Test]:
    """Yield each test of plain documents or of a stream of events."""
    begun: dict[str, Part] = {}
    for top in gather.documents(data, lambda value: _is_event(value) or _is_test(value)):
        event = top.part("event").maybe_text()
        if event is None:
            yield _checked(top.part("start"), top.part("end"), top.part("error"))
            continue
        if event == "start":
            if begun:
                raise _unended(begun["start"])
            begun = {"start": top.part("data")}
        if event == "error":
            raise _broken(top.part("data"))
        if event == "end" and begun:
            yield _checked(begun.pop("start"), top.part("data"), top.part("error"))
    if begun:
        raise _unended(begun["start"])


def _checked(start: Part, end: Part, error: Part) -> _Test:
    if error:
        raise _broken(error)
    if not any(end.part(member) for member in ("sum_sent", "sum_received", "sum")):
        raise _unended(start)
    return _Test(start=start, end=end, error=error)


def _broken(error: Part) -> InputError:
    return failed(error.where, clean(str(error.value))[:120])


def _unended(start: Part) -> InputError:
    return InputError(
        "a test without its end: it was cut off",
        code="iperf3/truncated",
        where=start.where,
        hint="give the whole output of a test that ended by itself",
    )


def _add(gather: Gather, test: _Test) -> None:
    end = test.end
    for prefix, tail in (("", ""), ("reverse.", "_bidir_reverse")):
        sent, received, both = (
            end.part(f"{name}{tail}") for name in ("sum_sent", "sum_received", "sum")
        )
        rates = {"sent.": sent, "received.": received} if sent or received else {"": both}
        moved = [
            _rate(gather, f"{prefix}{key}bitrate", part) for key, part in rates.items() if part
        ]
        if moved and not any(moved):
            raise failed(end.where, f"nothing was transferred ({prefix or 'end.'}sum)")
        _lower(gather, f"{prefix}retransmits", sent.part("retransmits"), "count")
        quality = both if both.part("jitter_ms").value is not None else received
        if quality.part("lost_percent").maybe_number() == 100:
            raise failed(end.where, "every packet was lost (lost_percent is 100)")
        _lower(gather, f"{prefix}jitter", quality.part("jitter_ms"), "ms")
        _lower(gather, f"{prefix}lost", quality.part("lost_percent"), "%")
    for side in ("host", "remote"):
        load = end.part("cpu_utilization_percent", f"{side}_total")
        number = load.maybe_number()
        if number is not None:
            gather.add(f"cpu.{side}", number, line=load.line, unit="%", direction=Direction.UNKNOWN)


def _rate(gather: Gather, key: str, part: Part) -> bool:
    """Add a rate; return whether anything moved."""
    rate = part.part("bits_per_second").number()
    if rate:
        gather.add(key, rate, line=part.line, unit="bit/s", validity=Validity.VALID)
    else:
        gather.skip(part.line, f"{key}: 0")
    return bool(rate)


def _lower(gather: Gather, key: str, part: Part, unit: str) -> None:
    number = part.maybe_number()
    if number is not None:
        gather.add(
            key,
            number,
            line=part.line,
            unit=unit,
            direction=Direction.LOWER,
            validity=Validity.VALID,
        )


def _kind(test: _Test) -> dict[str, Scalar]:
    told = test.start.part("test_start")
    return scalars({ours: told.part(theirs) for theirs, ours in _SETTINGS.items()})


def _stack(test: _Test) -> dict[str, Scalar]:
    named: Sequence[tuple[str, Part]] = (
        ("congestion", test.end.part("sender_tcp_congestion")),
        ("mss", test.start.part("tcp_mss_default")),
    )
    return scalars(dict(named))
