"""Packs of own factors: judged as tables are, everything that is wrong told at once."""

from pathlib import Path

import pytest

from wattstone.base import InputRefused
from wattstone.rates import FactorTable, load_factors
from wattstone.rates.activity_lookup import ActivityAsk, activity_factor

PACK = """
[pack]
name = "What our suppliers say"
source = "letters of 2025-02"
source_year = 2025
licence = "ours"
confidence = "B"
gwp_set = "AR6"
region = "CN"
year = 2024

[[factor]]
id = "own_paper"
category = "goods_spend"
name = "paper"
value = 0.08
unit = "kgCO2e/CNY"
gas = "CO2e"

[[factor]]
id = "own_glass"
category = "waste"
name = "glass.landfill"
value = 12
unit = "kgCO2e/t"
gas = "CO2e"

[[factor]]
id = "own_diesel"
category = "vehicle_fuel"
name = "diesel"
value = 2.63
unit = "kgCO2/L"
gas = "CO2"

[[factor]]
id = "own_rest"
category = "purchased_electricity_residual"
region = "CN-GD"
value = 0.61
unit = "kgCO2/kWh"
gas = "CO2"
"""


def pack(folder: Path, text: str = PACK, name: str = "suppliers.toml") -> FactorTable:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load_factors([path])


def asked(table: FactorTable, kind: str, item: str, unit: str, **options: str | None) -> tuple[float, str]:
    ask = ActivityAsk(kind=kind, item=item, unit=unit, region=options.get("region"), country="CN", year=2024,
                      gwp_set="AR6", factor=options.get("factor"))  # fmt: skip
    made = activity_factor(table, ask)
    return made.value, made.set


def test_a_pack_serves_activities(tmp_path: Path) -> None:
    table = pack(tmp_path)

    assert asked(table, "goods_spend", "paper", "CNY") == (0.08, "user")
    assert asked(table, "waste", "glass.landfill", "kg") == (0.012, "user")
    assert asked(table, "vehicle_fuel", "diesel", "L") == (2.63, "user")
    assert asked(table, "goods_spend", "ink", "CNY", factor="own_paper") == (0.08, "user")


def test_an_own_factor_of_a_place_comes_before_that_of_its_country(tmp_path: Path) -> None:
    text = PACK + PACK.partition("[[factor]]")[1] + (
        '\nid = "own_paper_gd"\ncategory = "goods_spend"\nname = "paper"\nregion = "CN-GD"\nvalue = 0.05\n'
        'unit = "kgCO2e/CNY"\ngas = "CO2e"\n'
    )  # fmt: skip
    table = pack(tmp_path, text)

    assert asked(table, "goods_spend", "paper", "CNY", region="CN-GD")[0] == 0.05
    assert asked(table, "goods_spend", "paper", "CNY", region="CN-BJ")[0] == 0.08


def test_one_currency_is_not_taken_for_another(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="none ships"):
        asked(pack(tmp_path), "goods_spend", "paper", "EUR")


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = """
colour = "blue"
[pack]
name = "x"
mood = "good"
confidence = "D"
[[factor]]
id = "a"
category = "homeworking"
name = "moon"
region = "CN"
year = 2024
value = 1.0
unit = "kgCO2e/t"
gas = "CO2e"
gwp_set = "AR6"
source = "s"
[[factor]]
id = "b"
category = "waste"
name = "glass.landfill"
region = "CN"
year = 24
value = -1
unit = "kgCO2e/km"
gas = "CO2e"
gwp_set = "AR6"
source = ["s"]
weight = 3
[[factor]]
id = "c"
category = "investment"
region = "CN"
year = 2024
value = 1
unit = "kgCO2e/CNY"
gas = "CO2e"
source = "s"
"""
    with pytest.raises(InputRefused) as refused:
        pack(tmp_path, text)
    found = [(one.code, one.place) for one in refused.value.findings]

    assert {code for code, _ in found} == {
        "rates.pack_key", "rates.pack_cell", "rates.confidence", "rates.item", "rates.value", "rates.year", "rates.per",
        "rates.category",
    }  # fmt: skip
    assert ("rates.pack_key", "suppliers.toml, factor 2") in found
    assert ("rates.per", "suppliers.toml, factor 2, column 'unit'") in found


@pytest.mark.parametrize(
    ("text", "code"), [("[pack", "rates.pack_unreadable"), ('[pack]\nname = "x"\n', "rates.pack_none")]
)
def test_what_is_no_pack_is_refused(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(InputRefused) as refused:
        pack(tmp_path, text)
    assert [one.code for one in refused.value.findings] == [code]


def test_a_fuel_of_energy_has_to_say_on_which_calorific_value(tmp_path: Path) -> None:
    text = PACK.replace('unit = "kgCO2/L"', 'unit = "kgCO2/kWh"').replace(
        'category = "vehicle_fuel"', 'category = "fuel"'
    )
    with pytest.raises(InputRefused) as refused:
        pack(tmp_path, text)
    assert [one.code for one in refused.value.findings] == ["rates.basis"]


def test_an_own_factor_may_say_how_sure_it_is(tmp_path: Path) -> None:
    """Half widths of 10 % and 50 % on 2.0 kg CO2 and 0.001 kg CH4 x 27.9: hypot(0.2, 0.01395) / 2.0279 by AR6."""
    text = """
[pack]
source = "a test of the supplier"
confidence = "B"
region = "CN"
year = 2024
[[factor]]
id = "gas_co2"
category = "process_gas"
name = "kiln"
value = 2.0
unit = "kgCO2/kg"
gas = "CO2"
uncertainty = 0.1
[[factor]]
id = "gas_ch4"
category = "process_gas"
name = "kiln"
value = 0.001
unit = "kgCH4/kg"
gas = "CH4"
uncertainty = 0.5
"""
    ask = ActivityAsk(kind="process_gas", item="kiln", unit="t", region=None, country="CN", year=2024, gwp_set="AR6")
    made = activity_factor(pack(tmp_path, text), ask)

    assert made.value == pytest.approx(2000 + 27.9)
    assert made.uncertainty == pytest.approx((0.2**2 + (0.5 * 0.0279) ** 2) ** 0.5 / 2.0279)
    assert activity_factor(pack(tmp_path), asked_paper()).uncertainty is None
    with pytest.raises(InputRefused) as refused:
        pack(tmp_path, text.replace("0.5", '"half"'))
    assert [one.code for one in refused.value.findings] == ["rates.uncertainty"]


def asked_paper() -> ActivityAsk:
    return ActivityAsk(
        kind="goods_spend", item="paper", unit="CNY", region=None, country="CN", year=2024, gwp_set="AR6"
    )
