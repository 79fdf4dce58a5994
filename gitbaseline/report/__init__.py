"""Values to text and JSON. Nothing here reads a repository or writes to a stream."""
