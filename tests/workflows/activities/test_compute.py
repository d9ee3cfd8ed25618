"""What activities emit, held against a recomputation day by day in plain Python, and against hand calculations."""

import hashlib
import random
from datetime import date, timedelta

import polars as pl
import pytest

from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.inventory.activity_groups import NEEDED, activity_groups
from wattstone.inventory.frames import FIGURE
from wattstone.inventory.lines import LINES
from wattstone.inventory.sums import MEMBER
from wattstone.portfolio import Control, Organisation, Share, Site
from wattstone.rates import electricity_factor, load_factors
from wattstone.readings.activities.schema import ACTIVITY
from wattstone.workflows.activities import correct_activity, lines_of, load_activities
from wattstone.workflows.activities.attach import attach_document
from wattstone.workflows.activities.compute import batches_of, compute_activities
from wattstone.workflows.activities.slices import slices_of_lines
from wattstone.workflows.evidence.activity_sources import activity_sources

HEAD = (
    "site,kind,item,start,end,amount,unit,stated,share,estimated,supplier,uncertainty,reliability,time,credits,line id,"
    "document,region\n"
)
GB = {"country": "GB", "zone": "Europe/London"}
LET = Control(holding="leased_out", lease="operating", start=date(2025, 7, 1))
SITES = [
    Site(id="A", **GB),
    Site(id="B", ownership=(Share(start=date(2025, 3, 10), share=0.4),), **GB),
    Site(id="C", control=(Control(end=date(2025, 7, 1)), LET), **GB),
]  # fmt: skip
GWP_R32, GWP_R134A = 677.0, 1300.0  # IPCC AR5, table 8.A.1


@pytest.fixture
def workspace(tmp_path):
    create_workspace(tmp_path / "acme")
    held = open_workspace(tmp_path / "acme")
    held.records.set_organisation(Organisation(zone="Europe/London", gwp_set="AR5", approach="operational control"))
    held.records.declare(SITES, [])
    yield held
    held.close()


def load(workspace, tmp_path, rows, name="lines.csv"):
    path = tmp_path / name
    path.write_text(HEAD + rows, encoding="utf-8")
    return load_activities(workspace, [path])


def computed(workspace, year, exceptions=None, **how):
    return compute_activities(workspace, year, load_factors(), exceptions or {}, **how)


def values(made, period, column="value"):
    rows = made.computed.members.filter(period=period)
    return {(row["name"], row["subject"]): row[column] for row in rows.iter_rows(named=True)}


def test_a_bill_over_new_year_takes_the_factor_of_each_year_for_its_own_days(workspace, tmp_path):
    """31 days from 15 December 2019: 17 in 2019, 14 in 2020."""
    load(workspace, tmp_path, "A,electricity,,2019-12-15,2020-01-14,3100,kWh,,,,,,,,,,,\n")
    for year, days in ((2019, 17), (2020, 14)):
        made = computed(workspace, year, {"gwp:AR4": "as published then"})
        factor = electricity_factor(load_factors(), region=None, country="GB", year=year, gwp_set="AR5").value
        held = values(made, str(year))
        expected = pytest.approx(100 * days * factor, rel=1e-12)
        assert held["scope2.location", "activity:A/electricity"] == expected
        assert held["scope2.location.annual", "activity:A/electricity"] == expected
        assert made.rows == 1
    assert computed(workspace, 2021).computed.members.is_empty()


def by_day(rows, year, approach="operational control"):
    """Emissions by name, site, kind and item, the year and its months: site and share; a day at a time."""
    sums = {}
    for row in rows:
        days = (row["end"] - row["start"]).days + 1
        each = row["amount"] * row["share"] / days * {"R-32": GWP_R32, "R-134a": GWP_R134A}[row["item"]]
        for at in range(days):
            day = row["start"] + timedelta(days=at)
            if day.year != year:
                continue
            name, held = "scope1", 1.0
            if row["site"] == "B":
                held = 1.0 if day >= date(2025, 3, 10) else 0.0  # operational control counts all or nothing
                held = 0.4 * held if approach == "equity share" else held
            if row["site"] == "C" and day >= date(2025, 7, 1):
                # Let to somebody else: category 13 of scope 3, unless equity is what counts: then it is the owner's.
                name = "scope1" if approach == "equity share" else "scope3.13"
            for period in (str(year), f"{year}-{day.month:02}"):
                key = (name, f"activity:{row['site']}/refrigerant_topup/{row['item']}", period)
                value, owned = sums.get(key, (0.0, 0.0))
                sums[key] = value + each, owned + each * held
    return sums


