"""Costs beside carbon: energy by the price of its quarter of an hour, blocks by the month, standing charges by the day."""

from datetime import date, timedelta

import polars as pl

from wattstone.inventory.plan import Plan, Stream
from wattstone.rates.costs import energy_cost
from wattstone.rates.tariffs import Band, Tariff


def with_charges(plan: Plan, energy: pl.DataFrame) -> pl.DataFrame:
    """Add what the totals cannot know to the cost of each meter and period.

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
    streams = {one.meter.id: one for one in plan.streams}
    charges = [
        _charges(plan, streams[name], period, used or 0.0, months)
        for name, period, used, months in energy.join(
            _month_use(energy), on="meter_id", how="left", maintain_order="left"
        )
        .select("meter_id", "period", "energy", "months")
        .iter_rows()
    ]
    return energy.with_columns(
        (pl.col("cost") + pl.Series([extra for extra, _, _ in charges], dtype=pl.Float64)).alias("charged"),
        pl.Series("currency", [currency for _, currency, _ in charges], dtype=pl.String),
        pl.Series("tariff_ids", [ids for _, _, ids in charges], dtype=pl.List(pl.String)),
    )


def _month_use(energy: pl.DataFrame) -> pl.DataFrame:
    """Energy of each meter by month: what the blocks of the year are made of."""
    months = energy.filter(pl.col("period").str.len_chars() == 7)
    return months.group_by("meter_id").agg(pl.struct("period", "energy").alias("months"))


def _charges(
    plan: Plan, one: Stream, period: str, used: float, months: list[dict[str, float | str]] | None
) -> tuple[float, str, list[str]]:
    """Standing charges and blocks of one meter and period, the currency, and the tariffs."""
    if len(period) == 4:
        parts = [_charges(plan, one, str(month["period"]), float(month["energy"] or 0), None) for month in months or ()]
        ids = sorted({name for _, _, names in parts for name in names})
        return sum(extra for extra, _, _ in parts), parts[0][1] if parts else plan.organisation.currency, ids
    year, month = int(period[:4]), int(period[5:])
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    days = [first + timedelta(days=day) for day in range((following - first).days)]
    fitting = [tariff for tariff in plan.tariffs if tariff.kind == one.kind]
    held: dict[str, list[Tariff]] = {}
    for day in days:
        tariff = next(
            (
                t
                for t in sorted(fitting, key=lambda t: not t.sites)
                if t.covers(day) and (not t.sites or one.site.id in t.sites)
            ),
            None,
        )
        if tariff is not None:
            held.setdefault(tariff.id, []).append(tariff)
    standing = sum(len(on) * on[0].standing_charge for on in held.values())
    blocks = sum(_blocks(on[0], first, used * len(on) / len(days)) for on in held.values())
    currency = next((on[0].currency for on in held.values()), plan.organisation.currency)
    return standing + blocks, currency, [f"tariff:{name}" for name in sorted(held)]


def _blocks(tariff: Tariff, day: date, used: float) -> float:
    """What the blocks add to a month's use."""
    if not tariff.blocks or used <= 0:
        return 0.0
    only = tariff.model_copy(update={"bands": (Band(name="none", rate=0.0),), "prices": ()})
    noon = pl.Series([day]).cast(pl.Datetime("us")).dt.offset_by("12h")
    return float(energy_cost(only, noon, pl.Series([used])).fill_null(0.0).sum())
