"""The page of what is wasted and what is broken, the most worth first, with pictures."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from wattstone.interfaces.present.charts.waste import day_drawing, weeks_drawing
from wattstone.interfaces.present.content import Cell, Head, Report, Section, Step, Table, weave
from wattstone.interfaces.present.html import render_page
from wattstone.interfaces.present.languages import Language, counter, mark, translator
from wattstone.interfaces.present.numbers import amount, every, written
from wattstone.interfaces.present.report import frame_words
from wattstone.interfaces.present.waste_looked import looked_section
from wattstone.interfaces.present.waste_rows import energy_words, seen_words, sure_words, when_words, worth_words
from wattstone.interfaces.present.waste_words import COMPARISONS, waste_action, waste_found, waste_name

if TYPE_CHECKING:
    from wattstone.workflows.overview.searched import Searched

_STEPS, _DRAWN, _LISTED = 5, 10, 200


def render_waste(
    rows: list[dict[str, Any]],
    figures: pl.DataFrame,
    *,
    year: int,
    seen: Mapping[str, int],
    organisation: str = "",
    simulated: bool = False,
    lang: Language = "en",
) -> str:
    """The findings of a year as a self-contained page; parameters as of `build_waste`."""
    return render_page(
        build_waste(rows, figures, year=year, seen=seen, organisation=organisation, simulated=simulated, lang=lang)
    )


def build_waste(
    rows: list[dict[str, Any]],
    figures: pl.DataFrame,
    *,
    year: int,
    seen: Mapping[str, int],
    organisation: str = "",
    simulated: bool = False,
    looked: "Searched | None" = None,
    lang: Language = "en",
) -> Report:
    """The findings of a year as a report.

    Parameters
    ----------
    rows : list of dict
        Of `Detected.findings`.
    figures : polars.DataFrame
        Schema `inventory.frames.FIGURE`: those of the findings.
    year : int
        Calendar year.
    seen : mapping
        How many `meters` and `sites` were looked at.
    organisation : str
        Its name.
    simulated : bool
        Whether the readings were made up.
    looked : Searched or None
        Where the rules looked, which is told where nothing was found.
    lang : {'en', 'zh'}

    Returns
    -------
    Report
    """
    t = translator(lang)
    told = [row for row in rows if row["code"] not in COMPARISONS]
    use = [row for row in told if not row["code"].startswith("meter_")]
    meters = [row for row in told if row["code"].startswith("meter_")]
    others = [row for row in rows if row["code"] in COMPARISONS]
    sections = (
        *(_finding(row, lang) for row in use[:_DRAWN]),
        looked_section(looked, lang) if looked is not None and not rows else None,
        _list("use", t("Use and generation"), use, lang),
        _list("meters", t("Meters"), meters, lang),
        _list("peers", t("Compared with peers"), others, lang, _ON_PEERS),
        _evidence(figures, lang),
    )
    return Report(
        lang=lang,
        title=t("Waste and faults {year}", year=year),
        organisation=organisation,
        banner=t("Simulated data. These readings were generated; no building used this energy.") if simulated else "",
        sentence=_sentence(use, seen, lang),
        headlines=(),
        lead=weeks_drawing(use[0], lang) if use else None,
        steps=tuple(_step(row, lang) for row in use[:_STEPS]),
        sections=tuple(section for section in sections if section is not None),
        facts=_facts(t("{year}, on the clocks of the sites", year=year), lang),
        words=frame_words(t) | {"nothing": t("Nothing was found.")},
    )


_SENTENCE = mark("Looked at: {meters} of {sites}. Found: {count} of waste, {energy} together.")
_NO_WASTE = mark("Looked at: {meters} of {sites}. No waste was found.")
_ON_PEERS = mark("Who uses more than others may have a reason for it: these are questions, not findings.")


def _sentence(use: list[dict[str, Any]], seen: Mapping[str, int], lang: Language) -> tuple[str | Cell, ...]:
    looked = {name: Cell(words) for name, words in seen_words(seen, lang).items()}
    if not use:
        return weave(translator(lang), _NO_WASTE, **looked)
    total = sum(row["energy"] for row in use if row["unit"] == "kWh")
    cells = {
        **looked,
        "count": Cell(counter(lang)("{count} finding", "{count} findings", len(use))),
        "energy": Cell(amount(total, "kWh", lang)),
    }
    return weave(translator(lang), _SENTENCE, **cells)


def _step(row: dict[str, Any], lang: Language) -> Step:
    t = translator(lang)
    why = t("{place}: {found}", place=row["meter_id"], found=waste_found(row, lang))
    return Step(waste_action(row["code"], lang), t("; ").join((why, energy_words(row, lang))))


def _finding(row: dict[str, Any], lang: Language) -> Section:
    t = translator(lang)
    drawings = (day_drawing(row, lang),) if row["rank"] == 1 else (weeks_drawing(row, lang), day_drawing(row, lang))
    money, kg = worth_words(row, lang)
    unknown = t("not known")
    worth = [text for text in (energy_words(row, lang), money, kg) if text != unknown]
    figures = row["figures"]
    cells: list[str | Cell] = []
    for at, text in enumerate(worth):
        cells += [Cell(text, figures[at] if at < len(figures) else None), t("; ") if at < len(worth) - 1 else t(". ")]
    place = t("{place}: {found}", place=when_words(row, lang), found=waste_found(row, lang)) + t(". ")
    return Section(
        f"finding-{row['rank']}",
        t("{what}: {meter}", what=waste_name(row["code"], lang), meter=row["meter_id"]),
        ((place, *cells, t("Confidence: {share}.", share=sure_words(row, lang))), (waste_action(row["code"], lang),)),
        tuple(drawing for drawing in drawings if drawing is not None),
    )


def _list(key: str, title: str, rows: list[dict[str, Any]], lang: Language, text: str = "") -> Section | None:
    if not rows:
        return None
    t = translator(lang)
    cells = tuple(
        (
            Cell(str(row["rank"]), numeric=True),
            Cell(row["meter_id"]),
            Cell(waste_name(row["code"], lang)),
            Cell(when_words(row, lang)),
            Cell(waste_found(row, lang)),
            Cell(energy_words(row, lang), (row["figures"] or [None])[0]),
            *(Cell(words) for words in worth_words(row, lang)),
            Cell(sure_words(row, lang), numeric=True),
        )
        for row in rows[:_LISTED]
    )
    heads = (
        Head(t("Rank"), True),
        Head(t("Meter")),
        Head(t("What")),
        Head(t("When")),
        Head(t("Found")),
        Head(t("Energy")),
        Head(t("Money")),
        Head(t("Emissions")),
        Head(t("Confidence"), True),
    )
    more = t("and {count} more", count=len(rows) - _LISTED) if len(rows) > _LISTED else ""
    return Section(key, title, ((t(text),),) if text else (), tables=(Table(heads, cells, more),))


def _evidence(figures: pl.DataFrame, lang: Language) -> Section | None:
    """Every figure with what it rests on; the last cell is its id, which the numbers of the page link to."""
    if figures.is_empty():
        return None
    t = translator(lang)
    rows = tuple(
        (
            Cell(row["name"], code=True),
            Cell(row["subject"]),
            Cell(row["period"]),
            Cell(every(row["value"]), numeric=True),
            Cell(written(row["unit"])),
            Cell(row["method"], code=True),
            Cell(" ".join(row["inputs"]), code=True),
            Cell(row["id"], code=True),
        )
        for row in figures.iter_rows(named=True)
    )
    heads = (
        Head(t("Figure")),
        Head(t("Subject")),
        Head(t("Period")),
        Head(t("Value"), True),
        Head(t("Unit")),
        Head(t("Method")),
        Head(t("Rests on")),
        Head(t("Id")),
    )
    return Section("evidence", t("Evidence"), tables=(Table(heads, rows),))


def _facts(period: str, lang: Language) -> tuple[tuple[str, str], ...]:
    t = translator(lang)
    once = t("No kWh is claimed by two findings: meters behind others come first, then what tells more.")
    how = t("What was expected is modelled from weather, weekdays and neighbours; intervals hold in nine cases of ten.")
    return ((t("Period"), period), (t("Overlap"), once), (t("Expected"), how))