@pytest.mark.parametrize("approach", ["operational control", "equity share"])
@pytest.mark.parametrize("year", [2024, 2025])
def test_members_are_what_a_recomputation_day_by_day_gives(workspace, tmp_path, year, approach):
    workspace.records.set_organisation(Organisation(zone="Europe/London", gwp_set="AR5", approach=approach))
    draw = random.Random(7)
    rows = []
    for at in range(60):
        start = date(2024, 6, 1) + timedelta(days=draw.randrange(500))
        row = {
            "site": draw.choice("ABC"), "item": draw.choice(["R-32", "R-134a"]), "start": start,
            "end": start + timedelta(days=draw.randrange(366)), "amount": draw.uniform(0.1, 9),
            "share": draw.choice([1.0, 0.25]), "at": at,
        }  # fmt: skip
        rows.append(row)
    text = "".join(
        "{site},refrigerant_topup,{item},{start},{end},{amount!r},kg,,{share},,,,,,,L{at},,\n".format(**row)
        for row in rows
    )
    load(workspace, tmp_path, text)
    made = computed(workspace, year)
    held = {
        (row["name"], row["subject"], row["period"]): (row["value"], row["owned"])
        for row in made.computed.members.iter_rows(named=True)
    }
    expected = by_day(rows, year, approach)
    assert held.keys() == expected.keys()
    for key, pair in expected.items():
        assert held[key] == pytest.approx(pair, rel=1e-9, abs=1e-9), key
    whole = sum(owned for (_, _, period), (_, owned) in expected.items() if period == str(year))
    assert made.computed.lines["value"].sum() == pytest.approx(whole, rel=1e-9)
    assert made.computed.members.columns == [*FIGURE, *MEMBER]
    assert made.computed.lines.schema == pl.Schema(LINES)


def test_statements_stand_as_they_are_and_what_is_apart_stays_apart(workspace, tmp_path):
    rows = (
        "A,goods,steel plate,2025,,500,t,1000,,,Mill Ltd,10 %,1,3,,,,\n"
        "A,avoided,,2025,,2,t CO2e,,,,,,,,,,,\n"
        "A,biogenic,,2025,,3,t CO2e,,,,,,,,,,,\n"
        "A,scope2_unknown,,2025,,4,t CO2e,,,,,,,,,,,\n"
        "A,investment,,2025,,,,10000,0.2,,Fund,,,,,,,\n"
        "A,refrigerant_topup,R-32,2025-02,,6,kg,,,yes,,5 %,,,,T1,,\n"
        "A,refrigerant_topup,R-32,2025-03,,2,kg,,,,,5 %,,,,T2,,\n"
        "A,refrigerant_topup,R-32,2025-03,,-1,kg,,,,,5 %,,,T2,,,\n"
        "A,goods_spend,paper,2025,,10,GBP,,,,,,,,,,,\n"
    )
    load(workspace, tmp_path, rows)
    made = computed(workspace, 2025)
    held = values(made, "2025")
    assert held["scope3.1", "activity:A/goods/steel plate"] == 1000.0
    assert held["avoided", "activity:A/avoided"] == 2000.0
    assert held["biogenic", "activity:A/biogenic"] == 3000.0
    assert held["scope2.unknown", "activity:A/scope2_unknown"] == 4000.0
    assert held["scope3.15", "activity:A/investment"] == pytest.approx(2000.0)
    assert held["scope1", "activity:A/refrigerant_topup/R-32"] == pytest.approx(7 * GWP_R32)
    assert held["scope3.1", "activity:A/goods_spend/paper"] is None
    (refused,) = made.computed.refused
    assert (refused.code, refused.place, refused.severity) == ("activity.no_factor", "goods_spend/paper", "warning")
    reason = made.computed.members.filter(pl.col("reason").is_not_null())["reason"].unique().item()
    assert reason == refused.params["why"]
    lines = {row["kind"]: row for row in made.computed.lines.iter_rows(named=True)}
    steel, gas = lines["goods"], lines["refrigerant_topup"]
    assert (steel["method"], steel["factor_key"], steel["quality"], steel["amount"]) == (
        "supplier",
        "stated/Mill Ltd",
        None,
        None,
    )
    assert steel["activity_sd"] == pytest.approx(0.10 / 1.959963984540054)
    # 6, 2 and -1 kg, each off by 5 %, and not together: 5 % of the root of 36 + 4 + 1, over 7 kg.
    assert gas["activity_sd"] == pytest.approx(0.05 * 41**0.5 / 7 / 1.959963984540054)
    assert gas["estimated"] == pytest.approx(6 / 9)  # of the magnitudes
    assert (gas["amount"], gas["factor"], gas["other"], gas["co2"]) == (7.0, GWP_R32, pytest.approx(7 * GWP_R32), 0.0)
    masses = made.computed.masses.filter(scope=1)
    assert masses.select("gas", "mass").rows() == [("HFC32", 7.0)]


