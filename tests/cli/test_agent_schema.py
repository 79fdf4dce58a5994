"""The schema of what an agent may say."""

from __future__ import annotations

import jsonschema
import pytest

from gitbaseline.cli.agent_schema import input_schema, spelled
from gitbaseline.cli.agent_verbs import OFFERS


@pytest.mark.parametrize("verb", OFFERS)
def test_the_schema_is_one_and_says_what_each_is(verb):
    schema = input_schema(OFFERS[verb])
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    assert all(one["description"] for one in schema["properties"].values())
    assert len(schema["properties"]) == len(OFFERS[verb].typed) + 1
    assert schema["properties"]["args"]["type"] == "array"


def test_the_kinds_of_parameters():
    record = input_schema(OFFERS["record"])["properties"]
    several = [{"type": "array", "items": {"type": ["number", "string"]}}]
    assert record["value"]["anyOf"][:1] == several
    assert record["redact"] == {
        "type": "boolean",
        "description": "Store a copy without private fields and secrets.",
    }
    assert record["sol_rigor"]["enum"] == ["L1", "L2", "L3", "L4"]
    assert record["next_lever"]["type"] == "string"
    assert input_schema(OFFERS["list"])["properties"]["max_count"]["minimum"] == 1
    assert input_schema(OFFERS["diff"])["properties"]["tolerance_percent"]["type"] == "number"
    assert spelled(OFFERS["diff"].command.params[0]) == "reference"
