"""The hours of the sites have addresses: `trace` leads to their rows, `verify` covers them, `export` offers them."""

from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from tests.workflows.estate import inventory, wattstone
from tests.workflows.evidence.test_verify import correct, verified

# B has a main meter, a sub-meter that is not counted beside it, and heat. 2019-07-03T14: the 182nd day (2nd quarter of
# the year's swing), 14 // 6 = 2, so B-main is 10 + 0.5 * 2 + 0.25 * 1, or 2 from day 182 on.
HOUR = "2019-07-03T14"
DAY = 31 + 28 + 31 + 30 + 31 + 30 + 2
KWH = 10.0 + 0.5 * 2 + 0.25 * (DAY // 91)
KG_PER_KWH = 0.2 + 0.01 * 14


def nodes(node: dict[str, Any]):
    yield node
    for one in node["inputs"]:
        yield from nodes(one)


def traced(folder: Path, figure: str) -> dict[str, Any]:
    return wattstone("trace", folder, figure, "--json").json


def test_an_hour_leads_to_its_rows_its_intensity_and_their_source(computed):
    energy = traced(computed, f"energy.electricity@site:B@{HOUR}")
    emitted = traced(computed, f"scope2.location.hourly@site:B@{HOUR}")

    assert (energy["value"], energy["unit"]) == (KWH, "kWh")
    assert emitted["value"] == pytest.approx(KWH * KG_PER_KWH, rel=1e-12)
    assert emitted["unit"] == "kg CO2"  # as the intensities say
    below = list(nodes(emitted))
    (source,) = [one for one in below if one["kind"] == "source"]
    assert [(one["start"], one["value"]) for one in source["readings"]] == [("2019-07-03T14:00:00Z", KWH)]
    assert (source["file"], len(source["sha256"])) == ("estate/readings.parquet", 64)
    (slice_,) = [one for one in below if one["kind"] == "slice"]
    assert slice_["meter"] == "B-main"
    (intensity,) = [one for one in below if one["kind"] == "intensity"]
    assert intensity["value"] == pytest.approx(KG_PER_KWH)
    assert not [one for one in nodes(energy) if one["kind"] == "intensity"]


def test_the_id_of_an_hour_keeps_its_meaning_when_the_hour_is_corrected(computed):
    name = f"energy.electricity@site:B@{HOUR}"
    before = traced(computed, name)
    correct(computed, "B-main", 8760 + DAY * 24 + 14, 40.0)

    assert traced(computed, name) == before  # the inventory has not been taken again
    inventory(computed, 2019)

    after = traced(computed, name)
    assert (after["value"], before["value"]) == (40.0, KWH)
    assert after["id"] != before["id"]
    old = traced(computed, before["id"])
    assert (old["id"], old["value"]) == (before["id"], KWH)
    assert [one["readings"][0]["value"] for one in nodes(old) if one["kind"] == "source"] == [KWH]
    assert [one["readings"][0]["value"] for one in nodes(after) if one["kind"] == "source"] == [40.0]


@pytest.mark.parametrize(
    "figure",
    [
        "energy.electricity@site:B@2031-07-03T14",
        "energy.electricity@site:Z@2019-07-03T14",
        "energy.electricity@site:C@2019-07-03T14",
        "energy.electricity@site:B@2019-07-03T25",
        "energy.electricity@site:B@2019-07-03T14@999",
        "scope1@site:A@2019-07-03T14",
    ],
)
def test_an_hour_that_is_not_there_is_refused(computed, figure):
    assert wattstone("trace", computed, figure, "--json", code=2).json["findings"][0]["code"] == "figure.unknown"


def forge(folder: Path, column: str, hour: str, change: float) -> None:
    """Change one hour of site B in the newest file of the lake that holds it."""
    path = max(folder.glob("lake/hours/part=2019/*.parquet"), key=lambda one: one.stat().st_mtime)
    table = pl.DataFrame(pl.from_arrow(pq.read_table(path)))
    at = (pl.col("site_id").cast(pl.String) == "B") & (pl.col("start") == pl.lit(hour).str.to_datetime())
    forged = table.with_columns(pl.when(at).then(pl.col(column) + change).otherwise(column).alias(column))
    assert not forged.equals(table)
    pq.write_table(forged.to_arrow(), path)


@pytest.mark.parametrize(("column", "name"), [("energy", "energy.electricity"), ("emitted", "scope2.location.hourly")])
def test_verify_names_the_month_whose_hours_were_changed(computed, column, name):
    assert verified(computed)["holds"]
    forge(computed, column, "2019-07-31T23:00:00", 1e-3)  # 00:00 of August on the clock of London

    (found,) = verified(computed)["differences"]

    assert (found["name"], found["subject"], found["period"]) == (name, "site:B", "2019-08")
    assert found["kind"] == "hours"
    assert found["recomputed"] - found["recorded"] == pytest.approx(1e-3)


def test_hours_hold_after_corrections_and_after_filling(computed):
    correct(computed, "B-main", 8760 + DAY * 24 + 14, 40.0)
    inventory(computed, 2018)  # its hours and those of the year before are made again
    assert {one["kind"] for one in verified(computed)["differences"]} == {"stale"}
    inventory(computed, 2019)
    assert verified(computed)["holds"]
    wattstone("inventory", computed, "--year", 2019, "--fill", "linear")
    assert verified(computed)["holds"]


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_hours_are_exported_with_their_run(computed, tmp_path, ending):
    to = tmp_path / f"hours{ending}"

    said = wattstone("export", computed, to, "--year", 2019, "--hours", "--json").json

    table = pl.read_csv(to, try_parse_dates=True) if ending == ".csv" else pl.read_parquet(to)
    assert said["rows"] == table.height == 2 * 8760  # sites A and B; C has water alone
    row = table.filter((pl.col("site_id") == "B") & (pl.col("start") == pl.lit("2019-07-03T14:00").str.to_datetime()))
    assert row["energy_kwh"].item() == KWH
    assert row["emissions_kg"].item() == pytest.approx(KWH * KG_PER_KWH)
    figure = f"scope2.location.hourly@site:B@{HOUR}@{row['run'].item()}"
    assert traced(computed, figure)["value"] == row["emissions_kg"].item()


def test_hours_of_dwellings_are_exported_by_the_day(estate, tmp_path):
    wattstone("meter", estate, "A-main", "--personal")
    inventory(estate, 2019)
    tables: dict[str, pl.DataFrame] = {}
    for more in ((), ("--personal",)):
        wattstone("export", estate, tmp_path / "hours.parquet", "--year", 2019, "--hours", *more)
        tables["".join(more)] = pl.read_parquet(tmp_path / "hours.parquet")

    by_day, by_hour = (table.filter(pl.col("site_id") == "A") for table in tables.values())
    assert (by_day.height, set(by_day["seconds"])) == (365, {86_400})
    assert (by_hour.height, set(by_hour["seconds"])) == (8760, {3600})
    assert by_day["energy_kwh"].sum() == by_hour["energy_kwh"].sum()
    assert by_day["emissions_kg"].sum() == pytest.approx(by_hour["emissions_kg"].sum())
    assert all(table.filter(pl.col("site_id") == "B").height == 8760 for table in tables.values())


def test_hours_and_meters_are_not_asked_for_together(computed, tmp_path):
    refused = wattstone("export", computed, tmp_path / "h.csv", "--hours", "--meter", "A-main", "--json", code=2)

    assert refused.json["findings"][0]["code"] == "export.hours.meter"


def test_hours_before_the_first_inventory_are_refused(estate, tmp_path):
    refused = wattstone("export", estate, tmp_path / "h.csv", "--year", 2019, "--hours", "--json", code=2)

    assert refused.json["findings"][0]["code"] == "export.hours.none"
    assert not (tmp_path / "h.csv").exists()
