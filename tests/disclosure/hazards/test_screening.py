"""Sites against thresholds, counted by hand."""

import polars as pl
import pytest

from tests.disclosure.kept import entries, frame
from wattstone.disclosure.hazards.screening import SITES, hazard_lines, hazard_tables, screened, unscreened
from wattstone.disclosure.report import Beside, build


def hazard(site, value, **said):
    return {
        "site": site,
        "hazard": "river_flood",
        "scenario": "rcp45",
        "horizon_year": 2050,
        "value": value,
        "unit": "m",
        "threshold": 0.5,
        "upward": True,
        "layer": "L",
        "source": "S",
        **said,
    }


def sites(*rows):
    return pl.DataFrame([(name, name, area) for name, area in rows], schema=SITES, orient="row")


FOUR = sites(("A", 100.0), ("B", 300.0), ("C", 600.0), ("D", 50.0))
HELD = frame("hazard", hazard("A", 0.5), hazard("B", 0.49), hazard("C", None))


def line(name, held=HELD, of=FOUR):
    return next(one for one in hazard_lines(held, of, 2025) if one.name == f"disclose.hazard.river_flood.rcp45.{name}")


def test_a_site_is_exposed_from_the_threshold_on_and_one_without_data_is_not_looked_at():
    row = screened(HELD, FOUR).row(0, named=True)

    assert (row["exposed"], row["looked_at"], row["sites"]) == (1, 2, 4)
    assert line("share").value == 0.5
    assert line("share").period == "2050"


def test_floor_area_is_a_share_of_what_was_looked_at():
    assert line("area").value == 100.0
    assert line("area_share").value == pytest.approx(100 / 400)


def test_without_the_area_of_a_site_there_is_no_share_of_areas():
    found = line("area_share", of=sites(("A", None), ("B", 300.0), ("C", 1.0), ("D", 1.0)))

    assert found.value is None
    assert found.reason is not None


def test_where_less_is_worse_the_threshold_holds_from_above():
    held = frame("hazard", hazard("A", 0.3, upward=False), hazard("B", 0.7, upward=False))

    assert line("exposed", held).value == 1.0


def test_a_layer_without_data_anywhere_has_no_share():
    held = frame("hazard", hazard("A", None))

    assert line("exposed", held).value == 0.0
    assert line("share", held).value is None


def test_counts_and_sites_stand_in_tables_that_name_the_lines():
    counts, each = hazard_tables(HELD, FOUR, 2025)
    known = {f"{one.name}|{one.subject}|{one.period}" for one in hazard_lines(HELD, FOUR, 2025)}

    assert counts.rows["share@line"][0] in known
    assert each.rows.select("site", "state").rows() == [("A", "yes"), ("B", "no"), ("C", "none")]


def test_values_and_thresholds_are_lines_that_the_tables_name():
    counts, each = hazard_tables(HELD, FOUR, 2025)
    lines = {f"{one.name}|{one.subject}|{one.period}": one.value for one in hazard_lines(HELD, FOUR, 2025)}

    assert [lines[one] for one in each.rows["value@line"].drop_nulls()] == [0.5, 0.49]
    assert {lines[one] for one in (*each.rows["threshold@line"], *counts.rows["threshold@line"])} == {0.5}


def test_thresholds_that_differ_between_sites_are_lines_of_their_entries():
    held = frame("hazard", hazard("A", 0.5), hazard("B", 0.49, threshold=0.3))
    counts, each = hazard_tables(held, FOUR, 2025)
    lines = {f"{one.name}|{one.subject}|{one.period}": one.value for one in hazard_lines(held, FOUR, 2025)}

    assert counts.rows["threshold@line"].to_list() == [None]
    assert counts.rows["threshold"].to_list() == ["0.3; 0.5"]
    assert [lines[one] for one in each.rows["threshold@line"]] == [0.5, 0.3]


def test_a_sentence_names_the_lines_of_its_counts():
    made = build({**entries(), "hazard": HELD}, Beside(sites=FOUR), 2025)
    said = next(one for one in made.says if "exposed" in one.params)
    lines = {one.name: one.value for one in made.lines}

    told = [(lines[said.params[f"{name}@line"]], said.params[name]) for name in ("exposed", "seen", "sites")]
    assert told == [(1.0, 1), (2.0, 2), (4.0, 4)]


def test_sites_that_nothing_was_read_for_are_told():
    assert unscreened(HELD, FOUR) == ["C", "D"]
    absent = {"hazard": "sea_level", "year": 2025, "reason_en": "none at hand", "reason_zh": "没有"}
    made = build({**entries(hazard_absent=[absent]), "hazard": HELD}, Beside(sites=FOUR), 2025)

    assert made.says[-1].params["unseen"] == 2
    assert next(one for one in made.tables if one.id == "hazards_absent").rows["reason@zh"].to_list() == ["没有"]
