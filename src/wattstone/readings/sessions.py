"""Charging sessions of electric vehicles: events with a plug-in, perhaps a plug-out, and an energy."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from wattstone.base import Finding
from wattstone.readings.parquet import read_parquet
from wattstone.readings.problems import Problems, quoted, refuse
from wattstone.readings.schema import SESSIONS
from wattstone.readings.source import head
from wattstone.readings.tabular import stamps, words
from wattstone.readings.tabular.clocks import instants
from wattstone.readings.tabular.csv import ROW
from wattstone.readings.tabular.detection import sample_of, written
from wattstone.readings.tabular.layout import find_header
from wattstone.readings.tabular.mapping import Columns, Mapping
from wattstone.readings.tabular.numbers import NULLS, NumberStyle, is_number, number_style, numbers
from wattstone.readings.tabular.registry import known_unit, split_unit
from wattstone.readings.tabular.result import open_table
from wattstone.readings.tabular.zones import is_zone

PARQUET_MAGIC = b"PAR1"
_WORDS = {
    "session_id": ("session id", "session", "transaction id", "transaction", "charging session", "会话", "订单号"),
    "garage": (
        "garage id",
        "garage",
        "site id",
        "site",
        "location",
        "station id",
        "station",
        "car park",
        "站点",
        "充电站",
    ),
    "user_id": ("user id", "user", "driver", "rfid", "card", "customer", "用户"),
    "plug_in": ("plug in", "plugin", "start plugin", "start", "connected", "arrival", "begin", "started", "开始"),
    "plug_out": ("plug out", "plugout", "end plugout", "end", "disconnected", "departure", "stop", "ended", "结束"),
    "energy": ("energy", "el kwh", "kwh", "charged", "consumption", "电量", "充电量"),
}
_NEEDED = ("plug_in", "energy")
_REQUIRED_WORDS = ("plug_in", "plug_out", "energy")


def session_columns(names: Sequence[str]) -> dict[str, str]:
    """Which columns hold what of a session, by their headers; columns of a local clock only where there is no other.

    Examples
    --------
    >>> session_columns(["session_id", "plug_in_local", "plug_in", "energy_kwh"])["plug_in"]
    'plug_in'
    """
    found: dict[str, str] = {}
    order = sorted(names, key=lambda name: words.says(name, ("local",)))
    for ours, said in _WORDS.items():
        for word in said:
            candidates = [name for name in order if name not in found.values() and words.says(name, (word,))]
            candidates = [name for name in candidates if not words.says(name, ("hour", "duration", "type"))]
            if candidates and ours not in found:
                found[ours] = candidates[0]
    return found


def is_sessions(names: Sequence[str]) -> bool:
    """Whether columns are those of sessions: a plug-in, a plug-out and an energy, the first two said so."""
    folded = [words.folded(name) for name in names]
    plugged = any("plug in" in name or "plugin" in name for name in folded)
    return plugged and set(_REQUIRED_WORDS) <= set(session_columns(names))


def read_sessions(
    path: Path, *, site: str | None = None, sites: Path | None = None, zone: str | None = None
) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """Read charging sessions.

    Parameters
    ----------
    path : Path
        Parquet, CSV or XLSX with columns such as session_id, garage_id, user_id, plug_in, plug_out, energy_kwh.
    site : str or None
        The site of all sessions.
    sites : Path or None
        A Parquet file of sites: where it holds one, that is the site of all sessions.
    zone : str or None
        The clock of times that carry no offset; times of a Parquet file without a zone are UTC where none is given.

    Returns
    -------
    frame : DataFrame
        Schema `SESSIONS`, in order of plug-in. A session without a plug-out is kept, with null. The site is the one
        given, else the garage.
    findings : tuple of Finding
        Warnings.

    Raises
    ------
    InputRefused
        If columns are missing, cells cannot be read, or one id stands for two sessions; with every finding.
    """
    path = Path(path)
    problems = Problems(path)
    own = site or _only_site(sites)
    if head(path, 4) == PARQUET_MAGIC:
        frame = _from_parquet(path, zone, problems)
    else:
        frame = _from_table(path, zone, problems)
    problems.raise_if_refused()
    frame = frame.with_columns(site_id=pl.lit(own, dtype=pl.String) if own else pl.col("site_id"))
    _check(frame, problems)
    frame = _once(frame, problems)
    problems.raise_if_refused()
    return frame.sort("plug_in", maintain_order=True).select(list(SESSIONS)).cast(dict(SESSIONS)), problems.findings  # pyright: ignore[reportArgumentType]


def _only_site(sites: Path | None) -> str | None:
    if sites is None:
        return None
    table = read_parquet(Path(sites), needed=("site_id",))
    names = table["site_id"].cast(pl.String).unique()
    return names[0] if len(names) == 1 else None


def _columns(path: Path, names: Sequence[str], problems: Problems) -> dict[str, str]:
    found = session_columns(names)
    for ours in _NEEDED:
        if ours not in found:
            problems.add(
                "readings.column.missing",
                column=ours,
                found="no column holds it; the columns are {names}",
                expected="columns such as session_id, garage_id, user_id, plug_in, plug_out, energy_kwh",
                remedy="rename the columns of the file",
                params={"names": quoted(", ".join(names), 300)},
            )
    problems.raise_if_refused()
    return found


def _from_parquet(path: Path, zone: str | None, problems: Problems) -> pl.DataFrame:
    table = read_parquet(path)
    found = _columns(path, table.columns, problems)
    raw = table.select(pl.col(theirs).alias(ours) for ours, theirs in found.items())
    for name in ("plug_in", "plug_out"):
        kind = raw.schema.get(name)
        if kind is None:
            continue
        if not isinstance(kind, pl.Datetime):
            problems.add(
                "readings.time.invalid",
                column=found[name],
                found="the column is of type {type}",
                expected="timestamps",
                remedy="write the column as timestamps",
                params={"type": str(kind)},
            )
            continue
        at = pl.col(name).dt.cast_time_unit("us")
        if kind.time_zone is not None:
            at = at.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        raw = raw.with_columns(at)
        if kind.time_zone is None and zone is not None:
            raw = raw.with_columns(_to_utc(raw[name], zone))
    factor = _factor(found["energy"])
    raw = raw.with_row_index(ROW, offset=1).cast({ROW: pl.Int64})
    energy = raw["energy"].cast(pl.Float64, strict=False)
    if energy.null_count() > raw["energy"].null_count():
        problems.add(
            "readings.value.invalid",
            column=found["energy"],
            found="cells are no numbers",
            expected="numbers",
            remedy="write the column as numbers",
        )
    problems.raise_if_refused()
    return _named(raw.with_columns(energy=energy.fill_nan(None) * factor))


def _from_table(path: Path, zone: str | None, problems: Problems) -> pl.DataFrame:
    sample, sheet = sample_of(path)
    frame = find_header(sample)
    if frame is None:
        raise refuse(
            path,
            "readings.table.none",
            found="no row has a time and a number",
            expected="a table of sessions",
            remedy="check the file",
        )
    found = _columns(path, [column.name for column in frame.columns], problems)
    sampled = {column.name: column for column in frame.columns}
    cells = [cell for cell in sampled[found["energy"]].cells if is_number(cell)]
    style = number_style(cells) or NumberStyle(".", "", certain=True)
    stamp = sampled[found["plug_in"]].stamp
    if stamp is None:
        raise refuse(
            path,
            "readings.time.invalid",
            column=found["plug_in"],
            found="the cells are no times, as {cell}",
            expected="times such as 2019-03-31 14:30",
            remedy="correct the column",
            cell=quoted(next(iter(sampled[found["plug_in"]].cells), "")),
        )
    mapping = Mapping(
        **written(sample, sheet, frame, style),
        nulls=NULLS,
        columns=Columns(timestamp=found["plug_in"], value=found["energy"]),
        stamp_format=stamp.format,
    )
    clock = _clock(found["plug_in"], stamp, zone, problems)
    problems.raise_if_refused()
    table = open_table(path, mapping, problems)
    parts = [_table_rows(chunk, mapping, found, clock, problems) for chunk in table.chunks(tuple(found.values()))]
    return _named(pl.concat(parts))


def _clock(column: str, stamp: stamps.StampFormat, zone: str | None, problems: Problems) -> str:
    """The clock of the times of a table."""
    if stamp.zoned or words.says(column, ("utc", "gmt")):
        return "UTC"
    if zone is None or not is_zone(zone):
        problems.add(
            "readings.zone.missing" if zone is None else "readings.zone.unknown",
            column=column,
            found="the time zone of the times is {zone}",
            expected="an IANA name such as Europe/Oslo, UTC, or an offset such as +08:00",
            remedy="give the zone of the site, or name the column plug_in_utc",
            params={"zone": "not stated" if zone is None else quoted(zone)},
        )
    if stamp.others:
        problems.add(
            "readings.date.ambiguous",
            column=column,
            severity="warning",
            found="no row decides the order of day and month; {format} is taken",
            expected="a day above 12 in at least one row",
            remedy="write dates as 2019-03-31",
            params={"format": quoted(stamp.format)},
        )
    return zone or "UTC"


def _table_rows(
    chunk: pl.DataFrame, mapping: Mapping, found: dict[str, str], clock: str, problems: Problems
) -> pl.DataFrame:
    columns: dict[str, pl.Series] = {ROW: chunk[ROW]}
    for ours, theirs in found.items():
        cells = chunk[theirs]
        if ours in ("plug_in", "plug_out"):
            given = cells.set(cells.is_in(list(NULLS)), None)
            times = stamps.parse(given, mapping.stamp_format)
            _note_cells(chunk, theirs, times.is_null() & given.is_not_null(), "readings.time.invalid", problems)
            columns[ours] = times if stamps.is_zoned(mapping.stamp_format) else _to_utc(times, clock)
        elif ours == "energy":
            values, wrong = numbers(cells, decimal=mapping.decimal, thousands=mapping.thousands, nulls=mapping.nulls)
            _note_cells(chunk, theirs, wrong, "readings.value.invalid", problems)
            columns[ours] = values * _factor(theirs)
        else:
            columns[ours] = cells.str.strip_chars()
    return pl.DataFrame(columns)


def _note_cells(chunk: pl.DataFrame, column: str, wrong: pl.Series, code: str, problems: Problems) -> None:
    bad = chunk.filter(wrong)
    problems.rows(
        code,
        bad[ROW],
        cells=bad[column],
        column=column,
        found="{count} {count:cell|cells} cannot be read, as {cell}",
        expected="times in the form of the first rows" if code == "readings.time.invalid" else "numbers",
        remedy="correct the cells",
    )


def _to_utc(times: pl.Series, zone: str) -> pl.Series:
    """Local times to UTC; the earlier of two where the clock showed a time twice."""
    known = times.is_not_null()
    utc = instants(times.to_physical().fill_null(0).to_numpy(), zone).utc
    result = pl.Series(times.name, utc).cast(pl.Datetime("us"))
    return result.set(~known, None)


def _factor(column: str) -> float:
    measured = split_unit(column)[1] or known_unit(column)
    return measured.factor if measured is not None and measured.quantity == "energy" else 1.0


def _named(raw: pl.DataFrame) -> pl.DataFrame:
    """All columns of a session, those that the file lacks as null."""
    raw = raw.with_columns(
        pl.lit(None, dtype=pl.String).alias(name)
        for name in ("session_id", "garage", "user_id")
        if name not in raw.columns
    )
    if "plug_out" not in raw.columns:
        raw = raw.with_columns(plug_out=pl.lit(None, dtype=pl.Datetime("us")))
    text = pl.col("session_id", "garage", "user_id").cast(pl.String)
    made = pl.concat_str(pl.col("user_id").fill_null("session"), pl.col("plug_in").cast(pl.String), separator=" ")
    return (
        raw.with_columns(text)
        .with_columns(pl.col("session_id").fill_null(made))
        .select("session_id", "user_id", "plug_in", "plug_out", "energy", ROW, site_id="garage")
    )


def _check(frame: pl.DataFrame, problems: Problems) -> None:
    """What is wrong with single sessions."""
    if not frame.height:
        problems.add(
            "readings.file.empty", found="there are no sessions", expected="sessions", remedy="check the export"
        )
    cases = (
        (
            pl.col("plug_in").is_null(),
            "readings.session.plug_in",
            "error",
            "{count} {count:session has|sessions have} no plug-in",
            "a time",
        ),
        (
            pl.col("energy").is_null(),
            "readings.session.energy",
            "warning",
            "{count} {count:session has|sessions have} no energy",
            "kWh",
        ),
        (
            pl.col("energy") < 0,
            "readings.session.negative",
            "warning",
            "{count} {count:session has|sessions have} a negative energy",
            "0 kWh or more",
        ),
        (
            pl.col("plug_out").is_null(),
            "readings.session.open",
            "warning",
            "{count} {count:session has no plug-out, and is|sessions have no plug-out, and are} kept without one",
            "a time",
        ),
        (
            pl.col("plug_out") < pl.col("plug_in"),
            "readings.session.order",
            "warning",
            "{count} {count:session ends before it begins|sessions end before they begin}",
            "a plug-out after the plug-in",
        ),
    )
    for condition, code, severity, found, expected in cases:
        problems.rows(
            code,
            frame.filter(condition)[ROW],
            severity="error" if severity == "error" else "warning",
            found=found,
            expected=expected,
            remedy="correct the rows" if severity == "error" else "correct the rows if the operator can say more",
        )


def _once(frame: pl.DataFrame, problems: Problems) -> pl.DataFrame:
    """Each session once; one id for two sessions is an error."""
    content = [name for name in frame.columns if name != ROW]
    once = frame.unique(content, keep="first", maintain_order=True)
    if once.height < frame.height:
        problems.add(
            "readings.duplicate.same",
            count=frame.height - once.height,
            severity="warning",
            found="{count} {count:session was|sessions were} given before, and dropped",
            expected="each session once",
            remedy="nothing needs to be done",
        )
    twice = once.filter(pl.col("session_id").is_duplicated())
    if twice.height:
        problems.add(
            "readings.duplicate.conflict",
            row=twice[ROW][1],
            count=twice.height,
            found="{count} {count:session shares|sessions share} an id with another one, as {id}",
            expected="one session for each id",
            remedy="give each session an id of its own",
            params={"id": quoted(twice["session_id"][0])},
        )
    return once
