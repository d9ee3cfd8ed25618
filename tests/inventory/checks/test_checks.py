"""Checks before a release. Expected findings by hand; two of the cases happened in published reports."""

from datetime import date, datetime

import polars as pl
import pytest

from wattstone.inventory.checks import CLAIMED, FACTORS, METERS, PROPOSED, RATIOS, Checked, CheckInputs, run_checks
from wattstone.inventory.frames import FIGURE, with_ids
from wattstone.inventory.lines import LINES
from wattstone.inventory.released import Release, Waiver
from wattstone.inventory.scope3 import Decided, decisions
from wattstone.inventory.statement import RESTATEMENTS
from wattstone.inventory.sums import ORGANISATION
from wattstone.inventory.unserved import UNSERVED
from wattstone.portfolio import Control, Site
from wattstone.portfolio.control import placements
from wattstone.readings.activities.schema import ACTIVITY

YEAR = 2024


def figures(*rows: dict) -> pl.DataFrame:
    plain = {"subject": ORGANISATION, "period": str(YEAR), "start": datetime(YEAR, 1, 1), "unit": "kg CO2e",
             "end": datetime(YEAR + 1, 1, 1), "method": "x/1", "estimated": 0.0, "notes": [], "inputs": []}  # fmt: skip
    schema = {name: dtype for name, dtype in FIGURE.items() if name != "id"}
    return with_ids(pl.DataFrame([{**plain, **row} for row in rows], schema=schema)).select(list(FIGURE))


def inputs(*rows: dict, **more: object) -> CheckInputs:
    return CheckInputs(**{"year": YEAR, "gwp_set": "AR5", "figures": figures(*rows), **more})  # type: ignore[arg-type]


def found(given: CheckInputs, check: str | None = None) -> list[Checked]:
    return [one for one in run_checks(given) if check in (None, one.check)]


def told(given: CheckInputs, check: str | None = None) -> list[tuple[str, str]]:
    return [(one.severity, one.key) for one in found(given, check)]


def test_an_inventory_without_fault_has_nothing_to_tell() -> None:
    rows = [
        {"name": name, "value": value, "subject": subject, "period": str(year)}
        for year in (YEAR - 1, YEAR)
        for subject in (ORGANISATION, "site:A")
        for name, value in (("scope1", 10.0), ("scope2.location", 20.0), ("scope3", 70.0), ("scope3.1", 70.0),
                            ("total.location", 100.0))
    ]  # fmt: skip

    assert told(inputs(*rows)) == []


# What parts add up to


def test_the_published_total_that_is_nine_thousand_tonnes_short() -> None:
    """A property manager's report: scopes 1 and 2 of 28,383.13 and 249,987.49 t under a total of 269,370.61 t."""
    (one,) = found(
        inputs(
            {"name": "scope1", "value": 28_383.13, "unit": "t"},
            {"name": "scope2.location", "value": 249_987.49, "unit": "t"},
            {"name": "scope1+2.location", "value": 269_370.61, "unit": "t"},
        )
    )

    assert (one.check, one.severity, one.blocks) == ("sums", "stops", True)
    said = one.finding.text()
    assert "269,370.61" in said
    assert "278,370.62" in said
    assert "-9,000.01" in said


def test_categories_add_up_to_scope_3_and_scopes_to_the_total() -> None:
    rows = [("scope3.1", 60.0), ("scope3.6", 9.0), ("scope3", 70.0), ("scope1", 10.0), ("scope2.market", 20.0),
            ("total.market", 100.0)]  # fmt: skip

    assert told(inputs(*({"name": name, "value": value} for name, value in rows))) == [
        ("stops", f"sums:scope3@organisation@{YEAR}")
    ]


def test_the_sites_add_up_to_the_organisation_in_each_month() -> None:
    rows = [
        {"name": "scope1", "subject": subject, "value": value, "period": period}
        for period, values in ((str(YEAR), (3.0, 1.0, 2.0)), (f"{YEAR}-05", (3.5, 1.0, 2.0)))
        for subject, value in zip((ORGANISATION, "site:A", "site:B"), values, strict=True)
    ]

    assert told(inputs(*rows)) == [("stops", f"sums:scope1@organisation@{YEAR}-05")]


