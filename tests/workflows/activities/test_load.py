"""Activities in a workspace: taken in once, corrected without overwriting, proved by documents, seen by site."""

import hashlib
import json
import shutil
import signal
from datetime import date

import openpyxl
import pytest

from tests.preloaded import processes
from tests.workflows.activities import killing
from wattstone.base import InputRefused
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.portfolio import Meter, Site
from wattstone.workflows.access import POLICY, Forbidden, Principal, Role, Scope
from wattstone.workflows.access.guard import guarded
from wattstone.workflows.activities import (
    add_activity,
    attach_document,
    correct_activity,
    document_of,
    history_of,
    lines_of,
    load_activities,
    withdraw_activity,
)
from wattstone.workflows.activities.attach import LARGEST

HEAD = "site,kind,item,start,end,amount,unit,credits,line id,note\n"
ROWS = (
    "A,waste,glass.landfill,2024-12-15,2025-01-14,31,t,,W-1,\n"
    "A,electricity,,2025-02,,2500,kWh,,,\n"
    "B,waste,wood.landfill,2025-03,,4,t,,,\n"
)
CONTEXT = processes()


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "acme"
    create_workspace(root)
    workspace = open_workspace(root)
    sites = [Site(id=name, country="GB", zone="Europe/London") for name in ("A", "B")]
    workspace.records.declare(sites, [Meter(id="main", site_id="A", kind="electricity", unit="kWh")])
    workspace.close()
    return root


@pytest.fixture
def workspace(root):
    held = open_workspace(root)
    yield held
    held.close()


def file_of(tmp_path, text=ROWS, name="lines.csv"):
    path = tmp_path / name
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def somebody(role, *sites):
    return Principal(
        id="1", name="Ada", kind="person", tenant="acme", role=role, acts=POLICY[role],
        scope=Scope(frozenset(sites)) if sites else Scope(),
    )  # fmt: skip


def refused(call, *arguments, **options):
    with pytest.raises(InputRefused) as caught:
        call(*arguments, **options)
    return sorted(one.code for one in caught.value.findings if one.severity == "error")


def audit(workspace):
    return [(line.what, dict(line.details)) for line in workspace.records.audit()]


def test_a_file_is_taken_once_and_says_who_entered_it_and_when(workspace, tmp_path):
    path = file_of(tmp_path)
    twice = load_activities(workspace, [path, path], who="ann")
    assert [(one.lines, one.already, one.batch) for one in twice] == [(3, False, 1), (0, True, 1)]
    assert [one.already for one in load_activities(workspace, [path], who="bob")] == [True]
    lines = lines_of(workspace)
    assert lines["entered_by"].unique().to_list() == ["ann"]
    assert lines["entered_at"].null_count() == 0
    assert lines["line_id"].to_list()[0].startswith(twice[0].key[:12])
    assert lines_of(workspace, 2024)["line_id"].to_list() == ["W-1"]
    assert lines_of(workspace, 2025).height == 3
    assert lines_of(workspace, 2026).is_empty()
    (note,) = [said for what, said in audit(workspace) if what == "import activities"]
    assert (note["source"], note["lines"]) == ("lines.csv", "3")


def test_what_is_told_already_in_another_file_refuses_the_file(workspace, tmp_path):
    load_activities(workspace, [file_of(tmp_path)])
    more = ROWS.replace("W-1", "") + "B,waste,wood.landfill,2025-04,,4,t,,,\n"
    book = openpyxl.Workbook()
    for line in (HEAD + more).splitlines():
        book.active.append(line.split(","))
    book.save(tmp_path / "again.xlsx")
    assert refused(load_activities, workspace, [tmp_path / "again.xlsx"]) == ["activity.told_already"]
    assert lines_of(workspace).height == 3
    other = file_of(tmp_path, more.replace("2025-02", "2025-05").replace("2025-03", "2025-06"), "other.csv")
    first, second = (file_of(tmp_path, more, f"{name}.csv") for name in ("x", "y"))
    assert "activity.line_twice" not in refused(load_activities, workspace, [first, second])
    assert refused(
        load_activities, workspace, [file_of(tmp_path, "A,waste,glass.landfill,2025,,1,t,,W-1,\n", "z.csv")]
    ) == ["activity.id_known"]
    assert refused(load_activities, workspace, [other]) == ["activity.told_already"]  # the bill over new year


def test_several_files_go_in_together_or_not_at_all(workspace, tmp_path):
    good, bad = file_of(tmp_path), file_of(tmp_path, "Moon,waste,glass.landfill,2025,,1,t,,,\n", "bad.csv")
    assert refused(load_activities, workspace, [good, bad]) == ["activity.site_unknown"]
    assert lines_of(workspace).is_empty()
    assert audit(workspace) == []


