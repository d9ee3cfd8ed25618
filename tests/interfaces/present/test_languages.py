"""Every word that is shown has its Chinese, and the catalogue that is shipped is the one that was written."""

import ast
import io
import re
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import wattstone.interfaces.present as present
from tests.interfaces.present.promised import of_disclosure, of_kinds, of_reports
from tests.interfaces.present.templates import templates
from tests.interfaces.present.words import Message, of_modules, of_templates
from wattstone.base import Finding
from wattstone.interfaces.present.languages import counter, day, month, say_finding, say_reason, translator
from wattstone.rates.sets import catalogue

FOLDER = Path(present.__file__).parent
COMMANDS = FOLDER.parent / "cli"
PO = FOLDER / "locale" / "zh" / "LC_MESSAGES" / "wattstone.po"
SOURCES = sorted([*FOLDER.rglob("*.py"), *COMMANDS.rglob("*.py")])


def fields(message: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(message) if name}


@pytest.fixture(scope="module")
def said() -> dict[Message, str]:
    """The catalogue: texts, pairs, and both texts of a pair, since a text may be marked before its number is known."""
    with PO.open("rb") as source:
        entries = [entry for entry in read_po(source, locale="zh") if entry.id]
    pairs: dict[Message, str] = {tuple(one.id): one.string[0] for one in entries if one.pluralizable}
    return {**{text: own for pair, own in pairs.items() for text in pair}, **pairs,
            **{one.id: one.string for one in entries if not one.pluralizable}}  # fmt: skip


def test_every_message_has_its_chinese(said: dict[Message, str]) -> None:
    """Of pages, charts, reports, commands, jobs, alerts and answers: whatever is said or marked anywhere."""
    known = {**of_modules(), **of_templates()}

    assert len(known) > 2000
    assert {message: where for message, where in known.items() if message and not said.get(message)} == {}


def test_what_jobs_count_is_said_by_the_number(said: dict[Message, str]) -> None:
    """Both texts are marked one by one where a job ends, and chosen where it is shown: they have to be a pair."""
    pairs = {text for message in said if isinstance(message, tuple) for text in message}
    counted = {
        message
        for message, where in of_modules().items()
        if where.startswith("interfaces/jobs/") and isinstance(message, str) and "{count}" in message
    }

    assert len(counted) > 10
    assert counted - pairs == set()


def test_the_words_are_found_where_they_are() -> None:
    """In modules also within f-strings, in templates, and as pairs."""
    assert {"Median of the peers", "Price", ("{count} site", "{count} sites")} <= of_modules().keys()
    assert {"Drop files here", ("{count} line", "{count} lines")} <= of_templates().keys()


def test_chinese_keeps_every_field_and_adds_none() -> None:
    with PO.open("rb") as source:
        entries = [entry for entry in read_po(source, locale="zh") if entry.id]

    def both(said: str | tuple[str, ...] | list[str]) -> set[str]:
        return {name for text in ([said] if isinstance(said, str) else said) for name in fields(text)}

    assert [entry.id for entry in entries if both(entry.id) != both(entry.string)] == []


def test_every_finding_has_its_chinese(said: dict[Message, str]) -> None:
    """Of every room: whatever is refused or doubted anywhere can be shown by a command, a page or an answer."""
    known = templates()

    assert len(known) > 1500
    assert {text: module for text, module in known.items() if text and not said.get(text)} == {}


def test_every_text_of_the_programme_has_its_chinese(said: dict[Message, str]) -> None:
    """Labels, helps and choices of the kinds of entries; sentences, labels and titles of the reports."""
    kinds, reports = of_kinds(), of_reports()

    assert len(kinds) > 300
    assert len(reports) > 100
    assert {text: where for text, where in {**kinds, **reports}.items() if text and not said.get(text)} == {}


def test_every_topic_and_requirement_list_has_its_chinese(said: dict[Message, str]) -> None:
    known = of_disclosure()

    assert len(known) > 150
    assert {text: where for text, where in known.items() if not said.get(text)} == {}


def test_terms_of_the_climate_report_are_those_in_use() -> None:
    """Basic standard of the Ministry of Finance for sustainability disclosure, and the Chinese text of IFRS S2."""
    t = translator("zh")

    assert t("Physical, acute") == "急性物理风险"
    assert t("Physical, chronic") == "慢性物理风险"
    assert t("Transition risks") == "转型风险"
    assert t("Scenario analysis") == "情景分析"
    assert t("Internal carbon price") == "内部碳价"
    assert t("Risk management") == "风险管理"
    assert t("Resilience") == "气候韧性"


def test_every_factor_set_has_its_chinese() -> None:
    names = {one.name for one in catalogue().sets.values()}

    assert {name for name in names if translator("zh")(name) == name} == set()
    assert say_reason(f"{min(names)}, which serves any year", "zh").count(translator("zh")(min(names))) == 1


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
        "first": "",
    }


