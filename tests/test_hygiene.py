"""Rules of the tree that no linter knows."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

import gitbaseline
from gitbaseline.cli.main import VERBS

PACKAGE = Path(gitbaseline.__file__).parent
HEAVY = {
    "pygit2",
    "cryptography",
    "jsonschema",
    "yaml",
    "detect_secrets",
    "prometheus_client",
    "duckdb",
}
OPENING = {  # a registry, which takes most of what else there is
    "gitbaseline.registry.branch",
    "gitbaseline.registry.reader",
}


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_no_module_asserts_and_none_is_long(path):
    text = path.read_text()
    # python -O takes asserts out, and a check that may be taken out is none
    assert [n.lineno for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Assert)] == []
    assert len(text.splitlines()) <= 400


def imported(baseline, *words, folder=None):
    """Return what a call prints and the modules that it imports."""
    program = type(baseline)(
        baseline.folder,
        baseline.environment,
        (sys.executable, "-X", "importtime", "-m", "gitbaseline"),
    )
    done = program(*words, folder=folder)
    assert done.code == 0, done.err
    names = re.findall(r"^import time:.*\|\s+(\S+)$", done.err, re.MULTILINE)
    assert "gitbaseline.cli.main" in names
    rest = re.sub(r"^import time:.*\n", "", done.err, flags=re.MULTILINE)
    assert rest == "" or "-h" not in words
    return done.text, {*names}


READING = {
    "list": (),
    "show": ("fam/step",),
    "log": ("fam/step",),
    "diff": ("fam/step", "1.5", "--unit", "ms"),
    "verify": (),
}


def test_what_only_reads_loads_neither_keys_nor_what_it_rarely_needs(registry, baseline, number):
    assert baseline(*number).code == 0
    assert baseline("verify").code == 0  # so that the next one finds its mark, and has no signature
    rare = {"difflib", "pickle", "random", "tempfile", "xml"} | HEAVY - {"pygit2"}
    for verb, words in READING.items():
        _, names = imported(baseline, verb, *words)
        assert {name for name in names if name.startswith("gitbaseline.signing")} == set(), verb
        assert {name.partition(".")[0] for name in names} & rare == set(), verb


def heavy(names):
    return {name.partition(".")[0] for name in names} & HEAVY


def test_a_call_imports_only_what_it_uses(registry, baseline, number):
    assert heavy(imported(baseline, "-h")[1]) == set()
    assert heavy(imported(baseline, "--version")[1]) == set()
    assert heavy(imported(baseline, *number)[1]) <= {"pygit2", "cryptography"}


def test_help_imports_hardly_more_than_click(baseline, tmp_path):
    """So that ``-h`` is at most 1.2 times ``import click``; bench/startup.py has the clock."""
    loaded = "import sys, {}; print(*sys.modules)"

    def modules(what):
        words = ("-c", loaded.format(what))
        done = type(baseline)(tmp_path, baseline.environment, (sys.executable, *words))()
        return set(done.text.split())

    more = modules("gitbaseline.__main__") - modules("click")
    own = {name for name in more if name.startswith("gitbaseline.")}
    assert own == {
        f"gitbaseline.{name}" for name in ("__main__", "cli", "cli.main", "cli.output", "errors")
    }
    assert more - own <= {"gitbaseline", "gc", "locale", "_locale"}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_there_and_explains_itself(verb, baseline, tmp_path):
    place, attribute, _ = VERBS[verb]
    assert getattr(importlib.import_module(f"gitbaseline.cli.{place}"), attribute)
    text, names = imported(baseline, verb, "-h", folder=tmp_path)
    assert text.startswith(f"Usage: git baseline {verb} ")
    assert heavy(names) == set()
    # what --from can be, import asks of the modules that read it
    assert names.isdisjoint(OPENING) or verb == "import"
    parts = text.partition("\nCommands:\n")[2].splitlines()
    assert [line for line in parts if line.endswith("...")] == []  # no summary is cut off


def test_it_runs_without_asserts_in_any_time_zone_and_language(registry, baseline, number):
    """``python -O``, a time zone half a day away, the C locale."""
    optimised = type(baseline)(
        baseline.folder,
        baseline.environment | {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "C"},
        (sys.executable, "-O", "-m", "gitbaseline"),
    )
    assert optimised(*number, "--notes", "m\u00fcnchen").code == 0
    assert optimised("verify").code == 0
    log = registry.git("log", "-1", "--format=%ad", "--date=raw", "baselines")
    assert log.endswith(" +0000")


def test_the_program_on_path_is_the_package(tmp_path, clean):
    done = subprocess.run(
        ["git", "baseline", "--version"],
        cwd=tmp_path,
        env=clean | {"HOME": str(tmp_path)},
        capture_output=True,
        check=True,
    )
    assert done.stdout == f"git-baseline {gitbaseline.__version__}\n".encode()
