"""``--bundle DIR``: the diff as files, for a job's artifacts."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from gitbaseline.errors import Unable
from gitbaseline.report import document


def write(
    folder: Path,
    content: Mapping[str, object],
    markdown: str,
    *,
    baseline: str | None,
    snapshot: Mapping[str, bytes | Path],
) -> None:
    """Write ``diff.json``, ``diff.md``, ``baseline-ref.txt`` and the current snapshot.

    ``baseline-ref.txt`` is empty where there is no baseline. ``snapshot`` is the current payload by
    what follows ``current-snapshot`` in its name, a large one as the file that holds it.
    """
    whole = document.envelope("diff", content)
    text = json.dumps(whole, indent=2, ensure_ascii=False, allow_nan=False)
    files: dict[str, bytes | Path] = {
        "diff.json": f"{text}\n".encode(),
        "diff.md": markdown.encode(),
        "baseline-ref.txt": f"{baseline}\n".encode() if baseline else b"",
        **{f"current-snapshot{name}": data for name, data in snapshot.items()},
    }
    try:
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(data, Path):
                shutil.copyfile(data, path)
            else:
                path.write_bytes(data)
    except OSError as error:
        raise Unable(
            f"cannot be written: {error.strerror}", code="bundle/write", where=str(folder)
        ) from None
