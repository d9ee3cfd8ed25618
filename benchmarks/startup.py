"""How long the command line takes to say what it can do."""

from collections.abc import Iterator

from benchmarks.measuring import command, wattstone
from benchmarks.tables import Row, Setting

LIMIT = 0.4  # CPU-s


def run(setting: Setting) -> Iterator[Row]:
    """`wattstone --help`, all of it."""
    import sys

    mine = min((command(wattstone(), "--help") for _ in range(3)), key=lambda one: one.cpu)
    bare = min((command(sys.executable, "-c", "import typer") for _ in range(3)), key=lambda one: one.cpu)
    yield Row(
        "`wattstone --help`",
        f"{mine.cpu:.2f} CPU-s, {mine.wall:.2f} s",
        f"{bare.cpu:.2f} CPU-s (import typer)",
        f"{mine.cpu / bare.cpu:.2f}",
        f"≤ {LIMIT} CPU-s",
        mine.cpu <= LIMIT,
    )
