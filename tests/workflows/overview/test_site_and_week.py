"""A week of a meter with what is doubtful about it, a site, and today."""

from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.workflows.estate import dataset, readings, wattstone, workspace
from tests.workflows.overview.made import YEAR, found, seen_by
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.workflows.access import Role
from wattstone.workflows.detect.table import keep_findings
from wattstone.workflows.overview.estate import estate_of
from wattstone.workflows.overview.places import meters_called
from wattstone.workflows.overview.site import site_of
from wattstone.workflows.overview.today import today
from wattstone.workflows.overview.week import meter_week
from wattstone.workflows.workspace import Workspace

QUARTER = timedelta(minutes=15)
DAY = 96


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Eight days of a meter in Jinan by the quarter of an hour from local midnight, 1 kWh each, and of a dwelling.

    On the second day the second hour is a gap, and the third is not there at all.
    """
    folder = tmp_path_factory.mktemp("week")
    start = datetime(2024, 2, 29, 16)
    values: list[float | None] = [1.0] * (8 * DAY)
    values[DAY + 4 : DAY + 8] = [None] * 4
    whole = readings("main", values, start=start, step=QUARTER)
    missing = [*range(DAY + 8, DAY + 12)]
    main = whole.with_row_index().filter(~pl.col("index").is_in(missing)).drop("index")
    flat = readings("flat", [0.5] * (8 * DAY), start=start, step=QUARTER)
    sites = [{"site_id": "A", "timezone": "Asia/Shanghai", "country": "CN"}]
    meters = [{"meter_id": "main", "site_id": "A", "kind": "electricity", "unit": "kWh"},
              {"meter_id": "flat", "site_id": "A", "kind": "electricity", "unit": "kWh", "personal": True}]  # fmt: skip
    root = workspace(folder / "ws", dataset(folder / "data", main, flat, sites=sites, meters=meters))
    wattstone("meter", root, "both", "--site", "A", "--kind", "electricity", "--unit", "kWh", "--expression",
              "main + flat")  # fmt: skip
    return open_workspace(root)


def test_a_week_begins_at_local_midnight_and_shows_power_and_gaps(week: Workspace) -> None:
    shown = meter_week(week, "main", date(2024, 3, 1))
    assert shown is not None
    assert (shown.start, shown.end) == (datetime(2024, 2, 29, 16), datetime(2024, 3, 7, 16))
    assert (shown.unit, shown.native, shown.per, shown.zone) == ("kW", 900, 1, "Asia/Shanghai")
    assert shown.quantity == pytest.approx(7 * DAY - 8)
    assert set(shown.rows["value"].drop_nulls()) == {4.0}
    gaps = shown.rows.filter(pl.col("state") == "gap")
    assert gaps["seconds"].sum() == 2 * 3600
    assert (shown.readings, shown.gaps) == (7 * DAY - 8, 8)
    assert shown.rows["seconds"].sum() == 7 * 86_400


def test_a_thinned_week_keeps_least_and_most_and_says_so(week: Workspace) -> None:
    whole, thin = meter_week(week, "main", date(2024, 3, 1)), meter_week(week, "main", date(2024, 3, 1), width=100)
    assert whole is not None
    assert thin is not None
    assert thin.rows.height <= 100
    assert thin.per == 7  # 669 rows on 100 pixels
    energy = (thin.rows["value"] * thin.rows["seconds"] / 3600).sum()
    assert energy >= whole.quantity  # a bucket that is part gap shows the mean of what was measured
    assert thin.rows["seconds"].sum() == 7 * 86_400
    assert (thin.quantity, thin.gaps) == (whole.quantity, whole.gaps)
    assert (thin.rows["high"].max(), thin.rows["low"].min()) == (4.0, 4.0)


def test_without_a_start_it_is_the_week_up_to_the_last_reading(week: Workspace) -> None:
    shown = meter_week(week, "main")
    assert shown is not None
    assert shown.end == datetime(2024, 3, 8, 16)
    assert shown.last == datetime(2024, 3, 8, 15, 45)


def test_a_virtual_meter_is_computed_and_has_gaps_where_a_term_has(week: Workspace) -> None:
    shown = meter_week(week, "both", date(2024, 3, 1), days=1)
    assert shown is not None
    assert shown.quantity == pytest.approx(1.5 * DAY)
    assert set(shown.rows["value"]) == {6.0}


def test_a_dwelling_is_shown_by_the_day_to_whom_it_is_not_meant_for(week: Workspace) -> None:
    shown = meter_week(seen_by(week, Role.VIEWER), "flat", date(2024, 3, 1))
    assert shown is not None
    assert (shown.daily, shown.unit) == (True, "kWh")
    assert shown.rows["value"].to_list() == [48.0] * 7
    assert shown.rows.select("low", "high").null_count().row(0) == (7, 7)
    meant = meter_week(seen_by(week, Role.ANALYST), "flat", date(2024, 3, 1))
    assert meant is not None
    assert (meant.daily, meant.rows.height) == (False, 7 * DAY)


def test_what_is_computed_from_a_dwelling_is_as_personal(week: Workspace) -> None:
    shown = meter_week(seen_by(week, Role.VIEWER), "both", date(2024, 3, 1))
    assert shown is not None
    assert shown.daily


def test_a_meter_elsewhere_is_not_there(week: Workspace) -> None:
    assert meter_week(seen_by(week, Role.VIEWER, "B"), "main") is None
    assert meter_week(week, "nothing") is None
    with pytest.raises(ValueError, match="no chart"):
        meter_week(week, "main", days=401)


def test_meters_are_found_by_the_words_of_their_ids_where_one_may_see_them(week: Workspace) -> None:
    def found(text: str, workspace: Workspace = week, most: int = 9) -> list[str]:
        return meters_called(workspace, text, most=most)["id"].to_list()

    assert found("A") == ["main", "flat"]  # the order in which they were declared
    assert found("a", most=1) == ["main"]
    assert found("N mA") == ["main"]
    assert found("ma.n") == found("main elsewhere") == found(" ") == []
    assert found("main", seen_by(week, Role.VIEWER, "A")) == ["main"]
    assert found("main", seen_by(week, Role.VIEWER, "B")) == []


def test_a_site_shows_its_year_by_months_and_its_meters(opened: Workspace) -> None:
    view = site_of(opened, estate_of(opened), "B")
    assert view is not None
    energy = view.months.filter(pl.col("name") == "energy.electricity")
    assert energy["month"].to_list() == list(range(1, 13))
    assert energy["value"][1] == pytest.approx(2.0 * 24 * 28)
    assert energy["before"].null_count() == 12
    assert view.devices.select("meter_id", "unit", "state", "value").row(0) == ("B-main", "kWh", "live", 2.0)
    assert {one.name for one in view.numbers} >= {"location", "energy", "scope2.location", "intensity.energy"}
    assert view.plan is None
    assert site_of(seen_by(opened, Role.VIEWER, "A"), estate_of(opened), "B") is None


def test_a_dwellings_last_value_is_not_shown_to_whom_it_is_not_meant_for(week: Workspace) -> None:
    reader = seen_by(week, Role.VIEWER)
    view = site_of(reader, estate_of(reader), "A")
    assert view is not None
    assert dict(view.devices.select("meter_id", "value").iter_rows()) == {"main": 1.0, "flat": None, "both": None}


def test_today_ranks_what_is_to_do_and_tells_what_changed(own: Workspace) -> None:
    begin = today(own, estate_of(own))
    assert [one.kind for one in begin.steps] == ["detect"]
    rows = [{"kg": 1.0}, {"site_id": "B", "meter_id": "B-main", "kg": 9.0},
            {"site_id": "C", "meter_id": "C-main", "kg": None, "money": 99.0}]  # fmt: skip
    keep_findings(own, found(*rows), run=5, year=YEAR)
    now = today(own, estate_of(own))
    assert [one.site_id for one in now.steps] == ["B", "A", "C"]
    assert {one.kind for one in now.changes} == {"readings", "inventory", "findings"}
    assert now.months.height == 12
    assert now.months["value"].sum() == pytest.approx(now.headlines[0].value)
    assert len(now.headlines) <= 4
    part = seen_by(own, Role.VIEWER, "A")
    mine = today(part, estate_of(part))
    assert [one.site_id for one in mine.steps] == ["A"]
    assert mine.months["value"].sum() < now.months["value"].sum() / 100
    assert mine.changes == ()


def test_an_empty_workspace_says_how_to_begin(tmp_path: Path) -> None:
    wattstone("init", tmp_path / "empty")
    held = open_workspace(tmp_path / "empty")
    estate = estate_of(held)
    now = today(held, estate)
    assert [one.kind for one in now.steps] == ["ingest"]
    assert (estate.frame.height, now.headlines, now.changes, now.months.height) == (0, (), (), 0)
    held.close()
