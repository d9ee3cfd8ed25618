from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.base import InputRefused
from wattstone.rates.costs import cost, energy_cost
from wattstone.rates.tariffs import Tariff, read_tariffs, tariff_for

FLAT: dict[str, Any] = {
    "id": "flat",
    "kind": "electricity",
    "currency": "GBP",
    "zone": "Europe/London",
    "valid_from": date(2024, 1, 1),
    "source": "contract",
    "standing_charge": 0.5,
    "bands": [{"name": "all", "rate": 0.25}],
}
PEAK = [
    {"name": "holiday", "rate": 0.1, "holidays": True},
    {"name": "peak", "rate": 0.4, "weekdays": [1, 2, 3, 4, 5], "hours": [["16:00", "19:30"]], "months": [1, 3, 10, 12]},
    {"name": "night", "rate": 0.15, "hours": [["23:00", "06:00"]]},
    {"name": "day", "rate": 0.3},
]
energy = st.lists(st.floats(0, 1e6), min_size=1, max_size=60)


def tariff(**changes: Any) -> Tariff:
    return Tariff.model_validate({**FLAT, **changes})


def hours(start: datetime, count: int, minutes: int = 60) -> pl.Series:
    return pl.Series([start + timedelta(minutes=minutes * n) for n in range(count)], dtype=pl.Datetime("us"))


def one(rule: Tariff, start: datetime, kwh: float = 1.0) -> float | None:
    return energy_cost(rule, pl.Series([start]), pl.Series([kwh])).item()


