"""Targets over a real inventory: two years by hand, a restatement, a measured saving, recorded and verified."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.workflows.estate import dataset, readings, workspace, year
from wattstone.base import Figure, InputRefused, Interval, Period
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.inventory.ledger import ACCEPT, PROPOSE
from wattstone.inventory.released import Release
from wattstone.workflows.evidence import verify
from wattstone.workflows.inventory import take_inventory
from wattstone.workflows.programme.asked import Asked
from wattstone.workflows.programme.entries import add_entry
from wattstone.workflows.programme.recording import take_report
from wattstone.workflows.programme.targets import report
from wattstone.workflows.results import Batch, keep
from wattstone.workflows.workspace import Workspace

GUANGDONG = {2021: 0.4715, 2022: 0.4403}
"""kg CO2/kWh: MEE and NBS, notices 2024 no. 12 and 33."""
TONNES = {at: 8760 * 10 * value / 1000 for at, value in GUANGDONG.items()}
"""Of 10 kWh an hour."""
TARGET = {
    "target": "near", "form": "absolute", "term": "near", "coverage": "scope2.location", "base_year": "2021",
    "target_year": "2031", "reduction": "50 %",
}  # fmt: skip
MEASURE = {
    "measure": "lamps", "status": "planned", "stage": "saving", "acts_on": "scope2", "capex": "1000", "saving": "500",
    "currency": "CNY", "start": "2024", "lifetime": "10", "source": "offer",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("targets")
    sites = [{"site_id": "A", "country": "CN", "timezone": "UTC", "grid_region": "CN-GD", "floor_area_m2": 1000.0}]
    rows = readings("A-main", [*year(10.0), *year(10.0)], site="A", start=datetime(2021, 1, 1))
    path = workspace(root / "ws", dataset(root / "estate", rows, sites=sites))
    with_figures = open_workspace(path)
    for at in GUANGDONG:
        take_inventory(with_figures, at)
    with_figures.close()
    return path


@pytest.fixture
def held(folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    import shutil

    shutil.copytree(folder, tmp_path / "ws")
    found = open_workspace(tmp_path / "ws")
    yield found
    found.close()


def test_a_target_over_the_inventory_is_recorded_and_holds(held: Workspace) -> None:
    add_entry(held, "target", TARGET)
    before = verify(held).figures
    found = take_report(held, "target", Asked(year=2022))
    line = found.report.line

    assert line("target.base", "entry:near").value == pytest.approx(TONNES[2021], rel=1e-9)
    assert line("target.value", "entry:near").value == pytest.approx(TONNES[2022], rel=1e-9)
    assert line("target.allowed", "entry:near").value == pytest.approx(0.95 * TONNES[2021], rel=1e-9)
    assert line("target.value", "entry:near").inputs[0].startswith("figure:")
    checked = verify(held)
    assert checked.holds
    assert checked.figures - before == len(found.report.lines)


def test_an_intensity_divides_by_what_the_inventory_divides_by(held: Workspace) -> None:
    add_entry(held, "target", {**TARGET, "form": "intensity", "denominator": "floor_area"})
    line = report(held, Asked(year=2022)).line("target.value", "entry:near")

    assert line.unit == "t CO2e/m2"
    assert line.value == pytest.approx(TONNES[2022] / 1000, rel=1e-9)


def test_a_base_year_that_was_restated_is_recalculated(held: Workspace) -> None:
    """The first year leaves the house, and an accepted line of the ledger adds a tenth to it."""
    add_entry(held, "target", TARGET)
    base = TONNES[2021] * 1000
    key, when = "scope2.location@organisation", datetime(2022, 3, 1)
    held.records.add_release(
        Release(year=2021, run=1, figures=1, sha256="", totals={key: base}, units={key: "kg CO2"}, released_by="one",
                at=when)
    )  # fmt: skip
    (proposed,) = held.records.add_restatements(
        [(PROPOSE, {"year": 2021, "name": "scope2.location", "before": base, "after": 1.1 * base, "trigger": "error",
                    "reason": "a meter was missed", "event": "meter", "after_id": "0" * 20})], who="one",
    )  # fmt: skip
    held.records.add_restatements([(ACCEPT, {"entry": proposed.hash, "note": ""})], who="two")
    line = report(held, Asked(year=2022)).line("target.base", "entry:near")

    assert line.value == pytest.approx(1.1 * TONNES[2021], rel=1e-9)
    assert line.inputs == (f"figure:{'0' * 20}",)
    assert "recalculated" in line.notes[0].text


def saved(held: Workspace, **said: object) -> str:
    """A figure of a measured saving over a year."""
    begin, end = said.pop("begin", datetime(2022, 1, 1)), said.pop("end", datetime(2023, 1, 1))
    span = Period(begin, end)  # type: ignore[arg-type]
    facts = {
        "name": "saving.emissions",
        "value": 2000.0,
        "unit": "kg CO2e",
        "interval": Interval(1500.0, 2500.0),
    } | said
    figure = Figure(
        subject="measure:lamps",
        period=span,
        period_label=f"{begin:%Y-%m-%d}/{end:%Y-%m-%d}",
        method="saving/1",
        **facts,
    )
    at = datetime.now(UTC).isoformat()
    keep(held, Batch(kind="saving", year=2022, about={"when": at}, evidence={}, figures=[figure]))
    return f"{facts['name']}@measure:lamps"


def test_a_measured_saving_is_a_year_s_reduction_with_its_interval(held: Workspace) -> None:
    """By hand: half of the interval is a quarter of 2 t; the entry has no number, and nothing is said against it."""
    key = saved(held)
    add_entry(held, "target", TARGET)
    add_entry(held, "abatement", {**MEASURE, "basis": "savings", "figure": key})
    found = report(held, Asked(year=2022))
    line = found.line("abatement.alone", "entry:lamps")

    assert line.value == pytest.approx(2)
    assert not found.findings
    assert line.basis == "measured"
    assert line.interval == pytest.approx((1.5, 2.5), rel=0.02)
    assert any(one.startswith("figure:") for one in line.inputs)


def test_energy_of_a_study_takes_the_factor_that_is_given(held: Workspace) -> None:
    """By hand: 1,000 kWh a year, 0.5 kg each: half a tonne."""
    key = saved(held, name="plant.saving", value=1000.0, unit="kWh", interval=None)
    add_entry(held, "abatement", {**MEASURE, "basis": "plant", "figure": key, "factor": "0.5"})
    line = report(held, Asked(year=2022)).line("abatement.alone", "entry:lamps")

    assert line.value == pytest.approx(0.5)
    assert line.basis == "simulated"


@pytest.mark.parametrize(
    ("begin", "end", "tonnes"),
    [
        (datetime(2020, 1, 1), datetime(2021, 1, 1), 2.0),  # a leap year is a year
        (datetime(2019, 12, 31, 16), datetime(2021, 12, 31, 16), 1.0),  # two years
        (datetime(2022, 1, 1), datetime(2022, 12, 22), 2 * 365 / 355),
    ],
)
def test_a_figure_over_whole_years_is_not_stretched(
    held: Workspace, begin: datetime, end: datetime, tonnes: float
) -> None:
    key = saved(held, begin=begin, end=end)
    add_entry(held, "abatement", {**MEASURE, "basis": "savings", "figure": key})
    line = report(held, Asked(year=2022)).line("abatement.alone", "entry:lamps")
    assert line.value == pytest.approx(tonnes, rel=1e-12)


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        ({"unit": "kWh"}, "abatement.figure_unit"),
        ({"unit": "kg CO2e/m2"}, "abatement.figure_unit"),
        ({"value": -5.0, "interval": None}, "abatement.no_gain"),
        ({"end": datetime(2022, 2, 1)}, "abatement.short_figure"),
        ({"name": "plan.emissions"}, "abatement.no_gain_figure"),
        ({"value": None, "interval": None, "reason": "none"}, "abatement.no_such_figure"),
    ],
)
def test_a_figure_that_says_no_reduction_leaves_the_measure_out(held: Workspace, fact: dict, code: str) -> None:
    key = saved(held, **fact)
    add_entry(held, "abatement", {**MEASURE, "basis": "plant", "figure": key})
    found = report(held, Asked(year=2022))

    assert code in {one.code for one in found.findings}
    assert not any(one.name == "abatement.alone" for one in found.lines)


def test_options_that_are_not_there_are_refused_all_at_once(held: Workspace) -> None:
    with pytest.raises(InputRefused) as refused:
        report(held, Asked(year=2022, options={"discount": "8%", "rate": "much", "target": "neer"}))
    assert [one.code for one in refused.value.findings] == [
        "target.option",
        "target.option_number",
        "target.option_target",
    ]


def test_a_total_of_the_inventory_is_no_reduction(held: Workspace) -> None:
    add_entry(held, "target", TARGET)
    total = report(held, Asked(year=2022)).line("target.value", "entry:near").inputs[0]
    add_entry(held, "abatement", {**MEASURE, "basis": "plant", "figure": total})
    assert "abatement.no_such_figure" in {one.code for one in report(held, Asked(year=2022)).findings}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"horizon": "2020"}, "target.option_number"),
        ({"horizon": "nan"}, "target.option_number"),
        ({"horizon": "inf"}, "target.option_number"),
        ({"horizon": "2030.5"}, "target.option_number"),
        ({"carbon_price": "-5"}, "target.option_number"),
        ({"carbon_price": "nan"}, "target.option_number"),
        ({"every": "perhaps"}, "target.option_answer"),
        ({"target": "neer"}, "target.option_target"),
    ],
)
def test_options_that_cannot_be_are_refused(held: Workspace, options: dict[str, str], code: str) -> None:
    add_entry(held, "target", TARGET)
    with pytest.raises(InputRefused) as refused:
        report(held, Asked(year=2022, options=options))
    assert [one.code for one in refused.value.findings] == [code]
    assert report(held, Asked(year=2022, options={"target": "near", "every": "true", "horizon": "2031"})).lines


def test_what_changed_is_told_where_it_is_asked_for(held: Workspace) -> None:
    """By hand: the use is the same, the factor fell: all of the change is the factor's."""
    add_entry(held, "target", TARGET)
    tables = report(held, Asked(year=2022, options={"effects": "yes"})).tables
    rows = next(one for one in tables if one.id == "effects").rows.rows_by_key("name", named=True)["scope2.location"]

    assert {one["effect"]: one["value"] for one in rows}["factor"] == pytest.approx(
        TONNES[2022] - TONNES[2021], rel=1e-6
    )


def test_a_target_that_counts_credits_is_refused_and_nothing_kept(held: Workspace) -> None:
    with pytest.raises(InputRefused):
        add_entry(held, "target", {**TARGET, "credits": "yes"})
    assert report(held, Asked(year=2022)).lines == ()
