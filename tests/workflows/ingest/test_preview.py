"""A look before files are taken in: each meter with its period, count, sum and interval; texts among numbers by row."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.portfolio import Meter, Site
from wattstone.workflows.ingest import lookover
from wattstone.workflows.ingest import preview as looks
from wattstone.workflows.ingest.preview import Preview, preview, preview_how
from wattstone.workflows.workspace import Workspace

BEGIN = datetime(2024, 5, 1)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """Site A in Berlin with meter A1, of which every reading counts ten times."""
    create_workspace(tmp_path / "acme")
    held = open_workspace(tmp_path / "acme")
    meter = Meter(id="A1", site_id="A", kind="electricity", unit="kWh", multiplier=10)
    held.records.declare([Site(id="A", zone="Europe/Berlin")], [meter], sites_by="user")
    yield held
    held.close()


def seen(workspace: Workspace, folder: Path, lines: list[str], name: str = "a.csv", **said: str) -> Preview:
    path = folder / name
    path.write_text("\n".join(lines) + "\n")
    nulls = tuple(said.pop("nulls", "").split()) if "nulls" in said else ()
    return preview(workspace, path, preview_how(workspace, nulls=nulls, **{"zone": "UTC", **said}))


def hours(count: int, *, minutes: int = 60) -> list[str]:
    return [f"{BEGIN + timedelta(minutes=minutes * one):%Y-%m-%d %H:%M}" for one in range(count)]


def test_each_column_of_a_wide_table_is_a_meter_with_its_sum(workspace: Workspace, tmp_path: Path) -> None:
    times = hours(48)
    lines = ["time,Main [kWh],Gas [MWh],Note", *(f"{one},2.5,{0.001 * at:.3f},ok" for at, one in enumerate(times))]
    found = seen(workspace, tmp_path, lines, site="B")

    main, gas = found.meters
    assert (main.id, main.site, main.kind, main.unit, main.seconds) == ("Main", "B", "electricity", "kWh", 3600)
    assert (main.count, main.total, main.known) == (48, 120.0, False)
    assert (gas.kind, gas.unit, gas.count) == ("natural_gas", "kWh", 48)
    assert gas.total == pytest.approx(sum(range(48)))
    assert f"{main.first:%d %H:%M} {main.last:%d %H:%M}" == "01 00:00 03 00:00"
    assert (found.whole, found.unread, found.refused) == (True, ("Note",), False)


def test_meters_are_summed_by_what_they_measure_and_units_stay_apart(workspace: Workspace, tmp_path: Path) -> None:
    lines = ["time,Main [kWh],Annex [kWh],Gas [m3]", *(f"{one},2.5,1.5,2" for one in hours(4))]
    found = seen(workspace, tmp_path, lines, site="B")
    unsaid, gas = lookover.by_kind(found.meters)

    assert (unsaid.kind, unsaid.unit, unsaid.meters, unsaid.count) == ("unknown", "kWh", 2, 8)
    assert unsaid.total == pytest.approx(4 * 2.5 + 4 * 1.5)
    assert (gas.unit, gas.meters, gas.total) == ("m3", 1, 8.0)
    assert found.count == 12
    assert lookover.by_kind(()) == ()


def test_a_meter_that_is_known_keeps_its_site_its_clock_and_its_multiplier(
    workspace: Workspace, tmp_path: Path
) -> None:
    lines = ["meter,time,kWh", *(f"A1,{one},1" for one in hours(24)), *(f"X1,{one},-1" for one in hours(24))]
    a1, x1 = seen(workspace, tmp_path, lines, kind="electricity").meters

    assert (a1.known, a1.site, a1.total, a1.zone) == (True, "A", 240.0, "Europe/Berlin")
    assert f"{a1.first:%H:%M %z}" == "02:00 +0200"  # midnight of UTC in Berlin's summer
    assert (x1.known, x1.zone, x1.below, x1.total) == (False, "UTC", 24, -24.0)


def test_gaps_are_counted_in_intervals(workspace: Workspace, tmp_path: Path) -> None:
    times = hours(96, minutes=15)
    lines = ["meter,time,kWh", *(f"A1,{one},1" for at, one in enumerate(times) if at not in (10, 11, 12, 50))]
    (meter,) = seen(workspace, tmp_path, lines, kind="electricity").meters

    assert (meter.count, meter.gaps, meter.seconds) == (92, 4, 900)


def test_of_a_counter_the_rise_is_shown(workspace: Workspace, tmp_path: Path) -> None:
    lines = ["meter,time,register [kWh]", *(f"C1,{one},{1000 + 3 * at}" for at, one in enumerate(hours(25)))]
    (meter,) = seen(workspace, tmp_path, lines, kind="electricity").meters

    assert (meter.reading, meter.seconds, meter.count, meter.total, meter.gaps) == ("register", None, 25, 72.0, 0)


def test_power_is_summed_as_energy(workspace: Workspace, tmp_path: Path) -> None:
    lines = ["meter,time,load [kW]", *(f"P1,{one},8" for one in hours(96, minutes=15))]
    (meter,) = seen(workspace, tmp_path, lines, kind="electricity").meters

    assert (meter.reading, meter.unit, meter.total) == ("power", "kWh", 192.0)  # 8 kW for 24 h


def test_texts_among_numbers_are_named_by_row_and_can_be_said_to_be_gaps(workspace: Workspace, tmp_path: Path) -> None:
    lines = ["meter,time,kWh", *(f"A1,{one},1" for one in hours(24))]
    lines[3], lines[7], lines[9] = (f"{lines[at].rsplit(',', 1)[0]},{text}"
                                    for at, text in ((3, "offline"), (7, "k.A."), (9, "1.2.3")))  # fmt: skip
    found = seen(workspace, tmp_path, lines, kind="electricity")
    (wrong,) = (one for one in found.findings if one.code == "readings.value.invalid")

    assert found.refused
    assert wrong.say(wrong.found) == "3 cells are no numbers: 'offline', 'k.A.', '1.2.3' in rows 4, 8, 10"
    assert wrong.params["cells"] == ("offline", "k.A.", "1.2.3")
    assert [(one.id, one.kind, one.unit, one.count) for one in found.meters] == [("A1", "electricity", "kWh", 21)]

    lines[9] = lines[9].replace("1.2.3", "1")
    settled = seen(workspace, tmp_path, lines, kind="electricity", nulls="offline k.A.")
    assert not settled.refused
    assert settled.meters[0].gaps == 2
    assert 'nulls = ["offline", "k.A."]' in (settled.mapping or "")


def test_a_column_that_says_its_unit_is_never_left_out_for_its_texts(workspace: Workspace, tmp_path: Path) -> None:
    values = ["offline" if at % 2 else "3" for at in range(48)]
    lines = ["time,Main [kWh],Sub [kWh]",
             *(f"{one},5,{value}" for one, value in zip(hours(48), values, strict=True))]  # fmt: skip
    found = seen(workspace, tmp_path, lines, kind="electricity")

    assert [(one.id, one.count, len(one.findings)) for one in found.meters] == [("Main", 48, 0), ("Sub", 24, 1)]
    (wrong,) = (one for one in found.findings if one.code == "readings.value.invalid")
    assert (wrong.count, wrong.place) == (24, "a.csv, column 'Sub [kWh]'")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            ["time,Main [kWh]", *(f"{one},n/a" for one in hours(4))],
            "no column holds numbers; the columns are 'time, Main [kWh]'; 'Main [kWh]' holds 'n/a'",
        ),
        (
            ["time,Main [kWh]", *(f"{one},off{at}" for at, one in enumerate(hours(7)))],
            "no row has a time and a number; beside the times stand texts: 'off0', 'off1', 'off2', 'off3', 'off4', …",
        ),
        (["a,b", "x,y"], "no row has a time and a number; the first row is 'a, b'"),
    ],
)
def test_a_table_without_numbers_says_what_stands_there(
    workspace: Workspace, tmp_path: Path, lines: list[str], said: str
) -> None:
    (finding,) = seen(workspace, tmp_path, lines).findings

    assert finding.say(finding.found) == said
    assert finding.first in ("row 2", "row 1")


def test_a_clock_that_nobody_names_is_asked_for_before_it_is_taken_in(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["meter,time,kWh", *(f"A1,{one},1" for one in hours(24))]) + "\n")
    found = preview(workspace, path)

    assert found.refused
    assert "readings.zone.missing" in {one.code for one in found.findings}
    assert len(found.rows) > 0


@pytest.mark.parametrize(("what", "most"), [("LIMIT", 10), ("PATIENCE", -1.0)])
def test_a_file_that_is_very_long_or_takes_long_is_not_read_to_its_end(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, most: float
) -> None:
    monkeypatch.setattr(lookover, what, most)
    found = seen(workspace, tmp_path, ["meter,time,kWh", *(f"A1,{one},1" for one in hours(24))], kind="electricity")

    assert not found.whole
    assert [(one.id, one.site, one.unit) for one in found.meters] == [("A1", "A", "kWh")]
    assert len(found.rows) == 20


def test_a_mapping_that_names_other_columns_is_refused_by_their_names(workspace: Workspace, tmp_path: Path) -> None:
    lines = ["meter,time,kWh", *(f"A1,{one},1" for one in hours(24))]
    mapping = seen(workspace, tmp_path, lines, kind="electricity").mapping or ""
    found = seen(
        workspace, tmp_path, lines, kind="electricity", mapping=mapping.replace('value = "kWh"', 'value = "MWh"')
    )

    assert found.refused


def test_looks_at_one_file_wait_for_each_other(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way, most = list[str](), list[int]()
    real = looks._looked

    def slow(*given: Any) -> Preview:
        under_way.append("look")
        most.append(len(under_way))
        time.sleep(0.05)
        try:
            return real(*given)
        finally:
            under_way.pop()

    monkeypatch.setattr(looks, "_looked", slow)
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["Time,Gas [kWh]", *(f"{at},1" for at in hours(30))]) + "\n")
    how = preview_how(workspace, zone="UTC")
    told = list[Preview]()
    threads = [Thread(target=lambda: told.append(preview(workspace, path, how))) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert most == [1, 1, 1]
    assert [one.meters[0].count for one in told] == [30, 30, 30]
