"""What a search that found nothing looked at: at how many meters each rule could look, and what others lack."""

from datetime import datetime, timedelta

import pytest

from tests.workflows.estate import dataset, readings, workspace
from tests.workflows.overview.made import YEAR, found, seen_by
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.workflows.access import Role
from wattstone.workflows.detect.table import keep_findings
from wattstone.workflows.overview.searched import Searched, searched
from wattstone.workflows.workspace import Workspace


def looks(said: Searched | None) -> dict[str, tuple[int, str]]:
    assert said is not None
    return {one.code: (one.meters, one.lacks) for one in said.looks}


def test_nobody_has_searched(opened: Workspace) -> None:
    assert searched(opened) is None


def test_rules_without_their_meters_say_what_they_lack(own: Workspace) -> None:
    """Six offices, each with one main meter of electricity by the hour; a store without any."""
    keep_findings(own, found(), run=7, year=YEAR)
    said = searched(own)
    assert said is not None
    assert (said.year, said.run, said.meters, said.sites, said.coarse, said.silent) == (YEAR, 7, 6, 6, 0, 0)
    assert not said.before
    assert looks(said) == {
        "lights_by_day": (0, "lighting"), "out_of_hours": (6, ""), "base_load_drift": (6, ""),
        "water_leak": (0, "water"), "pv_outage": (0, "solar"), "heating_and_cooling": (0, "plants"),
        "peak_event": (6, ""), "meter_silent": (6, ""), "above_peers": (0, "peers"),
    }  # fmt: skip


def test_who_sees_one_site_is_told_of_its_meters_alone(own: Workspace) -> None:
    keep_findings(own, found(), run=7, year=YEAR)
    said = searched(seen_by(own, Role.VIEWER, "A"))
    assert said is not None
    assert (said.meters, said.sites) == (1, 1)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Lights of a site whose place is not known, PV without irradiance, heat and cooling without weather, and gas of
    which a day is the shortest reading."""
    folder = tmp_path_factory.mktemp("mixed")
    names = {"hall-lighting": "electricity", "roof": "solar", "boiler": "heat", "chiller": "cooling"}
    start = datetime(YEAR, 3, 1)
    frames = [readings(name, [1.0] * 48, kind=kind, start=start) for name, kind in names.items()]
    day = timedelta(days=1)
    frames.append(readings("gas", [1.0, 1.0], kind="natural_gas", start=start, step=day))
    meters = [{"meter_id": name, "site_id": "A", "kind": kind, "unit": "kWh", "interval_minutes": 60}
              for name, kind in names.items()]  # fmt: skip
    gas = {"meter_id": "gas", "site_id": "A", "kind": "natural_gas", "unit": "kWh", "interval_minutes": 1440}
    never = {"meter_id": "never", "site_id": "A", "kind": "water", "unit": "m3", "interval_minutes": 60}
    sites = [{"site_id": "A", "type": "office", "country": "GB", "timezone": "UTC"}]
    root = workspace(folder / "ws", dataset(folder / "data", *frames, sites=sites, meters=[*meters, gas, never]))
    held = open_workspace(root)
    keep_findings(held, found(), run=1, year=YEAR)
    return held


def test_what_is_there_and_cannot_be_used_is_said_apart(mixed: Workspace) -> None:
    said = searched(mixed)
    assert said is not None
    assert (said.meters, said.coarse, said.silent) == (4, 1, 1)
    told = looks(said)
    assert (told["lights_by_day"], told["pv_outage"]) == ((0, "place"), (0, "sun"))
    assert (told["heating_and_cooling"], told["water_leak"]) == ((0, "weather"), (0, "water"))
