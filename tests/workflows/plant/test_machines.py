"""Machines of a plant file, as the planner takes them."""

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from tests.workflows.plant.yard import PLANT
from wattstone.base import InputRefused
from wattstone.equipment.plant.sources import Conditions
from wattstone.workflows.plant.machines import machines_of, stores_of
from wattstone.workflows.plant.plant_schema import PlantTable
from wattstone.workflows.plant.template import TEMPLATE

RECORD = "ElectricEIRChiller_York_YT_1055kW_5_96COP_Vanes"
BASE: dict[str, Any] = {
    "id": "p",
    "energy": {"price": 0.2, "carbon_kg_per_kwh": 0.4, "carbon_source": "s"},
    "data": {"file": "x.csv", "cold": "c", "heat": "h", "wet_bulb": "w"},
}
ALL: dict[str, Any] = {
    "chiller": [{"name": "CH", "record": RECORD, "normalised": True, "start_cost": 20, "least_up_h": 2}],
    "air_cooled": [{"name": "AC", "record": RECORD}],
    "absorption": [{"name": "AB", "size": 10}],
    "heat_recovery": [{"name": "HR", "rated_kw": 700, "carnot_share": 0.55, "rated_supply_c": 60}],
    "heat_pump": [{"name": "HP", "rated_kw": 500, "carnot_share": 0.45}],
    "boiler": [{"name": "B", "rated_kw": 400, "efficiency": 0.8, "basis": "higher"}],
}


def table(**more: Any) -> PlantTable:
    return PlantTable.model_validate({**BASE, **more})


def test_every_kind_of_machine_makes_what_its_table_says() -> None:
    made, _ = machines_of(table(**ALL))

    assert [(one.name, one.source.makes) for one in made] == [
        ("HR", "both"), ("CH", "cold"), ("AC", "cold"), ("AB", "cold"), ("HP", "heat"), ("B", "heat"),
    ]  # fmt: skip
    by_name = {one.name: one for one in made}
    assert (by_name["CH"].start_cost, by_name["CH"].least_up) == (20, 2)
    at = Conditions.over(
        1, dry_bulb=25.0, wet_bulb=18.0, chilled_supply=7.0, chilled_return=12.0, heating_supply=60.0,
        heating_return=45.0,
    )  # fmt: skip
    boiler = by_name["B"].source.run(np.array([400.0]), at)  # of an efficiency on the higher heating value
    assert boiler.fuel[0] == pytest.approx(400.0 / 0.8)
    recovery = by_name["HR"].source.run(np.array([500.0]), at)
    assert recovery.heat[0] == pytest.approx(500.0 + recovery.electricity[0], rel=1e-6)
    for one in made:
        off = one.source.run(np.zeros(1), at)
        assert (off.electricity[0], off.fuel[0], off.cold[0]) == (0.0, 0.0, 0.0)


def test_the_order_of_operators_is_that_of_the_file_or_of_order() -> None:
    more = {"chiller": [{"name": one, "record": RECORD} for one in ("A", "B")], "order": ["B", "A"]}

    assert [one.name for one in machines_of(table(**more))[0]] == ["B", "A"]
    with pytest.raises(ValidationError, match="names every machine once"):
        table(**{**more, "order": ["B"]})


def test_an_unknown_record_names_those_that_are_near() -> None:
    with pytest.raises(InputRefused) as refused:
        machines_of(table(chiller=[{"name": "CH", "record": RECORD.replace("1055", "1056")}]))

    (finding,) = refused.value.findings
    assert finding.code == "plant.unknown_record"
    assert finding.place.startswith("machine 'CH'")
    assert RECORD in finding.say(finding.expected)
    assert "plant records" in finding.say(finding.remedy)


def test_all_impossible_machines_are_told_at_once() -> None:
    more = {
        "chiller": [{"name": "CH", "record": RECORD, "cop": 40}, {"name": "X", "record": "none"}],
        "heat_recovery": [{"name": "HR", "rated_kw": 700, "carnot_share": 1.0, "part_load": [[0.2, 3], [1, 1]]}],
    }
    with pytest.raises(InputRefused) as refused:
        machines_of(table(**more))

    assert len(refused.value.findings) >= 2
    assert {"cop is 40", "no record of this name is shipped"} <= {
        one.say(one.found).strip() for one in refused.value.findings
    }


def test_stores_hold_shares_of_their_capacity() -> None:
    said = {
        "name": "T",
        "carrier": "cold",
        "capacity_kwh": 2000,
        "charge_kw": 1,
        "discharge_kw": 2,
        "final_share": 0.25,
    }
    (store,) = stores_of(table(chiller=ALL["chiller"], store=[said]))

    assert (store.initial, store.final, store.capacity) == (1000, 500, 2000)


def test_the_template_can_be_read() -> None:
    import tomllib

    made, told = machines_of(PlantTable.model_validate(tomllib.loads(TEMPLATE.format(name="works"))))

    assert [one.name for one in made] == ["CH-1", "B-1"]
    assert not [one for one in told if one.severity == "error"]
    assert PlantTable.model_validate(tomllib.loads(PLANT)).hours == 1.0
