"""Commands `wattstone waste ...`."""

from wattstone.interfaces.cli.programme.form import group as made

__all__ = ["group"]

group = made("waste", help="Waste, circularity, community accounts, neutrality statements and water.")
