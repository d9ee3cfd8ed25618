"""Reports recorded: once as long as they say the same, traced to entries, made again from the entries they pin."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from sqlalchemy import text

import wattstone.workflows.programme.recording as recording
from wattstone.base import InputRefused
from wattstone.interfaces.present import trace_tree
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.portfolio import Site
from wattstone.programme.demo import demo_entries
from wattstone.programme.kinds import MODULES
from wattstone.programme.report import Line, ModuleReport, Said
from wattstone.workflows.access import POLICY, Forbidden, Principal, Role, Scope
from wattstone.workflows.access.guard import guarded
from wattstone.workflows.evidence import find_figure, trace, verify
from wattstone.workflows.overview.evidence import evidence_of_figure, seen_figure
from wattstone.workflows.programme.asked import Asked
from wattstone.workflows.programme.entries import add_entry, correct, entries_of, inputs_of, withdraw
from wattstone.workflows.programme.lines import figures_of_lines, span_of
from wattstone.workflows.programme.loading import load_entries
from wattstone.workflows.programme.recording import take_report, taken, view_report

ASKED = Asked(year=2024)
TOTAL = ("factory.made.total", "organisation", "2024")


def made(workspace, asked):
    """A module of the tests: what registries list in a year, added up, and a share of what the asker gives."""
    held = entries_of(workspace, "registry", at=asked.at).filter(pl.col("year") == asked.year)
    parts = tuple(
        Line(
            name="factory.made.part", label="Listed", value=float(row["total"]), unit="1", period=str(asked.year),
            method="factory.made/1", inputs=(f"entry:{row['hash']}",), subject=f"entry:{row['entry']}", basis="stated",
        )
        for row in held.iter_rows(named=True)
    )  # fmt: skip
    goal = asked.options.get("goal", "1")
    total = Line(
        name="factory.made.total", label="All", value=float(held["total"].sum()), unit="1", period=str(asked.year),
        method="factory.made/1", inputs=("line:factory.made.part", *inputs_of("registry", held)),
        notes=(Said("{count} registries", {"count": held.height}),),
    )  # fmt: skip
    share = Line(
        name="factory.made.share", label="Of the goal", value=total.value / float(goal), unit="1",
        period=f"2020/{asked.year}", method="factory.made/1", inputs=("line:factory.made.total", f"given:goal={goal}"),
    )  # fmt: skip
    return ModuleReport(module="factory", title="Made", period=str(asked.year), says=(), lines=(share, total, *parts))


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setattr("wattstone.workflows.programme.factories.report", made)
    create_workspace(tmp_path / "w")
    held = open_workspace(tmp_path / "w")
    for programme, total in (("green_factory", "6430"), ("green_park", "491")):
        said = {"programme": programme, "year": "2024", "total": total, "source": "MIIT", "confidence": "unconfirmed"}
        add_entry(held, "registry", said, who="Li")
    yield held
    held.close()


def figure(workspace, name, subject, period):
    return find_figure(workspace.lake, f"{name}@{subject}@{period}")


def test_the_same_report_is_recorded_once(workspace):
    first = take_report(workspace, "factory", ASKED)
    again = take_report(workspace, "factory", ASKED)

    assert (again.run, again.figures, again.already) == (first.run, first.figures, True)
    assert view_report(workspace, "factory", ASKED).run == first.run
    assert view_report(workspace, "factory", Asked(year=2024, options={"goal": "2"})).run is None
    assert [one.run for one in taken(workspace.lake)] == [first.run]
    assert first.figure("factory.made.total") == first.figures[TOTAL]


def test_a_figure_is_followed_to_what_was_entered_and_by_whom(workspace):
    take_report(workspace, "factory", Asked(year=2024, options={"goal": "10000"}))

    share = trace(workspace.lake, figure(workspace, "factory.made.share", "organisation", "2020/2024"))
    assert share.content["value"] == pytest.approx((6430 + 491) / 10_000, rel=1e-12)
    below = {one.kind: one for one in share.inputs}
    assert below["given"].content == {"name": "goal", "value": "10000"}
    assert below["question"].content["options"] == {"goal": "10000"}
    total = below["figure"]
    assert total.content["value"] == 6921.0
    parts = [one for one in total.inputs if one.kind == "figure"]
    assert sum(one.content["value"] for one in parts) == total.content["value"]
    (entry,) = [one for one in parts[0].inputs if one.kind == "entry"]
    assert entry.content["says"]["total"] in (6430, 491)
    assert entry.content["entered_by"] == "Li"


def test_figures_are_called_as_their_lines_are(workspace):
    """Pages and the tree of `trace` say `All` and `Listed`, not the names that machines use."""
    report = take_report(workspace, "factory", ASKED)

    view = evidence_of_figure(workspace, report.figure("factory.made.total"))
    assert view.node.content["label"] == "All"
    assert {one.content.get("label") for one in view.children if one.kind == "figure"} == {"Listed"}
    assert all("labels" not in one.content for one in view.children)
    assert seen_figure(workspace, report.figure("factory.made.total")).content["label"] == "All"
    chain = trace(workspace.lake, figure(workspace, *TOTAL))
    assert chain.content["label"] == "All"
    assert {one.content.get("label") for one in chain.inputs if one.kind == "figure"} == {"Listed"}
    assert str(trace_tree(chain.as_dict()).label).startswith("All  factory.made.total · organisation · 2024")


def test_what_changes_is_restated_and_says_why(workspace):
    first = take_report(workspace, "factory", ASKED)
    correct(workspace, "registry", "green_park~2024", {"total": "500"}, reason="counted again")
    stale = verify(workspace)
    assert {(one.name, one.subject, one.recorded, one.recomputed, one.kind) for one in stale.differences} == {
        ("factory.made.part", "entry:green_park~2024", 491.0, 500.0, "entries"),
        ("factory.made.total", "organisation", 6921.0, 6930.0, "entries"),
        ("factory.made.share", "organisation", 6921.0, 6930.0, "entries"),
    }

    assert {one.of for one in stale.differences} == {f"wattstone factory report --year {ASKED.year}"}

    second = take_report(workspace, "factory", ASKED)
    assert second.run != first.run
    now = figure(workspace, *TOTAL)
    assert (now["value"], now["replaces"], now["why"]) == (
        6930.0, first.figures[TOTAL], "entries were added, corrected or withdrawn",
    )  # fmt: skip
    same = ("factory.made.part", "entry:green_factory~2024", "2024")
    assert second.figures[same] == first.figures[same]
    assert verify(workspace).holds
    assert find_figure(workspace.lake, first.figures[TOTAL])["value"] == 6921.0  # what was said stays


def test_a_report_as_of_a_day_does_not_grow_old(workspace):
    day = entries_of(workspace, "registry")["entered_at"].max().date()
    take_report(workspace, "factory", Asked(year=2024, at=date(2300, 1, 1)))
    take_report(workspace, "factory", Asked(year=2024, at=day))
    withdraw(workspace, "registry", "green_park~2024", reason="twice")

    assert {one.kind for one in verify(workspace).differences} == {"entries"}  # of today and of 2300 alike
    assert verify(workspace, [2023]).figures == 0
    assert verify(workspace, [2024]).figures == 8


@pytest.mark.parametrize(
    ("change", "tampered", "differs"),
    [
        ("SET body = REPLACE(body, '491', '941') WHERE entry = 'green_park~2024'", "registry 'green_park~2024'", True),
        ("SET hash = 'x' WHERE entry = 'green_park~2024'", "registry 'green_park~2024'", False),
        ("SET entered_by = 'Wu' WHERE entry = 'green_park~2024'", "registry 2-2", False),
        ("SET reason = 'so' WHERE entry = 'green_park~2024'", "registry 2-2", False),
    ],
)
def test_who_touches_an_entry_in_the_database_is_found(workspace, change, tampered, differs):
    take_report(workspace, "factory", ASKED)
    assert verify(workspace).holds
    with workspace.records._database.writing() as connection:
        connection.execute(text(f"UPDATE programme_entries {change}"))

    found = verify(workspace)
    assert tampered in found.tampered
    assert not found.holds
    assert any(one.name == "factory.made.total" and one.kind == "differs" for one in found.differences) is differs


def test_who_takes_an_entry_out_of_the_database_is_found(workspace):
    take_report(workspace, "factory", ASKED)
    with workspace.records._database.writing() as connection:
        connection.execute(text("DELETE FROM programme_entries WHERE entry = 'green_park~2024'"))
    assert {"registry 'green_park~2024'", "registry 2-2"} <= set(verify(workspace).tampered)


@pytest.mark.parametrize("change", ["body = REPLACE(body, 'MIIT', 'MIIX')", "document = 'x'"])
def test_who_touches_one_of_many_entries_is_found(workspace, change):
    """More than a line names one by one; neither the source nor the document moves any number."""
    rows = [
        ("registry", {"programme": "green_factory", "year": 1950 + number, "total": number, "source": "MIIT"})
        for number in range(60)
    ]
    load_entries(workspace, rows)

    def many(workspace, asked):
        held = entries_of(workspace, "registry", at=asked.at)
        total = Line(
            name="factory.made.total", label="All", value=float(held["total"].sum()), unit="1", period="2024",
            method="factory.made/1", inputs=inputs_of("registry", held),
        )  # fmt: skip
        return ModuleReport(module="factory", title="Made", period="2024", says=(), lines=(total,))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("wattstone.workflows.programme.factories.report", many)
        take_report(workspace, "factory", ASKED)
        with workspace.records._database.writing() as connection:
            # The lines of the audit log are left out of it here: entries from before they were sealed are found too.
            connection.execute(text("DELETE FROM audit"))
            connection.execute(text(f"UPDATE programme_entries SET {change} WHERE entry = 'green_factory~1990'"))
        assert verify(workspace).tampered == ("registry 'green_factory~1990'",)


def test_evidence_names_who_said_it_last(workspace):
    correct(workspace, "registry", "green_park~2024", {"total": "500"}, reason="as published", who="Wu")
    correct(workspace, "registry", "green_park~2024", {"total": "491"}, reason="as published", who="Zhao")
    done = take_report(workspace, "factory", ASKED)

    part = trace(workspace.lake, find_figure(workspace.lake, done.figure("factory.made.part", "entry:green_park~2024")))
    (entry,) = [one for one in part.inputs if one.kind == "entry"]
    assert (entry.content["entered_by"], entry.content["version"]) == ("Zhao", 3)


def test_two_jobs_at_once_record_a_report_once(workspace, monkeypatch):
    """Both see that nothing is recorded yet; the one that writes later finds what the other wrote meanwhile."""
    from wattstone.workflows.programme import recording

    write, other = recording.keep, []

    def behind(*args, **more):
        monkeypatch.setattr(recording, "keep", write)
        other.append(take_report(workspace, "factory", ASKED).run)
        return write(*args, **more)

    monkeypatch.setattr(recording, "keep", behind)
    assert take_report(workspace, "factory", ASKED).run == other[0]
    assert len(taken(workspace.lake)) == 1


def test_only_who_may_run_records_and_only_who_sees_all_looks(workspace):
    def somebody(role, *sites):
        scope = Scope(frozenset(sites)) if sites else Scope()
        return Principal(id="p", name="Ada", kind="person", tenant="w", role=role, scope=scope, acts=POLICY[role])

    viewer, analyst = (guarded(workspace, somebody(role)) for role in (Role.VIEWER, Role.ANALYST))
    assert view_report(viewer, "factory", ASKED).run is None
    with pytest.raises(Forbidden):
        take_report(viewer, "factory", ASKED)
    run = take_report(analyst, "factory", ASKED).run
    assert view_report(viewer, "factory", ASKED).run == run
    part = guarded(workspace, somebody(Role.ANALYST, "HQ"))
    for deed in (view_report, take_report):
        with pytest.raises(Forbidden):
            deed(part, "factory", ASKED)
    assert part.lake.scan("results").collect().is_empty()
    kinds = part.lake.scan("evidence").select("kind").collect()["kind"].to_list()
    assert not {"entry", "entries", "given", "question", "programme"} & set(kinds)


def test_who_is_killed_between_figures_and_evidence_leaves_no_report(workspace, monkeypatch):
    """The figures are written before the evidence that makes a report of them: the next one is whole."""
    lake = type(workspace.lake)
    append = lake.append

    def die(self, table, *rest, **more):
        if table == "evidence":
            raise KeyboardInterrupt
        return append(self, table, *rest, **more)

    with monkeypatch.context() as broken:
        broken.setattr(lake, "append", die)
        with pytest.raises(KeyboardInterrupt):
            take_report(workspace, "factory", ASKED)

    assert taken(workspace.lake) == []
    done = take_report(workspace, "factory", ASKED)
    assert not done.already
    found = verify(workspace)
    assert (found.holds, found.figures, found.beside) == (True, 4, 0)
    assert figure(workspace, *TOTAL)["id"] == done.figures[TOTAL]
    assert take_report(workspace, "factory", ASKED).already


def test_what_a_module_refuses_is_not_recorded(workspace, monkeypatch):
    def refuse(workspace, asked):
        raise InputRefused([])

    monkeypatch.setattr("wattstone.workflows.programme.factories.report", refuse)
    with pytest.raises(InputRefused):
        take_report(workspace, "factory", ASKED)
    assert taken(workspace.lake) == []


def line(name, *inputs, subject="organisation", period="2024"):
    return Line(
        name=name, label=name, value=1.0, unit="1", period=period, method="m/1", inputs=inputs, subject=subject
    )  # fmt: skip


def test_lines_name_each_other_in_any_order():
    lines = [
        line("total", "line:part"),
        line("part", "entry:a", subject="site:A"),
        line("part", "entry:b", subject="site:B"),
    ]
    figures = figures_of_lines(lines, ("question:q",))
    total = figures["total", "organisation", "2024"]

    parts = [figures["part", f"site:{one}", "2024"].id for one in "AB"]
    assert total.inputs == (*(f"figure:{one}" for one in parts), "question:q")
    of_b = figures_of_lines([line("share", "line:part@site:B"), *lines[1:]], ())["share", "organisation", "2024"]
    assert len(of_b.inputs) == 1


@pytest.mark.parametrize(
    "lines",
    [
        [line("a", "line:b"), line("b", "line:a")],
        [line("a", "line:lost")],
        [line("a"), line("a")],
    ],
)
def test_lines_that_lead_nowhere_are_a_fault(lines):
    with pytest.raises(ValueError, match=r"circle|none of the report|two lines"):
        figures_of_lines(lines, ())


@pytest.mark.parametrize(
    ("label", "start", "end"),
    [
        ("2024", "2024-01-01", "2025-01-01"),
        ("2023-12", "2023-12-01", "2024-01-01"),
        ("2024-02-28/2030", "2024-02-28", "2031-01-01"),
    ],
)
def test_a_period_is_all_of_its_days(label, start, end):
    span = span_of(label)
    assert (f"{span.start:%Y-%m-%d}", f"{span.end:%Y-%m-%d}") == (start, end)


def test_the_examples_of_the_demo_are_taken_in_reported_and_hold(tmp_path):
    """Each module's example goes in by the ordinary way, is recorded, and says the same when it is made again."""
    create_workspace(tmp_path / "demo")
    held = open_workspace(tmp_path / "demo")
    held.records.declare([Site(id=f"sim-{n:04d}", country="CN") for n in range(1, 41)], [])
    known = [module for module in MODULES if demo_entries(module)]
    assert known
    for module in known:
        load_entries(held, demo_entries(module), source="demo")
        done = take_report(held, module, Asked(year=2022))
        assert any(one.value is not None for one in done.report.lines), module
        again = load_entries(held, demo_entries(module), source="demo")
        assert [(one.new, one.changed) for one in again] == [((), ())] * len(again)

    assert verify(held).holds
    held.close()


