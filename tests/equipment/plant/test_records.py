"""The shipped records: all there, with their licence, and what is odd about them is told."""

from dataclasses import replace

import numpy as np
import pytest

from wattstone.base import InputRefused
from wattstone.equipment.plant import chiller_curves as curves
from wattstone.equipment.plant import records
from wattstone.equipment.plant.chiller import Chiller

ALL = tuple(records.records().values())
EIR = tuple(one for one in ALL if one.form == "eir")


def test_all_records_are_there() -> None:
    """159 and 157: the README of the facts they were taken from."""
    assert (len(ALL), len(EIR)) == (316, 159)


def test_the_licence_travels_with_the_records() -> None:
    text = records.attribution()
    assert "The Regents of the University of California" in text
    assert "Redistribution and use in source and binary forms" in text
    assert "CoolTools" in text


def test_71_records_are_off_their_own_rating_and_are_named() -> None:
    """71 of 316 by more than 3 %: section 5 of the reference note."""
    warned = [one.name for one in ALL if any(found.code == "plant.rating" for found in curves.findings(one))]
    assert len(warned) == 71
    assert all(curves.rating(records.record(name)).off > 0.03 for name in warned)


@pytest.mark.parametrize("record", ALL[::13], ids=lambda one: one.name)
def test_a_normalised_record_is_right_at_its_rating(record: records.ChillerRecord) -> None:
    assert curves.rating(curves.normalise(record)).off < 1e-9


@pytest.mark.parametrize(
    ("control", "count", "quarter", "half", "three_quarters"),
    [
        (None, 159, 0.321, 0.484, 0.712),
        ("variable_speed", 37, 0.192, 0.359, 0.633),
        ("inlet_vanes", 93, 0.341, 0.490, 0.718),
    ],
)
def test_part_load_of_the_eir_records(
    control: records.Control | None, count: int, quarter: float, half: float, three_quarters: float
) -> None:
    """Medians over the records, section 5 of the reference note."""
    chosen = records.search(form="eir", control=control)
    factors = np.array([curves.part_load_factor(one, [0.25, 0.5, 0.75, 1.0], 0.0) for one in chosen])

    assert len(chosen) == count
    np.testing.assert_allclose(np.median(factors, axis=0), [quarter, half, three_quarters, 1.0], atol=1e-3)


def test_extremes_of_part_load() -> None:
    """Section 5 of the reference note: lowest .104/.232/.529, highest .600/.628/.818; COP 3.1-11.8."""
    factors = np.array([curves.part_load_factor(one, [0.25, 0.5, 0.75], 0.0) for one in EIR])
    np.testing.assert_allclose(factors.min(axis=0), [0.104, 0.232, 0.529], atol=6e-4)
    np.testing.assert_allclose(factors.max(axis=0), [0.600, 0.628, 0.818], atol=6e-4)
    assert (min(one.cop for one in ALL), max(one.cop for one in ALL)) == (3.1, pytest.approx(11.8, abs=0.05))


def test_records_are_found_by_maker_control_and_size() -> None:
    found = records.search(maker="trane", control="variable_speed", capacity=(1000.0, 2000.0), form="eir")
    assert found
    assert all(one.maker == "Trane" and 1000 <= one.capacity <= 2000 for one in found)
    assert [one.capacity for one in found] == sorted(one.capacity for one in found)
    assert records.search(name="no such machine") == ()


def test_a_name_that_is_not_there_is_refused_with_names_that_are_near() -> None:
    with pytest.raises(InputRefused) as refused:
        records.record("ElectricEIRChiller_McQuay_WSC_471kW_5_89COP_Vane")
    (finding,) = refused.value.findings
    assert finding.code == "plant.unknown_record"
    assert "ElectricEIRChiller_McQuay_WSC_471kW_5_89COP_Vanes" in finding.text()


def test_curves_that_are_impossible_are_refused() -> None:
    """The bicubic of this reformulated record is negative at low load: 0.09 of 563 kW at 33.5 degC leaving."""
    with pytest.raises(InputRefused) as refused:
        Chiller.named("ReformEIRChiller_York_YT_563kW_10_61COP_Vanes")
    codes = {finding.code for finding in refused.value.findings}
    assert {"plant.negative_power", "plant.beats_limit"} <= codes


def test_a_curve_of_ones_own_that_beats_nature_is_refused() -> None:
    """COP 5.89 with a tenth of the power is far above Lorenz's 13 or so at these temperatures."""
    good = records.record("ElectricEIRChiller_McQuay_WSC_471kW_5_89COP_Vanes")
    better = replace(good, input_curve=tuple(0.1 * one for one in good.input_curve))
    assert "plant.beats_limit" in {finding.code for finding in curves.findings(better)}
    assert [finding for finding in curves.findings(good) if finding.severity == "error"] == []


def test_how_many_of_the_shipped_records_are_refused() -> None:
    """Counted apart from the code under test with a plain script over the same grid: 38, all but one reformulated."""
    bad = [one for one in ALL if any(found.severity == "error" for found in curves.findings(one))]
    assert len(bad) == 38
    assert [one.name for one in bad if one.form == "eir"] == ["ElectricEIRChiller_York_YT_1090kW_7_57COP_VSD"]


def test_a_record_needs_the_coefficients_of_its_form() -> None:
    with pytest.raises(ValueError):
        replace(EIR[0], form="reformulated")
    assert {found.code for found in curves.findings(replace(EIR[0], capacity=-1.0))} == {"equipment.range"}
