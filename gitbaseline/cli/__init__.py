"""The command line: the only place that knows click, the environment, the clock, the streams."""
