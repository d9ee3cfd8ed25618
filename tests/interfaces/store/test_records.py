"""The records, on SQLite and on PostgreSQL."""

import multiprocessing
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests import new_records
from wattstone.base import InputRefused, WattstoneError
from wattstone.interfaces.store.database import Database, open_database
from wattstone.interfaces.store.migrating import SERVER, WORKSPACE, Line, migrate
from wattstone.interfaces.store.records import Accepted, MappingFile, Records
from wattstone.portfolio import Control, Meter, Organisation, Share, Site, Space
from wattstone.portfolio.measures import Days, Measure, NonRoutineEvent, Stipulation
from wattstone.readings.meter_table import METERS, models_of

pytestmark = pytest.mark.xdist_group("postgresql")  # one server for all of them


def meter(meter_id: str = "main", **fields: Any) -> Meter:
    return Meter(**({"id": meter_id, "site_id": "HQ", "kind": "electricity", "unit": "kWh"} | fields))


@pytest.fixture
def records(address: Path | str):
    with Records.open(address, create=True) as opened:
        yield opened


def test_everything_said_comes_back(records: Records) -> None:
    organisation = Organisation(
        name="Green 地产", approach="equity share", gwp_set="AR6", base_year=2019, currency="CNY", languages=("zh",),
        zone="Asia/Shanghai",
    )  # fmt: skip
    site = Site(
        id="HQ", name="总部", type="office", floor_area=1234.5, address="1 Road", city="Shanghai", country="CN",
        latitude=31.2, longitude=121.5, zone="Asia/Shanghai", grid_region="CN-EC", weather_station="W1",
        ownership=(Share(start=date(2019, 7, 1), share=0.5), Share(end=date(2019, 7, 1), share=1.0)), simulated=True,
        control=(
            Control(start=date(2019, 7, 1), end=date(2020, 1, 1), holding="joint_venture", equity=0.5, operational=True,
                    financial="joint"),
            Control(end=date(2019, 7, 1), holding="leased_in", lease="operating", financial=False),
        ),
    )  # fmt: skip
    space = Space(id="B1", site_id="HQ", name="Block 1", parent_id="B0", floor_area=10.0)
    full = meter(
        kind="natural_gas", unit="m3", reading="register", direction="export", multiplier=10.0, sign=-1,
        parent_id="top", space_id="B1", basis="net", interval_seconds=900, rollover=99999.0, personal=True,
        derived_from="r", expression="a - `b c`", counted=True, simulated=True, declared="table",
    )  # fmt: skip

    records.set_organisation(organisation)
    records.declare([site], [full, meter("plain")], [space])

    assert records.organisation() == organisation
    assert records.sites() == (site,)
    assert records.spaces() == (space,)
    assert records.meters() == (full, meter("plain"))
    assert all(field in full.model_fields_set for field in Meter.model_fields), "a field that the test forgot"
    assert all(field in site.model_fields_set for field in Site.model_fields), "a field that the test forgot"


def test_the_table_of_meters_says_what_the_models_say(records: Records) -> None:
    assert records.meter_table().is_empty()
    rare = {"parent_id": "a", "basis": "net", "multiplier": 2.0, "counted": True, "personal": True, "sign": -1}
    meters = [meter("b"), *(meter(f"with {name}", **{name: value}) for name, value in rare.items()), meter("a")]
    records.declare([Site(id="HQ")], meters)

    table = records.meter_table()

    assert table["key"].to_list() == list(records.meter_keys().values())
    assert table.columns == ["key", *METERS]
    assert models_of(table) == records.meters() == tuple(meters)


def test_an_organisation_nobody_described_has_the_defaults(records: Records) -> None:
    assert records.organisation() == Organisation()


def test_a_key_is_given_once_and_kept(records: Records) -> None:
    site = Site(id="HQ")
    first = records.declare([site], [meter("b"), meter("a")])
    second = records.declare([site], [meter("a"), meter("c"), meter("b")])

    assert first == {"b": 1, "a": 2}
    assert second == {"b": 1, "a": 2, "c": 3}
    assert records.meter_keys() == second
    assert [one.id for one in records.meters()] == ["b", "a", "c"]


