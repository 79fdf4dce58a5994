"""frontier; record --lever-met and --lever-refuted; --update of a file."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import jsonschema
import pytest

BEGIN, END = "<!-- git-baseline:frontier -->", "<!-- /git-baseline:frontier -->"


@pytest.fixture
def record(registry, inside):
    """Record a number of ``fam`` and return the document; further words are options."""

    def run(measurement, value, *words, family="fam", unit="ms"):
        number = ("-f", family, "-m", measurement, "--value", str(value), "--unit", unit)
        done = inside("record", *number, "--json", *map(str, words))
        assert done.code == 0, done.err
        return done.json

    return run


@pytest.fixture
def frontier(inside):
    """Return the document of ``frontier``, held to its schema."""
    schema = json.loads(
        (resources.files("gitbaseline.model") / "schema" / "frontier-1.json").read_text()
    )
    jsonschema.Draft202012Validator.check_schema(schema)

    def run(*words):
        done = inside("frontier", "--json", *words)
        assert done.code == 0, done.err
        jsonschema.Draft202012Validator(schema).validate(done.json)
        return done.json

    return run


def named(document, fate="open"):
    return [(one["series"], one["lever"]) for one in document["levers"] if one["fate"] == fate]


def refused(inside, *words):
    done = inside("record", "-f", "fam", "-m", "step", "--value", "1", "--unit", "ms", "--json", *words)  # fmt: skip
    assert done.code == 2, done.out
    error = done.json["error"]
    return error["code"], error["where"], error["message"]


def test_levers_are_ranked_over_the_registry(registry, record, frontier, inside):
    record("step", 100, "--next-lever", "overlap", "--unlock", "-20 ms", "--cost", "10 days")
    record("copy", 400, "--next-lever", "channels", "--unlock", "to 440 GB/s", "--cost", "low", unit="GB/s")  # fmt: skip
    found = frontier()
    assert named(found) == [("fam/copy", "channels"), ("fam/step", "overlap")]
    assert [(one["gain_pct"], one["cost_days"], one["pct_per_day"]) for one in found["levers"]] == [
        (10, 1, 10),
        (20, 10, 2),
    ]
    assert (found["tip"], found["updated"]) == (registry.tip(), None)
    text = inside("frontier")
    assert (text.code, text.err) == (0, "")
    assert text.text.endswith("NEXT LEVER: channels; unlock: to 440 GB/s\n")


def test_filters(registry, record, frontier, inside):
    for family in ("fam", "ham"):
        for measurement in ("step", "copy"):
            record(measurement, 1, "--next-lever", "l", family=family)
    assert named(frontier("--family", "ham")) == [("ham/copy", "l"), ("ham/step", "l")]
    assert named(frontier("-m", "step")) == [("fam/step", "l"), ("ham/step", "l")]
    assert named(frontier("-f", "ham", "-m", "step")) == [("ham/step", "l")]
    done = inside("frontier", "-f", "fam", "-m", "stp")
    assert (done.code, done.err) == (
        2,
        "error: fam/stp: names no measurement of this registry\nhint: did you mean fam/step?\n",
    )
    assert inside("frontier", "-f", "zzzzzz").err.endswith("hint: git baseline list\n")


def test_an_empty_registry(registry, frontier):
    found = frontier()
    assert (found["levers"], found["nothing_left"], found["next_lever"]) == ([], False, None)


def test_a_series_by_name_means_its_open_lever(registry, record, frontier, inside):
    first = record("step", 100, "--next-lever", "overlap")
    second = record("step", 100, "--lever-refuted", "fam/step", "--why", "1 % of the step")
    assert second["baseline"]["extra"] == {
        "closes_lever": {"entry": first["entry"], "outcome": "refuted", "why": "1 % of the step"}
    }
    (one,) = frontier()["levers"]
    assert (one["fate"], one["by"], one["why"]) == ("refuted", second["entry"], "1 % of the step")
    shown = inside("show", "fam/step").text
    at = first["entry"].replace("fam/step/", "fam/step@")
    assert f"  closes    the lever of {at}, refuted: 1 % of the step\n" in shown
    assert inside("verify").code == 0


def test_an_entry_by_reference_whatever_measured_it(registry, record, frontier):
    record("step", 100, "--next-lever", "overlap")
    record("step", 100, "--next-lever", "fp8")
    record("copy", 100, "--lever-met", "fam/step~1")
    found = frontier("-m", "step")
    assert named(found) == [("fam/step", "fp8")]
    assert named(found, "met") == [("fam/step", "overlap")]


def test_a_candidate_may_refute_and_a_retracted_entry_may_not(registry, record, frontier, inside):
    record("step", 100, "--next-lever", "overlap")
    worse = record("step", 200, "--lever-refuted", "fam/step", "--why", "slower")
    assert worse["baseline"]["standing"] == "candidate"
    assert named(frontier(), "refuted") == [("fam/step", "overlap")]
    assert inside("retract", worse["entry"], "--why", "wrong node", "--json").code == 0
    assert named(frontier()) == [("fam/step", "overlap")]


def test_words_that_do_not_fit_are_refused_and_nothing_is_recorded(registry, record, inside):
    first = record("step", 100, "--next-lever", "overlap")
    record("copy", 100)
    other = record("step", 1, "--next-lever", "l", family="ham")
    gone = record("gone", 1, "--next-lever", "l")
    assert inside("retract", gone["entry"], "--why", "w", "--json").code == 0
    before = registry.reached()
    why = ("--why", "w")
    assert [
        refused(inside, "--lever-refuted", "fam/step"),
        refused(inside, "--lever-refuted", "fam/step", "--why", " "),
        refused(inside, *why),
        refused(inside, "--lever-met", "fam/step", "--lever-refuted", "fam/step", *why),
        refused(inside, "--lever-met", "fam/copy"),
        refused(inside, "--lever-met", "fam/copy@2"),
        refused(inside, "--lever-met", gone["entry"]),
        refused(inside, "--lever-met", "ham/step"),
        refused(inside, "--lever-met", "fam/step", "--next-lever", "overlap"),
        refused(inside, "--lever-met", "fam/nope")[:2],
    ] == [
        ("lever/why", "--lever-refuted", "a lever is refuted with a reason"),
        ("lever/why", "--lever-refuted", "a lever is refuted with a reason"),
        (
            "lever/options",
            "--why",
            "expected one of --lever-met and --lever-refuted, got only --why",
        ),
        (
            "lever/options",
            "--lever-refuted",
            "expected one of --lever-met and --lever-refuted, got both",
        ),
        ("lever/none", "fam/copy", "has no open lever"),
        (
            "lever/none",
            "fam/copy@2",
            f"{inside('list', 'fam/copy', '--json').json['entries'][0]['entry']} names no lever",
        ),
        ("lever/none", gone["entry"], f"{gone['entry']} is retracted"),
        ("lever/family", "ham/step", "an entry of fam cannot close a lever of ham"),
        (
            "lever/again",
            "--next-lever",
            "'overlap' is decided by this entry and named as the next one",
        ),
        ("reference/unknown", "fam/nope"),
    ]
    assert registry.reached() == before
    assert first["entry"] != other["entry"]


def test_a_secret_in_the_reason_is_refused(registry, record, inside):
    record("step", 100, "--next-lever", "overlap")
    token = "ghp_" + "a1B2" * 9
    code, _, message = refused(inside, "--lever-refuted", "fam/step", "--why", f"see {token}")
    assert code == "secret/found"
    assert token not in message


def test_what_another_writer_put_into_extra_is_told_not_trusted(
    registry, record, inside, frontier, monkeypatch
):
    from gitbaseline.cli import closing

    record("step", 100, "--next-lever", "overlap")
    for extra in ({"closes_lever": 5}, {"closes_lever": {"entry": "fam/step/20200101T000000Z", "outcome": "met", "why": None}}):  # fmt: skip
        monkeypatch.setattr(closing, "closes", lambda *_, extra=extra: extra)
        record("step", 100, "--why", "w")
    found = frontier()
    assert named(found) == [("fam/step", "overlap")]
    misspelt, lost = found["warnings"]
    assert misspelt.endswith("closes no lever that can be read: extra.closes_lever: expected an object, got a number")  # fmt: skip
    assert lost.endswith("closes a lever of fam/step/20200101T000000Z, which names none")
    assert inside("frontier").err == "".join(f"warning: {w}\n" for w in found["warnings"])
    shown = inside("show", "fam/step~1").text
    assert "  closes    no lever that can be read: extra.closes_lever: expected an object" in shown


@pytest.fixture
def handoff(registry, record):
    """A file with a section, in a registry with one lever."""
    record("step", 100, "--next-lever", "overlap")
    path = registry.path / "HANDOFF.md"
    path.write_bytes(f"top\r\n{BEGIN}\r\nold\r\n{END}\r\n\xff".encode("latin-1"))
    path.chmod(0o640)
    return path


def test_update_writes_the_section_and_nothing_else(handoff, frontier, inside):
    found = frontier("--update", handoff)
    assert found["updated"] == {"file": str(handoff), "changed": True}
    head, _, rest = handoff.read_bytes().partition(BEGIN.encode())
    ours, _, tail = rest.partition(END.encode())
    assert (head, tail) == (b"top\r\n", b"\r\n\xff")
    assert ours.splitlines()[3].startswith(b"| 1 | overlap |")
    assert ours.count(b"\n") == ours.count(b"\r\n") == 6
    assert handoff.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in handoff.parent.glob(".HANDOFF*")] == []


def test_update_twice_changes_nothing(handoff, inside):
    assert inside("frontier", "--update", handoff).err == f"wrote {handoff}\n"
    before = handoff.stat()
    assert inside("frontier", "--update", handoff).err == f"nothing new for {handoff}\n"
    assert handoff.stat().st_mtime_ns == before.st_mtime_ns
    assert handoff.stat().st_ino == before.st_ino


def test_update_goes_through_a_link(handoff, inside):
    link = handoff.with_name("link.md")
    link.symlink_to(handoff.name)
    assert inside("frontier", "--update", link).code == 0
    assert link.is_symlink()
    assert b"overlap" in handoff.read_bytes()


def test_update_without_its_markers(handoff, inside):
    handoff.write_text("text\n")
    done = inside("frontier", "--update", handoff)
    assert (done.code, done.out) == (2, b"")
    assert done.err == (
        f"error: {handoff}: has no section for this\n"
        f"hint: add these two lines where it shall stand:\n{BEGIN}\n{END}\n"
    )
    assert handoff.read_text() == "text\n"


@pytest.mark.parametrize(
    ("name", "message"),
    [("none.md", "No such file or directory"), (".", "Is a directory")],
)
def test_update_of_what_is_no_file(handoff, inside, name, message):
    done = inside("frontier", "--update", name, "--json")
    assert (done.code, done.json["error"]["message"]) == (3, f"cannot be updated: {message}")


def test_update_of_something_enormous(handoff, inside):
    with handoff.open("ab") as file:
        file.truncate(16 * 1024 * 1024 + 1)
    done = inside("frontier", "--update", handoff, "--json")
    assert (done.code, done.json["error"]["code"]) == (2, "update/large")


def test_a_failed_update_leaves_the_file_as_it_was(handoff, inside, monkeypatch):
    before = handoff.read_bytes()

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    done = inside("frontier", "--update", handoff, "--json")
    assert (done.code, done.json["error"]["message"]) == (3, "cannot be updated: No space left on device")  # fmt: skip
    assert handoff.read_bytes() == before
    assert [path.name for path in handoff.parent.glob(".HANDOFF*")] == []


def test_the_latest_that_counts_stands_for_the_wall(registry, record, frontier, tmp_path):
    ceilings = tmp_path / "mine.yaml"
    ceilings.write_text(
        "schema: git-baseline/ceilings/1\n"
        'sources: {page: {url: "https://example.org/x", read: 2026-01-02}}\n'
        "devices: {chip: {title: A chip, memory: {hbm: "
        "{peak: 100, unit: GB/s, source: page, verified: vendor}}}}\n"
    )
    light = ("--ceilings", ceilings, "--sol", "chip.hbm", "--sol-rigor", "L3")
    record("copy", 95, *light, unit="GB/s")
    found = frontier()
    assert [(w["sol_pct"], w["reached"]) for w in found["walls"]] == [(95, True)]
    assert found["nothing_left"] is True
    worse = record("copy", 50, *light, unit="GB/s")
    assert worse["baseline"]["standing"] == "candidate"
    assert frontier()["nothing_left"] is True
    record("copy", 95, unit="GB/s")
    assert frontier()["nothing_left"] is False


def test_a_series_that_goes_on_is_followed_over_its_name(registry, record, frontier):
    record("step", 1, "--next-lever", "old")
    record("step_b", 1, "--next-lever", "new", "--continues", "fam/step")
    assert named(frontier(), "superseded") == [("fam/step", "old")]
