"""A configuration file in YAML: where the shipped one lies, and reading any of them strictly.

What a file means is for the module that reads it (``ceilings``, ``profiles``).

Rules:

- A shipped file is package data in a wheel and ``configs/`` in a checkout. One that a record reads
  has a twin in JSON beside it.
- Every fault is an InputError that names the file and the path in it; a key that nobody knows is
  refused with the nearest that is known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TypeVar

from gitbaseline.errors import InputError, Unable
from gitbaseline.model.codec import JSON, CodecError, parse
from gitbaseline.model.shape import Fields, ShapeError

Read = TypeVar("Read")

_LARGEST = 1024 * 1024  # bytes; far above any file that a person keeps


def shipped(name: str) -> Path:
    """Return where the file of this name lies that came with the program."""
    here = Path(__file__).parent
    for folder in (here / "configs", here.parent / "configs"):  # a wheel, a checkout
        path = folder / name
        if path.is_file():
            return path
    raise Unable(f"configs/{name} is not part of this installation", code="config/missing")


def content(path: Path) -> bytes:
    """Return the bytes of a file; InputError where it cannot be read or is too large."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise InputError(
            f"cannot be read: {error.strerror}", code="config/unreadable", where=str(path)
        ) from None
    if len(data) > _LARGEST:
        raise InputError(
            f"expected at most {_LARGEST} bytes, got more", code="config/large", where=str(path)
        )
    return data


def load(data: bytes, file: str, read: Callable[[JSON], Read]) -> Read:
    """Return what ``read`` makes of the document; InputError says what is wrong and where."""
    from gitbaseline import strict_yaml  # noqa: PLC0415 - 20 ms that only YAML pays

    try:
        return read(strict_yaml.load(data))
    except (CodecError, ShapeError) as error:
        raise InputError(str(error), code="config/form", where=file) from None


def load_shipped(name: str, read: Callable[[JSON], Read]) -> Read:
    """Return what ``read`` makes of a shipped file.

    Its JSON twin (tools/compile_configs.py) is taken while it was made from these very bytes.
    """
    path = shipped(name)
    data = content(path)
    twin = path.with_suffix(".json")
    if twin.is_file():
        made = Fields(parse(content(twin)), "")
        if made.take("made_from_sha256") == hashlib.sha256(data).hexdigest():
            return read(made.take("document"))
    return load(data, str(path), read)


def fields(value: JSON, where: str, known: Collection[str]) -> Fields:
    """Return the fields of an object; ShapeError names the nearest to a key that is not known."""
    found = Fields(value, where)
    for key in value if isinstance(value, dict) else ():
        if key not in known:
            from difflib import get_close_matches  # noqa: PLC0415 - only who misspells waits

            near = get_close_matches(key, known, n=1) or sorted(known)
            raise ShapeError(f"{found.path(key)}: unknown key; did you mean {' or '.join(near)}?")
    return found


def words(found: Fields, key: str) -> tuple[str, ...]:
    """Return a list of texts, in its own order and each once; empty where the key is absent."""
    if not found.has(key):
        return ()
    value = found.take(key)
    texts = [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
    if value != texts or not texts or len(set(texts)) != len(texts):
        raise found.fault(key, "a list of texts, each once", repr(value)[:80])
    return tuple(texts)
