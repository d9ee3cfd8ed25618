"""Commands on what was promised: one form for seven modules, `wattstone target ...` to `wattstone indicator ...`."""

from wattstone.interfaces.cli.programme.form import group

__all__ = ["group"]
