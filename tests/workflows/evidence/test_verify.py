"""`verify` holds after a run, and names exactly what a change moves: readings, factors, files, records, filling."""

import csv
from datetime import timedelta
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from tests.workflows.estate import dataset, inventory, readings, stored, utc, wattstone
from tests.workflows.evidence.conftest import BEGIN, METERS, rows
from wattstone.rates import load_factors
from wattstone.rates.table import COLUMNS

KEY = ["name", "subject", "period"]
FACTOR = "desnz2019_fuels_gaseous_fuels_natural_gas_kwh_gross"


def verified(folder: Path) -> dict:
    """What verify says, with the exit code that belongs to it."""
    said = wattstone("verify", folder, "--json", code=None)
    assert said.code == (0 if said.json["holds"] else 1)
    return said.json


def named(found: dict) -> set[tuple[str, str, str]]:
    return {(one["name"], one["subject"], one["period"]) for one in found["differences"]}


def moved(before: pl.DataFrame, after: pl.DataFrame) -> set[tuple[str, str, str]]:
    """Figures whose values differ between two inventories, found by comparing all of them."""
    both = before.select(*KEY, "value", "unit").join(
        after.select(*KEY, "value", "unit"), on=KEY, how="full", coalesce=True, suffix="_now"
    )
    scale = pl.max_horizontal(pl.col("value").abs(), pl.col("value_now").abs())
    apart = (pl.col("value") - pl.col("value_now")).abs() > 1e-9 * scale
    other = apart.fill_null(pl.col("value").is_null() != pl.col("value_now").is_null())
    return set(both.filter(other | pl.col("unit").ne_missing(pl.col("unit_now"))).select(KEY).iter_rows())


def correct(folder: Path, meter: str, hour: int, value: float) -> dict[str, pl.DataFrame]:
    """Ingest a correction of one reading; return all readings as they should be then."""
    source = rows()[meter]
    row = source.row(hour, named=True)
    fresh = pl.DataFrame([{**row, "value": value}], schema=source.schema)
    table = [one for one in METERS if one["meter_id"] == meter]
    wattstone("ingest", folder, dataset(folder.parent / f"fix-{meter}-{hour}", fresh, meters=table))
    return {
        **rows(),
        meter: source.with_columns(
            pl.when(pl.int_range(pl.len()) == hour).then(value).otherwise("value").alias("value")
        ),
    }


def test_it_holds_after_a_run(computed):
    inventory(computed, 2018)

    found = verified(computed)

    assert found["holds"]
    assert found["years"] == [2018, 2019]
    assert found["figures"] > 500


@pytest.mark.parametrize(
    ("meter", "hour"),
    [("A-gas", 8760 + 2000), ("B-sub", 8760 + 8759), ("B-main", 17), ("B-heat", 9000), ("C-water", 9000)],
)
def test_a_corrected_reading_moves_exactly_what_rests_on_it(computed, rebuilt, meter, hour):
    before = stored(computed, 2019)
    corrected = correct(computed, meter, hour, 40.0)

    found = verified(computed)

    anew = rebuilt(corrected)
    inventory(anew, 2019)
    assert named(found) == moved(before, stored(anew, 2019)) != set()
    assert {one["kind"] for one in found["differences"]} == {"stale"}
    assert not found["tampered"]
    ids = dict(zip(before.select(KEY).iter_rows(), before["id"], strict=True))
    assert all(one["id"] == ids[one["name"], one["subject"], one["period"]] for one in found["differences"])


def test_a_correction_of_another_year_moves_nothing_of_this_one(estate):
    inventory(estate, 2018)
    correct(estate, "A-main", 8760 + 5000, 99.0)

    assert verified(estate)["holds"]


def test_the_next_inventory_restates_what_moved_and_says_why(computed):
    before = stored(computed, 2019)
    correct(computed, "A-gas", 8760 + 2000, 40.0)
    changed = named(verified(computed))

    inventory(computed, 2019)

    after = stored(computed, 2019)
    assert verified(computed)["holds"]
    restated = after.join(before.select(*KEY, pl.col("id").alias("old")), on=KEY).filter(pl.col("id") != pl.col("old"))
    assert changed <= set(restated.select(KEY).iter_rows())
    assert (restated["replaces"] == restated["old"]).all()
    assert restated["why"].str.contains("fix-A-gas-10760").all()
    old = wattstone("trace", computed, restated["old"][0], "--json").json
    assert old["id"] == restated["old"][0]


def test_a_value_changed_in_a_file_of_the_lake_is_found(computed, rebuilt):
    before = stored(computed, 2019)
    (path,) = computed.glob("lake/readings/part=2019/*.parquet")
    table = pl.from_arrow(pq.read_table(path))
    assert isinstance(table, pl.DataFrame)
    key = table.filter(pl.col("value") == pl.col("value").max())["meter"][0]
    at = (pl.col("meter") == key) & (pl.col("start") == pl.datetime(2019, 6, 1, 12))
    forged = table.with_columns(pl.when(at).then(pl.lit(77.0)).otherwise("value").alias("value"))
    pq.write_table(forged.to_arrow(), path)

    found = verified(computed)

    changed = rows()
    changed["B-main"] = changed["B-main"].with_columns(
        pl.when(pl.col("timestamp") == utc(2019, 6, 1, 12)).then(77.0).otherwise("value").alias("value")
    )
    anew = rebuilt(changed)
    inventory(anew, 2019)
    assert found["tampered"] == ["meter B-main, partition 2019"]
    assert named(found) == moved(before, stored(anew, 2019)) != set()
    assert {one["kind"] for one in found["differences"]} == {"differs"}