def test_a_sum_is_that_of_the_figures_that_it_names() -> None:
    """10 and 20 kg of meters under a site of 31 kg."""
    members = figures(*({"name": "scope1", "subject": f"meter:{at}", "value": 10.0 * at} for at in (1, 2)))
    named = [f"figure:{one}" for one in members["id"]]
    site = figures({"name": "scope1", "subject": "site:A", "value": 31.0, "method": "sum/1", "inputs": named})
    right = figures({"name": "scope1", "subject": "site:A", "value": 30.0, "method": "sum/1", "inputs": named})

    assert told(inputs(figures=pl.concat([members, right]))) == []
    assert told(inputs(figures=pl.concat([members, site]))) == [("stops", f"sums:scope1@site:A@{YEAR}")]


@pytest.mark.parametrize(
    ("total", "right"), [(100.0, False), (150.0, True), (179.9, True), (200.0, True), (200.1, False)]
)
def test_a_site_that_was_held_in_part_adds_up_within_its_shares(total: float, right: bool) -> None:
    """Site A wholly, 100 kg; site B from 1 July on, 100 kg in all: between 100 and 200; a joint venture of 0.5 with
    one share throughout is exact."""
    sites = [Site(id="A"), Site(id="B", control=[Control(start=date(YEAR, 7, 1))])]
    rows = [{"name": "scope1", "subject": f"site:{name}", "value": 100.0} for name in "AB"]
    given = inputs(*rows, {"name": "scope1", "value": total}, placements=placements(sites, "equity share"))
    if total == 100.0:  # nothing of B is possible as far as the bounds go; 99.9 is not
        assert told(given) == []
        given = inputs(*rows, {"name": "scope1", "value": 99.9}, placements=placements(sites, "equity share"))
    assert (told(given) == []) is right

    venture = [Site(id="A"), Site(id="B", control=[Control(holding="joint_venture", equity=0.5)])]
    given = inputs(*rows, {"name": "scope1", "value": total}, placements=placements(venture, "equity share"))
    assert (told(given) == []) is (total == 150.0)


# Jumps


def years(last: float, now: float, subject: str = ORGANISATION, name: str = "scope1") -> list[dict]:
    return [{"name": name, "subject": subject, "value": value, "period": str(year)}
            for value, year in ((last, YEAR - 1), (now, YEAR))]  # fmt: skip


def test_the_published_scope_1_that_jumped_told_with_both_values() -> None:
    """The same report: 2,344.88 t in 2022 and 62,754 t in 2023, 40,951 t in 2024."""
    (one,) = found(inputs(*years(2_344.88, 62_754.0)), "jump")
    assert (one.severity, one.key) == ("asks", "jump:scope1@organisation")
    assert "2,344.88" in one.finding.text()
    assert "62,754.00" in one.finding.text()
    assert "+2576.2 %" in one.finding.text()
    assert told(inputs(*years(62_754.0, 40_951.0)), "jump") == [("asks", "jump:scope1@organisation")]


@pytest.mark.parametrize(("last", "now", "jumps"), [(100, 119.9, 0), (100, 120.1, 1), (100, 79.9, 1), (100, 80.1, 0),
                                                    (0, 5, 1), (0, 0, 0)])  # fmt: skip
def test_the_organisation_jumps_by_more_than_a_fifth(last: float, now: float, jumps: int) -> None:
    assert len(found(inputs(*years(last, now)), "jump")) == jumps


def test_a_year_in_which_all_sites_rose_is_no_finding_of_a_site() -> None:
    """Twenty sites up by 30 to 32 % in a cold year; one that rose by 200 % stands out, and moves the total by 2 %."""
    rows = [row for at in range(20) for row in years(1000.0, 1300.0 + at, f"site:{at:02}")]
    rows += years(200.0, 600.0, "site:odd")
    total = sum(row["value"] for row in rows if row["period"] == str(YEAR))
    rows += years(20_200.0, total)

    assert told(inputs(*rows), "jump") == [("asks", "jump:scope1@organisation"), ("tells", "jump:scope1@site:odd")]