def test_many_meters_go_another_way_to_the_same_end(records: Records) -> None:
    ids = [f"m{number:04}" for number in range(1200)]
    site = Site(id="HQ")
    first = records.declare([site], [meter(i) for i in ids])
    assert list(first) == ids
    assert records.declare([site], [meter(i, unit="MWh") for i in ids[:1100]]) == {i: first[i] for i in ids[:1100]}
    assert [one.unit for one in records.meters()] == ["MWh"] * 1100 + ["kWh"] * 100


@pytest.mark.parametrize(
    ("before", "after", "stays"),
    [
        ("readings", "table", "MWh"),
        ("readings", "user", "MWh"),
        ("table", "user", "MWh"),
        ("table", "table", "MWh"),
        ("table", "readings", "kWh"),
        ("user", "table", "kWh"),
        ("user", "readings", "kWh"),
    ],
)
def test_who_says_more_is_believed(records: Records, before: str, after: str, stays: str) -> None:
    records.declare([Site(id="HQ")], [meter(declared=before, unit="kWh")])
    records.declare([], [meter(declared=after, unit="MWh", interval_seconds=900)])

    (kept,) = records.meters()
    assert kept.unit == stays
    assert kept.interval_seconds == 900, "what nobody had said is filled in by anybody"
    assert kept.declared == (after if stays == "MWh" else before)


def test_what_is_not_said_changes_nothing(records: Records) -> None:
    records.declare([Site(id="HQ", floor_area=10.0, zone="Europe/London")], [meter(multiplier=4.0, basis="net")])
    records.declare([Site(id="HQ", floor_area=None, name="Head office")], [meter(basis=None)])

    assert records.sites() == (Site(id="HQ", floor_area=10.0, zone="Europe/London", name="Head office"),)
    assert (records.meters()[0].multiplier, records.meters()[0].basis) == (4.0, "net")


def test_a_site_found_in_readings_yields_to_its_table(records: Records) -> None:
    records.declare([Site(id="HQ", zone="Europe/London", country="GB")], [])
    records.declare([Site(id="HQ", zone="UTC", city="Cambridge")], [], sites_by="readings")

    assert records.sites() == (Site(id="HQ", zone="Europe/London", country="GB", city="Cambridge"),)


def test_the_second_statement_of_one_call_lies_over_the_first(records: Records) -> None:
    records.declare([Site(id="HQ")], [meter(unit="kWh"), meter(unit="MWh", basis="net"), meter(unit="GWh")])
    assert [(one.unit, one.basis) for one in records.meters()] == [("GWh", "net")]


def test_a_meter_at_an_unknown_site_is_refused_and_nothing_kept(records: Records) -> None:
    with pytest.raises(InputRefused) as refusal:
        records.declare([Site(id="HQ")], [meter("good"), meter("x", site_id="lost"), meter("y", site_id="lost")])

    (finding,) = refusal.value.findings
    assert (finding.code, finding.count, finding.place) == ("records.unknown_site", 2, "site 'lost'")
    assert "'x'" in finding.text()
    assert records.sites() == ()
    assert records.meters() == ()


def test_one_meter_id_at_two_sites_is_refused(records: Records) -> None:
    sites = [Site(id="HQ"), Site(id="Mill")]
    records.declare(sites, [meter(declared="table")])
    with pytest.raises(InputRefused, match="already stands at site 'HQ'") as refusal:
        records.declare([], [meter(site_id="Mill", declared="table")])
    assert "Mill-main" in refusal.value.findings[0].text()

    records.declare([], [meter(site_id="Mill", declared="user")])
    assert records.meters()[0].site_id == "Mill"


def test_documents_are_kept_and_replaced(records: Records) -> None:
    records.put_tariff("day", "price = 1")
    records.put_tariff("day", "price = 2")
    records.put_tariff("a", "")
    records.put_mapping("excel", "[columns]", source="book.xlsx")
    records.put_setting("rows", {"rate": 1.5, "list": [1, None]})

    assert records.tariffs() == {"a": "", "day": "price = 2"}
    assert records.mapping("excel") == MappingFile(name="excel", toml="[columns]", source="book.xlsx")
    assert records.mapping("none") is None
    assert records.setting("rows") == {"rate": 1.5, "list": [1, None]}
    assert records.setting("none", 7) == 7


