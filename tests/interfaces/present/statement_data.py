"""A made-up property manager with four sites: every total is the plain sum of its lines, and every part is there."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import polars as pl

from wattstone.base import Finding
from wattstone.inventory import statement as s
from wattstone.inventory.document import FACTORS, SITES
from wattstone.inventory.statement import GhgStatement

YEAR = 2024
SITE_ROWS = [
    ("tower", "Lakeside Tower", "office", 48_000.0, "CN", "Asia/Shanghai", "CN-SH"),
    ("mall", "湖滨购物中心", "retail", 62_500.0, "CN", "Asia/Shanghai", "CN-GD"),
    ("court", "Willow Court Serviced Apartments and Gardens", "residential", 21_300.0, "GB", "Europe/London", "GB"),
    ("depot", "=Depot+1", "warehouse", 9_800.0, "GB", "Europe/London", "GB"),
]
_FLIGHT = "long_haul.economy.rf"
# site, scope, category, basis, kind, item, method, amount, unit, kg CO2e per unit, factor, estimated, quality
_LINES: list[tuple[Any, ...]] = [
    ("tower", 1, 0, None, "fuel", "natural_gas", "meter", 412_000.0, "kWh", 0.1829, "d24_gas", 0.0, 1.2),
    ("court", 1, 0, None, "fuel", "natural_gas", "meter", 655_400.0, "kWh", 0.1829, "d24_gas", 0.06, 1.4),
    ("mall", 1, 0, None, "fuel", "diesel", "supplier", 14_600.0, "L", 2.6624, "d24_diesel", 0.0, 1.8),
    ("depot", 1, 0, None, "vehicle_fuel", "diesel", "supplier", 38_250.0, "L", 2.6624, "d24_diesel", 0.0, 2.0),
    ("tower", 1, 0, None, "refrigerant_topup", "R-410A", "supplier", 46.0, "kg", 1924.0, "d24_r410a", 0.0, 1.6),
    ("mall", 1, 0, None, "refrigerant_leak", "R-32", "average", 31.5, "kg", 677.0, "d24_r32", 1.0, 3.6),
    ("tower", 2, 0, "location", "electricity", "", "meter", 6_240_000.0, "kWh", 0.5856, "cn_sh_2023", 0.0, 1.1),
    ("mall", 2, 0, "location", "electricity", "", "meter", 9_815_000.0, "kWh", 0.4403, "cn_gd_2023", 0.03, 1.3),
    ("court", 2, 0, "location", "electricity", "", "meter", 812_300.0, "kWh", 0.20705, "d24_grid", 0.0, 1.2),
    ("depot", 2, 0, "location", "electricity", "", "supplier", 204_700.0, "kWh", 0.20705, "d24_grid", 0.0, 1.9),
    ("tower", 2, 0, "location", "heat", "", "supplier", 7_900.0, "GJ", 110.0, "cn_heat", 0.0, 2.2),
    ("tower", 2, 0, "market", "electricity", "", "supplier", 2_400_000.0, "kWh", 0.0, "gec-2024-01", 0.0, 1.1),
    ("tower", 2, 0, "market", "electricity", "", "meter", 3_840_000.0, "kWh", 0.6096, "cn_excl_2023", 0.0, 1.1),
    ("mall", 2, 0, "market", "electricity", "", "meter", 9_815_000.0, "kWh", 0.6096, "cn_excl_2023", 0.03, 1.3),
    ("court", 2, 0, "market", "electricity", "", "supplier", 812_300.0, "kWh", 0.0, "rego-7", 0.0, 1.2),
    ("depot", 2, 0, "market", "electricity", "", "supplier", 204_700.0, "kWh", 0.318, "supplier-a", 0.0, 1.9),
    ("tower", 2, 0, "market", "heat", "", "supplier", 7_900.0, "GJ", 110.0, "cn_heat", 0.0, 2.2),
    ("tower", 3, 1, None, "goods_spend", "cleaning", "spend", 18_200_000.0, "CNY", 0.0413, "own_cleaning", 1.0, 4.1),
    ("mall", 3, 1, None, "services_spend", "security", "spend", 26_900_000.0, "CNY", 0.0287, "own_security", 1.0, 4.2),
    ("mall", 3, 1, None, "water_supply", "", "average", 214_000.0, "m3", 0.1766, "d24_water", 0.0, 2.1),
    ("mall", 3, 2, None, "capital_goods_spend", "lifts", "spend", 7_400_000.0, "CNY", 0.0521, "own_machines", 1.0, 4.0),
    ("tower", 3, 3, None, "electricity_losses", "", "average", 6_240_000.0, "kWh", 0.0312, "own_losses", 0.0, 3.0),
    ("court", 3, 3, None, "fuel_upstream", "gas", "average", 655_400.0, "kWh", 0.03021, "wtt_gas", 0.0, 2.4),
    ("depot", 3, 4, None, "freight_upstream", "hgv", "average", 1_140_000.0, "tonne.km", 0.09714, "d24_hgv", 0.0, 2.8),
    ("mall", 3, 5, None, "waste", "municipal.landfill", "supplier", 2_140.0, "t", 520.3, "d24_landfill", 0.0, 2.0),
    ("court", 3, 5, None, "waste", "glass.closed_loop", "supplier", 318.0, "t", 6.41, "d24_recycled", 0.0, 2.0),
    ("tower", 3, 6, None, "air_travel", _FLIGHT, "average", 1_905_000.0, "passenger.km", 0.26128, "air", 0.0, 2.3),
    ("tower", 3, 6, None, "hotel", "cn", "average", 1_260.0, "room.night", 53.5, "hotel_cn", 0.0, 2.6),
    ("tower", 3, 7, None, "commuting", "car_unknown", "average", 8_330_000.0, "km", 0.16691, "d24_car", 0.45, 3.4),
    ("mall", 3, 11, None, "use_sold_electricity", "", "average", 96_000.0, "kWh", 0.4403, "cn_gd_2023", 1.0, 3.8),
    ("mall", 3, 13, None, "leased_out", "electricity", "hybrid", 15_260_000.0, "kWh", 0.4403, "cn_gd_2023", 0.22, 2.5),
    ("tower", 3, 15, None, "investment", "associate", "supplier", None, "kg CO2e", None, "", 0.0, 3.2),
]  # fmt: skip
_STATED = {("investment", "associate"): 312_400.0}
REASONS = {
    8: "premises that are leased in stand in scopes 1 and 2",
    9: "nothing is sold that is transported",
    10: "nothing is sold that is processed",
    12: "the quantities sold are not known yet; a survey is under way",
    14: "there are no franchises",
}
_NOT_APPLICABLE = {8, 9, 10, 14}
CHANGE = {"activity": -126_000.0, "factor": 214_000.0, "weather": -58_500.0, "structure": 402_000.0, "price": -21_700.0}


def ident(*parts: object) -> str:
    """An id as figures carry it."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:20]


