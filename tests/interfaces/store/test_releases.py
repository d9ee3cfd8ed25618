"""Decisions, releases and waivers are added to, on SQLite and on PostgreSQL; nothing of what was said is lost."""

from datetime import datetime
from pathlib import Path

import pytest

from wattstone.interfaces.store.records import Records
from wattstone.inventory.released import Release, Waiver
from wattstone.inventory.scope3 import Decided, in_force

pytestmark = pytest.mark.xdist_group("postgresql")  # one server for all of them


@pytest.fixture
def records(address: Path | str):
    with Records.open(address, create=True) as opened:
        yield opened


def decided(category: int, decision: str, day: int) -> Decided:
    return Decided(year=2025, category=category, decision=decision, reason="没有出售产品", decided_by="Li",  # type: ignore[arg-type]
                   at=datetime(2026, 1, day))  # fmt: skip


def test_a_decision_is_added_and_the_one_before_it_stays(records: Records) -> None:
    first, second, other = decided(10, "not_estimated", 1), decided(10, "not_applicable", 2), decided(11, "computed", 2)

    assert records.scope3_decisions() == ()
    records.add_scope3_decisions([first])
    records.add_scope3_decisions([second, other])

    assert records.scope3_decisions() == (first, second, other)
    assert in_force(records.scope3_decisions(), 2025) == {10: second, 11: other}


def test_of_two_decisions_of_one_moment_the_later_one_holds(records: Records) -> None:
    records.add_scope3_decisions([decided(1, "not_estimated", 1), decided(1, "computed", 1)])

    assert in_force(records.scope3_decisions(), 2025)[1].decision == "computed"


def test_releases_and_waivers_come_back_as_they_were_said(records: Records) -> None:
    release = Release(year=2025, run=3, figures=2, sha256="ab", totals={"scope1@organisation": 1.5},
                      units={"scope1@organisation": "kg CO2e"}, released_by="Wu", at=datetime(2026, 2, 1))  # fmt: skip
    waiver = Waiver(year=2025, key="jump:site:A:scope1", reason="new boiler", waived_by="Wu", at=datetime(2026, 1, 1))

    records.add_release(release)
    records.add_release(release)
    records.add_waivers([waiver])
    records.add_waivers([])

    assert records.releases() == (release, release)
    assert records.waivers() == (waiver,)
    assert records.revision("releases") == 2
