"""Tables for a terminal: the report's words and units, and no markup from outside."""

import io
from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest
from rich.console import Console, RenderableType

from wattstone.base import Finding
from wattstone.interfaces.present import findings_table, inventory_table, league_table, quality_table, trace_tree
from wattstone.interfaces.present.numbers import THIN
from wattstone.inventory.document import InventoryDocument

Make = Callable[..., InventoryDocument]


def printed(part: RenderableType, width: int = 120) -> str:
    out = io.StringIO()
    Console(file=out, width=width, color_system=None).print(part)
    return out.getvalue().replace(THIN, " ")


def test_inventory_in_words_and_units(estate: InventoryDocument) -> None:
    text = printed(inventory_table(estate))

    assert text.startswith("Simulated data\n")
    assert "greenhouse gas inventory 2019" in text
    assert "12 % less than 2018" in text
    assert "t CO2e" in text
    assert "not computed yet" in text
    assert "meter" not in text


def test_inventory_in_chinese(estate: InventoryDocument) -> None:
    text = printed(inventory_table(estate, "zh"))

    assert "模拟数据" in text
    assert "范围一：直接排放" in text
    assert "尚未核算" in text


def test_real_data_are_not_called_simulated(make: Make) -> None:
    assert "Simulated" not in printed(inventory_table(make(simulated=False)))


def test_findings_carry_all_their_sentences(estate: InventoryDocument) -> None:
    text = " ".join(printed(findings_table(estate.mend)).split())

    assert "warning meter 'lab-gas': 11 % of the year is missing, the first at 2019-02-03T00:00+00:00" in text
    assert "Expected: a reading in every interval" in text
    assert "To mend it: have the meter checked" in text
    assert printed(findings_table(())) == "Nothing was found that needs mending.\n"


def test_markup_of_others_is_shown_and_not_obeyed(estate: InventoryDocument) -> None:
    finding = Finding(
        code="x", place="[red]file[/red].csv", found="[/nonsense]", expected="[b]", remedy="[link=x]y[/link]"
    )
    evil = replace(estate, organisation="[bold]Org[/bold]", sites=estate.sites.with_columns(name="site_id"))

    text = printed(findings_table([finding]))
    assert "[red]file[/red].csv: [/nonsense]" in text
    assert "[bold]Org[/bold]" in printed(inventory_table(evil))
    assert "source: [red]x" in printed(trace_tree({"name": "scope1", "source": "[red]x"}))


def test_findings_that_say_the_same_are_told_once_with_their_places() -> None:
    def of(place: str, found: str = "it is out of date") -> Finding:
        return Finding(code="stale", place=place, found=found, expected="a new one", remedy="run it again")

    text = " ".join(printed(findings_table([*(of(f"figure {n}") for n in range(8)), of("figure 9", "gone")])).split())

    assert "figure 0, figure 1, figure 2, figure 3, figure 4 and 3 more: it is out of date" in text
    assert "figure 9: gone" in text
    assert text.count("To mend it: run it again") == 2


def test_worst_meters_come_first(estate: InventoryDocument) -> None:
    assert estate.quality is not None
    lines = printed(quality_table(estate.quality)).splitlines()

    assert lines[1].startswith("lab-gas")
    assert "zeros that mean missing: 14" in lines[1]
    assert "2 more meters score higher." in printed(quality_table(estate.quality, rows=1))


def test_league(estate: InventoryDocument) -> None:
    lines = printed(league_table(estate, rows=3)).splitlines()

    assert lines[0].split("Energy use")[1].strip() == "[kWh/m²]"
    assert lines[1].split()[:2] == ["1", "Laboratory"]
    assert lines[4] == "9 more sites use less."  # thirteen, of which the barn has no area


@pytest.mark.parametrize("width", [40, 80, 200])
def test_tables_fit_any_terminal(estate: InventoryDocument, width: int) -> None:
    for part in (inventory_table(estate), findings_table(estate.mend), league_table(estate)):
        assert max(len(line) for line in printed(part, width).splitlines()) <= width


