"""Signed, append-only performance baselines on a branch of a git repository."""

__version__ = "0.1.0"
