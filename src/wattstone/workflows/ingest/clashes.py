"""Readings that share time with others without being the same: another length, or a meter without a fixed one."""

import polars as pl

from wattstone.workflows.ingest.tally import Tally

_KEY = ["meter", "start"]
_REGULAR = 0.9  # share of steps that are a multiple of the usual one, from which on a meter is regular
_FEW = 0.1  # clashes beside each fresh reading that an irregular meter may have: those at the ends of what is fresh


def clashes(fresh: pl.DataFrame, held: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    """Find fresh readings and held ones that share time.

    A regular meter has one interval length for each stretch of time, and anything else is a problem. The stamps of an
    irregular one fall where they fall, and the length of its intervals was only ever the usual one: an interval ends
    where the next begins, whichever of them arrives first.

    Parameters
    ----------
    fresh : polars.DataFrame
        Columns meter, start, seconds, value, was, lasted (value and length of the held reading with that start, null
        for none), batch.
    held : polars.DataFrame
        Schema `ROW`.
    tally : Tally
        Takes the problems.

    Returns
    -------
    polars.DataFrame
        Intervals to be shortened: meter, start, seconds (the new length), batch (of the fresh reading in the case).
    """
    own = held.filter(pl.col("meter").is_in(fresh["meter"].unique().implode()))
    kept = own.join(fresh.select(_KEY), on=_KEY, how="anti")
    columns = [*_KEY, pl.col("seconds").cast(pl.Int64)]
    mixed = pl.concat(
        [
            kept.select(*columns, pl.lit(0, pl.Int32).alias("batch")),
            fresh.select(*columns, "batch"),
        ]
    ).sort(_KEY)
    step = (pl.col("start").shift(-1) - pl.col("start")).dt.total_seconds()
    reaching = mixed.with_columns(step.alias("step"), pl.col("batch").shift(-1).alias("next")).filter(
        (mixed["meter"].shift(-1) == mixed["meter"]).fill_null(False)
        & (pl.col("seconds") > pl.col("step"))
        & ((pl.col("batch") == 0) != (pl.col("next") == 0))
    )
    longer = _other_length(fresh, tally)
    if reaching.is_empty() and longer.is_empty():
        return _none()
    irregular = _irregular(pl.concat([reaching.select("meter"), longer.select("meter")])["meter"], mixed)
    many = _many(reaching, fresh)
    bad = ~pl.col("meter").is_in(irregular) | pl.col("meter").is_in(many)
    tally.add("readings.mixed", pl.concat([frame.filter(bad).select(_KEY) for frame in (reaching, longer)]))
    return reaching.filter(~bad).select(
        *_KEY, pl.col("step").cast(pl.Int32).alias("seconds"), pl.max_horizontal("batch", "next").alias("batch")
    )


def shortened(rows: pl.DataFrame, clash: pl.DataFrame) -> pl.DataFrame:
    """Rows with the lengths that `clashes` found; a changed one belongs to the source that changed it."""
    if clash.is_empty():
        return rows
    new = clash.rename({"seconds": "shorter", "batch": "by"})
    return rows.join(new, on=_KEY, how="left", maintain_order="left", coalesce=True).select(
        pl.coalesce("shorter", "seconds").alias("seconds")
        if name == "seconds"
        else pl.coalesce("by", "batch").alias("batch")
        if name == "batch"
        else name
        for name in rows.columns
    )


def _none() -> pl.DataFrame:
    return pl.DataFrame(schema={"meter": pl.Int32, "start": pl.Datetime("us"), "seconds": pl.Int32, "batch": pl.Int32})


def _other_length(fresh: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    """Fresh readings with the start of a held one and another length.

    Where the length is declared and the value the same, the declaration corrects the length and nothing else.
    """
    declared = pl.col("meter").is_in(list(tally.declared)) & pl.col("value").eq_missing(pl.col("was"))
    return fresh.filter((pl.col("seconds") != pl.col("lasted")).fill_null(False) & ~declared)


def _irregular(meters: pl.Series, mixed: pl.DataFrame) -> list[int]:
    """Those of the meters whose stamps follow no step."""
    step = (pl.col("start").shift(-1) - pl.col("start")).dt.total_seconds()
    steps = (
        mixed.filter(pl.col("meter").is_in(meters.unique().implode()))
        .select("meter", pl.when(pl.col("meter").shift(-1) == pl.col("meter")).then(step).alias("step"))
        .drop_nulls()
    )
    usual = pl.col("step").mode().min().over("meter")
    fits = (pl.col("step") % usual == 0) | (usual % pl.col("step") == 0)
    shares = steps.with_columns(fits.alias("fits")).group_by("meter").agg(pl.col("fits").mean())
    return shares.filter(pl.col("fits") < _REGULAR)["meter"].to_list()


def _many(reaching: pl.DataFrame, fresh: pl.DataFrame) -> list[int]:
    """Meters of which so much is clashing that it is no longer the ends of what is fresh."""
    counts = reaching.group_by("meter").len("clashing").join(fresh.group_by("meter").len("fresh"), on="meter")
    return counts.filter(pl.col("clashing") > 2 + _FEW * pl.col("fresh"))["meter"].to_list()
