"""One section of a text file that we write, between two markers; the rest is the owner's.

    <!-- git-baseline:frontier -->
    ... ours ...
    <!-- /git-baseline:frontier -->

Rules:

- A marker is alone on its line; white space around it does not matter. In any other place it is
  text that speaks of a marker.
- Exactly one pair, in order. Nothing is guessed where there is none or more.
- All bytes outside stay as they are, in whatever encoding; line ends are those of the first marker.
"""

from __future__ import annotations

from collections.abc import Sequence

from gitbaseline.errors import InputError


def filled(data: bytes, name: str, lines: Sequence[str], *, where: str) -> bytes:
    """Return the file's bytes with ``lines`` in the section ``name``; InputError without one pair.

    >>> filled(b"a\\n<!-- git-baseline:x -->\\n<!-- /git-baseline:x -->\\n", "x", ["b"], where="f")
    b'a\\n<!-- git-baseline:x -->\\nb\\n<!-- /git-baseline:x -->\\n'
    """
    begin, end = markers(name)
    parts = data.splitlines(keepends=True)
    begins = [number for number, line in enumerate(parts) if line.strip() == begin.encode()]
    ends = [number for number, line in enumerate(parts) if line.strip() == end.encode()]
    if len(begins) != 1 or len(ends) != 1 or begins[0] > ends[0]:
        raise _refusal(begins, ends, begin, end, where)
    first = parts[begins[0]]
    ending = first[len(first.rstrip(b"\r\n")) :]
    ours = [line.encode() + ending for line in lines]
    return b"".join([*parts[: begins[0] + 1], *ours, *parts[ends[0] :]])


def markers(name: str) -> tuple[str, str]:
    """Return the lines around the section of this name."""
    return f"<!-- git-baseline:{name} -->", f"<!-- /git-baseline:{name} -->"


def _refusal(
    begins: Sequence[int], ends: Sequence[int], begin: str, end: str, where: str
) -> InputError:
    places = ", ".join(str(number + 1) for number in sorted([*begins, *ends]))
    if not places:
        return InputError(
            "has no section for this",
            code="section/none",
            where=where,
            hint=f"add these two lines where it shall stand:\n{begin}\n{end}",
        )
    return InputError(
        f"expected {begin} and {end} once each, in this order; got markers in line {places}",
        code="section/markers",
        where=where,
        hint="leave one pair, each marker alone on its line",
    )
