"""The parts of a savings report about how sure it is, what it is worth, and what it shares with other measures."""

from collections.abc import Iterator, Mapping
from math import isfinite, isnan
from typing import Any

from wattstone.interfaces.present.content import Cell, Head, Section, Table
from wattstone.interfaces.present.languages import Language, Translate, mark, say_finding, say_reason, translator
from wattstone.interfaces.present.names import kind_name, opened
from wattstone.interfaces.present.numbers import amount, percent, three
from wattstone.interfaces.present.savings_words import VARIANTS, known_text, percentage, saved_words
from wattstone.portfolio.measures import Measure
from wattstone.savings.result import Amount, MeasureSaving, MeterSaving, Total

Ids = Mapping[str, str]
_METERS = 60


def uncertainty_section(saving: MeasureSaving, lang: Language) -> Section | None:
    """Our interval beside those of the published formulae; None without any result."""
    t = translator(lang)
    known = [one for one in saving.meters if one.avoided is not None]
    if not known:
        return None
    tables = [_formulae(known[:_METERS], lang), _calibration(known[0], lang), _sums(saving, lang)]
    return Section(
        "uncertainty",
        t("Uncertainty"),
        ((t(_OURS),), (t(_THEIRS),)),
        (),
        tuple(one for one in tables if one is not None),
    )


_OURS = mark(
    "The interval of this report is calibrated: it is as wide as it must be for nine of ten comparable totals, "
    "predicted the same way for meters and years without a measure, to lie inside. It is the headline because its "
    "coverage was found by trial and not assumed."
)
_THEIRS = mark(
    "The formulae of ASHRAE Guideline 14 stand beside it for comparison. They count the scatter of the baseline alone, "
    "not how a building changes from year to year; on real buildings they are known to be too narrow (Touzani et al. "
    "2019)."
)


def _formulae(meters: list[MeterSaving], lang: Language) -> Table:
    t = translator(lang)
    rows: list[tuple[Cell, ...]] = []
    for meter in meters:
        assert meter.avoided is not None
        ours = t("this report: calibrated ({method})", method=say_reason(known_text(meter.interval_method, t), lang))
        half, value = meter.avoided.half_width, abs(meter.avoided.value)
        share = half / value if value > 0 else float("nan")
        rows.append(_formula(meter, ours, half, share, ("", "", ""), lang))
        for one in meter.fsu:
            points = (_count(one.n, t), _count(one.n_effective, t), _count(one.m, t))
            rows.append(_formula(meter, t(VARIANTS.get(one.variant, one.variant)), one.fraction * value,
                                 one.fraction, points, lang))  # fmt: skip
    heads = (
        Head(t("Meter")),
        Head(t("Interval of")),
        Head(t("Half-width")),
        Head(t("over the saving"), True),
        Head("n", True),
        Head("n′", True),
        Head("m", True),
    )
    note = t(_POINTS, level=percent(0.9, lang))
    return Table(heads, tuple(rows), note, t("Our interval beside the Guideline 14 formulae"))


_POINTS = mark(
    "All at {level} confidence, two-sided. n: points of the baseline; n′: what they are worth with their "
    "autocorrelation; m: points of the reporting period."
)


def _count(value: float, t: Translate) -> str:
    return f"{value:.0f}" if isfinite(value) else t("not known")


def _formula(
    meter: MeterSaving, name: str, half: float, share: float, points: tuple[str, str, str], lang: Language
) -> tuple[Cell, ...]:
    t = translator(lang)
    width = amount(half, meter.unit, lang) if isfinite(half) else t("not known")
    return (Cell(meter.meter), Cell(name), Cell(width), Cell(percentage(share, lang), numeric=True),
            *(Cell(text, numeric=True) for text in points))  # fmt: skip


_PARTS = {
    "hour": mark("an hour"),
    "day": mark("a day"),
    "bill": mark("a bill"),
    "month": mark("a month"),
    "total": mark("a year's total"),
}


