"""The page of sizes: what it says of options that were worked out elsewhere, in both languages."""

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from wattstone.dispatch.sizing import Interval, Sized
from wattstone.dispatch.sizing_file import SizingTable, read_sizing
from wattstone.dispatch.sizing_year import Option, options_of
from wattstone.interfaces.present.languages import Language
from wattstone.interfaces.present.size_page import render_sizes, size_table
from wattstone.workflows.dispatch.size import SizedSite, figures_of_sizes

COSTS = """
draws = 400
tried_weeks = 8
[money]
years = 20
discount_rate = 0.05
source = "the company's rate"
[pv]
like = "roof"
kw = [50, 100, 150]
cost_per_kw = 4000
running_per_kw = 40
life_years = 25
fade = 0.005
source = "three offers"
[storage]
kwh = [100, 200]
hours = [2]
cost_per_kw = 300
cost_per_kwh = 1000
running_per_kwh = 10
life_years = 12
fade = 0.02
charge_efficiency = 0.95
discharge_efficiency = 0.95
wear_cost = 0.0
reserve = 0.1
source = "data sheet"
[[scenario]]
name = "prices stay"
source = "assumption"
[[scenario]]
name = "import dearer"
import_growth = 0.03
source = "assumption"
"""


def worth(option: Option, scenario: str) -> Sized:
    """Made up: PV pays up to 100 kW, storage never does unless import is dearer."""
    dearer = scenario != "prices stay"
    saves = 650 * min(option.pv, 100) + 300 * max(option.pv - 100, 0) + (230 if dearer else 110) * option.energy
    built = 4000 * option.pv + 300 * option.power + 1000 * option.energy
    npv = 12.5 * saves - 1.05 * built
    avoided = 20 * (520 * option.pv + 35 * option.energy)
    own = 1 - 0.0012 * option.pv + 0.0005 * option.energy if option.pv else np.nan

    def around(value: float, share: float) -> Interval:
        return Interval(value, value - share, value + share)

    wide = 0.06 * 12.5 * saves
    return Sized(
        option=option, scenario=scenario, cost=around(210_000 - saves, 4000), foreseen=209_000 - saves,
        saving=around(saves, 0.05 * saves), paid=around(2_600_000 - npv, 50_000), npv=around(npv, wide),
        investment=built, carbon=around(152_000 - avoided / 20, 3000), emitted=around(3_040_000 - avoided, 60_000),
        avoided=around(avoided, 0.05 * avoided), self_consumption=around(own, 0.02),
    )  # fmt: skip


def sized(table: SizingTable, **said: Any) -> SizedSite:
    options = options_of([50, 100, 150], [100, 200], [2])
    place = SimpleNamespace(id="park", name="Willow Park", simulated=False)
    file = SimpleNamespace(site=SimpleNamespace(currency="CNY"), tariffs=())
    fields: dict[str, Any] = {
        "place": SimpleNamespace(place=place, file=file), "table": table, "start": datetime(2024, 1, 1),
        "end": datetime(2024, 12, 30), "run": 7, "cpu": 1.0, "findings": (), "pv": "meter", "carbon": "hourly",
        "found": tuple(worth(one, scenario.name) for scenario in table.scenario for one in options),
    }  # fmt: skip
    return SizedSite(**cast("Any", {**fields, **said}))


@pytest.fixture
def table(tmp_path: Path) -> SizingTable:
    (tmp_path / "costs.toml").write_text(COSTS, encoding="utf-8")
    return read_sizing(tmp_path / "costs.toml")


def page(done: SizedSite, lang: Language = "en") -> str:
    names = ("id", "name", "subject", "value", "unit", "method")
    figures = [
        {**{name: getattr(one, name) for name in names}, "period": one.period_label} for one in figures_of_sizes(done)
    ]
    return render_sizes(done, figures, organisation="Acme", lang=lang)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_needs_nothing_else_and_links_every_figure(table: SizingTable, lang: Language) -> None:
    text = page(sized(table), lang)

    assert "default-src 'none'" in text
    assert not re.search(r"(src|href)=\"https?:", text)
    assert text.count('role="img"') == 4  # cost against emissions, and worth; wide and narrow
    linked = set(re.findall(r'href="#f-(\w+)"', text))
    assert linked <= set(re.findall(r'id="f-(\w+)"', text))
    assert len(linked) > 60


def test_it_says_what_is_worth_most_and_how_sure_that_is(table: SizingTable) -> None:
    text = page(sized(table))

    assert "PV 100 kW" in text
    # 100 kW with 200 kWh: 12.5 * 87 000 - 1.05 * 630 000, by hand; the interval is 6 % of 1 087 500 to both sides.
    assert "426\u202f000 CNY" in text
    assert "90 %: 361\u202f000 to 491\u202f000" in text
    assert "it is worth most in 2 of 2 scenarios" in text
    assert "three offers" in text


def test_simulated_pv_and_unknown_emissions_are_told(table: SizingTable) -> None:
    assert "What new PV feeds is simulated" in page(sized(table, pv="clear_sky"))
    unknown = page(sized(table, carbon="none"))
    assert unknown.count('role="img"') == 2
    assert "Emissions avoided" not in unknown


def test_where_nothing_pays_it_says_so(table: SizingTable) -> None:
    nothing, *others = (worth(one, "prices stay") for one in options_of([50], [100], [2.0]))
    dear = (nothing, *(replace(one, npv=Interval(-5000.0, -6000.0, -4000.0)) for one in others))
    dear += tuple(replace(one, scenario="import dearer") for one in dear)

    assert "At these costs nothing that was looked at pays" in page(sized(table, found=dear))


def test_the_table_has_the_best_first_in_both_languages(table: SizingTable) -> None:
    for lang, best in (("en", "most worth"), ("zh", "价值最高")):
        first = size_table(sized(table), "prices stay", cast("Language", lang)).rows[0]
        assert [cell.text for cell in first[:3]] == ["100", "200", "100"]
        assert first[-1].text == best
