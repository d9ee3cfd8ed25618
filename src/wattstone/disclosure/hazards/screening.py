"""Sites against thresholds of hazards: which are exposed, how many were looked at, and how much floor area that is."""

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from wattstone.disclosure.line_names import part
from wattstone.programme.entries import inputs_of
from wattstone.programme.report import Column, Line, Said, Table

__all__ = ["SITES", "absent_table", "hazard_lines", "hazard_tables", "screened", "unscreened", "with_exposed"]

SITES: Final[dict[str, pl.DataType]] = {
    "site": pl.String(),
    "name": pl.String(),
    "floor_area": pl.Float64(),  # m2; null where it is not known
}
"""What is known of the sites of a portfolio."""

_METHOD: Final = "disclose.screening/1"
_BY: Final = ("hazard", "scenario", "horizon_year")
_TOLD: Final = ("threshold", "unit", "layer", "source")
_THRESHOLD: Final = Said("exposed from {threshold} {unit} on, by {layer}: {source}")


def screened(hazards: pl.DataFrame, sites: pl.DataFrame) -> pl.DataFrame:
    """Counts by hazard, scenario and year.

    Parameters
    ----------
    hazards : polars.DataFrame
        Entries of kind `hazard`.
    sites : polars.DataFrame
        Schema `SITES`: all of the portfolio.

    Returns
    -------
    polars.DataFrame
        `hazard`, `scenario`, `horizon_year`, `exposed`, `looked_at` (sites with a value), `sites` (all of the
        portfolio), `area` and `area_looked_at` (of exposed sites and of those looked at, null where that of any
        looked at is not known) [m2], `hashes`, `threshold`, `unit`, `layer`, `source`.
    """
    told = with_exposed(hazards).join(sites, on="site", how="left")
    seen = pl.col("exposed").is_not_null()
    areas = (pl.col("floor_area").is_not_null() | ~seen).all()
    return (
        told.group_by(_BY)
        .agg(
            pl.col("exposed").sum().cast(pl.Int64).alias("exposed"), seen.sum().cast(pl.Int64).alias("looked_at"),
            pl.when(areas).then(pl.col("floor_area").filter(pl.col("exposed")).sum()).alias("area"),
            pl.when(areas).then(pl.col("floor_area").filter(seen).sum()).alias("area_looked_at"),
            pl.col("hash").sort().alias("hashes"),
            *(pl.col(one).cast(pl.String).unique().sort().str.join("; ").alias(one) for one in _TOLD),
        )
        .with_columns(pl.lit(sites.height, pl.Int64).alias("sites"))
        .sort(_BY)
    )  # fmt: skip


def with_exposed(hazards: pl.DataFrame) -> pl.DataFrame:
    """Entries with `exposed`: whether the value reaches the threshold, null where the layer has none there.

    Examples
    --------
    >>> rows = pl.DataFrame({"value": [1.0, 0.4, None, 1.0], "threshold": 0.5, "upward": [True, True, True, False]})
    >>> with_exposed(rows)["exposed"].to_list()
    [True, False, None, False]
    """
    over = (
        pl.when("upward").then(pl.col("value") >= pl.col("threshold")).otherwise(pl.col("value") <= pl.col("threshold"))
    )
    return hazards.with_columns(over.alias("exposed"))


def hazard_lines(hazards: pl.DataFrame, sites: pl.DataFrame) -> Iterator[Line]:
    """Sites exposed, their share of those looked at, and the same of floor area; the period is that of the layer.

    Parameters
    ----------
    hazards, sites : polars.DataFrame
        As for `screened`.
    """
    for row in screened(hazards, sites).iter_rows(named=True):
        name = f"disclose.hazard.{part(row['hazard'])}.{part(row['scenario'])}"
        rows = pl.DataFrame({"hash": row["hashes"]})
        inputs, period = inputs_of("hazard", rows), str(row["horizon_year"])
        notes = (
            Said(_THRESHOLD.text, {one: row[one] for one in _TOLD}),
            Said("{seen} of {sites} sites of the portfolio were looked at",
                 {"seen": row["looked_at"], "sites": row["sites"]}),
        )  # fmt: skip
        none = Said("the layer has no data at any site") if not row["looked_at"] else None
        for end, label, value, unit, why in (
            ("exposed", "Sites exposed", float(row["exposed"]), "1", None),
            ("looked_at", "Sites looked at", float(row["looked_at"]), "1", None),
            ("share", "Share of the sites looked at that is exposed", _over(row["exposed"], row["looked_at"]), "1",
             none),
            ("area", "Floor area exposed", row["area"], "m2", None),
            ("area_share", "Share of the floor area looked at that is exposed",
             _over(row["area"], row["area_looked_at"]), "1", none),
        ):  # fmt: skip
            unknown = Said("the floor area of a site that was looked at is not known")
            yield Line(
                name=f"{name}.{end}", label=label, value=None if why is not None else value, unit=unit, period=period,
                method=_METHOD, inputs=inputs, basis="computed", notes=notes,
                reason=why or (unknown if value is None else None),
            )  # fmt: skip


