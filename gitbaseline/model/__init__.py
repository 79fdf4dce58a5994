"""Plain values and the one codec: what a baseline is, byte for byte."""
