"""Costs beside carbon: energy at the price of its quarter-hour, blocks by the month, standing charges by the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from wattstone.inventory.plan import Plan
from wattstone.inventory.totals import Floats
from wattstone.rates.tariffs import Block, Tariff, tariff_for

_KEY = ["meter_id", "period"]


@dataclass(frozen=True)
class _Bill:
    """A month of an account: the tariffs that hold in it, and on which share of its days."""

    currency: str
    tariffs: tuple[tuple[Tariff, float], ...]
    days: int

    @property
    def standing(self) -> float:
        """Standing charges of the month. [currency]"""
        return sum(share * self.days * tariff.standing_charge for tariff, share in self.tariffs)

    @property
    def ids(self) -> list[str]:
        """The tariffs as evidence."""
        return sorted(f"tariff:{tariff.id}" for tariff, _ in self.tariffs)


def with_charges(plan: Plan, energy: pl.DataFrame) -> pl.DataFrame:
    """Add what the totals cannot know to the cost of each meter and period.

    Standing charges count for every day of a month that has readings; blocks go by the month's use, which a tariff that
    holds for a part of the month's days gets in proportion. A year is the sum of its months.

    Parameters
    ----------
    plan : Plan
        With its tariffs.
    energy : polars.DataFrame
        Rows of meters that have a tariff, with columns meter_id, period, energy and cost.

    Returns
    -------
    polars.DataFrame
        With columns `charged` [currency], `currency` and `tariff_ids`.
    """
    months = _monthly(plan, energy.filter(pl.col("period").str.len_chars() == 7))
    years = (
        months.with_columns(pl.lit(str(plan.year)).alias("period"))
        .group_by(_KEY, maintain_order=True)
        .agg(
            pl.col("extra").sum(),
            pl.col("currency").first(),
            pl.col("tariff_ids").explode(empty_as_null=False).unique(maintain_order=True).sort(),
        )
    )
    beside = energy.join(pl.concat([months, years]), on=_KEY, how="left", maintain_order="left")
    return beside.with_columns(
        (pl.col("cost") + pl.col("extra").fill_null(0.0)).alias("charged"),
        pl.col("currency").fill_null(plan.organisation.currency),
        pl.col("tariff_ids").fill_null(pl.lit([], pl.List(pl.String))),
    ).drop("extra")


def _monthly(plan: Plan, energy: pl.DataFrame) -> pl.DataFrame:
    """What standing charges and blocks add to each month of each meter."""
    accounts = pl.DataFrame(
        [(one.meter.id, one.kind, one.site.id) for one in plan.streams],
        schema={"meter_id": pl.String, "of": pl.String, "at": pl.String},
        orient="row",
    )
    placed = energy.select(*_KEY, "energy").join(accounts, on="meter_id", maintain_order="left")
    frames = [
        _billed(_bill(plan, kind, site, period), rows)
        for (kind, site, period), rows in _named_sites(plan, placed)
        .partition_by("of", "named", "period", as_dict=True, maintain_order=True)
        .items()
    ]
    schema = {"meter_id": pl.String, "period": pl.String, "extra": pl.Float64, "currency": pl.String}
    empty = pl.DataFrame(schema={**schema, "tariff_ids": pl.List(pl.String)})
    return pl.concat([empty, *frames])


def _named_sites(plan: Plan, placed: pl.DataFrame) -> pl.DataFrame:
    """Sites that no tariff names have the same bill, and are worked out together."""
    named = sorted({site for tariff in plan.tariffs for site in tariff.sites})
    own = pl.when(pl.col("at").is_in(named)).then("at").otherwise(pl.lit(""))
    return placed.with_columns(own.alias("named"))


def _bill(plan: Plan, kind: object, site: object, period: object) -> _Bill:
    year, month = int(str(period)[:4]), int(str(period)[5:])
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    held: dict[str, tuple[Tariff, int]] = {}
    days = (following - first).days
    for day in range(days):
        tariff = tariff_for(plan.tariffs, kind=str(kind), site_id=str(site), day=first + timedelta(days=day))
        if tariff is not None:
            held[tariff.id] = (tariff, held.get(tariff.id, (tariff, 0))[1] + 1)
    currency = next((tariff.currency for tariff, _ in held.values()), plan.organisation.currency)
    return _Bill(currency, tuple((tariff, count / days) for tariff, count in held.values()), days)


def _billed(bill: _Bill, rows: pl.DataFrame) -> pl.DataFrame:
    used = rows["energy"].fill_null(0.0).to_numpy()
    blocks = sum((block_cost(tariff.blocks, used * share) for tariff, share in bill.tariffs), np.zeros(len(used)))
    return rows.select(
        *_KEY,
        pl.Series("extra", blocks + bill.standing, dtype=pl.Float64),
        pl.lit(bill.currency).alias("currency"),
        pl.lit(bill.ids, pl.List(pl.String)).alias("tariff_ids"),
    )


def block_cost(blocks: Sequence[Block], used: Floats) -> Floats:
    """What blocks add to the use of a month: each block's rate times the part of the use that lies in it.

    Parameters
    ----------
    blocks : sequence of Block
        From 0 upwards.
    used : (n,) array
        Use of the month; below 0 nothing was used. [kWh]

    Returns
    -------
    (n,) array
        [currency]

    Examples
    --------
    >>> block_cost((Block(above=0, rate=0.1), Block(above=100, rate=0.2)), np.array([250.0]))
    array([40.])
    """
    tops = [*(block.above for block in blocks[1:]), np.inf]
    parts = (np.clip(used, block.above, top) - block.above for block, top in zip(blocks, tops, strict=False))
    return sum((part * block.rate for part, block in zip(parts, blocks, strict=True)), np.zeros(len(used)))
