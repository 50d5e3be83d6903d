"""Recoveries: what has gone wrong, who comes back, and who does not; played on the lab."""
