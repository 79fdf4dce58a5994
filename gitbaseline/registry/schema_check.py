"""Holding a JSON source to the user's JSON Schema before anything is written.

The schema is evaluated here and never again: ``verify`` and the server only compare its digest, so
that nobody's pattern can make them slow.
"""

from __future__ import annotations

from gitbaseline.errors import InputError
from gitbaseline.model.codec import JSON, CodecError, parse

_SHOWN = 5


def check(source: bytes, schema: bytes, *, source_name: str, schema_name: str) -> None:
    """Raise InputError with every failing path (the first few) unless the source fits."""
    import jsonschema  # noqa: PLC0415 - 80 ms that only --schema pays
    import referencing  # noqa: PLC0415
    import referencing.exceptions  # noqa: PLC0415
    from jsonschema.validators import validator_for  # noqa: PLC0415

    rules = _json(schema, schema_name, "schema/json")
    if not isinstance(rules, dict):
        raise InputError("expected an object", code="schema/json", where=schema_name)
    document = _json(source, source_name, "schema/source")
    kind = validator_for(rules, default=jsonschema.Draft202012Validator)
    try:
        kind.check_schema(rules)
    except jsonschema.SchemaError as error:
        raise InputError(
            f"not a JSON Schema: {error.message}", code="schema/invalid", where=schema_name
        ) from None
    # An empty registry: a reference to another document is an error, never a download.
    validator = kind(rules, registry=referencing.Registry())
    try:
        faults = sorted(validator.iter_errors(document), key=lambda fault: fault.json_path)
    except referencing.exceptions.Unresolvable as error:
        raise InputError(
            f"refers to {error.ref}, which is not in it", code="schema/reference", where=schema_name
        ) from None
    if faults:
        shown = "; ".join(f"{fault.json_path}: {fault.message[:200]}" for fault in faults[:_SHOWN])
        more = f"; and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
        raise InputError(
            f"does not meet {schema_name}: {shown}{more}",
            code="schema/failed",
            where=source_name,
            hint="mend the file or the schema; nothing was recorded",
        )


def _json(data: bytes, where: str, code: str) -> JSON:
    try:
        return parse(data)
    except CodecError as error:
        raise InputError(
            f"not JSON that a schema can judge: {error}", code=code, where=where
        ) from None
