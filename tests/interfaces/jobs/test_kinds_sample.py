"""The sample estate: for empty workspaces alone, and marked as simulated; figures checked by a job."""

from pathlib import Path

import pytest

from wattstone.base import InputRefused
from wattstone.interfaces.jobs.kinds_sample import SampleParams, run_sample
from wattstone.interfaces.jobs.kinds_verify import VerifyParams, run_verify
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.workflows.inventory import take_inventory


def quiet(what: str, done: int, total: int | None) -> None:
    """Say nothing."""


def test_a_sample_is_simulated_is_kept_apart_and_its_figures_hold(tmp_path: Path) -> None:
    create_workspace(tmp_path)
    workspace = open_workspace(tmp_path)
    try:
        done = run_sample(workspace, SampleParams(sites=1, year=2021), quiet)

        assert done.data["rows"] > 35_040  # a year of quarters of an hour, of each of its meters
        assert all(site.simulated for site in workspace.records.sites())
        assert not (workspace.scratch / "sample").exists()
        with pytest.raises(InputRefused, match="there are sites in this workspace already"):
            run_sample(workspace, SampleParams(sites=1, year=2021), quiet)
        take_inventory(workspace, 2021)
        checked = run_verify(workspace, VerifyParams(year=2021), quiet)
        assert checked.data["holds"] is True
        assert checked.data["figures"] > 0
    finally:
        workspace.close()
