from __future__ import annotations

import importlib.util
import json
from importlib import resources
from pathlib import Path

import jsonschema
import pytest


@pytest.fixture(scope="session")
def older_folders():
    """The generator of an older tool's folders."""
    path = Path(__file__).parents[1] / "older_folders.py"
    spec = importlib.util.spec_from_file_location("older_folders", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def document(inside):
    """Run a verb with --json and return its exit code and document, held to the verb's schema."""

    def run(*words, **more):
        done = inside(*words, "--json", **more)
        if "error" not in done.json:
            name = f"{done.json['verb']}-1.json"
            file = resources.files("gitbaseline.model") / "schema" / name
            schema = jsonschema.Draft202012Validator(json.loads(file.read_text()))
            schema.check_schema(schema.schema)
            assert [fault.message for fault in schema.iter_errors(done.json)] == []
        return done.code, done.json

    return run


@pytest.fixture
def nccl():
    """A real-looking output of nccl-tests: times in us, bandwidths in GB/s."""
    return Path(__file__).parent / "data" / "nccl.log"
