"""A metric's place in ``baseline.json``: optional keys are left out where they say nothing."""

from __future__ import annotations

from gitbaseline.model.codec import JSON
from gitbaseline.model.metric import Direction, Metric, Validity
from gitbaseline.model.shape import Fields, ShapeError, scalar

_NUMBERS = ("mean", "std", "min", "max", "tolerance_percent", "tolerance_absolute")


def to_plain(metric: Metric) -> dict[str, JSON]:
    """Return the metric as JSON values."""
    plain: dict[str, JSON] = {
        "direction": metric.direction,
        "n": metric.n,
        "stat": metric.stat,
        "unit": metric.unit,
        "validity": metric.validity,
        "value": metric.value,
    }
    for name in _NUMBERS:
        number = getattr(metric, name)
        if number is not None:
            plain[name] = number
    if metric.samples:
        plain["samples"] = list(metric.samples)
    if metric.headline:
        plain["headline"] = True
    if metric.dimensions:
        plain["dimensions"] = dict(metric.dimensions)
    if metric.unit_source is not None:
        plain["unit_source"] = metric.unit_source
    return plain


def from_plain(value: JSON, where: str) -> Metric:
    """Read one metric; an optional key that says nothing is refused, so there is one spelling."""
    f = Fields(value, where)
    optional = {name: f.number(name) for name in _NUMBERS if f.has(name)}
    metric = Metric(
        value=f.number("value"),
        unit=f.line("unit"),
        direction=f.choice("direction", Direction),
        validity=f.choice("validity", Validity),
        stat=f.line("stat"),
        n=f.count("n", least=1),
        samples=f.numbers("samples") if f.has("samples") else (),
        headline=f.flag("headline") if f.has("headline") else False,
        dimensions=f.table("dimensions", scalar) if f.has("dimensions") else {},
        unit_source=f.line("unit_source") if f.has("unit_source") else None,
        **optional,
    )
    f.close()
    if to_plain(metric) != value:
        raise ShapeError(f"{where}: an optional key that says nothing is left out")
    return metric
