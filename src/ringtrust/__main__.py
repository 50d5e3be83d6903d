"""`python -m ringtrust`."""

from ringtrust.cli.main import run

run()
