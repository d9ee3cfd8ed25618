"""Who sees and does what in a guarded workspace: every role, every act, inside and outside of a scope."""

import dataclasses
import pickle
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.portfolio import Meter, Organisation, Site, Space
from wattstone.portfolio.measures import Measure
from wattstone.workflows.access import (
    EVERYWHERE,
    LOCAL,
    POLICY,
    WRITING,
    Act,
    Forbidden,
    Principal,
    Role,
    Scope,
    require,
)
from wattstone.workflows.access.guard import acting, guarded, visible_sites
from wattstone.workflows.readings import meter_readings
from wattstone.workflows.stores import BoardEntry, Commit, Decision, Document
from wattstone.workflows.workspace import Workspace

TABLE = {
    "viewer": "read",
    "analyst": "read, read personal, export, ingest, declare, run, decide",
    "operator": "read, read personal, ingest, run, decide, control",
    "reviewer": "read, export, review, read audit",
    "admin": "read, export, ingest, declare, run, decide, read audit, administer",
}
"""As the reference of access says it."""

INSIDE, OUTSIDE = "A", "B"
START = datetime(2024, 1, 1)


def principal(role: Role, scope: Scope | None = None, acts: frozenset[Act] | None = None) -> Principal:
    """Somebody with a role."""
    held = POLICY[role] if acts is None else acts
    return Principal(id="1", name="Ada", kind="person", tenant="acme", role=role, scope=scope or Scope(), acts=held)


SOME = Scope(frozenset({INSIDE}))
ROOM = Scope(frozenset(), frozenset({"B-east"}))


@pytest.mark.parametrize(
    ("scope", "site", "seen"),
    [
        (Scope(), None, True),
        (Scope(), OUTSIDE, True),
        (SOME, INSIDE, True),
        (SOME, OUTSIDE, False),
        (SOME, None, False),
        (Scope(frozenset({EVERYWHERE})), None, False),  # a site of that name is a site
    ],
)
def test_what_is_said_of_the_whole_is_seen_by_whoever_has_the_whole(scope: Scope, site: str | None, seen: bool) -> None:
    assert principal(Role.VIEWER, scope).sees(site) is seen
    assert not principal(Role.VIEWER, scope, frozenset()).sees(site)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sites; B has a wing with a room in it, a dwelling and a meter of the whole."""
    root = tmp_path_factory.mktemp("guard") / "acme"
    create_workspace(root)
    workspace = open_workspace(root)
    spaces = [
        Space(id="B-east", site_id="B"),
        Space(id="B-room", site_id="B", parent_id="B-east"),
        Space(id="B-west", site_id="B"),
    ]
    meters = [
        Meter(id="a", site_id="A", kind="electricity", unit="kWh"),
        Meter(id="a-home", site_id="A", kind="electricity", unit="kWh", personal=True),
        Meter(id="b", site_id="B", kind="electricity", unit="kWh"),
        Meter(id="b-room", site_id="B", kind="electricity", unit="kWh", space_id="B-room"),
        Meter(id="b-west", site_id="B", kind="electricity", unit="kWh", space_id="B-west"),
    ]
    keys = workspace.records.declare([Site(id="A"), Site(id="B")], meters, spaces)
    workspace.records.declare_measures(
        [Measure(id=f"m-{one}", site_id=one, meters=(one.lower(),), option="C") for one in ("A", "B")]
    )
    for name, site in (("whole", None), ("of-a", "A"), ("of-b", "B")):
        workspace.records.put_document(
            Document(id=name, kind="x", subject="x", language="en", title=name, site=site, made=START), b"text"
        )
    _fill(workspace, keys)
    workspace.close()
    return root


def _fill(workspace: Workspace, keys: dict[str, int]) -> None:
    rows = pl.DataFrame(
        {
            "meter": list(keys.values()), "start": [START] * len(keys), "seconds": [900] * len(keys),
            "value": [float(one) for one in keys.values()], "flags": [0] * len(keys), "batch": [1] * len(keys),
            "part": [2024] * len(keys),
        },
        schema_overrides={
            "meter": pl.Int32, "seconds": pl.Int32, "flags": pl.Int16, "batch": pl.Int32, "part": pl.Int32,
            "start": pl.Datetime("us"),
        },
    )  # fmt: skip
    workspace.lake.append("readings", rows, Commit("k", 1))
    subjects = ["organisation", "site:A", "site:B", "meter:a", "meter:a-home", "meter:b-room", "measure:m-B"]
    part = pl.lit(2024, pl.Int32).alias("part")
    figures = pl.DataFrame({"id": subjects, "subject": subjects}).with_columns(part)
    workspace.lake.append("figures", figures, Commit("k", 1))
    hours = pl.DataFrame({"site_id": ["A", "B"], "energy": [1.0, 2.0]}).with_columns(part)
    workspace.lake.append("hours", hours, Commit("k", 1))
    strange = pl.DataFrame({"what": ["is this"]}).with_columns(part)
    workspace.lake.append("strange", strange, Commit("k", 1))


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy that a test may change."""
    shutil.copytree(made, tmp_path / "acme")
    held = open_workspace(tmp_path / "acme")
    yield held
    held.close()


