"""`trace` leads from any figure down to rows, hashes, source files and factors; nothing is missing on the way."""

from typing import Any

import pytest

from tests.workflows.estate import inventory, stored, wattstone

BOTTOM = {"slice", "source", "factor", "intensity", "weather", "tariff", "expression"}


def nodes(node: dict[str, Any]):
    yield node
    for one in node["inputs"]:
        yield from nodes(one)


def test_every_figure_leads_to_rows_or_says_why_there_is_none(estate):
    from wattstone.interfaces.store.workspace import open_workspace
    from wattstone.workflows.evidence import find_figure, trace

    inventory(estate, 2019)
    figures = stored(estate, 2019)
    opened = open_workspace(estate)
    try:
        for key, value, name in (
            figures.filter(figures["subject"] != "x").select("id", "value", "name").unique("name").iter_rows()
        ):
            tree = trace(opened.lake, find_figure(opened.lake, key), limit=None).as_dict()
            below = list(nodes(tree))
            assert not any(one.get("missing") for one in below), name
            if value is not None:
                assert {one["kind"] for one in below} & BOTTOM, name
    finally:
        opened.close()


@pytest.mark.parametrize(
    ("figure", "kinds"),
    [
        ("scope1@organisation@2019", {"factor", "slice", "source"}),
        ("scope2.location@organisation@2019", {"intensity", "factor", "slice", "source"}),
        ("scope2.location.hourly@meter:B-rest-twice@2019-07", {"intensity", "expression", "slice", "source"}),
        ("cost.electricity@site:A@2019-03", {"tariff", "slice", "source"}),
        ("degree_days.heating@site:A@2019", {"weather"}),
        ("change.energy.natural_gas.per_degree_day@organisation@2019", {"weather", "slice", "source"}),
        ("intensity.energy@organisation@2019", {"slice", "source"}),
        ("volume.water@organisation@2019", {"slice", "source"}),
    ],
)
def test_the_way_down(computed, figure, kinds):
    tree = wattstone("trace", computed, figure, "--all", "--json").json

    below = list(nodes(tree))
    assert kinds <= {one["kind"] for one in below}
    for one in below:
        if one["kind"] == "source":
            assert one["file"] == "estate/readings.parquet"
            assert len(one["sha256"]) == 64
            assert all(part["rows"] > 0 and len(part["sha256"]) == 32 for part in one["partitions"])
        if one["kind"] == "factor":
            assert all(row["source"] and row["licence"] for row in one["rows"])


def test_an_unknown_figure_is_refused(computed):
    said = wattstone("trace", computed, "scope9@organisation@2019", "--json", code=2).json

    assert said["findings"][0]["code"] == "figure.unknown"
