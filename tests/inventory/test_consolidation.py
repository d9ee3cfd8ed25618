"""Members of every kind add up to sites, the organisation, scope 3 and the totals of all scopes."""

from datetime import datetime
from typing import Any

import polars as pl
import pytest

from wattstone.inventory.checks import CheckInputs
from wattstone.inventory.checks.sums import check_sums
from wattstone.inventory.consolidation import consolidated
from wattstone.inventory.frames import FIGURE, with_ids
from wattstone.inventory.plan import Plan, make_plan
from wattstone.inventory.sums import MEMBER
from wattstone.portfolio import Organisation, Site


@pytest.fixture
def plan() -> Plan:
    sites = [Site(id=name, name=name, zone="UTC") for name in ("a", "b")]
    return make_plan(Organisation(name="Firm", zone="UTC"), sites, [], {}, year=2024)


def member(site: str, name: str, value: float | None, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "subject": f"activity:{site}/{name}",
        "period": "2024",
        "start": datetime(2024, 1, 1),
        "end": datetime(2025, 1, 1),
        "value": value,
        "unit": "kg CO2e",
        "reason": None if value is not None else "no factor of it",
        "method": "activity/1",
        "estimated": 0.0,
        "notes": [],
        "inputs": ["slice:x"],
        "site_id": site,
        "kind": name,
        "counted": True,
        "absent": False,
        "owned": value,
        "variance": 0.0,
        **more,
    }


def members(*rows: dict[str, Any]) -> pl.DataFrame:
    kept: dict[str, Any] = {
        "site_id": pl.String(), "kind": pl.String(), "counted": pl.Boolean(), "absent": pl.Boolean(),
        "owned": pl.Float64(), "variance": pl.Float64(),
    }  # fmt: skip
    schema = {name: dtype for name, dtype in {**FIGURE, **kept}.items() if name != "id"}
    return with_ids(pl.DataFrame(list(rows), schema=schema)).select(*FIGURE, *MEMBER)


def values(frame: pl.DataFrame, subject: str = "organisation") -> dict[str, float | None]:
    mine = frame.filter((pl.col("subject") == subject) & (pl.col("period") == "2024"))
    return dict(mine.select("name", "value").iter_rows())


def test_scope_3_is_the_sum_of_its_categories_and_the_totals_of_the_scopes(plan: Plan) -> None:
    made = consolidated(
        plan,
        members(
            member("a", "scope1", 100.0),
            member("a", "scope2.location", 50.0),
            member("a", "scope2.market", 20.0),
            member("a", "scope3.1", 7.0),
            member("b", "scope3.1", 3.0, owned=1.5),  # half of b is the organisation's
            member("b", "scope3.15", 0.5),
            member("a", "biogenic", 1000.0),
            member("a", "avoided", 1000.0),
        ),
    )

    told = values(made)
    assert told["scope3.1"] == 8.5
    assert told["scope3"] == 9.0
    assert told["total.location"] == 159.0
    assert told["total.market"] == 129.0
    assert told["biogenic"] == told["avoided"] == 1000.0  # apart: in no total
    assert values(made, "site:b")["scope3"] == 3.5


def test_a_total_names_its_parts_as_inputs(plan: Plan) -> None:
    made = consolidated(plan, members(member("a", "scope1", 1.0), member("a", "scope3.6", 2.0)))
    by_name = {row["name"]: row for row in made.filter(pl.col("subject") == "organisation").iter_rows(named=True)}

    assert by_name["scope3"]["inputs"] == [f"figure:{by_name['scope3.6']['id']}"]
    assert set(by_name["total.location"]["inputs"]) == {
        f"figure:{by_name[name]['id']}" for name in ("scope1", "scope3")
    }


def test_a_category_that_cannot_be_computed_leaves_no_total(plan: Plan) -> None:
    """A sum without one of its parts would look whole."""
    made = consolidated(plan, members(member("a", "scope3.1", None), member("a", "scope3.2", 5.0)))
    row = made.filter((pl.col("name") == "scope3") & (pl.col("subject") == "organisation")).row(0, named=True)

    assert row["value"] is None
    assert row["reason"].startswith("1 of 2 parts cannot be computed (scope3.1):")
    assert "no factor of it" in row["reason"]


def test_a_total_tells_each_reason_of_its_parts_once(plan: Plan) -> None:
    rows = (member("a", "scope1", None, reason="no price"), member("b", "scope1", None), member("a", "scope3.1", None))
    made = consolidated(plan, members(*rows))
    row = made.filter((pl.col("name") == "total.location") & (pl.col("subject") == "organisation")).row(0, named=True)

    assert row["reason"] == "2 of 2 parts cannot be computed (scope1, scope3): no price; also: no factor of it"


def test_meters_alone_have_no_total_of_all_scopes(plan: Plan) -> None:
    told = consolidated(plan, members(member("a", "scope1", 1.0), member("a", "scope2.location", 2.0)))

    assert "total.location" not in values(told)
    assert values(told)["scope3"] is None


def test_a_site_without_scope_3_has_its_scopes_1_and_2_as_its_total(plan: Plan) -> None:
    """Else the organisation's total, which has them, is more than its sites add up to."""
    rows = (member("a", "scope1", 1.0), member("a", "scope3.6", 2.0), member("b", "scope1", 4.0),
            member("b", "scope2.location", 8.0), member("b", "scope2.market", 6.0))  # fmt: skip
    made = consolidated(plan, members(*rows))

    assert (values(made, "site:a")["total.location"], values(made, "site:b")["total.location"]) == (3.0, 12.0)
    assert values(made, "site:b")["total.market"] == 10.0
    assert "scope3" not in values(made, "site:b")
    assert (values(made)["total.location"], values(made)["total.market"]) == (15.0, 13.0)
    assert [one.key for one in check_sums(CheckInputs(year=2024, gwp_set="AR5", figures=made))] == []