@cache
def lines() -> pl.DataFrame:
    """The lines; one of them is stated, and has neither amount nor factor."""
    rows: list[dict[str, Any]] = []
    for site, scope, category, basis, kind, item, method, amount, unit, factor, source, estimated, quality in _LINES:
        value = _STATED[kind, item] if amount is None else amount * factor
        row = {"site_id": site, "scope": scope, "category": category, "basis": basis, "kind": kind, "item": item}
        row |= {"method": method, "amount": amount, "unit": unit, "factor": factor, "factor_id": source or None}
        row |= {"value": value, "biogenic": 0.0, "estimated": estimated, "quality": quality}
        rows.append({**row, "id": ident("line", *row.values())})
    return pl.DataFrame(rows, schema=s.LINES)


def plain_sum(**where: Any) -> float:
    """Kg CO2e of the lines that are so, by a loop: the second road to every total."""
    return sum(
        row["value"] for row in lines().iter_rows(named=True) if all(row[name] == one for name, one in where.items())
    )


def total_row(name: str, subject: str, value: float | None, unit: str = "kg CO2e", **more: Any) -> dict[str, Any]:
    """A row of the totals."""
    row: dict[str, Any] = {"name": name, "subject": subject, "value": value, "unit": unit}
    bounds = {"lower": None, "upper": None} if value is None else {"lower": 0.91 * value, "upper": 1.12 * value}
    row |= bounds | {"estimated": 0.04, "quality": 2.1, "reason": None, "notes": []} | more
    return {**row, "id": ident("total", name, subject, value, more.get("year"))}


