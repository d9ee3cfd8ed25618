"""The residual mix: where it is published, and refused where it is not."""

from pathlib import Path

import pytest

from wattstone.base import NotComputable
from wattstone.rates import EmissionFactor, load_factors
from wattstone.rates.residual import residual_factor
from wattstone.rates.table import COLUMNS

TABLE = load_factors()


def residual(country: str, year: int, *accept: str, region: str | None = None) -> EmissionFactor:
    return residual_factor(
        TABLE, region=region, country=country, year=year, gwp_set="AR6", exceptions=frozenset(accept)
    )


def test_europe_s_residual_mix_is_confidence_c() -> None:
    """Germany 2022: 0.68403 (AIB, European Residual Mixes 2022)."""
    with pytest.raises(NotComputable, match="'aib2022_residual_de'"):
        residual("DE", 2022)
    made = residual("DE", 2022, "aib2022_residual")
    assert (made.value, made.gas, made.confidence) == (0.68403, "CO2", "C")


def test_china_s_stands_for_every_province_but_not_for_other_places() -> None:
    assert residual("CN", 2023, region="CN-SC").value == 0.6096
    assert residual("CN", 2022).source_key == residual("CN", 2023, region="CN-SC").source_key
    for region in ("CN-HK", "CN-MO", "CN-TW"):
        with pytest.raises(NotComputable, match="no residual mix"):
            residual("CN", 2023, region=region)


def test_another_year_has_to_be_accepted() -> None:
    with pytest.raises(NotComputable, match=r"2022, 2023 only \(the exception 'year:cn_mee_2023'"):
        residual("CN", 2024)
    made = residual("CN", 2024, "year:cn_mee_2023")
    assert made.value == 0.6096
    assert any("of 2023 used for 2024" in note for note in made.notes)


@pytest.mark.parametrize("country", ["US", "MY", "BR"])
def test_where_none_is_published_there_is_none(country: str) -> None:
    with pytest.raises(NotComputable, match="none is published"):
        residual(country, 2022)


def test_an_own_residual_mix_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    row = "rest,,2,purchased_electricity_residual,US-CAMX,2024,0.4,kgCO2e/kWh,CO2e,AR6,Green-e,2025,own,B,"
    path.write_text(",".join(COLUMNS) + "\n" + row + "\n", encoding="utf-8")
    made = residual_factor(load_factors([path]), region="CAMX", country="US", year=2024, gwp_set="AR6")
    assert (made.value, made.set) == (0.4, "user")
