"""A Snapshot and a goal in, a Plan out. Pure."""