def _sums(subject: str, **where: Any) -> list[dict[str, Any]]:
    one, three = plain_sum(scope=1, **where), plain_sum(scope=3, **where)
    two = {basis: plain_sum(scope=2, basis=basis, **where) for basis in ("location", "market")}
    rows = [total_row("scope1", subject, one), total_row("scope3", subject, three)]
    rows += [total_row(f"scope2.{basis}", subject, value) for basis, value in two.items()]
    rows += [total_row(f"total.{basis}", subject, one + value + three) for basis, value in two.items()]
    return rows


@cache
def totals() -> pl.DataFrame:
    """The organisation's and the sites' totals; one category has no value, with the reason."""
    rows = _sums("organisation")
    computed = sorted(set(lines().filter(pl.col("scope") == 3)["category"]))
    rows += [total_row(f"scope3.{n}", "organisation", plain_sum(scope=3, category=n)) for n in computed]
    rows.append(total_row("scope3.12", "organisation", None, reason=REASONS[12]))
    for site, *_ in SITE_ROWS:
        rows += _sums(f"site:{site}", site_id=site)
    note = "CO2 alone: the source has no CH4 and no N2O"
    rows = [{**row, "notes": [note] if row["name"].startswith("scope2.location") else []} for row in rows]
    rows.append(total_row("gas", "site:depot", None, reason="no readings in 2024"))
    return pl.DataFrame([{name: row[name] for name in s.TOTALS} for row in rows], schema=s.TOTALS)


def of(name: str, subject: str = "organisation") -> float:
    """A total by its name."""
    return float(totals().filter(name=name, subject=subject)["value"].item())


def _before() -> pl.DataFrame:
    moved = sum(CHANGE.values())
    rows = [total_row("total.location", "organisation", of("total.location") - moved, year=YEAR - 1)]
    rows += [total_row("total.market", "organisation", of("total.market") * 1.06, year=YEAR - 1)]
    rows += [total_row("scope1", "organisation", of("scope1") * 1.11, year=YEAR - 1)]
    rows += [total_row("scope2.location", "organisation", of("scope2.location") * 0.97, year=YEAR - 1)]
    rows += [total_row("scope2.market", "organisation", of("scope2.market") * 1.09, year=YEAR - 1)]
    rows += [total_row("scope3", "organisation", of("scope3") * 0.95, year=YEAR - 1)]
    return pl.DataFrame([{name: row[name] for name in s.TOTALS} for row in rows], schema=s.TOTALS)


def _gases() -> pl.DataFrame:
    """Of scope 1 by gas so that they add up; the others in CO2e as their sources give them."""
    burnt = plain_sum(scope=1, kind="fuel") + plain_sum(scope=1, kind="vehicle_fuel")
    r410a, r32 = plain_sum(kind="refrigerant_topup"), plain_sum(kind="refrigerant_leak")
    rows: list[tuple[Any, ...]] = [
        (1, 0, "CO2", burnt * 0.99, burnt * 0.99),
        (1, 0, "CH4", burnt * 0.004 / 28, burnt * 0.004),
        (1, 0, "N2O", burnt * 0.006 / 265, burnt * 0.006),
        (1, 0, "HFCs", 46.0 + 31.5, r410a + r32),
        (2, 0, "CO2", of("scope2.location"), of("scope2.location")),
    ]
    sums = {category: plain_sum(scope=3, category=category) for category in range(1, 16)}
    rows += [(3, category, "CO2e", None, value) for category, value in sums.items() if value]
    return pl.DataFrame(rows, schema=s.GASES, orient="row")


