"""Fixtures that every room's tests share."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

CI = os.environ.get("CI", "").lower() == "true"

# Time is measured in benchmarks/, not in tests: a loaded machine makes nothing wrong. In CI, the same examples always.
settings.register_profile(
    "wattstone", deadline=None, derandomize=CI, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("wattstone")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets beside the repository."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        if CI:
            pytest.fail(f"{folder.name} with the real data sets is missing beside the repository")
        pytest.skip("the real data sets are not beside the repository")
    return folder


@pytest.fixture(scope="session")
def shared_facts() -> Path:
    """The folder of reference facts beside the repository."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "facts"
    if not folder.is_dir():
        if CI:
            pytest.fail(f"{folder.name} with the reference facts is missing beside the repository")
        pytest.skip("the reference facts are not beside the repository")
    return folder
