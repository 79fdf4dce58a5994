"""The full-context descriptor on one line."""

from __future__ import annotations

from collections.abc import Mapping

from gitbaseline.report.numbers import amount


def described(groups: Mapping[str, Mapping[str, object]]) -> str:
    """Return groups of fields on one line, each as ``key=value``, sorted."""
    return " ".join(
        f"{key}={_plain(groups[group][key])}"
        for group in sorted(groups)
        for key in sorted(groups[group])
    )


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        return ",".join(map(_plain, value))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return amount(value)
    return "null" if value is None else str(value)