@given(values=energy)
def test_a_flat_tariff_costs_rate_times_energy_and_the_standing_charge(values: list[float]) -> None:
    start = hours(datetime(2024, 6, 1, 23), len(values))  # 2024-06-02 begins at 23:00 UTC in London
    whole = cost(tariff(), start, pl.Series(values))

    days = -(-len(values) // 24)
    assert whole.energy == pytest.approx(0.25 * sum(values), rel=1e-9, abs=1e-9)
    assert whole.standing == pytest.approx(0.5 * days)
    assert whole.total == whole.energy + whole.standing
    assert (whole.currency, whole.unpriced) == ("GBP", 0)


@given(values=energy, more=st.floats(0, 1e3), blocks=st.booleans())
def test_more_energy_never_costs_less(values: list[float], more: float, *, blocks: bool) -> None:
    rule = tariff(bands=PEAK, blocks=[{"above": 0, "rate": 0.0}, {"above": 500, "rate": 0.05}] if blocks else [])
    start = hours(datetime(2024, 3, 30), len(values))
    less = float(energy_cost(rule, start, pl.Series(values)).sum())

    assert float(energy_cost(rule, start, pl.Series([value + more for value in values])).sum()) >= less - 1e-6


@given(values=energy)
def test_two_accounts_by_time_of_use_cost_what_their_sum_costs(values: list[float]) -> None:
    rule, start = tariff(bands=PEAK), hours(datetime(2024, 10, 26), len(values))
    apart = energy_cost(rule, start, pl.Series(values)) * 2

    np.testing.assert_allclose(energy_cost(rule, start, pl.Series(values) * 2), apart, rtol=1e-12, atol=1e-9)


def test_bands_go_by_the_local_clock() -> None:
    rule = tariff(bands=PEAK)

    assert one(rule, datetime(2024, 1, 3, 15, 30)) == 0.3  # Wednesday 15:30 in London
    assert one(rule, datetime(2024, 1, 3, 16)) == 0.4
    assert one(rule, datetime(2024, 1, 3, 19, 30)) == 0.3
    assert one(rule, datetime(2024, 1, 6, 16)) == 0.3  # Saturday
    assert one(rule, datetime(2024, 2, 7, 16)) == 0.3  # not a month of the peak
    assert one(rule, datetime(2024, 10, 2, 15)) == 0.4  # 16:00 in summer time
    assert one(rule, datetime(2024, 1, 3, 23)) == 0.15
    assert one(rule, datetime(2024, 1, 3, 5, 59)) == 0.15
    assert one(rule, datetime(2024, 1, 3, 6)) == 0.3


def test_holidays_are_local_days() -> None:
    rule = tariff(bands=PEAK, holidays=[date(2024, 7, 1)])

    assert one(rule, datetime(2024, 6, 30, 22, 30)) == 0.15
    assert one(rule, datetime(2024, 6, 30, 23)) == 0.1  # 2024-07-01T00:00 in London
    assert one(rule, datetime(2024, 7, 1, 23)) == 0.15


@pytest.mark.parametrize(("day", "count"), [(date(2024, 3, 31), 23), (date(2024, 10, 27), 25), (date(2024, 6, 3), 24)])
def test_a_day_of_23_or_25_hours_has_each_of_its_hours_once(day: date, count: int) -> None:
    """Night rate 23:00 to 06:00: 7 hours of a usual day, 6 when the clock leaps forward, 8 when it falls back."""
    rule = tariff(bands=[{"name": "night", "rate": 1.0, "hours": [["23:00", "06:00"]]}, {"name": "day", "rate": 0.0}])
    offset = 0 if day.month == 3 else 1
    start = hours(datetime(day.year, day.month, day.day) - timedelta(hours=offset), count)
    account = cost(rule, start, pl.Series([1.0] * count))

    assert account.energy == count - 17
    assert account.standing == 0.5


def test_blocks_of_a_month_are_priced_at_the_margin() -> None:
    """300 kWh a day at 0.1; above 500 kWh 0.2: 300 * 0.1, then 200 * 0.1 + 100 * 0.2; February begins anew."""
    rule = tariff(bands=[], blocks=[{"above": 0, "rate": 0.1}, {"above": 500, "rate": 0.2}])
    start = pl.Series([datetime(2024, 1, 30), datetime(2024, 1, 31), datetime(2024, 2, 1)])
    costs = energy_cost(rule, start, pl.Series([300.0, 300.0, 300.0]))

    assert costs.to_list() == pytest.approx([30.0, 40.0, 30.0])
    shuffled = energy_cost(rule, start.reverse(), pl.Series([300.0, 300.0, 300.0]))
    assert shuffled.to_list() == pytest.approx([30.0, 40.0, 30.0])


def test_blocks_are_added_to_bands() -> None:
    rule = tariff(blocks=[{"above": 0, "rate": 0.0}, {"above": 100, "rate": 0.05}])
    assert one(rule, datetime(2024, 5, 1), 300.0) == pytest.approx(300 * 0.25 + 200 * 0.05)


def test_prices_by_interval_hold_until_the_next_one_and_then_end() -> None:
    prices = [{"start": datetime(2024, 5, 1, n // 2, 30 * (n % 2)), "rate": rate} for n, rate in enumerate((0.1, -0.2))]
    rule = tariff(bands=[], prices=prices, prices_seconds=1800)
    start = hours(datetime(2024, 4, 30, 23, 45), 6, minutes=15)

    costs = energy_cost(rule, start, pl.Series([10.0] * 6)).to_list()
    assert costs == [None, 1.0, 1.0, -2.0, -2.0, None]
    assert cost(rule, start, pl.Series([10.0] * 6)).unpriced == 2


def test_a_gap_is_no_cost_and_days_outside_the_tariff_have_none() -> None:
    rule = tariff(valid_to=date(2024, 2, 1))
    start = pl.Series([datetime(2023, 12, 31, 23), *[datetime(2024, 1, 31, hour) for hour in (1, 2, 23)],
                       datetime(2024, 2, 1)])  # fmt: skip
    costs = energy_cost(rule, start, np.array([1.0, np.nan, 1.0, 1.0, 1.0]))

    assert costs.to_list() == [None, None, 0.25, 0.25, None]
    account = cost(rule, start, np.array([1.0, np.nan, 1.0, 1.0, 1.0]))
    assert (account.unpriced, account.standing) == (2, 0.5)


def test_energy_fed_in_is_paid_at_the_export_rate_or_not_known() -> None:
    assert one(tariff(export_rate=0.05), datetime(2024, 5, 1), -10.0) == pytest.approx(-0.5)
    assert one(tariff(), datetime(2024, 5, 1), -10.0) is None


def test_numpy_times_are_taken_and_zoned_ones_are_not() -> None:
    start = np.array(["2024-05-01T00", "2024-05-01T01"], dtype="datetime64[h]")
    assert energy_cost(tariff(), start, np.array([1.0, 2.0])).to_list() == [0.25, 0.5]
    with pytest.raises(TypeError, match="naive UTC"):
        energy_cost(tariff(), pl.Series([datetime(2024, 5, 1)]).dt.replace_time_zone("UTC"), pl.Series([1.0]))


TOML = """
id = "tou"
kind = "electricity"
currency = "CNY"
zone = "Asia/Shanghai"
valid_from = 2024-01-01
source = "notice"
holidays = [2024-10-01]
[[bands]]
name = "peak"
rate = 1.2
hours = [["10:00", "12:00"], ["14:00", "24:00"]]
[[bands]]
name = "rest"
rate = 0.6
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_tariff_is_read_from_its_file(tmp_path: Path) -> None:
    (read,) = read_tariffs([write(tmp_path, "tou.toml", TOML)])

    assert read.bands[0].hours == ((600, 720), (840, 1440))
    assert one(read, datetime(2024, 5, 1, 2)) == 1.2  # 10:00 in Shanghai
    assert one(read, datetime(2024, 5, 1, 4)) == 0.6
    assert tariff_for([read], kind="electricity", site_id="a", day=date(2024, 5, 1)) is read
    assert tariff_for([read], kind="natural_gas", site_id="a", day=date(2024, 5, 1)) is None
    own = tariff(id="own", sites=["a"])
    assert tariff_for([read, own], kind="electricity", site_id="a", day=date(2024, 5, 1)) is own


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Asia/Shanghai", "Shanghai", "not an IANA time zone"),
        ("24:00", "25:00", "less than or equal to 1440"),
        ("10:00", "ten", "HH:MM"),
        ("rate = 1.2", "rate = nan", "finite"),
        ("rate = 1.2", "price = 1.2", "Extra inputs"),
        ('source = "notice"', "", "source: "),
        (
            'name = "rest"',
            'name = "rest"\nhours = [["00:00", "09:00"]]',
            "no band holds in month 1, weekday 1, at 09:00",
        ),
        ('name = "rest"', 'name = "rest"\nholidays = false', "on a holiday"),
        ("holidays =", "valid_to = 2023-01-01\nholidays =", "later than valid_from"),
        ("holidays =", "prices = [{start = 2024-01-01T00:00:00, rate = 1.0}]\nholidays =", "either bands and blocks"),
        ("holidays =", "blocks = [{above = 5, rate = 1.0}]\nholidays =", "blocks begin at 0"),
        ("[[bands]]", "[[bands", "cannot be read"),
    ],
)
def test_a_tariff_that_cannot_be_used_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = write(tmp_path, "bad.toml", TOML.replace(old, new))
    with pytest.raises(InputRefused) as refused:
        read_tariffs([path, write(tmp_path, "worse.toml", "id = 1")])

    text = str(refused.value)
    assert message in text
    assert "bad.toml" in text
    assert "worse.toml" in text, "the findings of every file are told at once"


def test_two_tariffs_of_one_kind_do_not_overlap(tmp_path: Path) -> None:
    paths = [write(tmp_path, "a.toml", TOML), write(tmp_path, "b.toml", TOML.replace("2024-01-01", "2025-01-01"))]
    with pytest.raises(InputRefused, match=r"b\.toml: it holds on days on which a\.toml"):
        read_tariffs(paths)
    paths[0] = write(tmp_path, "a.toml", TOML.replace("holidays", "valid_to = 2025-01-01\nholidays"))
    assert len(read_tariffs(paths)) == 2