def test_gases_of_the_montreal_protocol_stand_apart_from_the_scopes(workspace, tmp_path):
    """Corporate Standard, ch. 9: CFCs and HCFCs are told, and in no scope. By AR5, R-22 has a GWP of 1,760."""
    rows = "A,refrigerant_topup,R-22,2025-02,,6,kg,,,,,,,,,,,\nA,refrigerant_topup,R-32,2025-02,,1,kg,,,,,,,,,,,\n"
    load(workspace, tmp_path, rows)
    made = computed(workspace, 2025)
    held = values(made, "2025")
    assert held["outside_kyoto", "activity:A/refrigerant_topup/R-22"] == pytest.approx(6 * 1760)
    assert held["scope1", "activity:A/refrigerant_topup/R-32"] == pytest.approx(GWP_R32)
    assert set(made.computed.masses["gas"]) == {"HFC32"}
    lines = {row["item"]: (row["scope"], row["category"]) for row in made.computed.lines.iter_rows(named=True)}
    assert lines == {"R-22": (0, 0), "R-32": (1, 0)}


def test_lines_of_scope_3_at_a_site_that_is_let_are_left_out_and_told(workspace, tmp_path):
    rows = "C,water_supply,,2025-08,,10,m3,,,,,,,,,,,\nC,leased_out,electricity,2025-08,,5,kWh,77,,,,,,,,,,\n"
    load(workspace, tmp_path, rows)
    made = computed(workspace, 2025)
    assert values(made, "2025") == {("scope3.13", "activity:C/leased_out/electricity"): 77.0}
    assert [(one.code, one.place) for one in made.computed.refused] == [("activity.outside_boundary", "water_supply")]


def test_a_slice_is_the_hash_of_the_lines_as_the_module_says(workspace, tmp_path):
    load(
        workspace,
        tmp_path,
        "A,waste,glass.landfill,2025-01,,1.5,t,,,,,,,,,W-2,,\nA,waste,wood.landfill,2025-01,,2,t,,,,,,,,,W-1,,\n",
    )
    made = computed(workspace, 2025)
    (key,) = [name for name in made.evidence if name.startswith("slice:")]
    content = made.evidence[key]
    assert (content["site"], content["rows"], content["version"], content["year"]) == ("A", 2, made.version, 2025)
    assert key in made.computed.members.explode("inputs")["inputs"].to_list()
    lines = lines_of(workspace).sort("line_id")
    digest = hashlib.sha256()
    for row in lines.iter_rows(named=True):
        for name, dtype in ACTIVITY.items():
            value = row[name]
            if value is None:
                text = "\x00"
            elif dtype.is_float():
                text = str(int.from_bytes(__import__("struct").pack("<d", value), "little", signed=True))
            elif isinstance(value, bool):
                text = "true" if value else "false"
            else:
                text = value.strftime("%Y-%m-%d %H:%M:%S.%f") if name == "entered_at" else str(value)
            digest.update(f"{text}\x1f".encode())
        digest.update(b"\x1e")
    assert content["sha256"] == digest.hexdigest()
    correct_activity(workspace, "W-1", {"amount": "3"}, reason="weighed")
    again = computed(workspace, 2025)
    assert next(one for one in again.evidence.values() if one["kind"] == "activities")["sha256"] != content["sha256"]
    pinned = computed(workspace, 2025, version=made.version)
    assert pinned.evidence == made.evidence
    assert pinned.computed.members.equals(made.computed.members)


