"""Calm, aligned text: tables, amounts with their units, sparklines."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Collection, Mapping, Sequence

from gitbaseline.model.baseline import NO_COMMIT, Baseline, SourceKind
from gitbaseline.model.closing import from_extra
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.message import value_line
from gitbaseline.model.metric import Direction, Metric
from gitbaseline.model.shape import ShapeError
from gitbaseline.model.text import visible_line

_BLOCKS = "▁▂▃▄▅▆▇█"
_ASCII_BLOCKS = "_.-=*#"
_SHOWN = 8
_ENOUGH, _LEAST = 32, 16  # columns for words in a table, below which others are left out for them
COMMAND = "command"

BETTER = {
    Direction.HIGHER: "higher",
    Direction.LOWER: "lower",
    Direction.TWO_SIDED: "two-sided",
    Direction.UNKNOWN: "?",
}


def amount(value: float) -> str:
    """Return a number for reading: six significant digits, no exponent where it can be helped.

    >>> amount(480), amount(0.123456789), amount(1234567.8)
    ('480', '0.123457', '1234568')
    """
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    if abs(value) >= 1e5 and abs(value) < 1e15:
        return f"{value:.0f}"
    return f"{value:.6g}"


def counted(count: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "statement"), counted(2, "entry"), counted(2, "key")
    ('1 statement', '2 entries', '2 keys')
    """
    if count == 1:
        return f"{count} {noun}"
    return f"{count} {noun[:-1]}ies" if noun.endswith("ry") else f"{count} {noun}s"


def size(count: int) -> str:
    """Return a number of bytes in decimal units.

    >>> size(999), size(12345)
    ('999 B', '12.3 kB')
    """
    number, unit = float(count), "B"
    for larger in ("kB", "MB", "GB"):
        if number < 1000:
            break
        number, unit = number / 1000, larger
    return f"{number:.3g} {unit}" if unit != "B" else f"{count} B"


def width(text: str) -> int:
    """Return how many columns a terminal gives to ``text``."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    zero = sum(unicodedata.combining(c) != 0 for c in text)
    return len(text) + wide - zero


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: frozenset[int],
    columns: int | None = None,
    spare: Sequence[int] = (),
    words: Sequence[int] = (),
) -> str:
    """Return an aligned table; ``right`` are the columns of numbers. The last column is free.

    Where it is wider than ``columns`` of the terminal, its columns of ``words`` go on below. Where
    that is not enough, those of the table that can be spared are left out, the first of ``spare``
    first, until it fits, and a last line names them.
    """
    clean = [list(head), *([visible_line(cell) for cell in row] for row in rows)]
    whole = [max(width(row[i]) for row in clean) for i in range(len(head))]
    least = [min(one, _ENOUGH) if i in words else one for i, one in enumerate(whole)]
    left_out = _left_out(least, columns, spare)
    widths = _narrowed(whole, columns, left_out, words)
    lines = []
    for row in clean:
        cells = [
            _at_words(text, widths[column]) if column in words else [text]
            for column, text in enumerate(row)
        ]
        for line in range(max(map(len, cells))):
            shown = []
            for column, texts in enumerate(cells):
                text = texts[line] if line < len(texts) else ""
                gap = " " * (widths[column] - width(text))
                if column not in left_out:
                    shown.append(gap + text if column in right else text + gap)
            lines.append("  ".join(shown).rstrip())
    if left_out:
        names = ", ".join(head[column] for column in sorted(left_out))
        lines.append(f"without {names}, for which {columns} columns are too few")
    return "\n".join(lines)


def _left_out(widths: Sequence[int], columns: int | None, spare: Sequence[int]) -> set[int]:
    """Return which columns of a table are left out."""
    gone: set[int] = set()
    for column in spare:
        kept = [one for at, one in enumerate(widths) if at not in gone]
        if columns is None or sum(kept) + 2 * (len(kept) - 1) <= columns:
            break
        gone.add(column)
    return gone


def _narrowed(
    widths: Sequence[int], columns: int | None, left_out: Collection[int], words: Sequence[int]
) -> list[int]:
    """Return the widths, those of words made smaller, the widest first, until the table fits."""
    found = list(widths)
    shown = [one for one in range(len(found)) if one not in left_out]
    over = sum(found[one] + 2 for one in shown) - 2 - columns if columns else 0
    for _ in range(over):
        widest = max(words, key=found.__getitem__, default=0)
        if widest not in words or found[widest] <= _LEAST:
            break
        found[widest] -= 1
    return found


def sparkline(
    values: Sequence[float], *, ascii_only: bool = False, marks: Collection[int] = ()
) -> str:
    """Return the values, oldest first, as one character each; flat where all are equal.

    A bar stands before each place in ``marks``.

    >>> sparkline([1, 1, 3], ascii_only=True, marks=[2])
    '__|#'
    """
    blocks = _ASCII_BLOCKS if ascii_only else _BLOCKS
    if not values:
        return ""
    places = levels(values, len(blocks) - 1)
    return "".join(("|" if at in marks else "") + blocks[p] for at, p in enumerate(places))


def levels(values: Sequence[float], top: int) -> list[int]:
    """Return how high each value stands, the least at 0, the greatest at ``top``.

    All stand in the middle where they are equal.

    >>> levels([1, 2, 3], 10), levels([7, 7], 10)
    ([0, 5, 10], [5, 5])
    """
    # By a power of two, which is exact: a difference near the ends of the range is infinite or 0.
    scale = -math.frexp(max(map(abs, values)))[1]
    values = [math.ldexp(value, scale) for value in values]
    low = min(values)
    span = max(values) - low
    return [round((value - low) / span * top) if span else (top + 1) // 2 for value in values]


def value_cells(entry: Baseline, key: str | None = None) -> tuple[str, str, str]:
    """Return value, unit and better direction of an entry's headline, or of a key, for a table."""
    found = entry.metric(key)
    if found is None:
        return f"({len(entry.metrics)} metrics)" if key is None else "", "", ""
    metric = found[1]
    return amount(metric.value), metric.unit, BETTER[metric.direction]


