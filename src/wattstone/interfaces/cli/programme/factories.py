"""Commands `wattstone factory ...`."""

from wattstone.interfaces.cli.programme.form import group as made

__all__ = ["group"]

group = made("factory", help="Green factories and parks: registries, own sites and scorecards.")
