"""Emission intensities and what emissions are divided by, as a page."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.interfaces.web.served_pages import Served, words
from wattstone.portfolio import Site
from wattstone.readings.sources import How
from wattstone.workflows.denominators import denominators_of
from wattstone.workflows.ingest import ingest_all
from wattstone.workflows.inventory import take_inventory

PATH = "/report/intensities"
GRID = 0.25560  # kg CO2e/kWh, electricity generated, UK, 2019 (DESNZ/BEIS conversion factors)
SAID = {"year": "2019", "name": "revenue", "value": "1 000", "unit": "GBP", "site": "",
        "approach": "operational control", "source": "accounts <2019>, page 3"}  # fmt: skip


def furnish(held: Served) -> None:
    """Site A in Britain, of 100 m2, used 480 kWh in two days of May 2019."""
    site = Site(id="A", name="Hall <A>", country="GB", zone="Europe/London", floor_area=100.0)
    held.workspace.records.declare([site], [], sites_by="user")
    lines = [f"A,A1,{datetime(2019, 5, 1) + timedelta(hours=hour):%Y-%m-%dT%H:%M}Z,10" for hour in range(48)]
    path = Path(held.root).parent / "may.csv"
    path.write_text("\n".join(["site,meter,time,kWh", *lines]) + "\n")
    ingest_all(held.workspace, [path], How(unit="kWh", kind="electricity", confirm=lambda _path, _detection: True))
    take_inventory(held.workspace, 2019)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    held = Served(tmp_path, furnish)
    yield held
    held.close()


def test_what_is_stated_divides_the_next_inventory_and_is_shown_with_its_evidence(served: Served) -> None:
    answer = served.post(PATH, SAID)
    assert answer.headers["location"] == f"/o/acme{PATH}?year=2019"
    (one,) = denominators_of(served.workspace, 2019)
    assert (one.value, one.unit, one.stated_by) == (1000.0, "GBP", "analyst")

    take_inventory(served.workspace, 2019)
    page = served.get(f"{PATH}?year=2019")
    assert "Scope 2, location-based by revenue" in words(page)
    assert f"{480 * GRID / 1000:.3f}" in words(page)  # kg CO2e a pound, by hand
    assert "accounts <2019>, page 3" in words(page)
    assert "<2019>" not in page.text
    assert 'href="/o/acme/evidence/' in page.text
    assert "排放强度" in words(served.get(PATH, lang="zh-CN"))


def test_what_is_withdrawn_is_gone_from_the_page(served: Served) -> None:
    served.post(PATH, SAID)
    assert served.post(PATH, {"year": "2019", "name": "revenue", "site": "", "withdraw": "yes"}).status_code == 303
    assert denominators_of(served.workspace, 2019) == ()
    assert "Nothing is stated" in words(served.get(PATH))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"value": "much"}, "value"), ({"value": "0"}, "value"), ({"unit": "a/b"}, "unit"), ({"name": "Net"}, "name"),
     ({"source": " "}, "source")],
)  # fmt: skip
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    served: Served, wrong: dict[str, str], field: str
) -> None:
    answer = served.post(PATH, {**SAID, **wrong})

    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.text
    assert 'value="GBP"' in answer.text or "unit" in wrong
    assert denominators_of(served.workspace, 2019) == ()


def test_only_who_may_declare_for_the_whole_organisation_states(served: Served) -> None:
    assert served.post(PATH, SAID, by="reviewer").status_code == 403
    assert served.post(PATH, SAID, by="scoped").status_code == 403
    assert "of the whole organisation" in words(served.get(PATH, "scoped"))