def test_a_report_that_cannot_be_made_again_differs(workspace, monkeypatch):
    """Two lines of one name end the report; its four figures are told, and the other checks go on."""
    take_report(workspace, "factory", ASKED)
    report = made(workspace, ASKED)
    monkeypatch.setattr(
        "wattstone.workflows.programme.factories.report",
        lambda *_: replace(report, lines=(*report.lines, report.lines[0])),
    )

    found = verify(workspace)
    assert not found.holds
    assert [one.kind for one in found.differences] == ["differs"] * 4


def test_a_year_that_is_not_over_is_asked_of_today(workspace, monkeypatch):
    """The day is a part of the question: verify asks it again, another day is another question."""
    june = date(2099, 6, 30)  # entries of now stand then
    add_entry(workspace, "registry", {"programme": "green_park", "year": "2099", "total": "9", "source": "x"})
    monkeypatch.setattr(recording, "_today", lambda: june)
    first = take_report(workspace, "factory", Asked(year=2099))
    assert [one.asked.at for one in taken(workspace.lake, [2099])] == [june]
    assert take_report(workspace, "factory", Asked(year=2099, at=june)).run == first.run
    assert take_report(workspace, "waste", Asked(year=2099)).report.module == "waste"
    assert [one.asked.at for one in taken(workspace.lake, [2099]) if one.module == "waste"] == [None]

    monkeypatch.setattr(recording, "_today", lambda: date(2100, 1, 2))
    assert view_report(workspace, "factory", Asked(year=2099)).run is None
    assert verify(workspace).holds
