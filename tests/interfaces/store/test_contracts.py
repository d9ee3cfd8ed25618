"""Contracts, certificates and the claims of years on them, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from wattstone.base import InputRefused
from wattstone.interfaces.store.migrating import WORKSPACE, migrate
from wattstone.interfaces.store.records import Records
from wattstone.inventory.instruments import Claim, HeldInstrument, Instrument

pytestmark = pytest.mark.xdist_group("postgresql")

NOW = datetime(2026, 3, 1, 12)


@pytest.fixture
def records(address: Path | str) -> Iterator[Records]:
    with Records.open(address, create=True) as opened:
        yield opened


def held(own: str, volume: float | None = 1_000.0, withdrawn: str = "") -> HeldInstrument:
    instrument = Instrument(
        id=own, kind="supplier_rate" if volume is None else "green_certificate", carrier="electricity", market="CN",
        vintage_start=date(2023, 1, 1), vintage_end=date(2023, 6, 30), volume=volume, factor=0.0,
        factor_source="国家绿证核发交易系统", scheme="GEC", technology="wind", supplier="s", tracking_system="t",
        serials=("A-1..A-9",), retired_on=date(2024, 1, 5), retired_for="us", sites=("HQ", "Mill"),
        holder="organisation", bundled=True, exclusive=True, delivered=True, generation_meter="g", document="0" * 64,
        note="n",
    )  # fmt: skip
    return HeldInstrument(instrument=instrument, entered_by="Li", entered_at=NOW, withdrawn=withdrawn)


def claim(own: str, year: int, energy: float) -> Claim:
    return Claim(instrument=own, year=year, energy=energy, claimed_by="Li", claimed_at=NOW)


def test_instruments_come_back_as_they_were_said(records: Records) -> None:
    full, rate = held("gec"), held("rate", None)
    assert set(Instrument.model_fields) == full.instrument.model_fields_set, "a field that the test forgot"

    records.put_instruments([rate, full])
    assert records.instruments() == (full, rate)

    records.put_instruments([held("gec", withdrawn="sold")])
    assert [(one.instrument.id, one.withdrawn) for one in records.instruments()] == [("gec", "sold"), ("rate", "")]
    assert records.revision("instruments") == 2


def test_years_together_claim_no_more_than_there_is(records: Records) -> None:
    records.put_instruments([held("gec"), held("rate", None)])
    records.put_claims(2023, [claim("gec", 2023, 700.0), claim("rate", 2023, 9e9)])

    with pytest.raises(InputRefused, match="300 kWh are left"):
        records.put_claims(2024, [claim("gec", 2024, 301.0), claim("rate", 2024, 1.0)])
    assert [one.year for one in records.claims()] == [2023, 2023]

    records.put_claims(2024, [claim("gec", 2024, 300.0)])
    records.put_claims(2023, [claim("gec", 2023, 650.0)])
    assert [(one.instrument, one.year, one.energy) for one in records.claims()] == [
        ("gec", 2023, 650.0),
        ("gec", 2024, 300.0),
    ]
    with pytest.raises(InputRefused, match="no such contract"):
        records.put_claims(2024, [claim("lost", 2024, 1.0)])


def test_the_tables_come_and_go_with_their_migration(records: Records) -> None:
    from sqlalchemy import inspect

    records.put_instruments([held("gec")])
    migrate(records._database, WORKSPACE, revision="0004", undo=True)
    with records._database.reading() as connection:
        assert not {"instruments", "claims"} & set(inspect(connection).get_table_names())
    migrate(records._database, WORKSPACE)
    assert records.instruments() == ()
    records.put_instruments([held("gec")])
    assert records.revision("instruments") == 1
