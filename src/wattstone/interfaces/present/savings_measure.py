"""The part of a savings report about the measure itself: where, which boundary, which periods, who answers for it."""

from collections.abc import Iterator

from wattstone.interfaces.present.content import Cell, Head, Section, Table
from wattstone.interfaces.present.languages import Language, mark, translator
from wattstone.interfaces.present.numbers import amount, every, written
from wattstone.interfaces.present.savings_summary import claim_words
from wattstone.interfaces.present.savings_words import OPTIONS, known_text, on, span
from wattstone.portfolio.measures import Measure
from wattstone.savings.result import MeasureSaving

_STATUS = {
    "planned": mark("planned"),
    "in progress": mark("in progress"),
    "done": mark("done"),
    "verified": mark("verified"),
    "refuted": mark("refuted"),
    "withdrawn": mark("withdrawn"),
}


def measure_section(saving: MeasureSaving, measure: Measure, site: str, lang: Language) -> Section:
    """What was done, where the line is drawn, when, by whom.

    Parameters
    ----------
    saving : MeasureSaving
        With its meters and their periods.
    measure : Measure
        As it is recorded.
    site : str
        Name of the site; empty where only the id is known.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    rows = tuple((Cell(name), Cell(text)) for name, text in _rows(saving, measure, site, lang))
    tables = [Table((Head(t("Item")), Head(t("As recorded"))), rows)]
    if measure.stipulated:
        heads = (Head(t("Stipulated")), Head(t("Value"), True), Head(t("Unit")), Head(t("Source")))
        cells = tuple((Cell(one.name), Cell(every(one.value), numeric=True), Cell(written(one.unit)), Cell(one.source))
                      for one in measure.stipulated)  # fmt: skip
        note = t("Option A takes these as known; they are not measured.")
        tables.append(Table(heads, cells, note, t("Stipulated values")))
    return Section("measure", t("The measure and its boundary"), (), (), tuple(tables))


def _rows(saving: MeasureSaving, measure: Measure, site: str, lang: Language) -> Iterator[tuple[str, str]]:
    t = translator(lang)
    comma = "、" if lang == "zh" else ", "
    yield t("Measure"), t("{name} ({id})", name=saving.name or saving.measure, id=saving.measure)
    if measure.description:
        yield t("What was done"), measure.description
    yield t("Site"), t("{name} ({id})", name=site, id=measure.site_id) if site else measure.site_id
    yield t("Boundary"), known_text(measure.boundary, t)
    if measure.inside:
        yield t("Inside it"), comma.join(measure.inside)
    yield t("IPMVP option"), t(OPTIONS[saving.option]) if saving.option in OPTIONS else saving.option
    if measure.key_parameter:
        yield t("Key parameter"), measure.key_parameter
    if measure.simulation:
        yield t("Simulation"), measure.simulation
    if measure.variables:
        yield t("Explained also by"), comma.join(measure.variables)
    yield (
        t("Its meters"),
        comma.join(one.meter for one in saving.meters[:30])
        + (t(" and {count} more", count=len(saving.meters) - 30) if len(saving.meters) > 30 else ""),
    )
    for name, spans in (
        (t("Baseline"), {one.baseline for one in saving.meters}),
        (t("Reporting period"), {one.reporting for one in saving.meters}),
    ):
        yield name, t("; ").join(span(one, lang) for one in sorted(spans, key=lambda one: (one.first, one.last)))
    yield t("Blackout"), _blackout(measure, lang)
    yield t("Promised"), claim_words(measure, lang)
    yield t("Cost of the measure"), amount(measure.cost, measure.currency or "", lang)
    yield t("Answers for it"), known_text(measure.owner, t)
    yield t("Status"), t(_STATUS[measure.status])
    people = dict.fromkeys(one.who for one in measure.events)
    if people:
        yield t("Decided on events"), comma.join(people)


def _blackout(measure: Measure, lang: Language) -> str:
    t = translator(lang)
    if measure.blackout is None:
        return t("none recorded")
    if measure.blackout.last is None:
        return t("since {day}", day=on(measure.blackout.first, lang))
    return t("{first} to {last}", first=on(measure.blackout.first, lang), last=on(measure.blackout.last, lang))