def test_a_large_site_asks_and_a_trivial_one_is_silent() -> None:
    rows = [row for at in range(10) for row in years(1000.0, 1000.0, f"site:{at}")]
    rows += [*years(1000.0, 2000.0, "site:big"), *years(1.0, 3.0, "site:tiny"), *years(11_001.0, 12_003.0)]

    assert told(inputs(*rows), "jump") == [("asks", "jump:scope1@site:big")]


# Intensities


def ratios(*rows: tuple) -> pl.DataFrame:
    return pl.DataFrame([("intensity.revenue", ORGANISATION, *row) for row in rows], schema=RATIOS, orient="row")


def test_the_published_intensity_whose_denominator_cannot_be_the_same() -> None:
    """The same report: 62,754 t at 0.0103 and 40,951 t at 0.0008 t per 10 000 yuan. The revenue that these imply went
    from 6.09 to 51.2 million times 10 000 yuan: 8.4 times as much."""
    given = inputs(ratios=ratios((2024, 0.0008, 40_951.0, None), (2023, 0.0103, 62_754.0, None)))

    (one,) = found(given, "intensity")
    assert (one.severity, one.key) == ("asks", "denominator:intensity.revenue@organisation")
    said = one.finding.text()
    assert "0.0103" in said
    assert "0.0008" in said
    assert f"{40_951 / 0.0008 / (62_754 / 0.0103):.3g} times" in said
    assert "8.4 times" in said


def test_an_intensity_is_its_numerator_over_its_denominator() -> None:
    right, wrong = (2024, 2.5, 1000.0, 400.0), (2024, 2.4, 1000.0, 400.0)

    assert told(inputs(ratios=ratios(right)), "intensity") == []
    assert told(inputs(ratios=ratios(wrong)), "intensity") == [("stops", "intensity:intensity.revenue@organisation")]


def test_an_intensity_that_fell_by_a_third_asks_and_names_no_denominator() -> None:
    given = inputs(ratios=ratios((2024, 2.0, 800.0, 400.0), (2023, 3.0, 1200.0, 400.0)))

    assert told(given) == [("asks", "intensity_jump:intensity.revenue@organisation")]


# What was released


def release(**totals: float) -> Release:
    held = {f"{name.replace('_', '.')}@organisation": value for name, value in totals.items()}
    return Release(year=YEAR - 1, run=1, figures=1, sha256="", totals=held, released_by="Wu",
                   units=dict.fromkeys(held, "kg CO2e"), at=datetime(YEAR, 4, 1))  # fmt: skip


def ledger(after: float, year: int = YEAR - 1) -> pl.DataFrame:
    row = {"at": datetime(YEAR, 5, 1), "year": year, "name": "scope1", "before": 90.0, "after": after}
    return pl.DataFrame([row], schema=RESTATEMENTS)


def test_a_prior_year_that_changed_without_an_entry_in_the_ledger_stops() -> None:
    given = years(100.0, 100.0)

    assert told(inputs(*given, releases=(release(scope1=100.0),))) == []
    assert told(inputs(*given, releases=(release(scope1=90.0),))) == [
        ("stops", f"restated:scope1@organisation@{YEAR - 1}")
    ]
    assert told(inputs(*given, releases=(release(scope1=90.0),), restatements=ledger(100.0))) == []
    assert told(inputs(*given, releases=(release(scope1=90.0),), restatements=ledger(95.0)), "restated") != []
    assert told(inputs(*given, releases=(release(scope1=90.0),), restatements=ledger(100.0, YEAR)), "restated") != []


