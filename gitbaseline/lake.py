"""All of DuckDB: rows to Parquet files, and SQL over tables in memory.

It knows no registry. Rows come in as JSON lines, which DuckDB reads itself; that is many times
faster than handing over one row after another.

Rules:

- SQL from a person sees the tables it was given and nothing else: no file, no network, no
  extension, no Python variable, and no setting can be changed back.
- One statement, and only one that reads.
- Memory is bounded, nothing is spilled to disk, and so is the size of the result.
- The same rows give the same bytes of Parquet, under one version of DuckDB.
"""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

from gitbaseline.errors import InputError, NotInstalled, Unable
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import JSON

if TYPE_CHECKING:
    import duckdb

PACKAGE = "duckdb>=2"
_MEMORY = "2GiB"
_READS = ("SELECT", "MULTI")  # MULTI: PIVOT, which DuckDB takes apart itself
_EXPLAIN = re.compile(r"\s*EXPLAIN\b\s*(?:ANALYZE\b\s*)?(?:\([^()]*\)\s*)?", re.IGNORECASE)
_SAID = 300  # characters of DuckDB's own words, whose advice is for other callers
_LONGEST = 1 << 20  # bytes of a row that DuckDB makes room for at least
_BATCH = 100  # rows taken at once
_LARGEST = 256 << 20  # characters of a result
_AGAIN = 0.1  # seconds until DuckDB is told once more to end
_EXACT = 2**53 - 1  # beyond it a JSON reader may round an integer


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: its name, its columns with DuckDB's types, and its rows, one JSON line each."""

    name: str
    columns: Mapping[str, str]
    lines: Iterable[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a query returned. ``more`` says that there were more rows than were taken."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[JSON, ...], ...]
    more: bool


def require() -> None:
    """Raise Unable, with the way to get it, where DuckDB is not installed."""
    try:
        import duckdb  # noqa: F401, PLC0415 - an extra; 60 MB that few need
    except ImportError:
        raise NotInstalled("DuckDB", PACKAGE, code="lake/missing") from None


def write_parquet(table: Table, path: Path) -> None:
    """Write a table to a new Parquet file, compressed with zstd; Unable where that fails."""
    import duckdb  # noqa: PLC0415 - see require

    with tempfile.TemporaryDirectory(prefix="git-baseline-") as folder:
        connection = _connect()
        _load(connection, table, Path(folder))
        try:
            connection.execute(
                f'COPY "{table.name}" TO {_quoted(str(path))} (FORMAT parquet, COMPRESSION zstd)'
            )
        except duckdb.Error as error:
            raise _failed("write", path.name, error) from None


def query(
    tables: Sequence[Table], sql: str, *, views: Mapping[str, str] | None = None, most: int
) -> Answer:
    """Return what one statement returns; InputError with DuckDB's own words where it is wrong.

    ``views`` are named statements of our own over the tables.
    """
    import duckdb  # noqa: PLC0415 - see require

    _check(sql)
    connection = _connect()
    with tempfile.TemporaryDirectory(prefix="git-baseline-") as folder:
        for table in tables:
            _load(connection, table, Path(folder))
    for name, select in (views or {}).items():
        connection.execute(f'CREATE VIEW "{name}" AS {select}')
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    try:
        return _interruptible(connection, lambda: _answer(connection, sql, most))
    except duckdb.Error as error:
        raise _wrong(error) from None


def _answer(connection: duckdb.DuckDBPyConnection, sql: str, most: int) -> Answer:
    result = connection.execute(sql)
    columns = tuple((name, str(kind)) for name, kind, *_ in result.description or ())
    rows = _fetched(result, most + 1)
    return Answer(columns=columns, rows=tuple(rows[:most]), more=len(rows) > most)


def _interruptible(connection: duckdb.DuckDBPyConnection, job: Callable[[], Answer]) -> Answer:
    """Return what a job returns; Ctrl-C ends it, which DuckDB by itself does not hear."""
    ended: SimpleQueue[Answer | Exception] = SimpleQueue()

    def work() -> None:
        try:
            ended.put(job())
        except Exception as error:  # noqa: BLE001 - raised again in the caller's thread
            ended.put(error)

    working = Thread(target=work, daemon=True)
    working.start()
    try:
        found = ended.get()
    except KeyboardInterrupt:
        while working.is_alive():  # a query that is only about to begin does not hear the first
            connection.interrupt()
            working.join(_AGAIN)
        raise
    if isinstance(found, Exception):
        raise found
    return found


def _fetched(result: duckdb.DuckDBPyConnection, most: int) -> list[tuple[JSON, ...]]:
    rows: list[tuple[JSON, ...]] = []
    size = 0
    while len(rows) < most and (batch := result.fetchmany(min(_BATCH, most - len(rows)))):
        for row in batch:
            cells = tuple(map(plain, row))
            size += sum(len(str(cell)) for cell in cells if isinstance(cell, str | list | dict))
            rows.append(cells)
        if size > _LARGEST:
            raise InputError(
                f"its first {len(rows)} rows are larger than {_LARGEST >> 20} MiB",
                code="query/large",
                where="SQL",
                hint="ask for fewer columns, or for aggregates",
            )
    return rows


def plain(value: Any) -> JSON:  # noqa: ANN401 - whatever type a query may return
    """Return a value of a result as JSON: numbers as numbers, times in UTC, else its text."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _EXACT else str(value)
    if isinstance(value, float | Decimal):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, datetime):
        return value.isoformat(sep="T").replace("+00:00", "") + "Z"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return value.hex() if isinstance(value, bytes) else str(value)


def _connect() -> duckdb.DuckDBPyConnection:
    import duckdb  # noqa: PLC0415 - see require

    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": _MEMORY,
            "temp_directory": "",
            "python_enable_replacements": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def _load(connection: duckdb.DuckDBPyConnection, table: Table, folder: Path) -> None:
    """Create the table; Unable where DuckDB cannot hold it."""
    import duckdb  # noqa: PLC0415 - see require

    path = folder / f"{table.name}.jsonl"
    longest = _LONGEST
    with path.open("wb") as file:
        for line in table.lines:
            data = f"{line}\n".encode()
            longest = max(longest, len(data))
            file.write(data)
    columns = ", ".join(f"{_quoted(name)}: {_quoted(kind)}" for name, kind in table.columns.items())
    try:
        connection.execute(
            f'CREATE TABLE "{table.name}" AS SELECT * FROM read_json('  # noqa: S608 - our own names
            f"{_quoted(str(path))}, format = 'newline_delimited', columns = {{{columns}}}, "
            f"maximum_object_size = {longest})"
        )
    except duckdb.Error as error:
        raise _failed("load", table.name, error) from None
    path.unlink()


def _failed(what: str, name: str, error: Exception) -> Unable:
    text = " ".join(str(error).split())[:_SAID]
    return Unable(f"DuckDB could not {what} {name}: {text}", code=f"lake/{what}")


def _check(sql: str) -> None:
    """Raise InputError for anything but one statement that reads, or the plan of one."""
    import duckdb  # noqa: PLC0415 - see require

    explained = _EXPLAIN.match(sql)  # the plan of what writes would write, with ANALYZE
    sql = sql[explained.end() :] if explained else sql
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise _wrong(error) from None
    kinds = [statement.type.name for statement in statements]
    if len(kinds) != 1 or kinds[0] not in _READS:
        got = " and ".join(kinds) or "none"
        raise InputError(
            f"expected one statement that reads, got {got}",
            code="query/statement",
            where="SQL",
            hint="git baseline query 'SELECT * FROM entries'",
        )


def _wrong(error: Exception) -> InputError:
    import duckdb  # noqa: PLC0415 - see require

    if isinstance(error, duckdb.OutOfMemoryException):
        return InputError(
            f"takes more than the {_MEMORY} of memory that there are for it",
            code="query/large",
            where="SQL",
            hint="ask for fewer rows, or for aggregates",
        )
    return InputError(
        " ".join(str(error).split())[:_SAID],
        code="query/sql",
        where="SQL",
        hint="git baseline query 'DESCRIBE metrics'",
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
