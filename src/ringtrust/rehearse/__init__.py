"""Runs a plan against a lab twin built from the snapshot, and reports what the phones did."""