def test_exceptions_and_audit_carry_who_and_when_in_utc(records: Records) -> None:
    shanghai = timezone(timedelta(hours=8))
    records.accept_exception("f1", reason="no other", who="Li", when=datetime(2020, 1, 1, 8, tzinfo=shanghai))
    records.note("ingest", who="Li", when=datetime(2020, 1, 2, tzinfo=UTC), details={"rows": 3})
    records.note("init", who="Wu")

    assert records.exceptions() == (
        Accepted(factor_id="f1", reason="no other", who="Li", when=datetime(2020, 1, 1, 0)),
    )
    newest, oldest = records.audit()
    assert (newest.what, oldest.what, oldest.when, oldest.details) == (
        "init", "ingest", datetime(2020, 1, 2), {"rows": 3},
    )  # fmt: skip
    assert abs(newest.when - datetime.now(UTC).replace(tzinfo=None)) < timedelta(minutes=5)
    assert [entry.what for entry in records.audit(last=1)] == ["init"]


def _declare(address: Path | str, barrier: Any, shift: int) -> dict[str, int]:
    with Records.open(address, create=True) as records:
        barrier.wait(60)
        ids = [f"m{(number + shift) % 300:03}" for number in range(300)]
        return records.declare([Site(id="HQ")], [meter(i) for i in ids])


def test_two_processes_declaring_at_once_get_one_key_each(address: Path | str) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager, context.Pool(2) as pool:
        barrier = manager.Barrier(2)
        one, other = pool.starmap(_declare, [(address, barrier, 0), (address, barrier, 150)])

    assert one == other
    assert sorted(one.values()) == list(range(1, 301))
    with Records.open(address) as records:
        assert records.meter_keys() == one


def test_readers_see_what_was_committed_while_another_writes(records: Records, address: Path | str) -> None:
    records.declare([Site(id="HQ")], [meter()])
    with Records.open(address) as other, other._database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM meters")
        assert records.meter_keys() == {"main": 1}


def _state(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()}


def test_reading_and_saying_the_same_again_change_no_file(tmp_path: Path) -> None:
    site, main = Site(id="HQ", ownership=(Share(share=0.5),)), meter(rollover=1e5)
    with Records.open(tmp_path / "records.db", create=True) as records:
        records.declare([site], [main], [Space(id="B", site_id="HQ")])
        records.set_organisation(Organisation(name="A"))
        before = _state(tmp_path)
        assert list(before) == ["records.db"]
        with Records.open(tmp_path / "records.db", create=True) as again:
            again.sites(), again.meters(), again.organisation(), again.settings(), list(again.audit())
            again.declare([site], [main], [Space(id="B", site_id="HQ")])
            again.set_organisation(Organisation(name="A"))
            assert _state(tmp_path) == before


def test_foreign_keys_are_enforced(records: Records) -> None:
    records.declare([Site(id="HQ")], [meter()])
    from sqlalchemy.exc import IntegrityError

    with pytest.raises(IntegrityError), records._database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM sites")


def test_the_migrations_make_the_tables_that_the_code_declares(records: Records) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from wattstone.interfaces.store.tables import REVISION, metadata

    with records._database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == REVISION


def test_the_migrations_can_be_undone(records: Records) -> None:
    from sqlalchemy import inspect

    _downgrade(records, "base")
    with records._database.reading() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]


def _downgrade(records: Records, revision: str) -> None:
    migrate(records._database, WORKSPACE, revision=revision, undo=True)


def test_measures_come_back_as_they_were_said(records: Records) -> None:
    records.declare([Site(id="HQ"), Site(id="Mill")], [meter()])
    full = Measure(
        id="led", site_id="HQ", meters=("main", "v"), name="灯", description="lamps", boundary="hall", inside=("lamp",),
        option="A", key_parameter="power", simulation="b.csv", expected_saving=12.5, expected_unit="MWh", cost=9000.0,
        stipulated=(Stipulation(name="hours", value=2600, unit="h", source="schedule"),), currency="CNY", owner="Li",
        baseline=Days(first=date(2018, 1, 1), last=date(2018, 12, 31)), reporting=Days(first=date(2019, 2, 1)),
        blackout=Days(first=date(2019, 1, 1), last=date(2019, 1, 31)), status="done", interacts_with=("chiller",),
        overrides={"baseline.short": "new building"}, model="hourly", comparison_sites=("Mill",),
        comparison_meters=("m2",),
        variables=("m3",),
        events=(NonRoutineEvent(first=date(2019, 6, 1), kind="occupancy", reason="floor let", who="Wu"),),
    )  # fmt: skip
    plain = Measure(id="chiller", site_id="Mill", meters=("m",))

    records.declare_measures([full, plain])

    assert records.measures() == (plain, full)
    assert all(field in full.model_fields_set for field in Measure.model_fields), "a field that the test forgot"
    records.declare_measures([full.model_copy(update={"status": "verified"})], removed=["chiller"])
    assert [(one.id, one.status) for one in records.measures()] == [("led", "verified")]