def test_the_policy_is_the_table_of_the_reference() -> None:
    assert {str(role): set(TABLE[role].split(", ")) for role in Role} == {
        str(role): set(map(str, acts)) for role, acts in POLICY.items()
    }


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("act", Act)
def test_every_role_may_its_acts_inside_of_its_scope_and_nothing_outside(role: Role, act: Act) -> None:
    allowed = str(act) in TABLE[role].split(", ")
    whole, some = principal(role), principal(role, SOME)

    assert [whole.may(act), whole.may(act, INSIDE), whole.may(act, EVERYWHERE)] == [allowed] * 3
    assert [some.may(act), some.may(act, INSIDE)] == [allowed] * 2
    assert [some.may(act, OUTSIDE), some.may(act, EVERYWHERE)] == [False] * 2
    with pytest.raises(Forbidden):
        require(some, act, OUTSIDE)


def test_nobody_holds_acts_that_the_role_does_not() -> None:
    with pytest.raises(ValueError, match="viewer may not declare"):
        principal(Role.VIEWER, acts=frozenset({Act.READ, Act.DECLARE}))
    with pytest.raises(ValueError, match="names no spaces"):
        Scope(None, frozenset({"x"}))


def test_a_refusal_travels_between_processes() -> None:
    refusal = Forbidden(Act.RUN, "site 'A'", "Ada")

    again = pickle.loads(pickle.dumps(refusal))

    assert (again.act, again.place, again.findings) == (refusal.act, refusal.place, refusal.findings)


@pytest.mark.parametrize(
    ("scope", "sites", "spaces", "meters", "measures", "documents"),
    [
        (Scope(), "A B", "B-east B-room B-west", "a a-home b b-room b-west", "m-A m-B", "of-a of-b whole"),
        (SOME, "A", "", "a a-home", "m-A", "of-a"),
        (ROOM, "B", "B-east B-room", "b-room", "", ""),
        (Scope(frozenset()), "", "", "", "", ""),
        (Scope(frozenset({"nowhere"})), "", "", "", "", ""),
    ],
)
def test_records_show_what_lies_within(
    workspace: Workspace, scope: Scope, sites: str, spaces: str, meters: str, measures: str, documents: str
) -> None:
    records = guarded(workspace, principal(Role.ANALYST, scope)).records

    assert [one.id for one in records.sites()] == sites.split()
    assert [one.id for one in records.spaces()] == spaces.split()
    assert [one.id for one in records.meters()] == meters.split()
    assert list(records.meter_keys()) == meters.split()
    assert records.meter_table()["id"].to_list() == meters.split()
    assert [one for one in ("a", "b", "b-room") if records.meter_key(one)] == [
        one for one in ("a", "b", "b-room") if one in meters.split()
    ]
    assert [one.id for one in records.measures()] == measures.split()
    assert sorted(one.id for one in records.documents()) == documents.split()
    assert [one for one in ("of-a", "of-b", "whole") if records.document_content(one)] == documents.split()


def _meters(workspace: Workspace, table: str = "readings") -> list[int]:
    held = workspace.lake.scan(table)
    assert held is not None
    return sorted(held.collect()["meter"].to_list())


@pytest.mark.parametrize(
    ("role", "scope", "keys"),
    [
        (Role.ANALYST, Scope(), [1, 2, 3, 4, 5]),
        (Role.VIEWER, Scope(), [1, 3, 4, 5]),
        (Role.ADMIN, Scope(), [1, 3, 4, 5]),
        (Role.OPERATOR, SOME, [1, 2]),
        (Role.VIEWER, SOME, [1]),
        (Role.VIEWER, ROOM, [4]),
    ],
)
def test_the_lake_shows_readings_of_meters_within_and_dwellings_to_those_who_need_them(
    workspace: Workspace, role: Role, scope: Scope, keys: list[int]
) -> None:
    held = guarded(workspace, principal(role, scope))

    assert _meters(held) == keys
    if scope is not ROOM:
        assert meter_readings(held, "a", START, datetime(2024, 1, 2)).height == int(1 in keys)


