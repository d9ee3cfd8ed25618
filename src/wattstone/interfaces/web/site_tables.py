"""The tables of a site's page: its meters, findings, measures, figures, and the plan against what happened."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, counter, translator
from wattstone.interfaces.present.listing import listed
from wattstone.interfaces.present.moments import local_time, moment_words
from wattstone.interfaces.present.names import kind_name
from wattstone.interfaces.present.numbers import amount, interval, percent, three, written
from wattstone.interfaces.present.overview_names import device_state, number_name
from wattstone.interfaces.present.waste_rows import energy_words, sure_words, when_words, worth_words
from wattstone.interfaces.present.waste_words import waste_found, waste_name
from wattstone.interfaces.web.kit import link
from wattstone.interfaces.web.reading import claim_words, headline, number_cell
from wattstone.portfolio.kinds import REGISTER_SUFFIX
from wattstone.workflows.overview.numbers import Number
from wattstone.workflows.overview.site import SiteView

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

__all__ = [
    "devices_table", "figures_table", "findings_table", "measures_table", "meter_kind", "plan_table",
]  # fmt: skip


def meter_kind(kind: str, lang: Language) -> str:
    """What a kind of meter is called; a register says so."""
    t = translator(lang)
    name = kind_name(kind.removesuffix(REGISTER_SUFFIX), lang)
    return t("{kind} (register)", kind=name) if kind.endswith(REGISTER_SUFFIX) else name


def devices_table(here: "Here", view: SiteView) -> Table | None:
    """Its meters, with their last readings; None where there is none."""
    if view.devices.is_empty():
        return None
    t = translator(here.lang)
    heads = (Head(t("Meter")), Head(t("Kind")), Head(t("Part of")), Head(t("State")), Head(t("Last reading")),
             Head(t("Value"), True))  # fmt: skip
    rows = tuple(_device(here, view, row) for row in view.devices.sort("meter_id").iter_rows(named=True))
    return Table(heads, rows)


def _device(here: "Here", view: SiteView, row: Mapping[str, Any]) -> tuple[Cell, ...]:
    t = translator(here.lang)
    last = ""
    if row["last"] is not None:
        last = moment_words(row["last"], view.site.zone, here.lang)
    week = link(here, f"/sites/{quote(view.site.id, safe='')}", meter=row["meter_id"]) + "#week"
    value = t("not shown: personal") if row["personal"] and row["value"] is None and last else t("not known")
    if row["value"] is not None:
        value = f"{three(row['value'])} {written(row['unit'] or '')}".rstrip()
    return (
        Cell(row["meter_id"], href=week if last else None),
        Cell(meter_kind(row["kind"], here.lang)),
        Cell(row["parent_id"] or ""),
        Cell(device_state(row["state"], here.lang)),
        Cell(last or t("never read")),
        Cell(value, numeric=True),
    )


def findings_table(here: "Here", view: SiteView) -> Table | None:
    """What the newest search found at it, with what that is worth; None for nothing."""
    if view.findings.is_empty():
        return None
    t = translator(here.lang)
    rows = tuple(_finding(here, row) for row in view.findings.iter_rows(named=True))
    heads = (Head(t("What")), Head(t("Meter")), Head(t("When")), Head(t("Found")), Head(t("Energy")), Head(t("Money")),
             Head(t("Emissions")), Head(t("Confidence"), True))  # fmt: skip
    return Table(heads, rows, t("A year, with the {level} interval.", level=percent(0.9, here.lang)))


def _finding(here: "Here", row: dict[str, Any]) -> tuple[Cell, ...]:
    t = translator(here.lang)
    energy = energy_words(row, here.lang, noted=True)  # below the table
    money, kg = worth_words(row, here.lang, noted=True)
    key = row.get("key")
    href = link(here, f"/action/cards/{quote(str(key), safe='')}") if key else None
    # Figures come in the order energy, money, emissions, as far as each is known.
    figures, unknown = iter(row.get("figures") or ()), t("not known")
    worth = [Cell(text, None if text == unknown else next(figures, None)) for text in (energy, money, kg)]
    return (
        Cell(waste_name(row["code"], here.lang), href=href),
        Cell(row["meter_id"]),
        Cell(when_words(row, here.lang)),
        Cell(waste_found(row, here.lang)),
        *worth,
        Cell(sure_words(row, here.lang), numeric=True),
    )


def measures_table(here: "Here", view: SiteView) -> Table | None:
    """Measures at it; None where there is none."""
    if not view.measures:
        return None
    t = translator(here.lang)
    rows = tuple(
        (
            Cell(one.name or one.id, href=link(here, f"/action/cards/{quote(f'measure:{one.id}', safe='')}")),
            Cell(listed(one.meters, here.lang)),
            Cell(t(one.status) if one.status else t("not known")),
            Cell(_claim(one.expected_saving, one.expected_unit, here.lang), numeric=True),
            Cell(one.owner or t("nobody")),
        )
        for one in view.measures
    )
    heads = (
        Head(t("Measure")),
        Head(t("Meters")),
        Head(t("Status")),
        Head(t("Claimed saving"), True),
        Head(t("Owner")),
    )
    return Table(heads, rows)


def _claim(value: float | None, unit: str | None, lang: Language) -> str:
    t = translator(lang)
    return t("not known") if value is None else claim_words(value, unit or "", lang)


def figures_table(here: "Here", view: SiteView) -> Table | None:
    """All numbers of the year on both bases, each with its evidence."""
    if not view.numbers:
        return None
    t = translator(here.lang)
    band = t("{level} interval", level=percent(0.9, here.lang))
    heads = (Head(t("Figure")), Head(str(view.year), True), Head(band), Head(t("A year before"), True),
             Head(t("Change"), True))  # fmt: skip
    rows = tuple(
        (
            Cell(number_name(one.name, here.lang)),
            number_cell(here, one, digits="all"),
            Cell(_band(one, here.lang)),
            Cell(t("not known") if one.before is None else amount(one.before, one.unit, here.lang, digits="all"),
                 one.before_figure, numeric=True),
            Cell(headline(here, one, view.year).change or t("no comparison"), numeric=True),
        )
        for one in view.numbers
    )  # fmt: skip
    return Table(heads, rows)


def _band(one: Number, lang: Language) -> str:
    """The interval in the unit that a table shows the value in."""
    t = translator(lang)
    if one.value is None:
        return ""
    return interval(one.value, one.lower, one.upper, one.unit, lang, digits="all") or t("not known")


def plan_table(here: "Here", view: SiteView) -> Table | None:
    """The plan against what happened, step by step."""
    if view.plan is None or view.plan.frame.is_empty():
        return None
    t = translator(here.lang)
    zone = view.site.zone
    heads = (Head(t("Start, {zone}", zone=zone)), Head(t("What")), Head(f"{t('Plan')} [kW]", True),
             Head(f"{t('Actual')} [kW]", True))  # fmt: skip
    none, named = t("not known"), {"load": t("load"), "grid": t("grid")}
    shown = view.plan.frame.head(400)
    rows = tuple(
        (
            Cell(f"{local_time(row['start'], zone):%Y-%m-%d %H:%M %z}"),
            Cell(named.get(str(row["series"]), str(row["series"]))),
            Cell(none if row["planned"] is None else three(row["planned"]), numeric=True),
            Cell(none if row["actual"] is None else three(row["actual"]), numeric=True),
        )
        for row in shown.iter_rows(named=True)
    )
    more = view.plan.frame.height - shown.height
    n = counter(here.lang)
    said = n("and {count} more step", "and {count} more steps", more)
    return Table(heads, rows, said if more > 0 else "")
