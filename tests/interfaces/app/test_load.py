"""Many readers of a server of several processes while readings are sent: everybody is answered, nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from benchmarks import portfolio_pages, web_load, web_readers
from wattstone.interfaces.client import Client
from wattstone.interfaces.store.workspace import open_workspace

SITES, DAYS, READERS, SENT = 60, 3, 40, 10


@pytest.mark.slow
def test_forty_readers_are_answered_while_readings_are_taken_in(tmp_path: Path) -> None:
    workspace = tmp_path / "root" / web_load.TENANT
    assert portfolio_pages.make(str(workspace), SITES, DAYS)() == SITES * DAYS * 96
    many = web_load.people(workspace.parent, READERS)
    key = web_load.issue_key(workspace.parent)
    late = web_load.late_readings(tmp_path / "late.csv", SENT)

    def send(base: str) -> str:
        with Client(base, key=key, organisation=web_load.TENANT, timeout=120) as client:
            done = client.wait(client.take_in(client.upload(late), confirmed=True), every=0.2, longest=120)
        return done.state

    with web_load.served(workspace.parent, tmp_path / "log", 2) as (base, _), ThreadPoolExecutor(1) as pool:
        sending = pool.submit(send, base)
        heard = web_readers.read_together(base, many, web_load.mixed(SITES), seconds=12.0, pause=0.5, least=3)
        state = sending.result(timeout=120)

    assert not heard.errors
    assert state == "done"
    assert set(heard.seconds) == {"list", "today", "chart"}
    assert heard.count > 2 * READERS
    opened = open_workspace(workspace)
    rows = opened.lake.scan("readings")
    assert rows is not None
    new = rows.filter(pl.col("start") >= datetime(2026, 1, 1)).select("value").collect()
    opened.close()
    assert (new.height, new["value"].sum()) == (SENT * 7 * 24, SENT * 7 * 24 * 4.0)
