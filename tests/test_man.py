"""The manual page: the committed one is the generated one, and it renders."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from gitbaseline.cli.main import VERBS

TOP = Path(__file__).parents[1]
PAGE = TOP / "docs" / "man" / "git-baseline.1"


@pytest.fixture(scope="module")
def make_man():
    spec = importlib.util.spec_from_file_location("make_man", TOP / "tools" / "make_man.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_program_says_of_itself(make_man):
    assert make_man.page() == PAGE.read_text(), "run: make man"


def test_its_sections():
    sections = re.findall(r"^\.SH (.*)$", PAGE.read_text(), re.MULTILINE)
    assert sections == [
        "NAME",
        "SYNOPSIS",
        "DESCRIPTION",
        "VERBS",
        "REFERENCES",
        "EXIT STATUS",
        "CONFIGURATION",
        "FILES",
        "ENVIRONMENT",
        "EXAMPLES",
        "SEE ALSO",
    ]


def test_every_verb_has_its_part():
    parts = re.findall(r"^\.SS (\S+)", PAGE.read_text().replace(r"\-", "-"), re.MULTILINE)
    assert list(dict.fromkeys(parts)) == list(VERBS)


@pytest.mark.parametrize(
    ("text", "roff"),
    [
        ("a -b", r"a \-b"),
        (".dot", r"\&.dot"),
        ("'quote", r"\&'quote"),
        ("back\\slash", r"back\eslash"),
    ],
)
def test_text_cannot_become_a_request(make_man, text, roff):
    assert list(make_man._text(text)) == [roff]


def test_paragraphs_and_what_is_left_as_it_is(make_man):
    text = "One.\nStill one.\n\n\b\n  a  b\n  c"
    expected = ["One.", "Still one.", ".PP", ".nf", r"  a  b", r"  c", ".fi"]
    assert list(make_man._text(text)) == expected


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_groff_has_nothing_against_it():
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-z", str(PAGE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
