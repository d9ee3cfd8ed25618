"""Years and months are those of the site's clock, and the length of partitions changes no figure."""

from datetime import datetime, timedelta

import polars as pl
import pytest

from tests.workflows.estate import dataset, intensity, inventory, readings, stored, workspace

ZONES = {
    "Asia/Shanghai": 8.0,  # east of UTC
    "America/Los_Angeles": -8.0,  # west
    "Asia/Kolkata": 5.5,  # on the half hour
    "Asia/Kathmandu": 5.75,  # on the quarter
}


@pytest.mark.parametrize(("zone", "offset"), ZONES.items())
def test_the_year_begins_at_local_midnight(tmp_path, zone, offset):
    """1 kWh a quarter of an hour from 36 h before to 36 h after the year; only the year's quarters count."""
    first = datetime(2019, 1, 1) - timedelta(hours=offset)
    rows = readings("m", [1.0] * (4 * (8760 + 72)), start=first - timedelta(hours=36), step=timedelta(minutes=15))
    sites = [{"site_id": "A", "country": "XX", "timezone": zone}]
    folder = workspace(tmp_path / "ws", dataset(tmp_path / "estate", rows, sites=sites))

    figures = inventory(folder, 2019)

    assert figures("energy.electricity") == 4 * 8760
    held = stored(folder, 2019).filter((pl.col("subject") == "meter:m") & (pl.col("name") == "energy.electricity"))
    january = held.filter(pl.col("period") == "2019-01")
    assert january["value"].item() == 4 * 744
    assert january["start"].item() == first
    assert held.filter(pl.col("period") == "2019")["coverage"].item() == 1.0


def test_months_of_743_and_745_hours(tmp_path):
    """Great Britain put the clock forward on 31 March 2019 and back on 27 October."""
    rows = readings("m", [1.0] * 8760)
    sites = [{"site_id": "A", "country": "GB", "timezone": "Europe/London"}]
    folder = workspace(tmp_path / "ws", dataset(tmp_path / "estate", rows, sites=sites))
    inventory(folder, 2019)

    months = stored(folder, 2019).filter((pl.col("subject") == "meter:m") & (pl.col("name") == "energy.electricity"))
    hours = dict(months.select("period", "value").iter_rows())

    assert (hours["2019-03"], hours["2019-10"], hours["2019-04"]) == (743.0, 745.0, 720.0)
    assert hours["2019"] == sum(value for period, value in hours.items() if period != "2019")
    assert all(months["coverage"] == 1.0)


def test_partitions_of_a_year_a_month_and_a_day_give_the_same_figures(tmp_path, monkeypatch):
    from wattstone.readings import partitions, spool

    values = [0.1 * (hour % 37) + 0.01 * (hour % 11) for hour in range(24 * 90)]
    frames = [readings("e", values), readings("g", values, kind="gas")]
    sites = [{"site_id": "A", "country": "GB", "timezone": "Europe/London"}]
    grid = intensity([0.2 + 0.001 * (hour % 100) for hour in range(24 * 90)])
    source = dataset(tmp_path / "estate", *frames, sites=sites, intensity=grid)
    found = {}
    for span, digits in (("year", 4), ("month", 6), ("day", 8)):
        for module in (partitions, spool):
            if hasattr(module, "fitting_span"):
                monkeypatch.setattr(module, "fitting_span", lambda *_, span=span: span)
        folder = workspace(tmp_path / span, source)
        inventory(folder, 2019)
        assert {len(path.name.removeprefix("part=")) for path in folder.glob("lake/readings/part=*")} == {digits}
        frame = stored(folder, 2019).select("name", "subject", "period", "value").sort("name", "subject", "period")
        found[span] = frame

    for span in ("month", "day"):
        assert found[span].select("name", "subject", "period").equals(found["year"].select("name", "subject", "period"))
        for one, other in zip(found[span]["value"], found["year"]["value"], strict=True):
            assert one == other or one == pytest.approx(other, rel=1e-12)
