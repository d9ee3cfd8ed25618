"""The savings report, one content for page and paper: what was saved, how sure that is, and all that it rests on."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from wattstone.interfaces.present.charts.base import Drawing
from wattstone.interfaces.present.charts.savings_meters import Line, intervals_drawing
from wattstone.interfaces.present.charts.savings_time import cumulative_drawing
from wattstone.interfaces.present.content import Cell, Head, Report, Section, Signing, Step, Table
from wattstone.interfaces.present.dispatch_parts import banner
from wattstone.interfaces.present.html import render_page
from wattstone.interfaces.present.languages import Language, day, mark, translator
from wattstone.interfaces.present.names import kind_name, opened
from wattstone.interfaces.present.numbers import every, percent, written
from wattstone.interfaces.present.report import frame_words, mending_steps
from wattstone.interfaces.present.savings_data import data_section, left_out_section, reasons_section
from wattstone.interfaces.present.savings_measure import measure_section
from wattstone.interfaces.present.savings_meter import meter_sections
from wattstone.interfaces.present.savings_summary import headlines, sentence
from wattstone.interfaces.present.savings_sure import (
    controls_section,
    shared_section,
    uncertainty_section,
    worth_section,
)
from wattstone.interfaces.present.savings_words import VERDICTS, event_words
from wattstone.portfolio.measures import Measure
from wattstone.savings.result import Estimate, MeasureSaving, MeterSaving

Ids = Mapping[str, str]
_DRAWN = 6  # meters with parts of their own
_EVENTS = 3


def render_savings(
    saving: MeasureSaving,
    measure: Measure,
    *,
    figures: Ids,
    organisation: str,
    simulated: bool,
    lang: Language,
    made: datetime,
    site: str = "",
    fahrenheit: bool = False,
) -> str:
    """The report as a self-contained page.

    Parameters
    ----------
    saving : MeasureSaving
        What was found.
    measure : Measure
        As it is recorded.
    figures : mapping of str to str
        Ids of figures by name and subject: `avoided.electricity@measure:ID`, `cost@measure:ID`,
        `emissions@measure:ID`, and `avoided@meter:ID`, `normalised@meter:ID`, `cost@meter:ID`, `emissions@meter:ID`;
        others are listed as they are.
    organisation, site : str
        Whose, and the name of the site.
    simulated : bool
        Whether any of the readings were generated.
    lang : {'en', 'zh'}
    made : datetime
        When it was computed, with its zone.
    fahrenheit : bool
        Whether temperatures are shown in °F.

    Returns
    -------
    str
        HTML that needs nothing else.
    """
    return render_page(
        build_savings(
            saving, measure, figures=figures, organisation=organisation, simulated=simulated, lang=lang, made=made,
            site=site, fahrenheit=fahrenheit,
        )
    )  # fmt: skip


def savings_pdf(
    saving: MeasureSaving,
    measure: Measure,
    *,
    figures: Ids,
    organisation: str,
    simulated: bool,
    lang: Language,
    made: datetime,
    site: str = "",
    fahrenheit: bool = False,
    font_paths: Sequence[Path | str] = (),
) -> bytes:
    """The same report on paper; parameters as of `render_savings`.

    Parameters
    ----------
    saving, measure, figures, organisation, simulated, lang, made, site, fahrenheit
        As of `render_savings`.
    font_paths : sequence of Path or str
        Folders with fonts beside those of the system.

    Returns
    -------
    bytes

    Raises
    ------
    InputRefused
        If no font holds a character that the report contains.
    """
    from wattstone.interfaces.present.pdf import print_report

    report = build_savings(
        saving, measure, figures=figures, organisation=organisation, simulated=simulated, lang=lang, made=made,
        site=site, fahrenheit=fahrenheit,
    )  # fmt: skip
    return print_report(report, made=made, font_paths=font_paths)


def build_savings(
    saving: MeasureSaving,
    measure: Measure,
    *,
    figures: Ids,
    organisation: str,
    simulated: bool,
    lang: Language,
    made: datetime,
    site: str = "",
    fahrenheit: bool = False,
) -> Report:
    """What the report says, before it has a form; parameters as of `render_savings`.

    Parameters
    ----------
    saving, measure, figures, organisation, simulated, lang, made, site, fahrenheit
        As of `render_savings`.

    Returns
    -------
    Report
        Without a part for what does not exist.
    """
    t = translator(lang)
    lead = _lead(saving, lang)
    parts = [measure_section(saving, measure, site, lang), data_section(saving, lang), reasons_section(saving, lang)]
    for at, meter in _detailed(saving):
        leading = lead is not None and lead.key == f"m{at}-cumulative"
        parts += meter_sections(meter, at, figures, lang, fahrenheit=fahrenheit, leading=leading)
    parts += [
        uncertainty_section(saving, lang),
        controls_section(saving, lang),
        left_out_section(saving, lang),
        shared_section(saving, measure, lang),
        worth_section(saving, figures, lang),
        evidence_section(saving, figures, lang),
    ]
    name = saving.name or saving.measure
    return Report(
        lang=lang,
        title=t("Savings report: {measure}", measure=name),
        organisation=t("{organisation} · {site}", organisation=organisation, site=site) if site else organisation,
        banner=banner(simulated, t),
        sentence=sentence(saving, measure, figures, lang),
        headlines=headlines(saving, measure, figures, lang),
        lead=lead,
        steps=tuple(_steps(saving, lang)),
        sections=tuple(one for one in parts if one is not None),
        facts=_facts(saving, made, lang),
        words=frame_words(t) | {"nothing": t("Nothing is open. The report can be signed.")},
        signing=_signing(lang),
    )


def _detailed(saving: MeasureSaving) -> list[tuple[int, MeterSaving]]:
    """The meters with parts of their own, in their order: those that weigh most where there are many."""
    order = list(enumerate(saving.meters, start=1))

    def size(pair: tuple[int, MeterSaving]) -> float:
        avoided = pair[1].avoided
        return 0.0 if avoided is None else -abs(avoided.value)

    return sorted(sorted(order, key=size)[:_DRAWN])


def _lead(saving: MeasureSaving, lang: Language) -> Drawing | None:
    """What each meter says where there are several, else how the saving added up."""
    t = translator(lang)
    if not saving.totals:
        return None
    total = saving.totals[0]
    alike = [(at, one) for at, one in enumerate(saving.meters, start=1) if one.kind == total.kind]
    if len(alike) == 1:
        at, meter = alike[0]
        return cumulative_drawing(meter, f"m{at}", lang)
    lines = [Line(one.meter, one.avoided) for _, one in alike]
    title = t("{kind}: what each meter says, and all together", kind=opened(kind_name(total.kind, lang)))
    return intervals_drawing(
        [*lines, Line(t("all together"), total.avoided, whole=True)], total.unit, "meters", title, lang
    )


def _steps(saving: MeasureSaving, lang: Language) -> Iterator[Step]:
    """What is left to do before the report can be signed."""
    t = translator(lang)
    blocking = [one for meter in saving.meters for data in (meter.baseline_data, meter.reporting_data)
                for one in data.disqualifying]  # fmt: skip
    yield from list(mending_steps(blocking, lang))[:5]
    proposed = [one for meter in saving.meters for one in meter.events if one.status == "proposed"]
    for one in proposed[:_EVENTS]:
        when, size, _ = event_words(one, lang)
        yield Step(
            t("Confirm or reject the proposed event at {meter}", meter=one.meter),
            t("{when}: {size}. Until then the saving contains it.", when=when, size=size),
        )
    if saving.verdict == "no significant saving":
        yield Step(t("Measure longer, or with a meter closer to the measure"), t(_SMALL))
    if saving.verdict == "increase":
        yield Step(t("Find out what uses more"), t(_MORE))


_SMALL = mark("The saving, if there is one, is smaller than what can be told from chance here.")
_MORE = mark("Either the measure does not work as meant, or something else changed: see the non-routine events.")


def _facts(saving: MeasureSaving, made: datetime, lang: Language) -> tuple[tuple[str, str], ...]:
    t = translator(lang)
    return (
        (t("Verdict"), t(VERDICTS[saving.verdict])),
        (t("Signs"), t("saved = expected minus observed; a saving is above 0, an increase below")),
        (t("Expected use"), t("what the model of the baseline says for the weather and days of the reporting period")),
        (
            t("Separation"),
            t("the model is fitted to the baseline alone and never sees the reporting period"),
        ),
        (t("Intervals"), t("two-sided, {level}", level=percent(0.9, lang))),
        (
            t("Statistics"),
            t("with n − p degrees of freedom; NMBE is above 0 where the model says too little"),
        ),
        (t("Days"), t("local days of the site, first and last included")),
        (t("Method"), ", ".join(sorted({one.method for one in saving.meters if one.method})) or t("not applicable")),
        (t("Made on"), f"{day(made, lang)}, {made:%H:%M %Z}"),
    )


def evidence_section(saving: MeasureSaving, figures: Ids, lang: Language) -> Section:
    """Ids of figures, and the commands that trace and verify them."""
    t = translator(lang)
    values = _values(saving)
    rows = tuple(
        (
            Cell(name, code=True),
            Cell(every(values[name].value) if name in values else t("see the figure"), numeric=name in values),
            Cell(written(values[name].unit) if name in values else ""),
            Cell(ident, code=True),
        )
        for name, ident in figures.items()
    )
    heads = (Head(t("Figure")), Head(t("Value"), True), Head(t("Unit")), Head(t("Id")))
    trace, verify = Cell("wattstone trace WORKSPACE ID", code=True), Cell("wattstone verify WORKSPACE", code=True)
    texts: list[tuple[str | Cell, ...]] = [
        (t("To follow a figure to its rows and to the source of its factor, type this with its id:"), " ", trace),
        (t("To check that the pinned readings are still as they were:"), " ", verify),
    ]
    if not rows:
        texts.insert(0, (t("No figure of this report was recorded yet."),))
    return Section("evidence", t("Evidence"), tuple(texts), (), (Table(heads, rows),) if rows else ())


def _values(saving: MeasureSaving) -> dict[str, Estimate]:
    """Values of the figures that the report knows, by their names."""
    ident = f"measure:{saving.measure}"
    found = {f"avoided.{one.kind}@{ident}": one.avoided for one in saving.totals}
    for what in ("cost", "emissions"):
        amount = getattr(saving, what)
        if amount is not None:
            found[f"{what}@{ident}"] = amount.adjusted
    for meter in saving.meters:
        subject = f"meter:{meter.meter}"
        if meter.avoided is not None:
            found[f"avoided@{subject}"] = meter.avoided
        if meter.normalised is not None:
            found[f"normalised@{subject}"] = meter.normalised
        for what in ("cost", "emissions"):
            amount = getattr(meter.worth, what) if meter.worth is not None else None
            if amount is not None:
                found[f"{what}@{subject}"] = amount.adjusted
    return found


def _signing(lang: Language) -> Signing:
    t = translator(lang)
    return Signing(
        t("Signatures"),
        t("The undersigned have examined boundary, data, model and result as this report sets them out."),
        (t("Verifier"), t("Owner of the measure")),
        (t("Full name"), t("Date"), t("Signature")),
    )
