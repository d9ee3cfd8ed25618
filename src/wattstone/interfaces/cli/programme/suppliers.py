"""Commands `wattstone supplier ...`."""

from wattstone.interfaces.cli.programme.form import group as made

__all__ = ["group"]

group = made("supplier", help="Suppliers, footprints of products and bills of material.")
