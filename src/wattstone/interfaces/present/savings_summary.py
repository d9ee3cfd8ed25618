"""The first words of a savings report: the verdict, what was saved with its interval, against what was promised."""

from collections.abc import Mapping
from datetime import date
from math import isfinite

from wattstone.interfaces.present.content import Cell, Headline, weave
from wattstone.interfaces.present.languages import Language, counter, mark, say_finding, translator
from wattstone.interfaces.present.names import kind_name, opened
from wattstone.interfaces.present.numbers import amount, every, written
from wattstone.interfaces.present.savings_words import interval_words, on, percentage, saved_words
from wattstone.portfolio.measures import Measure
from wattstone.savings.result import Amount, Estimate, MeasureSaving, Total, Verdict

Ids = Mapping[str, str]

_SENTENCES: dict[Verdict, str] = {
    "saving": mark("{name} saved {amount} from {first} to {last}: {share} less than would have been used without it."),
    "no significant saving": mark(
        "No significant saving. From {first} to {last} the best estimate for {name} is {amount}. The interval holds 0: "
        "these data show neither a saving nor an increase."
    ),
    "increase": mark(
        "No saving, but an increase. With {name}, from {first} to {last}, {amount} more were used than would have been "
        "without it, {share} more."
    ),
    "not determined": mark("Not determined. What {name} saved from {first} to {last} cannot be said. {reason}"),
}

_WITHOUT_PERIODS = mark("Not determined. What {name} saved cannot be said. {reason}")


def sentence(saving: MeasureSaving, measure: Measure, figures: Ids, lang: Language) -> tuple[str | Cell, ...]:
    """The verdict in words, with the energy and its interval, and what was promised.

    Parameters
    ----------
    saving : MeasureSaving
        What was found.
    measure : Measure
        With what was promised.
    figures : mapping
        Ids of figures.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    template = _SENTENCES[saving.verdict] if saving.meters else _WITHOUT_PERIODS
    parts = weave(t, template, **_cells(saving, figures, lang))
    more: list[str | Cell] = []
    for one in saving.totals[1:]:
        kind = opened(kind_name(one.kind, lang))
        said = Cell(saved_words(one.avoided, lang), figures.get(_name(one, saving)))
        more += weave(t, mark(" {kind}: {amount}."), kind=Cell(kind), amount=said)
    if saving.verdict != "not determined" and (said := promised(saving, measure, lang)):
        more.append(said)
    if overridden := sum(len(data.overridden) for one in saving.meters
                         for data in (one.baseline_data, one.reporting_data)):  # fmt: skip
        n = counter(lang)
        more.append(n(" {count} rule of data sufficiency was overridden by name.",
                      " {count} rules of data sufficiency were overridden by name.", overridden))  # fmt: skip
    return (*parts, *more)


def _cells(saving: MeasureSaving, figures: Ids, lang: Language) -> dict[str, Cell]:
    cells = {"name": Cell(saving.name or saving.measure), "reason": Cell(_reason(saving, lang))}
    if saving.meters:
        first, last = _period(saving)
        cells |= {"first": Cell(on(first, lang)), "last": Cell(on(last, lang))}
    if saving.totals:
        total = saving.totals[0]
        found = total.avoided if saving.verdict != "increase" else total.avoided.times(-1.0, total.unit)
        cells["amount"] = Cell(saved_words(found, lang), figures.get(_name(total, saving)))
        cells["share"] = Cell(percentage(abs(_share(total)), lang))
    return cells


def _period(saving: MeasureSaving) -> tuple[date, date]:
    return min(one.reporting.first for one in saving.meters), max(one.reporting.last for one in saving.meters)


def _name(total: Total, saving: MeasureSaving) -> str:
    return f"avoided.{total.kind}@measure:{saving.measure}"


def _share(total: Total) -> float:
    return total.avoided.value / total.expected if total.expected else float("nan")


def _reason(saving: MeasureSaving, lang: Language) -> str:
    t = translator(lang)
    said = [say_finding(one, lang) for one in saving.reasons[:2]]
    texts = [t("{place}: {found}", place=one["place"], found=one["found"]) for one in said]
    more = t(" and {count} more", count=len(saving.reasons) - 2) if len(saving.reasons) > 2 else ""
    return opened(t("; ").join(texts)) + more + t(". ").strip() if texts else ""


def headlines(saving: MeasureSaving, measure: Measure, figures: Ids, lang: Language) -> tuple[Headline, ...]:
    """Energy by kind, money, emissions: at most four, each with its interval.

    Parameters
    ----------
    saving : MeasureSaving
        What was found.
    measure : Measure
        With what was promised.
    figures : mapping
        Ids of figures.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    found: list[Headline] = []
    for one in saving.totals[:2]:
        value = Cell(amount(one.avoided.value, one.unit, lang), figures.get(_name(one, saving)))
        label = t("{kind} saved", kind=opened(kind_name(one.kind, lang)))
        note = t("missing: {meters}", meters=t(", ").join(one.missing)) if one.missing else ""
        found.append(Headline(label, value, interval_words(one.avoided, lang), _against(_share(one), lang), note))
    for what, label in (("cost", t("Cost saved")), ("emissions", t("Emissions avoided"))):
        worth: Amount | None = getattr(saving, what)
        if worth is not None:
            ident = figures.get(f"{what}@measure:{saving.measure}")
            value = Cell(amount(worth.adjusted.value, worth.adjusted.unit, lang), ident)
            note = t("without a rate: {share}", share=percentage(worth.unvalued, lang)) if worth.unvalued else ""
            how = _payback(worth.adjusted, measure, saving, lang) if what == "cost" else ""
            found.append(Headline(label, value, interval_words(worth.adjusted, lang), how, note))
    return tuple(found[:4])


