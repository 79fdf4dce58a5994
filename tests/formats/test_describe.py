from __future__ import annotations

import sys
from types import ModuleType

import pytest

from gitbaseline.formats import json_numbers, registry
from gitbaseline.formats.deferred import Deferred
from gitbaseline.formats.describe import grammar, media
from gitbaseline.formats.directory import Directory


@pytest.mark.parametrize("form", registry.FORMATS, ids=lambda form: form.NAME)
def test_every_format_says_what_it_reads_and_how(form):
    assert media(form), "SUMMARY must say what it reads: text, JSON, CSV, a folder, ..."
    assert len(grammar(form)) > 100


class Form:
    NAME = "x"
    SUMMARY = ""


@pytest.mark.parametrize(
    ("summary", "reads"),
    [
        ("x: text, JSON and a folder of them", ("text", "JSON", "folder")),
        ("x --export-json", ("JSON",)),
        ("JSON lines of x", ("JSON",)),
        ("log lines of x", ("text",)),
        ("CSV and the SQLite export", ("CSV", "SQLite")),
        ("a report table in Markdown", ("text", "Markdown")),
        ("context of x", ()),
    ],
)
def test_media_are_read_off_the_summary(summary, reads):
    form = Form()
    form.SUMMARY = summary
    assert media(form) == reads


def test_the_grammar_is_the_docstring_of_the_module():
    assert grammar(json_numbers).splitlines() == json_numbers.__doc__.splitlines()
    deferred = registry.by_name("jmh")
    assert isinstance(deferred, Deferred)
    assert grammar(deferred).startswith("JMH")
    module = sys.modules[Directory.__module__]
    assert grammar(registry.by_name("directory")).startswith(module.__doc__.splitlines()[0])


@pytest.fixture
def helper(monkeypatch):
    """Put modules beside the readers: names and docstrings."""

    def make(**docs):
        for name, text in docs.items():
            module = ModuleType(f"gitbaseline.formats.{name}", text)
            module.__spec__ = json_numbers.__spec__
            monkeypatch.setitem(sys.modules, module.__name__, module)
        return sys.modules[f"gitbaseline.formats.{next(iter(docs))}"]

    return make


def test_modules_that_a_docstring_names_follow_it_once_each(helper):
    form = helper(
        acme="Acme.\n\n    Lines: ``acme_line``; again ``acme_line``, ``no_such``, ``base``.",
        acme_line="One line; ``acme_word``, ``acme``.",
        acme_word=None,
    )
    assert grammar(form) == (
        "Acme.\n\nLines: ``acme_line``; again ``acme_line``, ``no_such``, ``base``.\n\n"
        "``acme_line``: One line; ``acme_word``, ``acme``.\n\n"
        "``acme_word``: not documented"
    )


def test_another_format_that_a_docstring_names_has_its_own_page(helper):
    form = helper(acme="Acme, else ``json_numbers``.")
    assert grammar(form) == "Acme, else ``json_numbers``."


def test_a_reader_elsewhere_speaks_for_itself():
    module = ModuleType("acme", "Acme, unlike ``lines``.")
    assert grammar(module) == "Acme, unlike ``lines``."
    module.__doc__ = None
    assert grammar(module) == ""

    class Documented:
        """Of the class."""

    Documented.__module__ = "nowhere"
    assert grammar(Documented()) == "Of the class."
    Documented.__doc__ = None
    assert grammar(Documented()) == ""
