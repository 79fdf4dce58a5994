"""Make configs/tolerances.json from configs/tolerances.yaml.

    python tools/compile_configs.py

A record that is compared reads the tolerances; from JSON that costs a hundredth of YAML. The file
names the bytes it was made from, so a YAML file that was changed since is read itself.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from gitbaseline import strict_yaml
from gitbaseline.model.codec import encode

SOURCE = Path(__file__).parents[1] / "configs" / "tolerances.yaml"
TARGET = SOURCE.with_suffix(".json")


def compiled() -> bytes:
    """Return the bytes of the JSON file."""
    data = SOURCE.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    return encode({"made_from_sha256": digest, "document": strict_yaml.load(data)})


if __name__ == "__main__":
    TARGET.write_bytes(compiled())