def test_tampering_is_found_also_in_slices_that_an_earlier_run_recorded(computed):
    correct(computed, "A-gas", 8760 + 2000, 40.0)
    inventory(computed, 2019)
    for path in computed.glob("lake/readings/part=2019/*.parquet"):
        table = pl.from_arrow(pq.read_table(path))
        assert isinstance(table, pl.DataFrame)
        at = (pl.col("meter") == 6) & (pl.col("start") == pl.datetime(2019, 6, 1, 12))
        pq.write_table(table.with_columns(pl.when(at).then(77.0).otherwise("value").alias("value")).to_arrow(), path)

    assert verified(computed)["tampered"]


def test_a_changed_factor_moves_exactly_what_it_made(computed):
    before = stored(computed, 2019)
    own = computed / "factors" / "own.csv"
    shipped = load_factors()[FACTOR]
    with own.open("w", newline="", encoding="utf-8") as stream:
        table = csv.DictWriter(stream, COLUMNS)
        table.writeheader()
        table.writerow({**{name: getattr(shipped, name) for name in COLUMNS}, "value": 0.2})

    found = verified(computed)

    assert named(found) == {
        (name, subject, period)
        for name, subject, period, value in before.select(*KEY, "value").iter_rows()
        if period.startswith("2019")
        and value is not None
        and name in ("scope1", "emissions.natural_gas", "intensity.scope1")
    }
    energy = {
        subject: value
        for n, subject, p, value in before.select(*KEY, "value").iter_rows()
        if (n, p) == ("energy.natural_gas", "2019")
    }
    for one in found["differences"]:
        if one["period"] == "2019" and one["name"] == "scope1":
            assert one["recorded"] == pytest.approx(energy[one["subject"]] * 0.18385)
            assert one["recomputed"] == pytest.approx(energy[one["subject"]] * 0.2)

    own.unlink()
    assert verified(computed)["holds"]


def test_a_changed_floor_area_is_part_of_what_was_computed(computed):
    wattstone("site", computed, "A", "--floor-area", 200)

    divided = ("energy", "scope1", "scope2.location", "scope2.market")
    assert named(verified(computed)) == {
        (f"intensity.{name}", subject, "2019") for name in divided for subject in ("site:A", "organisation")
    }


def test_a_filled_inventory_is_verified_as_it_was_filled(estate):
    start = BEGIN + timedelta(hours=8760 + 3000)
    gap = readings("A-gas", [None] * 48, kind="gas", start=start)
    wattstone("ingest", estate, dataset(estate.parent / "gap", gap, meters=[METERS[1]]))
    plain = inventory(estate, 2019)
    filled = inventory(estate, 2019, "--fill", "typical_week")

    assert verified(estate)["holds"]
    whole = filled.row("energy.natural_gas")
    assert whole["value"] > plain("energy.natural_gas")
    assert 0.0 < whole["estimated"] < 48 / 8760 * 2
    assert whole["lower"] < whole["value"] < whole["upper"]
    factor = filled("scope1") / whole["value"]
    assert filled.row("scope1")["upper"] - filled("scope1") == pytest.approx(factor * (whole["upper"] - whole["value"]))
    assert any("typical_week" in note for note in whole["notes"])
    assert filled.row("energy.electricity")["estimated"] == 0.0

    again = inventory(estate, 2019)
    assert again("energy.natural_gas") == plain("energy.natural_gas")
    assert again.row("energy.natural_gas")["lower"] is None
    assert verified(estate)["holds"]
    newest = stored(estate, 2019).filter(
        (pl.col("name") == "energy.natural_gas") & (pl.col("subject") == "organisation")
    )
    assert "no longer filled" in newest.filter(pl.col("period") == "2019")["why"].item()


def test_a_filling_whose_error_is_not_known_has_no_interval(tmp_path):
    """All but two weeks of a meter are there once only: no other stretch as long shows how far off its filling is."""
    from tests.workflows.estate import workspace, year

    values: list[float | None] = [*year(1.0, 400), *[None] * 380, *year(1.0, 20)]
    frames = [readings("m", values), readings("n", [1.0] * 790 + [None] * 4 + [1.0] * 6)]
    sites = [{"site_id": "A", "country": "GB", "timezone": "UTC"}]
    folder = workspace(tmp_path / "ws", dataset(tmp_path / "estate", *frames, sites=sites))

    figures = inventory(folder, 2019, "--fill", "linear", "--max-gap", "400")

    row = figures.row("energy.electricity", "meter:m")
    assert row["value"] == 800
    assert row["estimated"] == pytest.approx(380 / 800)
    assert (row["lower"], row["upper"]) == (None, None)
    assert figures.row("energy.electricity")["lower"] is None
    assert figures.row("scope2.location")["upper"] is None
