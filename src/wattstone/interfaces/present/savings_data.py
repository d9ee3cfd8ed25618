"""The parts of a savings report about data: which meters, whether their data suffice, what does not count and why."""

from collections.abc import Iterator, Sequence

from wattstone.base import Finding
from wattstone.interfaces.present.content import Cell, Head, Section, Table
from wattstone.interfaces.present.languages import Language, Translate, counter, mark, say_finding, translator
from wattstone.interfaces.present.names import kind_name, opened
from wattstone.interfaces.present.numbers import percent, written
from wattstone.interfaces.present.savings_words import (
    CERTAINTIES,
    event_words,
    excluded_words,
    known_text,
    on,
    percentage,
)
from wattstone.savings.periods import Sufficiency
from wattstone.savings.result import MeasureSaving, MeterSaving

_FINDINGS, _LISTED = 200, 300


def data_section(saving: MeasureSaving, lang: Language) -> Section:
    """Whether the data suffice: each rule that does not hold, its clause, and what was overridden by whom.

    Parameters
    ----------
    saving : MeasureSaving
        With the sufficiency of each of its meters.
    lang : {'en', 'zh'}
    """
    t, n = translator(lang), counter(lang)
    breaches = list(_breaches(saving, lang))
    overridden = sum(len(one.overridden) for meter in saving.meters for one in _both(meter))
    failed = [meter.meter for meter in saving.meters if not all(one.qualified for one in _both(meter))]
    text = t("The data of every meter suffice: no rule is broken.") if not breaches else t(_RULES)
    if failed:
        text += " " * (lang == "en") + n(
            "{count} meter does not qualify.", "{count} meters do not qualify.", len(failed)
        )
    notice = ""
    if overridden:
        notice = n(
            "{count} rule that disqualifies was overridden by name. The saving rests on this override.",
            "{count} rules that disqualify were overridden by name. The saving rests on these overrides.",
            overridden,
        )
    tables = [_meters(saving.meters, lang)]
    if breaches:
        heads = tuple(Head(text) for text in (
            t("Meter"), t("Period"), t("Rule and clause"), t("Found"), t("Expected"), t("What follows"),
        ))  # fmt: skip
        more = t("and {count} more", count=len(breaches) - _FINDINGS) if len(breaches) > _FINDINGS else ""
        tables.append(Table(heads, tuple(breaches[:_FINDINGS]), more, t("Rules that do not hold")))
    return Section("data", t("Sufficiency of the data"), ((text,),), tables=tuple(tables), notice=notice)


_RULES = mark("A rule that disqualifies stands in the way of a result unless it is overridden by name.")


def _both(meter: MeterSaving) -> tuple[Sufficiency, Sufficiency]:
    return meter.baseline_data, meter.reporting_data


def _meters(meters: Sequence[MeterSaving], lang: Language) -> Table:
    t = translator(lang)
    heads = tuple(Head(text) for text in (
        t("Meter"), t("Kind"), t("Unit"), t("Baseline"), t("Its data"), t("Reporting period"), t("Its data"),
    ))  # fmt: skip
    rows = tuple(
        (
            Cell(one.meter),
            Cell(kind_name(one.kind, lang)),
            Cell(written(one.unit)),
            Cell(str(one.baseline)),
            Cell(_suffice(one.baseline_data, t)),
            Cell(str(one.reporting)),
            Cell(_suffice(one.reporting_data, t)),
        )
        for one in meters[:_LISTED]
    )
    more = t("and {count} more", count=len(meters) - _LISTED) if len(meters) > _LISTED else ""
    return Table(heads, rows, more, t("Its meters"))


def _suffice(one: Sufficiency, t: Translate) -> str:
    if not one.qualified:
        return t("✗ do not suffice")
    return t("suffice by override") if one.overridden else t("✓ suffice")


