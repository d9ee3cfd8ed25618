"""Remedies name fields and pages where the command line has options and commands."""

import pytest

from wattstone.base import Finding
from wattstone.interfaces.present.content import Cell, Section
from wattstone.interfaces.web.remedies import reason_here, say_here
from wattstone.interfaces.web.reworded import _section


@pytest.mark.parametrize(
    ("remedy", "said"),
    [
        (
            "give --zone, or set zone in the mapping",
            "give “Clock of times without an offset”, or set zone in the mapping",
        ),
        ("give it with --mapping FILE", "give it with “Columns, in full”"),
        ("take them in with `wattstone ingest`", "take them in with “Data”"),
        ("declare it with `wattstone meter WORKSPACE METER --site ID`", "declare it with “Sites and meters”"),
        ("say it with `wattstone measure W M --baseline FIRST/LAST`", "say it with “Declare a measure”"),
        ("`wattstone dispatch init W S` writes one", "“Microgrid” writes one"),
        ("name an earlier time with --at", "name an earlier time with “As if it were”"),
        (
            "correct it; docs/methods/dispatch.md shows one",
            "correct it; the documentation (“methods/dispatch”) shows one",
        ),
        ("`wattstone trace WORKSPACE ID` follows a figure", "The id in the table follows a figure"),
        ("name it with `wattstone site WORKSPACE SITE --weather-station ID`", "name it with “Sites and meters”"),
        (
            "put the factor, with its source, in a CSV file in the workspace's factors/ folder",
            "put the factor, with its source, under “Tariffs and factors”",
        ),
        (
            "accept a lesser factor with `wattstone accept`, or put your own into factors/",
            "accept a lesser factor with “Tariffs and factors”, or put your own under “Tariffs and factors”",
        ),
        ("say --nothing-known of it", "say --nothing-known of it"),
        ("correct the clock", "correct the clock"),
    ],
)
def test_a_remedy_is_said_in_the_words_of_pages(remedy: str, said: str) -> None:
    finding = Finding(code="a.b", place="a.csv", found="it is wrong", expected="a table", remedy=remedy)

    assert say_here(finding, "en")["remedy"] == said


def test_no_page_tells_a_path_of_the_server() -> None:
    told = "[Errno 2] No such file or directory: '/tmp/w/.scratch/check-1/plants/tariff.toml'"
    finding = Finding(code="a.b", place="a.csv", found=told, expected="see https://a.example/tmp/b", remedy="add it")

    assert say_here(finding, "en")["found"] == "[Errno 2] No such file or directory: 'tariff.toml'"
    assert say_here(finding, "en")["expected"] == "see https://a.example/tmp/b"


def test_a_document_tells_to_search_for_an_id_and_not_to_type_commands() -> None:
    typed = ("To follow a figure, type this with its id:", " ", Cell("wattstone trace WORKSPACE ID", code=True))
    checked = ("To check:", " ", Cell("wattstone verify WORKSPACE", code=True))
    section = _section(Section("evidence", "Evidence", (typed, checked, ("as it is",))), "en")

    assert [one[0] for one in section.paragraphs] == [
        "Search for the id of a figure: it leads to the evidence, down to its rows and to the source of its factor.",
        "as it is",
    ]


def test_a_reason_names_the_place_of_pages_in_both_languages() -> None:
    reason = "put the factor, with its source, in a CSV file in the workspace's factors/ folder"
    assert reason_here(reason, "zh") == "将因子及其来源写成 CSV 文件，交到“电价与因子”"
    assert "Tariffs and factors" in reason_here(reason, "en")


def test_a_fault_of_the_program_is_told_as_one_and_not_as_what_was_asked() -> None:
    assert reason_here("KeyError: 'x'", "en").startswith("The program failed, through no fault of what was asked (KeyE")
    assert "程序出错" in reason_here("UnboundLocalError: cannot access", "zh")
    assert reason_here("the database did not answer", "en") == "the database did not answer"
    assert reason_here("A2: error: 3 cells", "en") == "A2: error: 3 cells"


def test_a_pattern_that_only_programs_read_is_told_as_a_form_and_a_document_by_its_page() -> None:
    finding = Finding(
        code="x.unfit", place="measure 'a'", found="the value {value!r} cannot be used: {why}",
        params={"value": "E1", "why": "String should match pattern '^[A-Z]{3}$'"},
        expected="a value as docs/how-to/measure.md lists it", remedy="correct it",
    )  # fmt: skip

    assert say_here(finding, "en")["found"] == (
        "the value 'E1' cannot be used: it does not have the form that is asked for"
    )
    assert "格式不符合要求" in say_here(finding, "zh")["found"]
    assert say_here(finding, "en")["expected"] == "a value as the documentation (“how-to/measure”) lists it"
