"""Whether an imported entry is there already: what makes a second import add nothing.

It is where the same measurement of the same second has the same metrics, of the same code. The
bytes of the source do not count: a store may have been redacted, or have grown beside the run.
"""

from __future__ import annotations

from collections.abc import Container

from gitbaseline.model.baseline import Baseline
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.names import slug_time
from gitbaseline.registry.reader import Entry, Reader


def there(reader: Reader, entry: Baseline, but: Container[EntryPath] = ()) -> Entry | None:
    """Return the entry that says what this imported one says, or None.

    ``but`` are entries that stand for others: a store may hold two runs that look alike.
    """
    time = slug_time(entry.original_utc)
    for found in reader.of_second(entry.family, entry.measurement, time):
        same = found.baseline.metrics == entry.metrics and found.baseline.git.sha == entry.git.sha
        if same and found.path not in but:
            return found
    return None
