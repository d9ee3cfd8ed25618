"""Entries added, corrected, imported, withdrawn and proved on a workspace of its own, and who may do it."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

import wattstone.interfaces.store.programme as stored
from wattstone.base import Finding, InputRefused
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.portfolio import Site
from wattstone.programme.entries import combined
from wattstone.programme.kinds import entry_schema, record_kind
from wattstone.workflows.access import POLICY, Forbidden, Principal, Role, Scope
from wattstone.workflows.access.guard import guarded
from wattstone.workflows.programme.attaching import attach_evidence
from wattstone.workflows.programme.entries import add_entry, correct, entries_of, sheet_of, withdraw
from wattstone.workflows.programme.importing import import_entries
from wattstone.workflows.programme.listing import entry_list, history_of
from wattstone.workflows.programme.proofs import evidence_document

REGISTRY = {"programme": "green_factory", "year": "2024", "total": "6430", "added": "1382", "source": "MIIT"}
STATUS = {"site": "HQ", "programme": "green_factory", "date": "2024-03-01", "event": "listed", "source": "list 8"}
OF_HQ = "HQ~green_factory~~2024-03-01~listed"


@pytest.fixture
def workspace(tmp_path):
    create_workspace(tmp_path / "w")
    held = open_workspace(tmp_path / "w")
    held.records.declare([Site(id="HQ", name="Head office", country="CN"), Site(id="MILL", country="CN")], [])
    yield held
    held.close()


def somebody(role, *sites):
    scope = Scope(frozenset(sites)) if sites else Scope()
    return Principal(id="p1", name="Ada", kind="person", tenant="w", role=role, scope=scope, acts=POLICY[role])


def codes(refused):
    return sorted(one.code for one in refused.value.findings)


def audit(workspace):
    return [line.what for line in workspace.records.audit()]


def test_an_entry_is_added_corrected_and_withdrawn_and_its_history_stays(workspace):
    assert add_entry(workspace, "registry", REGISTRY, who="Li").new == ("green_factory~2024",)
    assert add_entry(workspace, "registry", REGISTRY, who="Li").same == ("green_factory~2024",)
    done = correct(
        workspace, "registry", "green_factory~2024", {"total": "6 431", "added": ""}, reason="typo", who="Wu"
    )
    assert done.changed == ("green_factory~2024",)

    held = entries_of(workspace, "registry")
    assert held.schema == entry_schema(record_kind("registry"))
    assert held.select("entry", "total", "added", "source").rows() == [("green_factory~2024", 6431, None, "MIIT")]
    withdraw(workspace, "registry", "green_factory~2024", reason="another programme", who="Wu")
    assert entries_of(workspace, "registry").is_empty()

    history = history_of(workspace, "registry", "green_factory~2024")
    assert history.select("version", "total", "withdrawn", "reason", "entered_by").rows() == [
        (1, 6430, False, "", "Li"), (2, 6431, False, "typo", "Wu"), (3, 6431, True, "another programme", "Wu"),
    ]  # fmt: skip
    assert history["replaces"].to_list() == [None, *history["hash"].to_list()[:2]]
    assert audit(workspace) == ["withdraw entry", "correct entry", "add entry"]


def test_entries_are_read_as_they_stood_on_a_day(workspace):
    add_entry(workspace, "registry", REGISTRY)
    today = entries_of(workspace, "registry")["entered_at"][0].date()

    assert entries_of(workspace, "registry", at=today).height == 1
    assert entries_of(workspace, "registry", at=today - timedelta(days=1)).is_empty()
    assert entries_of(workspace, "registry", at=date(2300, 1, 1)).height == 1


def test_all_that_is_wrong_is_told_and_nothing_is_kept(workspace):
    with pytest.raises(InputRefused) as refused:
        add_entry(workspace, "factory_status", {"site": "LOST", "programme": "x", "date": "soon", "colour": "green"})

    assert codes(refused) == [
        "entry.choice", "entry.day", "entry.field_unknown", "entry.lacking", "entry.lacking", "entry.site_unknown",
    ]  # fmt: skip
    assert entries_of(workspace, "factory_status").is_empty()
    assert audit(workspace) == []


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        (lambda w: correct(w, "registry", "lost", {"total": "1"}, reason="x"), "entry.unknown"),
        (lambda w: correct(w, "registry", "green_factory~2024", {"year": "2023"}, reason="x"), "entry.key_changed"),
        (lambda w: correct(w, "registry", "green_factory~2024", {"source": ""}, reason="x"), "entry.lacking"),
        (lambda w: correct(w, "registry", "green_factory~2024", {"total": "1"}, reason=" "), "entry.no_reason"),
        (lambda w: withdraw(w, "registry", "lost", reason="x"), "entry.unknown"),
        (lambda w: withdraw(w, "registry", "green_factory~2024", reason="  "), "entry.no_reason"),
    ],
)
def test_what_cannot_be_changed_is_refused(workspace, deed, code):
    add_entry(workspace, "registry", REGISTRY)
    before = entries_of(workspace, "registry")

    with pytest.raises(InputRefused) as refused:
        deed(workspace)
    assert codes(refused) == [code]
    assert entries_of(workspace, "registry").equals(before)


def test_an_entry_that_others_name_stays(workspace):
    landfill = {"type": "landfill", "management": "managed_anaerobic", "climate": "temperate_wet", "source": "permit"}
    add_entry(workspace, "waste_facility", {"name": "Yard / east", **landfill})
    said = {"facility": "Yard / east", "year": "2020", "stream": "food", "mass": "1", "source": "x"}
    add_entry(workspace, "landfill_deposit", said)

    with pytest.raises(InputRefused) as refused:
        withdraw(workspace, "waste_facility", "Yard / east", reason="closed")
    assert codes(refused) == ["entry.named"]
    with pytest.raises(InputRefused) as refused:
        add_entry(workspace, "landfill_deposit", {**said, "facility": "Lost"})
    assert codes(refused) == ["entry.ref_unknown"]


def table(path: Path, *rows: str) -> Path:
    header = "Programme,End of year,Listed at the end of the year,Source"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_the_same_file_again_changes_nothing_and_another_corrects(workspace, tmp_path):
    first = table(tmp_path / "a.csv", "green_factory,2023,5095,MIIT", "green_factory,2024,6430,MIIT")
    done = import_entries(workspace, "registry", first, who="Li")
    assert (len(done.new), done.changed, done.same) == (2, (), ())
    said = {"added": "1382"}  # a field for which the file has no column
    correct(workspace, "registry", "green_factory~2024", said, reason="as published")
    before = entries_of(workspace, "registry")

    again = import_entries(workspace, "registry", first)
    assert len(again.same) == 2
    assert entries_of(workspace, "registry").equals(before)
    other = table(tmp_path / "b.csv", "green_factory,2024,6431,MIIT", "green_park,2024,491,MIIT")
    mixed = import_entries(workspace, "registry", other, over=True, reason="list 9")
    assert (mixed.new, mixed.changed) == (("green_park~2024",), ("green_factory~2024",))
    row = entries_of(workspace, "registry").row(by_predicate=pl.col("entry") == "green_factory~2024", named=True)
    assert (row["total"], row["added"]) == (6431, 1382)


def test_what_has_the_id_of_another_thing_does_not_take_its_place(workspace, tmp_path):
    """Two weighbridges number their own tickets: 10 t of the first stay, and the second learns of them."""
    first = table(tmp_path / "a.csv", "green_factory,2024,6430,MIIT")
    import_entries(workspace, "registry", first, who="Li")
    other = table(tmp_path / "b.csv", "green_factory,2024,12,Town", "green_park,2024,491,MIIT")
    for deed in (
        lambda: import_entries(workspace, "registry", other),
        lambda: add_entry(workspace, "registry", {**REGISTRY, "total": "12"}),
    ):
        with pytest.raises(InputRefused) as refused:
            deed()
        (told,) = refused.value.findings
        assert (told.code, told.params["ids"], told.params["who"]) == ("entry.there", "green_factory~2024", "Li")
        assert "total = 6430" in told.params["was"]
        assert "total = 12" in told.params["now"]
    with pytest.raises(InputRefused, match=r"no reason is given"):
        import_entries(workspace, "registry", other, over=True)
    assert entries_of(workspace, "registry")["total"].to_list() == [6430]


def test_a_file_is_taken_whole_or_not_at_all(workspace, tmp_path):
    bad = table(
        tmp_path / "a.csv", "green_factory,2023,5095,MIIT", "green_factory,2023,5095,MIIT", "green_factory,2024,many,",
    )  # fmt: skip
    with pytest.raises(InputRefused) as refused:
        import_entries(workspace, "registry", bad)

    assert codes(refused) == ["entry.lacking", "entry.number", "entry.twice"]
    assert entries_of(workspace, "registry").is_empty()
    for content, code in (("", "csv.empty"), ("a,b\n1,2\n", "entry.header")):
        (tmp_path / "odd.csv").write_text(content, encoding="utf-8")
        with pytest.raises(InputRefused) as refused:
            import_entries(workspace, "registry", tmp_path / "odd.csv")
        assert code in codes(refused) or not content


def test_who_is_killed_leaves_nothing_half_and_goes_on(workspace, tmp_path, monkeypatch):
    path = table(tmp_path / "a.csv", "green_factory,2023,5095,MIIT", "green_factory,2024,6430,MIIT")
    with monkeypatch.context() as broken:

        def die(*_, **__):
            raise KeyboardInterrupt

        broken.setattr(stored, "append_line", die)
        with pytest.raises(KeyboardInterrupt):
            import_entries(workspace, "registry", path)

    assert entries_of(workspace, "registry").is_empty()
    assert len(import_entries(workspace, "registry", path).new) == 2
    assert len(import_entries(workspace, "registry", path).same) == 2


def test_what_was_withdrawn_comes_back_by_name_and_not_by_a_file(workspace, tmp_path):
    path = table(tmp_path / "a.csv", "green_factory,2024,6430,MIIT")
    import_entries(workspace, "registry", path)
    withdraw(workspace, "registry", "green_factory~2024", reason="doubtful")

    with pytest.raises(InputRefused) as refused:
        import_entries(workspace, "registry", path)
    assert codes(refused) == ["entry.withdrawn"]
    assert "doubtful" in refused.value.findings[0].text()
    done = add_entry(workspace, "registry", REGISTRY)
    assert [one.severity for one in done.findings if one.code == "entry.withdrawn"] == ["warning"]
    assert entries_of(workspace, "registry").height == 1


def test_a_document_proves_an_entry_and_is_seen_with_it(workspace, tmp_path):
    add_entry(workspace, "factory_status", STATUS)
    before = entries_of(workspace, "factory_status")["hash"][0]
    proof = tmp_path / "list.csv"
    proof.write_text("site,batch\nHQ,8\n", encoding="utf-8")
    done = attach_evidence(workspace, "factory_status", OF_HQ, proof, who="Li")
    assert attach_evidence(workspace, "factory_status", OF_HQ, proof).lines == ()

    held = entries_of(workspace, "factory_status")
    assert held["document"].to_list() == [done.sha256]
    assert held["hash"][0] != before
    assert add_entry(workspace, "factory_status", STATUS).same == (OF_HQ,)  # saying the same again keeps the document
    shown = evidence_document(guarded(workspace, somebody(Role.VIEWER, "HQ")), done.sha256)
    assert shown is not None
    assert shown[1] == proof.read_bytes()
    assert evidence_document(guarded(workspace, somebody(Role.VIEWER, "MILL")), done.sha256) is None
    with pytest.raises(InputRefused):
        attach_evidence(workspace, "factory_status", OF_HQ, tmp_path / "lost.pdf")


def test_each_sees_the_entries_of_the_own_sites(workspace):
    add_entry(workspace, "factory_status", STATUS)
    add_entry(workspace, "factory_status", {**STATUS, "site": "MILL"})
    add_entry(workspace, "registry", REGISTRY)
    mill, whole = (guarded(workspace, somebody(Role.VIEWER, *sites)) for sites in (("MILL",), ()))

    assert entries_of(mill, "factory_status")["site"].to_list() == ["MILL"]
    assert entries_of(whole, "factory_status").height == 2
    assert entries_of(whole, "registry").height == 1
    assert history_of(mill, "factory_status", OF_HQ).is_empty()
    with pytest.raises(Forbidden):
        entries_of(mill, "registry")
    with pytest.raises(Forbidden):
        history_of(mill, "registry", "green_factory~2024")


@pytest.mark.parametrize(
    ("role", "sites", "kind", "said", "allowed"),
    [
        (Role.VIEWER, (), "factory_status", STATUS, False),
        (Role.REVIEWER, (), "factory_status", STATUS, False),
        (Role.OPERATOR, ("HQ",), "factory_status", STATUS, True),
        (Role.OPERATOR, ("HQ",), "registry", REGISTRY, False),
        (Role.OPERATOR, (), "registry", REGISTRY, False),
        (Role.ANALYST, ("HQ",), "registry", REGISTRY, False),
        (Role.ANALYST, (), "registry", REGISTRY, True),
        (Role.ADMIN, (), "registry", REGISTRY, True),
    ],
)
def test_who_may_enter_what(workspace, role, sites, kind, said, allowed):
    acting = guarded(workspace, somebody(role, *sites))
    if allowed:
        add_entry(acting, kind, said, who="whoever")
        assert entries_of(workspace, kind)["entered_by"].to_list() == ["Ada"]
    else:
        with pytest.raises(Forbidden):
            add_entry(acting, kind, said)
        assert entries_of(workspace, kind).is_empty()


@pytest.mark.parametrize("said", [{}, {"site": ""}])
def test_what_names_no_site_is_the_organisations_and_is_entered_by_who_declares_in_all_of_it(workspace, said):
    measure = {"measure": "led", "status": "candidate", "stage": "saving", "acts_on": "scope2",
               "basis": "stated", "reduction": "5", "start": "2026", "lifetime": "10", "source": "a study",
               "confidence": "0.8", "capex": "100", "opex": "0", "saving": "10", "currency": "CNY"}  # fmt: skip
    some = guarded(workspace, somebody(Role.ANALYST, "HQ"))
    with pytest.raises(Forbidden):
        add_entry(some, "abatement", {**measure, **said})
    assert entries_of(workspace, "abatement").is_empty()

    add_entry(guarded(workspace, somebody(Role.ANALYST)), "abatement", {**measure, **said})
    assert entries_of(workspace, "abatement").height == 1


def test_a_number_keeps_its_exponent_and_a_unit_where_none_belongs_is_refused(workspace):
    rows, _ = sheet_of(record_kind("abatement"), {"opex": "5e-05", "saving": "500 万"})

    assert rows.rows["opex"].to_list() == ["5e-05"]
    assert rows.brackets == {"saving": "万"}


def test_nobody_reaches_an_entry_of_another_site(workspace, tmp_path):
    add_entry(workspace, "factory_status", {**STATUS, "site": "MILL"})
    mine = guarded(workspace, somebody(Role.OPERATOR, "HQ"))
    theirs = OF_HQ.replace("HQ", "MILL")
    proof = tmp_path / "p.csv"
    proof.write_text("a,b\n", encoding="utf-8")

    for deed in (
        lambda: correct(mine, "factory_status", theirs, {"batch": "9"}, reason="as published"),
        lambda: withdraw(mine, "factory_status", theirs, reason="x"),
        lambda: attach_evidence(mine, "factory_status", theirs, proof),
    ):
        with pytest.raises(InputRefused) as refused:
            deed()
        assert codes(refused) == ["entry.unknown"]  # as where there is none
    with pytest.raises(InputRefused, match="no such site"):
        add_entry(mine, "factory_status", {**STATUS, "site": "MILL"})
    assert entries_of(workspace, "factory_status")["batch"].to_list() == [None]


def test_a_list_is_cut_into_pages_and_searched(workspace):
    for year in range(2010, 2017):
        add_entry(workspace, "registry", {**REGISTRY, "year": str(year), "source": f"list of {year}"})

    page = entry_list(workspace, "registry", page=9, size=3)
    assert (page.number, page.count, page.rows["year"].to_list()) == (3, 7, [2016])
    assert entry_list(workspace, "registry", search="LIST of 2012").rows["year"].to_list() == [2012]
    assert entry_list(workspace, "registry", search="lost").count == 0


def test_many_have_one_hash_that_names_their_content(workspace):
    add_entry(workspace, "registry", REGISTRY)
    before = combined(entries_of(workspace, "registry"))
    correct(workspace, "registry", "green_factory~2024", {"total": "1"}, reason="as published")

    assert combined(entries_of(workspace, "registry")) != before


def test_a_warning_of_another_entry_is_not_told_again(workspace, monkeypatch):
    """Warnings of what is entered are told; those of what stood there before are the report's."""

    def doubts(entries):
        return [
            Finding(code="x", place=f"registry '{one}'", found="odd", expected="x", remedy="x", severity="warning")
            for one in entries["registry"]["entry"]
        ]

    monkeypatch.setattr("wattstone.programme.factories.checks.wrong", doubts)
    add_entry(workspace, "registry", REGISTRY)
    done = add_entry(workspace, "registry", {**REGISTRY, "year": "2023"})
    assert [one.place for one in done.findings] == ["registry 'green_factory~2023'"]


def test_what_was_wrong_before_refuses_nothing_new(workspace, monkeypatch):
    """A check that came later finds an old entry wrong: others can still be entered, and it can be mended."""
    add_entry(workspace, "registry", REGISTRY)

    def refuses(entries):
        return [
            Finding(code="x", place=f"registry '{one}'", found="odd", expected="x", remedy="x")
            for one, total in entries["registry"].select("entry", "total").iter_rows()
            if total == 6430
        ]

    monkeypatch.setattr("wattstone.programme.factories.checks.wrong", refuses)
    assert add_entry(workspace, "registry", {**REGISTRY, "year": "2023", "total": "1"}).new
    with pytest.raises(InputRefused, match="2022"):
        add_entry(workspace, "registry", {**REGISTRY, "year": "2022"})
    assert correct(workspace, "registry", "green_factory~2024", {"total": "6431"}, reason="as published").changed