def test_a_trace_goes_down_to_rows_and_source() -> None:
    text = printed(
        trace_tree(
            {
                "id": "abc",
                "name": "scope1",
                "subject": "organisation",
                "period": "2019",
                "value": 18.0,
                "unit": "kg CO2e",
                "method": "scope1.fuel/1",
                "inputs": [
                    {
                        "id": "def",
                        "name": "energy.natural_gas",
                        "value": 100.0,
                        "unit": "kWh",
                        "inputs": [{"id": "slice:1", "rows": 8760}],
                    },
                    {"id": "factor:gas", "value": 0.18, "unit": "kg CO2e/kWh", "source": "DESNZ 2019"},
                    "figure:x",
                ],
            }
        )
    )
    lines = text.splitlines()

    assert lines[0] == "Scope 1: direct emissions  organisation · 2019  18 kg CO2e  abc"
    assert lines[2] == "├── Natural gas  100 kWh  def"
    assert lines[4] == "│       └── rows: 8760"
    assert "source: DESNZ 2019" in text
    assert lines[-1] == "└── figure:x"


def test_why_a_figure_is_not_known_stands_below_the_table(make: Make) -> None:
    estate = make()
    missing = (pl.col("subject") == "organisation") & (pl.col("name") == "scope2.location.hourly")
    why = "the workspace has no hourly intensities of this grid"
    figures = estate.figures.with_columns(
        pl.when(missing).then(None).otherwise("value").alias("value"),
        pl.when(missing).then(pl.lit(why)).otherwise("reason").alias("reason"),
    )

    text = printed(inventory_table(replace(estate, figures=figures)))
    assert text.count(why) == 1
    assert f"- Scope 2, location-based, by the hour: {why}" in text


def test_a_change_is_called_like_for_like(estate: InventoryDocument) -> None:
    assert "12 % less than 2018, like for like" in printed(inventory_table(estate))
    assert "比 2018 年少 12%（可比口径）" in printed(inventory_table(estate, "zh"))


def test_without_a_ranking_it_says_so(make: Make) -> None:
    estate = make()
    bare = replace(estate, figures=estate.figures.filter(pl.col("subject") == "organisation"))

    assert printed(league_table(bare)).startswith("No site has a floor area")


def test_rows_of_a_factor_are_lines() -> None:
    row = {"id": "r1", "name": "Natural gas", "value": 0.18, "unit": "kgCO2e/kWh", "source": "DESNZ", "licence": "OGL"}
    slices = [{"partition": 2019, "rows": 8760, "sha256": "abc"}]
    figure = {"id": "f", "kind": "figure", "name": "scope1", "value": 1.0, "unit": "kg", "notes": ["said once"]}
    inputs = [
        {"id": "factor:desnz/1", "kind": "factor", "notes": ["said once"], "rows": [row]},
        {"id": "source:1", "kind": "source", "partitions": slices},
    ]
    text = printed(trace_tree({**figure, "inputs": inputs, "more": 47}))

    assert "{" not in text
    assert "row r1  0.18 kgCO2e/kWh" in text
    assert "licence: OGL" in text
    assert "partition 2019, rows 8760, sha256 abc" in text
    assert text.count("said once") == 1
    assert "factor desnz/1" in text
    assert "and 47 more" in text


def test_a_note_of_many_figures_names_three_and_an_intensity_repeats_nothing_of_its_total(make: Make) -> None:
    """Eight totals with one note: three names, five more. Two intensities say it of themselves as well, in vain."""
    estate = make()
    names = [f"scope3.{number}" for number in range(1, 9)]
    told = ["said of all"]
    own = estate.figures.filter(subject="organisation", name="scope1", period="2019")
    figures = estate.figures.with_columns(pl.lit([], pl.List(pl.String)).alias("notes"))
    row = own.with_columns(pl.lit(told).alias("notes"))
    more = [row.with_columns(pl.lit(name).alias("name")) for name in [*names, "intensity.scope3.1.per_floor_area"]]

    text = printed(inventory_table(replace(estate, figures=pl.concat([figures, *more]))), 400)

    assert text.count("said of all") == 1
    line = next(one for one in text.splitlines() if "said of all" in one)
    assert line.count("category") == 3
    assert " and 5 more: said of all" in line


def test_without_meters_it_says_that_bills_are_not_ranked(make: Make) -> None:
    estate = make()
    first = estate.figures.filter(pl.col("subject").str.starts_with("site:") & (pl.col("name") == "scope1"))["subject"][
        0
    ]
    kept = estate.figures.filter(
        (pl.col("name") != "intensity.energy") & (pl.col("subject").is_in(["organisation", first]))
    )

    text = " ".join(printed(league_table(replace(estate, figures=kept))).split())

    assert text.startswith("The ranking counts metered energy")
    assert "1 site has bills" in text