def _apart() -> pl.DataFrame:
    rows = [
        ("biogenic", 41_280.0, "kg CO2", "wood pellets of the gardens' boiler house", ident("biogenic")),
        ("avoided", 268_000.0, "kg CO2e", "exported solar power, against the grid's average", ident("avoided")),
        ("scope2.unknown", 96_500.0, "kg CO2e", "stated by the landlord of two kiosks", ident("unknown")),
    ]
    return pl.DataFrame(rows, schema=s.APART, orient="row")


def _quality(category: int) -> float:
    held = [row for row in lines().iter_rows(named=True) if (row["scope"], row["category"]) == (3, category)]
    return float(sum(row["quality"] * row["value"] for row in held) / sum(row["value"] for row in held))


def decisions() -> pl.DataFrame:
    """All fifteen categories: computed, not estimated with the reason, not applicable with the reason."""
    rows: list[tuple[Any, ...]] = []
    for number in range(1, 16):
        value = plain_sum(scope=3, category=number) or None
        word = "computed" if value else "not_applicable" if number in _NOT_APPLICABLE else "not_estimated"
        methods = {1: "spend 97 %, average 3 %", 2: "spend 100 %", 13: "hybrid 100 %"}.get(number, "average 100 %")
        at = datetime(2025, 2, 3, 10, 0)
        rows.append((number, word, REASONS.get(number), methods if value else None, value,
                     _quality(number) if value else None, "m.chen", at))  # fmt: skip
    return pl.DataFrame(rows, schema=s.DECISIONS, orient="row")


def _instruments() -> pl.DataFrame:
    rows = [
        ("gec-2024-01", "green_certificate", "tower", 2_400_000.0, 0.0, 0.0, True, None),
        ("rego-7", "energy_attribute_certificate", "court", 812_300.0, 0.0, 0.0, True, None),
        ("supplier-a", "supplier_rate", "depot", 204_700.0, 0.318, 204_700.0 * 0.318, True, None),
        ("gec-2019-09", "green_certificate", "mall", 0.0, 0.0, 0.0, False, "its vintage of 2019 is too old for 2024"),
    ]
    return pl.DataFrame(rows, schema=s.INSTRUMENTS, orient="row")


def _series() -> pl.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for name, size in (("total.location", of("total.location")), ("total.market", of("total.market"))):
        for year, factor in ((2021, 1.08), (2022, 1.05), (2023, 1.02)):
            extra = 402_000.0 if (year, name) == (2021, "total.location") else 0.0
            rows.append((year, name, size * factor, size * factor + extra))
        rows.append((YEAR, name, size, size))
    return pl.DataFrame(rows, schema=s.SERIES, orient="row")


def _restatements() -> pl.DataFrame:
    before = of("total.location") * 1.08
    row = (datetime(2025, 2, 20, 9, 15), 2021, "total.location", "structure", before, before + 402_000.0,
           "Willow Court was bought in 2023", "a.assurer", "c4" * 32)  # fmt: skip
    return pl.DataFrame([row], schema=s.RESTATEMENTS, orient="row")


def _intensities() -> pl.DataFrame:
    """Of the organisation, which have no figure of their own, and of each site by its floor area."""
    area, total = sum(row[3] for row in SITE_ROWS), of("total.location")
    rows = [
        {**total_row("intensity.total.location", "organisation", total / area, "kg CO2e/m2"), "id": None},
        total_row("intensity.revenue", "organisation", total / 412_000_000.0, "kg CO2e/CNY"),
    ]
    for site, _, _, size, *_ in SITE_ROWS:
        value = of("total.location", f"site:{site}") / size
        rows.append(total_row("intensity.total.location", f"site:{site}", value, "kg CO2e/m2"))
    return pl.DataFrame([{name: row[name] for name in s.TOTALS} for row in rows], schema=s.TOTALS)


def _factors() -> pl.DataFrame:
    rows: list[tuple[Any, ...]] = []
    seen = lines().drop_nulls("factor_id").unique("factor_id", maintain_order=True)
    for factor, value, unit in seen.select("factor_id", "factor", "unit").iter_rows():
        own = factor.startswith("own")
        source = "own calculation, reviewed 2025" if own else "UK Government GHG Conversion Factors 2024"
        source = "MEE and NBS, notice 2025-47" if factor.startswith("cn") else source
        letter = "C" if factor == "cn_excl_2023" else "A"
        rows.append((factor, factor.replace("_", " "), value, f"kg CO2e/{unit}", "CO2e", "AR5", source, 2024,
                     "own" if own else "OGL v3.0", letter, "<b>made up</b> for the tests"))  # fmt: skip
    return pl.DataFrame(rows, schema=FACTORS, orient="row")


