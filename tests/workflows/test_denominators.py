"""Emission intensities are figures: by hand, over floor area and over what was stated, traced and verified."""

from pathlib import Path

import pytest

from tests.workflows.estate import dataset, inventory, readings, stored, wattstone, workspace, year

SITES = [
    {"site_id": "A", "country": "GB", "timezone": "UTC", "floor_area_m2": 1000.0},
    {"site_id": "B", "country": "GB", "timezone": "UTC", "floor_area_m2": 500.0},
]
FACTOR = 0.2556  # UK electricity 2019, kg CO2e/kWh, DESNZ
A, B = 10 * 8760 * FACTOR, 30 * 8760 * FACTOR  # kg CO2e by hand


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    frames = [readings("a", year(10.0)), readings("b", year(30.0), site="B")]
    return workspace(tmp_path / "ws", dataset(tmp_path / "estate", *frames, sites=SITES))


def state(folder: Path, *arguments: object, code: int = 0) -> dict:
    return wattstone("denominator", "add", folder, *arguments, "--json", code=code).json


REVENUE = ("revenue", 2_000_000, "GBP", "--year", 2019, "--source", "annual report 2019, p. 4")


def test_by_floor_area_of_a_site_and_of_the_organisation(folder: Path) -> None:
    figures = inventory(folder, 2019)

    for basis in ("location", "market"):
        name = f"intensity.scope2.{basis}"
        assert figures(name, "site:A") == pytest.approx(A / 1000, rel=1e-12)
        assert figures(name, "site:B") == pytest.approx(B / 500, rel=1e-12)
        assert figures(name) == pytest.approx((A + B) / 1500, rel=1e-12)
        assert figures.row(name)["unit"] == "kg CO2e/m2"


def test_over_revenue_drawn_up_by_the_approach_of_the_inventory(folder: Path) -> None:
    state(folder, *REVENUE, "--approach", "operational control")
    figures = inventory(folder, 2019)

    assert figures("intensity.scope2.location.per_revenue") == pytest.approx((A + B) / 2e6, rel=1e-12)
    assert figures.row("intensity.scope2.market.per_revenue")["unit"] == "kg CO2e/GBP"
    assert not figures.has("intensity.scope2.location.per_revenue", "site:A")


def test_a_denominator_of_another_boundary_is_not_divided_by(folder: Path) -> None:
    state(folder, *REVENUE, "--approach", "financial control")

    why = inventory(folder, 2019).reason("intensity.scope2.location.per_revenue")

    assert "drawn up by financial control, the inventory by operational control" in why


def test_units_made_add_up_only_over_all_sites(folder: Path) -> None:
    state(folder, "production", 400, "t", "--year", 2019, "--site", "A", "--source", "plant log")
    why = inventory(folder, 2019).reason("intensity.scope2.location.per_production")
    assert why == "1 of 2 sites have no production of 2019 (B)"

    state(folder, "production", 100, "t", "--year", 2019, "--site", "B", "--source", "plant log")
    figures = inventory(folder, 2019)

    assert figures("intensity.scope2.location.per_production", "site:A") == pytest.approx(A / 400, rel=1e-12)
    assert figures("intensity.scope2.location.per_production") == pytest.approx((A + B) / 500, rel=1e-12)


def test_a_site_without_floor_area_leaves_the_organisation_without(folder: Path, tmp_path: Path) -> None:
    bare = [SITES[0], {**SITES[1], "floor_area_m2": None}]
    frames = [readings("a", year(10.0)), readings("b", year(30.0), site="B")]
    figures = inventory(workspace(tmp_path / "bare", dataset(tmp_path / "other", *frames, sites=bare)), 2019)

    assert figures("intensity.scope2.location", "site:A") == pytest.approx(A / 1000, rel=1e-12)
    assert figures.reason("intensity.scope2.location", "site:B") == "the site has no floor area"
    assert figures.reason("intensity.scope2.location") == "1 of 2 sites have no floor area (B)"


def test_a_site_sold_within_the_year_counts_by_its_days(folder: Path) -> None:
    """B is sold on 1 July: 181 of 365 days of its area stand under 181 days of its emissions."""
    wattstone("site", folder, "B", "--share", "1,,2019-07-01")
    state(folder, "production", 400, "t", "--year", 2019, "--site", "A", "--source", "plant log")
    state(folder, "production", 100, "t", "--year", 2019, "--site", "B", "--source", "plant log")
    figures = inventory(folder, 2019)

    whole = A + B * 181 / 365
    assert figures("intensity.scope2.location") == pytest.approx(whole / (1000 + 500 * 181 / 365), rel=1e-9)
    assert figures("intensity.scope2.location", "site:B") == pytest.approx(B / 500, rel=1e-9)
    assert "B came, left or changed hands within 2019" in figures.reason("intensity.scope2.location.per_production")


def test_it_is_traced_and_verified(folder: Path) -> None:
    state(folder, *REVENUE, "--approach", "operational control")
    inventory(folder, 2019)

    for of in ("intensity.scope2.market.per_revenue@organisation@2019", "intensity.scope2.location@organisation@2019"):
        node = wattstone("trace", folder, of, "--json").json
        kinds = {one["kind"] for one in node["inputs"]}
        assert kinds == {"figure", "denominator"}
    (area,) = (one for one in node["inputs"] if one["kind"] == "denominator")
    assert (area["value"], {one["value"] for one in area["inputs"]}) == (1500.0, {1000.0, 500.0})
    assert wattstone("verify", folder, "--json").json["holds"]

    state(folder, "revenue", 1_000_000, "GBP", "--year", 2019, "--source", "corrected", "--approach",
          "operational control")  # fmt: skip
    other = wattstone("verify", folder, "--json", code=1).json["differences"]
    assert {one["name"] for one in other} == {
        f"intensity.{name}.per_revenue" for name in ("scope2.location", "scope2.market")
    }

    inventory(folder, 2019)
    held = stored(folder, 2019).filter(name="intensity.scope2.location.per_revenue", subject="organisation")
    assert held["value"].item() == pytest.approx((A + B) / 1e6, rel=1e-12)
    assert held["replaces"].item()


def test_what_is_withdrawn_holds_no_longer(folder: Path) -> None:
    state(folder, *REVENUE, "--approach", "operational control")
    assert len(wattstone("denominator", "list", folder, "--year", 2019, "--json").json["denominators"]) == 1
    wattstone("denominator", "withdraw", folder, "revenue", "--year", 2019)

    assert wattstone("denominator", "list", folder, "--year", 2019, "--json").json["denominators"] == []
    assert not inventory(folder, 2019).has("intensity.scope2.location.per_revenue")
    refused = wattstone("denominator", "withdraw", folder, "revenue", "--year", 2019, "--json", code=2).json
    assert [one["code"] for one in refused["findings"]] == ["denominator.none"]


def test_everything_that_is_wrong_is_said_at_once(folder: Path) -> None:
    said = state(folder, "Floor Area", 0, "a b", "--year", 2019, code=2)

    codes = {one["code"] for one in said["findings"]}
    assert codes == {f"denominator.{one}" for one in ("name", "value", "unit", "approach", "source")}
    said = state(folder, "output", 1, "t", "--year", 2019, "--site", "nowhere", "--source", "log", code=2)
    assert [one["code"] for one in said["findings"]] == ["denominator.site"]