def _against(share: float, lang: Language) -> str:
    t = translator(lang)
    if not isfinite(share):
        return ""
    said = percentage(abs(share), lang)
    return t("{share} less than expected", share=said) if share >= 0 else t("{share} more than expected", share=said)


def _payback(cost: Estimate, measure: Measure, saving: MeasureSaving, lang: Language) -> str:
    t = translator(lang)
    if measure.cost is None or measure.currency != cost.unit:
        return ""
    return t("the measure cost {amount}", amount=amount(measure.cost, cost.unit, lang))


def promised(saving: MeasureSaving, measure: Measure, lang: Language) -> str:
    """What was promised, for as long as was measured, and where it lies; empty where nothing was or units differ.

    Parameters
    ----------
    saving : MeasureSaving
        What was found.
    measure : Measure
        Its expected saving is that of a year.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    if measure.expected_saving is None or measure.expected is None:
        return ""
    of_year = claim_words(measure, lang)
    found = _comparable(saving, measure)
    if found is None:
        return t(" Promised: {amount}.", amount=of_year)
    estimate, claim = found
    first, last = _period(saving)
    if (count := (last - first).days + 1) not in (365, 366) and estimate.unit != "1":
        here = amount(claim, estimate.unit, lang)
        of_year = t("{amount}, {here} for these {count} days", amount=of_year, here=here, count=count)
    if not estimate.bounded:
        return t(" Promised: {amount}.", amount=of_year)
    if claim > estimate.upper:
        return t(" Promised: {amount}. That is more than the interval allows.", amount=of_year)
    if claim < estimate.lower:
        return t(" Promised: {amount}. The saving is larger than that.", amount=of_year)
    return t(" Promised: {amount}. That lies inside the interval.", amount=of_year)


def claim_words(measure: Measure, lang: Language) -> str:
    """What was promised of a year; a percentage is of any span."""
    t = translator(lang)
    if measure.expected_saving is None:
        return t("nothing recorded")
    said = f"{every(measure.expected_saving)} {written(measure.expected_unit or '')}"
    return said if measure.expected_unit == "%" else t("{amount} a year", amount=said)


def _comparable(saving: MeasureSaving, measure: Measure) -> tuple[Estimate, float] | None:
    """What was found, and the claim in the same unit for the same days."""
    claim, unit = measure.expected or 0.0, measure.expected_unit or ""
    first, last = _period(saving)
    years = ((last - first).days + 1) / 365.25
    if unit == "%":
        if len(saving.totals) != 1 or not saving.totals[0].expected:
            return None
        total = saving.totals[0]
        return total.avoided.times(1 / total.expected, "1"), claim
    if unit.endswith("CO2e"):
        return (saving.emissions.adjusted, claim * years) if saving.emissions is not None else None
    alike = [one.avoided for one in saving.totals if one.unit == _stored(unit)]
    return (alike[0], claim * years) if len(alike) == 1 else None


def _stored(unit: str) -> str:
    """The unit in which the lake keeps what is typed in this one."""
    from wattstone.base import unit as known

    return {"energy": "kWh", "volume": "m3", "mass": "kg"}.get(known(unit).quantity, unit)
