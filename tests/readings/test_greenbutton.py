"""Green Button feeds: units, flows, registers, order of entries, and what is refused."""

import datetime as dt
import itertools
from pathlib import Path

import polars as pl
import pytest

from tests.readings import espi_feed as espi
from wattstone.base import InputRefused
from wattstone.readings import greenbutton
from wattstone.readings.formats import detect_format
from wattstone.readings.schema import READINGS, REGISTERS

T0 = 1553904000  # 2019-03-30T00:00:00Z
START = dt.datetime(2019, 3, 30)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "feed.xml"
    path.write_text(text, encoding="utf-8")
    return path


def frame(path: Path) -> pl.DataFrame:
    given = pl.concat(list(greenbutton.read(path).readings)).sort("meter_id", "start")
    assert dict(given.schema) == READINGS
    return given


def test_watt_hours_with_a_power_of_ten(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        espi.feed(
            espi.usage_point(),
            espi.meter_reading(),
            espi.reading_type(uom=72, powerOfTenMultiplier=-1),
            espi.block([(T0, 900, 12345), (T0 + 900, 900, 5)]),
        ),
    )
    assert detect_format(path) == "greenbutton"
    given = frame(path)
    assert given["value"].to_list() == pytest.approx([1.2345, 0.0005])  # 12345 tenths of a Wh
    assert given["start"].to_list() == [START, START + dt.timedelta(minutes=15)]
    meter = greenbutton.read(path).meters[0]
    assert (meter.id, meter.kind, meter.unit, meter.direction) == (
        "Front Electric Meter",
        "electricity",
        "Wh",
        "import",
    )


def test_entries_may_stand_in_any_order(tmp_path: Path) -> None:
    # SEED issue 5107: an importer that relies on the order breaks.
    entries = (
        espi.usage_point(),
        espi.meter_reading(),
        espi.reading_type(uom=72),
        espi.block([(T0, 900, 1000)]),
    )
    frames = [frame(write(tmp_path, espi.feed(*order))) for order in itertools.permutations(entries)]
    assert all(one.equals(frames[0]) for one in frames)
    assert frames[0]["value"].to_list() == [1.0]


@pytest.mark.parametrize(
    ("uom", "commodity", "kind", "factor"),
    [
        (169, 7, "natural_gas", 1e5 * 1055.05585262 / 3.6e6),  # therm = 100,000 Btu, in kWh
        (119, 7, "natural_gas", 0.3048**3),  # ft3, in m3
        (42, 9, "water", 1.0),
        (128, 9, "water", 231 * 0.0254**3),  # US gallon = 231 in3
        (132, 10, "heat", 1055.05585262 / 3.6e6),
    ],
)
def test_units_and_commodities(tmp_path: Path, uom: int, commodity: int, kind: str, factor: float) -> None:
    path = write(
        tmp_path,
        espi.feed(
            espi.usage_point(),
            espi.meter_reading(),
            espi.reading_type(uom=uom, commodity=commodity),
            espi.block([(T0, 3600, 2)]),
        ),
    )
    assert frame(path)["value"].to_list() == pytest.approx([2 * factor])
    assert greenbutton.read(path).meters[0].kind == kind


def test_power_becomes_energy(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        espi.feed(
            espi.usage_point(),
            espi.meter_reading(),
            espi.reading_type(uom=38, powerOfTenMultiplier=3, accumulationBehaviour=12),
            espi.block([(T0, 900, 8)]),
        ),
    )
    assert frame(path)["value"].to_list() == [2.0]  # 8 kW for a quarter of an hour


def test_both_flows_of_one_point_and_a_second_point(tmp_path: Path) -> None:
    other = "/espi/1_1/resource/RetailCustomer/9/UsagePoint/6"
    path = write(
        tmp_path,
        espi.feed(
            espi.block([(T0, 900, 3000)], number=2),
            espi.block([(T0, 900, 1000)]),
            espi.block([(T0, 900, 7000)], point=other),
            espi.usage_point(),
            espi.usage_point("Barn", other),
            espi.meter_reading(1, 7),
            espi.meter_reading(2, 8),
            espi.meter_reading(1, 7, other),
            espi.reading_type(7, uom=72),
            espi.reading_type(8, uom=72, flowDirection=19),
        ),
    )
    assert dict(frame(path).select("meter_id", "value").iter_rows()) == {
        "Barn": 7.0,
        "Front Electric Meter": 1.0,
        "Front Electric Meter-export": 3.0,
    }
    assert {one.id: one.direction for one in greenbutton.read(path).meters}["Front Electric Meter-export"] == "export"


def test_a_cumulative_counter_is_a_register(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        espi.feed(
            espi.usage_point(),
            espi.meter_reading(),
            espi.reading_type(uom=72, accumulationBehaviour=3, powerOfTenMultiplier=3),
            espi.block([(T0, 0, 100), (T0 + 86400, 0, 130)]),
        ),
    )
    given = greenbutton.read(path)
    registers = pl.concat(list(given.registers))
    assert dict(registers.schema) == REGISTERS
    assert registers["value"].to_list() == [100.0, 130.0]
    assert given.meters[0].reading == "register"


def test_qualities_are_counted(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        espi.feed(
            espi.usage_point(),
            espi.meter_reading(),
            espi.reading_type(uom=72),
            espi.block([(T0, 900, 1), (T0 + 900, 900, 2)], quality=8),
        ),
    )
    found = greenbutton.read(path).findings
    assert [(one.code, one.count, one.severity) for one in found] == [("readings.greenbutton.quality.8", 2, "warning")]


def test_two_values_for_one_interval_are_refused(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        espi.feed(
            espi.usage_point(),
            espi.meter_reading(),
            espi.reading_type(uom=72),
            espi.block([(T0, 900, 1), (T0, 900, 2)]),
        ),
    )
    assert [one.code for one in greenbutton.read(path).findings] == ["readings.duplicate.conflict"]


LAUGHS = '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY a "&lol;&lol;&lol;">]><feed>&a;</feed>'


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (LAUGHS, "readings.xml.entities"),
        (espi.feed(espi.usage_point())[:-9], "readings.xml.broken"),
        (espi.feed(espi.usage_point()), "readings.greenbutton.none"),
        ("", "readings.xml.broken"),
        ("<a>" * 500, "readings.xml.bomb"),
        (
            espi.feed(espi.usage_point(), espi.meter_reading(), espi.reading_type(uom=33), espi.block([(T0, 900, 1)])),
            "readings.greenbutton.unit",
        ),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(InputRefused) as caught:
        greenbutton.read(write(tmp_path, text))
    assert [one.code for one in caught.value.findings] == [code]


def test_a_text_without_end_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    path = write(tmp_path, espi.HEAD + "<entry><title>" + "x" * (20 * 1024 * 1024))
    with pytest.raises(InputRefused, match="longer than"):
        greenbutton.read(path)
