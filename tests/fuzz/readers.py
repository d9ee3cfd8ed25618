"""Coverage-guided fuzzing of the readers, run by hand and not part of the suite.

    python -m pip install atheris
    python tests/fuzz/readers.py table -max_total_time=600 -max_len=4096 [CORPUS]

The first argument is the reader: table, greenbutton, epw, weather, sessions. Any exception but a refusal stops the run
and leaves the input that caused it in the current folder.
"""

import importlib
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path


def _table(path: Path) -> None:
    from wattstone.readings.tabular import detect, read

    table = read(path, detect(path).mapping, zone="Europe/London")
    for frame in (*table.readings, *table.registers):
        frame.height  # noqa: B018 - reading the blocks is the point


def _green_button(path: Path) -> None:
    from wattstone.readings import greenbutton

    feed = greenbutton.read(path)
    for frame in (*feed.readings, *feed.registers):
        frame.height  # noqa: B018


def _reader(name: str) -> Callable[[Path], object]:
    from wattstone.readings import sessions, weather

    return {
        "table": _table,
        "greenbutton": _green_button,
        "epw": weather.read_epw,
        "weather": weather.read_weather_csv,
        "sessions": sessions.read_sessions,
    }[name]


def main() -> None:
    """Fuzz the reader that the first argument names."""
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["wattstone.readings"]):
        reader = _reader(sys.argv.pop(1))
    from wattstone.base import InputRefused

    folder = Path(tempfile.mkdtemp())

    def one(data: bytes) -> None:
        path = folder / "input"
        path.write_bytes(data)
        try:
            reader(path)
        except InputRefused as refused:
            if not refused.findings:
                raise

    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
