"""What a tool is to the server: its description, its schemas, and how a call becomes a verb."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from gitbaseline.frozen import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One verb as a tool. ``words`` makes of arguments a command line; InputError if it cannot."""

    verb: str
    title: str
    description: str
    input_schema: Mapping[str, Any]
    output_schema: Mapping[str, Any]
    reads_only: bool
    words: Callable[[Mapping[str, Any]], list[str]]

    @property
    def name(self) -> str:
        """The tool's name, which is also in every document."""
        return f"perf_baseline_{self.verb}"


class Running(Protocol):
    """A verb at work in a process of its own."""

    def answer(self) -> tuple[int, bytes, bytes]:
        """Wait for it; return exit code, standard output and standard error."""

    def stop(self) -> None:
        """End it, whatever it does."""


Start = Callable[[Sequence[str]], Running]
"""Start a verb with these words."""
