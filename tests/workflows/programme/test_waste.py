"""The report on waste of a workspace: its example, the set of potentials, and traps that are never kept."""

import pytest

from wattstone.base import InputRefused
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.portfolio import Site
from wattstone.workflows.evidence import verify
from wattstone.workflows.programme.asked import Asked
from wattstone.workflows.programme.entries import add_entry, entries_of
from wattstone.workflows.programme.recording import take_report, view_report


@pytest.fixture
def workspace(tmp_path):
    create_workspace(tmp_path / "w")
    held = open_workspace(tmp_path / "w")
    held.records.declare([Site(id="A", name="A", country="CN")], [])
    yield held
    held.close()


LOAD = {"id": "1", "date": "2024-05-01", "site": "A", "stream": "food", "mass": "9500 kg", "contamination": "0 %",
        "route": "composting"}  # fmt: skip


def value(told, name):
    return next(line.value for line in told.report.lines if line.name == name)


def test_a_load_is_reported_recorded_and_verified(workspace) -> None:
    """9.5 t composted: 38 kg CH4 and 2.28 kg N2O, 1,668.2 kg CO2e by AR5."""
    add_entry(workspace, "weighing", LOAD)
    told = take_report(workspace, "waste", Asked(year=2024, options={"gwp_set": "AR5"}))

    assert value(told, "waste.mass.total") == pytest.approx(9.5)
    assert value(told, "waste.emissions.composting") == pytest.approx(1668.2)
    assert verify(workspace).holds


def test_another_set_of_potentials_is_asked_for(workspace) -> None:
    """38 x 27.0 + 2.28 x 273."""
    add_entry(workspace, "weighing", LOAD)
    told = view_report(workspace, "waste", Asked(year=2024, options={"gwp_set": "AR6"}))

    assert value(told, "waste.emissions.composting") == pytest.approx(38 * 27.0 + 2.28 * 273)


def test_a_set_that_there_is_not_is_refused(workspace) -> None:
    with pytest.raises(InputRefused, match="AR3"):
        view_report(workspace, "waste", Asked(year=2024, options={"gwp_set": "AR3"}))


@pytest.mark.parametrize(
    ("kind", "said", "source"),
    [
        (
            "route_factor",
            {"stream": "paper", "route": "recycling", "year": "2024", "factor": "-2.85", "basis": "warm",
             "per": "short_ton", "gwp_set": "AR4", "source": "WARM v16"},
            "US EPA",
        ),
        (
            "neutrality_claim",
            {"subject": "District", "subject_type": "territory", "standard": "iso_14068_1", "start": "2024-01-01",
             "end": "2024-12-31", "stated": "2025-03-01", "footprint": "10"},
            "ISO 14068-1:2023, clause 1",
        ),
        (
            "neutrality_claim",
            {"subject": "Manager", "subject_type": "organisation", "standard": "pas_2060", "start": "2025-01-01",
             "end": "2025-11-15", "stated": "2025-11-30", "footprint": "10", "scopes": "1; 2; 3"},
            "withdrawn on 30 November 2025",
        ),
        (
            "community_line",
            {"community": "C", "year": "2024", "subsector": "I.1", "scope": "2", "amount": "-5", "source": "s"},
            "GPC",
        ),
    ],
)  # fmt: skip
def test_a_trap_is_refused_with_its_source_and_nothing_is_kept(workspace, kind, said, source) -> None:
    with pytest.raises(InputRefused) as refused:
        add_entry(workspace, kind, said)

    assert source in str(refused.value)
    assert entries_of(workspace, kind).is_empty()


def test_a_credit_is_used_once_over_all_statements(workspace) -> None:
    credit = {"registry": "R", "serial": "S-1", "project": "P", "type": "removal", "amount": "10", "vintage": "2023",
              "retired": "2025-01-10"}  # fmt: skip
    claim = {"subject": "One", "subject_type": "organisation", "standard": "iso_14068_1", "start": "2024-01-01",
             "end": "2024-12-31", "stated": "2025-03-01", "footprint": "9", "base_footprint": "10", "base_year": "2020",
             "scopes": "1; 2; 3",
             "plan": "plan.pdf", "credits": "S-1"}  # fmt: skip
    add_entry(workspace, "carbon_credit", credit)
    add_entry(workspace, "neutrality_claim", claim)

    with pytest.raises(InputRefused, match="used by the statement of One"):
        add_entry(workspace, "neutrality_claim", claim | {"subject": "Two"})
