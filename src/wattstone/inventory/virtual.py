"""Virtual meters, interval by interval: where a term has no reading, the virtual meter has none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from wattstone.portfolio import Meter
from wattstone.portfolio.expressions import coefficients, evaluate
from wattstone.portfolio.parser import parse


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
        The same columns; flags are those of all terms together. Intervals that not every term has are gaps.
    """
    made = rows.clear()
    for one in virtual:
        keys = [key for _, key in one.terms]
        known = pl.concat([rows.filter(pl.col("meter").is_in(keys)), made.filter(pl.col("meter").is_in(keys))])
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
