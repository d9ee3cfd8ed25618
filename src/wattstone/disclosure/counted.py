"""How many sites there are, as a line, so that "of 40 sites" leads to evidence as any other number."""

from collections.abc import Iterator
from typing import Final

from wattstone.programme.report import Line

__all__ = ["SITES_ALL", "sites_lines"]

SITES_ALL: Final = "disclose.sites.all"
"""Name of the line."""


def sites_lines(sites: int, year: int) -> Iterator[Line]:
    """The number of sites; nothing of a portfolio without any.

    Parameters
    ----------
    sites, year : int
    """
    if sites:
        yield Line(
            name=SITES_ALL, label="Sites of the organisation", value=float(sites), unit="1", period=str(year),
            method="disclose.stated/1", inputs=(f"given:sites={sites}",), basis="stated",
        )  # fmt: skip
