import json

import pytest


@pytest.fixture
def headlines(imported, tmp_path, monkeypatch):
    module = imported("headlines")
    monkeypatch.setattr(module.table, "OUT", tmp_path)
    return module


@pytest.fixture
def left(tmp_path):
    def write(script, numbers):
        (tmp_path / f"{script}.json").write_text(json.dumps(numbers))

    return write


def lines(headlines, script):
    return [line.split("  ") for line in headlines.lines([script])[1:]]


def test_it_is_the_median_of_the_rounds_and_the_largest_of_several(headlines, left):
    left(
        "diff",
        {
            "scalar": {"diff_to_json_ratio": [4.0, 4.5, 9.0], "diff_to_json_cpu_ratio": [99.0]},
            "samples_10": {"diff_to_json_ratio": [3.0]},
        },
    )
    (line,) = headlines.lines(["diff"])[1:]
    assert line.split()[-3:] == ["4.5", "5", "met"]


def test_what_is_larger_than_wanted_is_missed_and_what_was_not_there_is_said(headlines, left):
    left("publish", {"publish": {"site_to_asv_ratio": [1.2]}})
    left("push", {"clones_16": {"each_to_notes_wait_ratio": 8.25}})
    assert headlines.lines(["publish"])[1].split()[-3:] == ["1.2", "1", "MISSED"]
    pushed = headlines.lines(["push", "publish"])[1:]
    assert len(pushed) == 1 + len(headlines.HEADLINES["push"])
    told = [line for line in pushed if "at once" in line]
    assert told[0].split()[-1] == "8.25"  # nothing was wanted
    assert all(line.endswith("not measured") for line in told[1:])


def test_nothing_is_read_of_a_script_that_did_not_run(headlines):
    assert headlines.lines([]) == ["headline  measured    at most"]


def test_each_headline_has_a_script(headlines, imported):
    assert set(headlines.HEADLINES) <= {each.name for each in imported("run").SCRIPTS}


def test_others_want_the_same(headlines, imported):
    assert imported("oneshot").WANTED == headlines.RECORD_TO_SCRIPT
    startup = imported("startup")
    assert (startup.HELP, startup.RECORDING) == (
        headlines.HELP_TO_CLICK,
        headlines.RECORD_TO_IMPORTS,
    )
