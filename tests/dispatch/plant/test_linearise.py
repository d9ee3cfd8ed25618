"""Piecewise-linear curves: breakpoints where the curve bends, and an error that is stated as it is."""

from dataclasses import replace

import numpy as np
import pytest

from tests.dispatch.plant.toys import Toy, day
from wattstone.dispatch.plant.linearise import breakpoints, commitment
from wattstone.dispatch.plant.plant import Machine, Plant
from wattstone.dispatch.plant.sheets import between, exact, sheets


def plant(**curve: float) -> Plant:
    return Plant(name="one", machines=(Machine(source=Toy(name="c", **curve)),))


@pytest.mark.parametrize("segments", [1, 2, 5])
def test_a_parabola_is_broken_evenly_and_its_error_is_known(segments: int) -> None:
    """A chord of c x^2 over a width w lies c w^2 / 4 off at most: the textbook's bound, f'' w^2 / 8."""
    one, ahead = plant(), day(4, cold=500.0)
    rows, error = breakpoints(sheets(one, ahead, ahead.at)[0], segments)
    even = 80 * (0.7 / segments) ** 2 / 4

    assert rows.shape == (4, segments + 1)
    assert (np.diff(rows, axis=1) > 0).all()
    assert even * 0.98 <= error.most <= even * 1.3
    assert error.most_share == pytest.approx(error.most / 200)
    assert 0 < error.mean < error.most


def test_a_straight_line_has_no_error() -> None:
    one, ahead = plant(c=0.0), day(4, cold=500.0)
    assert breakpoints(sheets(one, ahead, ahead.at)[0], 3)[1].most == pytest.approx(0.0, abs=1e-9)


def test_units_take_at_their_breakpoints_what_machines_take() -> None:
    one, ahead = plant(), day(4, cold=500.0)
    found = sheets(one, ahead, ahead.at)
    problem, _ = commitment(one, ahead, found, 4)
    unit = problem.units[0]
    curve = 20 + 100 * unit.load / 1000 + 80 * (unit.load / 1000) ** 2

    assert unit.flows["electricity"] == pytest.approx(-curve)
    assert unit.load[:, 0] == pytest.approx([300.0] * 4)
    assert unit.load[:, -1] == pytest.approx([1000.0] * 4)


def test_between_points_of_a_sheet_the_curve_is_near() -> None:
    one, ahead = plant(), day(4, cold=500.0)
    found = sheets(one, ahead, ahead.at)
    load = np.array([0.0, 333.0, 777.0, 1000.0])

    quick, true = between(found[0], load), exact(one.machines[0], load, one, ahead, ahead.at)
    assert quick.electricity == pytest.approx(true.electricity, rel=1e-4)
    assert quick.electricity[0] == 0.0


def test_a_jump_is_found_where_it_is_in_every_step() -> None:
    """Nothing is taken up to a load that differs from step to step, and 150 kW from there on."""
    one, ahead = plant(c=0.0), day(3, cold=500.0)
    sheet = sheets(one, ahead, ahead.at)[0]
    at = np.array([400.0, 600.0, 800.0])
    jumping = replace(sheet, flows=replace(sheet.flows, electricity=np.where(sheet.load > at, 150.0, 1.0)))
    rows, error = breakpoints(jumping, 5)

    assert error.most == pytest.approx(0.0, abs=1e-9)
    for step, edge in enumerate(at):
        broken = sheet.load[rows[step], step]
        assert np.abs(broken - edge).min() <= 700 / 64
