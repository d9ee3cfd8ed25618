"""What made a year differ from the one before, as a report: a waterfall of each total, by site, like for like."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from wattstone.interfaces.present.book import Entry
from wattstone.interfaces.present.charts.change import effects_drawing
from wattstone.interfaces.present.content import Cell, Head, Report, Section, Table, shown, weave
from wattstone.interfaces.present.languages import Language, counter, mark, translator
from wattstone.interfaces.present.names import opened, total_name
from wattstone.interfaces.present.numbers import change, every, percent, signed
from wattstone.interfaces.present.report import frame_words
from wattstone.interfaces.present.statement_words import activity_name, effect_name
from wattstone.inventory.effects import EFFECTS

if TYPE_CHECKING:
    from wattstone.interfaces.present.charts.base import Drawing
    from wattstone.workflows.change import YearChange

__all__ = ["LISTED", "Around", "build_change", "site_effects"]

LISTED: Final = 50
"""Sites that a table has one by one, those that changed most; the others are one row."""
_TOTALS = ("total.location", "total.market", "scope1", "scope2.location", "scope2.market", "scope3")
_TONNE = 1000.0
_WHOLE = "total.location"


@dataclass(frozen=True, kw_only=True)
class Around:
    """What stands around the change of a year.

    Parameters
    ----------
    now, before : mapping of str to Entry
        The organisation's recorded figures of the year and of the year before, by name.
    sites : mapping of str to str
        Names by id.
    organisation : str
        Its name.
    simulated : bool
        Whether readings were made up.
    """

    now: Mapping[str, Entry] = field(default_factory=dict[str, Entry])
    before: Mapping[str, Entry] = field(default_factory=dict[str, Entry])
    sites: Mapping[str, str] = field(default_factory=dict[str, str])
    organisation: str = ""
    simulated: bool = False


def build_change(done: "YearChange", around: Around, lang: Language) -> Report:
    """The change of a year as a report.

    Parameters
    ----------
    done : YearChange
        From `workflows.change.year_change`.
    around : Around
        Recorded figures and names.
    lang : {'en', 'zh'}

    Returns
    -------
    Report
    """
    t, effects = translator(lang), done.effects()
    drawings = [_drawing(effects, name, around, done.year, lang) for name in _TOTALS]
    drawn = [one for one in drawings if one is not None]
    sections = (
        _by_total(done, effects, around, lang),
        Section("waterfalls", t("By scope"), drawings=tuple(drawn[1:])) if drawn[1:] else None,
        _by_site(done, around, lang),
        _by_kind(done, lang),
        _like(done, around, lang),
        _left_out(done, lang),
    )
    return Report(
        lang=lang,
        title=t("What changed from {last} to {year}", last=done.year - 1, year=done.year),
        organisation=around.organisation,
        banner=t("Simulated data. These readings were generated; no building used this energy.")
        if around.simulated
        else "",
        sentence=_sentence(effects, around, done.year, lang),
        headlines=(),
        lead=drawn[0] if drawn else None,
        steps=(),
        sections=tuple(one for one in sections if one is not None),
        facts=_facts(lang),
        words=frame_words(t) | {"nothing": ""},  # it tells what happened; it advises nothing
    )


def _drawing(effects: pl.DataFrame, name: str, around: Around, year: int, lang: Language) -> "Drawing | None":
    pair = (around.before.get(name), around.now.get(name))
    known = pair if all(one is not None and one.value is not None for one in pair) else (None, None)
    return effects_drawing(effects, name, known, year=year, lang=lang)


def _sentence(effects: pl.DataFrame, around: Around, year: int, lang: Language) -> tuple[str | Cell, ...]:
    """The change of the whole, and what made most of it."""
    t = translator(lang)
    mine = effects.filter(name=_WHOLE)
    if mine.is_empty() or mine["value"].abs().max() == 0:
        return (t("Nothing changed between {last} and {year}.", last=year - 1, year=year),)
    most = max(mine.iter_rows(named=True), key=lambda row: abs(row["value"]))
    before, now = (held.get(_WHOLE) for held in (around.before, around.now))
    moved = float(mine["value"].sum())
    base = before.value if before is not None else None
    cells = {
        "change": Cell(change(100 * moved / base if base else None, year - 1, lang)),
        "now": shown(now, lang, t("not known")),
        "effect": Cell(effect_name(most["effect"], lang)),
        "most": Cell(_plus(most["value"])),
    }
    return weave(t, _SENTENCE, **cells)


_SENTENCE = mark("Total, location-based: {now}, {change}. Most of it: {effect}, {most} t CO2e.")


def _effect_heads(lang: Language) -> tuple[Head, ...]:
    t = translator(lang)
    return (*(Head(opened(effect_name(one, lang)), True) for one in EFFECTS), Head(t("Change"), True))


def _effect_cells(parts: Mapping[str, float]) -> tuple[Cell, ...]:
    values = [parts.get(one, 0.0) for one in EFFECTS]
    return tuple(Cell(_plus(value), numeric=True) for value in [*values, sum(values)])


def _pivot(rows: pl.DataFrame, key: str) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for row in rows.iter_rows(named=True):
        found.setdefault(str(row[key]), {})[row["effect"]] = row["value"]
    return found


def _by_total(done: "YearChange", effects: pl.DataFrame, around: Around, lang: Language) -> Section:
    """A row for each total and category, its figures linked to their evidence."""
    t, held = translator(lang), _pivot(effects, "name")
    names = [*(name for name in _TOTALS if name in held), *(name for name in held if name not in _TOTALS)]
    ends = {row["name"]: (row["value_0"], row["value_1"]) for row in done.like_for_like().iter_rows(named=True)}
    heads = (
        Head(t("Total")), Head(str(done.year - 1), True), Head(str(done.year), True), *_effect_heads(lang),
    )  # fmt: skip
    rows = tuple(
        (Cell(opened(total_name(name, lang))), _end(ends[name][0], around.before.get(name)),
         _end(ends[name][1], around.now.get(name)), *_effect_cells(held[name]))
        for name in names
    )  # fmt: skip
    note = t("All in t CO2e. The effects of a row add up to its change: nothing is left over.")
    return Section("totals", t("By total and category"), ((note,),), tables=(Table(heads, rows),))


def _end(value: float, entry: Entry | None) -> Cell:
    """A year's emissions as they were compared, linked to the recorded figure where it says the same."""
    same = entry is not None and entry.value is not None and abs(entry.value - value) <= 1e-6 * max(abs(value), 1.0)
    return Cell(every(value / _TONNE), entry.id if entry is not None and same else None, numeric=True)