@pytest.mark.parametrize(
    ("role", "scope", "subjects", "hours"),
    [
        (Role.VIEWER, Scope(), "measure:m-B meter:a meter:a-home meter:b-room organisation site:A site:B", "B"),
        (Role.ANALYST, Scope(), "measure:m-B meter:a meter:a-home meter:b-room organisation site:A site:B", "A B"),
        (Role.ANALYST, SOME, "meter:a meter:a-home site:A", "A"),
        (Role.VIEWER, ROOM, "meter:b-room", ""),
    ],
)
def test_figures_and_hours_are_those_of_what_lies_within(
    workspace: Workspace, role: Role, scope: Scope, subjects: str, hours: str
) -> None:
    lake = guarded(workspace, principal(role, scope)).lake
    figures, held = lake.scan("figures"), lake.scan("hours")
    assert figures is not None
    assert held is not None

    assert sorted(figures.collect()["subject"].to_list()) == subjects.split()
    assert sorted(held.collect()["site_id"].to_list()) == hours.split()
    assert (lake.scan("strange") is not None) == scope.whole


@pytest.mark.parametrize("scope", [SOME, ROOM])
def test_whole_files_are_closed_to_whom_something_in_them_is_hidden(workspace: Workspace, scope: Scope) -> None:
    for held in (guarded(workspace, principal(Role.ANALYST, scope)), guarded(workspace, principal(Role.VIEWER))):
        with pytest.raises(Forbidden):
            held.lake.files("readings")
        with pytest.raises(Forbidden):
            held.lake.addresses("readings")


@pytest.mark.parametrize("role", Role)
def test_only_roles_that_change_something_hold_the_lock(workspace: Workspace, role: Role) -> None:
    held = guarded(workspace, principal(role))
    if POLICY[role] & WRITING:
        with held.lock():
            pass
        return
    with pytest.raises(Forbidden), held.lock():
        pass


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("scope", "where"), [(Scope(), "B"), (SOME, "A"), (SOME, "B"), (ROOM, "B"), (SOME, "new")])
def test_records_take_only_what_a_role_may_say_and_where(
    workspace: Workspace, role: Role, scope: Scope, where: str
) -> None:
    records = guarded(workspace, principal(role, scope)).records
    may = "declare" in TABLE[role] and scope.holds(where)
    decides = may or ("decide" in TABLE[role] and scope.holds(where))
    runs = "run" in TABLE[role].split(", ") and scope.holds(where)
    document = Document(id="new", kind="x", subject="x", language="en", title="t", site=where, made=START)

    for wanted, change in (
        (may, lambda: records.declare([Site(id=where, name="x")], [])),
        (may, lambda: records.declare([], [], [Space(id="s", site_id=where)])),
        (may, lambda: records.declare([], [Meter(id="m", site_id=where, kind="heat", unit="kWh")])),
        (decides, lambda: records.declare_measures([Measure(id="m-n", site_id=where, meters=("x",), option="C")])),
        (decides and where != "new", lambda: records.declare_measures([], removed=[f"m-{where}"])),
        (runs, lambda: records.put_document(document, b"x")),
    ):
        if wanted:
            change()
        elif where != "new" or not scope.whole:
            try:
                change()
            except Forbidden:
                continue
            assert where == "new"  # nothing of that id was there to be removed
    known = {one.id for one in workspace.records.sites()}
    assert ("new" in known) == (may and where == "new")


@pytest.mark.parametrize("what", ["meter", "space"])
def test_nobody_fetches_what_stands_outside_into_their_own_site(workspace: Workspace, what: str) -> None:
    """Else whoever declares at one site would come by the readings of another by naming a meter of it."""
    held = guarded(workspace, principal(Role.ANALYST, SOME)).records
    meter = Meter(id="b", site_id=INSIDE, kind="electricity", unit="kWh", declared="user")
    said = ([meter], []) if what == "meter" else ([], [Space(id="B-west", site_id=INSIDE)])

    with pytest.raises(Forbidden) as refused:
        held.declare([], *said, sites_by="user")

    assert f"site '{OUTSIDE}'" not in str(refused.value)  # where it stands is not told
    assert {one.id: one.site_id for one in workspace.records.meters()}["b"] == OUTSIDE
    assert {one.id: one.site_id for one in workspace.records.spaces()}["B-west"] == OUTSIDE


