"""A real dask cluster on loopback: a scheduler and workers in processes of their own, some of them killed."""

import shutil
import subprocess
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import worker_jobs

from wattstone.base import InputRefused, WattstoneError
from wattstone.interfaces.workers import DaskCluster, workers_from

SEEDS = range(40)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def expected() -> list[float]:
    return [worker_jobs.float_sum(seed) for seed in SEEDS]


def wait_for_workers(workers: DaskCluster, count: int) -> None:
    workers._client.wait_for_workers(count, timeout=60)


def test_a_cluster_gives_the_same_and_names_what_fails(
    cluster: Callable[..., Any], expected: list[float], tmp_path: Path
) -> None:
    progress: list[int] = []
    with workers_from(cluster(workers=2).address()) as workers:
        assert list(workers.map(worker_jobs.slow_float_sum, SEEDS, progress=progress.append)) == expected
        assert progress == list(range(1, len(SEEDS) + 1))

        with pytest.raises(InputRefused) as refusal:
            list(workers.map(worker_jobs.refuse, range(10)))
        assert refusal.value.findings[0].code == "test.x"
        assert refusal.value.__notes__[-1] == "while working on item 4, 3"

        results = workers.map(worker_jobs.note_start, ((str(tmp_path), seed) for seed in range(1000)))
        assert next(results) == 0
        time.sleep(1.0)
        assert len(list(tmp_path.iterdir())) <= 20, "as many as are in hand and held back, not all"
        results.close()
        time.sleep(0.3)
        begun = len(list(tmp_path.iterdir()))
        time.sleep(0.5)
        assert len(list(tmp_path.iterdir())) == begun, "what is left was taken back"


@pytest.mark.parametrize("allowed_failures", ["3", "0"])
def test_one_of_two_workers_killed_in_mid_run(
    cluster: Callable[..., Any], expected: list[float], allowed_failures: str
) -> None:
    made = cluster(workers=2, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES=allowed_failures)
    with DaskCluster(made.address()) as workers:
        wait_for_workers(workers, 2)
        results = workers.map(worker_jobs.slow_float_sum, SEEDS)
        found = [next(results) for _ in range(3)]
        made.workers[0].kill()
        made.workers[0].wait(30)
        assert [*found, *results] == expected


def test_an_item_that_always_kills_is_named_and_a_cluster_without_workers_given_up(cluster: Callable[..., Any]) -> None:
    made = cluster(workers=2, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    with DaskCluster(made.address(), retries=1, patience=1.5) as workers:
        wait_for_workers(workers, 2)
        with pytest.raises(WattstoneError, match=r"item 1, 3: the scheduler gave it up 2 times"):
            list(workers.map(worker_jobs.poison, [3]))
        with pytest.raises(WattstoneError, match="has had no worker"):
            list(workers.map(worker_jobs.poison, range(2)))


def test_work_beyond_this_machine_is_encrypted(
    cluster: Callable[..., Any], expected: list[float], tmp_path: Path
) -> None:
    if (openssl := shutil.which("openssl")) is None:
        pytest.skip("no openssl here to make a certificate with")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    names = {"DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(certificate)}
    for role in ("SCHEDULER", "WORKER"):
        names |= {f"DASK_DISTRIBUTED__COMM__TLS__{role}__CERT": str(certificate)}
        names |= {f"DASK_DISTRIBUTED__COMM__TLS__{role}__KEY": str(key)}
    made = cluster(workers=1, protocol="tls", **names)

    import_module("distributed")  # fills in dask's configuration
    import dask

    client = {"ca-file": str(certificate), "client.cert": str(certificate), "client.key": str(key)}
    with dask.config.set({f"distributed.comm.tls.{name}": value for name, value in client.items()}):
        assert made.address().startswith("tls://")
        with workers_from(made.address()) as workers:
            assert list(workers.map(worker_jobs.slow_float_sum, SEEDS)) == expected
    with pytest.raises(InputRefused, match="no certificates"):
        workers_from(made.address())
