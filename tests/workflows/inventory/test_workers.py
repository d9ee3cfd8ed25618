"""Whoever adds up, the figures are the same to the last bit."""

import pytest

from tests.workflows.estate import inventory, wattstone
from tests.workflows.evidence.conftest import build, rows, write


@pytest.fixture
def estate(tmp_path):
    return build(tmp_path / "ws", write(tmp_path / "estate", rows()))


def test_processes_give_the_same_figures(estate, tmp_path):
    here = inventory(estate, 2019)
    other = build(tmp_path / "other", tmp_path / "estate")
    there = inventory(other, 2019, "--workers", "processes:2")

    assert [row["id"] for row in here.rows] == [row["id"] for row in there.rows]


def test_filling_in_processes_gives_the_same_figures(estate, tmp_path):
    here = inventory(estate, 2019, "--fill", "linear", "--treat", "stuck")
    there = inventory(estate, 2019, "--fill", "linear", "--treat", "stuck", "--workers", "processes:2")

    assert [(row["id"], row["value"]) for row in here.rows] == [(row["id"], row["value"]) for row in there.rows]


def test_an_unknown_address_is_refused(estate):
    assert wattstone("inventory", estate, "--year", 2019, "--workers", "nowhere", "--json", code=2).json["findings"]
