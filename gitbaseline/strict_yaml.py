"""YAML as the plain data that JSON could say: ``no`` and dates stay text, no key occurs twice."""

from __future__ import annotations

import re
from collections.abc import Hashable

import yaml

from gitbaseline.model.codec import JSON, CodecError, encode


class _Strict(yaml.SafeLoader):
    """The safe loader without YAML 1.1's surprises."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the loader's own way of being configured
        first: [(tag, pattern) for tag, pattern in found if not tag.endswith(("timestamp", "bool"))]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002 - yaml's signature
    ) -> dict[Hashable, object]:
        """Build a mapping; refuse a key that occurs twice."""
        mapping = super().construct_mapping(node, deep=deep)
        if len(mapping) != len(node.value):
            raise yaml.constructor.ConstructorError(
                None, None, "a key occurs twice in this mapping", node.start_mark
            )
        return mapping


_Strict.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"])


def load(data: bytes) -> JSON:
    """Return the document; raise CodecError with line and column where it is not such data."""
    try:
        document: JSON = yaml.load(data, Loader=_Strict)  # noqa: S506 - a safe loader, stricter
        encode(document)
    except yaml.YAMLError as error:
        raise CodecError(" ".join(str(error).split())) from None
    except RecursionError:
        raise CodecError("nested too deeply") from None
    return document