def test_a_correction_takes_the_place_of_a_line_and_the_line_stays_on_record(workspace, tmp_path):
    load_activities(workspace, [file_of(tmp_path)], who="ann")
    new, _ = correct_activity(workspace, "W-1", {"amount": "30", "note": "weighed again"}, reason="typing", who="bob")
    assert (new["line_id"], new["amount"], new["replaces"]) == ("W-1~2", 30.0, "W-1")
    moved, _ = correct_activity(workspace, "W-1~2", {"period": "2025-06"}, reason="wrong month", who="eve")
    assert (moved["line_id"], moved["start"], moved["end"]) == ("W-1~3", date(2025, 6, 1), date(2025, 6, 30))
    assert lines_of(workspace, 2024).is_empty()  # its year changed, and it left the old one
    assert "W-1~3" in lines_of(workspace, 2025)["line_id"]
    story = history_of(workspace, "W-1~2")
    assert story.filter(~story["withdrawn"]).select("line_id", "amount", "entered_by", "replaces").rows() == [
        ("W-1", 31.0, "ann", None), ("W-1~2", 30.0, "bob", "W-1"), ("W-1~3", 30.0, "eve", "W-1~2"),
    ]  # fmt: skip
    assert refused(correct_activity, workspace, "W-1", {"amount": "1"}, reason="late") == ["activity.replaced"]
    assert refused(correct_activity, workspace, "W-1~3", {"amount": "30"}, reason="same") == ["activity.same"]
    assert refused(correct_activity, workspace, "W-1~3", {"amount": "x"}, reason="odd") == ["activity.number"]
    assert refused(correct_activity, workspace, "W-1~3", {"amount": "1"}, reason=" ") == ["activity.no_reason"]
    assert refused(correct_activity, workspace, "none", {"amount": "1"}, reason="x") == ["activity.unknown"]
    assert refused(correct_activity, workspace, "W-1~3", {"colour": "red"}, reason="x") == ["activity.field_unknown"]


def test_a_version_of_the_table_shows_the_lines_as_they_were(workspace, tmp_path):
    load_activities(workspace, [file_of(tmp_path)])
    before = workspace.lake.version("activities")
    correct_activity(workspace, "W-1", {"amount": "30"}, reason="typing")
    withdraw_activity(workspace, "W-1~2", reason="not ours")
    assert lines_of(workspace, 2024).is_empty()
    assert lines_of(workspace, 2024, version=before)["amount"].to_list() == [31.0]
    assert refused(withdraw_activity, workspace, "W-1~2", reason="again") == ["activity.replaced"]


def test_a_credit_note_names_a_line_and_takes_back_no_more_than_it_has(workspace, tmp_path):
    load_activities(workspace, [file_of(tmp_path)])
    note = "A,waste,glass.landfill,2025-01,,{},t,{},,\n"
    assert refused(load_activities, workspace, [file_of(tmp_path, note.format(-1, "none"), "a.csv")]) == [
        "activity.credits_unknown"
    ]
    assert refused(load_activities, workspace, [file_of(tmp_path, note.format(-32, "W-1"), "b.csv")]) == [
        "activity.credits_other"
    ]
    correct_activity(workspace, "W-1", {"amount": "30"}, reason="typing")
    assert refused(load_activities, workspace, [file_of(tmp_path, note.format(-31, "W-1"), "c.csv")]) == [
        "activity.credits_other"
    ]
    load_activities(workspace, [file_of(tmp_path, note.format(-5, "W-1"), "d.csv")])
    assert lines_of(workspace, 2025).filter(kind="waste", site_id="A")["amount"].sum() == 25.0
    assert refused(withdraw_activity, workspace, "W-1~2", reason="x") == ["activity.credited"]


def test_a_line_is_corrected_by_the_id_that_it_had_before_documents(workspace, tmp_path):
    load_activities(workspace, [file_of(tmp_path)])
    for number in (1, 2):
        scan = tmp_path / f"invoice {number}.pdf"
        scan.write_bytes(b"%PDF-1.7 an invoice " + bytes([number]))
        attach_document(workspace, ["W-1"], scan)
    new, _ = correct_activity(workspace, "W-1", {"amount": "30"}, reason="weighed again")
    assert (new["line_id"], new["replaces"], new["amount"]) == ("W-1~4", "W-1~3", 30.0)
    assert new["document"] == hashlib.sha256(scan.read_bytes()).hexdigest()
    assert refused(correct_activity, workspace, "W-1", {"amount": "1"}, reason="late") == ["activity.replaced"]
    withdraw_activity(workspace, "W-1~4", reason="not ours")
    assert refused(attach_document, workspace, ["W-1~4"], scan) == ["activity.replaced"]


