"""Costs against hand calculation: time of use, standing charges, blocks, export, tariffs that change or are missing."""

import pytest

from tests.workflows.estate import dataset, inventory, readings, stored, workspace, year

SITES = [
    {"site_id": "A", "country": "GB", "timezone": "Europe/London"},
    {"site_id": "B", "country": "GB", "timezone": "Europe/London"},
]
HEAD = """
id = "{id}"
kind = "electricity"
currency = "{currency}"
zone = "Europe/London"
valid_from = {since}
source = "contract"
standing_charge = {standing}
{more}
"""


def tariff(
    name="main", *, currency="GBP", since="2018-01-01", standing=0.0, more="", bands='[[bands]]\nname="all"\nrate=0.2\n'
):
    return HEAD.format(id=name, currency=currency, since=since, standing=standing, more=more) + bands


def estate(tmp_path, *frames, **tariffs):
    source = dataset(tmp_path / "estate", *frames, sites=SITES[: len({one["site_id"][0] for one in frames})])
    for name, text in tariffs.items():
        (source / f"tariff-{name}.toml").write_text(text)
    return workspace(tmp_path / "ws", source)


def test_time_of_use_is_that_of_the_local_clock(tmp_path):
    """Day 07:00 to 23:00 at 0.3, night at 0.1: 16 of 24 hours of each of the 365 days, whatever the clock does."""
    bands = '[[bands]]\nname="day"\nrate=0.3\nhours=[["07:00", "23:00"]]\n[[bands]]\nname="night"\nrate=0.1\n'
    figures = inventory(estate(tmp_path, readings("m", year(1.0)), a=tariff(bands=bands)), 2019)

    assert figures("cost.electricity") == pytest.approx(365 * 16 * 0.3 + (8760 - 365 * 16) * 0.1, rel=1e-12)
    assert figures.row("cost.electricity")["unit"] == "GBP"


def test_standing_charges_count_for_each_day(tmp_path):
    figures = inventory(estate(tmp_path, readings("m", year(1.0)), a=tariff(standing=0.5)), 2019)

    assert figures("cost.electricity") == pytest.approx(8760 * 0.2 + 365 * 0.5, rel=1e-12)


def test_blocks_begin_anew_each_month(tmp_path):
    """1 kWh an hour: a month of h hours costs 0.2 h, and 0.05 more for each kWh above 600."""
    blocks = "[[blocks]]\nabove=0\nrate=0.0\n[[blocks]]\nabove=600\nrate=0.05\n"
    folder = estate(tmp_path, readings("m", year(1.0)), a=tariff(bands='[[bands]]\nname="all"\nrate=0.2\n' + blocks))
    figures = inventory(folder, 2019)

    hours = [744, 672, 743, 720, 744, 720, 744, 744, 720, 745, 720, 744]
    assert sum(hours) == 8760
    assert figures("cost.electricity") == pytest.approx(sum(0.2 * h + 0.05 * (h - 600) for h in hours), rel=1e-12)
    months = stored(folder, 2019)
    months = months.filter((months["name"] == "cost.electricity") & (months["subject"] == "meter:m"))
    costs = dict(months.select("period", "value").iter_rows())
    assert costs["2019-03"] == pytest.approx(0.2 * 743 + 0.05 * 143, rel=1e-12)
    assert costs["2019"] == pytest.approx(sum(value for period, value in costs.items() if period != "2019"), rel=1e-12)


def test_what_is_fed_in_is_paid_for_at_its_own_rate(tmp_path):
    rows = readings("m", year([2.0, -1.0]))
    figures = inventory(estate(tmp_path, rows, a=tariff(more="export_rate = 0.05")), 2019)

    assert figures("cost.electricity") == pytest.approx(4380 * (2 * 0.2 - 0.05), rel=1e-12)
    assert figures("energy.electricity") == 4380  # flags never change a total


def test_what_is_fed_in_without_a_rate_has_no_cost(tmp_path):
    figures = inventory(estate(tmp_path, readings("m", year([2.0, -1.0])), a=tariff()), 2019)

    assert "no price for 4380 intervals" in figures.reason("cost.electricity", "meter:m")
    assert figures("energy.electricity") == 4380


def test_a_tariff_that_names_a_site_comes_before_one_for_all(tmp_path):
    frames = [readings("a", year(1.0)), readings("b", year(1.0), site="B")]
    own = tariff("own", bands='[[bands]]\nname="all"\nrate=0.5\n', more='sites = ["B"]')
    figures = inventory(estate(tmp_path, *frames, a=tariff(), b=own), 2019)

    assert figures("cost.electricity", "site:A") == pytest.approx(8760 * 0.2, rel=1e-12)
    assert figures("cost.electricity", "site:B") == pytest.approx(8760 * 0.5, rel=1e-12)
    assert figures("cost.electricity") == pytest.approx(8760 * 0.7, rel=1e-12)


def test_currencies_are_not_added_up(tmp_path):
    frames = [readings("a", year(1.0)), readings("b", year(1.0), site="B")]
    own = tariff("own", currency="EUR", more='sites = ["B"]')
    figures = inventory(estate(tmp_path, *frames, a=tariff(), b=own), 2019)

    assert figures("cost.electricity", "site:B") == pytest.approx(8760 * 0.2, rel=1e-12)
    assert "GBP, EUR" in figures.reason("cost.electricity")


def test_a_tariff_that_changes_in_the_year(tmp_path):
    old = tariff("old", more="valid_to = 2019-07-01", standing=1.0)
    new = tariff("new", since="2019-07-01", bands='[[bands]]\nname="all"\nrate=0.4\n')
    figures = inventory(estate(tmp_path, readings("m", year(1.0)), a=old, b=new), 2019)

    # 1 July 00:00 BST is hour 4343 of the year; 181 days before it
    assert figures("cost.electricity") == pytest.approx(4343 * 0.2 + 181 + (8760 - 4343) * 0.4, rel=1e-12)


def test_a_time_without_a_tariff_has_no_cost(tmp_path):
    figures = inventory(estate(tmp_path, readings("m", year(1.0)), a=tariff(since="2019-07-01")), 2019)

    assert "no price for 4343 intervals" in figures.reason("cost.electricity", "meter:m")


def test_without_a_tariff_there_is_no_row(tmp_path):
    assert not inventory(estate(tmp_path, readings("m", year(1.0))), 2019).has("cost.electricity")
