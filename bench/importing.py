"""A thousand older entries in, out again, and their snapshots compared byte for byte.

    python bench/importing.py [--count 1000]

Then the same registry as Parquet, as JSON lines, and one question in SQL; the second import finds
everything there. Whole calls of the program, start-up included.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import table
from fresh import ENVIRONMENT, PROGRAM, registry

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import older_folders

SQL = "SELECT family, measurement, count(*), max(base_value) FROM metrics GROUP BY ALL"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1000)
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory(prefix="bench-import-") as name:
        top = Path(name)
        fresh = registry(top)
        before = older_folders.write(top / "old", count)
        environment = {**ENVIRONMENT, "HOME": name, "XDG_CONFIG_HOME": str(top / ".config")}

        def timed(*words):
            begin = time.perf_counter()
            subprocess.run(
                [PROGRAM, *map(str, words)],
                cwd=fresh.folder,
                env=environment,
                check=True,
                capture_output=True,
            )
            return (time.perf_counter() - begin) * 1000

        took = {
            "import_ms": timed("import", top / "old"),
            "import_again_ms": timed("import", top / "old"),
            "verify_ms": timed("verify", "--full"),
            "export_ms": timed("export", top / "out"),
            "parquet_ms": timed("export", "--format", "parquet", top / "lake"),
            "jsonl_ms": timed("export", "--format", "jsonl", top / "rows.jsonl"),
            "query_ms": timed("query", SQL),
        }
        same = [
            (top / "out" / entry / file).read_bytes() == data
            for entry, snapshot in before.items()
            for file, data in snapshot.items()
        ]
    if len(before) != count or not all(same):
        raise SystemExit(f"{same.count(False)} of {len(same)} snapshots differ")
    took["import_ops_per_s"] = 1000 * count / took["import_ms"]
    table.show("importing", [(f"{count}_entries.{key}", number) for key, number in took.items()])


if __name__ == "__main__":
    main()