@pytest.mark.parametrize(
    ("count", "english", "chinese"),
    [
        (1, "1 cell holds a formula, as '=A1'", "1 个单元格是公式，例如 '=A1'"),
        (2, "2 cells hold a formula, as '=A1'", "2 个单元格是公式，例如 '=A1'"),
    ],
)
def test_a_finding_chooses_its_words_by_the_number(count: int, english: str, chinese: str) -> None:
    template = "{count} {count:cell holds|cells hold} a formula, as {cell}"
    params = {"cell": "'=A1'"}
    finding = Finding(
        code="x", place="a.csv", found=template, expected="0 or more", remedy="correct it", params=params, count=count
    )

    assert finding.as_dict()["found"] == english
    assert say_finding(finding, "en")["found"] == english
    assert say_finding(finding, "zh")["found"] == chinese


def test_numbers_of_things_are_said_in_plurals() -> None:
    said = [
        counter(lang)("{count} reading", "{count} readings", count) for lang in ("en", "zh") for count in (0, 1, 9999)
    ]

    assert said == ["0 readings", "1 reading", "9\u202f999 readings", "0 个读数", "1 个读数", "9\u202f999 个读数"]


def test_places_and_rows_are_said_in_chinese() -> None:
    finding = Finding(
        code="x",
        place="a.csv, column 'kWh'",
        found="0 or more",
        expected="0 or more",
        remedy="correct it",
        first="row 7",
    )

    said = say_finding(finding, "zh")

    assert (said["place"], said["first"]) == ("a.csv，列“kWh”", "第 7 行")


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        (
            "hourly intensities of GB are missing for 3 of 8760 intervals, or these are longer than an hour",
            "8760 个时段中有 3 个缺少 GB 的逐时排放强度，或时段长于一小时",
        ),
        ("not in the totals: its parent 'main' already counts it", "不计入合计：其上级计量点“main”已包含它"),
        (
            "a published total in CO2e by AR4 (not confirmed), not by AR5",
            "按 AR4（未经确认）而非 AR5 得出的已发布 CO2e 合计",
        ),
        ("gaps filled: linear, gaps up to 168 h", "缺测已填补：线性内插，不超过 168 h 的缺测"),
        (
            "consolidated by equity share: its share of each site, from day to day",
            "按股权比例法合并：逐日按其在各场所的份额计",
        ),
        (
            "no factor of natural_gas per m3 for US in 2019: epa_hub, in the order for US, has natural_gas only per "
            "kWh gross; ipcc2006, in the order for US, does not have natural_gas",
            "2019 年 US 没有天然气按 m3 计的排放因子：适用于 US 的 epa_hub 中，天然气只按 kWh gross 计；"
            "适用于 US 的 ipcc2006 中没有天然气",
        ),
    ],
)
def test_rare_reasons_are_said_in_chinese(english: str, chinese: str) -> None:
    assert say_reason(english, "zh") == chinese


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        (
            "CH-1 runs: without it the hour would cost 12.30 CNY more in this hour (CH-2, CH-3 would run).",
            "CH-1 运行：若不开，本小时费用多 12.30 CNY（由 CH-2, CH-3 运行）。",
        ),
        (
            "CH-1 stands still: with it the hour would cost 2.00 CNY less in this hour.",
            "CH-1 停机：若开启，本小时费用少 2.00 CNY。",
        ),
        (
            "Tank takes 300 kW and then holds 1200 kWh: electricity is at 0.3 CNY/kWh, below the mean of 0.64.",
            "Tank 充入 300 kW，随后蓄存 1200 kWh：电价为 0.3 CNY/kWh，低于平均值 0.64。",
        ),
        (
            "closed hours: 1.2 (1.1 to 1.3); decay: 1.4 (1 to 1.5)",
            "停产时段流量：1.2（1.1 至 1.3）；压力下降：1.4（1 至 1.5）",
        ),
        ("no [[compressor]] has the name C; there are A, B", "没有名为 C 的 [[compressor]]；现有 A, B"),
    ],
)
def test_reasons_of_machinery_are_said_in_chinese(english: str, chinese: str) -> None:
    assert say_reason(english, "zh") == chinese


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("station 'a, b', compressor 'GA 90'", "站房“a, b”，空压机“GA 90”"),
        ("machine 'K1', power", "机组“K1”，功率"),
        ("plant.toml, water", "plant.toml, water"),  # a key of the file
        ("plant 'Works', fewest", "冷热站“Works”，最少台数规则"),
        ("log.csv, column 'cold'", "log.csv，列“cold”"),
    ],
)
def test_places_of_machinery_are_said_part_by_part(english: str, chinese: str) -> None:
    finding = Finding(code="air.x", place=english, found="none", expected="none", remedy="none", first="step 3")

    assert say_finding(finding, "zh")["place"] == chinese
    assert say_finding(finding, "zh")["first"] == "第 3 步"
    assert say_finding(finding, "en")["place"] == english


