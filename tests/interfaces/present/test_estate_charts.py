"""Drawings of an estate: what their titles find, what stands where, and what is left out."""

import re
from typing import Any

import polars as pl
import pytest

from wattstone.interfaces.present.charts.base import Drawing
from wattstone.interfaces.present.charts.branches import Bar, branches_drawing
from wattstone.interfaces.present.charts.league import league_drawing
from wattstone.interfaces.present.charts.map import box_of, map_drawing, zoom_of
from wattstone.interfaces.present.charts.subject_months import subject_months_drawing

DOTS = pl.DataFrame(
    {
        "latitude": [36.68, 39.9, 31.23],
        "longitude": [117.0, 116.41, 121.47],
        "count": [7, 1, 2],
        "location": [400_000.0, 100_000.0, None],
        "id": [None, "b", None],
        "name": [None, "<Hall>", None],
    }
)
CITIES = pl.DataFrame(
    {
        "city": ["Jinan", "Beijing", "Shanghai"],
        "latitude": [36.68, 39.9, 31.23],
        "longitude": [117.0, 116.41, 121.47],
        "sites": [7, 1, 2],
        "location": [400_000.0, 100_000.0, 0.0],
    }
)


def drawn(width: int = 680) -> str:
    found = map_drawing(DOTS, CITIES, "en", link=lambda dot: f"/{dot['count']}", city_link=lambda city: None, year=2022)
    assert found is not None
    return found.svg(width, inline=True)


def circles(svg: str) -> dict[str, tuple[float, float, float]]:
    """Places and radii by where a dot leads."""
    shapes = re.findall(r'<a href="([^"]+)"[^>]*><circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', svg)
    return {href: (float(x), float(y), float(r)) for href, x, y, r in shapes}


def test_north_is_above_and_east_is_right() -> None:
    found = circles(drawn())

    assert found["/1"][1] < found["/7"][1] < found["/2"][1]  # Beijing, Jinan, Shanghai from north to south
    assert found["/1"][0] < found["/7"][0] < found["/2"][0]


def test_areas_stand_for_emissions() -> None:
    found = circles(drawn())

    assert found["/7"][2] / found["/1"][2] == pytest.approx(2.0, rel=0.01)  # four times as much
    assert found["/2"][2] == pytest.approx(5.0)  # not known: the least that can be seen


def test_a_degree_north_is_longer_than_one_east_by_the_cosine_of_the_middle() -> None:
    found = circles(drawn())
    north = (found["/2"][1] - found["/1"][1]) / (39.9 - 31.23)
    east = (found["/2"][0] - found["/1"][0]) / (121.47 - 116.41)

    assert east / north == pytest.approx(0.8139, rel=0.01)  # cos(35.565 degrees)


@pytest.mark.parametrize(
    ("cities", "title", "begin"),
    [(3, "Jinan emits most: 400 t CO2e", "10 sites on the map"), (1, "Jinan: 400 t CO2e", "10 sites on the map"),
     (0, "10 sites on the map", "area of a dot")],
)  # fmt: skip
def test_the_map_says_what_it_shows_of_many_cities_of_one_and_of_none(cities: int, title: str, begin: str) -> None:
    found = map_drawing(DOTS, CITIES.head(cities), "en", link=lambda dot: "/", city_link=lambda city: None, year=2022)

    assert found is not None
    assert found.title == title
    assert found.subtitle.startswith(begin)


def test_names_are_escaped() -> None:
    assert "<Hall>" not in drawn()
    assert "&lt;Hall&gt;: 100 t CO2e" in drawn()


def test_every_dot_lies_inside_the_picture() -> None:
    for width in (320, 680):
        svg = drawn(width)
        height = float(re.findall(r'height="([\d.]+)"', svg)[0])
        for x, y, radius in circles(svg).values():
            assert radius <= x <= width - radius
            assert radius <= y <= height - radius


def test_nowhere_is_no_map() -> None:
    assert map_drawing(DOTS.head(0), CITIES, "en", link=str, city_link=str, year=2022) is None
    assert box_of(DOTS.head(0)) is None


@pytest.mark.parametrize(("box", "zoom"), [((30.0, 120.0, 30.0, 120.0), 14), ((-85.0, -180.0, 85.0, 180.0), 1)])
def test_the_zoom_follows_the_box(box: tuple[float, float, float, float], zoom: int) -> None:
    assert abs(zoom_of(box) - zoom) <= 1


def months(**more: Any) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "name": ["scope1"] * 12,
            "month": list(range(1, 13)),
            "value": [1000.0 * at for at in range(1, 13)],
            "unit": ["kg CO2e"] * 12,
            **more,
        }
    )


