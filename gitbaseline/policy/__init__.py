"""The rules, over values: bytes in, findings out. No repository, no clock, no keys of its own."""
