"""What a table does not say can be said without a mapping, and what was assumed or remembered is told."""

from pathlib import Path

import pytest

from tests.workflows.estate import Said, wattstone

HOURS = "".join(f"2024-03-01 {hour:02}:00;{hour},5\n" for hour in range(24))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    wattstone("init", tmp_path / "acme", "--zone", "Europe/Berlin")
    return tmp_path / "acme"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "hall.csv"
    path.write_text("time;main\n" + HOURS)
    return path


def codes(said: Said) -> list[str]:
    return [one["code"] for one in said.json["sources"][0]["findings"]]


def meter(root: Path) -> dict:
    return wattstone("meter", root, "main", "--json").json["meters"][0]


def test_unit_and_kind_settle_what_refused_the_file(root: Path, table: Path) -> None:
    refused = wattstone("ingest", root, table, "--json", code=2).json["findings"]
    assert {"readings.unit.missing", "readings.kind.assumed"} <= {one["code"] for one in refused}
    assert {one["remedy"] for one in refused if "--unit" in one["remedy"]}

    done = wattstone("ingest", root, table, "--unit", "MWh", "--kind", "gas", "--site", "HQ", "--json")

    assert codes(done) == []
    assert (meter(root)["unit"], meter(root)["kind"], meter(root)["site_id"]) == ("MWh", "natural_gas", "HQ")


def test_a_unit_that_is_none_is_refused(root: Path, table: Path) -> None:
    refused = wattstone("ingest", root, table, "--unit", "bananas", "--kind", "gas", "--json", code=2)

    assert "readings.unit.unknown" in [one["code"] for one in refused.json["findings"]]


def test_what_is_said_goes_before_the_header_and_is_told(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "gas.csv"
    path.write_text("time,main [m3]\n2024-03-01 00:00,1.5\n2024-03-01 01:00,2.5\n")

    done = wattstone("ingest", root, path, "--unit", "kWh", "--site", "HQ", "--json")

    (told,) = [one for one in done.json["sources"][0]["findings"] if one["code"] == "readings.unit.overruled"]
    assert told["severity"] == "warning"
    assert told["found"] == "the table says m3, and is read as kWh, as you say"
    assert meter(root)["unit"] == "kWh"


def test_units_that_columns_say_each_for_themselves_hold(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "both.csv"
    path.write_text("time,gas [m3],power [kWh]\n2024-03-01 00:00,1.5,2\n2024-03-01 01:00,2.5,3\n")

    wattstone("ingest", root, path, "--unit", "MWh", "--site", "HQ")

    meters = wattstone("meter", root, "--json").json["meters"]
    assert {one["id"]: one["unit"] for one in meters} == {"gas": "m3", "power": "kWh"}


def test_a_site_that_is_called_after_the_file_is_told_once(root: Path, table: Path) -> None:
    say = ("--unit", "kWh", "--kind", "electricity", "--json")

    first = wattstone("ingest", root, table, *say)

    (told,) = [one for one in first.json["sources"][0]["findings"] if one["code"] == "readings.site.assumed"]
    assert told["severity"] == "warning"
    assert "'hall'" in told["found"]
    assert "--site" in told["remedy"]
    table.write_text("time;main\n2024-03-02 00:00;1,5\n")
    assert codes(wattstone("ingest", root, table, "--json")) == []


def test_the_remedy_for_a_site_that_was_assumed_works(root: Path, table: Path) -> None:
    wattstone("ingest", root, table, "--unit", "kWh", "--kind", "electricity")

    wattstone("site", root, "HQ", "--country", "DE")
    wattstone("meter", root, "main", "--site", "HQ")
    table.write_text("time;main\n2024-03-02 00:00;1,5\n")

    assert codes(wattstone("ingest", root, table, "--site", "HQ", "--json")) == []
    assert meter(root)["site_id"] == "HQ"


def test_a_mapping_that_is_remembered_is_shown_each_time(root: Path, table: Path) -> None:
    wattstone("ingest", root, table, "--unit", "kWh", "--kind", "electricity", "--site", "HQ")
    kept = root / "mappings" / "hall.csv.toml"
    for day in (2, 3):
        table.write_text(f"time;main\n2024-03-0{day} 00:00;1,5\n")

        said = " ".join(wattstone("ingest", root, table).out.split())

        assert "hall.csv is read as it was before: one column a meter" in said
        for part in ("times as %Y-%m-%d %H:%M", "every 3600 s", "decimal ','", "kWh", "electricity", "site HQ"):
            assert part in said
        assert str(kept) in said
        assert "delete it" in said


def test_a_mapping_that_is_deleted_is_forgotten(root: Path, table: Path) -> None:
    wattstone("ingest", root, table, "--unit", "kWh", "--kind", "electricity", "--site", "HQ")
    (root / "mappings" / "hall.csv.toml").unlink()
    table.write_text("time;main\n2024-03-02 00:00;1,5\n")

    refused = wattstone("ingest", root, table, "--json", code=2)

    assert "readings.unit.missing" in [one["code"] for one in refused.json["findings"]]


def test_mappings_of_a_folder_that_was_lost_are_in_the_records(root: Path, table: Path) -> None:
    wattstone("ingest", root, table, "--unit", "kWh", "--kind", "electricity", "--site", "HQ")
    (root / "mappings" / "hall.csv.toml").unlink()
    (root / "mappings").rmdir()
    table.write_text("time;main\n2024-03-02 00:00;1,5\n")

    assert "as it was before" in wattstone("ingest", root, table).out
