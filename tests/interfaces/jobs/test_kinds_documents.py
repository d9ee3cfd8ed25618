"""Jobs that leave documents: in both languages, with their figures, for those who may see what they show."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from wattstone.base import InputRefused
from wattstone.interfaces.jobs.kinds import KINDS, Outcome
from wattstone.interfaces.present.stored import thaw
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.portfolio import Meter, Site
from wattstone.readings.sources import How
from wattstone.workflows.access import LOCAL, POLICY, Act, Principal, Role, Scope
from wattstone.workflows.ingest import ingest_all
from wattstone.workflows.workspace import Workspace

HOURS = 24 * 28


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose lights stay on at night in the last two of four weeks, and a dwelling at another."""
    folder = tmp_path_factory.mktemp("kinds")
    create_workspace(folder / "acme")
    held = open_workspace(folder / "acme")
    held.records.declare(
        [Site(id="A", country="DE"), Site(id="B", country="DE")],
        [
            Meter(id="A1", site_id="A", kind="electricity", unit="kWh"),
            Meter(id="HOME", site_id="B", kind="electricity", unit="kWh", personal=True),
        ],
        sites_by="user",
    )
    lines = ["site,meter,time,kWh"]
    for hour in range(HOURS):
        stamp = f"2019-05-{1 + hour // 24:02}T{hour % 24:02}:00Z"
        busy = 7 <= hour % 24 < 19
        lines.append(f"A,A1,{stamp},{40 if busy else 4}")
        lines.append(f"B,HOME,{stamp},{1 if busy else 0.2}")
    table = folder / "readings.csv"
    table.write_text("\n".join(lines) + "\n")
    ingest_all(held, [table], How(unit="kWh", kind="electricity", confirm=lambda _path, _detection: True))
    held.close()
    return folder / "acme"


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Iterator[Workspace]:
    held = open_workspace(shutil.copytree(made, tmp_path / "acme"))
    yield held
    held.close()


def _done(workspace: Workspace, kind: str, **asked: Any) -> Outcome:
    told: list[str] = []
    outcome = KINDS[kind].run(
        workspace, KINDS[kind].params.model_validate(asked), lambda what, _done, _total: told.append(what)
    )
    assert told, "a job says how far it is"
    return outcome


def _seen(workspace: Workspace, role: Role, *sites: str) -> Workspace:
    scope = Scope(frozenset(sites)) if sites else Scope()
    return replace(
        workspace,
        actor=Principal(id="p", name="Ada", kind="job", tenant="acme", role=role, scope=scope, acts=POLICY[role]),
    )


def test_the_report_of_a_year_is_kept_in_both_languages_with_its_figures(workspace: Workspace) -> None:
    done = _done(workspace, "report", year=2019)

    kept = {one.language: one for one in workspace.records.documents("inventory", "2019")}
    assert set(kept) == {"en", "zh"}
    assert done.links[0].path == f"documents/{kept['en'].id.removesuffix('-en')}"
    assert kept["en"].figures == kept["zh"].figures != ()
    assert kept["en"].site is None
    report = thaw(workspace.records.document_content(kept["zh"].id) or b"")
    assert report.lang == "zh"
    assert "2019" in report.title


def test_a_report_asked_for_twice_shows_the_same_figures(workspace: Workspace) -> None:
    _done(workspace, "report", year=2019)
    _done(workspace, "report", year=2019)

    first, second = (one for one in workspace.records.documents("inventory", "2019") if one.language == "en")
    assert first.figures == second.figures


def test_findings_are_kept_of_the_whole_organisation_alone(workspace: Workspace) -> None:
    _done(workspace, "detection", year=2019)

    assert {one.subject for one in workspace.records.documents("detection")} == {"2019"}
    with pytest.raises(InputRefused, match="run"):
        _done(_seen(workspace, Role.ANALYST, "A"), "detection", year=2019)


def test_quality_leaves_a_page(workspace: Workspace) -> None:
    _done(workspace, "quality", year=2019)

    assert [one.kind for one in workspace.records.documents("quality", "2019")] == ["quality", "quality"]


@pytest.mark.parametrize("kind", ["plan", "backtest", "size", "forecast"])
def test_who_sees_one_site_has_no_other_computed(workspace: Workspace, kind: str) -> None:
    with pytest.raises(InputRefused, match="run"):
        KINDS[kind].run(
            _seen(workspace, Role.ANALYST, "A"), KINDS[kind].params.model_validate({"site": "B"}), lambda *_: None
        )
    assert not workspace.records.documents(kind)


@pytest.mark.parametrize(("what", "rows"), [("readings", HOURS + HOURS // 24), ("inventory", None)])
def test_what_is_taken_out_holds_no_hour_of_a_dwelling(workspace: Workspace, what: str, rows: int | None) -> None:
    done = _done(workspace, "export", what=what, year=2019)
    (file,) = (workspace.root / "reports" / "takeaways").glob("*/[!.]*")

    assert done.links[0].path == f"takeaways/{file.parent.name}"
    assert rows is None or done.data["rows"] == rows
    assert [one.what for one in workspace.records.audit(last=1)] == ["export"]


def test_hours_of_dwellings_are_for_those_who_may_read_them(workspace: Workspace) -> None:
    with pytest.raises(InputRefused, match="read personal"):
        _done(_seen(workspace, Role.ADMIN), "export", what="readings", year=2019, personal=True)

    assert _done(workspace, "export", what="readings", year=2019, personal=True).data["rows"] == 2 * HOURS


def test_a_meter_that_is_called_like_a_formula_is_no_formula_in_a_file(workspace: Workspace) -> None:
    workspace.records.declare([], [Meter(id="=1+1", site_id="A", kind="electricity", unit="kWh")])
    table = workspace.root.parent / "more.csv"
    table.write_text("site,meter,time,kWh\nA,=1+1,2019-05-01T00:00Z,3\nA,=1+1,2019-05-01T01:00Z,3\n")
    ingest_all(workspace, [table], How(unit="kWh", kind="electricity", confirm=lambda _path, _detection: True))
    _done(workspace, "export", what="readings", year=2019, meters=["=1+1"])

    (file,) = (workspace.root / "reports" / "takeaways").glob("*/[!.]*")
    assert "A,'=1+1," in file.read_text()
    assert ",=1+1" not in file.read_text()


def test_a_machine_room_without_a_file_is_refused_in_words(workspace: Workspace) -> None:
    for kind, asked in (("plant", {"plant": "none"}), ("air", {"station": "none"}), ("size", {"site": "A"})):
        with pytest.raises(InputRefused) as refused:
            KINDS[kind].run(workspace, KINDS[kind].params.model_validate(asked), lambda *_: None)
        assert "no such file" in refused.value.findings[0].found or kind == "size"


def test_every_kind_is_declared_and_asks_for_an_act() -> None:
    assert {"detection", "savings", "forecast", "plan", "plant", "air", "report", "export"} <= set(KINDS)
    acts = {Act.RUN, Act.INGEST, Act.EXPORT, Act.READ_AUDIT, Act.READ, Act.REVIEW}
    assert {one.act for one in KINDS.values()} <= acts
    assert LOCAL.acts >= {one.act for one in KINDS.values()}
