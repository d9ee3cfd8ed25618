"""A plan against what was measured: the site file says which meters measure load, PV and the connection."""

from datetime import datetime, timedelta

import polars as pl
import pytest

from tests.workflows.estate import dataset, readings, workspace
from wattstone.base import Period
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.workflows.overview.actual import _power
from wattstone.workflows.overview.estate import estate_of
from wattstone.workflows.overview.site import PlanActual, site_of
from wattstone.workflows.results import PLANS, Batch, keep

START = datetime(2024, 5, 1)
FILE = """
id = "park"
zone = "UTC"
currency = "GBP"
step_minutes = 60

[meters]
load = ["main", "sun"]
minus = ["out", "bay"]
pv = { roof = ["sun"] }

[tariff]
import_rate = 0.3
export_rate = 0.05

[[pv]]
id = "roof"
capacity_kw = 10

[[battery]]
id = "pack"
capacity_kwh = 20
power_kw = 5

[[charger]]
id = "bay"
power_kw = 7
"""
PLANNED = {"load": 4.0, "grid": 1.5, "roof": -2.5, "pack": 0.5, "bay": 1.0}
KINDS = {"load": "load", "grid": "grid", "roof": "pv", "pack": "battery", "bay": "charger"}


def steps() -> pl.DataFrame:
    """Two hours of a plan, as a run of the planner leaves them."""
    rows = [
        {"subject": f"device:park/{device}", "site_id": "park", "start": START + timedelta(hours=hour),
         "device": device, "kind": KINDS[device], "power": power, "state": None, "cost": None, "unit": "kW",
         "import_price": 0.3, "intensity": 0.2}
        for hour in range(2) for device, power in PLANNED.items()
    ]  # fmt: skip
    return pl.DataFrame(rows, schema_overrides={"start": pl.Datetime("us"), "state": pl.Float64, "cost": pl.Float64})


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> PlanActual:
    """A site that draws 3 kW and feeds 0.5 kW in while its roof makes 2 kW; a bay takes 1 kW. In the second hour the
    roof was not read."""
    folder = tmp_path_factory.mktemp("park")
    hour = {"site": "park", "start": START}
    meters = [{"meter_id": name, "site_id": "park", "kind": kind, "unit": "kWh", "direction": way}
              for name, kind, way in (("main", "electricity", "import"), ("sun", "solar", "import"),
                                      ("out", "electricity", "export"), ("bay", "electricity", "import"))]  # fmt: skip
    data = dataset(
        folder / "data",
        readings("main", [3.0, 3.0], **hour),
        readings("sun", [2.0, None], kind="solar", **hour),
        readings("out", [0.5, 0.5], **hour),
        readings("bay", [1.0, 1.0], **hour),
        sites=[{"site_id": "park", "country": "GB", "timezone": "UTC"}],
        meters=meters,
    )
    root = workspace(folder / "ws", data)
    (root / "sites").mkdir(exist_ok=True)
    (root / "sites" / "park.toml").write_text(FILE, encoding="utf-8")
    held = open_workspace(root)
    keep(held, Batch(kind="plan", year=2024, about={}, evidence={}, table=PLANS, steps=steps()))
    view = site_of(held, estate_of(held), "park")
    held.close()
    assert view is not None
    assert view.plan is not None
    return view.plan


def row(plan: PlanActual, hour: int) -> dict[str, tuple[float, float | None]]:
    mine = plan.frame.filter(pl.col("start") == START + timedelta(hours=hour))
    return {series: (planned, actual) for series, planned, actual in mine.drop("start").iter_rows()}


def test_load_grid_and_devices_are_measured_as_the_site_file_says(plan: PlanActual) -> None:
    """By hand: load 3 + 2 - 0.5 - 1 = 3.5; grid 3 - 0.5 = 2.5, the bay within it; generation is negative in a plan."""
    assert row(plan, 0) == {
        "load": (4.0, 3.5), "grid": (1.5, 2.5), "roof": (-2.5, -2.0), "pack": (0.5, None), "bay": (1.0, 1.0),
    }  # fmt: skip


def test_what_was_not_read_is_not_known_and_what_does_not_need_it_is(plan: PlanActual) -> None:
    assert row(plan, 1) == {
        "load": (4.0, None), "grid": (1.5, 2.5), "roof": (-2.5, None), "pack": (0.5, None), "bay": (1.0, 1.0),
    }  # fmt: skip


def test_a_meter_that_measures_a_series_alone_is_known(plan: PlanActual) -> None:
    """The roof's meter shows as positive what a plan counts as negative."""
    assert plan.meters == {"bay": ("bay", 1.0), "sun": ("roof", -1.0)}
    hour, two = START + timedelta(hours=1), START + timedelta(hours=2)
    roof = {at: planned for at, series, planned, _ in plan.frame.iter_rows() if series == "roof"}
    assert plan.of_meter("sun", START, two) == [(at, -planned) for at, planned in sorted(roof.items())]
    assert [at for at, _ in plan.of_meter("sun", hour, two)] == [hour]
    assert plan.of_meter("main", START, two) == []  # it measures more than one series


def test_what_is_planned_at_the_connection_is_a_series_of_its_own(plan: PlanActual) -> None:
    assert [at for at, _, _ in plan.grid()] == [START, START + timedelta(hours=1)]
    assert plan.grid()[0][2] == 2.5  # as measured, by hand above


def test_intervals_of_a_step_count_by_how_long_they_are() -> None:
    """By hand: 1 kWh in a quarter of an hour and 1.5 kWh in the rest of it are 2.5 kW; their powers are 4 and 2 kW."""
    rows = pl.LazyFrame(
        {"meter": [1, 1], "start": [START, START + timedelta(minutes=15)], "seconds": [900, 2700], "value": [1.0, 1.5]},
        schema_overrides={"meter": pl.Int32, "seconds": pl.Int32, "start": pl.Datetime("us")},
    )
    hour = timedelta(hours=1)

    power = _power(rows, [1], [1], START, Period(START, START + hour), hour)

    assert power.rows() == [(START, 1, 2.5)]
