"""Runs a plan against a lab twin built from the snapshot, and reports what the phones did.

memory   a lab cluster without a socket, behind the ports by which a real one is reached
seen     a lab cluster as a scan would see it
"""
