"""Commands `wattstone fleet ...`."""

from wattstone.interfaces.cli.programme.form import group as made

__all__ = ["group"]

group = made("fleet", help="Vehicles sold and run: fuel, electricity and the years between.")
