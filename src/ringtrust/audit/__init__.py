"""A Snapshot in, findings out. Pure."""
