"""Inventories of real measurements against an independent computation.

The computation here is written separately, in plain Polars, from the Parquet files and the collected table of factors
alone: it shares no code with the product.
"""

from pathlib import Path

import polars as pl
import pytest

from tests.workflows.estate import Figures, inventory, stored, wattstone
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.workflows.disclosure.statement import statement_of

EXACT = 1e-9  # relative

pytestmark = pytest.mark.slow


def factor(shared_data: Path, key: str) -> float:
    """A row of the collected table of factors, by id."""
    table = pl.read_csv(shared_data.parent / "facts" / "factors.csv", infer_schema_length=0)
    return float(table.filter(pl.col("id") == key)["value"].item())


def local(rows: pl.DataFrame, zone: str, year: int) -> pl.DataFrame:
    """Readings of a calendar year on a clock, with the month."""
    clock = pl.col("timestamp").dt.convert_time_zone(zone)
    return rows.with_columns(
        clock.dt.year().alias("year"), clock.dt.month().alias("month"), pl.col("value").cast(pl.Float64)
    ).filter(pl.col("year") == year)


def by(rows: pl.DataFrame, *keys: str, value: str = "value") -> dict:
    """Sums by keys."""
    summed = rows.group_by(*keys).agg(pl.col(value).sum())
    return {row[:-1] if len(keys) > 1 else row[0]: row[-1] for row in summed.iter_rows()}


def ran(tmp_path_factory: pytest.TempPathFactory, source: Path, year: int) -> tuple[Path, Figures]:
    folder = tmp_path_factory.mktemp(source.name) / "ws"
    said = wattstone("run", source, "--year", year, "--workspace", folder, "--json").json
    return folder, Figures(tuple(said["figures"]))


@pytest.fixture(scope="module")
def cambridge(shared_data, tmp_path_factory):
    return ran(tmp_path_factory, shared_data / "cambridge-dev", 2019)


@pytest.fixture(scope="module")
def expected(shared_data):
    """Energy and emissions of each row of Cambridge in 2019."""
    folder = shared_data / "cambridge-dev"
    rows = local(pl.read_parquet(folder / "readings.parquet"), "Europe/London", 2019)
    grid = pl.read_parquet(folder / "grid_carbon_intensity.parquet")
    power = rows.filter(pl.col("kind") == "electricity").join(
        grid.with_columns(pl.col("timestamp").cast(rows.schema["timestamp"])), on="timestamp", how="left"
    )
    assert power["kg_co2_per_kwh"].null_count() == 0
    power = power.with_columns(
        (pl.col("value") * pl.col("kg_co2_per_kwh")).alias("hourly"),
        (
            pl.col("value") * factor(shared_data, "desnz2019_uk_electricity_electricity_generated_electricity_uk_kwh")
        ).alias("annual"),
    )
    gas = rows.filter(pl.col("kind") == "gas").with_columns((pl.col("value") * 0.18385).alias("scope1"))
    return power, gas


