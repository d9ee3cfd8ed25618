"""What a person says of meters and sites is checked as a whole before it is kept."""

import pytest

from tests.workflows.estate import dataset, inventory, readings, wattstone, workspace, year

GB = [{"site_id": "A", "country": "GB", "timezone": "UTC"}]


@pytest.fixture
def estate(tmp_path):
    return workspace(tmp_path / "ws", dataset(tmp_path / "estate", readings("m", year(1.0)), sites=GB))


@pytest.mark.parametrize(
    "change", [("--multiplier", "10"), ("--sign", "-1"), ("--unit", "MWh"), ("--reading", "power")]
)
def test_what_readings_were_read_by_does_not_change_under_them(estate, change):
    said = wattstone("meter", estate, "m", *change, "--json", code=2).json

    assert [one["code"] for one in said["findings"]] == ["meter.too_late"]
    assert inventory(estate, 2019)("energy.electricity") == 8760


def test_a_meter_that_is_declared_first_reads_by_what_was_said(tmp_path):
    folder = workspace(tmp_path / "ws")
    wattstone("site", folder, "A", "--country", "GB", "--zone", "UTC")
    wattstone("meter", folder, "m", "--site", "A", "--kind", "electricity", "--unit", "kWh", "--multiplier", "10")
    wattstone("ingest", folder, dataset(tmp_path / "estate", readings("m", year(1.0)), sites=GB))

    assert inventory(folder, 2019)("energy.electricity") == 87600


def test_a_value_that_cannot_be_used_is_refused_and_nothing_is_changed(estate):
    for arguments in (
        ("site", estate, "A", "--country", "Britain"),
        ("site", estate, "A", "--zone", "Moon/Crater"),
        ("site", estate, "A", "--share", "1.5"),
        ("meter", estate, "m", "--parent", "nobody"),
        ("meter", estate, "new", "--kind", "electricity"),
    ):
        assert wattstone(*arguments, "--json", code=2).json["findings"]
    assert wattstone("site", estate, "A", "--json").json["sites"][0]["country"] == "GB"


def test_a_country_by_its_name_is_told_to_have_two_letters(estate):
    (found,) = wattstone("site", estate, "A", "--country", "Deutschland", "--json", code=2).json["findings"]

    assert found["found"] == "the value 'Deutschland' cannot be used: it is no code of a country"
    assert found["expected"] == "two letters of ISO 3166, as DE"
