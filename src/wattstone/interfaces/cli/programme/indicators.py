"""Commands `wattstone indicator ...`."""

from wattstone.interfaces.cli.programme.form import group as made

__all__ = ["group"]

group = made("indicator", help="Green revenue, commitments, and indicators across years.")