def test_a_document_that_is_attached_changes_no_evidence(workspace, tmp_path):
    """Nor does the next one; a correction does, and so does a document that goes with one."""
    load(workspace, tmp_path, "A,waste,glass.landfill,2025-01,,1.5,t,,,,,,,,,W-2,,\n")
    made = computed(workspace, 2025)
    for number in (1, 2):
        scan = tmp_path / f"invoice {number}.pdf"
        scan.write_bytes(b"%PDF-1.7 " + bytes([number]))
        attached = attach_document(workspace, ["W-2"], scan)
    assert attached.lines == ("W-2~3",)
    again = computed(workspace, 2025)
    assert again.evidence.keys() == made.evidence.keys()
    assert again.computed.members.equals(made.computed.members)
    (content,) = [one for one in again.evidence.values() if one["kind"] == "activities"]
    ((_, source),) = activity_sources(workspace.lake, content, rows=5)
    assert [(one["line_id"], one["document"]) for one in source["lines"]] == [("W-2", attached.sha256)]
    correct_activity(workspace, "W-2", {"amount": "3"}, reason="weighed")
    assert computed(workspace, 2025).evidence.keys() != made.evidence.keys()


def test_the_version_that_is_pinned_gives_the_hashes_that_were_recorded(workspace, tmp_path):
    load(
        workspace,
        tmp_path,
        "A,waste,glass.landfill,2025-01,,1,t,,,,,,,,,,,\nB,waste,wood.landfill,2025-01,,2,t,,,,,,,,,,,\n",
    )
    made = computed(workspace, 2025)
    load(workspace, tmp_path, "A,waste,food.landfill,2025-01,,9,t,,,,,,,,,,,\n", "more.csv")
    now = {
        one.site: one.sha256
        for lines in batches_of(workspace.lake, 2025, made.version)
        for one in slices_of_lines(lines)
    }
    assert now == {one["site"]: one["sha256"] for one in made.evidence.values() if one["kind"] == "activities"}


@pytest.mark.parametrize("cut", [0, 3, 30, 364])
def test_a_line_cut_in_two_by_days_adds_up_to_the_line(cut):
    class Bounds:
        organisation, year, sites = Organisation(approach="equity share"), 2025, tuple(SITES)

    start, days = date(2024, 9, 1), 366
    whole = _line("B", start, days, 366.0)
    parts = pl.concat(
        [
            _line("B", start, cut + 1, cut + 1.0),
            _line("B", start + timedelta(days=cut + 1), days - cut - 1, days - cut - 1.0),
        ]
    )
    one, two = (
        activity_groups(Bounds(), lines, months=True)
        .group_by("month", "category")
        .agg(pl.col("value", "owned").sum())
        .sort("month")
        for lines in (whole, parts)
    )
    assert one.select("month", "category").equals(two.select("month", "category"))
    for name in ("value", "owned"):
        assert two[name].to_list() == pytest.approx(one[name].to_list(), rel=1e-12)


def _line(site, start, days, amount):
    said = {"kind": "refrigerant_topup", "item": "R-32", "unit": "kg", "method": "average", "estimated": False}
    last = start + timedelta(days=days - 1)
    row = {**said, "site_id": site, "start": start, "end": last, "amount": amount, "share": 1.0}
    return pl.DataFrame([{name: row.get(name) for name in NEEDED}], schema={name: ACTIVITY[name] for name in NEEDED})
