"""What made a year differ from the one before, from readings alone; expected by hand."""

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from tests.workflows.estate import dataset, inventory, readings, wattstone, workspace, year
from wattstone.base import InputRefused
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.portfolio import Share, Site
from wattstone.workflows.change import YearChange, year_change

BEGIN = datetime(2021, 1, 1)
HOURS = 8760
FACTORS = {2021: 0.4715, 2022: 0.4403}
"""Guangdong, kg CO2/kWh: MEE and NBS, notices 2024 no. 12 and 33."""


def estate(tmp_path: Path, *frames: pl.DataFrame, region: str = "CN-GD", **tables: pl.DataFrame) -> Path:
    names = sorted({site for frame in frames for site in frame["site_id"].unique()})
    sites = [{"site_id": one, "country": "CN", "timezone": "UTC", "grid_region": region} for one in names]
    return workspace(tmp_path / "ws", dataset(tmp_path / "estate", *frames, sites=sites, **tables))


def two_years(meter: str, before: float, now: float, *, site: str = "A", **options: str) -> pl.DataFrame:
    return readings(meter, [*year(before), *year(now)], site=site, start=BEGIN, **options)


def changed(folder: Path, of: int = 2022, **options: dict[str, float]) -> YearChange:
    held = open_workspace(folder)
    try:
        return year_change(held, of, **options)  # type: ignore[arg-type]
    finally:
        held.close()


def made(done: YearChange, name: str = "scope2.location") -> dict[str, float]:
    rows = done.effects().filter((pl.col("name") == name) & (pl.col("value").abs() > 1e-6))
    return dict(rows.select("effect", "value").iter_rows())


def test_a_new_edition_of_the_factor_at_constant_use_is_all_factor(tmp_path: Path) -> None:
    folder = estate(tmp_path, two_years("a", 10.0, 10.0))

    done = changed(folder)

    assert made(done) == pytest.approx({"factor": 10 * HOURS * (FACTORS[2022] - FACTORS[2021])})
    assert done.stayed == ("A",)


def test_the_southwest_of_china_in_2023_is_all_factor(tmp_path: Path) -> None:
    """Low hydro: 0.2268 to 0.2472, +9.0 %; the factors of 2023 rest on one transcription and have to be accepted."""
    frames = readings("a", [*year(1.0), *year(1.0)], start=datetime(2022, 1, 1))
    folder = estate(tmp_path, frames, region="CN-GRID-SW")
    wattstone("accept", folder, "cn_mee_2023", "--reason", "compared with the notice")

    ((effect, value),) = made(changed(folder, 2023)).items()

    assert effect == "factor"
    assert value / HOURS == pytest.approx(0.2472 - 0.2268)


def test_effects_add_up_to_what_the_inventory_shows(tmp_path: Path) -> None:
    """A uses more, B was opened in June of the first year, C is gone, and gas is burnt at A."""
    late = readings("b", [*[None] * 3624, *year(4.0, 5136), *year(4.0)], site="B", start=BEGIN)
    gone = readings("c", year(3.0), site="C", start=BEGIN)
    gas = two_years("g", 2.0, 2.5, kind="gas")
    folder = estate(tmp_path, two_years("a", 10.0, 12.0), late, gone, gas)
    wattstone("meter", folder, "g", "--basis", "net")

    done = changed(folder)

    for name in ("scope1", "scope2.location"):
        totals = [inventory(folder, of)(name) for of in (2021, 2022)]
        assert sum(made(done, name).values()) == pytest.approx(totals[1] - totals[0], rel=1e-9)
        row = done.like_for_like().filter(pl.col("name") == name)
        assert row.select("value_0", "value_1").row(0) == pytest.approx(tuple(totals), rel=1e-9)
    assert done.stayed == ("A",)
    came, went = 4 * (HOURS * FACTORS[2022] - 5136 * FACTORS[2021]), -3 * HOURS * FACTORS[2021]
    assert made(done)["structure"] == pytest.approx(came + went, rel=1e-9)
    sites = done.effects("site").filter(pl.col("name") == "scope2.location")
    assert sites.filter(pl.col("by") == "C")["value"].sum() == pytest.approx(went, rel=1e-9)


def test_a_site_that_was_bought_within_a_year_is_structure(tmp_path: Path) -> None:
    """Readings are there for both years; it is held from July of the first on."""
    folder = estate(tmp_path, two_years("a", 10.0, 10.0), two_years("b", 1.0, 1.0, site="B"))
    held = open_workspace(folder)
    held.records.declare(
        [Site(id="B", country="CN", grid_region="CN-GD", ownership=(Share(start=date(2021, 7, 2), share=1.0),))], []
    )
    held.close()

    found = made(changed(folder))

    # 183 of 365 days of the first year lie behind 2 July.
    assert found["structure"] == pytest.approx(HOURS * (FACTORS[2022] - FACTORS[2021] * 183 / 365), rel=1e-9)


def test_a_larger_share_of_a_site_is_structure(tmp_path: Path) -> None:
    """Half of B in the first year, three quarters in the second: nothing else about it can be told apart."""
    folder = estate(tmp_path, two_years("b", 1.0, 1.0, site="B"))
    wattstone("init", folder, "--approach", "equity share")
    held = open_workspace(folder)
    shares = (Share(end=date(2022, 1, 1), share=0.5), Share(start=date(2022, 1, 1), share=0.75))
    held.records.declare([Site(id="B", country="CN", grid_region="CN-GD", ownership=shares)], [])
    held.close()

    done = changed(folder)

    assert made(done) == pytest.approx({"structure": HOURS * (0.75 * FACTORS[2022] - 0.5 * FACTORS[2021])}, rel=1e-9)
    assert done.stayed == ()


