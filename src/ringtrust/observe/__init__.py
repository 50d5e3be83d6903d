"""Reads a cluster, or files that someone exported, into a Snapshot with the health of every source."""
