"""What a path holds, judged by its content and only then by its name."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# pyarrow has no types.

from pathlib import Path
from typing import Literal

from wattstone.base import InputRefused
from wattstone.readings.source import GZIP_MAGIC, ZIP_MAGIC, head, open_bytes, zip_names

Format = Literal[
    "dataset", "readings-parquet", "csv", "xlsx", "greenbutton", "epw", "sessions", "tariff", "weather", "unknown"
]
_LOOK = 65_536
_PARQUET = b"PAR1"


def detect_format(path: Path) -> Format:
    """What a file or folder holds.

    Parameters
    ----------
    path : Path
        A folder with `readings.parquet` or `sessions.parquet` is a dataset.

    Returns
    -------
    str
        `unknown` where nothing can be said; a broken file is what its beginning says.

    Raises
    ------
    InputRefused
        If the path does not exist or cannot be opened.
    """
    path = Path(path)
    if path.is_dir():
        return (
            "dataset"
            if any((path / name).is_file() for name in ("readings.parquet", "sessions.parquet"))
            else "unknown"
        )
    start = head(path, _LOOK)
    if start[:4] == _PARQUET:
        return _parquet(path)
    if start[:4] == ZIP_MAGIC:
        names = zip_names(path)
        if "xl/workbook.xml" in names:
            return _table(path, "xlsx")
        start = _expanded(path) if len(names) == 1 else b""
    elif start[:2] == GZIP_MAGIC:
        start = _expanded(path)
    return _text(path, start)


def _expanded(path: Path) -> bytes:
    with open_bytes(path) as source:
        return source.read(_LOOK)


def _parquet(path: Path) -> Format:
    import pyarrow as pa  # heavy, and needed here alone
    import pyarrow.parquet as pq

    from wattstone.readings.sessions import is_sessions

    try:
        names = tuple(pq.read_schema(path).names)
    except (pa.ArrowException, OSError):
        return "unknown"
    if is_sessions(names):
        return "sessions"
    if {"meter_id", "timestamp", "value"} <= set(names):
        return "readings-parquet"
    return "weather" if {"timestamp", "air_temperature_c"} <= set(names) else "unknown"


def _text(path: Path, start: bytes) -> Format:
    bare = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if bare.upper().startswith(b"LOCATION,"):
        return "epw"
    if bare.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<")):
        plain = start.replace(b"\x00", b"")
        return "greenbutton" if b"naesb.org/espi" in plain else "unknown"
    if (
        path.name.lower().endswith(".toml")
        and b"[" in start
        and (b"tariff" in start.lower() or b"rate" in start.lower())
    ):
        return "tariff"
    if (
        b"\x00" in start[:1000]
        and not start.startswith((b"\xff\xfe", b"\xfe\xff"))
        and start[:1000].count(0) * 4 < len(start[:1000])
    ):
        return "unknown"
    if path.name.lower().endswith((".toml", ".json", ".md", ".html", ".pdf", ".xls")):
        return "unknown"
    return _table(path, "csv")


def _table(path: Path, form: Literal["csv", "xlsx"]) -> Format:
    """A table by its headers: sessions, weather, or readings; a table without a header is one of readings."""
    from wattstone.readings.sessions import is_sessions
    from wattstone.readings.tabular.detection import sample_of
    from wattstone.readings.tabular.layout import find_header
    from wattstone.readings.weather import weather_columns

    try:
        frame = find_header(sample_of(path)[0])
    except InputRefused:
        return form
    if frame is None:
        return form
    names = [column.name for column in frame.columns]
    if is_sessions(names):
        return "sessions"
    numeric = [column.name for column in frame.columns if column.numeric and column.stamp is None]
    weather = weather_columns(numeric)
    return "weather" if "air_temperature" in weather and len(weather) * 2 >= len(numeric) else form
