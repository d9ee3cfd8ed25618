"""Records of a server, and accounts over them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from tests.workflows.accounts.people import Counting
from wattstone.interfaces.store.server import ServerRecords
from wattstone.workflows.accounts import (
    Accounts,
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerRecords]:
    """Records of a server."""
    with ServerRecords.open(tmp_path / "server.db", secrets=tmp_path / "secrets", create=True) as held:
        yield held


@pytest.fixture
def accounts(server: ServerRecords) -> Accounts:
    """Accounts over it."""
    return Accounts(cast("Any", server), Counting(), address_free=20)
