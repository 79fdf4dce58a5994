"""Statistics of measurements, over plain numbers: no clock, no randomness, no third party."""
