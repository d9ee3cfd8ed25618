"""Virtual meters, interval by interval: where a term has no reading, the virtual meter has none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from wattstone.portfolio import Meter
from wattstone.portfolio.expressions import coefficients, evaluate
from wattstone.portfolio.parser import parse

HOUR = 3600  # s


@dataclass(frozen=True)
class VirtualMeter:
    """A meter that is computed from others: its key, its expression, and the keys of its terms by id."""

    key: int
    expression: str
    terms: tuple[tuple[str, int], ...]


def virtual_meters(meters: Sequence[Meter], keys: Mapping[str, int]) -> tuple[VirtualMeter, ...]:
    """The virtual meters of a workspace, each after those that it names."""
    virtual = {meter.id: meter for meter in meters if meter.expression is not None}
    ordered: list[VirtualMeter] = []
    done: set[str] = set()

    def place(name: str) -> None:
        if name in done:
            return
        done.add(name)
        expression = virtual[name].expression or ""
        terms = tuple(sorted(coefficients(parse(expression))))
        for term in terms:
            if term in virtual:
                place(term)
        ordered.append(VirtualMeter(keys[name], expression, tuple((term, keys[term]) for term in terms)))

    for name in sorted(virtual):
        place(name)
    return tuple(ordered)


def virtual_rows(rows: pl.DataFrame, virtual: Sequence[VirtualMeter]) -> pl.DataFrame:
    """Readings of virtual meters.

    Parameters
    ----------
    rows : polars.DataFrame
        Columns meter, start, seconds, value, flags.
    virtual : sequence of VirtualMeter
        In an order in which none comes before its terms.

    Returns
    -------
    polars.DataFrame
        The same columns; flags are those of all terms together. Intervals that not every term has are gaps; where terms
        have intervals of several lengths, the longest counts, up to an hour.
    """
    made = rows.clear()
    for one in virtual:
        keys = [key for _, key in one.terms]
        known = _of_one_length(
            pl.concat([rows.filter(pl.col("meter").is_in(keys)), made.filter(pl.col("meter").is_in(keys))])
        )
        wide = known.pivot(on="meter", index="start", values="value", aggregate_function="first", on_columns=keys)
        columns = {name: pl.col(str(key)) for name, key in one.terms}
        beside = known.group_by("start").agg(
            pl.col("seconds").max(), pl.col("flags").bitwise_or(), pl.col("seconds").n_unique().alias("lengths")
        )
        value = pl.when(pl.col("lengths") == 1).then(evaluate(parse(one.expression), columns))
        own = wide.join(beside, on="start").select(
            pl.lit(one.key, pl.Int32).alias("meter"), "start", "seconds", value.alias("value"), "flags"
        )
        made = pl.concat([made, own.select(rows.columns).sort("start")])
    return made


def _of_one_length(rows: pl.DataFrame) -> pl.DataFrame:
    """Shorter intervals added up to the longest that is usual among the meters; a gap in one makes the sum a gap.

    Up to an hour: longer intervals begin at local midnights and reach across partitions.
    """
    usual = rows.group_by("meter").agg(pl.col("seconds").mode().max())["seconds"]
    longest = int(usual.max() or 0)  # pyright: ignore[reportArgumentType]
    if usual.n_unique() < 2 or longest > HOUR or any(longest % int(one) for one in usual):
        return rows
    whole = (pl.col("value").null_count() == 0) & (pl.col("seconds").sum() == longest)
    return (
        rows.group_by("meter", pl.col("start").dt.truncate(f"{longest}s"), maintain_order=True)
        .agg(
            pl.lit(longest, pl.Int32).alias("seconds"),
            pl.when(whole).then(pl.col("value").sum()).alias("value"),
            pl.col("flags").bitwise_or(),
        )
        .select(rows.columns)
    )
