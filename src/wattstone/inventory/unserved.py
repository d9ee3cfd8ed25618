"""Instruments in force that serve nothing of a year, though there is energy that they could be meant for, and why."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from wattstone.inventory.criteria import MarketPolicy
from wattstone.inventory.instruments import Instrument
from wattstone.inventory.market_based import MarketBased

__all__ = ["UNSERVED", "meant_for", "unserved"]

UNSERVED: Final[dict[str, pl.DataType]] = {
    "instrument": pl.String(),
    "reason": pl.String(),  # several with semicolons between them
}


def meant_for(instrument: Instrument, year: int, policy: MarketPolicy) -> bool:
    """Whether an instrument could be meant for a year: what is generated after its window is for a later one."""
    return instrument.vintage_start <= policy.window(instrument, year)[1]


def unserved(
    market: MarketBased, instruments: Sequence[Instrument], year: int, policy: MarketPolicy | None = None
) -> pl.DataFrame:
    """What serves nothing of a year, and why.

    Parameters
    ----------
    market : MarketBased
        Of the year.
    instruments : sequence of Instrument
        Those in force.
    year : int
        Of the inventory.
    policy : MarketPolicy or None
        The window of vintages; the calendar year where nothing was said.

    Returns
    -------
    polars.DataFrame
        Schema `UNSERVED`, by id. What another year claims, what is generated later, and what is of an energy that
        no site uses, is not among them: nobody expects anything of it.
    """
    needs = market.allocation.cells.filter(pl.col("need") > 0)["carrier"].unique()
    idle = market.allocation.balance.filter((pl.col("used") == 0) & (pl.col("claimed") == 0))["instrument"]
    expected = [
        one.id for one in instruments if one.carrier in needs and meant_for(one, year, policy or MarketPolicy())
    ]
    return (
        market.instruments.filter(pl.col("instrument").is_in(idle.implode()) & pl.col("instrument").is_in(expected))
        .select(list(UNSERVED))
        .sort("instrument")
    )
