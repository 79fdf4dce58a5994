"""Formats of other packages: real metadata of an installed package, on ``sys.path`` or in a process."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from textwrap import dedent

import pytest

from gitbaseline.errors import InputError, Unable
from gitbaseline.formats import plugins, registry
from gitbaseline.formats.base import Options
from gitbaseline.formats.plugins import Broken, Guarded, installed

GOOD = dedent('''
    """Acme's text: ``t=<number>``, in milliseconds."""

    from gitbaseline.errors import InputError
    from gitbaseline.formats.base import Reading
    from gitbaseline.model.metric import Direction, Metric

    NAME = "acme"
    SUMMARY = "text of acme-bench"


    def sniff(source):
        if source.kind != "file":
            return None
        return "it begins with t=" if source.files[0].data.startswith(b"t=") else None


    def read(source, options):
        text = source.files[0].data[2:].strip()
        if not text.isdigit():
            raise InputError("expected a number", code="acme/form", where=source.name)
        metric = Metric(value=float(text), unit="ms", direction=Direction.LOWER)
        return Reading(format="acme", metrics={"t": metric}, suggested_measurement="acme")
''')


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Install a package of one module, as pip leaves it; return its folder."""
    site = tmp_path / "site"

    def make(source=GOOD, *, name="acme", module="acme_bench", points=None, version="1.2"):
        info = site / f"{module}-{version}.dist-info"
        info.mkdir(parents=True)
        (site / f"{module}.py").write_text(source)
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {module.replace('_', '-')}\nVersion: {version}\n"
        )
        lines = [f"{name} = {module}"] if points is None else points
        text = "\n".join(["[gitbaseline.formats]", *lines])
        (info / "entry_points.txt").write_text(f"{text}\n")
        monkeypatch.delitem(sys.modules, module, raising=False)
        return site

    monkeypatch.syspath_prepend(site)
    registry.plugged.cache_clear()
    yield make
    registry.plugged.cache_clear()
    for module in ("acme_bench", "acme_two"):
        sys.modules.pop(module, None)


def faults(found):
    return [(broken.name, broken.origin, broken.fault) for broken in found.broken]


def test_no_plug_in_costs_no_import(package, monkeypatch):
    package(points=[]).joinpath("acme_bench-1.2.dist-info", "entry_points.txt").write_text("")
    monkeypatch.delitem(sys.modules, "importlib.metadata", raising=False)
    assert installed(frozenset()) == plugins.Installed()
    assert "importlib.metadata" not in sys.modules


def test_a_plug_in_is_found_by_content_and_by_name(package, file):
    package()
    source = file("run.txt", "t=12\n")
    form = registry.detect(source)
    assert (form.NAME, form.SUMMARY, form.origin) == (
        "acme",
        "text of acme-bench",
        "acme-bench 1.2",
    )
    assert registry.by_name("acme") is form
    assert [one.NAME for one in registry.every()][-3:] == ["acme", "json", "directory"]
    for reading in (registry.read(source, Options()), registry.read(source, Options(), "acme")):
        assert reading.metrics["t"].value == 12
        assert reading.context == {"stack": {"reader": "acme-bench 1.2"}}
        assert reading.warnings == ()


def test_it_is_asked_before_the_generic_readers_and_after_the_specific_ones(package, file, log):
    package(GOOD.replace('startswith(b"t=")', "startswith(b'')"))
    assert registry.detect(file("x.json", '{"a": 1}')).NAME == "acme"
    registry.plugged.cache_clear()
    assert registry.detect(file("x.log", log("modern.log"))).NAME == "nccl-tests"
    assert registry.plugged.cache_info().currsize == 0
    assert "acme_bench" in sys.modules
    registry.by_name("json")
    assert registry.plugged.cache_info().currsize == 0


def test_a_folder_may_hold_its_files(package, folder):
    package()
    reading = registry.read(folder("d", a_dot_txt="t=1", b_dot_json='{"x_ms": 2}'), Options())
    assert {key: m.value for key, m in reading.metrics.items()} == {"a.t": 1, "b.x_ms": 2}


def test_its_refusal_is_its_own(package, file):
    package()
    with pytest.raises(InputError) as caught:
        registry.read(file("run.txt", "t=x"), Options())
    assert (caught.value.code, str(caught.value)) == ("acme/form", "run.txt: expected a number")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("text = source", 'raise ValueError("secret")\n    text = source', "read raised ValueError in acme_bench.py line 19"),
        ("return Reading(", "return dict(", "read returned dict, expected a Reading"),
        ('metrics={"t": metric}', "metrics={}", "no metric; what holds none is an InputError"),
        ('metrics={"t": metric}', "metrics=5", "read raised AttributeError in valid.py line "),
        ("Direction.LOWER", '"lower"', "metrics['t']: expected a Direction and a Validity"),
    ],
)  # fmt: skip
def test_what_it_gets_wrong_is_told_with_its_name(package, file, old, new, fault):
    assert old in GOOD
    package(GOOD.replace(old, new))
    with pytest.raises(Unable) as caught:
        registry.read(file("run.txt", "t=1"), Options())
    error = caught.value
    assert (error.code, error.where) == ("plugin/failed", "run.txt")
    assert error.message.startswith(f"the plug-in acme of acme-bench 1.2 is broken: {fault}")
    assert "secret" not in str(error)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("    raise KeyError('x')", "sniff raised KeyError in acme_bench.py line 13"),
        ("    return 5", "sniff returned int, expected text or None"),
    ],
)
def test_a_sniff_that_fails_is_no_claim_and_a_warning(package, file, body, fault):
    package(GOOD.replace("def sniff(source):", f"def sniff(source):\n{body}"))
    reading = registry.read(file("x.json", '{"a": 1}'), Options())
    assert (reading.format, reading.warnings) == (
        "json",
        (f"the plug-in acme of acme-bench 1.2 is broken: {fault}",),
    )
    assert registry.read(file("x.json", '{"a": 1}'), Options()).warnings == reading.warnings


@pytest.mark.parametrize(
    ("source", "points", "fault"),
    [
        ("import no_such_module", None, "loading it raised ModuleNotFoundError"),
        ("raise SystemExit(3)", None, "loading it raised SystemExit in acme_bench.py line 1"),
        ("x = ", None, "loading it raised SyntaxError"),
        (GOOD, ["acme = acme_bench:nothing"], "loading it raised AttributeError"),
        (GOOD, ["acme = acme_bench:read"], "its NAME is None, the entry point says 'acme'"),
        (GOOD, ["other = acme_bench"], "its NAME is 'acme', the entry point says 'other'"),
        (GOOD, ["Acme Bench = acme_bench"], "its name is not of a-z, 0-9, '.', '_' and '-'"),
        (GOOD.replace("SUMMARY =", "NOTHING ="), None, "its SUMMARY is not one line of at most 200 characters"),
        (GOOD.replace('"text of', '"text\\nof'), None, "its SUMMARY is not one line of at most 200 characters"),
        (GOOD.replace("def read", "def reads"), None, "it is no module or object with sniff and read"),
        ("class Acme:\n NAME='acme'\n SUMMARY='s'\n def sniff(self): ...\n def read(self): ...", ["acme = acme_bench:Acme"], "it is no module or object with sniff and read"),
        (GOOD, ["json = acme_bench"], "a built-in format has this name"),
    ],
)  # fmt: skip
def test_a_plug_in_that_cannot_be_loaded_is_named_and_harms_nothing(
    package, file, source, points, fault
):
    package(source, points=points)
    (broken,) = registry.plugged().broken
    assert (broken.origin, registry.plugged().formats) == ("acme-bench 1.2", ())
    assert broken.fault.startswith(fault)
    reading = registry.read(file("x.json", '{"a": 1}'), Options())
    assert (reading.format, reading.warnings) == ("json", (str(broken),))
    if broken.name != "json":
        with pytest.raises(Unable) as caught:
            registry.by_name(broken.name)
        assert (caught.value.code, caught.value.message) == ("plugin/broken", str(broken))
    with pytest.raises(InputError) as caught:
        registry.detect(file("x.bin", "zzz"))
    assert caught.value.message.endswith(f"; {broken}")


def test_of_two_with_one_name_neither_is_taken(package):
    package()
    package(module="acme_two", version="2.0")
    assert faults(registry.plugged()) == [
        ("acme", "acme-bench 1.2", "two have this name"),
        ("acme", "acme-two 2.0", "two have this name"),
    ]


def test_an_object_is_as_good_as_a_module(package, file):
    body = GOOD.partition("def sniff")[0] + dedent("""
        class Acme:
            NAME = "acme"
            SUMMARY = "text of acme"

            def sniff(self, source):
                return ""

            def read(self, source, options):
                metric = Metric(value=1.0, unit="ms", direction=Direction.LOWER)
                return Reading(format="acme", metrics={"t": metric}, suggested_measurement="acme")

        form = Acme()
    """)
    package(body, points=["acme = acme_bench:form"])
    assert registry.read(file("x", "?"), Options(), "acme").metrics["t"].value == 1
    with pytest.raises(InputError, match="of no known format"):
        registry.detect(file("x", "?"))


def test_a_package_without_metadata_is_told_as_unknown():
    point = EntryPoint(name="acme", value="no_such_module", group=plugins.GROUP)
    loaded = plugins._load(point, frozenset(), 1)
    assert loaded == Broken(
        name="acme",
        origin="an unknown package",
        fault=loaded.fault,
    )
    assert loaded.fault.startswith("loading it raised ModuleNotFoundError")


def test_what_was_never_raised_has_no_place():
    assert plugins._place(ValueError("x")) == "ValueError"


def test_unknown_names_list_the_plug_ins(package):
    package()
    with pytest.raises(InputError) as caught:
        registry.by_name("acne")
    assert caught.value.hint == "did you mean acme? git baseline formats lists them all"
    assert isinstance(registry.by_name("acme"), Guarded)
