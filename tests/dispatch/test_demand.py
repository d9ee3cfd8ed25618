"""The cost of a month's peak: by hand where days are fixed, convex, and the bare charge on the last day."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from numpy.testing import assert_allclose

from wattstone.dispatch.demand import PeakBook, PeakCost, with_peak
from wattstone.dispatch.outlook import Errors, Outlook, State
from wattstone.dispatch.site import Battery, Grid, Site

RATE = 12.0
BARE = Site(id="a", grid=Grid(demand_charge=RATE))
NOTHING = State()


def day(peak: float, start: datetime = datetime(2024, 3, 1)) -> Outlook:
    load = np.full(24, 1.0)
    load[12] = peak
    return Outlook(start=start, hours=1.0, load=load, import_price=np.full(24, 0.2), export_price=np.zeros(24))


def learnt(peaks: np.ndarray, site: Site = BARE, state: State = NOTHING) -> PeakBook:
    book = PeakBook(site)
    for one in peaks:
        book.learn(day(float(one)), state)
    return book


@pytest.mark.parametrize("left", [1, 5, 29])
def test_where_days_cannot_be_moved_it_is_the_expected_highest_of_the_days_left(left: int) -> None:
    # M, the highest of n days drawn from ten peaks, is below the k-th with the probability (k / 10)^n.
    peaks = np.array([3.0, 4, 4.5, 5, 6, 6.5, 7, 8, 9, 10])
    book = learnt(peaks)
    chance = np.diff((np.arange(11) / 10) ** left)

    def charge(peak: float) -> float:
        return RATE * float(np.maximum(peak, peaks) @ chance)

    for now in (0.0, 6.2):
        cost = book.cost(left=left, peak=now, today=day(5.0), state=NOTHING)
        found = np.array([cost.at(one) for one in (5.0, 7.0, 9.5, 12.0)])
        by_hand = np.array([charge(max(one, now)) - charge(now) for one in (5.0, 7.0, 9.5, 12.0)])
        # Pieces begin where the slope passes a share of the charge: a few hundredths of it over 12 kW are lost.
        assert_allclose(found, by_hand, atol=0.04 * RATE * 12)
        assert np.all(np.diff(cost.slopes) >= 0)
        assert np.all(np.diff(cost.knots) >= 0)


def test_on_the_last_day_and_above_all_days_it_is_the_charge() -> None:
    book = learnt(np.linspace(3, 10, 8))

    assert book.cost(left=0, peak=4.0, today=day(5), state=NOTHING).at(6.5) == pytest.approx(2.5 * RATE)
    assert book.cost(left=9, peak=20.0, today=day(5), state=NOTHING).at(21.0) == pytest.approx(RATE)


def test_a_peak_that_saves_every_day_is_bought_early_in_the_month() -> None:
    # A battery of 8 kWh and 4 kW is to be filled for a dear hour of 4 kWh: cheap hours at 0.1, all others at 0.6.
    # Filling in the one cheap hour takes 4 kW more than spreading; it saves money on each day that is left.
    pack = Battery(id="b", capacity=8, charge=4, discharge=4, charge_efficiency=1.0, discharge_efficiency=1.0)
    site = Site(id="a", grid=Grid(demand_charge=RATE), batteries=(pack,))
    price = np.full(24, 0.6)
    price[2] = 0.1
    look = Outlook(start=datetime(2024, 3, 1), hours=1.0, load=np.full(24, 1.0), import_price=price,
                   export_price=np.zeros(24), terminal_value=0.0)  # fmt: skip
    state = State(soc=np.zeros(1))
    book = PeakBook(site)
    for _ in range(8):
        book.learn(look, state)

    # A kW more at the cheap hour saves 0.5 a day: over 30 days 15, more than the charge of 12; over 10 days 5, less.
    early = book.cost(left=29, peak=0.0, today=look, state=state)
    late = book.cost(left=10, peak=0.0, today=look, state=state)
    assert early.at(4.9) == pytest.approx(0.0, abs=0.2)
    assert late.at(4.0) - late.at(2.0) == pytest.approx(2 * (RATE - 10 * 0.5), rel=0.05)


def test_an_outlook_counts_the_steps_of_its_own_month_and_the_margin_of_today() -> None:
    look = day(5.0, datetime(2024, 3, 31, 10))
    errors = Errors(np.array([[-1.0, 1.5]]), np.array([0.5, 0.5]))
    made = with_peak(BARE, replace(look, errors=errors), NOTHING, PeakBook(BARE))
    assert_allclose(made.spare[:14], 1.5)  # zone UTC: ten to midnight
    assert np.all(np.isneginf(made.spare[14:]))
    other = with_peak(BARE, replace(look, start=datetime(2024, 3, 30, 10), errors=errors), NOTHING, PeakBook(BARE))
    assert_allclose(other.spare, np.where(np.arange(24) < 14, 1.5, 0.0))


def test_the_bare_charge() -> None:
    assert PeakCost.above(5.0, 2.0).at(8.0) == 6.0
    assert PeakCost.above(5.0, 2.0).at(4.0) == 0.0