def test_words_within_findings_of_machinery_are_said_too() -> None:
    found = "about {rated} kW at full load; {fits} would fit"
    params = {"rated": "90", "fits": "W or A (current at 400 V)"}
    finding = Finding(code="air.log_power_unit", place="log", found=found, expected="0", remedy="0", params=params)

    assert say_finding(finding, "zh")["found"] == "满载约 90 kW；相符的单位：W 或 A（400 V 下的电流）"
    assert say_finding(finding, "en")["found"] == "about 90 kW at full load; W or A (current at 400 V) would fit"


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Input should be greater than or equal to 1990", "应不小于 1990"),
        ("Value error, name a limit: above, below or both", "给出限值：高于、低于或两者"),
        ("Input should be 'kg' or 'money'", "应为 'kg' or 'money'"),
    ],
)
def test_why_a_value_cannot_be_used_is_said_in_chinese(english: str, chinese: str) -> None:
    found = "it cannot be used: {why}"
    finding = Finding(code="job.params", place="/year", found=found, expected="0", remedy="0", params={"why": english})

    assert say_finding(finding, "zh")["found"] == f"无法使用：{chinese}"
    assert say_finding(finding, "en")["found"] == f"it cannot be used: {english}"


def test_why_a_job_failed_is_said_in_chinese() -> None:
    assert say_reason("it took longer than 6 hours and was stopped", "zh") == "运行超过 6 小时，已被停止"
    assert say_reason("the process of the job ended by signal 9", "zh") == "任务进程被信号 9 终止"


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


def test_each_reason_of_a_total_is_said_in_chinese() -> None:
    reason = (
        "2 of 3 parts cannot be computed (scope1, scope2.location): the site has no floor area; "
        "also: no readings in 2019"
    )

    said = say_reason(reason, "zh")

    assert said == "3 个部分中有 2 个无法核算（范围一，范围二（基于位置））：该场所未登记建筑面积；以及：2019 没有读数"


def test_counts_of_one_form_do_not_reach_into_another() -> None:
    inner = "3 of 3 sites cannot be computed (A): 2 of 2 meters cannot be computed (m): no readings in 2019"

    assert say_reason(inner, "zh") == "3 个场所中有 3 个无法核算（A）：2 个计量点中有 2 个无法核算（m）：2019 没有读数"


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("1 of 1 sites cannot be computed (A): no factor of natural_gas: the site has no country",
         "the only site cannot be computed (A): no factor of natural gas: the site has no country"),
        ("1 of 3 meters have no readings in the period", "1 of 3 meters has no readings in the period"),
        ("11 of 13 meters have no readings in the period", "11 of 13 meters have no readings in the period"),
        ("1 of 12 sites cannot be computed (A): no_such_thing", "1 of 12 sites cannot be computed (A): no_such_thing"),
    ],
)  # fmt: skip
def test_a_reason_counts_one_as_one_does(reason: str, said: str) -> None:
    assert say_reason(reason, "en") == said


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("category 6 is decided as computed, but the year has no activity records of it", "类别 6 已决定核算"),
        (
            "revenue was drawn up by financial control, the inventory by operational control: they are not of one "
            "boundary",
            "营业收入按财务控制权法编制",
        ),
        ("1 of 2 sites have no production of 2019 (B)", "没有 2019 年的产量（B）"),
        ("no interval of the whole: the uncertainty of 100.0 % of it is not known", "整体没有区间"),
    ],
)
def test_what_the_inventory_lacks_is_said_in_chinese(reason: str, said: str) -> None:
    assert said in say_reason(reason, "zh")


def test_a_check_names_figures_as_people_know_them() -> None:
    from wattstone.interfaces.present.languages import say_finding
    from wattstone.inventory.checks.model import finding

    made = finding("jump", "the organisation, intensity.scope2.market.per_revenue", found="x", expected="y", remedy="z",
                   severity="asks")  # fmt: skip
    site = finding("sums", "site 'HQ', scope3.6, 2024-05", found="x", expected="y", remedy="z", severity="stops")

    assert say_finding(made, "en")["place"] == "the organisation, Scope 2, market-based by revenue"
    assert "per_revenue" not in say_finding(made, "zh")["place"]
    assert "范围二" in say_finding(made, "zh")["place"]
    assert say_finding(site, "en")["place"] == "site 'HQ', Scope 3, category 6: Business travel, 2024-05"
    assert made.place.endswith("per_revenue")  # machines read the name of the figure
