"""The report on factories and parks: registries, own sites' standing, scorecards."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import polars as pl

from wattstone.programme.factories.checks import wrong
from wattstone.programme.factories.registries import movements, states
from wattstone.programme.factories.scorecard import by_axis, scored, totals
from wattstone.programme.factories.standing import standing
from wattstone.programme.held import held, rests_on
from wattstone.programme.kinds import record_kind
from wattstone.programme.report import Chart, Column, Line, ModuleReport, Said, Table
from wattstone.programme.slugs import slug

__all__ = ["build"]

_PROGRAMMES: Final = record_kind("registry").field("programme").choices
_EVENTS: Final = record_kind("factory_status").field("event").choices
_AXES: Final = record_kind("score_row").field("axis").choices
_SURE: Final = record_kind("registry").field("confidence").choices
_MISSING: Final = {"answer": "No answer", "value": "No value", "floor": "No share at the base value"}

_LABELS: Final = {
    ("green_factory", "total"): "Green factories, listed at the end of the year",
    ("green_factory", "net"): "Green factories, net growth",
    ("green_factory", "added"): "Green factories, added, gross",
    ("green_factory", "removed"): "Green factories, removed",
    ("supply_chain", "total"): "Green supply-chain enterprises, listed at the end of the year",
    ("supply_chain", "net"): "Green supply-chain enterprises, net growth",
    ("supply_chain", "added"): "Green supply-chain enterprises, added, gross",
    ("supply_chain", "removed"): "Green supply-chain enterprises, removed",
    ("green_park", "total"): "Green industrial parks, listed at the end of the year",
    ("green_park", "net"): "Green industrial parks, net growth",
    ("green_park", "added"): "Green industrial parks, added, gross",
    ("green_park", "removed"): "Green industrial parks, removed",
    ("eco_park", "total"): "Eco-industrial parks, listed at the end of the year",
    ("eco_park", "net"): "Eco-industrial parks, net growth",
    ("eco_park", "added"): "Eco-industrial parks, added, gross",
    ("eco_park", "removed"): "Eco-industrial parks, removed",
    ("green_product", "total"): "Green products, listed at the end of the year",
    ("green_product", "net"): "Green products, net growth",
    ("green_product", "added"): "Green products, added, gross",
    ("green_product", "removed"): "Green products, removed",
}
_ON_LIST: Final = {
    "green_factory": "Green factories, own sites on the list",
    "supply_chain": "Green supply-chain enterprises, own sites on the list",
    "green_park": "Green industrial parks, own sites on the list",
    "eco_park": "Eco-industrial parks, own sites on the list",
    "green_product": "Green products, own sites on the list",
}
_MOVES: Final = {
    "total": Said("listed at the end of the year"),
    "net": Said("net growth of the list: of its totals, after removals"),
    "added": Said("added in the year, gross"),
    "removed": Said("removed in the year"),
}

_LIMITS: Final = (
    Said("That a programme lists more factories says nothing of how any of them performs."),
    Said("A scorecard is a self-assessment by the table that was entered. It is no recognition by an authority."),
    Said("The tables of GB/T 36132 are not part of Wattstone: weights, base and leading values are those entered."),
    Said("That a value below the base value gives no points is an assumption; compare your copy of the standard."),
)


def build(entries: Mapping[str, pl.DataFrame], year: int, at: date | None = None) -> ModuleReport:
    """The report of a year.

    Parameters
    ----------
    entries : mapping of str to DataFrame
        By kind: `registry`, `factory_status`, `score_row`, `score_answer`.
    year : int
    at : date or None
        Standing of own sites on that day; on the last of the year where None.

    Returns
    -------
    ModuleReport
    """
    on = min(at or date(year, 12, 31), date(year, 12, 31))
    moved = movements(states(held(entries, "registry")))
    stood = standing(held(entries, "factory_status"), on)
    rows = held(entries, "score_row")
    points = scored(rows, held(entries, "score_answer").filter(pl.col("year") == year))
    cards = totals(points)
    lines = (*_registry_lines(moved, year), *_standing_lines(stood, on), *_score_lines(cards, points, year))
    return ModuleReport(
        module="factory",
        title="Green factories and parks",
        period=str(year),
        says=tuple(_says(stood, cards, on)),
        lines=lines,
        tables=(_registry_table(moved), _standing_table(stood), _card_table(cards), _axis_table(points), _rows(points)),
        charts=_charts(moved, points),
        findings=tuple(wrong(entries)),
        limits=_LIMITS,
    )


def _says(stood: pl.DataFrame, cards: pl.DataFrame, on: date) -> Iterator[Said]:
    listed = stood.filter(pl.col("listed"))
    if stood.is_empty():
        yield Said("No site has a status in a programme on {day}.", {"day": on.isoformat()})
    else:
        yield Said(
            "On {day}, {listed} of {known} standings of own sites in programmes are on a list.",
            {"day": on.isoformat(), "listed": listed.height, "known": stood.height},
        )
    whole = cards.filter(pl.col("score").is_not_null())
    if not cards.is_empty():
        yield Said(
            "{whole} of {cards} scorecards can be scored; the rest say what is missing.",
            {"whole": whole.height, "cards": cards.height},
        )


def _registry_lines(moved: pl.DataFrame, year: int) -> Iterator[Line]:
    for one in moved.filter(pl.col("year") == year).iter_rows(named=True):
        for name, what in _MOVES.items():
            if one[name] is None:
                continue
            yield Line(
                name=f"factory.registry.{one['programme']}.{name}",
                label=_LABELS[one["programme"], name],
                value=float(one[name]),
                unit="1",
                period=str(year),
                method="factory.registry/1",
                inputs=_registry_inputs(moved, one, name),
                basis="unconfirmed"
                if one["confidence"] == "unconfirmed"
                else "computed"
                if name == "net"
                else "stated",
                notes=(what, Said("source: {source}", {"source": one["source"]})),
            )


def _registry_inputs(moved: pl.DataFrame, row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    years = [row["year"] - 1, row["year"]] if name == "net" else [row["year"]]
    used = moved.filter((pl.col("programme") == row["programme"]) & pl.col("year").is_in(years))
    shipped = used.filter(pl.col("hash").is_null())["year"].to_list()
    return (
        *rests_on("registry", used["hash"]),
        *(f"given:registries.{row['programme']}.{one}=shipped" for one in shipped),
    )


def _standing_lines(stood: pl.DataFrame, on: date) -> Iterator[Line]:
    for programme in sorted(set(stood["programme"])):
        own = stood.filter(pl.col("programme") == programme)
        yield Line(
            name=f"factory.listed.{programme}",
            label=_ON_LIST[programme],
            value=float(own["listed"].sum()),
            unit="1",
            period=on.isoformat(),
            method="factory.standing/1",
            inputs=rests_on("factory_status", own["hash"]),
            basis="stated",
            notes=(Said("own sites on the list"),),
        )


def _score_lines(cards: pl.DataFrame, points: pl.DataFrame, year: int) -> Iterator[Line]:
    for one in cards.iter_rows(named=True):
        used = points.filter((pl.col("site") == one["site"]) & (pl.col("table") == one["table"]))
        inputs = (*rests_on("score_row", used["row_hash"]), *rests_on("score_answer", used["answer_hash"]))
        table = Said("by the table {table}, GB/T 36132-{edition}", {"table": one["table"], "edition": one["edition"]})
        opened = Said("basic requirements not met or not answered: {names}", {"names": ", ".join(one["basic_open"])})
        basic = [opened] if one["basic_open"] else []
        assumed = [Said("nothing is given below the base value, which is an assumption")] if one["assumed"] else []
        for name, label in (("score", "Score"), ("evidenced", "Score of what is shown by evidence")):
            yield Line(
                name=f"factory.{name}.{slug(one['table'])}",
                label=label,
                value=one[name],
                unit="points",
                period=str(year),
                method="factory.scorecard/1",
                inputs=inputs,
                subject=f"site:{one['site']}",
                basis="unconfirmed" if one["assumed"] else "computed",
                reason=None if one[name] is not None else _why(one),
                notes=(table, *basic, *assumed),
            )


def _why(card: Mapping[str, Any]) -> Said:
    if card["floorless"]:
        return Said(
            "the share of the weight at the base value is not given for {names}, and none is assumed",
            {"names": ", ".join(card["floorless"])},
        )
    if card["missing"]:
        return Said("no answer or no value for {names}", {"names": ", ".join(card["missing"])})
    return Said(
        "the weights of the table {table} add to {weights}, not to 100",
        {"table": card["table"], "weights": f"{card['weights']:g}"},
    )


def _registry_table(moved: pl.DataFrame) -> Table:
    columns = (
        Column("programme", "Public programme", labels=_PROGRAMMES),
        Column("year", "End of year"),
        Column("total", "Listed"),
        Column("net", "Net growth"),
        Column("added", "Added, gross"),
        Column("removed", "Removed"),
        Column("removed_implied", "Removed, as the rest implies"),
        Column("confidence", "Confidence", labels=_SURE),
        Column("source", "Source"),
    )
    return Table("registries", "Registries by year", columns, moved)


def _standing_table(stood: pl.DataFrame) -> Table:
    columns = (
        Column("site", "Site"),
        Column("programme", "Public programme", labels=_PROGRAMMES),
        Column("event", "Last event", labels=_EVENTS),
        Column("date", "Day"),
        Column("listed", "On the list"),
        Column("first_listed", "First listed"),
        Column("batch", "Batch"),
        Column("source", "Source"),
    )
    return Table("standing", "Own sites in the programmes", columns, stood)


def _card_table(cards: pl.DataFrame) -> Table:
    columns = (
        Column("site", "Site"),
        Column("table", "Scorecard table"),
        Column("edition", "Edition of GB/T 36132"),
        Column("weights", "Sum of weights", "points"),
        Column("score", "Score", "points"),
        Column("evidenced", "Of these shown by evidence", "points"),
        Column("basic_open", "Basic requirements open"),
        Column("missing", "Indicators without a score"),
    )
    joined = cards.with_columns(pl.col("basic_open", "missing").list.join(", "))
    return Table("scorecards", "Scorecards", columns, joined)


def _axis_table(points: pl.DataFrame) -> Table:
    columns = (
        Column("site", "Site"),
        Column("table", "Scorecard table"),
        Column("axis", "First-level indicator", labels=_AXES),
        Column("weight", "Weight", "points"),
        Column("points", "Points", "points"),
        Column("share", "Share of the weight"),
    )
    shares = by_axis(points).with_columns(share=pl.col("points") / pl.col("weight"))
    return Table("axes", "Scorecards by first-level indicator", columns, shares)


def _rows(points: pl.DataFrame) -> Table:
    columns = (
        Column("site", "Site"),
        Column("table", "Scorecard table"),
        Column("indicator", "Indicator"),
        Column("title", "Title"),
        Column("value", "Value"),
        Column("unit", "Unit"),
        Column("base", "Base value"),
        Column("leading", "Leading value"),
        Column("part_met", "Share that is met"),
        Column("weight", "Weight", "points"),
        Column("points", "Points", "points"),
        Column("evidenced", "Shown by evidence"),
        Column("missing", "What is missing", labels=_MISSING),
    )
    return Table("indicators", "Indicators of the scorecards", columns, points)


def _charts(moved: pl.DataFrame, points: pl.DataFrame) -> tuple[Chart, ...]:
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
    axes = Chart(
        id="axes",
        title="Share of the weight by first-level indicator",
        mark="grouped",
        table="axes",
        x="axis",
        y="share",
        series="site",
    )
    return (*([] if moved.is_empty() else [registry]), *([] if points.is_empty() else [axes]))
