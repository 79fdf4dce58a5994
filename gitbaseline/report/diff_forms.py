"""The forms in which a diff is printed, by the name that ``--format`` gives them; JSON is apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gitbaseline.report import diff_markdown, diff_text, machine, nothing
from gitbaseline.report.comparison import Comparison
from gitbaseline.report.nothing import Nothing

OF_DIFF: Mapping[str, Callable[[Comparison], str]] = {
    "text": diff_text.render,
    "markdown": diff_markdown.render,
    "github": machine.github,
    "junit": machine.junit,
}
OF_NOTHING: Mapping[str, Callable[[Nothing], str]] = {
    "text": nothing.text,
    "markdown": lambda found: nothing.markdown(found, diff_markdown.MARKER),
    "github": nothing.github,
    "junit": nothing.junit,
}


def formed(found: Comparison | Nothing, form: str) -> str:
    """Return either in one of the forms."""
    return OF_DIFF[form](found) if isinstance(found, Comparison) else OF_NOTHING[form](found)