def _calibration(meter: MeterSaving, lang: Language) -> Table | None:
    """What the interval was calibrated on and how often it held there."""
    t = translator(lang)
    pools = meter.calibration.get("pools")
    own: Any = pools.get(meter.kind, pools) if isinstance(pools, Mapping) else None  # pyright: ignore
    if not isinstance(own, Mapping):
        return None
    rows = tuple(_pool(part, own[part], lang) for part in _PARTS if isinstance(own.get(part), Mapping))  # pyright: ignore
    if not rows:
        return None
    heads = (
        Head(t("Interval of")),
        Head(t("meter-periods"), True),
        Head(t("of meters"), True),
        Head(t("weight of other kinds"), True),
        Head(t("weight of the shipped reference"), True),
        Head(t("coverage found, at {level}", level=percent(0.9, lang)), True),
    )
    sources = [say_reason(str(one), lang) for one in meter.calibration.get("sources", ())]
    notes = [say_reason(str(one), lang) for one in meter.calibration.get("notes", ())]
    said = t("Calibrated on: {sources}.", sources=t(", ").join(sources) or t("not known"))
    note = (" " * (lang == "en")).join([said, t("Each is judged without its own meter."), *notes])
    kind = opened(kind_name(meter.kind, lang))
    return Table(heads, rows, note, t("{kind}: what the intervals were calibrated on", kind=kind))


def _pool(part: str, pool: Mapping[str, Any], lang: Language) -> tuple[Cell, ...]:
    t = translator(lang)
    found = pool.get("coverage")
    said = t("not known") if found is None or isnan(float(found)) else percent(float(found), lang)
    numbers = tuple(pool.get(name) for name in ("periods", "meters", "other", "reference"))
    cells = tuple(t("not known") if one is None else three(float(one)).removesuffix(".00").removesuffix(".0")
                  for one in numbers)  # fmt: skip
    return Cell(t(_PARTS[part])), *(Cell(text, numeric=True) for text in (*cells, said))


def _sums(saving: MeasureSaving, lang: Language) -> Table | None:
    """How the intervals of several meters were added up."""
    t = translator(lang)
    several = [one for one in saving.totals if len(one.meters) > 1]
    if not several:
        return None
    heads = (
        Head(t("Kind")),
        Head(t("Its meters"), True),
        Head(t("Sum, with the correlation found")),
        Head(t("if errors had nothing in common")),
        Head(t("if errors were all one")),
        Head(t("mean correlation"), True),
    )
    rows = tuple(
        (
            Cell(opened(kind_name(one.kind, lang))),
            Cell(str(len(one.meters)), numeric=True),
            Cell(saved_words(one.avoided, lang)),
            Cell(_half(one, "independent", lang)),
            Cell(_half(one, "dependent", lang)),
            Cell(t("not known") if isnan(one.correlation) else f"{one.correlation:.2f}", numeric=True),
        )
        for one in several
    )
    return Table(heads, rows, "", t("Sum over meters"))


def _half(one: Total, name: str, lang: Language) -> str:
    t = translator(lang)
    width = getattr(one, name).half_width
    return t("not known") if not isfinite(width) else f"± {amount(width, one.unit, lang)}"


def controls_section(saving: MeasureSaving, lang: Language) -> Section | None:
    """What alike meters without the measure did meanwhile; None where there are none."""
    t = translator(lang)
    if not saving.controls:
        return None
    heads = (
        Head(t("Kind")),
        Head(t("meters without the measure"), True),
        Head(t("most alike, for each meter"), True),
        Head(t("they seemed to save"), True),
        Head(t("Saving less that")),
        Head(t("placebos that saved as much"), True),
    )
    rows = tuple(
        (
            Cell(opened(kind_name(one.kind, lang))),
            Cell(str(one.meters), numeric=True),
            Cell(str(one.each), numeric=True),
            Cell(percentage(one.drift, lang), numeric=True),
            Cell(saved_words(one.avoided, lang)),
            Cell(percentage(one.p_value, lang), numeric=True),
        )
        for one in saving.controls
    )
    title = t("Compared with meters without the measure")
    return Section("controls", title, ((t(_CONTROLS),),), (), (Table(heads, rows),))


