"""A bill of materials with loops against bw2calc 3.1.0: its numbers, by `tools/peers.sh brightway` on 2026-11-23."""

import pytest
from benchmarks.peers.brightway import ours

BRIGHTWAY = {
    "electricity": 0.15974072130911618, "coal": 0.29573158458241583, "transport": 0.09919681471571205,
    "steel": 1.6366667631765774, "aluminium": 3.9454865945149096, "component": 8.906820955555204,
    "site 5": 7138.159999927729, "all": 145585.00506859718,
}  # kg CO2e  # fmt: skip


def test_products_purchases_and_the_whole_are_those_of_brightway() -> None:
    told = ours.bill()
    assert {name: told[name] for name in BRIGHTWAY} == pytest.approx(BRIGHTWAY, rel=1e-9)
