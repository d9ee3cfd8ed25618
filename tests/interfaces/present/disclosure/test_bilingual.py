"""No English stands in a Chinese report but names of standards, units and ids: words of the program are all said."""

import io
import zipfile
from dataclasses import replace
from importlib import resources

import polars as pl

from tests.disclosure.kept import entries
from tests.disclosure.made import made_statement
from tests.interfaces.present.disclosure.reading import english_in
from wattstone.disclosure.bilingual import in_both, language_of, names_of
from wattstone.disclosure.hazards.named import HAZARDS, LAYER_SCENARIOS
from wattstone.disclosure.report import Beside, build
from wattstone.disclosure.scenarios.driven import COVERED, DRIVERS
from wattstone.interfaces.present.disclosure.book import book
from wattstone.interfaces.present.disclosure.tables import figure_grid
from wattstone.interfaces.present.disclosure.xlsx import to_xlsx
from wattstone.interfaces.present.languages import translator
from wattstone.workflows.disclosure.sources.basis import publisher_of

t = translator("zh")
NAMES = pl.DataFrame(schema={"text": pl.String, "en": pl.String, "zh": pl.String})


def test_whoever_publishes_factors_is_called_in_chinese() -> None:
    """Sources of the factors that come with the package, as the table of sources shows them."""
    with resources.as_file(resources.files("wattstone.rates") / "data" / "factors.csv") as path:
        held = pl.read_csv(path, infer_schema=False)["source"].drop_nulls().unique()

    names = {publisher_of(one) for one in held}

    assert len(names) > 10
    assert {one for one in names if "en" in language_of(t(one)) and "zh" not in language_of(t(one))} == set()


def test_hazards_drivers_and_what_a_price_meets_have_titles_in_both_languages() -> None:
    titles = {*HAZARDS.values(), *LAYER_SCENARIOS.values(), *DRIVERS.values(), *COVERED.values()}

    assert {one for one in titles if language_of(t(one)) == ("en",)} == set()
    assert [one for one in titles if "_" in one or not one[0].isupper()] == []


def test_a_driver_is_shown_by_its_title_and_its_scenario_by_its_own() -> None:
    scenario = {"id": "late", "year": 2025, "title_en": "A late transition", "title_zh": "延迟转型", "provider": "P",
                "model": "M", "edition": "1", "scenario": "S", "region": "World", "price": "Price|Carbon",
                "aim": "below_2", "covers": ["scope1"], "covered": 1.0, "per_unit": 1.0, "currency": "CNY",
                "rate_source": "bank"}  # fmt: skip
    drivers = [{"scenario": "late", "year": 2025, "driver": one, "yearly": 0.01, "source": "plan"}
               for one in ("activity", "grid_factor", "price.electricity")]  # fmt: skip
    made = build(entries(scenario=[scenario], driver=drivers), Beside(), 2025)
    table = next(one for one in made.tables if one.id == "drivers")

    said = {lang: [(row[0].text, row[1].text) for row in figure_grid(table, {}, lang).rows] for lang in ("en", "zh")}

    assert said["en"] == [
        ("A late transition", "Activity of the organisation"), ("A late transition", "Emission factor of the grid"),
        ("A late transition", "Price of electricity"),
    ]  # fmt: skip
    assert said["zh"] == [("延迟转型", "组织的活动水平"), ("延迟转型", "电网排放因子"), ("延迟转型", "电价")]


def test_a_short_name_is_no_word_of_the_program() -> None:
    """A risk that is called heat is not the heat that is bought, in no form of the report."""
    held = made_statement()
    answer = held.answer("strategy.risks")
    rows = answer.tables[0].rows.with_columns(pl.lit("heat").alias("id"))
    shown = replace(answer, tables=(replace(answer.tables[0], rows=rows),))
    made = replace(held, answers=tuple(shown if one is answer else one for one in held.answers))

    with zipfile.ZipFile(io.BytesIO(to_xlsx(made, "zh"))) as book_:
        cells = "".join(book_.read(one).decode() for one in book_.namelist() if one.endswith(".xml"))

    assert ">heat<" in cells
    assert ">热量<" not in cells
    assert {row[0].text for row in figure_grid(shown.tables[0], {}, "zh").rows} == {"heat"}


def test_english_that_somebody_left_in_a_chinese_report_is_found() -> None:
    """The check itself: a name without its Chinese stands out, one with it does not."""
    held = made_statement()
    left = {one for one in english_in(book(held, "zh")) if "Flood" in one}
    names = names_of(NAMES, [("Flood of the harbour site", "港区洪水")], [])
    told = replace(held, answers=tuple(in_both(one, names) for one in held.answers), names=names)

    assert left == {"Flood of the harbour site"}
    assert not {one for one in english_in(book(told, "zh")) if "Flood" in one}
