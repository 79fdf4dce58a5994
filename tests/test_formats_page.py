"""The page of formats: the committed one is the generated one, and names every format."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from gitbaseline.formats.registry import FORMATS

TOP = Path(__file__).parents[1]
PAGE = TOP / "docs" / "formats.md"


@pytest.fixture(scope="module")
def make_formats():
    spec = importlib.util.spec_from_file_location("make_formats", TOP / "tools" / "make_formats.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_readers_say_of_themselves(make_formats):
    assert make_formats.page() == PAGE.read_text(), "run: make formats"


def test_every_format_has_its_part_and_its_line():
    text = PAGE.read_text()
    names = [form.NAME for form in FORMATS]
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == [*names, "A format of your own"]
    assert re.findall(r"^\| \[([^]]+)\]\(#", text, re.MULTILINE) == names


@pytest.mark.parametrize(
    ("line", "markdown"),
    [
        ("``a_b <c>`` and d_e", r"`a_b <c>` and d\_e"),
        ("<b> *x* a|b `c`", r"\<b\> \*x\* a\|b \`c\`"),
        ("- plain", "- plain"),
    ],
)
def test_nothing_in_a_docstring_becomes_markup_by_accident(make_formats, line, markdown):
    assert make_formats._markup(line) == markdown
