"""Rows of the benchmark table, and what all benchmarks are told."""

import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

HEAD = ("what", "ours", "bare engine", "ratio", "limit", "verdict")


@dataclass(frozen=True)
class Row:
    """One comparison; texts as they are shown, `kept` is None where nothing is promised."""

    what: str
    ours: str
    bare: str = ""
    ratio: str = ""
    limit: str = ""
    kept: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """In the order of `HEAD`."""
        verdict = {True: "kept", False: "MISSED", None: ""}[self.kept]
        return (self.what, self.ours, self.bare, self.ratio, self.limit, verdict)


def markdown(rows: Sequence[Row]) -> str:
    """The table."""
    lines = [HEAD, tuple("---" for _ in HEAD), *(row.cells for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


@dataclass(frozen=True)
class Setting:
    """What every benchmark is told.

    Parameters
    ----------
    scratch : pathlib.Path
        For data that are made; what is there from an earlier run of the same size serves again.
    data : pathlib.Path or None
        Folder of the real data sets, if it is there.
    small : bool
        A size that takes seconds and proves nothing but that everything runs.
    """

    scratch: Path
    data: Path | None
    small: bool = False
    began: float = field(default_factory=time.perf_counter)

    def say(self, text: str) -> None:
        """Show progress, on standard error."""
        sys.stderr.write(f"  {time.perf_counter() - self.began:6.0f} s  {text}\n")
        sys.stderr.flush()

    @property
    def cambridge(self) -> Path | None:
        """The real data set, if it is there."""
        folder = None if self.data is None else self.data / "cambridge-dev"
        return folder if folder is not None and folder.is_dir() else None


Benchmark = Callable[[Setting], "Sequence[Row]"]


def machine() -> str:
    """The machine and the versions that the figures are from."""
    import os

    cpu, memory = platform.processor() or platform.machine(), ""
    if (info := Path("/proc/cpuinfo")).is_file():
        names = (
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        )
        cpu = next(names, cpu)
        memory = f", {os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
    system = platform.platform()
    if (release := Path("/etc/os-release")).is_file():
        said = dict(line.split("=", 1) for line in release.read_text().splitlines() if "=" in line)
        system = said.get("PRETTY_NAME", system).strip('"')
    packages = ", ".join(f"{name} {version(name)}" for name in ("polars", "deltalake", "pyarrow", "numpy"))
    load = f"; load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return f"{os.cpu_count()} cores ({cpu}){memory}, {system}, Python {platform.python_version()}, {packages}{load}"
