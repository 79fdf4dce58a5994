"""Readers of other tools' output: bytes in, metrics with unit, direction and validity out."""