def test_a_space_opens_no_meter_of_another_site_that_names_it(workspace: Workspace) -> None:
    stray = Meter(id="b-stray", site_id=OUTSIDE, kind="electricity", unit="kWh", space_id="cellar")
    workspace.records.declare([], [stray], [])
    workspace.records.declare([], [], [Space(id="attic", site_id=OUTSIDE, parent_id="cellar")])
    held = guarded(workspace, principal(Role.ANALYST, SOME)).records

    held.declare([], [], [Space(id="cellar", site_id=INSIDE)])

    assert [one.id for one in held.spaces()] == ["cellar"]
    assert list(held.meter_keys()) == ["a", "a-home"]
    assert [one.id for one in held.sites()] == [INSIDE]


@pytest.mark.parametrize("role", Role)
def test_what_is_the_whole_organisations_needs_all_of_it(workspace: Workspace, role: Role) -> None:
    changes = {
        "declare": [
            lambda records: records.set_organisation(Organisation(name="x")),
            lambda records: records.put_tariff("t", "x = 1"),
            lambda records: records.accept_exception("f", reason="x", who="Ada"),
            lambda records: records.put_setting("x", 1),
        ],
        "read audit": [
            lambda records: list(records.audit()),
            lambda records: records.entries(),
            lambda records: records.check_chain(),
        ],
    }
    for act, calls in changes.items():
        for call in calls:
            with pytest.raises(Forbidden):
                call(guarded(workspace, principal(role, SOME)).records)
            if act in TABLE[role].split(", "):
                call(guarded(workspace, principal(role)).records)
            else:
                with pytest.raises(Forbidden):
                    call(guarded(workspace, principal(role)).records)


def test_what_a_guard_does_not_know_is_not_there(workspace: Workspace) -> None:
    records = guarded(workspace, principal(Role.ADMIN)).records

    for name in ("_database", "_select", "anything"):
        with pytest.raises(AttributeError):
            getattr(records, name)


def test_nobody_who_sees_a_part_writes_the_whole(workspace: Workspace) -> None:
    held = guarded(workspace, principal(Role.ANALYST, SOME))

    with pytest.raises(Forbidden):
        held.lake.append("readings", pl.DataFrame({"part": [2024]}), Commit("x", 2), replace=True)
    with pytest.raises(Forbidden):
        held.lake.recover()


def test_a_finding_is_moved_by_who_decides(workspace: Workspace) -> None:
    decision = Decision(entry=BoardEntry(key="k", state="doing", who="li", changed=START), lines=(("board", {}),))
    with pytest.raises(Forbidden):
        guarded(workspace, principal(Role.VIEWER)).records.decide(decision)
    operator = principal(Role.OPERATOR)
    guarded(workspace, operator).records.decide(decision)

    assert workspace.records.board()["k"].state == "doing"
    assert next(workspace.records.audit(last=1)).details == {"by": operator.name}, "whatever name is given"


def test_a_measure_is_decided_about_where_it_is_and_was(workspace: Workspace) -> None:
    entry = BoardEntry(key="measure:m-B", state="doing", who="Ada", changed=START)
    (before,) = (one for one in workspace.records.measures() if one.id == "m-B")
    records = guarded(workspace, principal(Role.ANALYST, SOME)).records

    for measure, was in ((before, before), (before.model_copy(update={"site_id": "A"}), before)):
        with pytest.raises(Forbidden):
            records.decide(Decision(entry=entry, measure=measure, measure_was=was))
    assert records.decide(Decision(entry=entry, measure=Measure(id="m-new", site_id="A", meters=("a",))))
    assert before in workspace.records.measures()


def test_a_computation_sees_every_row_whoever_asked_for_it(workspace: Workspace) -> None:
    admin = guarded(workspace, principal(Role.ADMIN))
    some = guarded(workspace, principal(Role.ANALYST, SOME))

    assert _meters(acting(admin, Act.RUN, EVERYWHERE)) == [1, 2, 3, 4, 5]
    assert [one.id for one in acting(some, Act.RUN, "A").records.sites()] == ["A"]
    with pytest.raises(Forbidden):
        acting(some, Act.RUN, EVERYWHERE)
    with pytest.raises(Forbidden):
        acting(some, Act.RUN, "B")
    with pytest.raises(Forbidden):
        acting(guarded(workspace, principal(Role.VIEWER)), Act.RUN)


def test_a_guard_cannot_be_widened_by_another(workspace: Workspace) -> None:
    narrow = guarded(workspace, principal(Role.VIEWER, SOME))

    assert guarded(narrow, narrow.actor).records.sites() == narrow.records.sites()
    assert visible_sites(narrow.actor) == frozenset({"A"})
    assert visible_sites(LOCAL) is None


def test_whoever_owns_the_machine_sees_all(workspace: Workspace) -> None:
    held = guarded(workspace, dataclasses.replace(LOCAL, tenant="acme"))

    assert _meters(held) == [1, 2, 3, 4, 5]
    assert held.lake.files("readings")