def test_months_find_their_change_else_the_highest_month() -> None:
    moved = subject_months_drawing(months(), "en", year=2022, zone="Asia/Shanghai", changes={"scope1": -0.04})
    high = subject_months_drawing(months(), "en", year=2022, zone="")

    assert moved is not None
    assert moved.title == "Scope 1: 4.0 % less than 2021"
    assert high is not None
    assert high.title == "Scope 1: most in Dec"
    assert high.subtitle == "By month, 2022, t CO2e; months on the clocks of the sites"


def test_months_without_a_value_are_no_drawing() -> None:
    assert subject_months_drawing(months(value=[None] * 12), "en", year=2022, zone="") is None


def test_what_is_not_known_of_a_month_is_a_word() -> None:
    found = subject_months_drawing(months(value=[None] + [5.0] * 11), "en", year=2022, zone="")

    assert found is not None
    assert [cell.text for cell in found.table.rows[0]] == ["Jan", "not known", "not known"]


def league(*sites: tuple[float, float | None, int]) -> Drawing:
    """Sites A, B, ... with what they use, the median of their peers and how many these are."""
    names = "ABCDEFGHIJKLMN"[: len(sites)]
    frame = pl.DataFrame(
        {
            "id": list(names.lower()),
            "name": list(names),
            "intensity.energy": [one for one, _, _ in sites],
            "intensity.energy.id": [f"figure-{name}" for name in names],
            "peer_middle": pl.Series([one for _, one, _ in sites], dtype=pl.Float64),
            "peers": [one for _, _, one in sites],
        }
    )
    found = league_drawing(frame, "en", year=2022)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("sites", "title"),
    [
        # 150 is half as much again as 100; B lies below, and C has no peers.
        (((150.0, 100.0, 9), (90.0, 100.0, 9), (120.0, None, 0)),
         "A uses 50 % more than the median of its peers"),
        (((150.0, 100.0, 9), (130.0, 100.0, 9), (90.0, 100.0, 9)),
         "A uses 50 % more than the median of its peers; 2 of 3 sites lie above theirs"),
        (((150.0, 100.0, 9), (130.0, 100.0, 9)),
         "A uses 50 % more than the median of its peers; the other lies above its own too"),
        (((150.0, 100.0, 9), (130.0, 50.0, 9), (120.0, 100.0, 9)),
         "B uses 160 % more than the median of its peers; the other 2 lie above theirs too"),
        (((80.0, 100.0, 9), (100.0, 100.0, 9)), "None of 2 sites uses more than the median of its peers"),
        (((80.0, 100.0, 9), (70.0, None, 0)), "The site with peers uses no more than their median"),
        # A site is no peer of its own, and four are too few to be compared with.
        (((212.0, 212.0, 1), (100.0, 80.0, 4)),
         "A uses most: 212 kWh/m²; there are too few peers to compare with"),
    ],
)  # fmt: skip
def test_the_league_says_what_it_shows_in_every_case(
    sites: tuple[tuple[float, float | None, int], ...], title: str
) -> None:
    assert league(*sites).title == title


def test_the_league_counts_sites_that_are_not_drawn_as_well() -> None:
    """Twelve are drawn, all without peers; of the two below them one lies above the median of its own."""
    high = [(200.0 + at, None, 0) for at in range(12)]

    assert league(*high, (60.0, 50.0, 9), (40.0, 50.0, 9)).title == (
        "1 of 2 sites uses more than the median of its peers"
    )


def test_the_league_has_its_numbers_behind_it_and_needs_two_sites() -> None:
    found = league((150.0, 100.0, 9), (90.0, 100.0, 9))

    assert [cell.text for cell in found.table.rows[0]] == ["A", "150", "100", "9"]
    assert "marks: median of the peer group" in found.subtitle
    assert "marks" not in league((150.0, 150.0, 1), (90.0, 90.0, 1)).subtitle
    alone = pl.DataFrame({"id": ["a"], "intensity.energy": [1.0]})
    assert league_drawing(alone, "en", year=2022) is None


def test_bars_of_two_units_say_both() -> None:
    bars = [Bar(key="a", name="A", value=4e5, unit="kg CO2"), Bar(key="b", name="B", value=2e5, unit="kg CO2e")]
    found = branches_drawing(bars, "en", year=2022, what="Emissions")

    assert found is not None
    assert found.subtitle == "Emissions, 2022, t CO2 / t CO2e"
    assert branches_drawing(bars[:1], "en", year=2022, what="Emissions") is None


@pytest.mark.parametrize(("width", "inside"), [(680, [True, True, False]), (320, [True, False, False])])
def test_a_number_stands_in_its_bar_where_there_is_room(width: int, inside: list[bool]) -> None:
    """Bars of 100, 25 and 5: of 320 px the second has too few for a number."""
    bars = [Bar(key=str(value), name=str(value), value=value) for value in (100.0, 25.0, 5.0)]
    found = branches_drawing(bars, "en", year=2022, what="Emissions")
    assert found is not None
    text = str(found.specification(width))

    assert [one == "True" for one in re.findall(r"'inside': (True|False)", text)[:3]] == inside
