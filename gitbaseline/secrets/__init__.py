"""What must not be public must not enter: find it before writing, take it out when told to."""
