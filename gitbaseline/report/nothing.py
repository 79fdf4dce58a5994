"""There is no baseline to hold a measurement to: that answer in four forms.

It is NO-VERDICT in all of them; whether a first run passes is the caller's choice, and an answer
that passes is told as a notice.
"""

from __future__ import annotations

from collections.abc import Sequence

from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.text import escaped, visible_line
from gitbaseline.report.context import described
from gitbaseline.report.facts import facts
from gitbaseline.report.lever import lever_line
from gitbaseline.report.machine import annotation, suite

_ANSWER = "NO-VERDICT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """What was to be held, why there is nothing, and whether that passes."""

    current: Baseline
    current_name: str
    reasons: Sequence[str]
    advice: Sequence[str]
    passed_over: Sequence[str]
    notes: Sequence[str]
    passes: bool


def text(found: Nothing) -> str:
    """Return it for a terminal."""
    lines = [
        visible_line(f"{_ANSWER}  {'; '.join(found.reasons)}"),
        facts([("current", found.current_name), ("context", described(found.current.context))]),
    ]
    for title, items in (("note", (*found.notes, *found.passed_over)), ("next", found.advice)):
        if items:
            lines += ["", f"{title}:", *(f"  {visible_line(item)}" for item in items)]
    return "\n".join([*lines, visible_line(lever_line(found.current.next_lever))])


def markdown(found: Nothing, marker: str) -> str:
    """Return it as a comment."""
    items = (*found.notes, *found.passed_over, *found.advice)
    context = described(found.current.context)
    lines = [
        marker,
        f"### {_ANSWER}: {escaped('; '.join(found.reasons))}",
        "",
        f"{escaped(found.current_name)}. Context: {escaped(context or 'none')}",
        "",
        *(f"- {escaped(item)}" for item in items),
        "",
        escaped(lever_line(found.current.next_lever)),
    ]
    return "".join(f"{line}\n" for line in lines)


def github(found: Nothing) -> str:
    """Return it as annotations."""
    said = f"{'; '.join(found.reasons)}. Context: {described(found.current.context) or 'none'}"
    level = "notice" if found.passes else "error"
    lever = lever_line(found.current.next_lever).partition(": ")[2]
    return "\n".join(
        [
            annotation(level, f"git baseline: {_ANSWER}", said),
            annotation("notice", "NEXT LEVER", lever),
        ]
    )


def junit(found: Nothing) -> str:
    """Return it as a suite of one case, skipped where it passes."""
    said = f"{_ANSWER}: {'; '.join(found.reasons)}"
    kind = "skipped" if found.passes else "failure"
    told = [f"context: {described(found.current.context)}", lever_line(found.current.next_lever)]
    return suite(f"git baseline diff {found.current_name}", [("verdict", kind, said)], told)
