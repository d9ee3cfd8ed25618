"""The book of a month's peaks from what was measured, by hand where days cannot be moved: with buildings too."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from wattstone.dispatch.outlook import Outlook, State
from wattstone.dispatch.site_file import read_site
from wattstone.workflows.dispatch.foresight import Carbon, Seen
from wattstone.workflows.dispatch.peaks import book_of

START, RATE = datetime(2024, 3, 1), 12.0
PEAKS = np.array([3.0, 4, 4.5, 5, 6, 6.5, 7, 8, 9, 10])
SITE = """
id = "yard"
zone = "UTC"
currency = "GBP"
step_minutes = 60
horizon_hours = 24

[grid]
demand_charge = 12

[tariff]
import_rate = 0.2
export_rate = 0.0
"""
BLOCKS = """
[[building]]
id = "block"
load = ["main"]

[[building]]
id = "shop"
load = ["shop"]
"""
NETTED = {
    "one meter": SITE,
    "cost by building": f'{SITE}[netting]\nenergy = "building"\n{BLOCKS}',
    "carbon by building": f'{SITE}[netting]\ncarbon = "building"\n{BLOCKS}',
    "a limit of a building": f"{SITE}{BLOCKS}import_limit_kw = 50\n",
}


def past(buildings: int) -> Seen:
    """Ten days of 1 kW, each with one hour of a peak of its own, which a shop has; the rest is another block's."""
    load = np.ones((PEAKS.size, 24))
    load[:, 12] = PEAKS
    own = np.array([np.full(load.size, 0.5), load.ravel() - 0.5])[:buildings]
    none = np.zeros((0, load.size))
    carbon = Carbon("none", 0.0, "kg CO2e/kWh", {})
    return Seen(START, 1.0, load.ravel(), none, np.zeros(load.size), carbon, buildings=own)


@pytest.mark.parametrize("text", NETTED.values(), ids=NETTED)
def test_days_of_a_site_are_in_its_book_whether_or_not_it_has_buildings(tmp_path: Path, text: str) -> None:
    (tmp_path / "yard.toml").write_text(text, encoding="utf-8")
    file = read_site(tmp_path / "yard.toml")
    book = book_of(file, past(len(file.site.buildings)))
    # A day that tells nothing: were the book empty, it would stand for the days to come.
    today = Outlook(
        start=START + timedelta(days=PEAKS.size), hours=1.0, load=np.full(24, 40.0), import_price=np.full(24, 0.2),
        export_price=np.zeros(24), buildings=np.full((len(file.site.buildings), 24), 1.0),
    )  # fmt: skip
    cost = book.cost(left=5, peak=0.0, today=today, state=State())

    # M, the highest of 5 days drawn from ten peaks, is below the k-th with the probability (k / 10)^5.
    chance = np.diff((np.arange(11) / 10) ** 5)
    for peak in (7.0, 12.0):
        by_hand = RATE * float((np.maximum(peak, PEAKS) - PEAKS) @ chance)
        assert cost.at(peak) == pytest.approx(by_hand, abs=0.04 * RATE * 12)
