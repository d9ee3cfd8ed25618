"""Sites against thresholds of hazards: which are exposed, how many were looked at, and how much floor area that is."""

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from wattstone.disclosure.hazards.named import HAZARDS, LAYER_SCENARIOS
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
        looked at is not known) [m2], `hashes`, `threshold`, `unit`, `layer`, `source`, `alike` (whether all sites
        have one threshold).
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
            pl.col("hash").sort().alias("hashes"), _alike().alias("alike"),
            *(pl.col(one).cast(pl.String).unique().sort().str.join("; ").alias(one) for one in _TOLD),
        )
        .with_columns(pl.lit(sites.height, pl.Int64).alias("sites"))
        .sort(_BY)
    )  # fmt: skip


def _alike() -> pl.Expr:
    """Whether all of some entries have one threshold."""
    return (pl.col("threshold").n_unique() == 1) & (pl.col("unit").n_unique() == 1)


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


def hazard_lines(hazards: pl.DataFrame, sites: pl.DataFrame, year: int) -> Iterator[Line]:
    """Sites exposed, their share of those looked at, and the same of floor area; the period is that of the layer.

    Parameters
    ----------
    hazards, sites : polars.DataFrame
        As for `screened`.
    year : int
        That is reported: of all layers together.
    """
    if hazards.height:
        yield from _together(hazards, sites, year)
        yield from _read(hazards)
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
        if row["alike"]:
            yield Line(
                name=f"{name}.threshold", label="Threshold of exposure", value=float(row["threshold"]),
                unit=row["unit"], period=period, method="disclose.stated/1", inputs=inputs, basis="stated",
            )  # fmt: skip
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


def _together(hazards: pl.DataFrame, sites: pl.DataFrame, year: int) -> Iterator[Line]:
    """Sites by whether any layer exposes them, and by whether any was read there."""
    inputs = inputs_of("hazard", hazards)
    unseen = len(unscreened(hazards, sites))
    exposed = with_exposed(hazards).filter("exposed")["site"].n_unique()
    for name, label, count in (
        ("exposed", "Sites exposed to any hazard", exposed),
        ("looked_at", "Sites looked at for any hazard", sites.height - unseen),
        ("unseen", "Sites without a value of any hazard", unseen),
    ):
        yield Line(
            name=f"disclose.sites.{name}", label=label, value=float(count), unit="1", period=str(year), method=_METHOD,
            inputs=inputs, basis="computed",
        )  # fmt: skip


def _read(hazards: pl.DataFrame) -> Iterator[Line]:
    """What layers say at each site; from where on a site counts as exposed, where that is not the same of all."""
    for row in hazards.with_columns(alike=_alike().over(_BY)).sort("entry").iter_rows(named=True):
        for name, label in (("value", "Hazard at a site"), ("threshold", "Threshold of exposure at a site")):
            if row[name] is not None and not (name == "threshold" and row["alike"]):
                yield Line(
                    name=f"disclose.hazard.{name}", label=label, value=float(row[name]), unit=row["unit"],
                    period=str(row["horizon_year"]), method="disclose.stated/1", inputs=(f"entry:{row['hash']}",),
                    subject=f"entry:{row['entry']}", basis="stated",
                )  # fmt: skip


def _over(above: float | None, below: float | None) -> float | None:
    return None if above is None or not below else float(above) / float(below)


_HAZARD: Final = Column("hazard", "Hazard", labels=HAZARDS)
_SCENARIO: Final = Column("scenario", "Scenario", labels=LAYER_SCENARIOS)
_COUNTS: Final = (
    _HAZARD, _SCENARIO, Column("horizon_year", "Year"),
    Column("exposed", "Sites exposed"), Column("looked_at", "Sites looked at"), Column("sites", "Sites in all"),
    Column("share", "Share of the sites looked at"), Column("area", "Floor area exposed", "m2"),
    Column("area_share", "Share of the floor area looked at"), Column("threshold", "Threshold"), Column("unit", "Unit"),
    Column("layer", "Layer"), Column("source", "Source"),
)  # fmt: skip
_SITES: Final = (
    Column("name", "Site"), _HAZARD, _SCENARIO, Column("horizon_year", "Year"),
    Column("value", "Value"), Column("unit", "Unit"), Column("threshold", "Threshold"),
    Column("state", "Exposed", labels={"yes": "Yes", "no": "No", "none": "No data there"}),
)  # fmt: skip


def hazard_tables(hazards: pl.DataFrame, sites: pl.DataFrame, year: int) -> Iterator[Table]:
    """Counts by hazard, scenario and year, and every site with a hazard; those that have rows.

    Parameters
    ----------
    hazards, sites, year
        As for `hazard_lines`.
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
        for name in ("exposed", "looked_at", "share", "area", "area_share", "threshold")
    ]
    seen = pl.col("looked_at") > 0
    counts = counts.with_columns(
        share=pl.when(seen).then(pl.col("exposed") / pl.col("looked_at")),
        area_share=pl.when(seen & (pl.col("area_looked_at") > 0)).then(pl.col("area") / pl.col("area_looked_at")),
        **{"sites@line": pl.lit(f"disclose.sites.all|organisation|{year}")},
    ).with_columns(*links)
    limits = counts.select(*_BY, pl.when("alike").then("threshold@line").alias("threshold@line"))
    counts = counts.with_columns(limits["threshold@line"], pl.col("threshold").str.replace_all(r"\.0\b", ""))
    yield Table("hazards", "Sites exposed by hazard, scenario and year", _COUNTS, counts)
    state = pl.when("exposed").then(pl.lit("yes")).when(~pl.col("exposed")).then(pl.lit("no")).otherwise(pl.lit("none"))
    each = with_exposed(hazards).with_columns(state=state).join(sites.select("site", "name"), on="site", how="left")
    value, threshold = (
        pl.format(f"disclose.hazard.{name}|entry:{{}}|{{}}", "entry", "horizon_year") for name in ("value", "threshold")
    )
    rows = each.join(limits, on=list(_BY), how="left").with_columns(
        pl.coalesce("name", "site").alias("name"),
        pl.when(pl.col("value").is_not_null()).then(value).alias("value@line"),
        pl.coalesce("threshold@line", threshold).alias("threshold@line"),
    ).sort("hazard", "scenario", "horizon_year", "site")  # fmt: skip
    yield Table("hazard_sites", "Hazards at sites", _SITES, rows)


def absent_table(absent: pl.DataFrame) -> Iterator[Table]:
    """Hazards that are declared as not looked at."""
    if absent.height:
        rows = absent.sort("hazard").rename({"reason_en": "reason", "reason_zh": "reason@zh"})
        yield Table("hazards_absent", "Hazards not screened", (_HAZARD, Column("reason", "Reason")), rows)


def unscreened(hazards: pl.DataFrame, sites: pl.DataFrame) -> Sequence[str]:
    """Sites of which no hazard has a value."""
    seen: set[str] = set(hazards.filter(pl.col("value").is_not_null())["site"])
    return [one for one in sites["site"].sort() if one not in seen]
