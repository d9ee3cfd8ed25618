"""CPU seconds and peak memory of one side of a comparison, each in a fresh process.

A side is a function named `module:function`. It prepares (imports, opens what would be open) and returns what is to be
timed, so that neither imports nor caches favour anyone. Memory is the peak of the whole process.
"""

import importlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_MARK = "benchmark-result "


@dataclass(frozen=True)
class Measured:
    """What one side took.

    Parameters
    ----------
    cpu, wall : float
        User and system time of the process and its children; time on the clock. [s]
    peak : float
        Most memory that was resident at once. [GB]
    result : object
        What the side returned, as JSON can carry it.
    """

    cpu: float
    wall: float
    peak: float
    result: Any = None


def cpu(one: Measured) -> float:
    """What measurements are compared by."""
    return one.cpu


def cpu_now() -> float:
    """CPU seconds of this process and of its children that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def peak_now() -> float:
    """Peak resident memory of this process and of its largest child. [GB]"""
    status = Path("/proc/self/status")
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    if status.is_file():  # ru_maxrss may count the parent that this process was forked from
        own = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return max(own, children) * 1024 / 1e9
    unit = 1 if sys.platform == "darwin" else 1024
    return max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, children) * unit / 1e9


def side(target: str, *arguments: Any, repeat: int = 1, python: str = sys.executable) -> Measured:
    """Run a side in a process of its own; of several times, the one that took least CPU.

    Parameters
    ----------
    target : str
        `module:function`; the function takes the arguments and returns a callable.
    *arguments
        As JSON can carry them; paths become texts.
    repeat : int
        How often, each in a new process.
    python : str
        Of the environment that the side runs in.

    Returns
    -------
    Measured
    """
    return min((_once(python, target, arguments) for _ in range(repeat)), key=lambda one: one.cpu)


def _once(python: str, target: str, arguments: tuple[Any, ...]) -> Measured:
    command = [python, "-m", "benchmarks.measuring", target, json.dumps(arguments, default=str)]
    done = subprocess.run(command, cwd=ROOT, check=False, text=True, stdout=subprocess.PIPE)
    line = next((one for one in done.stdout.splitlines() if one.startswith(_MARK)), None)
    if line is None:
        raise RuntimeError(f"{target} ended with {done.returncode} and no result")
    return Measured(**json.loads(line.removeprefix(_MARK)))


def command(*words: str) -> Measured:
    """Run a command, all of it measured: start, imports and work. Standard output is dropped."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=said)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - began
        if status:
            said.seek(0)
            raise RuntimeError(f"{' '.join(words)} failed: {said.read().decode(errors='replace')[-2000:]}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Measured(used.ru_utime + used.ru_stime, wall, used.ru_maxrss * unit / 1e9)


def wattstone() -> str:
    """The product's program, of the environment that runs the benchmarks."""
    return str(Path(sys.executable).with_name("wattstone"))


def _main() -> None:
    """Be the process of one side."""
    module, _, name = sys.argv[1].partition(":")
    prepare: Callable[..., Callable[[], Any]] = getattr(importlib.import_module(module), name)
    timed = prepare(*json.loads(sys.argv[2]))
    before, began = cpu_now(), time.perf_counter()
    result = timed()
    spent, wall = cpu_now() - before, time.perf_counter() - began
    told = {"cpu": spent, "wall": wall, "peak": peak_now(), "result": result}
    sys.stdout.write(f"\n{_MARK}{json.dumps(told, default=str)}\n")


if __name__ == "__main__":
    _main()
