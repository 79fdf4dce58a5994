"""The one spelling of a JSON document on the branch.

Rules (docs/format.md, section baseline.json):

- UTF-8 in NFC; keys in code-point order; two-space indent; ``[]`` and ``{}`` when empty;
  short escapes, else ``\\u00xx``; every other character as it is; a final newline.
- Integers up to 2**53-1 are plain; an integral float in that range is written as an
  integer; any other float as Python's shortest repr; only finite numbers; no ``-0``.
- No duplicate keys, at most ``MAX_DEPTH`` levels. ``decode`` then ``encode`` gives the same
  bytes, or ``decode`` refuses.

``parse`` is the lenient-in-spelling, strict-in-meaning reader for other people's JSON: any
layout, but still no duplicate keys, no NaN, no bottomless nesting.

>>> encode({"b": 1.0, "a": []})
b'{\\n  "a": [],\\n  "b": 1\\n}\\n'
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from itertools import chain
from json.encoder import encode_basestring
from typing import TypeAlias

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"
Scalar: TypeAlias = "str | int | float | bool | None"

MAX_DEPTH = 32
MAX_INTEGER = 2**53 - 1
_FIRST, _NEXT, _LAST = b'{\n  "', b',\n  "', b"\n}\n"
_MAX_DIGITS = 4000  # below CPython's own limit on int(), which would raise a bare ValueError


class CodecError(ValueError):
    """The bytes are not the one spelling, or the value has none. The text says where."""


def encode(value: JSON) -> bytes:
    """Return the one spelling of ``value``; raise CodecError where it has none."""
    text = _text(value, "\n", 1)
    if not unicodedata.is_normalized("NFC", text):
        raise CodecError("text is not in Unicode normal form C")
    try:
        return (text + "\n").encode()
    except UnicodeEncodeError as error:
        raise CodecError(f"not encodable as UTF-8: {error.reason}") from None


def decode(data: bytes) -> JSON:
    """Read canonical bytes; raise CodecError unless ``encode`` gives them back."""
    try:
        value = skim(data)
        again = encode(value)
    except CodecError:
        parse(data)  # which says it of the bytes, with the place, where it is more than spelling
        raise
    if again != data:
        parse(data)
        shorter = min(len(again), len(data))
        at = next((i for i in range(shorter) if again[i] != data[i]), shorter)
        line = data[:at].count(b"\n") + 1
        raise CodecError(f"line {line}: not the canonical spelling")
    return value


def members(data: bytes) -> list[bytes]:
    """Return the members of an object as they are spelled; raise CodecError where it is none.

    Where ``decode_member`` reads all of them, and their keys ascend, ``decode`` reads ``data``:
    no other place of the one spelling looks like what is between two members.
    """
    if not (data.startswith(_FIRST) and data.endswith(_LAST)):
        raise CodecError("not the canonical spelling of an object with members")
    return data[len(_FIRST) : -len(_LAST)].split(_NEXT)


def decode_member(text: bytes) -> tuple[str, JSON]:
    """Read one of ``members``; raise CodecError unless it has the one spelling."""
    if plain := _PLAIN.fullmatch(text):  # which nothing has another spelling of; most are such
        return plain[1].decode(), plain[2].decode()
    value = decode(_FIRST + text + _LAST)
    if not isinstance(value, dict) or len(value) != 1:
        raise CodecError("not one member")
    return next(iter(value.items()))


def parse(data: bytes) -> JSON:
    """Read any strict JSON; raise CodecError with line and column where it is not."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise CodecError(f"line {line}: not UTF-8 (byte {data[error.start]:#04x})") from None
    if text.startswith("\ufeff"):
        raise CodecError("line 1: starts with a byte order mark")
    try:
        value: JSON = _NAMING.decode(text)
    except (json.JSONDecodeError, CodecError, RecursionError) as error:
        _check_depth(text)  # a bomb is told as one, whatever else is wrong behind it
        if isinstance(error, json.JSONDecodeError):
            place = f"line {error.lineno} column {error.colno}"
            raise CodecError(f"{place}: {error.msg}") from None
        raise
    if _is_deep(value):
        _check_depth(text)
    return value


def begun(text: str, at: int) -> tuple[JSON, int] | None:
    """Return what ``parse`` reads of the document that begins here, and where it ends.

    None where none begins that ``parse`` takes.
    """
    blank = _BLANK.match(text, at)
    try:
        value, end = _STRICT.raw_decode(text, blank.end() if blank else at)
    except (ValueError, RecursionError):
        return None
    return (value, end) if is_sound(value) else None


def skim(data: bytes) -> JSON:
    """Read JSON as ``parse`` does, in half the time, or a little less strictly.

    Of two equal keys the last one counts, and only ``is_sound`` tells whether numbers are finite
    and the nesting has an end: for bytes that once came through ``decode``.
    """
    try:
        value: JSON = _SKIM.decode(data.decode())
    except (ValueError, RecursionError):
        return parse(data)  # which says what is wrong
    return value


def is_sound(value: JSON) -> bool:
    """Whether of what ``skim`` returned all numbers are finite and nothing is nested too deep."""
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        kinds = {*map(type, level)}
        if float in kinds and not all(map(math.isfinite, [v for v in level if type(v) is float])):
            return False
        if _CONTAINERS.isdisjoint(kinds):
            return True
        tables = [v.values() for v in level if isinstance(v, dict)]
        lists = [v for v in level if isinstance(v, list)]
        level = list(chain(*tables, *lists))
    return False


def number(value: int | float) -> str:  # noqa: PYI041 - mypy needs both to follow the branches
    """Return the one spelling of a finite number.

    >>> number(480.0), number(0.1), number(1e300)
    ('480', '0.1', '1e+300')
    """
    if isinstance(value, float):
        if not math.isfinite(value):
            raise CodecError(f"not a finite number: {value}")
        if value == 0 and math.copysign(1, value) < 0:
            raise CodecError("negative zero")
        if value.is_integer() and abs(value) <= MAX_INTEGER:
            return str(int(value))
        return repr(value)
    if abs(value) > MAX_INTEGER:
        raise CodecError(f"integer beyond 2**53-1, of {value.bit_length()} bits")
    return str(value)


def _text(value: object, newline: str, depth: int) -> str:
    """Return the text of a value that begins on a line indented as ``newline`` is.

    One call a value, and the kinds that occur most come first: this is half of reading an entry.
    """
    kind = type(value)
    if kind is str:
        return encode_basestring(value)  # type: ignore[arg-type]
    if value is None:
        return "null"
    if kind is float or kind is int:
        return number(value)  # type: ignore[arg-type]
    if kind is bool:
        return "true" if value else "false"
    if depth > MAX_DEPTH and isinstance(value, Mapping | list | tuple):
        raise CodecError(f"nested deeper than {MAX_DEPTH} levels")
    inner = newline + "  "
    if isinstance(value, Mapping):
        items = [
            f"{encode_basestring(key)}: {_text(value[key], inner, depth + 1)}"
            for key in sorted(value)
        ]
        return _block("{", items, "}", newline)
    if isinstance(value, list | tuple):
        return _block("[", [_text(item, inner, depth + 1) for item in value], "]", newline)
    if isinstance(value, str):  # one of an enumeration
        return encode_basestring(value)
    raise CodecError(f"no JSON form for {kind.__name__}")


def _block(begin: str, items: list[str], end: str, newline: str) -> str:
    if not items:
        return begin + end
    inner = newline + "  "
    return f"{begin}{inner}{(',' + inner).join(items)}{newline}{end}"


_PLAIN = re.compile(rb'([a-z0-9_]+)": "([ !#-\[\]-~]*)"')


# Possessive, and without end where the text has none: no input makes it look twice at a byte.
_BRACKETS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)


_CONTAINERS = {dict, list}


def _is_deep(value: JSON) -> bool:
    """Whether it is nested beyond ``MAX_DEPTH``; far quicker than counting brackets in the text."""
    level: list[Iterable[JSON]] = [[value]]
    for _ in range(MAX_DEPTH + 1):
        inner: list[Iterable[JSON]] = []
        for values in level:
            if not _CONTAINERS.isdisjoint(map(type, values)):
                inner += [
                    part.values() if isinstance(part, dict) else part
                    for part in values
                    if isinstance(part, dict | list)
                ]
        level = inner
    return bool(level)


def _check_depth(text: str) -> None:
    """Raise CodecError with the line where the nesting goes beyond ``MAX_DEPTH``."""
    depth = 0
    for match in _BRACKETS.finditer(text):
        bracket = match.group()
        if bracket in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                line = text.count("\n", 0, match.start()) + 1
                raise CodecError(f"line {line}: nested deeper than {MAX_DEPTH} levels")
        elif bracket in "]}":
            depth -= 1


def _unique(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    result = dict(pairs)
    if len(result) != len(pairs):
        [(twice, _)] = Counter(key for key, _ in pairs).most_common(1)
        raise CodecError(f"key {twice!r} occurs twice in one object")
    return result


def _refuse_constant(word: str) -> JSON:
    raise CodecError(f"{word} is not a number in JSON; expected a finite number")


def _integer(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        raise CodecError(f"integer of {len(text)} digits")
    if text == "-0":
        raise CodecError("negative zero")
    return int(text)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise CodecError(f"{text[:40]} is out of the range of a 64-bit float")
    return value


_BLANK = re.compile(r"[ \t\n\r]*")
_SKIM = json.JSONDecoder(parse_constant=_refuse_constant)
_strict = partial(
    json.JSONDecoder,
    object_pairs_hook=_unique,
    parse_constant=_refuse_constant,
    parse_int=_integer,
)
_STRICT = _strict()
_NAMING = _strict(parse_float=_finite)  # says which number is out of range, and takes longer
