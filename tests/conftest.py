"""Fixtures that every room's tests share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.new_records import migrate
from wattstone.interfaces.store import migrating

CI = os.environ.get("CI", "").lower() == "true"

# Time is measured in benchmarks/, not in tests: a loaded machine makes nothing wrong. In CI, the same examples always.
settings.register_profile(
    "wattstone", deadline=None, derandomize=CI, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("wattstone")


@pytest.fixture(scope="session", autouse=True)
def new_records_are_written_at_once() -> Iterator[None]:
    """See `tests.new_records`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrating, "migrate", migrate)
        yield


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
