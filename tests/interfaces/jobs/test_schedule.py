"""Jobs of the night: due by the organisation's clock, asked for once whoever looks."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from wattstone.base import InputRefused
from wattstone.interfaces.jobs import schedule as module
from wattstone.interfaces.jobs.schedule import FILE, Schedule, due, put_due, read_schedule, write_schedule
from wattstone.interfaces.store.server import Job, ServerRecords

pytestmark = pytest.mark.xdist_group("jobs-postgresql")  # one server for all of them, which is killed

NIGHT = Schedule(time(2, 30), ("inventory", "quality"))
ZONE = "Asia/Shanghai"  # 8 hours ahead of UTC, all year
MORNING = datetime(2024, 5, 2, 18, 31, tzinfo=UTC)  # 2:31 of 3 May there


@pytest.fixture
def acme(root: Path) -> Path:
    """A workspace with a schedule that was written long ago."""
    write_schedule(root / "acme", NIGHT)
    os.utime(root / "acme" / FILE, (0, 0))
    return root / "acme"


def asked(server: ServerRecords) -> list[Job]:
    return list(server.queue.jobs("acme")[0])


@pytest.mark.parametrize(
    ("zone", "now", "day", "moment"),
    [  # by the clock on the wall: 2:30 in Shanghai is 18:30 UTC of the day before
        (ZONE, "2024-05-02T18:31Z", "2024-05-03", "2024-05-02T18:30Z"),
        (ZONE, "2024-05-02T18:29Z", "2024-05-02", "2024-05-01T18:30Z"),
        # Berlin, 31 March 2024: no clock shows 2:30, and the hour after is 3:30 CEST, 1:30 UTC
        ("Europe/Berlin", "2024-03-31T02:00Z", "2024-03-31", "2024-03-31T01:30Z"),
        # Berlin, 27 October 2024: 2:30 comes twice, and the first is CEST, 0:30 UTC
        ("Europe/Berlin", "2024-10-27T09:00Z", "2024-10-27", "2024-10-27T00:30Z"),
    ],
)
def test_a_day_comes_by_the_organisations_clock(zone: str, now: str, day: str, moment: str) -> None:
    came = due(NIGHT, zone, datetime.fromisoformat(now))
    assert came == (date.fromisoformat(day), datetime.fromisoformat(moment))


def test_each_kind_is_asked_for_once_a_day(sqlite_server: ServerRecords, acme: Path) -> None:
    assert [one.kind for one in put_due(sqlite_server, "acme", acme, ZONE, now=MORNING)] == ["inventory", "quality"]
    assert put_due(sqlite_server, "acme", acme, ZONE, now=MORNING + timedelta(hours=1)) == ()
    assert len(put_due(sqlite_server, "acme", acme, ZONE, now=MORNING + timedelta(days=1))) == 2
    assert {one.asked_by for one in asked(sqlite_server)} == {"schedule"}


def test_of_many_processes_one_asks(server: ServerRecords, acme: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: put_due(server, "acme", acme, ZONE, now=MORNING), range(12)))

    assert sorted(one.kind for some in found for one in some) == ["inventory", "quality"]
    assert len(asked(server)) == 2


@pytest.mark.parametrize("had_asked", [False, True])
def test_another_asks_in_the_place_of_one_that_died_on_the_way(
    sqlite_server: ServerRecords, acme: Path, monkeypatch: pytest.MonkeyPatch, had_asked: bool
) -> None:
    monkeypatch.setattr(module, "_put", lambda *_: (_ for _ in ()).throw(MemoryError))
    write_schedule(acme, Schedule(time(2, 30), ("quality",)))
    os.utime(acme / FILE, (0, 0))
    with pytest.raises(MemoryError):
        put_due(sqlite_server, "acme", acme, ZONE, now=MORNING)
    monkeypatch.undo()
    if had_asked:  # it died after it had asked, and before it said so
        sqlite_server.queue.put("acme", "quality", asked_by="schedule", role="analyst", now=MORNING)

    assert put_due(sqlite_server, "acme", acme, ZONE, now=MORNING + timedelta(seconds=30)) == ()
    later = put_due(sqlite_server, "acme", acme, ZONE, now=MORNING + timedelta(minutes=3))

    assert len(later) == (0 if had_asked else 1)
    assert len(asked(sqlite_server)) == 1
    assert put_due(sqlite_server, "acme", acme, ZONE, now=MORNING + timedelta(minutes=9)) == ()


def test_what_was_missed_by_half_a_day_waits_for_the_next(sqlite_server: ServerRecords, acme: Path) -> None:
    assert put_due(sqlite_server, "acme", acme, ZONE, now=MORNING + timedelta(hours=12)) == ()


def test_a_new_schedule_begins_with_its_next_hour(sqlite_server: ServerRecords, acme: Path) -> None:
    written = (MORNING + timedelta(minutes=1)).timestamp()
    os.utime(acme / FILE, (written, written))
    assert put_due(sqlite_server, "acme", acme, ZONE, now=MORNING + timedelta(minutes=2)) == ()


def test_a_workspace_without_a_schedule_has_nothing_done(sqlite_server: ServerRecords, root: Path) -> None:
    assert put_due(sqlite_server, "acme", root / "acme", ZONE, now=MORNING) == ()


def test_a_schedule_is_read_as_it_was_written(root: Path) -> None:
    write_schedule(root / "acme", NIGHT)
    assert read_schedule(root / "acme") == NIGHT


@pytest.mark.parametrize(
    "text",
    [
        "at = 2",
        'form = 1\nat = "25:00"\njobs = []',
        'form = 1\nat = "02:30"\njobs = ["ingest"]',
        "form = 1\nat = [",
        "",
    ],
)
def test_a_schedule_that_cannot_be_used_is_refused(root: Path, text: str) -> None:
    (root / "acme" / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(InputRefused) as refused:
        read_schedule(root / "acme")
    assert [one.code for one in refused.value.findings] == ["schedule.unusable"]


def test_what_cannot_be_used_is_not_written(root: Path) -> None:
    with pytest.raises(InputRefused):
        write_schedule(root / "acme", Schedule(time(2, 30), ("nonsense",)))
    assert not (root / "acme" / FILE).exists()


def test_two_who_write_the_schedule_at_once_do_not_write_into_each_others_file(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second writes from beginning to end while the first has written and not yet put its file in place."""
    replace, first = Path.replace, iter([True])

    def slow(own: Path, target: Path) -> Path:
        if next(first, False):
            write_schedule(root / "acme", Schedule(time(4), ("quality",)))
        return replace(own, target)

    monkeypatch.setattr(Path, "replace", slow)
    write_schedule(root / "acme", NIGHT)

    assert read_schedule(root / "acme") == NIGHT, "the later one"
    assert [one.name for one in (root / "acme").iterdir() if "schedule" in one.name] == [FILE]
