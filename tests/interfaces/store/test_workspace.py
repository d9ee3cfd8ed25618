"""Opening and making workspaces; one writer at a time; the same road with a lake at an address."""

import os
import time
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.workflows.ingest.estate import dataset, readings, snapshot, take
from wattstone.base import InputRefused, WattstoneError
from wattstone.interfaces.store import workspace as store
from wattstone.interfaces.store.config import Config, read_config
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.workflows.inventory import take_inventory

DAY = datetime(2023, 3, 1)


def test_making_a_workspace_twice_keeps_it(tmp_path: Path) -> None:
    assert create_workspace(tmp_path / "w")
    before = snapshot(tmp_path / "w")
    assert not create_workspace(tmp_path / "w")
    assert snapshot(tmp_path / "w") == before


def test_nobody_else_on_the_machine_looks_into_a_workspace(tmp_path: Path) -> None:
    create_workspace(tmp_path / "new" / "w")
    assert (tmp_path / "new" / "w").stat().st_mode & 0o007 == 0


def test_a_folder_that_holds_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Anna", encoding="utf-8")
    with pytest.raises(InputRefused, match="other things"):
        create_workspace(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("text", ["form = 2\n", "not toml", "\xff"])
def test_a_configuration_that_cannot_be_used_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "wattstone.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(InputRefused, match="cannot be used"):
        read_config(tmp_path)


def test_the_environment_comes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create_workspace(tmp_path / "w")
    monkeypatch.setenv("WATTSTONE_LAKE", "s3://bucket/lake")
    assert read_config(tmp_path / "w") == Config(lake="s3://bucket/lake", records="records.db")


def test_the_main_job_with_the_lake_at_an_address(tmp_path: Path) -> None:
    address = (tmp_path / "elsewhere").as_uri()
    create_workspace(tmp_path / "w", Config(lake=address))
    create_workspace(tmp_path / "plain")
    source = dataset(tmp_path / "d", readings("a", DAY, [1.0] * 48), sites=[{"site_id": "S1", "country": "GB"}])
    correction = dataset(tmp_path / "c", readings("a", DAY, [5.0]))
    figures = []
    for root in (tmp_path / "w", tmp_path / "plain"):
        take(root, source)
        assert take(root, correction)[0].changed == 1
        assert take(root, source)[0].already
        held = open_workspace(root)
        figures.append(take_inventory(held, 2023).figures.select("id", "value"))
        held.close()
    assert figures[0].equals(figures[1])
    assert not (tmp_path / "w" / "lake").exists()


def hold(root: str, seconds: float) -> None:
    held = open_workspace(Path(root))
    with held.lock():
        (Path(root) / "held").touch()
        time.sleep(seconds)


def test_a_writer_waits_for_another_one_and_says_when_it_gives_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_workspace(tmp_path / "w")
    process = get_context("spawn").Process(target=hold, args=(str(tmp_path / "w"), 60.0))
    process.start()
    while not (tmp_path / "w" / "held").exists():
        time.sleep(0.05)
    source = dataset(tmp_path / "d", readings("a", DAY, [1.0, 2.0]))
    monkeypatch.setattr(store, "_PATIENCE", 0.3)
    with pytest.raises(WattstoneError, match="another process") as busy:
        take(tmp_path / "w", source)
    assert busy.value.exit_code == 3  # nothing is wrong with the input

    assert process.pid is not None
    os.kill(process.pid, 9)  # the lock of a killed process is given back
    process.join()
    assert take(tmp_path / "w", source)[0].new == 2
