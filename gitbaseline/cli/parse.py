"""Options that are small languages of their own: ``KEY=VALUE``, units by key, context."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gitbaseline.errors import InputError
from gitbaseline.model.codec import JSON, CodecError, Scalar, parse
from gitbaseline.model.metric import Direction
from gitbaseline.model.text import normal
from gitbaseline.pattern import pattern

_GROUPS = {
    "identity": ("model", "model_path", "hardware", "quantization", "kv_cache_dtype"),
    "parallelism": ("tp", "dp", "pp", "ep", "strategy"),
    "serving": (
        "max_num_seqs",
        "max_num_batched_tokens",
        "gpu_memory_utilization",
        "max_model_len",
        "cudagraph_mode",
        "async_scheduling",
        "prefix_caching",
    ),
    "workload": ("dataset", "isl", "osl", "concurrency", "num_prompts"),
    "regime": ("warm", "latency", "cache", "mode"),
    "stack": ("image", "commit", "backend", "engine", "delivery"),
    "grounding": ("trials", "same_node", "baseline"),
}
_GROUP_OF = {key: group for group, keys in _GROUPS.items() for key in keys}
_NUMBER = pattern(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None}
_DIRECTIONS = {
    "higher": Direction.HIGHER,
    "lower": Direction.LOWER,
    "two-sided": Direction.TWO_SIDED,
    "unknown": Direction.UNKNOWN,
}


def by_key(option: str, texts: Iterable[str]) -> dict[str, str]:
    """Return ``[KEY=]VALUE`` options by key, ``""`` for the one without."""
    found: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.rpartition("=")
        if not value or (equals and not key):
            raise InputError(
                f"expected VALUE or KEY=VALUE, got {text!r}",
                code="option/pair",
                where=option,
                hint=f"{option} VALUE goes for every metric, {option} KEY=VALUE for one",
            )
        found[normal(key) if equals else ""] = normal(value)
    return found


def directions(texts: Iterable[str]) -> dict[str, Direction]:
    """Return ``[KEY=]DIRECTION`` options by key; InputError names what there is."""
    found: dict[str, Direction] = {}
    for key, word in by_key("--direction", texts).items():
        direction = _DIRECTIONS.get(word.removesuffix("-is-better"))
        if direction is None:
            raise InputError(
                f"expected {', '.join(_DIRECTIONS)}, got {word!r}",
                code="direction/unknown",
                where="--direction",
            )
        found[key] = direction
    return found


def pairs(option: str, texts: Iterable[str]) -> dict[str, Scalar]:
    """Return ``KEY=VALUE`` options; a value that reads as a number or a truth becomes one."""
    found: dict[str, Scalar] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise InputError(f"expected KEY=VALUE, got {text!r}", code="option/pair", where=option)
        found[normal(key)] = scalar(value)
    return found


def scalar(text: str) -> Scalar:
    """Return what a value on the command line says: a number, true, false, null or text."""
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER.fullmatch(text):
        try:
            number = parse(text.encode())
        except CodecError:
            return text
        if isinstance(number, int | float):
            return number
    return normal(text)


def context(texts: Iterable[str]) -> dict[str, dict[str, JSON]]:
    """Return the context of ``--context``: files (JSON or YAML) first, pairs on top."""
    groups: dict[str, dict[str, JSON]] = {}
    words = list(texts)
    for text in words:
        if "=" not in text:
            for group, fields in _context_file(Path(text)).items():
                groups[group] = {**groups.get(group, {}), **fields}
    for key, value in pairs("--context", [text for text in words if "=" in text]).items():
        group, dot, name = key.partition(".")
        if not dot:
            group, name = _GROUP_OF.get(key, "other"), key
        groups.setdefault(group, {})[name] = value
    return groups


def _context_file(path: Path) -> dict[str, dict[str, JSON]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"cannot be read: {error.strerror}",
            code="context/unreadable",
            where=str(path),
            hint="give a JSON or YAML file, or KEY=VALUE",
        ) from None
    document = _document(data, path)
    if not isinstance(document, dict):
        raise InputError("expected an object", code="context/form", where=str(path))
    groups: dict[str, dict[str, JSON]] = {}
    for key, value in document.items():
        if isinstance(value, dict):
            groups.setdefault(str(key), {}).update(value)
        else:
            groups.setdefault(_GROUP_OF.get(str(key), "other"), {})[str(key)] = value
    return groups


def _document(data: bytes, path: Path) -> JSON:
    try:
        if path.suffix in (".yaml", ".yml"):
            from gitbaseline import strict_yaml  # noqa: PLC0415 - 20 ms that only YAML pays

            return strict_yaml.load(data)
        return parse(data)
    except CodecError as error:
        raise InputError(str(error), code="context/form", where=str(path)) from None
