"""The schema of a verb's document with all that it refers to, as a client holds answers to it.

A client knows no other file: ``list-1.json#/$defs/x`` becomes ``#/$defs/list-1.json/$defs/x``.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

_FILE = ".json"


def bundled(verb: str) -> dict[str, Any]:
    """Return the JSON Schema of ``--json`` of a verb, closed in itself."""
    found: dict[str, Any] = {}
    own: dict[str, Any] = _inlined(_read(f"{verb}-1{_FILE}"), "", found)
    if found:
        own["$defs"] = {**own.get("$defs", {}), **found}
    return own


def _read(name: str) -> dict[str, Any]:
    file = resources.files("gitbaseline.model") / "schema" / name
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return schema


def _inlined(schema: Any, file: str, found: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """Return a part of ``file`` (``""``: the schema itself); files referred to go to ``found``."""
    if isinstance(schema, list):
        return [_inlined(item, file, found) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _target(value, file, found) if key == "$ref" else _inlined(value, file, found)
        for key, value in schema.items()
        # A file within another has no dialect of its own, and an identity would move its base.
        if not (file and key in ("$schema", "$id"))
    }


def _target(reference: str, file: str, found: dict[str, Any]) -> str:
    name, _, place = reference.partition("#")
    name = name or file
    if not name:
        return reference
    if name not in found:
        found[name] = {}  # before it is read: two files may refer to each other
        found[name] = _inlined(_read(name), name, found)
    return f"#/$defs/{name}{place}"