_CONTROLS = mark(
    "Difference in differences: what alike meters without the measure seemed to save in the same days is taken off. It "
    "shows whether something common to all moved use; it checks the headline and does not replace it."
)


def worth_section(saving: MeasureSaving, ids: Ids, lang: Language) -> Section | None:
    """Energy, money and emissions, before and after confirmed events; None where nothing is valued."""
    t = translator(lang)
    rows: list[tuple[Cell, ...]] = []
    everything = t("all meters together")
    names = {"cost": t("Cost"), "emissions": t("Emissions")}
    for what in ("cost", "emissions"):
        found: Amount | None = getattr(saving, what)
        if found is not None:
            rows.append(_amount(everything, names[what], found, ids.get(f"{what}@measure:{saving.measure}"), lang))
    for meter in saving.meters[:_METERS]:
        rows += list(_of_meter(meter, names, ids, lang))
    if not rows:
        return None
    notes = dict.fromkeys(note for meter in saving.meters if meter.worth for note in meter.worth.notes)
    heads = (Head(t("Of")), Head(t("Item")), Head(t("As measured")), Head(t("Adjusted for events")),
             Head(t("How it was valued")), Head(t("without a rate"), True))  # fmt: skip
    text = t("Adjusted: with confirmed non-routine events taken out. What has no rate is in neither figure.")
    paragraphs = ((text,), *((opened(say_reason(note, lang)),) for note in notes))
    return Section("worth", t("Energy, money, emissions"), paragraphs, (), (Table(heads, tuple(rows)),))


def _of_meter(meter: MeterSaving, names: Mapping[str, str], ids: Ids, lang: Language) -> Iterator[tuple[Cell, ...]]:
    if meter.worth is None:
        return
    kind = opened(kind_name(meter.kind, lang))
    yield _amount(meter.meter, kind, meter.worth.energy, ids.get(f"avoided@meter:{meter.meter}"), lang)
    for what in ("cost", "emissions"):
        found: Amount | None = getattr(meter.worth, what)
        if found is not None:
            yield _amount(meter.meter, names[what], found, ids.get(f"{what}@meter:{meter.meter}"), lang)


def _amount(of: str, what: str, one: Amount, figure: str | None, lang: Language) -> tuple[Cell, ...]:
    t = translator(lang)
    how = t("; ").join(part for part in (say_reason(one.method, lang), say_reason(one.source, lang)) if part)
    same = one.gross == one.adjusted
    return (
        Cell(of),
        Cell(what),
        Cell(saved_words(one.gross, lang), figure),
        Cell(t("the same") if same else saved_words(one.adjusted, lang)),
        Cell(how or t("as metered")),
        Cell(percentage(one.unvalued, lang) if one.unvalued else t("none"), numeric=True),
    )


def shared_section(saving: MeasureSaving, measure: Measure, lang: Language) -> Section:
    """Other measures within the same boundary: nothing is counted twice."""
    t = translator(lang)
    title = t("Measures that act together")
    together = [say_finding(one, lang) for one in saving.reasons if one.code in _UNSPLIT]
    if not saving.shared and together:
        return Section("shared", title, notice=t("; ").join(opened(one["found"]) for one in together))
    if not saving.shared and measure.interacts_with:
        named = t(", ").join(measure.interacts_with)
        return Section("shared", title, notice=t(_UNSETTLED, measures=named))
    if not saving.shared:
        return Section("shared", title, ((t("No other measure shares this boundary."),),))
    heads = (Head(t("Measure")), Head(t("Share of the saving"), True))
    rows = tuple((Cell(name, code=True), Cell(percent(share, lang), numeric=True)) for name, share in
                 saving.shared.items())  # fmt: skip
    return Section("shared", title, ((t(_SHARED),),), (), (Table(heads, rows),))


_UNSPLIT = ("savings.not_split", "savings.baseline_shared")
_UNSETTLED = mark(
    "Recorded as acting on the same use: {measures}. The savings were not settled together here, so that this one may "
    "contain what they saved."
)
_SHARED = mark(
    "Several measures share this boundary. The meters see what all of them save together; it is counted once, and "
    "divided between them by these shares."
)