COLUMNS = {
    "energy.electricity": (0, "value"),
    "scope2.location": (0, "hourly"),
    "scope2.location.hourly": (0, "hourly"),
    "scope2.location.annual": (0, "annual"),
    "energy.natural_gas": (1, "value"),
    "scope1": (1, "scope1"),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_cambridge_organisation_sites_and_meters(cambridge, expected, name):
    table, column = COLUMNS[name]
    rows, (_, figures) = expected[table], cambridge
    sites, meters = by(rows, "site_id", value=column), by(rows, "meter_id", value=column)

    assert figures(name) == pytest.approx(rows[column].sum(), rel=EXACT)
    for prefix, sums in (("site", sites), ("meter", meters)):
        told = {
            row["subject"]: row["value"] for row in figures.rows if row["name"] == name and prefix in row["subject"]
        }
        known = {subject for subject, value in told.items() if value is not None}
        assert known == {f"{prefix}:{one}" for one in sums}
        for one, value in sums.items():
            assert told[f"{prefix}:{one}"] == pytest.approx(value, rel=EXACT, abs=1e-9)


@pytest.mark.parametrize("name", COLUMNS)
def test_cambridge_months(cambridge, expected, name):
    table, column = COLUMNS[name]
    folder, _ = cambridge
    held = stored(folder, 2019).filter(
        (pl.col("name") == name) & pl.col("period").str.starts_with("2019-") & pl.col("value").is_not_null()
    )
    sums = by(expected[table], "meter_id", "month", value=column)
    sums = {(f"meter:{meter}", f"2019-{month:02}"): value for (meter, month), value in sums.items()}
    whole = {("organisation", f"2019-{month:02}"): v for month, v in by(expected[table], "month", value=column).items()}
    told = {
        (subject, period): value for subject, period, value in held.select("subject", "period", "value").iter_rows()
    }

    assert {key for key in told if key[0].startswith("meter:")} == set(sums)
    for key, value in (sums | whole).items():
        assert told[key] == pytest.approx(value, rel=EXACT, abs=1e-9)


def test_cambridge_report_is_honest_and_mostly_empty(cambridge, expected):
    """Real meters and no narrative: figures where they belong, what is missing named, nothing invented."""
    folder, _ = cambridge
    power, gas = expected
    held = open_workspace(folder)
    made = statement_of(held, "tcfd", 2019)
    held.close()
    by_part = {
        part: {one.status for one in made.answers if one.topic.part == part}
        for part in ("governance", "strategy", "risk", "metrics")
    }
    totals = {row["what"]: row["now"] for row in made.answer("metrics.ghg").tables[0].rows.iter_rows(named=True)}
    energy = {row["carrier"]: row["now"] for row in made.answer("metrics.energy").tables[0].rows.iter_rows(named=True)}
    named = {one.id for one in made.figures.values()}
    drawn = [
        one for answer in made.answers for table in answer.tables for name in table.rows.columns
        if name.endswith("@figure") for one in table.rows[name].drop_nulls()
    ]  # fmt: skip

    assert not made.simulated
    assert by_part == {"governance": {"open"}, "strategy": {"open"}, "risk": {"open"},
                       "metrics": {"open", "partly", "answered"}}  # fmt: skip
    assert totals["Scope 2, location-based (CO2 alone)"] == pytest.approx(power["hourly"].sum(), rel=EXACT)
    assert totals["Scope 1"] == pytest.approx(gas["scope1"].sum(), rel=EXACT)
    assert totals["Scope 3"] is None
    assert energy == pytest.approx({"Electricity": power["value"].sum(), "Natural gas": gas["value"].sum()}, rel=EXACT)
    assert [one.written for one in made.answers if one.written] == []
    assert made.answer("targets.set").tables == ()
    assert any("No target is entered" in one.text for one in made.answer("targets.set").says)
    assert any("categories {which}" in one.text for one in made.answer("metrics.scope3").says)
    assert drawn
    assert set(drawn) <= named
    assert {one.state for one in made.figures.values()} == {"current"}


def test_cambridge_units(cambridge):
    _, figures = cambridge

    assert figures.row("scope2.location")["basis"] == "hourly"
    assert figures.row("scope2.location.hourly")["unit"] == "kg CO2"  # the column is kg_co2_per_kwh
    assert figures.row("scope2.location.annual")["unit"] == "kg CO2e"
    assert figures.row("scope1")["unit"] == "kg CO2e"


def test_cambridge_intensity_and_change(cambridge, expected, shared_data):
    _, figures = cambridge
    area = dict(
        pl.read_parquet(shared_data / "cambridge-dev" / "sites.parquet").select("site_id", "gia_m2").iter_rows()
    )
    used = by(pl.concat([one.select("site_id", "value") for one in expected]), "site_id")

    for site, energy in used.items():
        assert figures("intensity.energy", f"site:{site}") == pytest.approx(energy / area[site], rel=EXACT)
    assert figures("intensity.energy") == pytest.approx(sum(used.values()) / sum(area[one] for one in used), rel=EXACT)

    rows = pl.read_parquet(shared_data / "cambridge-dev" / "readings.parquet").filter(pl.col("kind") == "gas")
    now, before = (local(rows, "Europe/London", year) for year in (2019, 2018))
    whole = [
        set(one.group_by("meter_id").len().filter(pl.col("len") >= 0.9 * 8760)["meter_id"]) for one in (now, before)
    ]
    both = whole[0] & whole[1]
    new, old = (one.filter(pl.col("meter_id").is_in(list(both)))["value"].sum() for one in (now, before))
    assert figures("change.energy.natural_gas") == pytest.approx((new / old - 1) * 100, rel=EXACT)


def test_cambridge_degree_days(cambridge, shared_data):
    """The mean over each local day of what lies below 15.5 and above 18.3 degC, for its 23, 24 or 25 hours."""
    _, figures = cambridge
    weather = pl.read_parquet(shared_data / "cambridge-dev" / "weather.parquet")
    days = (
        local(weather.with_columns(pl.col("air_temperature_c").alias("value")), "Europe/London", 2019)
        .with_columns(pl.col("timestamp").dt.convert_time_zone("Europe/London").dt.date().alias("day"))
        .group_by("day")
        .agg(
            (15.5 - pl.col("value")).clip(lower_bound=0).mean().alias("heating"),
            (pl.col("value") - 18.3).clip(lower_bound=0).mean().alias("cooling"),
            pl.len(),
        )
        .with_columns(
            pl.when(pl.col("day").cast(pl.String) == "2019-03-31")
            .then(23)
            .when(pl.col("day").cast(pl.String) == "2019-10-27")
            .then(25)
            .otherwise(24)
            .alias("hours")
        )
    )
    assert (days["len"] == days["hours"]).all()
    for what in ("heating", "cooling"):
        total = (days[what] * days["hours"] / 24).sum()
        assert figures(f"degree_days.{what}", "site:ucam-b1") == pytest.approx(total, rel=EXACT)


def test_cambridge_holds_and_can_be_traced(cambridge):
    folder, _ = cambridge

    assert wattstone("verify", folder, "--json").json["holds"]
    for name in COLUMNS:
        said = wattstone("trace", folder, f"{name}@organisation@2019", "--all", "--json").out
        assert '"missing"' not in said
        assert "cambridge-dev/readings.parquet" in said


def test_cambridge_in_a_year_of_another_factor(cambridge):
    """2018: no published factor, hourly intensities all the same."""
    folder, _ = cambridge
    figures = inventory(folder, 2018)

    assert figures("scope2.location") == figures("scope2.location.hourly")
    assert "2018" in figures.reason("scope2.location.annual")
    assert "2018" in figures.reason("scope1")
    assert figures("energy.natural_gas") > 0


def test_steel_plant_on_the_clock_of_seoul(shared_data, tmp_path_factory):
    folder = shared_data / "steel-plant"
    rows = local(pl.read_parquet(folder / "readings.parquet"), "Asia/Seoul", 2018).filter(
        pl.col("kind") == "electricity"
    )
    workspace, figures = ran(tmp_path_factory, folder, 2018)

    assert rows.height == 35040
    assert figures("energy.electricity") == pytest.approx(rows["value"].sum(), rel=EXACT)
    assert "KR" in figures.reason("scope2.location")
    assert "no hourly intensities" in figures.reason("scope2.location.hourly")
    assert "no meters of fuel" in figures.reason("scope1")
    assert not any("reactive" in row["name"] or "power_factor" in row["name"] for row in figures.rows)
    months = stored(workspace, 2018).filter(
        (pl.col("name") == "energy.electricity") & (pl.col("subject") == "organisation") & (pl.col("period") != "2018")
    )
    sums = by(rows, "month")
    assert dict(months.select("period", "value").iter_rows()) == {
        f"2018-{month:02}": pytest.approx(value, rel=EXACT) for month, value in sums.items()
    }


def test_monash_delivers_power_and_its_sun_is_not_bought(shared_data, tmp_path_factory):
    folder = shared_data / "monash-microgrid"
    rows = local(pl.read_parquet(folder / "readings.parquet"), "Australia/Melbourne", 2020).filter(
        pl.col("value").is_not_null() & pl.col("value").is_not_nan()
    )
    kwh = rows.with_columns(pl.col("value") / 4)  # kW over a quarter of an hour
    _, figures = ran(tmp_path_factory, folder, 2020)

    bought = kwh.filter(pl.col("kind") == "electricity")
    assert figures("energy.electricity") == pytest.approx(bought["value"].sum(), rel=EXACT)
    for meter, value in by(bought, "meter_id").items():
        assert figures("energy.electricity", f"meter:{meter}") == pytest.approx(value, rel=EXACT)
    for meter, value in by(kwh.filter(pl.col("kind") == "pv_generation"), "meter_id").items():
        assert figures("energy.solar", f"meter:{meter}") == pytest.approx(value, rel=EXACT)
    assert not figures.has("energy.solar")  # shown beside what is bought, never added
    assert "AU" in figures.reason("scope2.location")


def test_alicante_counts_each_register_once(shared_data, tmp_path_factory):
    """What a register gained in the year, where it never fell; a part of the interval around midnight belongs to it."""
    folder = shared_data / "alicante-water"
    every = pl.read_parquet(folder / "readings.parquet").filter(pl.col("kind") == "water_register")
    rows = every.sort("meter_id", "timestamp").with_columns(
        pl.col("timestamp").dt.convert_time_zone("Europe/Madrid").dt.year().alias("year")
    )
    _, figures = ran(tmp_path_factory, folder, 2016)

    inside, after = pl.col("year") == 2016, pl.col("value").filter(pl.col("year") == 2017).first()
    last = pl.col("value").filter(inside).last()
    calm = rows.group_by("meter_id").agg(
        (pl.col("value").diff().drop_nulls() >= 0).all().alias("rising"),
        ((last - pl.col("value").filter(inside).first()) / 1000).alias("gained"),
        ((after - last) / 1000).fill_null(0.0).alias("around"),
        pl.col("site_id").first(),
    )
    calm = calm.filter("rising")
    assert calm.height > 20
    for row in calm.iter_rows(named=True):
        value = figures("volume.water", f"meter:{row['meter_id']}")
        assert row["gained"] - 1e-6 <= value <= row["gained"] + row["around"] + 1e-6, row
        assert figures("volume.water", f"site:{row['site_id']}") == pytest.approx(value, rel=EXACT)
    doubled = [row for row in figures.rows if row["subject"].endswith("-water") and row["value"] is not None]
    assert doubled
    assert all(any("not in the totals" in note for note in row["notes"]) for row in doubled)
    meters = [row["value"] for row in figures.rows if row["subject"].endswith("-register") and row["value"] is not None]
    assert figures("volume.water") == pytest.approx(sum(meters), rel=EXACT)
