"""What went where: loads into clean mass and rejects, mixed waste into materials, diversion and capture."""

import polars as pl

from wattstone.programme.waste.constants import MATERIALS

__all__ = ["DIVERTED", "capture_rates", "diversion", "materials_of", "moved"]

DIVERTED = ("reuse", "recycling", "composting", "digestion")
"""Routes that divert waste from disposal; incineration counts as disposal, with or without energy, as in GRI 306."""


def moved(weighings: pl.DataFrame) -> pl.DataFrame:
    """Loads as masses: the clean part goes the load's way, contamination the way of its rejects.

    A load whose contamination nobody stated is taken as it was booked, and told apart.

    Parameters
    ----------
    weighings : pl.DataFrame
        Entries of `weighing`, masses in t.

    Returns
    -------
    pl.DataFrame
        `hash`, `year`, `site`, `stream`, `route`, `facility`, `mass` [t], `reject`, `unchecked`, `apart`: two rows of a
        contaminated load, whose masses add up to its mass; rejects are mixed waste, what is collected apart is not.
    """
    share = pl.col("contamination").fill_null(0.0)
    year = pl.col("date").dt.year().cast(pl.Int32).alias("year")
    clean = weighings.select(
        "hash", year, "site", "stream", "route", "facility", mass=pl.col("mass") * (1.0 - share), reject=False,
        unchecked=pl.col("contamination").is_null(), apart=pl.col("stream") != "mixed",
    )  # fmt: skip
    rejects = weighings.filter(share > 0).select(
        "hash", year, "site", pl.lit("mixed").alias("stream"), pl.col("reject_route").alias("route"),
        pl.col("reject_facility").alias("facility"), mass=pl.col("mass") * share, reject=True, unchecked=False,
        apart=False,
    )  # fmt: skip
    return pl.concat([clean, rejects])


def materials_of(masses: pl.DataFrame, compositions: pl.DataFrame) -> pl.DataFrame:
    """Mixed waste split into materials by the sorting analysis of its site and year.

    Parameters
    ----------
    masses : pl.DataFrame
        Of `moved`.
    compositions : pl.DataFrame
        Entries of `waste_composition`.

    Returns
    -------
    pl.DataFrame
        As `masses` with one row per material; mixed waste without an analysis stays `mixed`. Masses add up as before.
    """
    shares = (
        compositions.select("site", "year", *MATERIALS)
        .unpivot(on=list(MATERIALS), index=["site", "year"], variable_name="material", value_name="share")
        .with_columns(pl.col("share") / pl.col("share").sum().over("site", "year"))
        .filter(pl.col("share") > 0)
    )
    mixed = masses.filter(pl.col("stream") == "mixed").join(shares, on=["site", "year"], how="left")
    split = mixed.select(
        "hash", "year", "site", pl.coalesce("material", "stream").alias("stream"), "route", "facility",
        (pl.col("mass") * pl.col("share").fill_null(1.0)).alias("mass"), "reject", "unchecked", "apart",
    )  # fmt: skip
    return pl.concat([masses.filter(pl.col("stream") != "mixed"), split])


def diversion(masses: pl.DataFrame) -> pl.DataFrame:
    """Mass by stream and route, and which of it was diverted from disposal [1]_.

    Parameters
    ----------
    masses : pl.DataFrame
        Of `moved`, of one year.

    Returns
    -------
    pl.DataFrame
        `stream`, `route`, `mass` [t], `diverted` [t], `rejects` [t], sorted.

    References
    ----------
    .. [1] GRI 306: Waste 2020, disclosures 306-3 to 306-5.
    """
    away = pl.col("route").is_in(DIVERTED) & ~pl.col("reject")
    return (
        masses.group_by("stream", "route")
        .agg(
            pl.col("mass").sum(), diverted=pl.col("mass").filter(away).sum(),
            rejects=pl.col("mass").filter("reject").sum(),
        )
        .sort("stream", "route")
    )  # fmt: skip


def capture_rates(masses: pl.DataFrame) -> pl.DataFrame:
    """How much of each material that arose was collected apart and diverted.

    Rejects of other loads are left out: what they consist of is not known.

    Parameters
    ----------
    masses : pl.DataFrame
        Of `materials_of`, of one year.

    Returns
    -------
    pl.DataFrame
        `stream`, `apart` [t] diverted, `left` [t] in what was disposed of, `rate`; of materials of which
        some was diverted.
    """
    away = pl.col("apart") & pl.col("route").is_in(DIVERTED)
    return (
        masses.filter(pl.col("stream").is_in(MATERIALS) & ~pl.col("reject"))
        .group_by("stream")
        .agg(apart=pl.col("mass").filter(away).sum(), left=pl.col("mass").filter(~away).sum())
        .filter(pl.col("apart") > 0)
        .with_columns(rate=pl.col("apart") / (pl.col("apart") + pl.col("left")))
        .sort("stream")
    )
