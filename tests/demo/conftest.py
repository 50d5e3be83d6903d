"""The command line, for the verb that tells the story."""

from tests.cli.conftest import run as tell_demo

__all__ = ["tell_demo"]
