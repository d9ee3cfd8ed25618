"""The workers: one result on all of them, whoever is killed, and nothing left running."""

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import worker_jobs

from wattstone.base import InputRefused, WattstoneError
from wattstone.interfaces.workers import DaskCluster, InProcess, LocalProcesses, workers_from
from wattstone.workflows.ports import Workers

SEEDS = range(24)


@pytest.fixture(scope="module")
def expected() -> list[float]:
    return [worker_jobs.float_sum(seed) for seed in SEEDS]


@pytest.fixture(params=["", "processes:2"])
def workers(request: pytest.FixtureRequest) -> Iterator[Workers]:
    with workers_from(request.param) as made:
        yield made
    assert multiprocessing.active_children() == []


def test_results_come_in_order_bit_for_bit(workers: Workers, expected: list[float]) -> None:
    progress: list[int] = []
    assert list(workers.map(worker_jobs.slow_float_sum, SEEDS, progress=progress.append)) == expected
    assert progress == list(range(1, len(SEEDS) + 1))


def test_no_items_no_results(workers: Workers) -> None:
    assert list(workers.map(worker_jobs.float_sum, [])) == []


def test_an_error_of_the_function_names_its_item(workers: Workers) -> None:
    with pytest.raises(InputRefused) as refusal:
        list(workers.map(worker_jobs.refuse, range(10)))
    assert refusal.value.findings[0].code == "test.x"
    assert refusal.value.__notes__[-1] == "while working on item 4, 3"
    assert list(workers.map(worker_jobs.float_sum, [1])) == [worker_jobs.float_sum(1)], "they can be used again"


def test_items_are_drawn_as_they_are_needed(workers: Workers, tmp_path: Path) -> None:
    drawn = iter([(str(tmp_path), seed) for seed in range(1000)])
    results = workers.map(worker_jobs.note_start, drawn)
    assert next(results) == 0
    time.sleep(1.0)
    assert len(list(tmp_path.iterdir())) <= 10, "as many as are in hand and held back, not all"
    del results
    assert len(list(drawn)) >= 990


def test_few_results_are_held_back_while_the_first_is_awaited(tmp_path: Path) -> None:
    with LocalProcesses(2) as workers:
        results = workers.map(worker_jobs.first_is_slow, ((str(tmp_path), seed) for seed in range(1000)))
        assert next(results) == 0
        assert len(list(tmp_path.iterdir())) <= 10
        assert list(results) == list(range(1, 1000))


def test_two_runs_at_once_do_not_disturb_each_other(workers: Workers, expected: list[float]) -> None:
    one, other = workers.map(worker_jobs.float_sum, SEEDS), workers.map(worker_jobs.float_sum, SEEDS)
    assert list(zip(one, other, strict=True)) == list(zip(expected, expected, strict=True))


def test_a_killed_process_costs_a_retry_and_no_result(tmp_path: Path, expected: list[float]) -> None:
    with LocalProcesses(2) as workers:
        assert list(workers.map(worker_jobs.killed_once, ((str(tmp_path), seed) for seed in SEEDS))) == expected
    assert (tmp_path / "killed").exists()
    assert multiprocessing.active_children() == []


def test_an_item_that_always_kills_is_named() -> None:
    with LocalProcesses(2, retries=1) as workers, pytest.raises(WattstoneError, match=r"item 4, 3: .* ended 2 times"):
        list(workers.map(worker_jobs.poison, range(8)))
    assert multiprocessing.active_children() == []


def test_what_cannot_be_sent_is_told() -> None:
    with LocalProcesses(1) as workers:
        with pytest.raises(WattstoneError, match="Unsendable: no good 7") as failure:
            list(workers.map(worker_jobs.fail_unsendably, [7]))
        assert any("in a worker process" in note for note in failure.value.__notes__)
        with pytest.raises(Exception, match="pickle"):
            list(workers.map(worker_jobs.returns_a_lambda, [7]))
        with pytest.raises(Exception, match="pickle"):
            list(workers.map(lambda seed: seed, [7]))
        assert list(workers.map(worker_jobs.poison, [1, 2])) == [1, 2]
    assert multiprocessing.active_children() == []


def test_processes_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, os, signal, worker_jobs\n"
        "from wattstone.interfaces.workers import LocalProcesses\n"
        "results = LocalProcesses(2).map(worker_jobs.note_start, ((sys.argv[1], n) for n in range(100)))\n"
        "next(results), next(results), next(results)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    script = tmp_path / "script.py"
    script.write_text(f"if __name__ == '__main__':\n    {'    '.join(code.splitlines(keepends=True))}")
    marks = tmp_path / "marks"
    marks.mkdir()
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run([sys.executable, str(script), str(marks)], env=environment)
    assert done.returncode == -9
    processes = {int(mark.name.split("-")[1]) for mark in marks.iterdir()}
    assert len(processes) == 2
    deadline = time.monotonic() + 20
    while any(map(_is_running, processes)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(_is_running, processes))


def _is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_addresses() -> None:
    assert isinstance(workers_from(None), InProcess)
    assert isinstance(workers_from(" "), InProcess)
    local, three = workers_from("local"), workers_from("processes:3")
    assert isinstance(local, LocalProcesses)
    assert isinstance(three, LocalProcesses)
    assert (local.count >= 1, three.count) == (True, 3)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("processes:0", "workers.address"),
        ("processes:-1", "workers.address"),
        ("processes:99999", "workers.address"),
        ("somewhere", "workers.address"),
        ("127.0.0.1:8786", "workers.address"),
        ("tcp://10.0.0.5:8786", "workers.insecure"),
        ("tcp://example.org:8786", "workers.insecure"),
        ("tcp://127.0.0.1.example.org:8786", "workers.insecure"),
        ("tcp://0.0.0.0:8786", "workers.insecure"),
        ("tcp://[fe80::1]:8786", "workers.insecure"),
        ("tcp://127.0.0.1", "workers.address"),
        ("tcp://127.0.0.1:port", "workers.address"),
        ("ws://127.0.0.1:8786", "workers.address"),
        ("inproc://127.0.0.1:8786", "workers.address"),
        ("tls://:8786", "workers.address"),
        ("tls://example.org:8786", "workers.certificates"),
    ],
)
def test_addresses_that_are_refused(address: str, code: str) -> None:
    with pytest.raises(InputRefused) as refusal:
        workers_from(address)
    assert refusal.value.findings[0].code == code
    assert refusal.value.findings[0].text()


def test_choosing_workers_imports_nothing_heavy() -> None:
    code = "import sys, wattstone.interfaces.workers; sys.exit('distributed' in sys.modules or 'polars' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_scheduler_that_is_not_there_is_the_systems_failure() -> None:
    with pytest.raises(WattstoneError, match="no dask scheduler answers") as failure:
        DaskCluster("tcp://127.0.0.1:9", timeout=1)
    assert failure.value.exit_code == 3