def facts(pairs: Sequence[tuple[str, str]], columns: int | None = None) -> str:
    """Return names and texts in two aligned columns; a pair without text is left out.

    A text longer than ``columns`` of the terminal goes on below its begin: behind a comma, else
    behind a word. A command, which may be copied, stays whole.
    """
    kept = [(name, visible_line(text)) for name, text in pairs if text]
    longest = max((len(name) for name, _ in kept), default=0)
    begin = f"\n{' ' * (longest + 4)}"
    room = columns - longest - 4 if columns else None
    return "\n".join(
        f"  {name.ljust(longest)}  {begin.join(_wrapped(text, None if name == COMMAND else room))}"
        for name, text in kept
    )


def _wrapped(text: str, room: int | None) -> list[str]:
    if room is None or width(text) <= room:
        return [text]
    *begun, last = _joined(text.split(", "), ", ", room - 1)  # a comma is to come
    lines = [*(f"{line}," for line in begun), last]
    return lines if max(map(width, lines)) <= room else _at_words(text, room)


def _at_words(text: str, room: int) -> list[str]:
    """Return the text on lines of ``room`` columns; a word that is longer stays whole."""
    return _joined(text.split(" "), " ", room)


def _joined(pieces: Sequence[str], between: str, room: int) -> list[str]:
    """Return the pieces on as few lines as they fit in; a longer one has a line of its own."""
    first, *rest = pieces
    lines = [first]
    for piece in rest:
        longer = f"{lines[-1]}{between}{piece}"
        if width(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(piece)
    return lines


def folded(line: str, columns: int | None, hang: int = 2) -> str:
    r"""Return a line that is longer than one of the terminal on several, the later ones indented.

    A word, such as an id, stays whole. A command is broken where a shell goes on reading it.

    >>> print(folded("  git config baseline.root 0123456789", 27))
      git config \
        baseline.root \
        0123456789
    """
    if columns is None or width(line) <= columns:
        return line
    said = line.lstrip()
    indent = " " * (len(line) - len(said))
    command = said.removeprefix("hint: ").startswith("git ")
    if command and ("'" in line or '"' in line):  # a break within quotes would be in the word
        return line
    room = columns - len(indent) - hang - (2 if command else 0)
    return indent + (" \\" * command + f"\n{indent}{' ' * hang}").join(_at_words(said, room))


def block(
    title: str, lines: Sequence[str], most: int = 20, columns: int | None = None
) -> list[str]:
    """Return a titled list, indented, with a blank line before it; nothing without lines."""
    shown = [folded(f"  {visible_line(line)}", columns) for line in lines[:most]]
    more = len(lines) - most
    shown += [f"  and {more} more"] if more > 0 else []
    return ["", f"{title}:", *shown] if shown else []


def entry_facts(path: EntryPath, entry: Baseline) -> list[tuple[str, str]]:
    """Return what a person wants to know of an entry before or after it is recorded."""
    by = entry.registered_by
    return [
        ("value", value_line(entry, amount)),
        ("spread", _spread(entry.headline[1]) if entry.headline else ""),
        ("recorded", f"{entry.original_utc} by {_who(by.operator_user, by.team, by.agent)}"),
        ("imported", _imported(entry)),
        ("source", _source(entry)),
        ("code", _code(entry)),
        (COMMAND, entry.capture_command or ""),
        ("context", describe(entry)),
        ("machine", _machine(entry)),
        ("tier", _tier(entry)),
        ("light", f"{entry.sol.pct:.1f} % of {entry.sol.ceiling_key}" if entry.sol else ""),
        ("lever", entry.next_lever.lever if entry.next_lever else ""),
        ("closes", _closes(entry)),
        ("notes", entry.notes or ""),
        ("cite", f"{path.series}@{path.slug}"),
    ]


def describe(entry: Baseline) -> str:
    """Return the full-context descriptor on one line."""
    return described(entry.context)


def described(groups: Mapping[str, Mapping[str, object]]) -> str:
    """Return groups of fields on one line, each as ``key=value``, sorted."""
    return " ".join(
        f"{key}={_plain(groups[group][key])}"
        for group in sorted(groups)
        for key in sorted(groups[group])
    )


def metrics_table(entry: Baseline, most: int, columns: int | None = None) -> str:
    """Return the metrics, the headline first."""
    ordered = sorted(entry.metrics, key=lambda key: not entry.metrics[key].headline)
    rows = [
        (
            key,
            amount(m.value),
            m.unit,
            BETTER[m.direction],
            str(m.n),
            amount(m.std) if m.std is not None else "",
            str(m.validity),
        )
        for key in ordered[:most]
        for m in (entry.metrics[key],)
    ]
    head = ("Metric", "Value", "Unit", "Better", "n", "Std", "Validity")
    text = table(head, rows, right=frozenset((1, 4, 5)), columns=columns, spare=(6, 5, 4, 3))
    left = len(ordered) - most
    return text + (f"\nand {left} more; --json shows all" if left > 0 else "")


def _who(user: str, team: str | None, agent: str | None) -> str:
    return user + (f" ({team})" if team else "") + (f" through {agent}" if agent else "")


def _imported(entry: Baseline) -> str:
    found = entry.imported
    return f"{entry.registered_at_utc} from {found.origin}" if found else ""


def status_cell(entry: Baseline, status: str) -> str:
    """Return an entry's status for a table, which also says that it was imported."""
    return f"{status}, imported" if entry.imported else status


def _spread(metric: Metric) -> str:
    if metric.std is None or metric.min is None or metric.max is None:
        return ""
    return (
        f"median of {metric.n}, std {metric.std:.3g} {metric.unit}, "
        f"{amount(metric.min)} to {amount(metric.max)} {metric.unit}"
    )


def _source(entry: Baseline) -> str:
    what = "given by hand" if entry.source_kind is SourceKind.INLINE else entry.source_path or ""
    redacted = f", redacted: {', '.join(entry.redacted)}" if entry.redacted else ""
    return (
        f"{what} ({entry.source_format}, {size(entry.source_bytes)}, "
        f"sha256 {entry.source_sha256[:12]}){redacted}"
    )


def _code(entry: Baseline) -> str:
    code = entry.git
    if code.sha == NO_COMMIT:
        return "no commit yet"
    state = {None: "", True: ", uncommitted changes", False: ", clean"}[code.dirty]
    branch = f" on {code.branch}" if code.branch else ""
    remote = f", {code.remote}" if code.remote else ""
    return f"{code.sha[:12]}{branch}{state}{remote}"


def _machine(entry: Baseline) -> str:
    known = entry.environment
    parts = [
        str(known[key]) for key in ("gpu_model", "cpu_model", "os", "kernel") if known.get(key)
    ]
    return ", ".join(parts)


def _tier(entry: Baseline) -> str:
    missing = entry.tier_evidence.missing
    shown = ", ".join(missing[:_SHOWN])
    return f"{entry.tier}" + (f"; for VERDICT it lacks {shown}" if missing else "")


def _closes(entry: Baseline) -> str:
    try:
        closing = from_extra(entry.extra)
    except ShapeError as error:
        return f"no lever that can be read: {error}"
    if closing is None:
        return ""
    why = f": {closing.why}" if closing.why else ""
    return f"the lever of {closing.entry.series}@{closing.entry.slug}, {closing.outcome}{why}"


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        return ",".join(map(_plain, value))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return amount(value)
    return "null" if value is None else str(value)
