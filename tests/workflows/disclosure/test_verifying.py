"""Tampering after the lock: one reading, factor, text, byte, signature or line of the list is found, and named."""

import json
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from tests.workflows.disclosure.locked import EN, NOW, approved, retold, sourced, taken, text_of
from tests.workflows.estate import dataset, inventory, readings, wattstone
from wattstone.base import InputRefused
from wattstone.disclosure.manifest import digest
from wattstone.interfaces.store.keys import Keys
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.programme.entries import hash_of
from wattstone.workflows.disclosure.editions import EDITIONS, LOCKED
from wattstone.workflows.disclosure.locking import lock
from wattstone.workflows.disclosure.signing import signed
from wattstone.workflows.disclosure.verifying import verify_edition
from wattstone.workflows.inventory.record import EVIDENCE, FIGURES


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two editions, signed."""
    folder = tmp_path_factory.mktemp("verifying")
    root = taken(folder / "made")
    keys = Keys(folder / "keys")
    keys.create("Report")
    patch = pytest.MonkeyPatch()
    sourced(patch)
    workspace = open_workspace(root)
    approved(workspace)
    lock(workspace, "tcfd", NOW, key=keys.signer())
    retold(workspace, EN.replace("twice", "three times"))
    lock(workspace, "tcfd", NOW, why="more often", key=keys.signer())
    workspace.close()
    yield root, keys
    patch.undo()


@pytest.fixture
def root(made, tmp_path):
    return Path(shutil.copytree(made[0], tmp_path / "ws"))


@pytest.fixture
def keys(made):
    return made[1]


def found(root, keys, number=None):
    """Codes and places of what is wrong."""
    workspace = open_workspace(root)
    try:
        return [
            (one.code, one.place, one.severity) for one in verify_edition(workspace, "tcfd", NOW, number, keys=keys)
        ]
    finally:
        workspace.close()


def errors(root, keys, number=None):
    return [(code, place) for code, place, severity in found(root, keys, number) if severity == "error"]


def rewrite(root, table, change, rows):
    """Write the files of a table anew, behind the back of everybody; how many rows were changed."""
    count = 0
    for file in sorted((root / "lake" / table).rglob("*.parquet")):
        frame = pl.read_parquet(file, hive_partitioning=False)
        here = frame.filter(rows).height
        if here:
            frame.with_columns(pl.when(rows).then(change).otherwise(pl.col(change.meta.output_name()))).write_parquet(
                file
            )
        count += here
    return count


def records(root, text, *values):
    with sqlite3.connect(root / "records.db") as connection:
        return connection.execute(text, values).rowcount


def test_what_nobody_touched_holds(root, keys):
    assert found(root, keys) == []
    assert found(root, keys, 1) == []  # although the text was written again since
    with pytest.raises(InputRefused) as refused:
        found(root, keys, 3)
    assert [one.code for one in refused.value.findings] == ["edition.none"]


def test_one_reading_is_found_by_its_meter_and_partition(root, keys):
    day = pl.col("start") == pl.datetime(2020, 3, 5, 14)
    assert rewrite(root, "readings", pl.lit(11.0).alias("value"), day & (pl.col("value") == 10.0)) == 1

    told = errors(root, keys)
    assert ("edition.tampered", "tcfd 2020, edition 2: meter m, partition 2020") in told
    # The flat's rows are whole; the sums above the works no longer come out.
    assert not any("flat" in place for _, place in told)
    assert ("edition.differs", "tcfd 2020, edition 2: figure energy.electricity@organisation@2020") in told
    assert [code for code, _ in told].count("edition.differs_below") == 1


def test_one_own_factor_is_found_by_its_id(root, keys):
    (file,) = (root / "factors").glob("*.csv")
    text = file.read_text(encoding="utf-8")
    assert text.count("0.25") == 1
    file.write_text(text.replace("0.25", "0.2"), encoding="utf-8")

    told = errors(root, keys)
    assert ("edition.factor", "tcfd 2020, edition 2: factor 'own_grid_2020'") in told
    assert ("edition.differs", "tcfd 2020, edition 2: figure scope2.location@organisation@2020") in told
    file.unlink()
    assert ("edition.factor", "tcfd 2020, edition 2: factor 'own_grid_2020'") in errors(root, keys)


def test_the_factor_that_evidence_tells_of_is_found(root, keys):
    named = pl.col("id").str.starts_with("factor:user/own_grid_2020")
    change = pl.col("content").str.replace("0.25", "0.2", literal=True)
    assert rewrite(root, EVIDENCE, change, named) == 1

    (told,) = [place for code, place in errors(root, keys) if code == "edition.figure"]
    assert told.startswith("tcfd 2020, edition 2: factor:user/own_grid_2020@")


def test_one_narrative_is_found_by_its_name(root, keys):
    workspace = open_workspace(root)
    entry = text_of(workspace, lang="zh")
    workspace.close()
    told = "UPDATE programme_entries SET body = replace(body, '两次', '四次') WHERE entry = ? AND kind = 'narrative'"
    changed = records(root, told, entry)
    assert changed == 1
    expected = ("edition.entry", f"tcfd 2020, edition 2: narrative '{entry}'")
    assert errors(root, keys) == [expected]

    # Who computes the hash anew as well is found too: the version that was locked is gone.
    with sqlite3.connect(root / "records.db") as connection:
        row = connection.execute("SELECT body, document FROM programme_entries WHERE entry = ?", (entry,)).fetchone()
    records(root, "UPDATE programme_entries SET hash = ? WHERE entry = ?", hash_of("narrative", entry, *row), entry)
    assert errors(root, keys) == [expected]


@pytest.mark.parametrize(
    "change", ["entered_by = 'Di'", "entered_at = '2020-01-01 00:00:00.000000'", "document = 'ab'", "seq = 99"]
)
def test_who_approved_and_when_is_found(root, keys, change):
    kind = "omission" if "document" in change else "review"
    assert (
        records(
            root,
            f"UPDATE programme_entries SET {change} WHERE seq = (SELECT max(seq) FROM programme_entries "
            "WHERE kind = ?)",
            kind,
        )
        == 1
    )

    assert [code for code, place in errors(root, keys) if kind in place] == ["edition.entry"]


def test_a_document_is_found(root, keys):
    assert records(root, "UPDATE documents SET content = ?", b"other") == 1

    assert errors(root, keys) == [("edition.document", "tcfd 2020, edition 2: document 'minutes.csv'")]


def test_one_byte_of_a_manifest_is_found(root, keys):
    second = pl.col("number") == 2
    assert rewrite(root, EDITIONS, pl.col("manifest").str.replace("three times", "three Times"), second) == 1
    assert errors(root, keys) == [("edition.manifest", "tcfd 2020, edition 2")]
    assert errors(root, keys, 1) == []

    # With the hash changed too, the signature and the audit log still speak of the other.
    (file,) = [one for one in (root / "lake" / EDITIONS).rglob("*.parquet") if 2 in pl.read_parquet(one)["number"]]
    manifest = pl.read_parquet(file)["manifest"][0]
    assert rewrite(root, EDITIONS, pl.lit(digest(manifest.encode())).alias("sha256"), second) == 1
    assert {code for code, _ in errors(root, keys)} == {"edition.list", "edition.signature"}


def test_a_signature_is_found(root, keys, tmp_path):
    def bent(**change):
        (file,) = [one for one in (root / "lake" / EDITIONS).rglob("*.parquet") if 2 in pl.read_parquet(one)["number"]]
        told = {**json.loads(pl.read_parquet(file)["signature"][0]), **change}
        assert rewrite(root, EDITIONS, pl.lit(json.dumps(told)).alias("signature"), pl.col("number") == 2) == 1
        return told

    held = bent(at="2019-01-01T00:00:00.000000+00:00")
    assert errors(root, keys) == [("edition.signature", "tcfd 2020, edition 2")]

    # Somebody else's key signs the same manifest: it holds, and is not the key that locked it.
    other = Keys(tmp_path / "other")
    other.create("Mallory")
    bent(**signed(held["sha256"], other.signer(), datetime.now(UTC)).as_dict())
    assert found(root, keys) == [
        ("edition.key_unknown", "tcfd 2020, edition 2", "warning"),
        ("edition.signature_gone", "tcfd 2020, edition 2", "error"),
    ]


@pytest.mark.parametrize("number", [1, 2])
def test_an_edition_that_was_taken_out_of_the_list_is_found(root, keys, number):
    for log in sorted((root / "lake" / EDITIONS / "_delta_log").glob("*.json")):
        lines = [json.loads(one) for one in log.read_text().splitlines()]
        added = [one["add"]["path"] for one in lines if "add" in one]
        if any(number in pl.read_parquet(root / "lake" / EDITIONS / one)["number"] for one in added):
            log.write_text("\n".join(json.dumps(one) for one in lines if "add" not in one))

    told = errors(root, keys)
    assert ("edition.list", f"tcfd 2020, edition {number}") in told
    assert {code for code, _ in told} == {"edition.list"}


def test_an_edition_that_the_audit_log_does_not_know_is_found(root, keys):
    assert records(root, "DELETE FROM audit WHERE what = ? AND details LIKE '%\"edition\": 1%'", LOCKED) == 1

    assert errors(root, keys) == [("edition.list", "tcfd 2020, edition 1")]


def test_a_figure_in_the_lake_is_found(root, keys):
    total = (pl.col("name") == "scope2.location") & (pl.col("subject") == "organisation") & (pl.col("period") == "2020")
    assert rewrite(root, FIGURES, (pl.col("value") - 1000.0).alias("value"), total) == 1

    told = errors(root, keys)
    assert ("edition.figure", "tcfd 2020, edition 2: figure scope2.location@organisation@2020") in told
    assert ("edition.figure", "tcfd 2020, edition 2: figure scope2.location@2020") in told
    assert ("edition.differs", "tcfd 2020, edition 2: figure scope2.location@organisation@2020") in told


def test_rows_that_are_gone_are_told(root, keys):
    file = next((root / "lake" / "readings").rglob("part=2020/*.parquet"))
    file.unlink()

    assert "edition.unreadable" in {code for code, _ in errors(root, keys)}


def test_readings_that_come_later_are_of_another_edition(root, keys, tmp_path):
    later = dataset(tmp_path / "later", readings("m", [99.0] * 24, start=datetime(2020, 7, 1)))
    wattstone("ingest", root, later)
    assert errors(root, keys) == []
    inventory(root, NOW)
    assert errors(root, keys) == []


def test_a_site_that_changed_is_told_as_the_likely_reason(root, keys):
    records(root, "UPDATE meters SET multiplier = 2.0 WHERE meter_id = 'm'")
    workspace = open_workspace(root)
    told = verify_edition(workspace, "tcfd", NOW, keys=keys)
    workspace.close()

    assert {one.code for one in told} <= {"edition.differs", "edition.differs_below"}
    assert all("were changed since" in one.found for one in told)
