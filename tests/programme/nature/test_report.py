"""What the report on nature says first; carbon of 100 ha by hand: t C times 44/12 are t CO2."""

from datetime import date

import pytest

from tests.programme.made import made
from wattstone.interfaces.present.programme.words import said
from wattstone.programme.nature.report import build
from wattstone.programme.report import ModuleReport

AREA = {"entry": "bay", "name": "Bay", "partner": "P", "status": "verified", "intervention": "protect",
        "ecosystem": "TF1.3", "start": date(2020, 1, 1),
        "geometry": "POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))"}  # fmt: skip
FLUX = {"area": "bay", "hectares": 100.0, "quantity": "flux", "pool": "soil", "value": 0.3, "unit": "tC/ha/yr",
        "method": "literature", "source": "S", "permanence": "secured", "leakage": "none"}  # fmt: skip
GASES = {**FLUX, "pool": "gases", "value": -2.4, "unit": "tCO2e/ha/yr"}
GOAL = {"entry": "goal-448dc9317e", "name": "Wetlands by 2030", "hectares": 2e6, "by": 2030, "counts": "delivered",
        "source": "S"}  # fmt: skip


def told(*carbon: dict[str, object]) -> ModuleReport:
    return build({"area": made("area", AREA), "carbon": made("carbon", *carbon), "goal": made("goal", GOAL)}, 2024)


def sentences(*carbon: dict[str, object]) -> list[str]:
    return [said(one, "en") for one in told(*carbon).says]


@pytest.mark.parametrize(
    ("rate", "gases", "sentence"),
    [
        (0.3, -2.4, "Areas in action or verified removed 110 t CO2 (30 t C) in the year, and released methane and "
         "nitrous oxide of 240 t CO2e: more than they removed."),
        (3.0, -2.4, "Areas in action or verified removed 1100 t CO2 (300 t C) in the year, and released methane and "
         "nitrous oxide of 240 t CO2e: less than they removed."),
        (-0.3, 0.0, "110 t CO2 (30 t C) were released from areas in action or verified in the year."),
    ],
)  # fmt: skip
def test_what_was_removed_is_never_said_without_what_was_released(rate: float, gases: float, sentence: str) -> None:
    found = sentences({**FLUX, "value": rate}, {**GASES, "value": gases})

    assert found[1].replace("\N{NARROW NO-BREAK SPACE}", "") == sentence


def test_gases_alone_and_carbon_alone_are_said_alone() -> None:
    assert "released methane and nitrous oxide of 240 t CO2e" in sentences(GASES)[1]
    assert sentences(FLUX)[1] == "110 t CO2 (30 t C) were removed in areas in action or verified in the year."
    assert not [one for one in sentences() if "CO2" in one or "t C " in one]


def test_a_stock_is_not_said_of_entries_that_come_to_nothing_known() -> None:
    """The sum of no known amount is no zero."""
    area = made("area", {**AREA, "start": None, "status": "action"})
    lacking = build({"area": area, "carbon": made("carbon", FLUX)}, 2024)

    assert lacking.line("nature.carbon.flux").value is None
    assert not [one for one in lacking.says if "carbon" in one.params]


def test_both_flows_stand_among_the_first_figures() -> None:
    report = told(FLUX, GASES)

    assert [name for name, _ in report.first[:3]] == [
        "nature.area.net", "nature.carbon.flux.co2", "nature.carbon.flux.gases"
    ]  # fmt: skip
    assert report.line("nature.carbon.flux.co2").value == pytest.approx(30 * 44 / 12)
    assert report.line("nature.carbon.flux.gases").value == pytest.approx(-240)


def test_hectares_are_computed_and_goals_have_their_names() -> None:
    report = told()

    assert {one.basis for one in report.lines if one.unit == "ha"} == {"computed"}
    assert report.called == {"entry:goal-448dc9317e": "Wetlands by 2030"}