def test_gas_that_goes_with_the_cold_is_weather(tmp_path: Path) -> None:
    """Gas is 0.5 kWh an hour for each degree below 15.5: what the weather asks for, and nothing else, changes."""
    hours = pl.datetime_range(BEGIN, datetime(2022, 12, 31, 23), "1h", time_zone="UTC", eager=True)
    cold = pl.when(pl.col("t").dt.year() == 2022).then(1.2).otherwise(1.0)
    below = hours.to_frame("t").select((2.0 + (pl.col("t").dt.month() - 6).abs()) * cold).to_series()
    weather = pl.DataFrame({"station_id": "w", "timestamp": hours, "air_temperature_c": 15.5 - below})
    gas = readings("g", (below * 0.5).to_list(), kind="gas", start=BEGIN)
    folder = estate(tmp_path, gas, weather=weather)
    wattstone("meter", folder, "g", "--basis", "net")

    found = made(changed(folder), "scope1")

    total = [inventory(folder, of)("scope1") for of in (2021, 2022)]
    assert set(found) == {"weather"}
    assert found["weather"] == pytest.approx(total[0] * 0.2, rel=1e-6)
    assert found["weather"] == pytest.approx(total[1] - total[0], rel=1e-9)


def test_both_bases_of_scope_2_are_split(tmp_path: Path) -> None:
    """Without contracts: the grid's average in 2021, then the mix without what was traded (0.5856)."""
    folder = estate(tmp_path, two_years("a", 10.0, 11.0))

    done = changed(folder)

    row = done.like_for_like().filter(pl.col("name") == "scope2.market").row(0, named=True)
    market = [inventory(folder, of)("scope2.market") for of in (2021, 2022)]
    assert (row["value_0"], row["value_1"]) == pytest.approx(tuple(market), rel=1e-9)
    found = made(done, "scope2.market")
    assert sum(found.values()) == pytest.approx(market[1] - market[0], rel=1e-9)
    assert set(found) == {"activity", "method"}, "2022 has a residual mix, 2021 the grid's average alone"


def test_activity_records_stand_beside_the_meters(tmp_path: Path) -> None:
    """Steel of 30 t and 36.3 t CO2e, stated by its supplier; processing of what was sold in the second year alone."""
    folder = estate(tmp_path, two_years("a", 10.0, 10.0))
    said = [
        (2021, "goods", "steel", 30_000.0),
        (2022, "goods", "steel", 36_300.0),
        (2022, "processing_sold", "", 5_000.0),
    ]
    for of, kind, item, stated in said:
        more = [f"item={item}"] if item else []
        line = [f"start={of}-01-01", f"end={of}-12-31", f"kind={kind}", f"stated={stated}", "method=supplier", *more]
        wattstone("activity", "add", folder, "site_id=A", *line)

    done = changed(folder)

    assert made(done, "scope3.1") == pytest.approx({"activity": 6_300.0})
    assert made(done, "scope3") == pytest.approx({"activity": 11_300.0})
    whole = made(done, "total.location")
    assert whole["factor"] == pytest.approx(10 * HOURS * (FACTORS[2022] - FACTORS[2021]))
    assert sum(whole.values()) == pytest.approx(whole["factor"] + 11_300.0)


def test_a_year_without_data_is_refused(tmp_path: Path) -> None:
    folder = estate(tmp_path, readings("a", year(1.0), start=BEGIN))

    with pytest.raises(InputRefused) as refused:
        changed(folder, 2021)
    assert [one.code for one in refused.value.findings] == ["change.no_data"]


SPEND = (
    "id,name,scope,category,region,year,value,unit,gas,gwp_set,source,source_year,licence,confidence,remark\n"
    + "".join(
        f"own_law_{year},law,3,services_spend,CN,{year},0.5,kgCO2e/CNY,CO2e,AR5,study,2020,own,B,\n"
        for year in (2021, 2022)
    )
)


def test_the_statement_tells_the_effect_of_prices_from_what_was_computed(tmp_path, monkeypatch) -> None:
    """100,000 CNY became 121,000 while prices rose by 10 %: half of the change in logarithms is the price's. The
    statement computes each year once."""
    from wattstone.workflows import change
    from wattstone.workflows.inventory.complete import take_complete

    folder = estate(tmp_path, two_years("a", 10.0, 10.0))
    (folder / "factors").mkdir(exist_ok=True)
    (folder / "factors" / "law.csv").write_text(SPEND, encoding="utf-8")
    for of, amount in ((2021, 100_000), (2022, 121_000)):
        line = [
            f"start={of}-01-01",
            f"end={of}-12-31",
            "kind=services_spend",
            "item=law",
            f"amount={amount}",
            "unit=CNY",
        ]
        wattstone("activity", "add", folder, "site_id=A", "method=spend", *line)
    monkeypatch.setattr(change, "compute", lambda *_, **__: pytest.fail("computed again"))

    held = open_workspace(folder)
    try:
        told, without = (take_complete(held, 2022, inflation=one).change for one in ({"services_spend": 10.0}, None))
    finally:
        held.close()

    def of(frame: pl.DataFrame) -> dict[str, float]:
        rows = frame.filter((pl.col("name") == "scope3.1") & (pl.col("value").abs() > 1e-6))
        return dict(rows.select("effect", "value").iter_rows())

    assert of(told) == pytest.approx({"activity": 5_250.0, "price": 5_250.0})
    assert of(without) == pytest.approx({"activity": 10_500.0})
