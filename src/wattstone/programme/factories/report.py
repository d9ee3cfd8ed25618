"""The report on factories and parks: registries, own sites' standing, scorecards."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

import polars as pl

from wattstone.programme.factories.checks import wrong
from wattstone.programme.factories.lines import registry_lines, score_lines, standing_lines
from wattstone.programme.factories.registries import movements, states
from wattstone.programme.factories.scorecard import scored, totals
from wattstone.programme.factories.standing import standing
from wattstone.programme.factories.tables import charts, tables
from wattstone.programme.held import held
from wattstone.programme.report import ModuleReport, Said

__all__ = ["build"]

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
    moved = movements(states(held(entries, "registry"))).filter(pl.col("year") <= year)
    stood = standing(held(entries, "factory_status"), on)
    points = scored(held(entries, "score_row"), held(entries, "score_answer").filter(pl.col("year") == year))
    cards = totals(points)
    stands, scores = tuple(standing_lines(stood, on)), tuple(score_lines(cards, points, year))
    return ModuleReport(
        module="factory",
        title="Green factories and parks",
        period=str(year),
        says=tuple(_says(stood, cards, on)),
        lines=(*stands, *scores, *registry_lines(moved, year)),
        tables=tables(moved, stood, cards, points, year),
        charts=charts(moved, points),
        findings=tuple(wrong(entries)),
        limits=_LIMITS,
        first=tuple((one.name, one.subject) for one in (*stands[:1], *scores[:2])),
    )


def _says(stood: pl.DataFrame, cards: pl.DataFrame, on: date) -> Iterator[Said]:
    listed = stood.filter(pl.col("listed"))
    if stood.is_empty():
        yield Said("No site has a status in a programme on {day}.", {"day": on.isoformat()})
    else:
        yield Said(
            "Own sites on a list on {day}: {listed} of {known} that are followed.",
            {"day": on.isoformat(), "listed": listed.height, "known": stood.height},
        )
    if not cards.is_empty():
        whole = cards["score"].is_not_null().sum()
        yield Said("Scorecards with a score: {whole} of {cards}.", {"whole": whole, "cards": cards.height})
    opened = cards.filter(pl.col("points").is_not_null() & (pl.col("basic_open").list.len() > 0)).height
    if opened:
        yield Said("Scorecards that end at basic requirements that are open: {count}.", {"count": opened})
