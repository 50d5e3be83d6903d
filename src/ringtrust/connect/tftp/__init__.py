"""TFTP as a phone speaks it: files are read, and nothing is written (interfaces.md §8.1, RFC 1350, 2347 to 2349)."""
