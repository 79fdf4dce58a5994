"""What each headline came to, and what was wanted of it: the end of ``make bench``.

A headline is one number of what a script left in ``bench/out``, of several rounds the median. Where
more than one has its key, it is the largest of them. All are better when smaller: ratios of our
time to a peer's, or of ours in a large registry to ours in a small one.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

import table

HELP_TO_CLICK = 1.2
RECORD_TO_IMPORTS = 2.0
RECORD_TO_SCRIPT = 3.0  # the import of pygit2 alone is 1.5 times it
RECORDS_TO_SCRIPTS = 1 / 20  # each of a thousand in one process
VERIFY_TO_LOG = 1 / 40
HOOK_TO_START = 3.0
DIFF_TO_JSON = 5.0
PACKED = 5.0  # bytes on disk to those of one pack
GROWN = 1.3  # what should not depend on the history
LINEAR = 1.1  # exponent of what looks at every entry
PEAK_MIB = 300e6 / 2**20  # of memory, to verify 100,000 entries
WOLF_PCT = 1.0  # false alarms
TO_PEER = 1.0  # not slower than what does the same work


@dataclass(frozen=True, slots=True)
class Headline:
    """What is measured, its key below any contest's, and the most that it should be."""

    title: str
    key: str
    wanted: float | None = None
    unit: str = ""


HEADLINES: Mapping[str, tuple[Headline, ...]] = {
    "startup": (
        Headline("git baseline -h, to import click", "help_to_click_ratio", HELP_TO_CLICK),
        Headline("slowest VERB -h, to import pygit2, click", "help_*_to_imports_ratio"),
        Headline(
            "record, to import pygit2, click", "run_record_to_imports_ratio", RECORD_TO_IMPORTS
        ),
    ),
    "oneshot": (
        Headline("record, one-shot, to record.sh", "record_to_shell_ratio", RECORD_TO_SCRIPT),
        Headline("record, one-shot, to git notes append, unsigned", "record_to_notes_ratio"),
        Headline("record, one-shot, to dvc exp save, unsigned", "record_to_dvc_ratio", TO_PEER),
        Headline("record, one-shot, to gto register, unsigned", "record_to_gto_ratio", TO_PEER),
    ),
    "record": (
        Headline("record in process, to record.sh", "record_to_shell_ratio", RECORDS_TO_SCRIPTS),
        Headline("record in process, to git notes append, unsigned", "record_to_notes_ratio"),
    ),
    "verify": (
        Headline(
            "verify in process, to git log %G?", "in_process_cloned_to_log_ratio", VERIFY_TO_LOG
        ),
        Headline("verify --full, to git log %G?", "process_cloned_to_log_ratio", VERIFY_TO_LOG),
        Headline(
            "verify --full where it was recorded, the same", "process_to_log_ratio", VERIFY_TO_LOG
        ),
        Headline(
            "verify --full, to git verify-commit",
            "process_cloned_to_verify_commit_ratio",
            VERIFY_TO_LOG,
        ),
        Headline("verify, a commit of the longest history to one of 1,000", "commit_ratio", GROWN),
    ),
    "hook": (
        Headline("hook for one entry, to Python with pygit2", "hook_to_start_ratio", HOOK_TO_START),
        Headline("push of 1,000 entries, to one without a hook", "push_to_bare_ratio"),
    ),
    "diff": (
        Headline("diff of 10,000 metrics, to json.loads", "diff_to_json_ratio", DIFF_TO_JSON),
    ),
    "compare": tuple(
        Headline(
            f"diff of {count:,} metrics, to {name}", f"{key}_{count}.diff_to_{key}_ratio", TO_PEER
        )
        for count in (10, 1_000, 10_000)
        for key, name in (
            ("pytest_benchmark", "pytest-benchmark compare"),
            ("asv", "asv compare"),
            ("pyperf", "pyperf compare_to"),
        )
    ),
    "log": (
        *(
            Headline(f"{verb} in a long history, to git", f"{verb}_to_git_ratio")
            for verb in ("list", "show", "latest", "log")
        ),
        *(
            Headline(f"{verb} in a long history, to gto", f"{verb}_to_gto_ratio", TO_PEER)
            for verb in ("list", "show", "latest", "log")
        ),
    ),
    "growth": (
        *(
            Headline(f"{what}: largest registry to smallest", f"{key}.ratio", GROWN)
            for key, what in (
                ("list", "list"),
                ("list_20", "list, newest 20 of a measurement"),
                ("show_latest", "show, latest entry"),
                ("show_oldest", "show, oldest entry"),
                ("log_20", "log -n 20"),
                ("search_20", "search -n 20"),
                ("diff", "diff"),
                ("record", "record"),
                ("verify_one", "verify, one entry more"),
                ("hook", "hook, one entry"),
            )
        ),
        Headline("verify --full: exponent of growth", "verify_full.exponent", LINEAR),
        Headline("verify --full: peak memory", "verify_full.peak_mib", PEAK_MIB, "MiB"),
    ),
    "publish": (Headline("site of 10,000 entries, to asv publish", "site_to_asv_ratio", TO_PEER),),
    "push": tuple(
        Headline(
            f"{what}, {count} at once: wait to git notes",
            f"clones_{count}.{key}_to_notes_wait_ratio",
        )
        for count in (16, 64)
        for key, what in (("each", "record --push"), ("inbox", "push --inbox"))
    ),
    "disk": (
        Headline("disk after 10,000 entries, to one pack", "*_10000.after_to_packed_ratio", PACKED),
    ),
    "verdicts": (Headline("false alarms, worst of all noises", "ours*_false_pct", WOLF_PCT, "%"),),
}


def flat(found: object, above: str = "") -> dict[str, float]:
    """Return each number by its path, as ``git baseline record`` names it; of a list the median.

    >>> flat({"a": {"b_ms": [3, 1, 2]}, "c": 4})
    {'a.b_ms': 2, 'c': 4}
    """
    if isinstance(found, dict):
        parts = (flat(item, f"{above}.{key}" if above else key) for key, item in found.items())
        return {key: number for part in parts for key, number in part.items()}
    return {above: statistics.median(found) if isinstance(found, list) else found}


def measured(headline: Headline, numbers: Mapping[str, float]) -> float | None:
    """Return the largest number that has the headline's key; None where none has."""
    pattern = f"*.{headline.key}"
    found = [number for key, number in numbers.items() if fnmatchcase(f".{key}", pattern)]
    return max(found, default=None)


def lines(scripts: Collection[str]) -> list[str]:
    """Return the table of the headlines of these scripts, from what they left."""
    rows = [["headline", "measured", "", "at most", ""]]
    for script, headlines in HEADLINES.items():
        if script in scripts:
            numbers = flat(json.loads((table.OUT / f"{script}.json").read_text()))
            rows += [_row(each, measured(each, numbers)) for each in headlines]
    return table.aligned(rows, words=(0, 2, 4))


def _row(headline: Headline, number: float | None) -> list[str]:
    wanted = "" if headline.wanted is None else table.short(headline.wanted)
    if number is None:
        return [headline.title, "-", "", wanted, "not measured"]
    said = table.judged(number, headline.wanted) if wanted else ""
    return [headline.title, table.short(number), headline.unit, wanted, said]
