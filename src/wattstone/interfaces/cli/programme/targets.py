"""Commands `wattstone target ...`."""

from wattstone.interfaces.cli.programme.form import group as made

__all__ = ["group"]

group = made("target", help="Targets, abatement measures, pathways and what a budget buys.")
