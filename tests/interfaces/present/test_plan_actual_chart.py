"""A plan against what was measured: what the title says by hand, gaps, and that it can be drawn."""

from datetime import datetime, timedelta

import altair as alt
import pytest

from wattstone.interfaces.present.charts.plan_actual import plan_actual_drawing

START = datetime(2024, 5, 1, 22)


def steps(*pairs: tuple[float | None, float | None]) -> list[tuple[datetime, float | None, float | None]]:
    """Half hours."""
    return [(START + at * timedelta(minutes=30), planned, actual) for at, (planned, actual) in enumerate(pairs)]


@pytest.mark.parametrize(
    ("pairs", "title"),
    [
        (((4.0, 3.0), (4.0, None)), "The site drew 1.50 kWh, 25 % less than the 2.00 kWh planned"),
        (((4.0, 5.0), (4.0, 5.0)), "The site drew 5.00 kWh, 25 % more than the 4.00 kWh planned"),
        (((4.0, 4.0), (2.0, 2.0)), "The site drew 3.00 kWh, as planned"),
        (((-4.0, -2.0), (0.0, 0.0)), "The connection passed −1.00 kWh where −2.00 kWh was planned"),
        (((4.0, None), (4.0, None)), "Nothing was measured yet in the hours of this plan"),
    ],
)
def test_the_title_says_how_far_what_was_measured_is_from_the_plan(
    pairs: tuple[tuple[float | None, float | None], ...], title: str
) -> None:
    drawing = plan_actual_drawing(steps(*pairs), "Europe/Paris", "en")

    assert drawing is not None
    assert drawing.title == title
    assert drawing.table.rows[1][0].text == "2024-05-02 00:30"  # on the clock of the site


def test_what_was_not_measured_is_a_gap_and_not_zero() -> None:
    drawing = plan_actual_drawing(steps((4.0, 3.0), (4.0, None), (4.0, 2.0)), "UTC", "en")
    assert drawing is not None
    specification = drawing.specification(680)
    measured = specification["datasets"][specification["layer"][2]["data"]["name"]]

    assert [one["value"] for one in measured] == [3.0, 3.0, None, None, 2.0, 2.0, None]
    assert "not known" in [cell.text for cell in drawing.table.rows[1]]
    alt.LayerChart.from_dict(specification)  # by the schema of Vega-Lite


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_can_be_drawn(lang: str) -> None:
    drawing = plan_actual_drawing(steps((4.0, 3.0), (4.0, 2.0)), "UTC", lang)  # type: ignore[arg-type]
    assert drawing is not None
    assert drawing.svg().startswith("<svg")


def test_a_single_step_is_no_chart() -> None:
    assert plan_actual_drawing(steps((1.0, 1.0)), "UTC", "en") is None
