"""Read models made by hand, for tests of pages: what pages show is compared with these numbers."""

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from wattstone.portfolio import Site
from wattstone.workflows.overview.board import Board, Column
from wattstone.workflows.overview.cards import STATES, Card
from wattstone.workflows.overview.estate import SITES, Estate, Stamp
from wattstone.workflows.overview.evidence import EvidenceNode, EvidenceView
from wattstone.workflows.overview.numbers import Number
from wattstone.workflows.overview.query import Clusters, Facet, Query, Rows
from wattstone.workflows.overview.site import DEVICES, MONTHS, SiteView
from wattstone.workflows.overview.today import Change, Step, Today
from wattstone.workflows.overview.tree import Branch, Level
from wattstone.workflows.overview.week import WEEK, MeterWeek

PLACES = {"Jinan": (36.68, 117.0), "Beijing": (39.9, 116.41), "Shanghai": (31.23, 121.47)}
FIGURES = ("intensity.energy", "scope1", "scope2.location", "energy.electricity")


def estate(count: int = 3) -> Estate:
    """Sites of which number k emitted k times 100 t and used k times 50 kWh/m2."""
    frame = pl.DataFrame([_site(number) for number in range(1, count + 1)], infer_schema_length=None)
    missing = [pl.lit(None, kind).alias(name) for name, kind in SITES.items() if name not in frame.columns]
    frame = frame.with_columns(missing).with_columns(pl.col(name).cast(kind) for name, kind in SITES.items())
    total = Number(name="location", value=float(frame["location"].sum()), unit="kg CO2e", lower=540_000.0,
                   upper=660_000.0, inputs=("figure-one", "figure-two"), of=2, before=750_000.0)  # fmt: skip
    worth = Number(name="findings_kg", value=12_000.0, unit="kg CO2e", inputs=("figure-worth",), of=1)
    return Estate(
        year=2022,
        years=(2022, 2021),
        frame=frame,
        totals={"location": total, "findings_kg": worth, "energy": number("energy", 83_296_326.0, "kWh", "energy-all")},
        whole=True,
        currency="CNY",
        newest="2022-12-31T15:45:00",
        stamp=Stamp(1, (("figures", 1),)),
    )


def _site(number: int) -> dict[str, Any]:
    city = list(PLACES)[number % 3]
    latitude, longitude = PLACES[city]
    return {
        "id": f"site-{number}",
        "name": "<b>Court</b> & Sons" if number == 1 else f"Office building {number:04}",
        "type": "office",
        "country": "CN",
        "city": city,
        "zone": "Asia/Shanghai",
        "latitude": latitude,
        "longitude": longitude,
        "floor_area": 10_000.0,
        "energy": 1e6 * number,
        "location": 1e5 * number,
        "market": None,
        "peer_group": "office, CN",
        "peers": 31,
        "peer_middle": 90.0,
        "peer_percentile": 82.0 if number > 1 else None,
        "quality": 0.97,
        "findings": number - 1,
        "findings_kg": 6_000.0 * (number - 1),
        "scope1": 2e4 * number,
        "scope1.id": f"one-{number}",
        "scope2.location": 8e4 * number,
        "scope2.location.id": f"two-{number}",
        "energy.electricity": 1e6 * number,
        "energy.electricity.id": f"kwh-{number}",
        "intensity.energy": 50.0 * number,
        "intensity.energy.id": f"use-{number}",
    }


def number(name: str, value: float | None, unit: str, figure: str | None = None, **more: Any) -> Number:
    """A number of one figure."""
    return Number(name=name, value=value, unit=unit, figure=figure, **more)