def checked() -> tuple[s.Tested, ...]:
    """What checks found: one that asks, and one that was let pass."""
    jump = Finding(
        code="inventory.check.jump", place="site 'tower'", found="scope 1 is {share} above 2023",
        params={"share": "60 %"},
        expected="a year like the one before, or the reason", remedy="look for a line that was entered twice",
    )  # fmt: skip
    area = replace(jump, place="site 'mall'", params={"share": "45 %"})
    return (
        s.Tested(state="asks", finding=jump),
        s.Tested(
            state="let pass", finding=area, who="Grace", reason="the east wing opened in May",
            at=datetime(2025, 3, 1, 9),
        ),
    )  # fmt: skip


def findings() -> tuple[Finding, ...]:
    """What else was found, the gravest first."""
    return (
        Finding(
            code="inventory.check.jump",
            place="site 'mall'",
            found="{share} of the year is missing",
            expected="a reading in every interval",
            remedy="ask the supplier for the missing readings and ingest them",
            params={"share": "3 %"},
        ),
        Finding(
            code="inventory.check.stuck",
            place="meter 'tower-heat'",
            found="{count} readings repeat one value",
            expected="a value that moves",
            remedy="have the meter checked",
            count=212,
            severity="warning",
        ),
    )


def statement(**changes: Any) -> GhgStatement:
    """The manager's statement, or one with changes."""
    made: dict[str, Callable[[], Any]] = {
        "totals": totals, "lines": lines, "gases": _gases, "apart": _apart, "decisions": decisions,
        "instruments": _instruments, "series": _series, "restatements": _restatements, "before": _before,
        "intensities": _intensities, "factors": _factors, "checked": checked, "findings": findings,
    }  # fmt: skip
    content: dict[str, Any] = {
        "organisation": "Lakeside Property Services 湖滨物业服务",
        "year": YEAR,
        "zone": "Asia/Shanghai",
        "gwp_set": "AR5",
        "approach": "operational control",
        "currency": "CNY",
        "base_year": 2021,
        "simulated": True,
        "generated": datetime(2025, 3, 4, 9, 30, tzinfo=UTC),
        **{name: make() for name, make in made.items() if name not in changes},
        "change": pl.DataFrame(
            [("total.location", effect, value) for effect, value in CHANGE.items()], schema=s.CHANGE, orient="row"
        ),
        "dominant": pl.DataFrame(
            [
                ("cn_gd_2023", "factor", 0.46),
                ("own_security", "factor", 0.17),
                ("leased_out", "activity", 0.14),
                ("cn_sh_2023", "factor", 0.11),
                ("commuting", "activity", 0.06),
            ],
            schema=s.DOMINANT,
            orient="row",
        ),
        "sites": pl.DataFrame(SITE_ROWS, schema=SITES, orient="row"),
        "hourly_match": 0.148,
        "annual_match": 0.1883,
        **changes,
    }
    return GhgStatement(**content)


def empty() -> GhgStatement:
    """An organisation that has computed nothing and decided nothing yet."""
    full = statement()
    cleared = {name: getattr(full, name).clear() for name in (
        "totals", "lines", "gases", "apart", "instruments", "series", "restatements", "change", "dominant", "before",
        "intensities", "sites", "factors")}  # fmt: skip
    undecided = full.decisions.with_columns(
        decision=pl.lit("undecided"), **{name: pl.lit(None, kind) for name, kind in s.DECISIONS.items()
                                         if name not in {"category", "decision"}}
    )  # fmt: skip
    return statement(
        **cleared, decisions=undecided, findings=(), checked=(), base_year=None, hourly_match=None, annual_match=None,
        simulated=False,
    )  # fmt: skip
