"""Every word that is shown has its Chinese, and the catalogue that is shipped is the one that was written."""

import ast
import io
import re
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import wattstone.interfaces.present as present
from wattstone.base import Finding
from wattstone.interfaces.present.languages import day, month, say_finding, say_reason, translator

FOLDER = Path(present.__file__).parent
PO = FOLDER / "locale" / "zh" / "LC_MESSAGES" / "wattstone.po"
SOURCES = sorted(FOLDER.rglob("*.py"))


def messages() -> set[str]:
    found: set[str] = set()
    for path in SOURCES:
        with path.open("rb") as source:
            for _, message, _, _ in extract("python", source, keywords={"t": None, "mark": None}):
                if isinstance(message, str):
                    found.add(message)
    return found


def fields(message: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(message) if name}


def test_every_message_has_its_chinese() -> None:
    with PO.open("rb") as source:
        catalogue = read_po(source, locale="zh")
    said = {entry.id: entry.string for entry in catalogue if entry.id}

    assert len(messages()) > 100
    assert {message for message in messages() if not said.get(message)} == set()


def test_chinese_keeps_every_field_and_adds_none() -> None:
    with PO.open("rb") as source:
        entries = [entry for entry in read_po(source, locale="zh") if entry.id]

    assert [entry.id for entry in entries if fields(str(entry.id)) != fields(str(entry.string))] == []


def test_the_compiler_of_catalogues_finds_nothing_wrong() -> None:
    """A per cent sign before a letter reads as a placeholder: it comes in a field, with its number."""
    with PO.open("rb") as source:
        catalogue = read_po(source, locale="zh")

    assert [(entry.id, str(error)) for entry in catalogue for error in entry.check(catalogue)] == []


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    with PO.open("rb") as source:
        out = io.BytesIO()
        write_mo(out, read_po(source, locale="zh"))

    assert out.getvalue() == PO.with_suffix(".mo").read_bytes(), "run pybabel compile, see languages.py"


def test_no_message_hides_from_the_extraction() -> None:
    """`translator(lang)("...")` is said in one go, and the extraction does not see it."""
    hidden = [path.name for path in SOURCES if re.search(r'translator\([^)]*\)\(\s*f?"', path.read_text("utf-8"))]

    assert hidden == ["languages.py"]  # the example in its docstring


def test_templates_hold_no_words_of_their_own() -> None:
    page = (FOLDER / "templates" / "report.html.j2").read_text("utf-8")
    markup = re.sub(r"{%.*?%}|{{.*?}}", "", page, flags=re.DOTALL)
    texts = re.sub(r"<[^>]*>", " ", markup)

    assert re.findall(r"[A-Za-z]{2,}", texts) == []


def test_a_finding_is_said_in_chinese_where_its_templates_are_known() -> None:
    finding = Finding(
        code="x",
        place="Barn",
        found="not computed yet",
        expected="a template nobody knows {n}",
        remedy="none",
        params={"n": 3},
    )

    assert say_finding(finding, "zh") == {
        "place": "Barn",
        "found": "尚未核算",
        "expected": "a template nobody knows 3",
        "remedy": "无",
    }


def test_reasons_that_are_not_known_stay_english() -> None:
    assert say_reason("not computed yet", "zh") == "尚未核算"
    assert say_reason("no factor for XX in 2019", "zh") == "no factor for XX in 2019"
    assert say_reason(None, "zh") == ""


def test_reasons_are_said_with_their_values() -> None:
    reason = "2 of 9 sites cannot be computed (site:a, site:b): no readings in 2019"

    assert say_reason(reason, "zh") == "9 个场所中有 2 个无法核算（site:a, site:b）：2019 没有读数"
    assert say_reason("no readings in {braces}", "zh") == "{braces} 没有读数"
    assert say_reason(reason, "en") == reason


def test_a_language_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="en, zh"):
        translator("fr")  # type: ignore[arg-type]


def test_dates_are_written_out() -> None:
    moment = datetime(2020, 1, 15, tzinfo=UTC)

    assert (day(moment, "en"), day(moment, "zh")) == ("15 January 2020", "2020年1月15日")
    assert (month(5, "en"), month(12, "zh")) == ("May", "12月")


def test_terms_are_those_of_the_standard() -> None:
    """GB/T 32150 and the ministry's usage."""
    t = translator("zh")

    assert t("scope 1") == "范围一"
    assert t("Scope 2, location-based") == "范围二（基于位置）"
    assert t("Emission factors") == "排放因子"
    assert "温室气体排放" in t("Greenhouse gas inventory {year}", year=2019)
    assert "外购电力" in t("Counted by the hour, bought electricity emits less than the published factor says")


def test_the_package_loads_nothing_heavy() -> None:
    tree = ast.parse((FOLDER / "__init__.py").read_text("utf-8"))
    names = {alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
    froms = {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}

    assert names | froms == {"typing"}
    assert all(callable(getattr(present, name)) for name in present.__all__)


def test_a_reason_is_said_in_chinese_down_to_its_root() -> None:
    reason = (
        "4 of 5 sites cannot be computed (A, B, C and 1 more): no factor of grid electricity for CN in 2024: the sets "
        "declared for CN hold it for 2021, 2022, 2023 only. To mend it: put the factor, with its source, in a CSV file "
        "in the workspace's factors/ folder; other reasons: 2"
    )

    said = say_reason(reason, "zh")
    assert said.startswith("5 个场所中有 4 个无法核算（A, B, C 等，另有 1 个）：2024 年 CN 没有电网电力的排放因子")
    assert "另有 2 个原因" in said
    assert re.findall(r"[a-z]{3,}", said) == ["factors"]  # the folder


def test_counts_of_one_form_do_not_reach_into_another() -> None:
    inner = "3 of 3 sites cannot be computed (A): 2 of 2 meters cannot be computed (m): no readings in 2019"

    assert say_reason(inner, "zh") == "3 个场所中有 3 个无法核算（A）：2 个计量点中有 2 个无法核算（m）：2019 没有读数"
