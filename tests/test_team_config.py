from __future__ import annotations

import json
from importlib import resources

import jsonschema
import pytest

from gitbaseline import strict_yaml, team_config
from gitbaseline.errors import InputError
from gitbaseline.profiles import Tolerance
from gitbaseline.team_config import Measurement, TeamConfig

WHOLE = b"""\
version: 1
family: llama31_8b
measurements:
  nccl_busbw:
    headline: bus_bw
    tolerances: {"*.busbw": 5%, p99: 2abs, p50: 0.5%}
  step_time: {}
match:
  require: [environment.driver]
  ignore: [environment.kernel, "context.stack.*"]
testbeds:
  rack-7: {cpu: EPYC 9654, gpus: 8, nvlink: true, note: null, on: "no"}
"""

REFUSED = {
    b"": "document: expected an object, got null",
    b"[]": "document: expected an object, got a list",
    b"{}": "version: missing; write version: 1",
    b"version: 2": "version: expected 1, the only version there is",
    b'version: "1"': "version: expected a whole number from 0, got text",
    b"version: 1\nfamilly: a": "familly: unknown key; did you mean family?",
    b"version: 1\ncommand: make bench": (
        "command: unknown key; did you mean family or match or measurements or testbeds or version?"
    ),
    b"version: 1\nversion: 1": "a key occurs twice in this mapping",
    b"version: 1\nfamily: Llama 3": "; try llama_3",
    b"version: 1\nfamily: [a]": "family: expected text, got a list",
    b"version: 1\nfamily: '\xc3\xbc'": "family: '\u00fc': only a-z",
    b"version: 1\nmeasurements: [a]": "measurements: expected an object, got a list",
    b"version: 1\nmeasurements: {Step: {}}": "measurements['Step']: 'Step': only a-z",
    b"version: 1\nmeasurements: {a: {headlines: b}}": (
        "measurements['a'].headlines: unknown key; did you mean headline?"
    ),
    b"version: 1\nmeasurements: {a: {headline: 3}}": (
        "measurements['a'].headline: expected text, got a number"
    ),
    b"version: 1\nmeasurements: {a: {tolerances: {b: 5}}}": (
        "measurements['a'].tolerances['b']: expected a tolerance like '5%' or '2abs', got 5"
    ),
    b"version: 1\nmeasurements: {a: {tolerances: {b: 5 %}}}": (
        "measurements['a'].tolerances['b']: expected a tolerance like '5%' or '2abs', got '5 %'"
    ),
    b"version: 1\nmatch: {require: b}": "match.require: expected a list of texts, each once",
    b"version: 1\nmatch: {ignore: [a, a]}": "match.ignore: expected a list of texts, each once",
    b"version: 1\nmatch: {allow: [a]}": "match.allow: unknown key; did you mean ",
    b"version: 1\nmatch: {require: [a], ignore: [a]}": (
        "match: expected 'a' under require or ignore, got it under both"
    ),
    b"version: 1\ntestbeds: {a: b}": "testbeds['a']: expected an object, got text",
    b"version: 1\ntestbeds: {a: {b: [1]}}": (
        "testbeds['a']['b']: expected a single value, got a list"
    ),
    b"version: 1\n\ttabs": "found character",
    b"version: 1\ntestbeds: {a: &b {c: 1}}": (
        "every value must be written out, got the anchor &b in "
    ),
    b"version: 1\nfamily: *b": "every value must be written out, got the alias *b in ",
    b"version: 1\n<<: {family: a}": "<<: unknown key",
}
# What a JSON Schema cannot say, or this one leaves to the program.
_BEYOND_SCHEMA = {
    b"version: 1\nversion: 1",
    b"version: 1\nmatch: {require: [a], ignore: [a]}",
    b"version: 1\n\ttabs",
    b"version: 1\ntestbeds: {a: &b {c: 1}}",
    b"version: 1\nfamily: *b",
}


@pytest.fixture(scope="module")
def schema():
    text = resources.files("gitbaseline.model").joinpath("schema/baseline-config-1.json")
    loaded = json.loads(text.read_text())
    jsonschema.Draft202012Validator.check_schema(loaded)
    return jsonschema.Draft202012Validator(loaded)


def test_a_whole_file(schema):
    assert team_config.load(WHOLE, "f") == TeamConfig(
        family="llama31_8b",
        measurements={
            "nccl_busbw": Measurement(
                headline="bus_bw",
                tolerances={
                    "*.busbw": Tolerance(percent=5.0),
                    "p99": Tolerance(absolute=2.0),
                    "p50": Tolerance(percent=0.5),
                },
            ),
            "step_time": Measurement(),
        },
        require=("environment.driver",),
        ignore=("environment.kernel", "context.stack.*"),
        testbeds={
            "rack-7": {"cpu": "EPYC 9654", "gpus": 8, "nvlink": True, "note": None, "on": "no"}
        },
    )
    schema.validate(strict_yaml.load(WHOLE))


def test_the_least_file(schema):
    assert team_config.load(b"version: 1", "f") == TeamConfig()
    assert team_config.load(b"version: 1\nmatch: {}", "f") == TeamConfig()
    schema.validate({"version": 1})


@pytest.mark.parametrize("data", REFUSED, ids=range(len(REFUSED)))
def test_what_is_refused_names_file_place_expected_and_got(data, schema):
    with pytest.raises(InputError) as caught:
        team_config.load(data, "here/.baseline.yaml")
    assert (caught.value.where, caught.value.code) == ("here/.baseline.yaml", "config/form")
    assert REFUSED[data] in caught.value.message
    if data not in _BEYOND_SCHEMA:
        assert not schema.is_valid(strict_yaml.load(data))


def test_an_alias_of_aliases_is_refused_before_it_grows():
    lines = ["a0: &a0 [x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 40)]
    with pytest.raises(InputError, match=r"got the anchor &a0 in .* line 1, column 5"):
        team_config.load("\n".join(lines).encode(), "f")


def test_a_star_or_an_ampersand_in_a_text_is_text():
    loaded = strict_yaml.load(b"a: '*b &c'\nb: x*y&z\nc: =\n")
    assert loaded == {"a": "*b &c", "b": "x*y&z", "c": "="}


def test_what_is_nested_too_deeply_is_refused():
    with pytest.raises(InputError, match="nested too deeply"):
        team_config.load(b"version: 1\ntestbeds: " + b"[" * 100_000, "f")
