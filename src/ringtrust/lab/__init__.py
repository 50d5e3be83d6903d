"""A living cluster with phones, on loopback. Stands apart: it meets the tool on the wire and nowhere else."""