def test_a_restatement_that_the_figure_does_not_bear_out_stops() -> None:
    """100 was released and is still there; what was accepted says 84, which the series takes for the year."""
    said = pl.DataFrame([{"year": YEAR - 1, "name": "scope1", "after": 84.0}], schema=CLAIMED)
    given = inputs(*years(100.0, 100.0), releases=(release(scope1=100.0),), claimed=said)

    (one,) = found(given, "restated")

    assert (one.severity, one.key) == ("stops", f"restated:scope1@organisation@{YEAR - 1}")
    assert "the restatement accepted last says 84" in one.finding.text()
    borne = said.with_columns(pl.lit(100.0).alias("after"))
    assert told(inputs(*years(100.0, 100.0), releases=(release(scope1=100.0),), claimed=borne), "restated") == []


def test_where_a_restatement_waits_it_is_named() -> None:
    waits = pl.DataFrame([{"year": YEAR - 1, "name": "scope1", "ids": "0123456789 abcdef0123"}], schema=PROPOSED)
    given = {"releases": (release(scope1=90.0),)}

    (one,) = found(inputs(*years(100.0, 100.0), **given, proposed=waits), "restated")
    (other,) = found(inputs(*years(100.0, 100.0), **given, proposed=waits.with_columns(year=YEAR)), "restated")

    assert "accept it with `wattstone restate accept` and 0123456789 abcdef0123" in one.finding.text()
    assert "wattstone restate propose" in other.finding.text()


def test_a_figure_that_was_released_and_is_gone_stops() -> None:
    (one,) = found(inputs(*years(100.0, 100.0), releases=(release(scope2_market=5.0),)), "restated")

    assert one.severity == "stops"
    assert "no such figure now" in one.finding.text()


# Months


def months(kind: str, known: range, site: str = "A", coverage: float = 1.0) -> list[dict]:
    return [{"name": f"energy.{kind}", "subject": f"site:{site}", "value": 1.0, "unit": "kWh", "coverage": coverage,
             "period": f"{YEAR}-{month:02}"} for month in known]  # fmt: skip


def bill(start: date, end: date, amount: float | None = 100.0, **more: object) -> dict:
    return {"line_id": f"{start}{amount}{more}", "site_id": "A", "kind": "electricity", "item": "", "start": start,
            "end": end, "amount": amount, "unit": "kWh", "entered_at": datetime(YEAR, 1, 1), **more}  # fmt: skip


def bills(*rows: dict) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=ACTIVITY)


def test_months_of_a_meter_that_nobody_read() -> None:
    rows = [*months("electricity", range(1, 10)), *months("heat", range(1, 13)),
            *months("electricity", range(10, 11), coverage=0.2)]  # fmt: skip

    (one,) = found(inputs(*rows), "months")
    assert (one.severity, one.key) == ("asks", "months:electricity@site:A")
    assert "2024-10, 2024-11, 2024-12" in one.finding.text()
    assert one.finding.text().startswith("site 'A', electricity, 2024: 3 months have neither")


def test_bills_and_meters_cover_a_year_together() -> None:
    """Bills from January to 15 June, a meter from July on: nothing is missing; without the last bill a month is."""
    meter = months("electricity", range(7, 13))
    early = [bill(date(YEAR, 1, 1), date(YEAR, 4, 30)), bill(date(YEAR, 5, 1), date(YEAR, 5, 31)),
             bill(date(YEAR, 6, 1), date(YEAR, 6, 15))]  # fmt: skip

    assert told(inputs(*meter, activities=bills(*early)), "months") == []
    assert told(inputs(*meter, activities=bills(*early[:2])), "months") == [("asks", "months:electricity@site:A")]
    assert told(inputs(activities=bills(bill(date(YEAR - 1, 12, 1), date(YEAR, 12, 31)))), "months") == []


def test_a_site_is_not_asked_for_months_in_which_it_was_not_held() -> None:
    sold = placements([Site(id="A", control=[Control(end=date(YEAR, 4, 1))])], "operational control")

    assert told(inputs(*months("electricity", range(1, 4)), placements=sold), "months") == []
    assert told(inputs(*months("electricity", range(1, 3)), placements=sold), "months") != []


# Estimates, gases, factors


@pytest.mark.parametrize(("share", "severity"), [(0.04, None), (0.1, "tells"), (0.3, "asks")])
def test_a_figure_that_rests_on_estimates(share: float, severity: str | None) -> None:
    expected = [] if severity is None else [(severity, "estimated:scope1@organisation")]

    assert told(inputs({"name": "scope1", "value": 5.0, "estimated": share})) == expected


