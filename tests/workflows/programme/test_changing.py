"""Entries changed by several people: nobody's correction is lost, and nobody is told of what they may not see."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.programme.test_entries import OF_HQ, REGISTRY, STATUS, codes, somebody
from wattstone.base import Finding, InputRefused
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.portfolio import Site
from wattstone.programme.cells import text_of
from wattstone.readings.tabular.numbers import is_number, numbers
from wattstone.workflows.access import Forbidden, Role
from wattstone.workflows.access.guard import guarded
from wattstone.workflows.programme import beside
from wattstone.workflows.programme.attaching import attach_evidence
from wattstone.workflows.programme.beside import known_to
from wattstone.workflows.programme.entries import add_entry, correct, entries_of, withdraw
from wattstone.workflows.programme.importing import import_entries
from wattstone.workflows.programme.noticed import Overtaken
from wattstone.workflows.programme.proofs import evidence_document

WEIGHED = {"id": "w1", "site": "HQ", "date": "2024-03-01", "mass": "1.5", "stream": "paper", "route": "recycling"}


@pytest.fixture
def workspace(tmp_path):
    create_workspace(tmp_path / "w")
    held = open_workspace(tmp_path / "w")
    held.records.declare([Site(id="HQ", name="Head office", country="CN"), Site(id="MILL", country="CN")], [])
    yield held
    held.close()


def proof(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_text("site,batch\nHQ,8\n", encoding="utf-8")
    return path


def test_a_correction_of_a_version_that_is_no_longer_the_newest_is_refused_and_shows_both(workspace):
    add_entry(workspace, "registry", REGISTRY, who="Li")
    read = entries_of(workspace, "registry")["hash"][0]
    correct(workspace, "registry", "green_factory~2024", {"total": "6431"}, reason="as published", who="Wu", was=read)

    for deed in (
        lambda: correct(workspace, "registry", "green_factory~2024", {"source": "MIIT, list 8"}, reason="x", was=read),
        lambda: withdraw(workspace, "registry", "green_factory~2024", reason="twice", was=read),
    ):
        with pytest.raises(Overtaken) as refused:
            deed()
        assert refused.value.status == 409
        said = refused.value.findings[0].text()
        assert "Wu" in said
        assert "total = 6431" in said
        assert "total = 6430" in said
    held = entries_of(workspace, "registry")
    assert held.select("total", "source").rows() == [(6431, "MIIT")]
    correct(workspace, "registry", "green_factory~2024", {"source": "list 8"}, reason="x", was=held["hash"][0])


def test_a_document_goes_with_its_entry_to_another_site(workspace, tmp_path):
    add_entry(workspace, "weighing", WEIGHED)
    sha = attach_evidence(workspace, "weighing", "w1", proof(tmp_path, "note.csv"), who="Li").sha256
    mill = guarded(workspace, somebody(Role.VIEWER, "MILL"))
    assert evidence_document(mill, sha) is None

    correct(workspace, "weighing", "w1", {"site": "MILL"}, reason="as published", who="Wu")
    shown = evidence_document(mill, sha)
    assert shown is not None
    assert (shown[0].title, shown[0].site, shown[0].facts["by"]) == ("note.csv", "MILL", "Li")
    assert entries_of(mill, "weighing")["document"].to_list() == [sha]


def test_who_attached_a_document_first_stays(workspace, tmp_path):
    add_entry(workspace, "weighing", WEIGHED)
    add_entry(workspace, "weighing", {**WEIGHED, "id": "w2"})
    first = attach_evidence(workspace, "weighing", "w1", proof(tmp_path, "first.csv"), who="Li")
    attach_evidence(workspace, "weighing", "w2", proof(tmp_path, "again.csv"), who="Wu")

    (held,) = workspace.records.documents("programme", first.sha256)
    assert (held.title, held.facts["by"]) == ("first.csv", "Li")


def test_who_is_killed_leaves_no_document_that_no_entry_names(workspace, tmp_path, monkeypatch):
    add_entry(workspace, "weighing", WEIGHED)
    with monkeypatch.context() as broken:

        def die(*_, **__):
            raise KeyboardInterrupt

        broken.setattr("wattstone.interfaces.store.programme.append_line", die)
        with pytest.raises(KeyboardInterrupt):
            attach_evidence(workspace, "weighing", "w1", proof(tmp_path, "note.csv"))
    assert workspace.records.documents("programme") == ()


def test_an_id_that_is_taken_elsewhere_does_not_say_where(workspace):
    add_entry(workspace, "weighing", {**WEIGHED, "site": "MILL"})
    mine = guarded(workspace, somebody(Role.OPERATOR, "HQ"))

    with pytest.raises(InputRefused) as refused:
        add_entry(mine, "weighing", WEIGHED)
    assert codes(refused) == ["entry.elsewhere"]
    assert "MILL" not in refused.value.findings[0].text()
    assert entries_of(workspace, "weighing")["site"].to_list() == ["MILL"]


def test_entries_of_others_that_name_one_are_counted_and_not_named(workspace, monkeypatch):
    add_entry(workspace, "weighing", WEIGHED)
    others = [("weighing 'mine'", "HQ"), ("weighing 'theirs'", "MILL")]
    monkeypatch.setattr("wattstone.workflows.programme.leaving.named_by", lambda *_: others)

    with pytest.raises(InputRefused) as refused:
        withdraw(guarded(workspace, somebody(Role.OPERATOR, "HQ")), "weighing", "w1", reason="x")
    said = refused.value.findings[0].text()
    assert "mine" in said
    assert "theirs" not in said


def doubt(place, severity="warning", code="test.doubt"):
    return Finding(code=code, place=place, found="17 t of it", expected="-", remedy="-", severity=severity)


@pytest.fixture
def checked(monkeypatch):
    """What checks of a module say next, by how many entries of weighings there are."""
    told = {}
    monkeypatch.setattr(beside, "checks_of", lambda *_: lambda entries: told.get(entries["weighing"].height, []))
    return told


@pytest.mark.parametrize(("sites", "seen"), [((), {"weighing 'w1'", "year 2024"}), (("HQ",), {"weighing 'w1'"})])
def test_warnings_are_of_what_is_changed_and_of_no_entry_where_the_change_brings_them(workspace, checked, sites, seen):
    add_entry(workspace, "weighing", {**WEIGHED, "id": "w0", "site": "MILL"})
    checked[1] = [doubt("year 2023")]
    checked[2] = [doubt("year 2023"), doubt("year 2024"), doubt("weighing 'w0'"), doubt("weighing 'w1'")]

    done = add_entry(guarded(workspace, somebody(Role.ANALYST, *sites)), "weighing", WEIGHED)
    assert {one.place for one in done.findings} == seen


def test_who_leaves_is_not_told_of_entries_of_others(workspace, checked):
    add_entry(workspace, "weighing", {**WEIGHED, "id": "w0", "site": "MILL"})
    add_entry(workspace, "weighing", WEIGHED)
    checked[1] = [doubt("weighing 'w0'"), doubt("weighing 'w1'")]

    found = withdraw(guarded(workspace, somebody(Role.OPERATOR, "HQ")), "weighing", "w1", reason="twice")
    assert [one.place for one in found] == ["weighing 'w1'"]


def test_an_error_at_an_entry_of_others_says_only_that_there_is_one(workspace, checked):
    add_entry(workspace, "weighing", {**WEIGHED, "id": "w0", "site": "MILL"})
    checked[2] = [doubt("weighing 'w0'", "error"), doubt("landfill_deposit 'theirs'", "error", "test.other")]

    with pytest.raises(InputRefused) as refused:
        add_entry(guarded(workspace, somebody(Role.OPERATOR, "HQ")), "weighing", WEIGHED)
    assert codes(refused) == ["test.doubt", "test.other"]
    said = " ".join(one.text() for one in refused.value.findings)
    assert "w0" not in said
    assert "theirs" not in said
    assert "17 t" not in said
    with pytest.raises(InputRefused, match="17 t"):
        add_entry(workspace, "weighing", WEIGHED)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER])
@pytest.mark.parametrize("sites", [(), ("HQ",)])
def test_who_only_looks_is_offered_what_they_see(workspace, role, sites):
    from wattstone.programme.kinds import record_kind

    known = known_to(guarded(workspace, somebody(role, *sites)), record_kind("weighing"), {})
    assert set(known.sites) == ({"HQ", "MILL"} if not sites else {"HQ"})


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-x", "@x", "a\x07b"])
def test_names_that_a_spreadsheet_would_run_are_refused(workspace, name):
    landfill = {"type": "landfill", "management": "managed_anaerobic", "climate": "temperate_wet", "source": "permit"}
    with pytest.raises(InputRefused) as refused:
        add_entry(workspace, "waste_facility", {"name": name, **landfill})
    assert codes(refused) == ["entry.id_sign"]
    with pytest.raises(InputRefused) as refused:
        add_entry(workspace, "weighing", {**WEIGHED, "id": name})
    assert codes(refused) == ["entry.id"]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_read_back_exactly_from_its_text(value):
    text = text_of(value)
    assert is_number(text)
    import polars as pl

    read, bad = numbers(pl.Series([text]))
    assert not bad[0]
    assert read[0] == value


def test_what_an_apostrophe_keeps_from_running_is_read_without_it(workspace, tmp_path):
    file = tmp_path / "w.csv"
    file.write_text(
        "id,site,date,mass,stream,route,carrier\n"
        "w1,HQ,2024-03-01,1.5,paper,recycling,'+86 21 1234\n"
        "w2,HQ,2024-03-01,1.5,paper,recycling,''=x\n"
        "w3,HQ,2024-03-01,1.5,paper,recycling,'s-Hertogenbosch\n",
        encoding="utf-8",
    )
    import_entries(workspace, "weighing", file)
    assert entries_of(workspace, "weighing")["carrier"].to_list() == ["+86 21 1234", "'=x", "'s-Hertogenbosch"]


def test_who_may_not_enter_is_still_refused_where_they_look(workspace):
    add_entry(workspace, "factory_status", STATUS)
    with pytest.raises(Forbidden):
        correct(guarded(workspace, somebody(Role.VIEWER, "HQ")), "factory_status", OF_HQ, {"batch": "9"})
