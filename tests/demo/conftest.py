"""The command line, for the verb that tells the story."""

from tests.cli.conftest import run

__all__ = ["run"]
