"""Every form of a diff, byte for byte; names and units that look like markup stay text."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from gitbaseline.compare.advice import advice
from gitbaseline.compare.diff import Rules, compare
from gitbaseline.compare.match import MatchRules
from gitbaseline.compare.step import Point, Step
from gitbaseline.compare.tolerance import Tolerances
from gitbaseline.errors import Unable
from gitbaseline.model.baseline import Code, Lever, SpeedOfLight
from gitbaseline.model.layout import entry_path
from gitbaseline.model.metric import Direction, from_samples
from gitbaseline.profiles import Line, Profile, Rule, Tolerance
from gitbaseline.report import bundle, diff_document, diff_forms, diff_markdown, document
from gitbaseline.report.comparison import Comparison, allowed
from gitbaseline.report.nothing import Nothing

HOSTILE = '<img src=x onerror="a">|`:: ]]>&\x1b[31m'
PROFILE = Profile(
    name="p",
    one_level="c",
    lines=(Line(keys=("ctx*",), rule=Rule(judged=False)), Line(keys=("*",), rule=Rule())),
)
FORMS = {"text": "txt", "markdown": "md", "github": "github", "junit": "xml"}


def m(*values, unit="ms", direction=Direction.LOWER, **more):
    made = from_samples(values, unit=unit, direction=direction)
    return replace(made, **more)


def sol(pct, key="chip.wire"):
    return SpeedOfLight(
        pct=pct,
        ceiling_key=key,
        ceiling_value=9.0,
        ceiling_unit="ms",
        ceiling_source="s",
        rigor="L1",
    )


def step(key, before, after, **more):
    """Return a step of a metric between the entries of two seconds: (second, commit, level)."""
    (second, old_sha, old), (third, new_sha, new) = before, after

    def point(seconds, sha, value):
        path = entry_path("fam", "m", f"20260101T0000{seconds:02d}Z")
        at = f"2026-01-01T00:00:{seconds:02d}Z"
        return Point(path=path, at=at, code=Code(sha=sha * 40), value=value)

    known = {"unit": "ms", "direction": Direction.LOWER, "index": 9, "p": 0.002, "gradual": False}
    return Step(
        key=key,
        before=point(second, old_sha, old),
        after=point(third, new_sha, new),
        old=old,
        new=new,
        **known | more,
    )


def compared(
    old, new, *, names=("fam/m@20260101T000000Z", "run.json"), rules=None, steps=(), **more
):
    known = rules or Rules(
        tolerances=Tolerances(profile=PROFILE, given={"abs": Tolerance(absolute=3, percent=1)}),
        matching=MatchRules(allow=("tp",)),
    )
    diff = compare(old, new, known)
    told = advice(diff, old, new, again="make bench", steps=steps)
    return Comparison(
        diff=diff,
        baseline=old,
        current=new,
        baseline_name=names[0],
        current_name=names[1],
        resolved="latest comparable",
        advice=told,
        age="3 days older, 2 commits between",
        steps=steps,
        **more,
    )


@pytest.fixture
def red(least):
    """All kinds of rows at once."""
    calm, wide = (10.0, 10.1, 9.9, 10.05, 9.95), (90, 95, 100, 105, 110)
    old = {
        "lat.a": m(*calm, headline=True, dimensions={"node": "n1"}),
        "lat.b": m(*calm, dimensions={"node": "n1"}),
        "welch": m(*calm[:3], dimensions={"node": "n2"}),
        "und": m(*wide),
        "abs": m(*calm),
        "errors": m(0.0),
        "gone": m(1.0),
        "old": m(1.0, dimensions={"c": 99}, direction=Direction.UNKNOWN, unit="x"),
        "ctx": m(1.0),
        HOSTILE: m(0.0, unit="<b>|"),
        "bw": m(1.0, unit="TB/s", direction=Direction.HIGHER),
    }
    new = {
        "lat.a": m(*(x * 1.2 for x in calm), headline=True, dimensions={"node": "n1"}),
        "lat.b": m(*(x * 1.3 for x in calm), dimensions={"node": "n1"}),
        "welch": m(*(x * 0.8 for x in calm[:3]), dimensions={"node": "n2"}),
        "und": m(92, 98, 104, 110, 116, 104),
        "abs": m(*(x + 1 for x in calm)),
        "errors": m(0.0),
        "added": m(1.0),
        "ctx": m(3.0),
        HOSTILE: m(2.0, unit="<b>|"),
        "bw": m(1010.0, unit="GB/s", direction=Direction.HIGHER),
    }
    around = {"identity": {"model": HOSTILE}, "workload": {"isl": [1, 2], "warm": True}}
    base = replace(
        least,
        value=None,
        unit=None,
        direction=None,
        metrics=old,
        context={**around, "parallelism": {"tp": 8}, "stack": {"image": "a"}},
        git=Code(sha="1" * 40),
        sol=sol(80.0),
    )
    current = replace(
        base,
        metrics=new,
        context={
            **around,
            "parallelism": {"tp": 4},
            "stack": {"image": "b"},
            "regime": {"warm": True},
        },
        git=Code(sha="2" * 40),
        sol=sol(66.7),
    )
    lever = Lever(lever="fuse <b>", expected_unlock="5 %", gate="A/B", cost="1 day")
    return compared(
        base,
        current,
        lever=lever,
        steps=(
            step("lat.a", (3, "1", 10.0), (4, "3", 12.0)),
            step("errors", (5, "3", 0.0), (6, "3", 3.0), gradual=True),
        ),
        passed_over=["passed over 20260102T000000Z: identity.model differs"],
        notes=["no unit is known for old; give --unit KEY=UNIT"],
    )


@pytest.fixture
def incomparable(least):
    other = replace(least, testbed="ci", environment={"gpu_count": 8})
    return compared(replace(least, testbed="lab", environment={"gpu_count": 4}), other)


@pytest.fixture
def many(least):
    """More rows, missing keys and differences than are shown."""
    count = range(450)
    old = {f"k{i:04d}": m(1.0) for i in count} | {
        f"x{i}": m(1.0, direction=Direction.UNKNOWN, unit="u") for i in range(30)
    }
    new = {f"k{i:04d}": m(1.0 + i / 1000) for i in count}
    stack = {f"s{i}": i for i in range(25)}
    base = replace(least, value=None, metrics=old, context={"stack": stack}, git=Code(sha="1" * 40))
    moved = {key: value + 1 for key, value in stack.items()}
    return compared(
        base, replace(base, metrics=new, context={"stack": moved}), names=("fam/m@1", "b.json")
    )


@pytest.fixture
def nothing(least):
    return Nothing(
        current=replace(least, context={"identity": {"model": HOSTILE}}),
        current_name="run.json",
        reasons=["nothing that counts is registered to hold this to"],
        advice=["git baseline record -m step starts the series"],
        passed_over=["passed over 20260102T000000Z: candidate"],
        notes=["a note"],
        passes=False,
    )


def held_to(golden, text):
    assert text.encode() == golden.read_bytes()


@pytest.mark.parametrize(
    ("case", "form"),
    [
        *((case, form) for case in ("red", "incomparable") for form in FORMS),
        *(("many", form) for form in FORMS if form != "junit"),  # 450 cases say no more than 9
    ],
)
def test_forms(request, datadir, case, form):
    text = diff_forms.OF_DIFF[form](request.getfixturevalue(case))
    held_to(datadir / f"{case}.{FORMS[form]}", text)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("passes", [False, True])
def test_forms_of_nothing(datadir, nothing, form, passes):
    found = replace(nothing, passes=passes)
    text = diff_forms.OF_NOTHING[form](found)
    held_to(datadir / f"nothing{'-passes' if passes else ''}.{FORMS[form]}", text)


def as_json(content):
    return json.dumps(document.envelope("diff", content), indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("case", ["red", "incomparable"])
def test_json(request, datadir, case):
    held_to(datadir / f"{case}.json", as_json(diff_document.content(request.getfixturevalue(case))))


def test_json_of_nothing(datadir, nothing):
    held_to(datadir / "nothing.json", as_json(diff_document.nothing(nothing)))


@pytest.fixture(scope="session")
def schema():
    file = resources.files("gitbaseline.model") / "schema" / "diff-1.json"
    return jsonschema.Draft202012Validator(json.loads(file.read_text()))


def test_every_document_meets_the_schema(schema, red, incomparable, many, nothing):
    documents = [diff_document.content(one) for one in (red, incomparable, many)]
    documents.append(diff_document.nothing(nothing))
    for content in documents:
        whole = json.loads(as_json(content))
        assert [fault.message for fault in schema.iter_errors(whole)] == []


def test_json_has_every_row_whatever_the_answer(many, incomparable):
    for one, count in ((many, 450), (incomparable, 1)):
        content = diff_document.content(one)
        assert (len(content["deltas"]), content["deltas_count"]) == (count, count)


def test_what_json_cannot_hold_is_null(least):
    huge = {"k": m(-1.7e308, direction=Direction.HIGHER)}
    content = diff_document.content(
        compared(
            replace(least, metrics=huge),
            replace(least, metrics={"k": m(1.7e308, direction=Direction.HIGHER)}),
        )
    )
    (row,) = content["deltas"]
    assert (row["delta"], row["delta_pct"]) == (None, None)


def test_a_comment_is_never_too_long_and_ends_with_the_lever(many, red, monkeypatch):
    whole = diff_markdown.render(many)
    assert len(whole.encode()) < diff_markdown.LIMIT
    monkeypatch.setattr(diff_markdown, "LIMIT", 3000)
    for one in (many, red):
        text = diff_markdown.render(one)
        assert len(text.encode()) <= 3000
        assert "\nCut here: the rest is in the job's log, and in --json.\n" in text
        assert text.startswith("<!-- git-baseline -->\n### ")
        assert text.splitlines()[-1].startswith("NEXT LEVER: ")


@pytest.mark.parametrize("form", FORMS)
def test_markup_in_names_and_units_is_text(red, form):
    text = diff_forms.OF_DIFF[form](red)
    assert "\x1b" not in text
    if form == "markdown":
        assert "<img" not in text
        assert "<b>" not in text
    if form == "junit":
        ET.fromstring(text)
    if form == "github":
        assert all(line.startswith(("::error ", "::notice ")) for line in text.splitlines())


def test_a_line_break_in_a_name_makes_no_annotation(least):
    new = {"a\n::error::x\r": m(2.0)}
    one = compared(replace(least, metrics={"a\n::error::x\r": m(1.0)}), replace(least, metrics=new))
    text = diff_forms.OF_DIFF["github"](one)
    assert [line.partition("::")[2][:5] for line in text.splitlines()] == [
        "warni",
        "warni",
        "notic",
    ]


def test_what_xml_forbids_is_replaced(least):
    metrics = {"a\ufffe\x00": m(1.0)}
    one = compared(replace(least, metrics=metrics), replace(least, metrics=metrics))
    names = [
        case.get("name")
        for case in ET.fromstring(diff_forms.OF_DIFF["junit"](one)).iter("testcase")
    ]
    assert names == ["verdict", "metric a\ufffd\\x00"]


@pytest.mark.parametrize(
    ("tolerance", "text"),
    [
        (None, ""),
        (Tolerance(percent=5), "5 %"),
        (Tolerance(absolute=2), "2 abs"),
        (Tolerance(percent=5, absolute=2), "5 % or 2 abs"),
    ],
)
def test_a_tolerance_in_words(tolerance, text):
    assert allowed(tolerance) == text


def test_a_share_of_another_ceiling_is_no_share(red):
    other = replace(red, current=replace(red.current, sol=sol(50.0, "other")))
    assert (other.shares, replace(red, current=replace(red.current, sol=None)).shares) == (
        None,
        None,
    )
    rows = diff_document.content(other)["deltas"]
    assert {row["sol_pct_current"] for row in rows} == {None}


def test_shares_of_two_figures_or_two_metrics_have_no_difference(red):
    moved = replace(red.current.sol, ceiling_value=8.0)
    assert replace(red, current=replace(red.current, sol=moved)).shares is None
    key, metric = red.current.headline
    named = replace(red.current, metrics={f"{key}2": metric})
    assert replace(red, current=named).shares is None


def test_the_bundle(tmp_path, red):
    content = diff_document.content(red)
    folder = tmp_path / "deep" / "out"
    snapshot = {".json": b"{}", "/a/b.txt": b"x"}
    bundle.write(folder, content, "# diff\n", baseline="fam/m@1", snapshot=snapshot)
    found = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert found == {
        "diff.json": as_json(content).encode(),
        "diff.md": b"# diff\n",
        "baseline-ref.txt": b"fam/m@1\n",
        "current-snapshot.json": b"{}",
        "current-snapshot/a/b.txt": b"x",
    }


def test_a_bundle_without_a_baseline_and_one_that_cannot_be_written(tmp_path, nothing):
    content = diff_document.nothing(nothing)
    bundle.write(tmp_path, content, "", baseline=None, snapshot={})
    assert (tmp_path / "baseline-ref.txt").read_bytes() == b""
    with pytest.raises(Unable) as caught:
        bundle.write(tmp_path / "diff.md", content, "", baseline=None, snapshot={})
    assert (caught.value.code, caught.value.exit_code) == ("bundle/write", 3)
