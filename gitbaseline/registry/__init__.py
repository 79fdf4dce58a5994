"""The use cases: start a registry, add to it, read it, check it."""
