"""A meter inside another is summed once: with the other."""

import pytest

from tests.workflows.savings import estate
from wattstone.interfaces.cli.app import run
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.portfolio import Meter
from wattstone.workflows.savings.nested import inner_meters
from wattstone.workflows.savings.report import report_measures


def meter(name: str, *, parent: str | None = None, expression: str | None = None) -> Meter:
    return Meter(id=name, site_id="s", kind="electricity", unit="kWh", parent_id=parent, expression=expression)


METERS = [
    meter("main"),
    meter("floor", parent="main"),
    meter("room", parent="floor"),
    meter("annexe"),
    meter("rest", expression="main - floor"),
    meter("all", expression="main + annexe"),
    meter("alias", expression="main"),
]


@pytest.mark.parametrize(
    ("names", "inner"),
    [
        ("main annexe", {}),
        ("main floor", {"floor": "main"}),
        ("main room", {"room": "main"}),
        ("floor room", {"room": "floor"}),
        ("rest floor", {}),  # what is taken off is not inside
        ("rest room", {}),
        ("rest main", {"rest": "main"}),
        ("all main annexe", {"main": "all", "annexe": "all"}),
        ("all room", {"room": "all"}),
        ("all rest", {"rest": "all"}),
        ("alias main", {"alias": "main"}),
    ],
)
def test_what_others_measure_already(names: str, inner: dict[str, str]) -> None:
    assert inner_meters(names.split(), METERS) == inner


def test_a_circle_of_parents_ends() -> None:
    circle = [meter("a", parent="b"), meter("b", parent="a")]

    assert len(inner_meters(["a", "b"], circle)) == 1


def test_a_main_meter_and_its_sub_meter_are_summed_once(tmp_path) -> None:
    used = {name: value for name, value in estate.readings().items() if name in estate.GOOD[:3]}
    place = estate.build(tmp_path, values=used)
    site = f"site-{estate.BETTER}"
    assert run(["meter", str(place), "office-1", "--site", site, "--parent", estate.BETTER, "--json"]) == 0
    periods = ["--baseline", "2018-01-01/2018-12-31", "--reporting", "2019-01-01/2019-12-31", "--model", "daily"]
    at = ["--site", site, *periods, "--json"]
    main, sub = ["--meter", estate.BETTER], ["--meter", "office-1"]
    assert run(["measure", str(place), "both", *at, *main, *sub]) == 0
    assert run(["measure", str(place), "sub", *at, *sub, "--interacts-with", "both"]) == 0
    workspace = open_workspace(place)

    both = report_measures(workspace, ["both"])
    (saving,) = (one.saving for one in both.measures)
    whole = next(one for one in saving.meters if one.meter == estate.BETTER)
    assert [one.meters for one in saving.totals] == [(estate.BETTER,)]
    assert saving.totals[0].avoided.value == whole.avoided.value
    assert saving.emissions is not None
    assert saving.emissions.adjusted == whole.worth.emissions.adjusted
    assert len(saving.meters) == 2
    assert "measure.inner_meters" in {one.code for one in saving.reasons}
    assert [one.meters for one in report_measures(workspace).totals] == [(estate.BETTER,)]
