"""YAML as the plain data that JSON could say.

``no``, dates and ``<<`` stay text, no key occurs twice, and nothing refers to another place: a few
aliases of aliases would grow a small file beyond any memory.
"""

from __future__ import annotations

import re
from collections.abc import Hashable

import yaml

from gitbaseline.model.codec import JSON, CodecError, encode

_SURPRISES = ("timestamp", "bool", "merge", "value")  # the ends of YAML 1.1's tags


class _Strict(yaml.SafeLoader):
    """The safe loader without YAML 1.1's surprises."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the loader's own way of being configured
        first: [(tag, pattern) for tag, pattern in found if not tag.endswith(_SURPRISES)]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Build a node; refuse an anchor and an alias."""
        event: yaml.NodeEvent = self.peek_event()  # type: ignore[no-untyped-call]
        if event.anchor is not None:
            is_alias = isinstance(event, yaml.AliasEvent)
            got = f"the alias *{event.anchor}" if is_alias else f"the anchor &{event.anchor}"
            text = f"every value must be written out, got {got}"
            at = event.start_mark  # the stubs know the C parser's kind of mark too
            raise yaml.MarkedYAMLError(problem=text, problem_mark=at)  # type: ignore[arg-type]
        return super().compose_node(parent, index)

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
