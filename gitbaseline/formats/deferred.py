"""A format whose module is imported only where a source may be of it.

There are dozens, and importing them all would cost a record more than reading its file. The
registry knows a few bytes that any file of the format holds; a source without them is none of it.
"""

from __future__ import annotations

from importlib import import_module

from gitbaseline.formats.base import Format, Options, Reading, Source


class Deferred:
    """Stands for a module of this package; of one of the alternative ``marks`` all are needed."""

    SUMMARY: str

    def __init__(self, name: str, module: str, *marks: tuple[bytes, ...]) -> None:
        self.NAME = name
        self._module = module
        self._marks = marks

    def __getattr__(self, name: str) -> object:
        """Return what else the module has; asking for it imports it."""
        return getattr(self._format(), name)

    def sniff(self, source: Source) -> str | None:
        """Return why the source is of this format, or None."""
        if any(self._held(source, marks) for marks in self._marks):
            return self._format().sniff(source)
        return None

    def read(self, source: Source, options: Options) -> Reading:
        """Return the whole reading or raise InputError."""
        return self._format().read(source, options)

    def _format(self) -> Format:
        return import_module(f"gitbaseline.formats.{self._module}")

    @staticmethod
    def _held(source: Source, marks: tuple[bytes, ...]) -> bool:
        return all(any(mark in file.data for file in source.files) for mark in marks)
