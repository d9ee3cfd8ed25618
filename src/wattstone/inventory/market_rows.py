"""Rows of energy as figures of the market-based method: what serves each, and what its open part emits."""

from collections.abc import Mapping, Sequence

import polars as pl

from wattstone.base import NotComputable
from wattstone.inventory.allocation import Allocation
from wattstone.inventory.frames import FIGURE, interval, null, texts
from wattstone.inventory.instruments import Instrument
from wattstone.inventory.sums import MEMBER, PARTLY, WHOLLY, notes_of, served_note
from wattstone.rates import EmissionFactor

MARKET = "scope2.market"
METHOD = 1
MIXED = "what no instrument serves takes the residual mix"
NO_MIX = "no residual mix is known, so the location-based factor stands in its place"
_COLUMNS = [*(name for name in FIGURE if name != "id"), *MEMBER]


def mix_table(mixes: Mapping[str, EmissionFactor | NotComputable]) -> pl.DataFrame:
    """The residual mix of each site, or why there is none.

    Parameters
    ----------
    mixes : mapping
        By site.
    """
    rows = [
        (site, one.value, one.unit, f"factor:{one.id}", list(one.notes), None)
        if isinstance(one, EmissionFactor)
        else (site, None, None, None, list[str](), str(one))
        for site, one in mixes.items()
    ]
    text = dict.fromkeys(("mix_unit", "mix_id"), pl.String)
    schema = {"site_id": pl.String, "mix": pl.Float64, **text, "mix_notes": pl.List(pl.String), "no_mix": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def market_rows(
    energy: pl.DataFrame, allocation: Allocation, instruments: Sequence[Instrument], mixes: pl.DataFrame
) -> pl.DataFrame:
    """Each row of energy with what serves it, what is open of it, and what the open part emits.

    Parameters
    ----------
    energy : polars.DataFrame
        Schema `SITE_ENERGY`.
    allocation : Allocation
        What serves what.
    instruments : sequence of Instrument
        All of them.
    mixes : polars.DataFrame
        From `mix_table`.
    """
    ids = pl.DataFrame(
        [(one.id, one.evidence) for one in instruments],
        schema={"instrument": pl.String, "evidence": pl.String},
        orient="row",
    )
    cell = ["site_id", "carrier", "month"]
    named = (
        allocation.uses.join(ids, on="instrument", maintain_order="left")
        .group_by(cell, maintain_order=True)
        .agg(pl.col("evidence").unique(maintain_order=True).alias("served_by"))
    )
    rows = (
        energy.join(allocation.cells, on=cell, how="left", maintain_order="left")
        .join(named, on=cell, how="left", maintain_order="left")
        .join(mixes, on="site_id", how="left", maintain_order="left")
    )
    power = pl.col("carrier") == "electricity"
    share, share_others = _part("owned", "need_owned"), _part_of_others()
    others, stated = pl.col("energy") - pl.col("owned"), pl.col("energy").is_null()
    there = ~stated | pl.col("location").is_not_null()
    return (
        rows.with_columns(
            *(pl.when(power & ~stated).then(name).alias(name) for name in ("mix", "mix_unit", "mix_id", "no_mix")),
            # Where emissions are stated without energy, there is nothing that an instrument could serve.
            *(pl.when(stated).then(1.0).otherwise(name).alias(name) for name in ("open", "open_owned")),
            pl.when(~stated).then("served_by").alias("served_by"),
            (pl.col("emitted_owned") * share).alias("own_served"),
            ((pl.col("emitted") - pl.col("emitted_owned")) * share_others).alias("others_served"),
            (pl.col("served_owned") * share).alias("own_energy_served"),
            others.alias("others"),
        )
        .with_columns(
            _rest(pl.col("owned"), pl.col("location_owned"), pl.col("open_owned")).alias("own_rest"),
            _rest(pl.col("others"), pl.col("location") - pl.col("location_owned"), pl.col("open")).alias("others_rest"),
            (_open("owned", "open_owned") | _open("others", "open")).alias("rests"),
        )
        .with_columns(
            pl.when(there).then(pl.col("own_served") + pl.col("own_rest")).alias("own_value"),
            pl.when(there)
            .then(pl.col("own_served") + pl.col("own_rest") + pl.col("others_served") + pl.col("others_rest"))
            .alias("sum"),
        )
    )


def _part(of: str, need: str) -> pl.Expr:
    """A row's part of what its cell needs; of no need, nothing."""
    return pl.when(pl.col(need) > 0).then((pl.col(of) / pl.col(need)).fill_null(0.0)).otherwise(0.0)


def _part_of_others() -> pl.Expr:
    need = pl.col("need") - pl.col("need_owned")
    return pl.when(need > 0).then(((pl.col("energy") - pl.col("owned")) / need).fill_null(0.0)).otherwise(0.0)


def _open(energy: str, share: str) -> pl.Expr:
    return (pl.col(energy) != 0).fill_null(True) & (pl.col(share) > 0)


def _rest(energy: pl.Expr, location: pl.Expr, share: pl.Expr) -> pl.Expr:
    """What the open part emits: by the residual mix, else as by location; null where neither is known."""
    known = pl.when(pl.col("mix").is_not_null()).then(energy * pl.col("mix")).otherwise(location)
    return pl.when((share > 0) & (energy != 0).fill_null(True)).then(known * share).otherwise(0.0)


def market_figures(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows as figures, of a month, or of a year of which no months are known.

    Parameters
    ----------
    rows : polars.DataFrame
        From `market_rows`, without the years whose months stand beside them.
    """
    mixed, rests = pl.col("mix").is_not_null(), pl.col("rests").fill_null(False)
    fell_back = rests & ~mixed
    empty = texts()
    served = pl.col("served_by").list.len().fill_null(0) > 0
    unit = pl.when(served & ~rests).then(pl.lit("kg CO2e")).when(mixed).then("mix_unit").otherwise("unit")
    return (
        rows.with_columns(
            pl.lit(MARKET).alias("name"),
            pl.col("sum").alias("value"),
            pl.col("own_value").alias("owned"),
            unit.alias("unit"),
            pl.when(pl.col("sum").is_null()).then("reason").alias("reason"),
            null().alias("basis"),
            pl.lit(f"{MARKET}/{METHOD}").alias("method"),
            pl.concat_list(
                pl.when(fell_back).then("location_notes").otherwise("notes"),
                pl.when(served & rests).then(texts(PARTLY)).when(served).then(texts(WHOLLY)).otherwise(empty),
                pl.when(rests & mixed).then(pl.concat_list(texts(MIXED), "mix_notes")).otherwise(empty),
                pl.when(fell_back & pl.col("no_mix").is_not_null())
                .then(pl.concat_list(pl.format(f"{NO_MIX}: {{}}", "no_mix")))
                .otherwise(empty),
            )
            .list.unique(maintain_order=True)
            .alias("notes"),
            pl.concat_list(
                "inputs",
                pl.col("served_by").fill_null(empty),
                pl.when(fell_back).then("location_inputs").otherwise(empty),
                pl.when(rests & mixed).then(pl.concat_list("mix_id")).otherwise(empty),
            ).alias("inputs"),
            pl.lit(True).alias("counted"),
            (pl.col("absent") & (mixed | ~pl.col("blocked"))).alias("absent"),
            (pl.col("variance") * (pl.col("sum") / pl.col("energy")).fill_nan(0.0) ** 2)
            .fill_null(0.0)
            .alias("variance"),
        )
        .with_columns(*interval())
        .select(*_COLUMNS)
    )


def market_years(rows: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """Years as the sums of their months, which they name as their inputs.

    Parameters
    ----------
    rows : polars.DataFrame
        From `market_rows`.
    parts : polars.DataFrame
        Figures of the months, with their ids.
    """
    missing = pl.col("value").is_null()
    stuck = missing & ~pl.col("absent")
    sums = parts.group_by("subject", maintain_order=True).agg(
        pl.when(stuck.any()).then(None).when(missing.all()).then(None).otherwise(pl.col("value").sum()).alias("value"),
        pl.col("owned").filter(~missing).sum().alias("months_owned"),
        pl.col("unit").filter(~missing).min().alias("sum_unit"),  # a part of CO2 alone makes the whole CO2 alone
        pl.col("unit").first().alias("any_unit"),
        pl.coalesce(pl.col("reason").filter(stuck).first(), pl.col("reason").first()).alias("why"),
        notes_of(pl.col("notes").filter(~missing)).alias("said"),
        served_note(~missing).alias("covered"),
        pl.format("figure:{}", "id").alias("months"),
        pl.col("absent").all().alias("silent"),
    )
    whole = rows.filter("whole").join(sums, on="subject", how="inner", maintain_order="left")
    scale = (pl.col("value") / pl.col("energy")).fill_nan(0.0)
    return (
        whole.with_columns(
            pl.lit(MARKET).alias("name"),
            pl.col("months_owned").alias("owned"),
            pl.coalesce("sum_unit", "any_unit").alias("unit"),
            pl.when(pl.col("value").is_null()).then("why").alias("reason"),
            null().alias("basis"),
            pl.lit(f"{MARKET}/{METHOD}").alias("method"),
            pl.concat_list(
                pl.col("said").list.drop_nulls(),
                pl.when(pl.col("covered").is_not_null()).then(pl.concat_list("covered")).otherwise(texts()),
            ).alias("notes"),
            pl.col("months").alias("inputs"),
            pl.lit(True).alias("counted"),
            pl.col("silent").alias("absent"),
            (pl.col("variance") * scale**2).fill_null(0.0).alias("variance"),
        )
        .with_columns(*interval())
        .select(*_COLUMNS)
    )
