"""What the meters of a measure say together."""

from dataclasses import replace
from datetime import date

from wattstone.portfolio.measures import Measure
from wattstone.savings.periods import Dates, Sufficiency
from wattstone.savings.portfolio import total_of
from wattstone.savings.result import Amount, Estimate, MeasureSaving, MeterSaving, Worth
from wattstone.workflows.savings.verdicts import summed_up

YEAR = Dates(date(2019, 1, 1), date(2019, 12, 31))
MEASURE = Measure(id="pump", site_id="s", meters=("a", "b"))


def estimate(value: float, unit: str = "kWh") -> Estimate:
    return Estimate(value, value - 1, value + 1, unit)


def amount(value: float, unit: str) -> Amount:
    return Amount(gross=estimate(value, unit), adjusted=estimate(value, unit), method="")


def meter(name: str, kind: str, avoided: float, emissions: float | None = None, unit: str = "kWh") -> MeterSaving:
    emitted = None if emissions is None else amount(emissions, "kg CO2e")
    return MeterSaving(
        meter=name,
        kind=kind,
        unit=unit,
        baseline=YEAR,
        reporting=YEAR,
        baseline_data=Sufficiency(meter=name),
        reporting_data=Sufficiency(meter=name),
        observed=100.0,
        expected=100.0 + avoided,
        avoided=estimate(avoided, unit),
        worth=Worth(energy=amount(avoided, unit), emissions=emitted),
    )


def judged(*meters: MeterSaving, measure: Measure = MEASURE) -> MeasureSaving:
    return summed_up(measure, meters, total_of(meters))


def codes(one: MeasureSaving) -> set[str]:
    return {finding.code for finding in one.reasons}


def test_a_heat_pump_is_judged_by_all_its_emissions() -> None:
    saved = judged(meter("a", "natural_gas", 90, 16.0), meter("b", "electricity", -30, -7.0))

    assert saved.verdict == "saving"
    assert saved.emissions is not None
    assert saved.emissions.adjusted.value == 9.0


def test_emissions_of_some_of_its_meters_do_not_judge_a_measure() -> None:
    """Gas by volume has none here: of the electricity alone, a heat pump would be an increase."""
    partly = judged(meter("a", "natural_gas", 8, unit="m3"), meter("b", "electricity", -30, -7.0))

    assert partly.verdict == "not determined"
    assert codes(partly) == {"measure.mixed", "measure.unvalued"}


def test_more_of_what_is_made_on_site_is_no_increase_of_use() -> None:
    """Solar cells: less is bought, more is made and fed in."""
    saved = judged(meter("a", "electricity", 50), meter("b", "solar", -80))
    alone = judged(meter("a", "electricity_export", -20), meter("b", "solar", -80))

    assert (saved.verdict, codes(saved)) == ("saving", set())
    assert (alone.verdict, codes(alone)) == ("not determined", {"measure.only_made"})


def test_one_kind_in_two_units_is_judged_in_both() -> None:
    mixed = judged(meter("a", "natural_gas", 90), meter("b", "natural_gas", -9, unit="m3"))

    assert "measure.mixed" in codes(mixed)


def test_a_promise_keeps_its_own_unit() -> None:
    """The first meter is of water, and kilowatt-hours were promised."""
    measure = Measure.model_validate({**MEASURE.model_dump(), "expected_saving": 3.6525, "expected_unit": "MWh"})
    saved = judged(meter("a", "water", 5, unit="m3"), meter("b", "electricity", 50), measure=measure)

    assert saved.expected_saving is not None
    assert (round(saved.expected_saving.value, 9), saved.expected_saving.unit) == (3650.0, "kWh")


def test_a_meter_without_a_result_is_named() -> None:
    lost = replace(meter("b", "electricity", 1), avoided=None, worth=None)

    assert codes(judged(meter("a", "electricity", 50), lost)) == {"measure.meters_missing"}
