"""A dask scheduler and workers on loopback, started and ended by the tests."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # so that worker_jobs can be imported by name, here and in the workers


class Cluster:
    """One scheduler and its workers, each a process."""

    def __init__(self, folder: Path, environment: dict[str, str], protocol: str) -> None:
        self._environment = os.environ | {"PYTHONPATH": str(HERE)} | environment
        self._file = folder / "scheduler.json"
        self._log = (folder / "log").open("wb")
        options = ["--host", "127.0.0.1", "--port", "0", "--protocol", protocol, "--no-dashboard"]
        self.scheduler = self._start("dask_scheduler", *options, "--scheduler-file", str(self._file))
        self.workers: list[subprocess.Popen[bytes]] = []

    def add_workers(self, count: int) -> None:
        """Start workers of one thread each, without a nanny that would start them again."""
        options = ["--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        for _ in range(count):
            self.workers.append(self._start("dask_worker", *options, "--scheduler-file", str(self._file)))

    def address(self) -> str:
        """The scheduler's address, once it answers."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                return json.loads(self._file.read_text())["address"]
            except (FileNotFoundError, ValueError):
                time.sleep(0.1)
        raise TimeoutError("the scheduler did not start")

    def stop(self) -> None:
        """Nothing is left running."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait(30)
        self._log.close()

    def _start(self, command: str, *options: str) -> subprocess.Popen[bytes]:
        line = [sys.executable, "-m", f"distributed.cli.{command}", *options]
        return subprocess.Popen(line, env=self._environment, stdout=self._log, stderr=self._log)


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Cluster]]:
    """Start a cluster: `cluster(workers=2, ENVIRONMENT="value")`."""
    started: list[Cluster] = []

    def start(workers: int, *, protocol: str = "tcp", **environment: str) -> Cluster:
        made = Cluster(tmp_path_factory.mktemp("dask"), environment, protocol)
        started.append(made)
        made.address()
        made.add_workers(workers)
        return made

    yield start
    for made in started:
        made.stop()
