"""The command line: commands, exit codes, and messages that a person can act on."""

from bayescause.cli.application import main

__all__ = ["main"]
