"""Tables and charts of the report on factories and parks."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from wattstone.programme.factories.lines import registry_line, score_line
from wattstone.programme.factories.scorecard import by_axis
from wattstone.programme.kinds import record_kind
from wattstone.programme.numbers import grouped
from wattstone.programme.report import Chart, Column, Said, Table

__all__ = ["charts", "tables"]

_PROGRAMMES: Final = record_kind("registry").field("programme").choices
_SURE: Final = record_kind("registry").field("confidence").choices
_EVENTS: Final = record_kind("factory_status").field("event").choices
_LEVELS: Final = {**record_kind("factory_status").field("level").choices, "unsaid": "Not said"}
_AXES: Final = record_kind("score_row").field("axis").choices
_MISSING: Final = {
    "answer": "No answer", "value": "No value", "floor": "No share at the base value", "none": "Nothing",
}  # fmt: skip
_GONE: Final = {"removed": "Removed", "removed_implied": "Removed, as the rest implies"}
_MOVES: Final = ("total", "net", "added", "removed")
_COUNTS: Final = ["total", "net", "added", "removed", "removed_implied"]
_SCORES: Final = ("score", "evidenced", "points")
_WHICH: Final = (
    Column("site", "Site"), Column("table", "Scorecard table"), Column("indicator", "Indicator"),
    Column("title", "Title"),
)  # fmt: skip
_LACKS: Final = Column("missing", "What is missing", labels=_MISSING)


def tables(
    moved: pl.DataFrame, stood: pl.DataFrame, cards: pl.DataFrame, points: pl.DataFrame, year: int
) -> tuple[Table, ...]:
    """The tables that have rows; numbers that are lines of the report name them.

    Parameters
    ----------
    moved, stood, cards, points : DataFrame
        As `movements`, `standing`, `totals` and `scored` give them.
    year : int
        Of the report.

    Returns
    -------
    tuple of Table
    """
    found = (_registries(moved, year), _standing(stood), _cards(cards), *_axes(points), *_indicators(points))
    return tuple(one for one in found if not one.rows.is_empty())


def charts(moved: pl.DataFrame, points: pl.DataFrame) -> tuple[Chart, ...]:
    """The registries, and one chart a scorecard's table: the first-level indicators of two editions do not compare."""
    registry = Chart(
        id="registries",
        title="Listed at the end of each year",
        mark="grouped",
        table="registries",
        x="year",
        y="total",
        series="programme",
        note=Said("Programmes of different authorities stand side by side and are not added up."),
    )
    editions = dict(points.select("table", "edition").iter_rows())
    axes = (
        Chart(
            id=one.id,
            title="Share of the weight by first-level indicator",
            mark="grouped",
            table=one.id,
            x="axis",
            y="share",
            series="site",
            most=1.0,
            note=Said(
                "By the table {table}, GB/T 36132-{edition}.",
                {"table": (name := one.rows["table"][0]), "edition": editions[name]},
            ),
        )
        for one in _axes(points)
    )
    return (*([] if moved["total"].is_null().all() else [registry]), *axes)


def _registries(moved: pl.DataFrame, year: int) -> Table:
    columns = (
        Column("programme", "Public programme", labels=_PROGRAMMES),
        Column("year", "End of year"),
        Column("total", "Listed"),
        Column("net", "Net growth"),
        Column("added", "Added, gross"),
        *(Column(name, label) for name, label in _GONE.items() if moved[name].is_not_null().any()),
        Column("confidence", "Confidence", labels=_SURE),
        Column("source", "Source"),
    )
    own = pl.col("year") == year
    at = {f"{name}@line": pl.when(own).then(pl.format(registry_line("{}", name), "programme")) for name in _MOVES}
    rows = moved.with_columns(pl.col(_COUNTS).cast(pl.Float64), **at)  # counts in groups, years are not
    return Table("registries", "Registries by year", columns, rows)


