"""Files of scenarios in the forms of their providers; the values are made up, the forms are theirs."""

import csv
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from wattstone.base import InputRefused
from wattstone.disclosure.files import Wanted, paths_of, sheets
from wattstone.programme.kinds import record_kind

GIVEN = Wanted(given={"provider": "NGFS", "edition": "Phase 9", "source": "portal, 2026-01-05"})
WIDE = """Model,Scenario,Region,Variable,Unit,2020,2025,2030
GCAM 5.3+ NGFS,Net Zero 2050,World,Price|Carbon,US$2010/t CO2,,70.5,104
GCAM 5.3+ NGFS,Net Zero 2050,World,Emissions|CO2,Mt CO2/yr,35000,30000,22000
GCAM 5.3+ NGFS,Current Policies,World,Price|Carbon,US$2010/t CO2,0,0,0
"© provider, see its terms",,,,,,,
"""


def written(tmp_path: Path, text: str, name: str = "paths.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def rows(found):
    return found[0].rows.select("scenario", "variable", "year", "value", "unit").rows()


def test_the_wide_form_has_a_row_a_year_and_an_empty_cell_is_none(tmp_path):
    found = paths_of(written(tmp_path, WIDE), Wanted(given=GIVEN.given, variables=["Price|Carbon"]))

    assert found is not None
    assert sorted((name, year, value) for name, _, year, value, _ in rows(found)) == [
        ("Current Policies", "2020", "0"), ("Current Policies", "2025", "0"), ("Current Policies", "2030", "0"),
        ("Net Zero 2050", "2025", "70.5"), ("Net Zero 2050", "2030", "104"),
    ]  # fmt: skip
    assert set(found[0].rows["provider"]) == {"NGFS"}
    assert found[0].rows["reading"][0] == sha256(WIDE.encode()).hexdigest()


def test_a_workbook_of_the_same_form_reads_the_same(tmp_path):
    book = tmp_path / "paths.xlsx"
    made = Workbook()
    for line in csv.reader(StringIO(WIDE)):
        made.active.append([float(one) if one.replace(".", "").isdigit() and "." in one else one for one in line])
    made.save(book)
    wanted = Wanted(given=GIVEN.given, scenarios=["Net Zero 2050"], variables=["Price|Carbon"])
    found = paths_of(book, wanted)

    assert found is not None
    assert [(year, float(value)) for _, _, year, value, _ in rows(found)] == [("2025", 70.5), ("2030", 104.0)]


def test_the_long_form_of_the_iea_names_its_variable_by_category_product_and_flow(tmp_path):
    text = """PUBLICATION,SCENARIO,CATEGORY,PRODUCT,FLOW,UNIT,REGION,YEAR,VALUE
World Energy Outlook 2099,Stated Policies,Prices,CO2,Industry,"USD (2023, MER)/t CO2",European Union,2030,12.5
"""
    found = paths_of(written(tmp_path, text), Wanted(given={"source": "free dataset"}))

    assert found is not None
    row = found[0].rows.row(0, named=True)
    assert (row["provider"], row["edition"], row["variable"]) == (
        "IEA",
        "World Energy Outlook 2099",
        "Prices|CO2|Industry",
    )
    assert (row["unit"], row["year"], row["value"]) == ("USD (2023, MER)/t CO2", "2030", "12.5")


def test_lines_before_the_header_say_who_made_it(tmp_path):
    text = "# provider: NGFS\n# edition: Phase 9\n# source: portal\n" + WIDE
    found = sheets(record_kind("path"), written(tmp_path, text))

    assert found is not None
    assert found[0].rows.select("provider", "edition", "source").unique().rows() == [("NGFS", "Phase 9", "portal")]


def test_what_nobody_signed_is_refused(tmp_path):
    with pytest.raises(InputRefused) as refused:
        paths_of(written(tmp_path, WIDE), Wanted())

    assert refused.value.findings[0].params["names"] == "provider, edition, source"


def test_what_nobody_finds_is_refused_with_what_there_is(tmp_path):
    with pytest.raises(InputRefused) as refused:
        paths_of(written(tmp_path, WIDE), Wanted(given=GIVEN.given, scenarios=["NZ2050"]))

    assert refused.value.findings[0].params["scenario"] == "Current Policies, Net Zero 2050"


def test_a_table_of_entries_is_left_to_the_template(tmp_path):
    text = "provider,model,edition,scenario,region,variable,year,value,unit,source\n"
    text += "P,M,1,S,World,Price|Carbon,2030,9,CNY/t CO2,x\n"

    assert sheets(record_kind("path"), written(tmp_path, text)) is None
    assert sheets(record_kind("exposure"), written(tmp_path, WIDE)) is None


def test_the_sample_reads_with_how_sure_its_numbers_are(shared_data):
    """A sample for tests alone, which is not shipped: NGFS Phase 3, GCAM, World."""
    wanted = Wanted(given={"edition": "Phase 3"}, scenarios=["NZ2050"])
    found = paths_of(shared_data.parent / "facts" / "scenarios.csv", wanted)

    assert found is not None
    told = {row["year"]: float(row["value"]) for row in found[0].rows.iter_rows(named=True)}
    assert (told["2025"], told["2030"]) == (69.66, 103.97)
    assert found[0].rows["source"][0].endswith("confidence A (older phase)")


def refused(tmp_path, text):
    with pytest.raises(InputRefused) as told:
        paths_of(written(tmp_path, text), GIVEN)
    return [(one.code, one.say(one.found)) for one in told.value.findings]


HEADER = "Model,Scenario,Region,Variable,Unit,2025,2030\n"
ROW = "M,S,World,Price|Carbon,US$2010/t CO2,50,100\n"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (HEADER.replace("2030", "2025") + ROW, ["columns 6, 7 are of the same field, '2025'"]),
        (
            HEADER.replace("Model", "Unit").replace("2030", "2025") + ROW,
            [
                "the column Model is missing",
                "columns 1, 5 are of the same field, 'unit'",
                "columns 6, 7 are of the same field, '2025'",
            ],
        ),
        (
            "scenario,region,variable,unit,year,value,value\nS,World,Price|Carbon,EUR2020/t CO2,2030,1,2\n",
            ["columns 6, 7 are of the same field, 'value'"],
        ),
        (
            "PUBLICATION,SCENARIO,CATEGORY,PRODUCT,FLOW,UNIT,REGION,YEAR,VALUE,VALUE,Value\nW,S,P,CO2,I,u,EU,2030,1,2,3\n",
            ["columns 9, 10, 11 are of the same field, 'value'"],
        ),
    ],
)
def test_a_column_that_is_there_twice_is_refused_with_both_places(tmp_path, text, places):
    assert [found for _, found in refused(tmp_path, text)] == places


