"""What every reader owes, tried on real outputs and on broken copies of them.

    from gitbaseline.formats.conformance import broken_rules, source_of

    def test_my_format():
        assert broken_rules(my_format, source_of("run.log", data)) == ()

``git baseline formats conform NAME FILE`` does the same on the command line.

Rules:

- The format claims the file, and reads it twice alike, order included.
- Whatever bytes it is given, ``sniff`` raises nothing, and ``read`` returns a reading that can be
  recorded (``formats.valid``) or raises InputError with a place.
- A read, refused or not, takes at most ``memory(size)`` bytes beyond the source.

The broken copies are the same in every run: cuts, flips, gaps, repeats, and pieces that parsers
trip over. A fault is told with the number of the copy, which ``mutated`` makes again.
"""

from __future__ import annotations

import random
import re
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Format, Options, Reading, Source, SourceFile
from gitbaseline.formats.describe import grammar, media
from gitbaseline.formats.valid import faults

ROUNDS = 200

_PIECES = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r\n", b"\x1b[31m", b"nan", b"NaN", b"-inf", b"1e999",
    b"-0", b"1,234", b"9" * 400, b"{" * 3000, b"[" * 3000, b'"', b"\\", b"\xe2\x80\xae", b"\t",
    b"null", b"true", b"N/A", b"%", b"-1", b"=", b":", b"#", b"e\xcc\x81",
)  # fmt: skip
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_KIND = re.compile(r"[:'\"\[(]")


def memory(size: int) -> int:
    """Return how many bytes a read of a source of ``size`` bytes may take: 50 MB, and 50 each.

    A number of JSON, four bytes of text, is a float and its place in two lists: 40 bytes.
    """
    return 50_000_000 + 50 * size


def source_of(name: str, data: bytes) -> Source:
    """Return the source that one file is."""
    return Source(name=name, kind="file", files=(SourceFile(path=name, data=data),))


def broken_rules(form: Format, source: Source, *, rounds: int = ROUNDS) -> tuple[str, ...]:
    """Return in words which rules the format breaks on this source; nothing where it keeps them.

    Copies are tried where the source itself is read well; of faults of one kind the first is told.
    """
    found = list(_on_file(form, source))
    if not found:
        kinds: dict[str, str] = {}
        for number in range(rounds):
            for fault in _on_broken(form, mutated(source, number)):
                kinds.setdefault(_KIND.split(fault)[0], f"copy {number}: {fault}")
        found += kinds.values()
    return tuple(found)


def mutated(source: Source, number: int) -> Source:
    """Return the ``number``-th broken copy: one of the files is another, the rest as they are."""
    chance = random.Random(number)  # noqa: S311 - the same copies in every run is the point
    at = chance.randrange(len(source.files))
    file = source.files[at]
    files = list(source.files)
    files[at] = replace(file, data=_mutated(file.data, chance))
    return replace(source, files=tuple(files))


def _on_file(form: Format, source: Source) -> Iterator[str]:
    yield from _of_words(form)
    folder = Source(name="folder", kind="directory", files=source.files)
    for other in (folder, replace(folder, files=())):
        yield from _sniffed(form, other)
    if not form.sniff(source):
        yield "sniff does not claim the file"
    first, second = _read(form, source), _read(form, source)
    if isinstance(first, Reading):
        yield from faults(first, form.NAME)
    else:
        refused = "it is refused: " if isinstance(first, InputError) else ""
        yield f"read of the file: {refused}{first}"
        return
    if not isinstance(second, Reading) or first != second or _order(first) != _order(second):
        yield "two reads of the file differ"


def _of_words(form: Format) -> Iterator[str]:
    if not _NAME.fullmatch(form.NAME):
        yield f"NAME {form.NAME!r} is not of a-z, 0-9, '.', '_' and '-'"
    if not form.SUMMARY or "\n" in form.SUMMARY:
        yield "SUMMARY is not one line"
    if not media(form):
        yield "SUMMARY does not say what it reads: text, JSON, CSV, a folder, ..."
    if not grammar(form):
        yield "there is no docstring that says the grammar"


def _on_broken(form: Format, source: Source) -> Iterator[str]:
    yield from _sniffed(form, source)
    outcome = _read(form, source)
    if isinstance(outcome, Reading):
        yield from faults(outcome, form.NAME)
    elif isinstance(outcome, str):
        yield outcome


def _sniffed(form: Format, source: Source) -> Iterator[str]:
    try:
        form.sniff(source)
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        what = "on a folder " if source.kind == "directory" else ""
        yield f"sniff raised {what}{type(error).__name__}: {error}"


def _read(form: Format, source: Source) -> Reading | InputError | str:
    """Return the reading, or the refusal, or in words what is wrong with the way it failed."""
    size = sum(len(file.data) for file in source.files)
    tracemalloc.start()
    try:
        reading = _outcome(form, source)
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        return f"read raised {type(error).__name__}: {error}"
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    if peak > memory(size):
        return f"read took {peak} bytes for a source of {size}, at most {memory(size)} are allowed"
    if isinstance(reading, InputError) and not reading.where:
        return f"an InputError without a place: {reading.message}"
    if not isinstance(reading, InputError | Reading):
        return f"read returned {type(reading).__name__}, expected a Reading"
    return reading


def _outcome(form: Format, source: Source) -> object:
    try:
        return form.read(source, Options())
    except InputError as error:
        return error


def _order(reading: Reading) -> object:
    """Return what equality of mappings does not see: the order of their keys."""
    return list(reading.metrics), [(group, list(f)) for group, f in reading.context.items()]


def _mutated(data: bytes, chance: random.Random) -> bytes:
    start, end = sorted((chance.randint(0, len(data)), chance.randint(0, len(data))))
    kind = chance.randrange(6)
    if kind == 0:
        return data[:start]
    if kind == 1 and start < len(data):
        return data[:start] + bytes((data[start] ^ (1 << chance.randrange(8)),)) + data[start + 1 :]
    if kind == 2:
        return data[:start] + data[end:]
    if kind == 3:
        return data[:end] + data[start:]
    if kind == 4:
        lines = data.splitlines(keepends=True)
        chance.shuffle(lines)
        return b"".join(lines)
    return data[:start] + chance.choice(_PIECES) + data[start + chance.randint(0, 8) :]
