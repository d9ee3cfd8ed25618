"""Packs: checked on a machine without Wattstone, the same to the byte each time, and no personal reading in them."""

import csv
import io
import json
import shutil
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.workflows.disclosure.locked import FLAT, NOW, approved, sourced, taken
from wattstone.base import InputRefused
from wattstone.disclosure.manifest import digest
from wattstone.disclosure.verify_pack import Pack, checked, main
from wattstone.interfaces.store.keys import Keys
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.workflows.access import POLICY, Forbidden, Principal, Role, Scope
from wattstone.workflows.access.guard import guarded
from wattstone.workflows.disclosure.chain import Chain, chain_of
from wattstone.workflows.disclosure.locking import lock
from wattstone.workflows.disclosure.pack import pack
from wattstone.workflows.disclosure.packed_evidence import figure_nodes, relations, veiled_subjects
from wattstone.workflows.disclosure.packed_texts import checker


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A signed pack of a signed edition; the workspace, the keys and what packing said."""
    folder = tmp_path_factory.mktemp("packing")
    root = taken(folder / "made")
    keys = Keys(folder / "keys")
    keys.create("Report")
    patch = pytest.MonkeyPatch()
    sourced(patch)
    workspace = open_workspace(root)
    approved(workspace)
    lock(workspace, "tcfd", NOW, key=keys.signer(), who="Ada")
    said = pack(workspace, "tcfd", NOW, None, folder / "pack", key=keys.signer(), keys=keys,
                renderings={"made-tcfd-2020-1.en.pdf": b"%PDF"}, who="Ada")  # fmt: skip
    yield workspace, keys, said
    workspace.close()
    patch.undo()


@pytest.fixture
def folder(made, tmp_path):
    return Path(shutil.copytree(made[2].path, tmp_path / "pack"))


def wrong(folder, key=""):
    return {what: told for what, _, told in checked(Pack(folder), key) if told}


def test_a_machine_without_wattstone_says_that_it_holds(made, tmp_path):
    _, keys, said = made
    away = shutil.copytree(said.path, tmp_path / "away")
    key = keys.signer().key
    ran = subprocess.run(
        [sys.executable, "-I", "-S", str(away / "verify_pack.py"), "--key", key],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines()[-3:] == [
        f"the report is signed by: {key}",
        f"the pack is signed by: {key}; compare with the key that the organisation gives", "the pack holds",
    ]  # fmt: skip
    told = [line.split(maxsplit=2) for line in ran.stdout.splitlines()[:-3]]
    assert {state for state, *_ in told} == {"ok"}
    counts = {what: int(count) for _, count, what in told}
    assert counts["signatures hold"] == 2
    assert counts["entries have the hash of what they say"] == 5
    assert counts["figures are the sum of the days of their meter"] == 3  # of the works both years, of the flat 2020
    assert counts.pop("figures are withheld, for they tell of persons") == 0
    assert counts.pop("points that were let pass are told as they were locked") == 0
    assert all(count > 0 for count in counts.values())
    assert said.figures == counts["figures have the id that is the hash of their content"]
    assert b"wattstone.disclosure" not in checker().replace(b"`wattstone disclose", b"")


def test_what_stands_in_it(made, folder):
    _, keys, said = made
    names = sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file())
    assert names == [
        "README.en.md", "README.zh.md", "chains/evidence.json", "chains/figures.json", "chains/relations.json",
        "chains/sources.json", "data-quality.json", "documents.json", "entries.json", "factors.json", "figures.csv",
        "keys.json", "manifest.json", "overrides.json", "pack.json", "pack.signature.json", "readings/days.csv",
        "renderings/made-tcfd-2020-1.en.pdf", "restatements.json", "signatures.json", "verify_pack.py",
    ]  # fmt: skip
    assert (said.files, said.key, said.sha256) == (
        len(names), keys.signer().key, digest((folder / "pack.json").read_bytes()),
    )  # fmt: skip
    read = {name: json.loads((folder / name).read_bytes()) for name in names if name.endswith(".json")}
    assert read["overrides.json"]["own_factors"] == ["own_grid_2020"]
    (own,) = [one for one in read["factors.json"].values() if "own_grid_2020" in str(one["rows"])]
    assert (own["value"], own["rows"][0]["source"]) == (0.25, "letter of the supplier")
    assert [one["title"] for one in read["documents.json"]["documents"].values()] == ["minutes.csv"]
    assert {one["meter_id"] for one in read["data-quality.json"]["meters"]["2020"]} == {"m", "flat"}
    assert read["keys.json"]["keys"][said.key]["name"] == "Report"
    rows = list(csv.DictReader(io.StringIO((folder / "figures.csv").read_text())))
    assert {row["key"]: float(row["value"]) for row in rows}["energy.electricity@2020"] == pytest.approx(10.5 * 8784)
    for lang, word in (("en", "Assurance pack"), ("zh", "鉴证资料包")):
        text = (folder / f"README.{lang}.md").read_text()
        assert word in text
        assert said.key in text
        assert all(
            f"`{name}`" in text for name in names if "/" not in name and "README" not in name and ".py" not in name
        )


def test_no_personal_reading_leaves_in_it(folder):
    """Each hour of the flat has a number of its own: none of them is anywhere, but its whole days are."""
    hours = {repr(one) for one in FLAT} | {f"{one:.5f}" for one in FLAT}
    content = {one: one.read_text(errors="replace") for one in folder.rglob("*") if one.is_file()}
    assert len(hours) >= 24
    for path, text in content.items():
        assert not any(one in text for one in hours), path

    rows = list(csv.DictReader(io.StringIO((folder / "readings" / "days.csv").read_text())))
    flat = [one for one in rows if one["meter"] == "flat"]
    assert [float(one["value"]) for one in flat] == pytest.approx([12.0] * len(flat))
    assert {one["rows"] for one in flat} == {"24"}
    # Of the first day eleven hours were measured: less than half of it, so that it would tell of hours.
    assert min(one["start"] for one in flat) == "2019-01-02T00:00:00"
    assert sum(1 for one in rows if one["meter"] == "m") == 365 + 366


@pytest.mark.parametrize(
    ("path", "old", "new", "what"),
    [
        ("manifest.json", "twice a year", "Twice a year", "signatures hold"),
        ("chains/figures.json", '"value": 92232.0', '"value": 92233.0', "figures have the id"),
        ("chains/figures.json", "own_grid_2020", "own_grid_2021", "names in the chains lead"),
        ("chains/evidence.json", '"value": 0.25', '"value": 0.2', "pieces of evidence are those"),
        ("factors.json", '"value": 0.25', '"value": 0.2', "pieces of evidence are those"),
        ("readings/days.csv", "m,2020-03-05T00:00:00,240.0", "m,2020-03-05T00:00:00,241.0", "sum of the days"),
        ("entries.json", "twice a year", "three times", "entries have the hash"),
        ("figures.csv", "92232.0", "92233.0", "numbers of figures.csv"),
        ("overrides.json", '"let_pass_for_the_edition": []', '"let_pass_for_the_edition": [1]', "points that were let"),
        ("keys.json", '"revoked": null', '"revoked": "2020-01-01T00:00:00+00:00"', "signatures hold"),
    ],
)
def test_a_change_is_found_by_the_hash_of_the_file_and_by_what_it_says(folder, path, old, new, what):
    text = (folder / path).read_text(encoding="utf-8")
    assert old in text
    (folder / path).write_text(text.replace(old, new, 1), encoding="utf-8")
    told = wrong(folder)
    assert any(one.startswith(path) for one in told["files have the hash that pack.json tells"])
    assert any(what in one for one in told)

    # Who writes the hashes anew as well has no key to sign them with.
    index = json.loads((folder / "pack.json").read_bytes())
    index["files"][path]["sha256"] = digest((folder / path).read_bytes())
    (folder / "pack.json").write_text(json.dumps(index))
    told = wrong(folder)
    assert any("pack.json" in one for one in told["signatures hold"])
    assert any(what in one for one in told)
    assert main([str(folder)]) == 1


def test_a_figure_of_a_flat_by_less_than_a_day_is_withheld(made, folder):
    """Nothing of it leaves but its id; what rests on it is not computed again from the pack. The site has one flat."""
    workspace = made[0]
    veiled = veiled_subjects(workspace)
    assert veiled == {"meter:flat", "site:B"}
    held = chain_of(workspace.lake, [json.loads((folder / "manifest.json").read_bytes())["statement"]["figures"][
        "energy.electricity@2020"]["id"]])  # fmt: skip
    (name,) = [one for one, row in held.figures.items() if row["subject"] == "meter:flat"]
    row = held.figures[name]
    short = Chain({**held.figures, name: {**row, "end": row["start"] + timedelta(hours=23)}}, held.evidence)

    assert figure_nodes(short, veiled)[name] == {"withheld": "personal, and of less than a day"}
    assert figure_nodes(held, veiled)[name]["value"] == row["value"]
    days = pl.DataFrame(schema={"meter": pl.String, "start": pl.String, "value": pl.Float64})
    above = {one for one, each in held.figures.items() if f"figure:{name}" in each["inputs"]}
    assert above <= set(relations(held, days, veiled)["sums"])
    assert not above & set(relations(short, days, veiled)["sums"])

    figures = json.loads((folder / "chains" / "figures.json").read_bytes())
    (folder / "chains" / "figures.json").write_text(json.dumps({**figures, name: figure_nodes(short, veiled)[name]}))
    told = {what: count for what, count, _ in checked(Pack(folder))}
    assert told["figures are withheld, for they tell of persons"] == 1
    assert told["figures have the id that is the hash of their content"] == len(figures) - 1


def test_files_that_are_gone_or_came_are_found(folder):
    (folder / "restatements.json").unlink()
    (folder / "more.json").write_text("{}")

    assert wrong(folder)["files have the hash that pack.json tells"] == [
        "restatements.json: it is not there", "more.json: nobody told of it",
    ]  # fmt: skip


def test_a_pack_that_another_key_signed_is_told(made, folder, capsys):
    assert wrong(folder, made[1].signer().key) == {}
    assert wrong(folder, "0" * 20)["signatures hold"] == [
        f"{name}: the key {'0' * 20} did not sign it" for name in ("manifest.json", "pack.json")
    ]
    assert main([str(folder), "--trace", "scope2.location@2020"]) == 0
    told = capsys.readouterr().out
    assert "own_grid_2020" in told
    assert "slice:" in told


def test_a_zip_is_the_same_to_the_byte_and_can_be_checked(made, tmp_path):
    workspace, keys, said = made
    for name in ("one.zip", "two.zip"):
        pack(workspace, "tcfd", NOW, 1, tmp_path / name, keys=keys)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as held:
        assert held.namelist() == sorted(held.namelist())
        assert {one.date_time for one in held.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for name in held.namelist():  # what is in it is what is in the signed folder, but for what was added there
            if name != "pack.json":
                assert held.read(name) == (said.path / name).read_bytes(), name
    assert main([str(tmp_path / "one.zip")]) == 3  # nobody signed this one
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_nothing_is_written_where_something_is_or_nobody_may(made, tmp_path):
    workspace, *_ = made
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "x").write_text("x")
    for to, number, code in ((tmp_path / "there", 1, "pack.occupied"), (tmp_path / "new", 7, "edition.none")):
        with pytest.raises(InputRefused) as refused:
            pack(workspace, "tcfd", NOW, number, to)
        assert [one.code for one in refused.value.findings] == [code]
    for role, sites in ((Role.VIEWER, None), (Role.OPERATOR, None), (Role.REVIEWER, frozenset({"A"}))):
        who = Principal(id="1", name="Cy", kind="person", tenant="acme", role=role, scope=Scope(sites),
                        acts=POLICY[role])  # fmt: skip
        with pytest.raises(Forbidden):
            pack(guarded(workspace, who), "tcfd", NOW, 1, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert "pack report" in {one.what for one in workspace.records.audit(last=3)}
