"""What the meters of a file hold, as a table: one a row, with what was noticed, and totals by what is measured."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, counter, mark, translator
from wattstone.interfaces.present.listing import listed
from wattstone.interfaces.present.names import kind_name
from wattstone.interfaces.present.numbers import every, written
from wattstone.workflows.ingest.lookover import KindLook, MeterLook, by_kind
from wattstone.workflows.ingest.preview import Preview

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

__all__ = ["FEW", "Held", "held_by"]

FEW = 50  # meters that a page lists; of more, those of which something was noticed come first
_DAY = 86_400
_LENGTHS = {
    _DAY: mark("a day"),
    7 * _DAY: mark("a week"),
    365 * _DAY: mark("a year"),
    366 * _DAY: mark("a year"),
    **dict.fromkeys(range(28 * _DAY, 32 * _DAY, _DAY), mark("a month")),
}
_READ_AS = {"register": mark("a counter"), "power": mark("mean power")}


@dataclass(frozen=True)
class Held:
    """What a file holds.

    Parameters
    ----------
    sentence : str
        How many meters and readings.
    table : Table
        A meter a row, the first of them.
    totals : Table
        A row for each thing that is measured.
    more : int
        Meters that the table leaves out.
    """

    sentence: str
    table: Table
    totals: Table
    more: int


def held_by(here: "Here", one: Preview) -> Held | None:
    """What the meters of a file hold; None where it holds no readings that can be used."""
    if not one.meters:
        return None
    t, n = translator(here.lang), counter(here.lang)
    meters = one.meters
    shown = meters if len(meters) <= FEW else tuple(sorted(meters, key=lambda meter: not meter.noticed))[:FEW]
    heads = (
        Head(t("Meter")), Head(t("Site")), Head(t("What it measures")), Head(t("From")), Head(t("To")),
        Head(t("Interval")), Head(t("Readings"), True), Head(t("Sum"), True), Head(t("Unit")), Head(t("Noticed")),
    )  # fmt: skip
    sentence = t(
        "{readings} of {meters}.",
        readings=n("{count} reading", "{count} readings", one.count),
        meters=n("{count} meter", "{count} meters", len(meters)),
    )
    if not one.whole:
        sentence += t(" The file is longer: the rest is read when it is taken in.")
    clocks = sorted({meter.zone for meter in meters})
    note = t("Times are those of the clock of {zones}.", zones=listed(clocks, here.lang, most=3))
    return Held(
        sentence,
        Table(heads, tuple(_row(meter, here.lang) for meter in shown), note=note),
        _totals(by_kind(meters), here.lang),
        len(meters) - len(shown),
    )


def _row(meter: MeterLook, lang: Language) -> tuple[Cell, ...]:
    return (
        Cell(meter.id),
        Cell(meter.site),
        Cell(kind_name(meter.kind, lang)),
        Cell(f"{meter.first:%Y-%m-%d %H:%M}"),
        Cell(f"{meter.last:%Y-%m-%d %H:%M}"),
        Cell(_length(meter, lang)),
        Cell(every(meter.count), numeric=True),
        Cell("" if meter.total is None else every(round(meter.total, 3)), numeric=True),
        Cell(written(meter.unit)),
        Cell(_noticed(meter, lang)),
    )


def _length(meter: MeterLook, lang: Language) -> str:
    """The length of its intervals, or that it is a counter."""
    t, seconds = translator(lang), meter.seconds
    if seconds is None:
        return t(_READ_AS["register"])
    if seconds in _LENGTHS:
        return t(_LENGTHS[seconds])
    said = f"{seconds // 60} min" if seconds % 3600 and not seconds % 60 else f"{every(seconds / 3600)} h"
    said = f"{seconds} s" if seconds % 60 else said
    return t("{length}, {reading}", length=said, reading=t(_READ_AS["power"])) if meter.reading == "power" else said


def _noticed(meter: MeterLook, lang: Language) -> str:
    t, n = translator(lang), counter(lang)
    said = [] if meter.known else [t("new")]
    if meter.gaps:
        said.append(n("{count} gap", "{count} gaps", meter.gaps))
    if meter.below:
        said.append(n("{count} reading below zero", "{count} readings below zero", meter.below))
    errors = sum(one.severity == "error" for one in meter.findings)
    if errors:
        said.append(n("{count} error", "{count} errors", errors))
    return listed(said, lang)


def _totals(kinds: tuple[KindLook, ...], lang: Language) -> Table:
    t = translator(lang)
    heads = (
        Head(t("What it measures")), Head(t("Meters"), True), Head(t("Readings"), True), Head(t("Sum"), True),
        Head(t("Unit")),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(kind_name(one.kind, lang)),
            Cell(every(one.meters), numeric=True),
            Cell(every(one.count), numeric=True),
            Cell("" if one.total is None else every(round(one.total, 3)), numeric=True),
            Cell(written(one.unit)),
        )
        for one in kinds
    )
    return Table(heads, rows)
