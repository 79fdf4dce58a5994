"""A server's settings as a scrape tells them: labels of ``_info`` gauges, and ``model_name``."""

from __future__ import annotations

import re

from gitbaseline.formats.scrape import Scrape
from gitbaseline.model.codec import Scalar

_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_SETTINGS = {
    "enable_prefix_caching": ("serving", "prefix_caching"),
    "gpu_memory_utilization": ("serving", "gpu_memory_utilization"),
    "block_size": ("serving", "block_size"),
    "cache_dtype": ("identity", "kv_cache_dtype"),
}


def settings(scrape: Scrape) -> dict[str, dict[str, Scalar]]:
    """Return the settings by group of the full-context descriptor."""
    context: dict[str, dict[str, Scalar]] = {}
    models: set[str] = set()
    for family in scrape.families.values():
        for sample in family.samples:
            labels = dict(sample.labels)
            models.update(labels[name] for name in ("model_name",) if labels.get(name))
            if family.name.endswith(("cache_config_info", "cache_config")):
                for name in _SETTINGS.keys() & labels.keys():
                    group, inner = _SETTINGS[name]
                    context.setdefault(group, {})[inner] = _plain(labels[name])
    if len(models) == 1:
        context.setdefault("identity", {})["model"] = models.pop()
    return context


def _plain(text: str) -> Scalar:
    if text in ("True", "False"):
        return text == "True"
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)