def _breaches(saving: MeasureSaving, lang: Language) -> Iterator[tuple[Cell, ...]]:
    """What disqualifies first, then what was overridden, then warnings."""
    t = translator(lang)
    found: list[tuple[int, tuple[Cell, ...]]] = []
    for meter in saving.meters:
        for name, one in zip((t("Baseline"), t("Reporting period")), _both(meter), strict=True):
            reasons = dict(one.overridden)
            for finding in one.findings:
                rank = 2 if finding.severity != "error" else 1 if finding.code in reasons else 0
                what = _consequence(finding, reasons.get(finding.code), t)
                found.append((rank, _breach(meter.meter, name, finding, what, lang)))
    yield from (row for _, row in sorted(found, key=lambda pair: pair[0]))


def _consequence(finding: Finding, reason: str | None, t: Translate) -> str:
    if finding.severity != "error":
        return t("a remark")
    return t("overridden: {reason}", reason=reason) if reason is not None else t("disqualifies")


def _breach(meter: str, period: str, finding: Finding, what: str, lang: Language) -> tuple[Cell, ...]:
    t = translator(lang)
    said = say_finding(finding, lang)
    clause = finding.params.get("clause")
    source = finding.params.get("source")
    certainty = str(finding.params.get("certainty", ""))
    rule = [finding.code, *(str(part) for part in (source, clause) if part)]
    if certainty in CERTAINTIES and certainty != "read":
        rule.append(t(CERTAINTIES[certainty]))
    cells = (meter, period, t("; ").join(rule), said["found"], said["expected"])
    return (*(Cell(text) for text in cells), Cell(what if finding.severity != "error" else opened(what)))


def reasons_section(saving: MeasureSaving, lang: Language) -> Section | None:
    """What else a reader must know of the verdict; None where there is nothing."""
    t = translator(lang)
    if not saving.reasons:
        return None
    heads = tuple(Head(text) for text in (t("Where"), t("Found"), t("Expected"), t("To mend it")))
    said = [say_finding(one, lang) for one in saving.reasons]
    rows = tuple(tuple(Cell(one[name]) for name in ("place", "found", "expected", "remedy")) for one in said)
    return Section("reasons", t("What to know"), (), (), (Table(heads, rows[:_LISTED]),))


def left_out_section(saving: MeasureSaving, lang: Language) -> Section:
    """Non-routine events with what became of them, and every interval that does not count."""
    t = translator(lang)
    events = tuple(
        (Cell(one.meter), *(Cell(text) for text in event_words(one, lang)),
         Cell(percentage(one.share, lang), numeric=True),
         Cell(t("{reason}, {who}", reason=one.reason, who=one.who) if one.who else known_text(one.reason, t)
              if one.status != "proposed" else t("not decided")))
        for meter in saving.meters for one in meter.events
    )  # fmt: skip
    excluded = tuple(
        (Cell(meter.meter), Cell(on(one.first, lang)), Cell(on(one.last, lang)),
         Cell(f"{one.intervals:,}".replace(",", "\u202f"), numeric=True), Cell(excluded_words(one, lang)))
        for meter in saving.meters for one in meter.excluded
    )  # fmt: skip
    tables: list[Table] = []
    if events:
        heads = (Head(t("Meter")), Head(t("When")), Head(t("How large")), Head(t("Status")),
                 Head(t("of usual use"), True), Head(t("Why, and by whom")))  # fmt: skip
        tables.append(Table(heads, events[:_LISTED], "", t("Non-routine events")))
    if excluded:
        heads = (Head(t("Meter")), Head(t("First day")), Head(t("Last day")), Head(t("Intervals"), True),
                 Head(t("Why")))  # fmt: skip
        more = t("and {count} more", count=len(excluded) - _LISTED) if len(excluded) > _LISTED else ""
        tables.append(Table(heads, excluded[:_LISTED], more, t("Intervals that do not count")))
    said = t(_EVENTS) if events else t("No non-routine event was found or named.")
    none = "" if excluded else t("No interval was left out.")
    return Section("left-out", t("Events and what was left out"), tuple((x,) for x in (said, none) if x), (),
                   tuple(tables))  # fmt: skip


_EVENTS = mark(
    "A non-routine event is a lasting change of use that has nothing to do with the measure. Only a confirmed one "
    "changes the saving; proposed ones wait for a decision."
)


def known_share(share: float, lang: Language) -> str:
    """How much of a month is known."""
    return percent(min(max(share, 0.0), 1.0), lang)
