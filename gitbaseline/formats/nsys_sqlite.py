"""The SQLite export of Nsight Systems (``nsys export --type sqlite``): its kernels.

``CUPTI_ACTIVITY_KIND_KERNEL`` has a row for each launch: ``start`` and ``end`` in ns, and the id of
its name in ``StringIds`` (``demangledName``, in some versions only ``shortName`` or ``name``).
``TARGET_INFO_GPU`` names the GPUs.

Rules:

- The bytes are opened in memory and nothing is written. Only tables are read, never views, with a
  bound on the steps: a hostile database cannot run anything of its own.
- A CUDA graph that was traced as a whole hides its kernels: a warning, or why there are none.
- Median, minimum and maximum are of the launches themselves.

Source: docs.nvidia.com/nsight-systems, SQLite schema reference.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from gitbaseline.errors import InputError
from gitbaseline.formats.json_values import one_line
from gitbaseline.formats.nsys_kernels import Kernel
from gitbaseline.model.codec import MAX_INTEGER, Scalar
from gitbaseline.model.metric import median

_LAUNCHES = "CUPTI_ACTIVITY_KIND_KERNEL"
_GRAPHS = "CUPTI_ACTIVITY_KIND_GRAPH_TRACE"
_NAMES = ("demangledName", "shortName", "name")
_STEP = 100_000  # instructions of the database between two looks at the bound
_STEPS_A_BYTE = 100
_BEGINNING = 10_000_000  # instructions that even a small file may take


def read(name: str, data: bytes, warnings: list[str]) -> tuple[list[Kernel], dict[str, Scalar]]:
    """Return the kernels and what is known of the GPUs; InputError for another database."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        _bound(connection, len(data))
        connection.deserialize(data)
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        hidden = _graphs(connection)
        kernels = list(_kernels(name, connection, hidden=hidden))
        if hidden:
            warnings.append(
                f"{hidden} launches of CUDA graphs were traced as a whole: their kernels are "
                "not among these; profile with --cuda-graph-trace=node"
            )
        return kernels, _gpus(connection)
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:  # of a name of its schema
        raise InputError(
            f"not a database that can be read: {one_line(str(error))}",
            code="nsys/database",
            where=name,
            hint="export it again: nsys export --type sqlite FILE.nsys-rep",
        ) from None
    finally:
        connection.close()


def _bound(connection: sqlite3.Connection, size: int) -> None:
    left = [(_BEGINNING + _STEPS_A_BYTE * size) // _STEP]

    def stop() -> int:
        left[0] -= 1
        return left[0] < 0

    connection.set_progress_handler(stop, _STEP)


def _columns(connection: sqlite3.Connection, table: str) -> Sequence[str]:
    """Return a table's columns; of a view, or what is not there, none."""
    kind = connection.execute("SELECT type FROM sqlite_master WHERE name = ?", (table,)).fetchall()
    if kind != [("table",)]:
        return ()
    return [str(row[1]) for row in connection.execute(f"PRAGMA table_info({table})")]


def _graphs(connection: sqlite3.Connection) -> int:
    if not _columns(connection, _GRAPHS):
        return 0
    (found,) = connection.execute(f"SELECT count(*) FROM {_GRAPHS}").fetchone()  # noqa: S608
    return int(found)


def _kernels(name: str, connection: sqlite3.Connection, *, hidden: int) -> Iterator[Kernel]:
    columns = _columns(connection, _LAUNCHES)
    named = next((column for column in _NAMES if column in columns), None)
    if named is None or not {"start", "end"} <= set(columns):
        raise InputError(
            "no table of CUDA kernels in it" if not columns else "kernels without names or times",
            code="nsys/skipped",
            where=name,
            hint="profile with --cuda-graph-trace=node" if hidden else "profile with --trace=cuda",
        )
    texts = _texts(connection)
    launches = connection.execute(
        f'SELECT "{named}", "end" - "start" FROM {_LAUNCHES} ORDER BY 1, 2'  # noqa: S608
    )
    for key, group in groupby(launches, key=itemgetter(0)):
        times = [time for _, time in group]
        if any(type(time) is not int or not 0 <= time <= MAX_INTEGER for time in times):
            raise InputError(
                f"a launch of {one_line(str(texts.get(key, key)))[:80]} without a time of 0 ns "
                "or more",
                code="nsys/row",
                where=name,
            )
        total = sum(times)
        if total > MAX_INTEGER:
            raise InputError("times beyond 2**53 ns", code="nsys/row", where=name)
        yield Kernel(
            name=str(texts.get(key, key)),
            total=float(total),
            instances=len(times),
            median=median(times),
            low=float(times[0]),
            high=float(times[-1]),
        )


def _texts(connection: sqlite3.Connection) -> dict[object, object]:
    if not {"id", "value"} <= set(_columns(connection, "StringIds")):
        return {}
    return dict(connection.execute("SELECT id, value FROM StringIds").fetchall())


def _gpus(connection: sqlite3.Connection) -> dict[str, Scalar]:
    if "name" not in _columns(connection, "TARGET_INFO_GPU"):
        return {}
    rows = connection.execute("SELECT name FROM TARGET_INFO_GPU").fetchall()
    models = sorted({one_line(name) for (name,) in rows if isinstance(name, str) and name.strip()})
    return {"gpu_count": len(rows), "gpu_model": ", ".join(models)} if models else {}
