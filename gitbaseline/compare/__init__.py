"""Comparing: what a number means beside a ceiling or another number. Values in, values out."""
