"""Numbers that were typed: those that a reader would take for results, and none that only name something."""

import pytest

from wattstone.disclosure.narratives.placeholders import placeholders
from wattstone.disclosure.narratives.typed import typed_numbers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Emissions were 1 234.5 t CO2e, 12 % less.", ["1 234.5", "12 %"]),
        ("范围二排放为 1,234 吨，较2021年下降 12.5%。", ["1,234", "12.5%"]),
        ("排放为三千吨，下降百分之十二。", ["百分之十二", "三千"]),
        ("We emitted 136 tonnes, ½ of it gas.", ["136", "½"]),
        ("We spent 3.5 million CNY at 42 sites.", ["3.5 million", "42"]),
        ("It fell by 42 per cent from 2021 to 2030.", ["42 per cent"]),
        ("Down to -0.5e3 kg", ["-0.5e3"]),
        ("较基准年下降12%，共有3处场所，约3.5亿元", ["12%", "3", "3.5亿"]),
    ],
)
def test_results_that_were_typed_are_found(text: str, expected: list[str]) -> None:
    assert sorted(one.text for one in typed_numbers(text)) == sorted(expected)


@pytest.mark.parametrize(
    "text",
    [
        "In 2025, under IFRS S2 29(a)(v), GB/T 32150-2025 and ISO 14064-1:2018.",
        "Scope 1 and 2; category 15; table 3; E1-6; COP29.",
        "By AR6 and within 1.5 °C; on 31 March 2026, 2026-03-31 and 3月31日.",
        "范围1和范围2，第 12 条，2021年至2030年。",
        "It was {{figure:scope1@2025}}.",
        "See [the plan](https://example.org/2030/42) and `run 12`.",
        "CO2e, CH4, m3, the 3rd time.",
        "1. First\n2. Second",
        "第12条，IFRS S2第29段，见表3、图2，在2050年。",
        "2°C情景与1.5℃，SSP2-4.5 and RCP8.5",
    ],
)  # fmt: skip
def test_what_names_something_is_no_result(text: str) -> None:
    assert typed_numbers(text) == ()


def test_a_number_is_found_in_its_line() -> None:
    assert [(one.line, one.text) for one in typed_numbers("No number.\n\nBut 17 here.")] == [(3, "17")]


def test_a_placeholder_names_a_figure_as_trace_does() -> None:
    one, two, bad = placeholders(
        "{{figure:scope2.location@2025}} {{ figure: scope1@2025@site:HQ | t CO2e }} {{figure:}}"
    )

    assert (one.kind, one.key, one.unit) == ("figure", "scope2.location@2025", "")
    assert (two.key, two.subject, two.unit) == ("scope1@2025@site:HQ", "site:HQ", "t CO2e")
    assert bad.kind is None
