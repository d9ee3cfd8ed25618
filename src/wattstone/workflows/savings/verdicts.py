"""What the meters of a measure say together: sums, worth, promise and verdict."""

from collections.abc import Mapping, Sequence

from wattstone.base import Finding, unit
from wattstone.portfolio.kinds import kind_of
from wattstone.portfolio.measures import Measure
from wattstone.savings.result import Amount, Estimate, MeasureSaving, MeterSaving, Total, Verdict, verdict

GASES = ["kg CO2", "kg CO2e"]
"""What emissions may be told in: a sum of both is told as the second, with a word on the part that is CO2 alone."""


def summed_up(measure: Measure, found: Sequence[MeterSaving], totals: tuple[Total, ...]) -> MeasureSaving:
    """The verdict on a measure by what its meters say.

    Parameters
    ----------
    measure : Measure
        The record.
    found : sequence of MeterSaving
        Its meters, of which none lies inside another.
    totals : tuple of Total
        Their sums.
    """
    worths = {one.meter: one.worth for one in found if one.worth is not None}
    costs = {name: one.cost for name, one in worths.items() if one.cost is not None}
    emitted = {name: one.emissions for name, one in worths.items() if one.emissions is not None}
    cost, emissions = _amount(list(costs.values())), _amount(list(emitted.values()))
    word, reasons = _verdict(measure, totals, emissions if len(emitted) == len(worths) else None, found)
    for what, valued in (("cost", costs), ("emissions", emitted)):
        without = [name for name in worths if name not in valued]
        reasons += [_unvalued(what, without)] if valued and without else []
    return MeasureSaving(
        measure=measure.id,
        name=measure.name or measure.id,
        option=measure.option,
        meters=tuple(found),
        totals=totals,
        cost=cost,
        emissions=emissions,
        expected_saving=_promised(measure, found, totals),
        verdict=word,
        reasons=tuple(reasons),
    )


def _amount(of: Sequence[Amount]) -> Amount | None:
    """Sum over meters of one currency or of emissions, intervals as if errors had everything in common."""
    units = sorted({one.gross.unit for one in of})
    if not of or (len(units) > 1 and units != GASES):
        return None

    def added(parts: Sequence[Estimate]) -> Estimate:
        first = parts[0]
        values = [(one.value, one.lower, one.upper) for one in parts]
        value, lower, upper = (float(sum(column)) for column in zip(*values, strict=True))
        return Estimate(value, lower, upper, units[-1], first.confidence)

    methods = [*(one.method for one in of), *(["a part counts CO2 alone"] if len(units) > 1 else [])]
    return Amount(
        gross=added([one.gross for one in of]),
        adjusted=added([one.adjusted for one in of]),
        method="; ".join(dict.fromkeys(methods)),
        source="; ".join(dict.fromkeys(one.source for one in of if one.source)),
        unvalued=max(one.unvalued for one in of),
    )


def _verdict(
    measure: Measure, totals: Sequence[Total], emissions: Amount | None, found: Sequence[MeterSaving]
) -> tuple[Verdict, list[Finding]]:
    """By the totals of what is used; where one kind saves and another uses more, by the emissions."""
    used = [one for one in totals if not _made(one.kind)]
    words: dict[str, Verdict] = {f"{one.kind} ({one.unit})": verdict(one.avoided) for one in used}
    missing = [one.meter for one in found if one.avoided is None]
    reasons = [_missing(missing)] if missing else []
    if totals and not used:
        reasons.append(_only_made(measure, [one.kind for one in totals]))
    said = set(words.values())
    if not said or "not determined" in said:
        return "not determined", reasons
    if {"saving", "increase"} <= said:
        mixed = verdict(emissions.adjusted) if emissions is not None else "not determined"
        return mixed, [*reasons, _mixed(words, by_emissions=emissions is not None)]
    chosen: Verdict = "saving" if "saving" in said else "increase" if "increase" in said else "no significant saving"
    return chosen, reasons


def _made(kind: str) -> bool:
    """Whether it is made on site, or fed in from it: more of it is no more use."""
    known = kind_of(kind)
    return known is not None and known.role in ("generation", "export")


def _promised(measure: Measure, found: Sequence[MeterSaving], totals: Sequence[Total]) -> Estimate | None:
    """What was promised for the time that was looked at."""
    if measure.expected is None or measure.expected_unit is None or not totals or not found:
        return None
    days = found[0].reporting.days
    unknown = float("nan")
    if measure.expected_unit == "%":
        return Estimate(measure.expected * totals[0].expected, unknown, unknown, totals[0].unit)
    of = "kg CO2e" if measure.expected_unit.endswith("CO2e") else unit(measure.expected_unit).canonical
    return Estimate(measure.expected * days / 365.25, unknown, unknown, of)


def _missing(meters: Sequence[str]) -> Finding:
    return Finding(
        code="measure.meters_missing",
        place="the meters",
        found="{count} {count:meter has|meters have} no result, among them '{name}'",
        params={"name": meters[0]},
        count=len(meters),
        expected="data that suffice at every meter of the measure",
        remedy="see the findings of the meter",
        severity="warning",
    )


def inner_finding(inner: Mapping[str, str]) -> Finding:
    """That some meters lie inside others; by meter, the one that it is inside."""
    name = next(iter(inner))
    return Finding(
        code="measure.inner_meters",
        place="the totals",
        found="{count} {count:meter lies|meters lie} inside others of the measure: '{name}' inside '{other}'",
        params={"name": name, "other": inner[name]},
        count=len(inner),
        expected="each meter outside the others",
        remedy="none is needed: what they saved is shown with them, and counted once",
        severity="warning",
    )


def _unvalued(what: str, meters: Sequence[str]) -> Finding:
    return Finding(
        code="measure.unvalued",
        place=f"the {what}",
        found="what {count} {count:meter|meters} saved is not in the sum, among them '{name}'",
        params={"name": meters[0]},
        count=len(meters),
        expected="a tariff or a factor for each meter",
        remedy="load a tariff, or accept a factor; else the sum is that of the others",
        severity="warning",
    )


def _only_made(measure: Measure, kinds: Sequence[str]) -> Finding:
    return Finding(
        code="measure.only_made",
        place=f"measure '{measure.id}'",
        found="its meters show what is made on site or fed in ({kinds}), which is no use that could be saved",
        params={"kinds": ", ".join(kinds)},
        expected="a meter of what is used or bought",
        remedy="add the meter of what is bought: what is made on site lowers it",
        severity="warning",
    )


def _mixed(words: Mapping[str, Verdict], *, by_emissions: bool) -> Finding:
    return Finding(
        code="measure.mixed",
        place="the totals",
        found="use fell in one kind of energy and rose in another: {kinds}",
        params={"kinds": ", ".join(f"{kind}: {word}" for kind, word in words.items())},
        expected="one verdict",
        remedy="it is judged by its emissions" if by_emissions else "give factors, by which it is judged",
        severity="warning",
    )