def rows_of(held: Estate, query: Query | None = None) -> Rows:
    """All sites on pages of the size that is asked for, in the order of their names."""
    asked = query or Query()
    found = held.frame.filter(pl.col("name").str.contains(asked.text, literal=True)) if asked.text else held.frame
    pages = max(1, -(-found.height // asked.size))
    page = found.slice((asked.page - 1) * asked.size, asked.size)
    facets = {
        "type": (Facet("office", found.height), Facet("", 0)),
        "country": (Facet("CN", found.height),),
        "peer_group": (),
        "findings": (Facet("true", 2), Facet("false", 1)),
    }
    return Rows(
        frame=page, count=found.height, page=asked.page, pages=pages, size=asked.size, facets=facets, query=asked
    )


def clusters_of(held: Estate, query: Query | None = None, **_: Any) -> Clusters:
    """A dot a city."""
    sums = [pl.col("latitude").mean(), pl.col("longitude").mean(), pl.len().alias("count"), pl.col("location").sum(),
            pl.col("findings").sum(), pl.col("id").first(), pl.col("name").first()]  # fmt: skip
    dots = held.frame.group_by("city").agg(sums).drop("city")
    only = pl.col("count") == 1
    dots = dots.with_columns(pl.when(only).then(pl.col(name)).alias(name) for name in ("id", "name"))
    return Clusters(frame=dots, cell=1.0, count=held.frame.height, nowhere=0)


def today_of() -> Today:
    """A day with a finding, a silent meter, and readings that came in."""
    months = pl.DataFrame(
        {
            "month": list(range(1, 13)),
            "value": [50_000.0 + 1_000 * at for at in range(12)],
            "before": [62_500.0] * 12,
            "id": [f"month-{at}" for at in range(1, 13)],
            "before_id": [f"month-before-{at}" for at in range(1, 13)],
        }
    )
    steps = (
        Step(kind="finding", key="finding-key", code="lights_by_day", site_id="site-2",
             site_name="Office building 0002", meter_id="lights",
             kg=number("findings_kg", 6_000.0, "kg CO2e", "worth-kg"),
             money=number("findings_money", 4_800.0, "CNY", "worth-money"), confidence=0.9,
             params={"before": 1.0, "after": 9.0, "a": None, "b": None}),
        Step(kind="silent", key="quiet", site_id="site-3", site_name="Office building 0003", meter_id="quiet"),
    )  # fmt: skip
    changes = (Change(kind="readings", when=datetime(2022, 12, 31, 8), count=1200, params={"source": "june.csv"}),)
    return Today(
        since=datetime(2022, 12, 24),
        headlines=(estate().totals["location"], estate().totals["findings_kg"]),
        changes=changes,
        steps=steps,
        months=months,
        year=2022,
        whole=True,
    )


def site_view() -> SiteView:
    """A site with a meter that lives, one that never told anything, and two months of scope 1."""
    held = estate()
    months = [
        {"month": at, "name": name, "value": size * at, "unit": unit, "id": f"{name}-{at}", "before": size * at}
        for name, size, unit in (("scope1", 100.0, "kg CO2e"), ("scope2.location", 900.0, "kg CO2"))
        for at in (1, 2)
    ]
    devices = [
        {"meter_id": "main", "kind": "electricity", "unit": "kWh", "personal": False, "virtual": False,
         "last": datetime(2022, 12, 31, 15, 45), "value": 12.5, "state": "live"},
        {"meter_id": "quiet", "kind": "water", "unit": "m3", "personal": False, "virtual": False, "state": "never"},
    ]  # fmt: skip
    return SiteView(
        site=Site(id="site-2", name="Office building 0002", type="office", city="Beijing", country="CN",
                  zone="Asia/Shanghai", floor_area=10_000.0),
        spaces=(),
        row=held.row("site-2") or {},
        numbers=(
            number("location", 200_000.0, "kg CO2e", None, inputs=("one-2", "two-2"), of=2, before=250_000.0),
            number("scope1", 40_000.0, "kg CO2e", "one-2", lower=35_000.0, upper=45_000.0),
            number("scope2.market", None, "kg CO2e", "market-2", reason="no readings in 2022"),
            number("intensity.energy", 100.0, "kWh/m2", "use-2"),
        ),
        months=_framed(months, MONTHS),
        devices=_framed(devices, DEVICES),
        findings=pl.DataFrame(),
        measures=(),
        plan=None,
        year=2022,
    )  # fmt: skip


def _framed(rows: list[dict[str, Any]], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


def week() -> MeterWeek:
    """Two days by the hour from local midnight: 10 kW, 20 kW at noon of the second, the first six hours missing."""
    start = datetime(2022, 6, 5, 16)
    rows = [
        {"start": start + timedelta(hours=at), "seconds": 3600, "value": None if at < 6 else 20.0 if at == 36 else 10.0,
         "low": None, "high": None, "flags": 0, "state": "gap" if at < 6 else "measured"}
        for at in range(48)
    ]  # fmt: skip
    return MeterWeek(
        meter_id="main", site_id="site-2", kind="electricity", unit="kW", quantity=430.0, zone="Asia/Shanghai",
        start=start, end=start + timedelta(days=2), rows=pl.DataFrame(rows, schema=WEEK), native=3600, per=1,
        readings=42, gaps=6, doubtful=0, estimated=0, daily=False, first=datetime(2021, 1, 1),
        last=start + timedelta(days=9),
    )  # fmt: skip


def card(state: str = "open", **more: Any) -> Card:
    """A card of lights that burn by day."""
    return Card(
        key="finding-key", kind="finding", state=state, site_id="site-2", site_name="Office building 0002",
        meters=("lights",), code="lights_by_day", energy=number("findings_energy", 12_000.0, "kWh", "worth-kwh",
        lower=9_000.0, upper=15_000.0), kg=number("findings_kg", 6_000.0, "kg CO2e", "worth-kg"),
        confidence=0.9, since=date(2022, 3, 1), params={"before": 1.0, "after": 9.0, "a": None, "b": None}, run=7,
        figures=("worth-kwh",), **more,
    )  # fmt: skip


def board_of(*cards: Card) -> Board:
    """A board of these cards."""
    columns = tuple(
        Column(
            state=state,
            cards=(mine := tuple(one for one in cards if one.state == state)),
            count=len(mine),
            kg=sum(one.kg.value or 0.0 for one in mine if one.kg) if mine else None,
        )
        for state in STATES
    )
    return Board(columns=columns, owners=(), codes=("lights_by_day",), run=7, year=2022)


def level() -> Level:
    """The scopes: 200 t and 400 t, the market basis not known."""
    one = number("scope1", 200_000.0, "kg CO2e", "one-all", before=250_000.0)
    two = number("scope2.location", 400_000.0, "kg CO2", "two-all", lower=380_000.0, upper=420_000.0, before=500_000.0)
    none = number("scope2.market", None, "kg CO2e", "market-all", reason="no readings in 2022")
    rows = (
        Branch(path="scope2", kind="scope", label="scope2", location=two, market=none,
               energy=number("energy", 8e6, "kWh", "kwh-all"), children=3),
        Branch(path="scope1", kind="scope", label="scope1", location=one, market=one, energy=None, children=0),
    )  # fmt: skip
    return Level(year=2022, path=(), rows=rows, count=2, page=1, size=50, whole=True)


def evidence_view() -> EvidenceView:
    """A restated figure that was made from a figure, a slice and a factor."""
    figure = EvidenceNode(
        id="one-2", kind="figure", inputs=3,
        content={"name": "scope1", "subject": "site:site-2", "period": "2022", "value": 40_000.0, "unit": "kg CO2e",
                 "lower": 35_000.0, "upper": 45_000.0, "method": "scope1/1", "estimated": 0.25, "notes": [],
                 "replaces": "one-2-before", "why": "newer readings"},
    )  # fmt: skip
    slice_ = EvidenceNode(id="slice:abc", kind="slice", inputs=1,
                          content={"meter": "gas", "rows": 8760, "sha256": "abc", "version": 3})  # fmt: skip
    factor = EvidenceNode(
        id="factor:set/row@1", kind="factor", inputs=0,
        content={"value": 0.2, "unit": "kg CO2/kWh", "edition": "GB/T 32150-2025",
                 "rows": [{"id": "row", "name": "Natural gas", "licence": "standard (fact)", "source": "GB/T 32150"}]},
    )  # fmt: skip
    return EvidenceView(node=figure, children=(slice_, factor), count=30, page=1, size=25, hidden=1)
