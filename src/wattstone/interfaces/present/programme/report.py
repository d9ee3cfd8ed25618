"""The report of a module as content: what it says, its figures with intervals, charts, tables, limits and evidence."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from wattstone.interfaces.present.content import Cell, Head, Headline, Report, Section
from wattstone.interfaces.present.content import Table as Grid
from wattstone.interfaces.present.heading import findings_section
from wattstone.interfaces.present.languages import Language, day, translator
from wattstone.interfaces.present.moments import zone_words
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.numbers import LEVEL, WORDED, amount, every, interval, percent, scale, three
from wattstone.interfaces.present.programme.shares import is_share, share_words
from wattstone.interfaces.present.programme.tables import Ids, Link, figure_of, grid, unit_words
from wattstone.interfaces.present.programme.words import basis_name, module_name, said, subject_name
from wattstone.interfaces.present.report import frame_words, mending_steps
from wattstone.programme.report import Line, ModuleReport, Table

if TYPE_CHECKING:
    from wattstone.interfaces.present.charts.base import Drawing

__all__ = ["About", "band_words", "build_module_report", "line_words", "names_of", "shown_tables", "told_notes"]

_HEADLINES, _STEPS, _FIGURES = 4, 5, 300


@dataclass(frozen=True, kw_only=True)
class About:
    """What is known of a report beside what it says.

    Parameters
    ----------
    organisation : str
        Whose.
    made : datetime
        When, with its zone.
    figures : mapping
        Ids of the figures that were recorded of its lines, by name, subject and period.
    run : int or None
        Number of the run that recorded them.
    sites : mapping of str to str
        Names of sites by id.
    simulated : bool
        Whether what it rests on was generated.
    link : callable or None
        `link(column, row)` gives where another cell of a table leads.
    """

    organisation: str
    made: datetime
    figures: Ids = field(default_factory=dict[tuple[str, str, str], str])
    run: int | None = None
    sites: Mapping[str, str] = field(default_factory=dict[str, str])
    simulated: bool = False
    link: Link | None = None


def build_module_report(report: ModuleReport, about: About, lang: Language) -> Report:
    """Say what a module found, in a language.

    Parameters
    ----------
    report : ModuleReport
        Of any module.
    about : About
        Whose, when, and what was recorded of it.
    lang : {'en', 'zh'}

    Returns
    -------
    content.Report
        Without a part for what does not exist. Pages, PDF, HTML and the documents that are kept are made of it.
    """
    t = translator(lang)
    grids = {one.id: grid(one, report.lines, about.figures, lang, link=about.link) for one in shown_tables(report)}
    drawings = tuple(_drawings(report, grids, lang))
    lead = drawings[0] if drawings else None
    sections = (
        _figures(report, about, lang),
        _absent(report, about, lang),
        _charts(drawings[1:], t("Charts")),
        *_tables(report, grids, lang),
        _notes(report, about, lang),
        findings_section(report.findings, lang),
        _limits(report, lang),
        _evidence(report, about, lang),
    )
    return Report(
        lang=lang,
        title=t("{title}, {period}", title=t(report.title), period=report.period),
        organisation=about.organisation,
        banner=t("Simulated data. What this rests on was generated; nobody did this.") if about.simulated else "",
        sentence=_sentences(report, lang),
        headlines=tuple(_headlines(report, about, lang)),
        lead=lead,
        steps=tuple(mending_steps(report.findings, lang))[:_STEPS],
        sections=tuple(one for one in sections if one is not None),
        facts=_facts(report, about, lang),
        words={**frame_words(t), "nothing": ""},  # a promise may be missed where no entry needs mending
    )


def shown_tables(report: ModuleReport) -> list[Table]:
    """Tables with rows, without their shapes; what a user brought for a map alone is none."""
    shapes = {one.table: one.x for one in report.charts if one.mark == "areas"}
    brought = {f"{name}-layers" for name in shapes}
    return [
        replace(one, columns=tuple(column for column in one.columns if column.name != shapes.get(one.id)))
        for one in report.tables
        if one.rows.height and one.id not in brought
    ]


def _sentences(report: ModuleReport, lang: Language) -> tuple[str, ...]:
    """Each by itself, with the blank before the next: the overview shows the first."""
    t = translator(lang)
    told = [said(one, lang) for one in report.says] or [
        t("There is nothing to say of {period} yet.", period=report.period)
    ]
    between = "" if lang == "zh" else " "
    return (*(one + between for one in told[:-1]), told[-1])


def _headlines(report: ModuleReport, about: About, lang: Language) -> Iterator[Headline]:
    """The figures that the report names first, then those of the organisation; as far as they are known."""
    t = translator(lang)
    known = [one for one in report.lines if one.value is not None]
    named = [one for key in report.first for one in known if (one.name, one.subject) == key]
    own = [one for one in known if one.subject == "organisation" and one not in named]
    for line in [*named, *own][:_HEADLINES]:
        band, label = band_words(line, lang), opened(t(line.label))
        of = "" if line.subject == "organisation" else subject_name(line.subject, lang, names_of(report, about))
        yield Headline(
            label=t("{figure}: {subject}", figure=label, subject=of) if of else label,
            value=Cell(line_words(line, lang), figure_of(line, about.figures), numeric=True),
            interval=band or t("interval not known"),
            change="",
            note=basis_name(line.basis, lang) if line.period == report.period else t(
                "{basis}; {period}", basis=basis_name(line.basis, lang), period=line.period
            ),
        )  # fmt: skip


def line_words(line: Line, lang: Language) -> str:
    """A line's value with its unit; a ratio as it is, a count in full; words where it is not known.

    Examples
    --------
    >>> one = Line(name="a.b", label="A", value=1234.5, unit="ha", period="2024", method="a.b/1")
    >>> line_words(one, "en").replace("\N{NARROW NO-BREAK SPACE}", " ")
    '1 230 ha'
    >>> line_words(replace(one, value=1382.0, unit="factory"), "en").replace("\N{NARROW NO-BREAK SPACE}", " ")
    '1 382 factory'
    """
    if line.value is not None and is_share(line.label, line.unit):
        return share_words(line.value, lang)
    unit = "" if line.unit == "1" else line.unit
    if unit in WORDED and line.value is not None:
        return f"{three(line.value)} {unit_words(unit, lang)}"
    counted = line.value is not None and line.value.is_integer() and scale(unit, line.value)[0] == 1
    return amount(line.value, unit, lang, digits="all" if counted else "three")


def band_words(line: Line, lang: Language) -> str:
    """Its interval in the form of its value; empty where there is none."""
    if line.value is None or line.interval is None:
        return ""
    if is_share(line.label, line.unit):
        t = translator(lang)
        low, high = (share_words(end, lang) for end in line.interval)
        return t("90 %: {lower} to {upper}", lower=low, upper=high)
    return interval(line.value, *line.interval, line.unit, lang)


def names_of(report: ModuleReport, about: About) -> Mapping[str, str]:
    """What subjects of lines are called: sites by id, others by subject; see `subject_name`."""
    return {**about.sites, **report.called}


def _drawings(report: ModuleReport, grids: Mapping[str, Grid], lang: Language) -> "Iterator[Drawing]":
    from wattstone.interfaces.present.programme.charts import drawing_of

    held = {one.id: one for one in report.tables}
    for chart in report.charts:
        table = held.get(chart.table)
        if table is None or chart.table not in grids:
            continue
        drawing = drawing_of(chart, table, grids[chart.table], lang, layers=held.get(f"{chart.table}-layers"))
        if drawing is not None:
            yield drawing


def _charts(drawings: "Sequence[Drawing]", title: str) -> Section | None:
    return Section("charts", title, drawings=tuple(drawings)) if drawings else None


def _tables(report: ModuleReport, grids: Mapping[str, Grid], lang: Language) -> Iterator[Section]:
    """Tables that stand behind no chart; those that do, stand there."""
    t = translator(lang)
    drawn = {one.table for one in report.charts}
    alone = tuple(grids[one.id] for one in shown_tables(report) if one.id not in drawn)
    if alone:
        yield Section("tables", t("Tables"), tables=alone)


def _figures(report: ModuleReport, about: About, lang: Language) -> Section | None:
    """Every figure that is known, with its interval and what it rests on."""
    t = translator(lang)
    known = [one for one in report.lines if one.value is not None]
    if not known:
        return None
    parts: list[str] = ["", "", *(["band"] if any(one.interval for one in known) else [])]
    heads = [Head(t("Figure")), Head(t("Value"), True)]
    heads += [Head(t("{level} interval", level=percent(LEVEL, lang)))] if len(parts) > 2 else []
    heads += [Head(t("For")), Head(t("Period")), Head(t("Basis"))]
    rows: list[tuple[Cell, ...]] = []
    for one in known[:_FIGURES]:
        band = [Cell(band_words(one, lang) or t("not known"))] if len(parts) > 2 else []
        value = Cell(line_words(one, lang), figure_of(one, about.figures), numeric=True)
        subject, basis = subject_name(one.subject, lang, names_of(report, about)), basis_name(one.basis, lang)
        rows.append((Cell(opened(t(one.label))), value, *band, Cell(subject), Cell(one.period), Cell(basis)))
    more = len(known) - len(rows)
    note = t("and {count} more", count=more) if more > 0 else ""
    return Section("figures", t("Figures"), tables=(Grid(tuple(heads), tuple(rows), note),))


def _absent(report: ModuleReport, about: About, lang: Language) -> Section | None:
    """What cannot be computed, and why."""
    t = translator(lang)
    rows = tuple(
        (
            Cell(opened(t(one.label)), figure_of(one, about.figures)),
            Cell(subject_name(one.subject, lang, names_of(report, about))),
            Cell(one.period),
            Cell(opened(said(one.reason, lang)) or t("not known")),
        )
        for one in report.lines
        if one.value is None
    )
    if not rows:
        return None
    text = t("These figures have no value. They are not zero, and no total contains them.")
    heads = (Head(t("Figure")), Head(t("For")), Head(t("Period")), Head(t("Reason")))
    return Section("not-computed", t("Not computed"), ((text,),), tables=(Grid(heads, rows[:_FIGURES]),))


def _notes(report: ModuleReport, about: About, lang: Language) -> Section | None:
    """What has to be known of figures; what holds of several is said once."""
    t, told = translator(lang), told_notes(report, lang)
    if not told:
        return None
    rows = tuple((Cell(opened(note)), Cell(names)) for note, names in told.items())
    return Section("remarks", t("Sources and notes"), tables=(Grid((Head(t("Note")), Head(t("For"))), rows),))


def told_notes(report: ModuleReport, lang: Language) -> dict[str, str]:
    """What has to be known, each once, and of which figures it holds."""
    t = translator(lang)
    told: dict[str, list[str]] = {}
    for line in report.lines:
        for note in line.notes:
            names = told.setdefault(said(note, lang), [])
            if (name := opened(t(line.label))) not in names:
                names.append(name)
    return {note: _some(names, lang) for note, names in told.items()}


def _some(names: Sequence[str], lang: Language) -> str:
    t = translator(lang)
    few = t("; ").join(names[:6])
    return t("{names} and {count} more", names=few, count=len(names) - 6) if len(names) > 6 else few


def _limits(report: ModuleReport, lang: Language) -> Section | None:
    t = translator(lang)
    paragraphs = tuple((said(one, lang),) for one in report.limits)
    return Section("limits", t("What this does not prove"), paragraphs) if paragraphs else None


def _evidence(report: ModuleReport, about: About, lang: Language) -> Section:
    """Every line with its method and what it rests on; the last section, to whose rows numbers of a page lead."""
    t = translator(lang)
    recorded = [(one, found) for one in report.lines if (found := figure_of(one, about.figures)) is not None]
    if not recorded:
        text = t("No figure of this report was recorded: name a workspace, and its figures can be traced.")
        return Section("evidence", t("Evidence"), ((text,),))
    text = t("Run {run}. `wattstone trace WORKSPACE ID` follows a figure to what it rests on.", run=about.run or 0)
    heads = (
        Head(t("Figure")), Head(t("For")), Head(t("Period")), Head(t("Value"), True), Head(t("Unit")),
        Head(t("Method")), Head(t("Rests on")), Head(t("Id")),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(opened(t(one.label))),
            Cell(subject_name(one.subject, lang, names_of(report, about))),
            Cell(one.period),
            Cell(t("not known") if one.value is None else every(one.value), numeric=True),
            Cell(unit_words(one.unit, lang)),
            Cell(one.method, code=True),
            Cell(_inputs(one.inputs, lang)),
            Cell(figure, code=True),
        )
        for one, figure in recorded
    )
    return Section("evidence", t("Evidence"), ((text,),), tables=(Grid(heads, rows),))


def _inputs(inputs: Iterable[str], lang: Language) -> str:
    """What a line rests on, counted by its kind."""
    t, counts = translator(lang), dict[str, int]()
    for one in inputs:
        kind = one.partition(":")[0]
        counts[kind] = counts.get(kind, 0) + 1
    words = {
        "entry": t("entries"), "entries": t("entries together"), "figure": t("figures"), "factor": t("factors"),
        "line": t("other figures of this report"), "given": t("what was given"),
        "published": t("published numbers"),
    }  # fmt: skip
    return t("; ").join(f"{words.get(kind, kind)}: {count}" for kind, count in counts.items())


def _facts(report: ModuleReport, about: About, lang: Language) -> tuple[tuple[str, str], ...]:
    t = translator(lang)
    methods = sorted({one.method for one in report.lines})
    inputs = {one for line in report.lines for one in line.inputs}
    given = sorted(one.removeprefix("given:") for one in inputs if one.startswith("given:"))
    facts = [
        (t("Organisation"), about.organisation),
        (t("Part of the programme"), module_name(report.module, lang)),
        (t("Period"), report.period),
        (t("Given with the question"), "; ".join(given)),
        (t("Made on"), f"{day(about.made, lang)}, {about.made:%H:%M} {zone_words(about.made)}"),
        (t("Methods"), ", ".join(methods)),
    ]
    return tuple((name, text) for name, text in facts if text)
