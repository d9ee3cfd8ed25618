"""What arrives twice, late, earlier, corrected or contradicting, and what the workspace then says."""

from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.workflows.ingest.estate import (
    dataset,
    held,
    opened,
    orphans,
    packed,
    readings,
    snapshot,
    take,
    values,
    workspace,
)
from wattstone.base import InputRefused
from wattstone.interfaces.store.records import Records
from wattstone.workflows.ingest import stale
from wattstone.workflows.inventory import take_inventory

DAY = datetime(2024, 3, 1)
HOUR = timedelta(hours=1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return workspace(tmp_path / "workspace")


def codes(refused: pytest.ExceptionInfo[InputRefused]) -> set[str]:
    return {finding.code for finding in refused.value.findings if finding.severity == "error"}


def test_the_same_file_twice_changes_no_file(root: Path, tmp_path: Path) -> None:
    source = dataset(tmp_path / "d", readings("a", DAY, [1.0, 2.0, None]), sites=[{"site_id": "S1", "country": "GB"}])
    take(root, source)
    before = snapshot(root)

    again = take(root, source)[0]

    assert again.already
    assert snapshot(root) == before


def test_the_same_data_under_another_name_changes_no_file(root: Path, tmp_path: Path) -> None:
    frame = readings("a", DAY, [1.0, 2.0])
    take(root, dataset(tmp_path / "one", frame))
    before = snapshot(root)

    again = take(root, dataset(tmp_path / "two", frame))[0]

    assert again.already
    assert snapshot(root) == before


def test_the_same_file_twice_in_one_call(root: Path, tmp_path: Path) -> None:
    source = dataset(tmp_path / "d", readings("a", DAY, [1.0, 2.0]))

    one, two = take(root, source, source)

    assert (one.already, two.already) == (False, True)
    assert one.batch == two.batch
    assert values(root, "a") == {DAY: 1.0, DAY + HOUR: 2.0}


def test_a_changed_meters_table_is_heard(root: Path, tmp_path: Path) -> None:
    frame = readings("a", DAY, [1.0, 2.0])
    take(root, dataset(tmp_path / "d", frame, meters=[{"meter_id": "a", "multiplier": 1.0}]))

    done = take(root, dataset(tmp_path / "d", frame, meters=[{"meter_id": "a", "multiplier": 40.0}]))[0]

    assert (done.new, done.changed, done.same) == (0, 2, 0)
    assert values(root, "a") == {DAY: 40.0, DAY + HOUR: 80.0}
    assert values(root, "a", version=1) == {DAY: 1.0, DAY + HOUR: 2.0}


def test_a_changed_sites_table_is_heard_and_no_reading_changes(root: Path, tmp_path: Path) -> None:
    frame = readings("a", DAY, [1.0, 2.0])
    take(root, dataset(tmp_path / "d", frame, sites=[{"site_id": "S1", "country": "GB"}]))

    done = take(root, dataset(tmp_path / "d", frame, sites=[{"site_id": "S1", "country": "FR"}]))[0]

    assert (done.new, done.changed, done.same) == (0, 0, 2)
    assert [site.country for site in opened(root).records.sites()] == ["FR"]


def test_what_nobody_says_of_a_meter_stays(root: Path, tmp_path: Path) -> None:
    take(root, dataset(tmp_path / "d", readings("a", DAY, [1.0, 2.0]), meters=[{"meter_id": "a", "multiplier": 40.0}]))

    take(root, dataset(tmp_path / "later", readings("a", DAY + 2 * HOUR, [3.0, 4.0])))

    assert list(values(root, "a").values()) == [40.0, 80.0, 120.0, 160.0]
    assert [meter.multiplier for meter in opened(root).records.meters()] == [40.0]


def test_a_late_correction_replaces_and_is_kept_as_a_version(root: Path, tmp_path: Path) -> None:
    take(root, dataset(tmp_path / "one", readings("a", DAY, [1.0, 2.0, 3.0]), readings("b", DAY, [9.0, 8.0, 7.0])))

    done = take(root, dataset(tmp_path / "two", readings("a", DAY + HOUR, [20.0, 3.0])))[0]

    assert (done.new, done.changed, done.same) == (0, 1, 1)
    assert list(values(root, "a").values()) == [1.0, 20.0, 3.0]
    assert list(values(root, "a", version=1).values()) == [1.0, 2.0, 3.0]
    # By hand: the untouched readings of `a` are a slice of the first source, the corrected one a slice of the second.
    slices = held(root).slices
    by = {(row[0], row[1]): row[-2] for row in slices}
    assert by["a", 1] == packed([(DAY, 3600, 1.0), (DAY + 2 * HOUR, 3600, 3.0)])
    assert by["a", 2] == packed([(DAY + HOUR, 3600, 20.0)])
    assert by["b", 1] == packed([(DAY, 3600, 9.0), (DAY + HOUR, 3600, 8.0), (DAY + 2 * HOUR, 3600, 7.0)])
    assert orphans(root) == []


def test_meters_of_which_nothing_new_is_said_are_not_declared_again(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(root, dataset(tmp_path / "one", readings("a", DAY, [1.0, 2.0, 3.0]), readings("b", DAY, [9.0, 8.0, 7.0])))
    monkeypatch.setattr(Records, "declare", lambda *_, **__: pytest.fail("something was declared"))

    done = take(root, dataset(tmp_path / "two", readings("a", DAY + HOUR, [20.0, 3.0]), readings("b", DAY, [5.0])))[0]

    # One reading does not show its length: the workspace knows it.
    assert (done.new, done.changed, done.same, done.meters) == (0, 2, 1, 2)
    assert (list(values(root, "a").values()), list(values(root, "b").values())) == ([1.0, 20.0, 3.0], [5.0, 8.0, 7.0])


def test_a_gap_is_filled_later_and_a_value_is_taken_back(root: Path, tmp_path: Path) -> None:
    take(root, dataset(tmp_path / "one", readings("a", DAY, [1.0, None, 3.0])))
    take(root, dataset(tmp_path / "two", readings("a", DAY + HOUR, [2.0, None])))

    assert list(values(root, "a").values()) == [1.0, 2.0, None]
    found = held(root)  # checks the latest value against the rows: it is the one of 01:00 now
    assert found.latest[0][1] == DAY + HOUR


def test_later_and_earlier_readings_join(root: Path, tmp_path: Path) -> None:
    take(root, dataset(tmp_path / "one", readings("a", DAY, [1.0, 2.0])))
    take(root, dataset(tmp_path / "two", readings("a", DAY + 2 * HOUR, [3.0, 4.0])))
    done = take(root, dataset(tmp_path / "three", readings("a", DAY - 2 * HOUR, [-1.0, 0.0])))[0]

    assert (done.new, done.changed) == (2, 0)
    assert list(values(root, "a").values()) == [-1.0, 0.0, 1.0, 2.0, 3.0, 4.0]
    assert held(root).latest[0][1] == DAY + 3 * HOUR


@pytest.mark.parametrize(
    ("start", "minutes"),
    [(DAY, 30), (DAY + HOUR, 30), (DAY, 120), (DAY + 0.5 * HOUR, 60), (DAY + 2.5 * HOUR, 30), (DAY - 0.5 * HOUR, 60)],
)
def test_another_interval_length_is_refused_and_changes_no_file(
    root: Path, tmp_path: Path, start: datetime, minutes: float
) -> None:
    take(root, dataset(tmp_path / "one", readings("a", DAY, [1.0, 2.0, 3.0])))
    before = snapshot(root)

    with pytest.raises(InputRefused) as refused:
        take(root, dataset(tmp_path / "two", readings("a", start, [1.0, 2.0, 3.0, 4.0], minutes=minutes)))

    assert codes(refused) == {"readings.mixed"}
    assert snapshot(root) == before


def test_two_files_of_one_call_that_contradict_each_other_are_refused(root: Path, tmp_path: Path) -> None:
    before = snapshot(root)
    one = dataset(tmp_path / "one", readings("a", DAY, [1.0, 2.0]))
    two = dataset(tmp_path / "two", readings("a", DAY + HOUR, [5.0, 3.0]))

    with pytest.raises(InputRefused) as refused:
        take(root, one, two)

    assert codes(refused) == {"readings.contradiction"}
    finding = next(one for one in refused.value.findings if one.code == "readings.contradiction")
    assert (finding.count, finding.first) == (1, "2024-03-01T01:00Z")
    assert snapshot(root) == before


def test_two_files_of_one_call_that_agree_where_they_overlap_are_taken(root: Path, tmp_path: Path) -> None:
    one = dataset(tmp_path / "one", readings("a", DAY, [1.0, 2.0]))
    two = dataset(tmp_path / "two", readings("a", DAY + HOUR, [2.0, 3.0]), readings("b", DAY, [4.0]))

    first, second = take(root, one, two)

    assert list(values(root, "a").values()) == [1.0, 2.0, 3.0]
    assert first.new + second.new == 4
    assert first.repeated + second.repeated == 1
    assert first.batch != second.batch
    assert len(held(root).audit) == 2


def test_a_file_of_one_call_that_is_refused_keeps_the_others_out(root: Path, tmp_path: Path) -> None:
    before = snapshot(root)
    good = dataset(tmp_path / "good", readings("a", DAY, [1.0, 2.0]))
    bad = dataset(tmp_path / "bad", readings("b", DAY, [1.0, 2.0]), meters=[{"meter_id": "c"}])
    worse = dataset(tmp_path / "worse", readings("d", DAY, [1.0], unit="furlong"))

    with pytest.raises(InputRefused) as refused:
        take(root, good, bad, worse)

    assert codes(refused) == {"dataset.meter.undeclared", "meter.unit.unknown"}
    assert snapshot(root) == before


def test_a_refusal_while_writing_leaves_every_file(root: Path, tmp_path: Path) -> None:
    take(root, dataset(tmp_path / "one", readings("a", datetime(2024, 6, 1), [1.0, 2.0, 3.0])))
    before = snapshot(root)
    # Years before the one that clashes have been written by then.
    early = [readings("a", datetime(year, 6, 1), [1.0, 2.0, 3.0]) for year in range(2015, 2024)]
    clash = readings("a", datetime(2024, 6, 1, 0, 30), [1.0, 2.0, 3.0])

    with pytest.raises(InputRefused):
        take(root, dataset(tmp_path / "two", *early, clash))

    assert snapshot(root) == before
    assert orphans(root) == []


def test_a_meter_that_stands_at_another_site_is_refused(root: Path, tmp_path: Path) -> None:
    take(root, dataset(tmp_path / "one", readings("a", DAY, [1.0, 2.0])))
    before = snapshot(root)

    with pytest.raises(InputRefused) as refused:
        take(root, dataset(tmp_path / "two", readings("a", DAY + 5 * HOUR, [1.0, 2.0], site="S2")))

    assert codes(refused) == {"records.meter_at_two_sites"}
    assert snapshot(root) == before


def figures(root: Path, year: int) -> pl.DataFrame:
    one = opened(root)
    try:
        return take_inventory(one, year).figures
    finally:
        one.close()


def estate(folder: Path) -> Path:
    hours = [1.0] * 48
    return dataset(
        folder,
        *(
            readings(meter, datetime(year, 3, 1), hours, site=site)
            for year in (2022, 2023)
            for meter, site in (("a", "S1"), ("b", "S2"))
        ),
        sites=[{"site_id": "S1", "country": "GB"}, {"site_id": "S2", "country": "GB"}],
    )


def test_figures_go_stale_with_a_correction_and_only_they_are_restated(root: Path, tmp_path: Path) -> None:
    take(root, estate(tmp_path / "one"))
    figures(root, 2022)
    before = figures(root, 2023)

    done = take(root, dataset(tmp_path / "two", readings("a", datetime(2023, 3, 1), [5.0, 1.0])))[0]

    held_open = opened(root)
    assert set(stale.stale_figures(held_open)) == {2023}
    assert done.stale == stale.stale_figures(held_open)[2023] > 0
    after = figures(root, 2023)
    kept = set(before["id"]) & set(after["id"])
    untouched = before.filter(pl.col("subject").is_in(["site:S2", "meter:b"]) & pl.col("value").is_not_null())
    assert untouched.height > 0
    assert set(untouched["id"]) <= kept
    total = {"name": "energy.electricity", "subject": "organisation", "period": "2023"}
    row = after.filter(*(pl.col(name) == value for name, value in total.items()))
    assert row["value"].item() == pytest.approx(100.0)
    assert row["id"].item() not in kept
    assert stale.stale_figures(opened(root)) == {}


def test_figures_go_stale_with_readings_that_arrive_later(root: Path, tmp_path: Path) -> None:
    take(root, estate(tmp_path / "one"))
    figures(root, 2023)

    more = take(root, dataset(tmp_path / "two", readings("a", datetime(2023, 4, 1), [5.0, 1.0])))[0]
    assert more.stale > 0
    figures(root, 2023)

    other = take(root, dataset(tmp_path / "three", readings("c", datetime(2023, 4, 1), [5.0, 1.0], site="S2")))[0]
    assert other.stale > 0
    figures(root, 2023)

    elsewhere = take(root, dataset(tmp_path / "four", readings("a", datetime(2019, 4, 1), [5.0, 1.0])))[0]
    assert elsewhere.stale == 0
