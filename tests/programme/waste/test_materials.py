"""A country's own values of materials in the sums, against hand calculation."""

from datetime import date
from typing import Any

import pytest

from tests.programme.made import made
from wattstone.programme.waste.report import build

HILL = {
    "entry": "Hill", "name": "Hill", "type": "landfill", "management": "managed_anaerobic", "climate": "temperate_wet",
    "delay": 6.0, "source": "operator",
}  # fmt: skip
FURNACE = {"entry": "F", "name": "F", "type": "incinerator", "combustion": "continuous", "energy": "none"}
DEPOSIT = {"facility": "Hill", "year": 2023, "mass": 1000.0, "source": "books"}


def methane(*own: dict[str, Any], stream: str = "food") -> Any:
    kinds = {
        "waste_facility": made("waste_facility", HILL, FURNACE),
        "landfill_deposit": made("landfill_deposit", DEPOSIT | {"stream": stream}),
        "waste_material": made("waste_material", *(one | {"source": "NIR 2024"} for one in own)),
    }
    return build(kinds, 2024, "AR5").line("waste.gas.landfill.ch4")


def test_own_degradable_carbon_and_half_life_of_food() -> None:
    """1,000 t x 0.12 x 0.5 = 60 t C; a half-life of 7 years: 60 (1 - 2^(-1/7)) = 5.65658 t C decay, x 2/3 CH4."""
    line = methane({"stream": "food", "doc": 0.12, "k": 0.0990210257942779})

    assert line.value == pytest.approx(3771.05, abs=0.01)
    assert line.basis == "computed"
    assert any(note.params.get("source") == "entered: NIR 2024" for note in line.notes)


def test_the_value_of_a_landfill_stands_before_that_of_all_and_another_materials_nowhere() -> None:
    """By default 75 x (1 - 0.831104) x 2/3 = 8.44479 t; half the DOC makes half of it."""
    default = methane()
    half = methane({"stream": "food", "doc": 0.03}, {"stream": "food", "facility": "Hill", "doc": 0.075})

    assert default.value == pytest.approx(8444.79, abs=0.01)
    assert half.value == pytest.approx(default.value / 2)
    assert methane({"stream": "paper", "doc": 0.2}).value == default.value
    assert methane({"stream": "food", "facility": "F", "doc": 0.2}).value == default.value


def test_the_mark_of_a_doubtful_default_goes_with_an_own_value() -> None:
    """Rubber: DOC 0.39 and the class of its k were read in one transcription alone."""
    assert methane(stream="rubber").basis == "unconfirmed"
    assert methane({"stream": "rubber", "doc": 0.39}, stream="rubber").basis == "unconfirmed"
    assert methane({"stream": "rubber", "doc": 0.39, "k": 0.06}, stream="rubber").basis == "computed"


def test_own_carbon_of_what_burns() -> None:
    """10 t of textiles: 10,000 x 0.9 dry x 0.5 carbon x 0.4 fossil x 44/12 = 6,600 kg; by default 2,933.3."""
    load = {"date": date(2024, 5, 1), "site": "A", "stream": "textiles", "mass": 10.0, "route": "incineration",
            "facility": "F"}  # fmt: skip
    own = {"stream": "textiles", "dry": 0.9, "carbon": 0.5, "fossil": 0.4, "source": "lab"}
    kinds = {"weighing": made("weighing", load), "waste_facility": made("waste_facility", FURNACE)}

    default = build(kinds, 2024, "AR5").line("waste.gas.incineration.co2")
    told = build(kinds | {"waste_material": made("waste_material", own)}, 2024, "AR5").line(
        "waste.gas.incineration.co2"
    )

    assert default.value == pytest.approx(2933.333, abs=1e-3)
    assert default.basis == "unconfirmed"
    assert told.value == pytest.approx(6600.0)
    assert told.basis == "computed"
    assert any("waste_material" in one for one in told.inputs)
