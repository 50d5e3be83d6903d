"""Reads a cluster through connect into a Snapshot, with the health of every source.

eyes    one look at one thing: raises when it cannot be read
lists   a trust list, as a snapshot holds it
rows    nodes, groups and phones out of the database
scan    everything at once: what cannot be read becomes a value with its reason
"""
