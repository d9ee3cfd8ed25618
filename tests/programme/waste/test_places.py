"""Community accounts and water against sums worked by hand."""

from datetime import date

import pytest

from tests.programme.made import made
from wattstone.programme.waste.community import community_account
from wattstone.programme.waste.report import build
from wattstone.programme.waste.water import water_balance

AT = "community:Lake Side"
ROW = {"community": "Lake Side", "year": 2024, "scope": "1", "source": "s"}
LINES = (
    ROW | {"subsector": "I.1", "scope": "2", "amount": 500.0},
    ROW | {"subsector": "I.1", "scope": "3", "amount": 30.0},
    ROW | {"subsector": "II.1", "amount": 200.0},
    ROW | {"subsector": "III.4", "scope": "3", "amount": 40.0},
    ROW | {"subsector": "III.1", "notation": "NO", "explanation": "nothing is landfilled"},
    ROW | {"subsector": "V.2", "amount": -60.0},
    ROW | {"subsector": "W.1", "scope": "3", "amount": 7.0},
)


def test_a_community_account() -> None:
    """500 + 30 + 200 + 40 = 770 gross, 60 removed by trees, 710 both; water supply stands beside; BASIC 740."""
    told = community_account(made("community_line", *LINES), {})

    assert (told.gross, told.removals, told.net) == (770.0, -60.0, 710.0)
    assert told.basic == 740.0
    assert told.lines.filter(told.lines["notation"] == "NO")["value"].to_list() == [None]
    assert "III.2" in told.untold
    assert not {"III.1", "W.1", "I.1"} & set(told.untold)


def test_the_lines_of_a_community_add_up() -> None:
    told = build({"community_line": made("community_line", *LINES)}, 2024, "AR5")
    name = "waste.community.Lake_Side"
    themes = [one.value for one in told.lines if one.name.startswith(f"{name}.theme.")]

    assert sum(value for value in themes if value is not None) == told.line(f"{name}.gross", AT).value
    assert told.line(f"{name}.basic", AT).basis == "unconfirmed"
    assert told.line(f"{name}.beside", AT).value == 7.0


def test_incineration_with_energy_is_energy_and_never_both() -> None:
    loads = {
        "date": date(2024, 1, 1),
        "site": "A",
        "stream": "plastics",
        "mass": 1.0,
        "route": "incineration",
        "facility": "F",
    }
    furnace = {"entry": "F", "name": "F", "type": "incinerator", "combustion": "continuous", "energy": "sold"}
    kinds = {"weighing": made("weighing", loads), "waste_facility": made("waste_facility", furnace)}
    taken = ROW | {"from_weighings": True}

    energy = build(kinds | {"community_line": made("community_line", taken | {"subsector": "I.4"})}, 2024, "AR5")
    waste = build(kinds | {"community_line": made("community_line", taken | {"subsector": "III.3"})}, 2024, "AR5")

    burnt = energy.line("waste.emissions.incineration").value
    assert energy.line("waste.community.Lake_Side.beside", AT).value == burnt
    assert energy.line("waste.community.Lake_Side.gross", AT).value == 0.0
    assert waste.line("waste.community.Lake_Side.gross", AT).value is None
    reason = waste.line("waste.community.Lake_Side.gross", AT).reason
    assert reason is not None
    assert reason.params == {"names": "III.3"}


FLOW = {"site": "A", "year": 2024, "fresh": "freshwater"}
FLOWS = (
    FLOW | {"flow": "withdrawal", "body": "third_party", "volume": 1000.0},
    FLOW | {"flow": "withdrawal", "body": "sea", "fresh": "other", "volume": 200.0},
    FLOW | {"flow": "discharge", "body": "third_party", "fresh": "other", "volume": 700.0},
    FLOW | {"flow": "storage", "body": "site", "volume": 50.0},
    FLOW | {"site": "B", "flow": "withdrawal", "body": "ground", "volume": 300.0},
    FLOW | {"site": "B", "flow": "consumption", "body": "site", "volume": 290.0},
)
STRESS = (
    {"site": "A", "stress": "low", "source": "atlas"},
    {"site": "B", "stress": "extreme", "source": "atlas"},
)