def _over(above: float | None, below: float | None) -> float | None:
    return None if above is None or not below else float(above) / float(below)


_COUNTS: Final = (
    Column("hazard", "Hazard"), Column("scenario", "Scenario"), Column("horizon_year", "Year"),
    Column("exposed", "Sites exposed"), Column("looked_at", "Sites looked at"), Column("sites", "Sites in all"),
    Column("share", "Share of the sites looked at"), Column("area", "Floor area exposed", "m2"),
    Column("area_share", "Share of the floor area looked at"), Column("threshold", "Threshold"), Column("unit", "Unit"),
    Column("layer", "Layer"), Column("source", "Source"),
)  # fmt: skip
_SITES: Final = (
    Column("name", "Site"), Column("hazard", "Hazard"), Column("scenario", "Scenario"), Column("horizon_year", "Year"),
    Column("value", "Value"), Column("unit", "Unit"), Column("threshold", "Threshold"),
    Column("state", "Exposed", labels={"yes": "Yes", "no": "No", "none": "No data there"}),
)  # fmt: skip


def hazard_tables(hazards: pl.DataFrame, sites: pl.DataFrame) -> Iterator[Table]:
    """Counts by hazard, scenario and year, and every site with a hazard; those that have rows.

    Parameters
    ----------
    hazards, sites : polars.DataFrame
        As for `screened`.
    """
    if hazards.is_empty():
        return
    counts = screened(hazards, sites)
    names = [
        f"disclose.hazard.{part(hazard)}.{part(scenario)}.{{}}|organisation|{year}"
        for hazard, scenario, year in counts.select(_BY).iter_rows()
    ]
    links = [
        pl.Series(f"{name}@line", [one.format(name) for one in names], dtype=pl.String)
        for name in ("exposed", "looked_at", "share", "area", "area_share")
    ]
    seen = pl.col("looked_at") > 0
    counts = counts.with_columns(
        share=pl.when(seen).then(pl.col("exposed") / pl.col("looked_at")),
        area_share=pl.when(seen & (pl.col("area_looked_at") > 0)).then(pl.col("area") / pl.col("area_looked_at")),
    ).with_columns(*links)
    yield Table("hazards", "Sites exposed by hazard, scenario and year", _COUNTS, counts)
    state = pl.when("exposed").then(pl.lit("yes")).when(~pl.col("exposed")).then(pl.lit("no")).otherwise(pl.lit("none"))
    each = with_exposed(hazards).with_columns(state=state).join(sites.select("site", "name"), on="site", how="left")
    rows = each.with_columns(pl.coalesce("name", "site").alias("name")).sort(
        "hazard", "scenario", "horizon_year", "site"
    )
    yield Table("hazard_sites", "Hazards at sites", _SITES, rows)


def absent_table(absent: pl.DataFrame) -> Iterator[Table]:
    """Hazards that are declared as not looked at."""
    if absent.height:
        rows = absent.sort("hazard").rename({"reason_en": "reason", "reason_zh": "reason@zh"})
        yield Table(
            "hazards_absent", "Hazards not screened", (Column("hazard", "Hazard"), Column("reason", "Reason")), rows
        )


def unscreened(hazards: pl.DataFrame, sites: pl.DataFrame) -> Sequence[str]:
    """Sites of which no hazard has a value."""
    seen: set[str] = set(hazards.filter(pl.col("value").is_not_null())["site"])
    return [one for one in sites["site"].sort() if one not in seen]