def test_documents_are_kept_by_content_and_lines_name_them(workspace, tmp_path):
    load_activities(workspace, [file_of(tmp_path)])
    scan = tmp_path / "invoice.pdf"
    scan.write_bytes(b"%PDF-1.7 an invoice")
    done = attach_document(workspace, ["W-1"], scan, who="ann")
    assert (done.type, done.lines) == ("application/pdf", ("W-1~2",))
    found = document_of(workspace, done.sha256)
    assert found is not None
    assert (found[1], found[0].title) == (scan.read_bytes(), "invoice.pdf")
    again = attach_document(workspace, ["W-1~2"], scan)
    assert again.lines == ()  # it names it already
    assert lines_of(workspace, 2024)["document"].to_list() == [done.sha256]
    second = tmp_path / "note.pdf"
    second.write_bytes(b"%PDF-1.7 a delivery note")
    assert attach_document(workspace, ["W-1", "W-1~2"], second).lines == ("W-1~3",)  # one line by two of its ids
    text = tmp_path / "page.html"
    text.write_text("<html>", encoding="utf-8")
    assert refused(attach_document, workspace, ["W-1~2", "none"], text) == ["activity.unknown", "document.type"]
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.write(b"%PDF-")
        file.truncate(LARGEST + 1)
    assert refused(attach_document, workspace, ["W-1~2"], large) == ["document.large"]
    assert refused(attach_document, workspace, [], scan) == ["document.no_line"]


def test_whoever_has_one_site_enters_sees_and_proves_there_alone(workspace, tmp_path):
    load_activities(workspace, [file_of(tmp_path)])
    mine = guarded(workspace, somebody(Role.ANALYST, "A"))
    assert lines_of(mine)["site_id"].unique().to_list() == ["A"]
    assert history_of(mine, lines_of(workspace, site="B")["line_id"].item()).is_empty()
    said = {"kind": "waste", "item": "food.landfill", "period": "2025-05", "amount": "1", "unit": "t"}
    line, _ = add_activity(mine, {"site_id": "A", **said}, who="Ada")
    assert refused(add_activity, mine, {"site_id": "B", **said}) == ["activity.site_unknown"]
    other = lines_of(workspace, site="B")["line_id"].item()
    assert refused(correct_activity, mine, other, {"amount": "2"}, reason="x") == ["activity.unknown"]
    assert refused(correct_activity, mine, line["line_id"], {"site_id": "B"}, reason="x") == ["activity.site_unknown"]
    scan = tmp_path / "meter.jpg"
    scan.write_bytes(b"\xff\xd8\xff photograph")
    done = attach_document(workspace, [other], scan)
    assert document_of(mine, done.sha256) is None
    assert document_of(workspace, done.sha256) is not None
    viewer = guarded(workspace, somebody(Role.VIEWER, "A"))
    with pytest.raises(Forbidden):
        add_activity(viewer, {"site_id": "A", **said, "amount": "7"})
    admin = guarded(workspace, somebody(Role.ADMIN))
    assert attach_document(admin, [line["line_id"]], scan).lines == (f"{line['line_id']}~2",)


def test_killed_at_any_moment_the_next_run_takes_the_file_once(root, tmp_path):
    path, told = file_of(tmp_path), tmp_path / "told"

    def run(where, fatal):
        process = CONTEXT.Process(target=killing.die, args=(where, path, fatal, told))
        process.start()
        process.join()
        return process.exitcode

    shutil.copytree(root, tmp_path / "whole")
    assert run(tmp_path / "whole", -1) == 0
    count = json.loads(told.read_text())
    assert count >= 14
    for fatal in range(1, count + 1, 3):
        where = tmp_path / f"killed-{fatal}"
        shutil.copytree(root, where)
        assert run(where, fatal) == -signal.SIGKILL
        held = open_workspace(where)
        try:
            load_activities(held, [path], who="ann")
            assert lines_of(held).height == 3, f"killed at moment {fatal} of {count}"
            assert [what for what, _ in audit(held)] == ["import activities"], f"killed at moment {fatal} of {count}"
            named = {file for files in held.lake.parts("activities").values() for file in files}
            there = {str(one.relative_to(where / "lake/activities")) for one in where.glob("lake/activities/part=*/*")}
            assert there == named, f"killed at moment {fatal} of {count}"
        finally:
            held.close()
        shutil.rmtree(where)