def test_what_counts_carbon_dioxide_alone_is_told_as_a_share() -> None:
    """700 of 1,000 kg; and a figure that is wholly CO2."""
    rows = [{"name": "scope2.location", "value": 1000.0, "notes": ["other", "700.0 kg of it count CO2 alone"]},
            {"name": "scope1", "value": 10.0, "unit": "kg CO2"}]  # fmt: skip

    said = {one.key: one.finding.text() for one in found(inputs(*rows), "co2")}
    assert "70.0 %" in said["co2:scope2.location"]
    assert "100.0 %" in said["co2:scope1"]


def test_sets_of_potentials_are_not_mixed() -> None:
    rows = [("a", "CO2e", "AR5"), ("b", "CO2e", "AR4"), ("c", "CO2", None), ("d", "CO2e", "unspecified"),
            ("e", "CO2e", "mixed"), ("f", "CO2e", "AR4")]  # fmt: skip
    given = inputs(factors=pl.DataFrame(rows, schema=FACTORS, orient="row"))

    assert told(given) == [("asks", "gwp:AR4"), ("asks", "gwp:mixed"), ("tells", "gwp:unspecified")]
    assert "2 factors are totals in CO2e by AR4, among them b, f" in found(given)[0].finding.text()


# Counted twice


METER = pl.DataFrame([("m", "A", "electricity", True)], schema=METERS, orient="row")
JANUARY = (date(YEAR, 1, 1), date(YEAR, 1, 31))


def test_a_contract_in_force_that_serves_nothing_is_told_with_the_reason() -> None:
    idle = pl.DataFrame([("rego-23", "it is not retired")], schema=UNSERVED, orient="row")

    (one,) = found(inputs(contracts=idle), "contracts")

    assert (one.severity, one.key, one.blocks) == ("tells", "contracts:rego-23", False)
    assert one.finding.place == "contract 'rego-23'"
    assert "it is in force and serves nothing of 2024: it is not retired" in one.finding.text()


def metered(**more: object) -> CheckInputs:
    rows = [{"name": "energy.electricity", "subject": "site:A", "value": 3100.0, "unit": "kWh",
             "period": f"{YEAR}-{month:02}"} for month in range(1, 13)]  # fmt: skip
    return inputs(*rows, **{"meters": METER, **more})


@pytest.mark.parametrize(
    ("line", "severity"),
    [
        (bill(*JANUARY, 3000.0), "asks"),  # within 5 % of 3,100 kWh
        (bill(*JANUARY, 3.05, unit="MWh"), "asks"),
        (bill(*JANUARY, 2000.0), "tells"),
        (bill(*JANUARY, 2000.0, meter_id="m"), "stops"),
        (bill(*JANUARY, 2000.0, meter_id="elsewhere"), "tells"),
        (bill(date(YEAR, 1, 11), date(YEAR, 2, 9), 21 * 100 + 9 * 3100 / 29), "asks"),  # across two months, by days
        (bill(*JANUARY, 3000.0, site_id="B"), None),
        (bill(*JANUARY, 3000.0, kind="heat"), None),
        (bill(date(YEAR - 1, 1, 1), date(YEAR - 1, 1, 31), 3000.0), None),  # when nothing was read
    ],
)
def test_a_bill_beside_the_meter_of_the_same_supply(line: dict, severity: str | None) -> None:
    assert [one.severity for one in found(metered(activities=bills(line)), "duplicate")] == (
        [severity] if severity else []
    )


def test_a_meter_that_does_not_count_takes_nothing_from_a_bill() -> None:
    given = metered(activities=bills(bill(*JANUARY, 2000.0, meter_id="m")), meters=METER.with_columns(counted=False))

    assert "stops" not in [one.severity for one in found(given, "duplicate")]


