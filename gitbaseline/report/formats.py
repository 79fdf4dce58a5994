"""Formats for a terminal and for programs: which there are, and what one makes of a file."""

from __future__ import annotations

from collections.abc import Sequence

from gitbaseline.formats.base import Format, Reading
from gitbaseline.formats.describe import grammar, media
from gitbaseline.formats.plugins import Broken, Guarded
from gitbaseline.frozen import dataclass
from gitbaseline.model import metric_json
from gitbaseline.model.metric import Metric
from gitbaseline.model.text import visible_line
from gitbaseline.report.context import described
from gitbaseline.report.facts import block, facts
from gitbaseline.report.folding import folded
from gitbaseline.report.numbers import BETTER, amount
from gitbaseline.report.table import table
from gitbaseline.secrets.finding import Finding

_LIST = ("Format", "Reads", "From", "What it is")
_METRICS = ("Metric", "Value", "Unit", "Better", "n", "Std", "Validity", "Unit from", "Dimensions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a format made of a source. ``why`` says how it was found.

    ``private`` are the findings for which ``record`` would refuse the file; the reading is of a
    copy without them.
    """

    source: str
    form: Format
    why: str
    reading: Reading
    private: Sequence[Finding]


def listed(forms: Sequence[Format], columns: int | None = None) -> str:
    """Return the table of formats, for a terminal so wide."""
    rows = [(f.NAME, ", ".join(media(f)), origin(f) or "built in", f.SUMMARY) for f in forms]
    return table(_LIST, rows, right=frozenset(), columns=columns, spare=(2, 1), words=(3,))


def explained(form: Format, columns: int | None = None) -> str:
    """Return one format with its grammar, as its reader's docstring has it."""
    said = [
        ("is", form.SUMMARY),
        ("reads", ", ".join(media(form))),
        ("from", origin(form) or "built in"),
    ]
    told = _filled(grammar(_own(form)) or "it has no documentation", columns)
    return f"{form.NAME}\n{facts(said, columns)}\n\n{told}"


def _filled(text: str, columns: int | None) -> str:
    """Return a grammar's text with its sentences filled anew where the terminal is narrower."""
    if columns is None or all(len(line) <= columns for line in text.split("\n")):
        return text
    lines: list[str] = []
    for line in text.split("\n"):
        item = line.lstrip()
        goes_on = lines and lines[-1].strip() and item and not item.startswith(("- ", "| ", "```"))
        if goes_on and len(line) - len(item) <= 2:
            lines[-1] += f" {item}"
        else:
            lines.append(line)
    return "\n".join(folded(line, columns, 2 if line.startswith("- ") else 0) for line in lines)


def checked(one: Checked, columns: int | None = None) -> str:
    """Return what was read of a source, whole: every metric, every line passed over."""
    reading = one.reading
    count = len(reading.metrics)
    said = [
        ("format", f"{one.form.NAME} ({one.why})"),
        ("read", f"{count} metric{'' if count == 1 else 's'}{_validity(reading)}"),
        ("headline", reading.headline or ""),
        ("measurement", reading.suggested_measurement),
        ("tool", reading.tool_version or ""),
        ("captured", reading.captured_at_utc or ""),
        ("context", described(reading.context)),
        ("machine", described({"": reading.environment})),
    ]
    rows = [_row(key, metric) for key, metric in reading.metrics.items()]
    lines = [visible_line(one.source), facts(said, columns), ""]
    right, spare = frozenset((1, 4, 5)), (7, 5, 6, 4, 3)
    lines.append(table(_METRICS, rows, right=right, columns=columns, spare=spare, words=(8,)))
    over = [f"{line.file}:{line.line}  {line.text}" for line in reading.passed_over]
    private = [f"{f.path}:{f.line}  {f.kind} (fingerprint {f.fingerprint})" for f in one.private]
    title = "private, taken out before reading; record refuses the file without --redact"
    for name, items in (("warning", reading.warnings), (title, private), ("passed over", over)):
        lines += block(name, items, most=len(items), columns=columns)
    return "\n".join(lines)


def content(
    forms: Sequence[Format],
    broken: Sequence[Broken],
    *,
    explain: bool = False,
    one: Checked | None = None,
    conformance: dict[str, object] | None = None,
) -> dict[str, object]:
    """Return the content of ``--json``; ``explain`` adds the grammars."""
    return {
        "formats": [
            {
                "name": form.NAME,
                "summary": form.SUMMARY,
                "media": list(media(form)),
                "plugin": origin(form),
                "grammar": grammar(_own(form)) if explain else None,
            }
            for form in forms
        ],
        "broken": [{"name": b.name, "plugin": b.origin, "fault": b.fault} for b in broken],
        "reading": _reading(one) if one else None,
        "conformance": conformance,
    }


def origin(form: Format) -> str | None:
    """Return the package and version of a plug-in, None for a built-in format."""
    return form.origin if isinstance(form, Guarded) else None


def _own(form: Format) -> Format:
    return form.form if isinstance(form, Guarded) else form


def _reading(one: Checked) -> dict[str, object]:
    reading = one.reading
    return {
        "source": one.source,
        "format": one.form.NAME,
        "why": one.why,
        "metrics": {key: metric_json.to_plain(m) for key, m in reading.metrics.items()},
        "headline": reading.headline,
        "suggested_measurement": reading.suggested_measurement,
        "tool_version": reading.tool_version,
        "captured_at_utc": reading.captured_at_utc,
        "context": {group: dict(fields) for group, fields in reading.context.items()},
        "environment": dict(reading.environment),
        "warnings": list(reading.warnings),
        "passed_over": [
            {"file": line.file, "line": line.line, "text": line.text}
            for line in reading.passed_over
        ],
        "private": [
            {"file": f.path, "line": f.line, "kind": f.kind, "fingerprint": f.fingerprint}
            for f in one.private
        ],
    }


def _validity(reading: Reading) -> str:
    counts: dict[str, int] = {}
    for metric in reading.metrics.values():
        counts[metric.validity] = counts.get(metric.validity, 0) + 1
    return "".join(f", {count} {word}" for word, count in counts.items())


def _row(key: str, metric: Metric) -> tuple[str, ...]:
    return (
        key,
        amount(metric.value),
        metric.unit,
        BETTER[metric.direction],
        str(metric.n),
        amount(metric.std) if metric.std is not None else "",
        str(metric.validity),
        metric.unit_source or "",
        described({"": metric.dimensions}),
    )
