"""A year of waste, from entries to lines, against sums worked by hand."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.programme.made import made
from wattstone.base import NotComputable
from wattstone.programme.waste.masses import DIVERTED, diversion, materials_of, moved
from wattstone.programme.waste.report import build

DAY = date(2024, 5, 1)
EMPTY = dict.fromkeys(
    ("food", "garden", "paper", "wood", "textiles", "nappies", "rubber", "plastics", "metal", "glass", "inert"), 0.0
)


def entries(**kinds: Any) -> dict[str, pl.DataFrame]:
    return {kind: made(kind, *rows) for kind, rows in kinds.items()}


FACILITIES = (
    {"entry": "Yard", "name": "Yard", "type": "composting"},
    {"entry": "Furnace", "name": "Furnace", "type": "incinerator", "combustion": "continuous", "energy": "sold"},
    {
        "entry": "Hill",
        "name": "Hill",
        "type": "landfill",
        "management": "managed_anaerobic",
        "climate": "temperate_wet",
        "delay": 6.0,
        "oxidation": 0.1,
        "source": "operator",
    },
)
LOADS = (
    {
        "date": DAY,
        "site": "A",
        "stream": "food",
        "mass": 10.0,
        "contamination": 0.05,
        "route": "composting",
        "facility": "Yard",
        "reject_route": "incineration",
        "reject_facility": "Furnace",
    },
    {"date": DAY, "site": "A", "stream": "mixed", "mass": 20.0, "route": "incineration", "facility": "Furnace"},
    {"date": DAY, "site": "A", "stream": "paper", "mass": 5.0, "contamination": 0.0, "route": "recycling"},
)
SORTED = {"site": "A", "year": 2024, "source": "analysis", **EMPTY, "food": 0.5, "paper": 0.1, "plastics": 0.4}
YEAR = {"weighing": LOADS, "waste_facility": FACILITIES, "waste_composition": (SORTED,)}


def test_masses_and_diversion() -> None:
    """35 t: 9.5 composted and 5 recycled are diverted; 20 and the 0.5 of rejects are burnt."""
    told = build(entries(**YEAR), 2024, "AR5")

    assert told.line("waste.mass.total").value == pytest.approx(35.0)
    assert told.line("waste.mass.diverted").value == pytest.approx(14.5)
    assert told.line("waste.mass.rejects").value == pytest.approx(0.5)
    assert told.line("waste.diversion").value == pytest.approx(14.5 / 35.0)
    assert told.line("waste.capture.food").value == pytest.approx(9.5 / 19.5)
    assert told.line("waste.capture.paper").value == pytest.approx(5.0 / 7.0)


def test_what_burns_as_worked_by_hand() -> None:
    """20.5 t: plastics 8.2 x 0.75 x 44/12 = 22.55 t; paper 2.05 x 0.9 x 0.46 x 0.01 x 44/12 = 0.031119 t of fossil CO2.

    CH4 20.5 x 0.2 g = 4.1 g, x 28; N2O 20.5 x 50 g = 1.025 kg, x 265 = 271.625.
    """
    told = build(entries(**YEAR), 2024, "AR5")

    fossil = 22_550.0 + 31.119
    assert told.line("waste.gas.incineration.co2").value == pytest.approx(fossil, abs=1e-3)
    assert told.line("waste.emissions.incineration").value == pytest.approx(fossil + 0.0041 * 28 + 271.625, abs=1e-3)
    assert told.line("waste.emissions.incineration").basis == "computed"


@pytest.mark.parametrize(("gwp_set", "methane", "nitrous"), [("AR4", 25, 298), ("AR5", 28, 265), ("AR6", 27.0, 273)])
def test_the_set_of_potentials_is_switched(gwp_set: str, methane: float, nitrous: float) -> None:
    """9.5 t composted: 38 kg CH4 and 2.28 kg N2O; methane of decay is biogenic, 27.0 in AR6."""
    line = build(entries(**YEAR), 2024, gwp_set).line("waste.emissions.composting")

    assert line.value == pytest.approx(38 * methane + 2.28 * nitrous)
    assert f"given:gwp_set={gwp_set}" in line.inputs


def test_another_set_is_not_computed() -> None:
    with pytest.raises(NotComputable, match="AR3"):
        build(entries(**YEAR), 2024, "AR3")


LANDFILL = {
    "waste_facility": FACILITIES,
    "landfill_deposit": ({"facility": "Hill", "year": 2020, "stream": "food", "mass": 1000.0, "source": "book"},),
}


def test_a_thousand_tonnes_of_food_in_their_fourth_year_of_decay() -> None:
    """75 (e^-0.555 - e^-0.74) = 7.2719 t C in 2024, x 2/3 = 4.8479 t CH4, less a tenth oxidised, x 28."""
    told = build(entries(**LANDFILL), 2024, "AR5")

    assert told.line("waste.gas.landfill.ch4").value == pytest.approx(4363.1, abs=0.1)
    assert told.line("waste.emissions.landfill").value == pytest.approx(4363.1 * 28, abs=3)
    assert told.line("waste.landfill.stock").value == pytest.approx(35.784, abs=1e-3)
    years = next(one.rows for one in told.tables if one.id == "waste.landfills")
    assert years["year"].to_list() == [2020, 2021, 2022, 2023, 2024]
    assert years["decomposed"].sum() + years["accumulated"][-1] == pytest.approx(75.0)


def test_recovered_methane_is_taken_off_before_oxidation() -> None:
    """(4.8479 - 2) x 0.9 = 2.5631 t."""
    recovery = ({"facility": "Hill", "year": 2024, "methane": 2.0, "use": "flared", "source": "meter"},)
    told = build(entries(**LANDFILL, methane_recovery=recovery), 2024, "AR5")

    assert told.line("waste.gas.landfill.ch4").value == pytest.approx(2563.1, abs=0.1)


def test_more_recovered_than_made_is_not_computed() -> None:
    recovery = ({"facility": "Hill", "year": 2024, "methane": 5.0, "use": "flared", "source": "meter"},)
    told = build(entries(**LANDFILL, methane_recovery=recovery), 2024, "AR5")

    assert told.line("waste.emissions.landfill").value is None
    assert told.line("waste.emissions.total").value is None
    assert [one.code for one in told.findings] == ["waste.overdrawn"]


@pytest.mark.parametrize("year", [2018, 2020])
def test_methane_recovered_before_any_was_made_is_told_and_later_years_stand(year: int) -> None:
    recovery = ({"facility": "Hill", "year": year, "methane": 1.0, "use": "flared", "source": "meter"},)
    told = build(entries(**LANDFILL, methane_recovery=recovery), 2024, "AR5")

    assert [(one.code, one.params["years"]) for one in told.findings] == [("waste.overdrawn", str(year))]
    assert told.line("waste.gas.landfill.ch4").value == pytest.approx(4363.1, abs=0.1)


def test_methane_recovered_where_nothing_was_put_is_told() -> None:
    recovery = ({"facility": "Hill", "year": 2024, "methane": 1.0, "use": "flared", "source": "meter"},)
    told = build(entries(waste_facility=FACILITIES, methane_recovery=recovery), 2024, "AR5")

    assert [one.code for one in told.findings] == ["waste.overdrawn"]


def test_a_default_that_one_transcription_alone_says_marks_the_line() -> None:
    hill = {**FACILITIES[2], "delay": None}
    told = build(entries(**(LANDFILL | {"waste_facility": (hill,)})), 2024, "AR5")

    assert told.line("waste.emissions.landfill").basis == "unconfirmed"
    assert any("unconfirmed" in note.text for note in told.line("waste.emissions.landfill").notes)


def test_mixed_waste_without_an_analysis_is_not_guessed() -> None:
    told = build(entries(**(YEAR | {"waste_composition": ()})), 2024, "AR5")

    line = told.line("waste.emissions.incineration")
    assert line.value is None
    assert line.reason is not None
    assert line.reason.params == {"mass": 20.5}
    assert told.line("waste.capture.food").value is None


def test_a_route_without_a_factor_leaves_the_sum_open_and_the_others_stand() -> None:
    told = build(entries(**YEAR), 2024, "AR5")

    assert told.line("waste.emissions.recycling").value is None
    assert told.line("waste.emissions.total").value is None
    treated = told.line("waste.emissions.treated")
    parts = [told.line(f"waste.emissions.{route}").value for route in ("incineration", "composting")]
    assert treated.value == pytest.approx(sum(parts))


def test_an_inventory_factor_closes_the_sum_and_avoided_emissions_are_in_none() -> None:
    factor = {
        "stream": "paper",
        "route": "recycling",
        "year": 2024,
        "factor": 20.0,
        "basis": "inventory",
        "per": "tonne",
        "gwp_set": "AR5",
        "source": "plant",
    }
    without = build(entries(**YEAR, route_factor=(factor,)), 2024, "AR5")
    avoided = {
        "year": 2024,
        "what": "paper",
        "baseline": "virgin pulp",
        "mass": 5.0,
        "factor": 900.0,
        "per": "tonne",
        "source": "study",
    }
    told = build(entries(**YEAR, route_factor=(factor,), avoided_emission=(avoided,)), 2024, "AR5")

    assert told.line("waste.emissions.recycling").value == pytest.approx(100.0)
    assert told.line("waste.avoided").value == pytest.approx(4500.0)
    assert told.line("waste.emissions.total").value == without.line("waste.emissions.total").value


def test_a_factor_per_short_ton_is_made_one_per_tonne() -> None:
    """5 t are 5.5116 short tons of 907.18474 kg: 1.1023 to the tonne."""
    avoided = {
        "year": 2024,
        "what": "paper",
        "baseline": "virgin pulp",
        "mass": 5.0,
        "factor": 1000.0,
        "per": "short_ton",
        "source": "US EPA WARM",
    }
    told = build(entries(**YEAR, avoided_emission=(avoided,)), 2024, "AR5")

    assert told.line("waste.avoided").value == pytest.approx(5511.56, abs=0.01)


def test_a_factor_of_another_set_is_not_mixed_in() -> None:
    factor = {
        "stream": "paper",
        "route": "recycling",
        "year": 2024,
        "factor": 20.0,
        "basis": "inventory",
        "per": "tonne",
        "gwp_set": "AR4",
        "source": "plant",
    }

    assert build(entries(**YEAR, route_factor=(factor,)), 2024, "AR5").line("waste.emissions.recycling").value is None


def test_a_year_without_entries_says_so() -> None:
    told = build({}, 2024, "AR5")

    assert told.lines == ()
    assert [one.text for one in told.says] == ["No waste was weighed in the year."]


load = st.fixed_dictionaries(
    {
        "date": st.just(DAY),
        "site": st.just("A"),
        "mass": st.floats(0.001, 50),
        "stream": st.sampled_from(["food", "paper", "mixed"]),
        "contamination": st.none() | st.floats(0, 1),
        "route": st.sampled_from(["composting", "recycling", "landfill"]),
        "reject_route": st.just("landfill"),
    }
)


@given(loads=st.lists(load, min_size=1, max_size=20))
def test_no_mass_is_lost_and_order_is_nothing(loads: list[dict[str, Any]]) -> None:
    put = made("weighing", *loads)
    masses = moved(put)
    split = materials_of(masses, made("waste_composition", SORTED))
    total = put["mass"].sum()

    assert masses["mass"].sum() == pytest.approx(total)
    assert split["mass"].sum() == pytest.approx(total)
    told, other = diversion(masses), diversion(moved(put.reverse()))
    assert told["mass"].to_list() == pytest.approx(other["mass"].to_list())
    assert (told["diverted"] <= told["mass"] + 1e-12).all()
    assert told.filter(~pl.col("route").is_in(DIVERTED))["diverted"].sum() == 0.0


def test_what_a_route_leaves_open_is_open_in_memo_stock_and_commitment_too() -> None:
    """5 t of rejects without a sorting analysis go to the landfill: its carbon is not known."""
    load = LOADS[0] | {"contamination": 0.5, "reject_route": "landfill", "reject_facility": "Hill"}
    told = build(entries(weighing=(load,), **LANDFILL), 2024, "AR5")

    for name in ("waste.emissions.landfill", "waste.landfill.stock", "waste.biogenic"):
        line = told.line(name)
        assert line.value is None
        assert line.reason is not None
        assert line.reason.params == {"mass": 5.0}


def test_the_memo_is_marked_where_a_constant_in_it_is() -> None:
    hill = {**FACILITIES[2], "delay": None}
    doubtful = entries(**(LANDFILL | {"waste_facility": (hill,)}))

    assert build(doubtful, 2024, "AR5").line("waste.biogenic").basis == "unconfirmed"
    assert build(entries(**LANDFILL), 2024, "AR5").line("waste.biogenic").basis == "computed"