def test_a_workbook_with_a_year_twice_is_refused_too(tmp_path):
    made = Workbook()
    for line in csv.reader(StringIO(HEADER.replace("2030", "2025") + ROW)):
        made.active.append([int(one) if one.isdigit() else one for one in line])
    made.save(tmp_path / "paths.xlsx")
    with pytest.raises(InputRefused) as told:
        paths_of(tmp_path / "paths.xlsx", GIVEN)

    assert [one.params["places"] for one in told.value.findings] == ["6, 7"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEADER.replace("Unit,", "") + ROW.replace("US$2010/t CO2,", ""), "the column Unit is missing"),
        (HEADER.replace("Model,Scenario,", "") + "World,Price|Carbon,EUR2020/t CO2,50,100\n",
         "the columns Model, Scenario are missing"),
        ("scenario,region,variable,year,value\nS,World,Price|Carbon,2030,1\n", "the column Unit is missing"),
        ("publication,scenario,category,product,unit,region,year,value\nW,S,P,CO2,u,EU,2030,1\n",
         "the column Flow is missing"),
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        (HEADER, "it names its columns, and has no values below"),
    ],
)  # fmt: skip
def test_what_is_missing_is_told_once(tmp_path, text, expected):
    assert [found for _, found in refused(tmp_path, text)] == [expected]


def test_a_model_that_is_said_needs_no_column(tmp_path):
    given = Wanted(given={**GIVEN.given, "model": "GCAM"})
    found = paths_of(written(tmp_path, HEADER.replace("Model,", "") + ROW.replace("M,", "", 1)), given)

    assert found is not None
    assert found[0].rows.select("model", "year", "value").rows() == [("GCAM", "2025", "50"), ("GCAM", "2030", "100")]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_semicolons_and_tabs_part_columns_as_well(tmp_path, delimiter):
    found = paths_of(written(tmp_path, (HEADER + ROW).replace(",", delimiter)), GIVEN)

    assert found is not None
    assert [(year, value) for _, _, year, value, _ in rows(found)] == [("2025", "50"), ("2030", "100")]


@pytest.mark.parametrize(
    "text",
    [
        HEADER.replace(",", ";") + '"' + ROW.strip().replace(",", ";") + '"\n',  # a row between quotes is one cell
        HEADER + ROW.replace("100", "1,100"),
        HEADER + ROW + ROW.replace("S,", "T,", 1).replace(",50,100", ",50"),
        HEADER + ROW + ROW.replace(",50,100", ",50").strip(),
    ],
)
def test_a_row_that_does_not_fit_its_header_is_never_dropped(tmp_path, text):
    assert refused(tmp_path, text)[0][0].startswith("readings.csv.")


@pytest.mark.parametrize("note", ["© provider, see its terms\n", "© provider: terms", "\n© provider; terms, apply\n\n"])
def test_terms_below_the_values_are_a_note(tmp_path, note):
    found = paths_of(written(tmp_path, HEADER + ROW + note), GIVEN)

    assert found is not None
    assert len(rows(found)) == 2


IEA = "PUBLICATION,SCENARIO,CATEGORY,PRODUCT,FLOW,UNIT,REGION,YEAR,VALUE\n"
IEA += "WEO,S,Prices,CO2,Industry,USD2023/t CO2,EU,2030,1\n"


def test_what_is_said_of_a_file_of_iea_form_holds_before_the_name_of_the_iea(tmp_path):
    found = paths_of(written(tmp_path, IEA), Wanted(given={"provider": "X", "model": "GEC", "source": "s"}))

    assert found is not None
    assert found[0].rows.select("provider", "model", "edition").rows() == [("X", "GEC", "WEO")]


@pytest.mark.parametrize(
    ("text", "given", "names"),
    [
        (IEA, {"edition": "2024", "source": "s"}, ["edition"]),
        (IEA, {"edition": "WEO", "source": "s"}, []),
        ("# provider: NGFS\n" + HEADER + ROW, {**GIVEN.given, "provider": "Y", "model": "N"}, ["provider", "model"]),
        ("# provider: NGFS\n" + HEADER + ROW, {**GIVEN.given, "model": "M"}, []),
    ],
)
def test_what_the_file_says_otherwise_is_refused_and_never_thrown_away(tmp_path, text, given, names):
    path = written(tmp_path, text)
    if not names:
        assert paths_of(path, Wanted(given=given)) is not None
        return
    with pytest.raises(InputRefused) as told:
        paths_of(path, Wanted(given=given))

    assert [one.params["name"] for one in told.value.findings] == names
