"""Tables, charts and the map of the report on areas."""

from typing import Any, Final

import polars as pl

from wattstone.programme.kinds import record_kind
from wattstone.programme.nature.account import Account
from wattstone.programme.nature.ledger import DELIVERED, STATUSES
from wattstone.programme.nature.lines import of_partners, partner_line, status_line
from wattstone.programme.report import Chart, Column, Said, Table

__all__ = ["charts", "tables"]

_MOST: Final = 200
_AREA: Final = record_kind("area")
_STATUS: Final = {one: _AREA.field("status").choices[one] for one in STATUSES}
_DOES: Final = _AREA.field("intervention").choices

_GROSS, _NET = Column("gross", "Gross", "ha"), Column("net", "Own part of the net", "ha")
_SAYS_STATUS: Final = Column("status", "Status", labels=_STATUS)


def tables(told: Account, layers: pl.DataFrame) -> tuple[Table, ...]:
    """Tables of areas.

    Parameters
    ----------
    told : Account
    layers : DataFrame
        Entries of kind `layer`.

    Returns
    -------
    tuple of Table
    """
    rows = told.rows
    return (
        Table(
            "areas-years", "Delivered land by year",
            (
                Column("year", "Year"), Column("entries", "Areas"), _GROSS, Column("net", "Net", "ha"),
                Column("first", "New in the year", "ha"), Column("ever", "Ever until then", "ha"),
            ), _of_years(told),
        ),
        Table("areas-status", "By status", (_SAYS_STATUS, Column("entries", "Areas"), _GROSS, _NET), _of_status(rows)),
        Table(
            "areas-partners", "By partner and status",
            (Column("partner", "Partner"), _SAYS_STATUS, Column("entries", "Areas"), _GROSS, _NET),
            _of_partners(rows),
        ),
        Table(
            "areas-cells", "By status, intervention, ecosystem and country",
            (
                _SAYS_STATUS, Column("intervention", "Intervention", labels=_DOES), Column("ecosystem", "Ecosystem"),
                Column("country", "Country"), Column("entries", "Areas"), _GROSS, _NET,
            ), _unlinked(_by(rows, "status", "intervention", "ecosystem", "country"), "gross", "net"),
        ),
        Table(
            "areas-overlaps", "Overlaps, the largest first", _OVERLAP,
            _unlinked(told.pairs.head(_MOST), "area", "share"),
        ),
        *_mapped(rows, layers),
    )  # fmt: skip


_OVERLAP: Final = (
    Column("name", "Area"), Column("partner", "Partner"), Column("status", "Status", labels=_STATUS),
    Column("name_other", "Other area"), Column("partner_other", "Partner of the other"),
    Column("status_other", "Status of the other", labels=_STATUS), Column("area", "Both cover", "ha"),
    Column("share", "Share of the smaller area", "1"),
)  # fmt: skip


def _by(rows: pl.DataFrame, *columns: str) -> pl.DataFrame:
    order: list[Any] = [
        pl.col("status").replace_strict(list(_STATUS), list(range(len(_STATUS))), default=None) if one == "status"
        else pl.col(one)
        for one in columns
    ]  # fmt: skip
    sums = [pl.len().cast(pl.Int64).alias("entries"), pl.col("gross").sum(), pl.col("net").sum()]
    return rows.group_by(*columns).agg(sums).sort(*order, nulls_last=True)


def _unlinked(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Numbers that are no figures of their own, whatever other figure has their value."""
    return frame.with_columns(pl.lit("").alias(f"{one}@line") for one in columns)


def _of_years(told: Account) -> pl.DataFrame:
    this = pl.col("year") == told.year
    name = pl.format("nature.area.net|organisation|{}", "year")
    gross = pl.when(this).then(pl.lit("nature.area.gross")).otherwise(pl.lit(""))
    return _unlinked(told.years, "first", "ever").with_columns(name.alias("net@line"), gross.alias("gross@line"))


def _of_status(rows: pl.DataFrame) -> pl.DataFrame:
    by = _by(rows, "status")
    return by.with_columns(
        pl.col("status").map_elements(lambda one, gross=gross: status_line(one, gross=gross), return_dtype=pl.String)
        .alias(f"{name}@line")
        for name, gross in (("net", False), ("gross", True))
    )  # fmt: skip


def _of_partners(rows: pl.DataFrame) -> pl.DataFrame:
    """Those that have no lines, beyond the largest, link nowhere."""
    linked = of_partners(rows).select("partner", "status")
    names = [
        {"status": one, "net@line": partner_line(one), "gross@line": partner_line(one, gross=True)} for one in _STATUS
    ]
    of = linked.join(pl.DataFrame(names), on="status").with_columns(
        pl.format("{}|partner:{}", f"{name}@line", "partner").alias(f"{name}@line") for name in ("net", "gross")
    )
    return (
        _by(rows, "partner", "status")
        .join(of, on=["partner", "status"], how="left", maintain_order="left")
        .with_columns(pl.col("net@line", "gross@line").fill_null(""))
    )


def _mapped(rows: pl.DataFrame, layers: pl.DataFrame) -> tuple[Table, ...]:
    """The areas with their shapes, and below them what the user brought."""
    columns = (
        Column("shape", "Boundary"), Column("name", "Area"), Column("partner", "Partner"), _SAYS_STATUS,
        Column("intervention", "Intervention", labels=_DOES), Column("ecosystem", "Ecosystem"), _GROSS, _NET,
    )  # fmt: skip
    largest = _unlinked(rows.sort("gross", "entry", descending=[True, False]).head(_MOST), "gross", "net")
    brought = layers.sort("entry").select("name", shape="geometry")
    return (
        Table("areas-map", "Areas, the largest first", columns, largest),
        Table("areas-map-layers", "Map layers", (Column("shape", "Boundary"), Column("name", "Name")), brought),
    )


def charts(told: Account) -> tuple[Chart, ...]:
    """Charts of areas, and the map.

    Parameters
    ----------
    told : Account

    Returns
    -------
    tuple of Chart
    """
    if told.rows.is_empty():
        return ()
    drawn = [
        Chart(
            id="areas-map", title="Where the areas are", mark="areas", table="areas-map", x="shape", y="name",
            series="status", note=Said("Layers are those entered; no boundary of a country is drawn by Wattstone."),
        ),
        Chart(
            id="areas-status", title="Net land by status", mark="bar", table="areas-status", x="status", y="net",
            note=Said("Planned land and land under agreement are not delivered."),
        ),
    ]  # fmt: skip
    if told.years.height > 1 and told.rows["status"].is_in(DELIVERED).any():
        drawn.append(
            Chart(id="areas-years", title="Delivered land over the years", mark="step", table="areas-years", x="year",
                  y="net", note=Said("Land that has ended leaves the net."))
        )  # fmt: skip
    return tuple(drawn)