def site_effects(done: "YearChange", listed: int = LISTED) -> list[dict[str, Any]]:
    """The change of the location-based total by site, those that changed most first; the rest as one row.

    Returns
    -------
    list of dict
        `site` (None: all others together), `count` of sites, and a key for each effect. [kg CO2e]
    """
    held = _pivot(done.effects("site").filter(name=_WHOLE), "by")
    ordered = sorted(held, key=lambda site: (-abs(sum(held[site].values())), site))
    rows: list[dict[str, Any]] = [{"site": one, "count": 1, **held[one]} for one in ordered[:listed]]
    if rest := ordered[listed:]:
        rows.append({"site": None, "count": len(rest)} | {
            effect: sum(held[one].get(effect, 0.0) for one in rest) for effect in EFFECTS
        })  # fmt: skip
    return rows


def _by_site(done: "YearChange", around: Around, lang: Language) -> Section | None:
    t, n = translator(lang), counter(lang)
    rows = tuple(
        (Cell(around.sites.get(one["site"], one["site"]) if one["site"] is not None
              else n("{count} other site", "{count} other sites", one["count"])), *_effect_cells(one))
        for one in site_effects(done)
    )  # fmt: skip
    if not rows:
        return None
    note = t("Total, location-based, in t CO2e; the sites that changed most first.")
    return Section("sites", t("By site"), ((note,),), tables=(Table((Head(t("Site")), *_effect_heads(lang)), rows),))


def _by_kind(done: "YearChange", lang: Language) -> Section | None:
    t, held = translator(lang), _pivot(done.effects("kind").filter(name=_WHOLE), "by")
    ordered = sorted(held, key=lambda kind: (-abs(sum(held[kind].values())), kind))
    rows = tuple((Cell(opened(activity_name(kind, "", lang))), *_effect_cells(held[kind])) for kind in ordered)
    if not rows:
        return None
    note = t("Total, location-based, in t CO2e.")
    table = Table((Head(t("Activity")), *_effect_heads(lang)), rows)
    return Section("kinds", t("By activity"), ((note,),), tables=(table,))


def _like(done: "YearChange", around: Around, lang: Language) -> Section | None:
    """Both years of the sites that were there throughout."""
    t, last = translator(lang), done.year - 1
    rows = tuple(
        (Cell(opened(total_name(row["name"], lang))), Cell(str(row["sites"]), numeric=True),
         Cell(every(row["like_0"] / _TONNE), numeric=True), Cell(every(row["like_1"] / _TONNE), numeric=True),
         Cell(_share(row["like_0"], row["like_1"], lang) or t("no comparison"), numeric=True))
        for row in done.like_for_like().iter_rows(named=True) if row["name"] in _TOTALS
    )  # fmt: skip
    if not rows:
        return None
    heads = (Head(t("Total")), Head(t("Sites"), True), Head(f"{last} [t CO2e]", True),
             Head(f"{done.year} [t CO2e]", True), Head(t("Change"), True))  # fmt: skip
    text = t("Of the sites that were there, and held in one way, throughout both years.")
    return Section("like-for-like", t("Like for like"), ((text,),), tables=(Table(heads, rows),))


def _share(before: float, now: float, lang: Language) -> str:
    return ("+" if now > before else "") + percent(now / before - 1, lang) if before else ""


def _left_out(done: "YearChange", lang: Language) -> Section | None:
    if done.left_out.is_empty():
        return None
    t = translator(lang)
    rows: Sequence[tuple[Cell, ...]] = tuple(
        (Cell(str(row["site_id"])), Cell(opened(total_name(row["name"], lang))),
         Cell(opened(activity_name(row["kind"], row["item"] or "", lang))),
         Cell(str(done.year - (row["year"] == "earlier"))))
        for row in done.left_out.head(LISTED).iter_rows(named=True)
    )  # fmt: skip
    heads = (Head(t("Site")), Head(t("Total")), Head(t("Activity")), Head(t("Year that is not known")))
    text = t("The emissions of one of the two years are not known, so that they stand in neither.")
    more = done.left_out.height - len(rows)
    table = Table(heads, rows, t("and {count} more", count=more) if more > 0 else "")
    return Section("left-out", t("Left out of both years"), ((text,),), tables=(table,))


def _facts(lang: Language) -> tuple[tuple[str, str], ...]:
    t = translator(lang)
    return (
        (t("Method"), t("Logarithmic mean Divisia index, additive (LMDI-I)")),
        (opened(effect_name("factor", lang)),
         t("The same activity priced by the edition of each year: an edition that changed, and nothing else")),
        (opened(effect_name("method", lang)), t("Another way to count, or another source of factors")),
        (opened(effect_name("structure", lang)), t("Sites that came or went, and shares between sites")),
    )  # fmt: skip


def _plus(value: float) -> str:
    return signed(value / _TONNE)