def test_a_measure_at_an_unknown_site_is_refused_and_nothing_kept(records: Records) -> None:
    records.declare([Site(id="HQ")], [meter()])
    good, lost = (Measure(id=site, site_id=site, meters=("main",)) for site in ("HQ", "lost"))

    with pytest.raises(InputRefused, match="lost"):
        records.declare_measures([good, lost])
    assert records.measures() == ()


def _refusal(address: Path | str, **options: bool) -> str:
    with pytest.raises(InputRefused) as refusal:
        Records.open(address, **options)
    (finding,) = refusal.value.findings
    assert finding.text()
    return finding.code


def test_missing_records_are_refused_and_not_made(tmp_path: Path) -> None:
    assert _refusal(tmp_path / "records.db") == "records.missing"
    assert _refusal(str(tmp_path / "records.db"), upgrade=True) == "records.missing"
    assert list(tmp_path.iterdir()) == []


def test_an_empty_database_is_refused_unless_it_is_to_be_made(address: Path | str) -> None:
    if isinstance(address, Path):
        address.touch()
    assert _refusal(address) == "records.empty"
    assert _refusal(address, upgrade=True) == "records.empty"
    Records.open(address, create=True).close()
    Records.open(address).close()


def test_newer_records_are_refused_and_older_ones_upgraded(records: Records, address: Path | str) -> None:
    from wattstone.interfaces.store.tables import REVISION

    with records._database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert _refusal(address, create=True) == "records.newer"

    with records._database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{REVISION}'")
    _downgrade(records, "0001")
    assert _refusal(address) == "records.older"
    with Records.open(address, upgrade=True) as upgraded:
        assert upgraded.measures() == ()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "records.db").write_text("meter,value\n" * 200)
    assert _refusal(tmp_path / "records.db") == "records.not_a_database"


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg://user:s3cr3t@host/db",
        "postgresql+psycopg://user:s3cr3t/s3cr3t@s3cr3t@host/db",
        "postgresql+psycopg://user@host/db?password=s3cr3t",
        "postgresql+psycopg://user@host/db?sslmode=require&PassWord=s3cr3t",
        "mysql://user:s3cr3t@host/db",
        "postgresql+psycopg://user:s3cr3t@host:port/db",
    ],
)
def test_an_address_with_a_password_is_refused_and_never_shown(address: str) -> None:
    with pytest.raises(InputRefused) as refusal:
        Records.open(address)
    assert "s3cr3t" not in str(refusal.value)
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None
    assert refusal.value.findings[0].code in ("records.password_in_address", "records.address")


def test_a_server_that_is_not_there_is_the_systems_failure(tmp_path: Path) -> None:
    with pytest.raises(WattstoneError, match="cannot be used") as failure:
        Records.open(f"postgresql+psycopg://user@/db?host={tmp_path}")
    assert failure.value.exit_code == 3


def test_importing_the_records_does_not_import_the_database_library() -> None:
    code = "import sys, wattstone.interfaces.store.records; sys.exit('sqlalchemy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_new_records_of_tests_are_those_that_the_migrations_make(tmp_path: Path) -> None:
    def told(name: str, line: Line, run: Callable[[Database, Line], None]) -> list[str]:
        made = open_database(tmp_path / name, create=True)
        run(made, line)
        made.close()
        with closing(sqlite3.connect(tmp_path / name)) as held:
            return sorted(held.iterdump())  # tables that come in any order have indices that do

    for number, line in enumerate((WORKSPACE, SERVER)):
        assert told(f"{number}-copied.db", line, new_records.migrate) == told(f"{number}-real.db", line, migrate)