def test_water_balances() -> None:
    """A: 1200 - 700 - 50 = 450 consumed. B: 290 measured of 300, 10 are unexplained. Stressed 300 of 1500."""
    told = water_balance(made("water_flow", *FLOWS), made("water_stress", *STRESS))

    assert told.sites["consumption"].to_list() == [450.0, 290.0]
    assert (told.withdrawal, told.freshwater, told.unexplained) == (1500.0, 1300.0, 10.0)
    assert told.withdrawal == told.discharge + told.consumption + told.storage + told.unexplained
    assert (told.stressed, told.unclassed) == (300.0, 0.0)


def test_stress_that_nobody_looked_up_is_not_low() -> None:
    kinds = {"water_flow": made("water_flow", *FLOWS), "water_stress": made("water_stress", STRESS[0])}
    line = build(kinds, 2024, "AR5").line("waste.water.stressed")

    assert line.value is None
    assert line.reason is not None
    assert line.reason.params == {"volume": 300.0}


def test_water_restored_is_told_apart_by_status() -> None:
    row = {"year": 2024, "place": "basin", "source": "s"}
    restored = made(
        "water_restored",
        row | {"status": "planned", "volume": 100.0},
        row | {"status": "delivered", "volume": 30.0},
        row | {"status": "delivered", "volume": 5.0},
    )
    told = build({"water_restored": restored, "water_flow": made("water_flow", *FLOWS)}, 2024, "AR5")

    assert told.line("waste.water.restored.delivered").value == pytest.approx(35.0)
    assert told.line("waste.water.restored.planned").value == pytest.approx(100.0)
    assert told.line("waste.water.withdrawal").value == pytest.approx(1500.0)


@pytest.mark.parametrize(("energy", "gross"), [("sold", 5000.0), ("used", 32_632.556)])
def test_energy_of_waste_that_is_sold_is_not_counted_beside_the_electricity_of_who_buys_it(
    energy: str, gross: float
) -> None:
    """10 t of plastics: 27,500 kg CO2, 2 g CH4 x 28, 500 g N2O x 265: 27,632.556; 5,000 of electricity beside it."""
    load = {"date": date(2024, 1, 1), "site": "A", "stream": "plastics", "mass": 10.0, "route": "incineration",
            "facility": "F"}  # fmt: skip
    furnace = {"entry": "F", "name": "F", "type": "incinerator", "combustion": "continuous", "energy": energy}
    lines = made(
        "community_line", ROW | {"subsector": "I.4", "from_weighings": True},
        ROW | {"subsector": "I.2", "scope": "2", "amount": 5000.0},
    )  # fmt: skip
    kinds = {"weighing": made("weighing", load), "waste_facility": made("waste_facility", furnace)}
    told = build(kinds | {"community_line": lines}, 2024, "AR5")
    name = "waste.community.Lake_Side"

    assert told.line(f"{name}.gross", AT).value == pytest.approx(gross, abs=1e-3)
    assert (f"{name}.beside" in {one.name for one in told.lines}) is (energy == "sold")


def test_lines_and_tables_of_communities_name_theirs() -> None:
    """Two communities with the same sub-sector: who reads a line or a row can tell whose it is."""
    rows = made("community_line", ROW | {"subsector": "II.1", "amount": 200.0},
                ROW | {"community": "Hill", "subsector": "II.1", "amount": 300.0})  # fmt: skip
    told = build({"community_line": rows}, 2024, "AR5")

    assert told.line("waste.community.Lake_Side.gross", AT).value == 200.0
    assert told.line("waste.community.Hill.gross", "community:Hill").value == 300.0
    shown = {table.rows["community"][0]: table.rows["value"].to_list() for table in told.tables}
    assert shown == {"Lake Side": [200.0], "Hill": [300.0]}
    assert all(table.columns[0].name == "community" for table in told.tables)