def _standing(stood: pl.DataFrame) -> Table:
    columns = (
        Column("site", "Site"),
        Column("programme", "Public programme", labels=_PROGRAMMES),
        Column("level", "Level", labels=_LEVELS),
        Column("event", "Last event", labels=_EVENTS),
        Column("date", "Day"),
        Column("listed", "On the list"),
        Column("first_listed", "First listed"),
        Column("batch", "Batch"),
        Column("source", "Source"),
    )
    told = stood.with_columns(pl.col("level").fill_null("unsaid"))
    return Table("standing", "Own sites in the programmes", columns, told)


def _cards(cards: pl.DataFrame) -> Table:
    columns = (
        Column("site", "Site"),
        Column("table", "Scorecard table"),
        Column("edition", "Edition of GB/T 36132"),
        Column("weights", "Sum of weights", "points"),
        Column("points", "Points before basic requirements", "points"),
        Column("basic_open", "Basic requirements open"),
        Column("missing", "Indicators without a score"),
        Column("score", "Score", "points"),
        Column("evidenced", "Of these shown by evidence", "points"),
    )
    subjects = cards.select("table", "site").rows()
    named = {name: [f"{score_line(name, table)}|site:{site}" for table, site in subjects] for name in _SCORES}
    at = {f"{name}@line": pl.Series(lines, dtype=pl.String) for name, lines in named.items()}
    listed = pl.when(pl.col("basic_open", "missing").list.len() > 0).then(pl.col("basic_open", "missing"))
    return Table("scorecards", "Scorecards", columns, cards.with_columns(listed.list.join(", ").fill_null("–"), **at))


def _axes(points: pl.DataFrame) -> tuple[Table, ...]:
    columns = (
        Column("site", "Site"),
        Column("table", "Scorecard table"),
        Column("axis", "First-level indicator", labels=_AXES),
        Column("weight", "Weight", "points"),
        Column("points", "Points", "points"),
        Column("share", "Share of the weight"),
    )
    order = {axis: place for place, axis in enumerate(_AXES)}
    shares = by_axis(points).with_columns(share=pl.col("points") / pl.col("weight")).sort(
        "site", "table", pl.col("axis").replace_strict(order, return_dtype=pl.Int32)
    )  # fmt: skip
    apart = shares.partition_by("table", maintain_order=True)
    ids = ["axes" if number == 0 else f"axes-{number + 1}" for number in range(len(apart))]
    return tuple(
        Table(name, "Scorecards by first-level indicator", columns, rows)
        for name, rows in zip(ids, apart, strict=True)
    )  # fmt: skip


def _indicators(points: pl.DataFrame) -> Iterator[Table]:
    """Basic requirements, other requirements, and what is measured, each with what it has."""
    basic = pl.col("axis") == "basic"
    measured = pl.col("base").is_not_null() & pl.col("leading").is_not_null()
    ranges = [
        "–" if base is None or leading is None else f"{grouped(base)} → {grouped(leading)} {unit or ''}".rstrip()
        for base, leading, unit in points.select("base", "leading", "unit").iter_rows()
    ]
    told = points.with_columns(pl.col("missing").fill_null("none"), range=pl.Series(ranges, dtype=pl.String))
    met = (Column("part_met", "Share that is met"),)
    scored = (Column("weight", "Weight", "points"), Column("points", "Points", "points"))
    values = (Column("value", "Value"), Column("range", "Base → leading value"))
    for name, title, of, columns in (
        ("basic", "Basic requirements", basic, met),
        ("requirements", "Requirements of the scorecards", ~basic & ~measured, (*met, *scored)),
        ("indicators", "Indicators of the scorecards", ~basic & measured, (*values, *scored)),
    ):
        rows = told.filter(of)
        lacks = [_LACKS] if (rows["missing"] != "none").any() else []
        yield Table(name, title, (*_WHICH, *columns, Column("evidenced", "Shown by evidence"), *lacks), rows)