def test_gas_is_held_against_gas_alone() -> None:
    gas = pl.DataFrame([("g", "A", "natural_gas", True)], schema=METERS, orient="row")
    row = {"name": "energy.natural_gas", "subject": "site:A", "value": 3100.0, "unit": "kWh", "period": f"{YEAR}-01"}
    lines = [bill(*JANUARY, 3100.0, kind="fuel", item=item) for item in ("natural_gas", "diesel")]

    assert len(found(inputs(row, meters=gas, activities=bills(lines[0])), "duplicate")) == 1
    assert found(inputs(row, meters=gas, activities=bills(lines[1])), "duplicate") == []


def test_the_same_bill_entered_twice() -> None:
    one, same = (bill(*JANUARY, 5.0, line_id=name) for name in "xy")
    paper = [bill(date(YEAR, at, 1), date(YEAR, at, 2), 5.0, line_id=f"p{at}", document="ab") for at in (3, 4)]
    other = bill(*JANUARY, 6.0)

    assert told(inputs(activities=bills(one, same, other)), "duplicate") == [("asks", "twice:x")]
    assert told(inputs(activities=bills(*paper)), "duplicate") == [("asks", "twice:p3")]
    assert told(inputs(activities=bills(one, other)), "duplicate") == []


# Scope 3


def lines(*rows: tuple[int, float | None]) -> pl.DataFrame:
    return pl.DataFrame(
        [{"line": at, "scope": 3, "category": category, "value": value} for at, (category, value) in enumerate(rows)],
        schema=LINES,
    )


def said(category: int, decision: str) -> Decided:
    return Decided(year=YEAR, category=category, decision=decision, reason="because", decided_by="Li",  # type: ignore[arg-type]
                   at=datetime(YEAR, 1, 1))  # fmt: skip


def test_a_category_that_nobody_decided_stops() -> None:
    given = {number: said(number, "not_applicable") for number in range(1, 15)}
    held = lines((15, 7.0))

    assert told(inputs(decisions=decisions(held, given), lines=held)) == []
    del given[10]
    (one,) = found(inputs(decisions=decisions(held, given), lines=held))
    assert (one.severity, one.key) == ("stops", "undecided:10")
    assert "Processing of sold products" in one.finding.text()


@pytest.mark.parametrize(
    ("decision", "held", "expected"),
    [
        ("not_applicable", [(4, 5.0)], [("stops", "contradiction:4")]),
        ("not_estimated", [(4, 5.0)], [("stops", "contradiction:4")]),
        ("computed", [], [("stops", "nothing_computed:4")]),
        ("computed", [(4, None)], [("stops", "nothing_computed:4")]),
        ("computed", [(4, 5.0), (4, None)], [("asks", "in_part:4")]),
        ("not_estimated", [(4, None)], []),
    ],
)
def test_what_is_said_fits_what_was_computed(decision: str, held: list, expected: list) -> None:
    given = {number: said(number, "not_applicable") for number in range(1, 16)} | {4: said(4, decision)}
    frame = lines(*held)

    assert told(inputs(decisions=decisions(frame, given), lines=frame)) == expected


# Letting pass


def test_what_asks_can_be_let_pass_and_what_stops_cannot() -> None:
    rows = [*years(100.0, 200.0), {"name": "scope1+2.location", "value": 1.0}]
    keys = ("jump:scope1@organisation", f"sums:scope1+2.location@organisation@{YEAR}")

    def let_pass(year: int) -> tuple[Waiver, ...]:
        at = datetime(2025, 1, 1)
        return tuple(Waiver(year=year, key=key, reason="known", waived_by="Li", at=at) for key in keys)

    waivers = let_pass(YEAR)

    assert [one.blocks for one in found(inputs(*rows))] == [True, True]
    stops, asks = found(inputs(*rows, waivers=waivers))
    assert (stops.severity, stops.blocks, stops.waived) == ("stops", True, None)
    assert (asks.severity, asks.blocks, asks.waived) == ("asks", False, waivers[0])
    other = tuple(
        Waiver(year=YEAR - 1, key=key, reason="known", waived_by="Li", at=datetime(2025, 1, 1)) for key in keys
    )
    assert [one.blocks for one in found(inputs(*rows, waivers=other))] == [True, True]
