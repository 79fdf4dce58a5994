"""The diff as GitHub workflow commands, one line a finding, and as JUnit XML."""

from __future__ import annotations

from collections.abc import Sequence

from gitbaseline.compare.row import Standing
from gitbaseline.compare.verdict import Verdict
from gitbaseline.model.text import visible_line
from gitbaseline.pattern import pattern
from gitbaseline.profiles import Tolerance
from gitbaseline.report.comparison import Comparison, allowed, context, moved
from gitbaseline.report.lever import lever_line

_LEVELS = {Verdict.GREEN: "notice", Verdict.YELLOW: "warning"}
_SHOWN = 10
_NOT_IN_XML = pattern("[\ufffe\uffff]")  # what visible_line leaves and XML 1.0 forbids


def github(comparison: Comparison) -> str:
    """Return the answer, each metric that regressed and the next lever as annotations."""
    diff = comparison.diff
    level = _LEVELS.get(diff.verdict, "error")
    between = f"{comparison.current_name} against {comparison.baseline_name}"
    said = [*diff.reasons, between, f"{diff.tier}", f"context: {context(comparison) or 'none'}"]
    lever = lever_line(comparison.lever).partition(": ")[2]
    return "\n".join(
        [
            annotation(level, f"git baseline: {diff.verdict}", "; ".join(said)),
            *(
                annotation(level, f"{row.key} regressed", _beyond(moved(row), row.tolerance))
                for row in diff.regressed[:_SHOWN]
            ),
            annotation("notice", "NEXT LEVER", lever),
        ]
    )


def junit(comparison: Comparison) -> str:
    """Return one test suite: a case for the answer and one for each judged metric."""
    diff = comparison.diff
    bad = diff.verdict not in (Verdict.GREEN, Verdict.YELLOW)
    reason = f"{diff.verdict}: {'; '.join(diff.reasons)}"
    cases = [("verdict", "failure" if bad else "", reason)]
    for row in diff.judged:
        failed = row.standing is Standing.REGRESSED
        said = _beyond(moved(row), row.tolerance)
        cases.append((f"metric {row.key}", "failure" if failed else "", said))
    told = [
        f"context: {context(comparison)}",
        f"tier: {diff.tier}",
        *comparison.advice,
        lever_line(comparison.lever),
    ]
    name = f"git baseline diff {comparison.baseline_name} {comparison.current_name}"
    return suite(name, cases, told)


def annotation(level: str, title: str, message: str) -> str:
    """Return one ``::level title=...::...`` line that no content can break out of."""
    return f"::{level} title={_property(title)}::{_data(message)}"


def suite(name: str, cases: Sequence[tuple[str, str, str]], told: Sequence[str]) -> str:
    """Return a suite of (name, ``failure``, ``skipped`` or nothing, message) and lines of text."""
    from xml.etree import ElementTree as ET  # noqa: PLC0415 - 5 ms that only JUnit pays

    top = ET.Element(
        "testsuite",
        name=_xml(name),
        tests=str(len(cases)),
        failures=str(sum(kind == "failure" for _, kind, _ in cases)),
        skipped=str(sum(kind == "skipped" for _, kind, _ in cases)),
    )
    for case, kind, message in cases:
        element = ET.SubElement(top, "testcase", classname="git-baseline", name=_xml(case))
        if kind:
            ET.SubElement(element, kind, message=_xml(message))
    ET.SubElement(top, "system-out").text = "\n".join(map(_xml, told))
    ET.indent(top)
    # The declaration is written here: ElementTree would name the encoding of the locale.
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    return head + ET.tostring(top, encoding="unicode") + "\n"


def _beyond(move: str, tolerance: Tolerance | None) -> str:
    return f"{move}, allowed {allowed(tolerance)}"


def _data(text: str) -> str:
    return visible_line(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _xml(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", visible_line(text))
