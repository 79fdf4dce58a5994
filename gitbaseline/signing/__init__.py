"""SSH signatures, keys and agents: making a signature, and checking one strictly and offline."""
