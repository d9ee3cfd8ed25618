"""Green Button: interval readings and registers of an ESPI feed (NAESB REQ.21).

Codes are those that the ESPI schema (`espi.xsd`, annotations of UomType, CommodityType, AccumulationBehaviourType and
FlowDirectionType) lists. Times are seconds since 1970 UTC; the offsets in LocalTimeParameters say how a clock on the
wall showed them and shift nothing. Entries may stand in any order.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import polars as pl

from wattstone.base import Finding, InputRefused, Unit, unit
from wattstone.portfolio import Meter
from wattstone.readings.espi import Entry, RawReading, last_segment, walk
from wattstone.readings.problems import Problems, quoted, refuse
from wattstone.readings.schema import READINGS, REGISTERS
from wattstone.readings.tabular.csv import ROW
from wattstone.readings.tabular.duplicates import DuplicateGuard
from wattstone.readings.tabular.registry import meter_id

UNITS = {
    31: "J",
    38: "W",
    42: "m3",
    72: "Wh",
    73: "varh",
    119: "ft3",
    128: "gal",
    130: "imp gal",
    132: "Btu",
    134: "L",
    169: "therm",
}
KINDS = {
    1: "electricity",
    4: "compressed_air",
    7: "natural_gas",
    8: "lpg",
    9: "water",
    10: "heat",
    11: "wastewater",
    12: "heat",
    13: "cooling",
}
REGISTER_BEHAVIOURS = frozenset({1, 3, 9})  # bulk quantity, cumulative, summation
REVERSE = 19
_ELECTRIC_UNITS = frozenset({38, 72, 73})
_GOOD = frozenset({"0"})
_BATCH = 100_000
_FRAME = {"meter_id": pl.String(), "start": pl.Int64(), "seconds": pl.Int64(), "value": pl.Float64(), ROW: pl.Int64()}
_FIRST, _LAST = (round(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (1950, 2100))


@dataclass(frozen=True)
class Series:
    """One MeterReading of the feed, as what it measures."""

    meter: str
    kind: str
    measured: Unit
    scale: float
    reading: Literal["interval", "register", "power"]
    direction: Literal["import", "export"]
    seconds: int | None


class GreenButtonReadings:
    """Readings of one feed; the same four attributes as `TabularReadings`.

    Parameters
    ----------
    path : Path
    site : str or None
        Where the meters are; the file's name where it is not given.
    """

    def __init__(self, path: Path, *, site: str | None = None) -> None:
        self.path = path
        self.site = meter_id(site or path.name.split(".")[0])
        self._series, self._of_entry, self._warnings = _resolve(path)
        self._findings: tuple[Finding, ...] | None = None

    @property
    def meters(self) -> tuple[Meter, ...]:
        """The meters of the feed: one for each flow of a usage point."""
        return tuple(
            Meter(
                id=one.meter,
                site_id=self.site,
                kind=one.kind,
                unit=one.measured.name,
                reading=one.reading,
                direction=one.direction,
                interval_seconds=one.seconds if one.reading != "register" else None,
                declared="readings",
            )
            for one in self._series
        )

    @property
    def readings(self) -> Iterator[pl.DataFrame]:
        """Blocks of interval readings (schema `READINGS`); raises `InputRefused` after the last, if need be."""
        return self._pass(registers=False)

    @property
    def registers(self) -> Iterator[pl.DataFrame]:
        """Blocks of cumulative counters (schema `REGISTERS`)."""
        return self._pass(registers=True)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found; reads the file if that has not been done."""
        if self._findings is None:
            try:
                for _ in self.readings:
                    pass
            except InputRefused as refused:
                return refused.findings
        return self._findings or ()

    def _pass(self, *, registers: bool) -> Iterator[pl.DataFrame]:
        problems = Problems(self.path)
        for warning in self._warnings:
            problems.add(**warning)  # pyright: ignore[reportArgumentType]
        guard = DuplicateGuard(problems)
        for frame in self._frames(problems, registers=registers):
            if (given := guard.admit(frame)).height:
                yield _out(given, registers=registers)
        for frame in guard.settle(lambda: self._frames(Problems(self.path), registers=registers)):
            if frame.height:
                yield _out(frame, registers=registers)
        problems.raise_if_refused()
        self._findings = problems.findings

    def _frames(self, problems: Problems, *, registers: bool) -> Iterator[pl.DataFrame]:
        rows: list[tuple[str, int, int, float, int]] = []
        qualities: Counter[str] = Counter()
        for item in walk(self.path):
            if isinstance(item, Entry):
                continue
            series = self._of_entry.get(item.entry)
            if series is None or (series.reading == "register") != registers:
                continue
            if (row := _row(item, series, problems)) is not None:
                rows.append(row)
                qualities[item.texts.get("quality", "0")] += 1
            if len(rows) >= _BATCH:
                yield pl.DataFrame(rows, schema=_FRAME, orient="row")
                rows = []
        yield pl.DataFrame(rows, schema=_FRAME, orient="row")
        for code, count in qualities.items():
            if code not in _GOOD:
                problems.add(
                    f"readings.greenbutton.quality.{code[:20]}",
                    count=count,
                    severity="warning",
                    found="{count} {count:reading carries|readings carry} the quality code {code}",
                    expected="0, which means valid",
                    remedy="nothing needs to be done",
                    params={"code": quoted(code)},
                )


def _row(item: RawReading, series: Series, problems: Problems) -> tuple[str, int, int, float, int] | None:
    """One reading in canonical units; None where it cannot be read, which is noted."""
    texts = item.texts
    start, value = _whole(texts.get("start")), _whole(texts.get("value"))
    duration = _whole(texts.get("duration")) if "duration" in texts else series.seconds
    register = series.reading == "register"
    if (
        start is None
        or not _FIRST <= start < _LAST
        or value is None
        or (not register and not duration)
        or not 0 <= (duration or 0) <= 2**31 - 1
    ):
        problems.add(
            "readings.greenbutton.reading",
            row=item.number,
            found="{count} {count:reading has|readings have} no start, duration or value that can be read "
            "(start {start}, value {value}); "
            "rows count IntervalReading elements",
            expected="whole numbers: seconds since 1970, seconds, and the value",
            remedy="download the file again, or ask the utility",
            params={"start": quoted(texts.get("start")), "value": quoted(texts.get("value"))},
        )
        return None
    seconds = duration or 0
    amount = value * series.scale
    if series.reading == "power":
        amount *= seconds / 3600.0
    begin = (start + seconds if register else start) * 1_000_000
    return series.meter, begin, seconds, amount, item.number


def _whole(text: str | None) -> int | None:
    """A whole number of at most 18 digits."""
    if text is None or not text.removeprefix("-").isdecimal() or len(text) > 18:
        return None
    return int(text)


def _out(frame: pl.DataFrame, *, registers: bool) -> pl.DataFrame:
    at = pl.col("start").cast(pl.Datetime("us"))
    if registers:
        return frame.select("meter_id", at.alias("at"), "value").cast(dict(REGISTERS))  # pyright: ignore[reportArgumentType]
    return frame.select("meter_id", at, "seconds", "value").cast(dict(READINGS))  # pyright: ignore[reportArgumentType]


def _resolve(path: Path) -> tuple[tuple[Series, ...], dict[int, Series], tuple[dict[str, object], ...]]:
    """Which entry belongs to which series: a first pass, since entries may stand in any order."""
    entries = [item for item in walk(path) if isinstance(item, Entry)]
    problems = Problems(path)
    types = {entry.self_: entry for entry in entries if entry.resource == "ReadingType"}
    points = [entry for entry in entries if entry.resource == "UsagePoint"]
    heads = [entry for entry in entries if entry.resource == "MeterReading"]
    blocks = [entry for entry in entries if entry.resource == "IntervalBlock" and entry.readings]
    if not blocks:
        raise refuse(
            path,
            "readings.greenbutton.none",
            found="the feed has no interval readings ({entries} entries)",
            expected="IntervalBlock entries with readings",
            remedy="choose a download with interval data, not bills alone",
            entries=len(entries),
        )
    owner = {block.index: _owner(block, heads, problems) for block in blocks}
    used = {head.index for head in owner.values() if head is not None}
    series: dict[int, Series] = {}
    names: Counter[str] = Counter()
    for head in heads:
        if head.index in used and (one := _series(head, types, points, names, problems)) is not None:
            series[head.index] = one
    problems.raise_if_refused()
    of_entry = {block: series[head.index] for block, head in owner.items() if head is not None and head.index in series}
    return tuple(series.values()), of_entry, ()


def _owner(block: Entry, heads: list[Entry], problems: Problems) -> Entry | None:
    """The MeterReading of a block: by its `up` link, by the reading's own links, or because there is only one."""
    for head in heads:
        up = block.up or ""
        collection = up.removesuffix("/IntervalBlock")
        if head.self_ and (collection == head.self_ or (block.self_ or "").startswith(head.self_ + "/")):
            return head
        if any(link and link in (up, block.self_) for link in head.related):
            return head
    if len(heads) == 1:
        return heads[0]
    problems.add(
        "readings.greenbutton.link",
        found="{count} {count:interval block belongs|interval blocks belong} to no meter reading ({link})",
        expected="a link rel='up' to the MeterReading",
        remedy="ask the utility for a feed whose links fit",
        params={"link": quoted(block.up)},
    )
    return None


def _series(
    head: Entry, types: dict[str | None, Entry], points: list[Entry], names: Counter[str], problems: Problems
) -> Series | None:
    kind_entry = next((types[link] for link in head.related if link in types), None)
    if kind_entry is None and len(types) == 1:
        kind_entry = next(iter(types.values()))
    fields = kind_entry.fields if kind_entry else {}
    code = _whole(fields.get("uom"))
    if code not in UNITS:
        problems.add(
            "readings.greenbutton.unit",
            found="the unit of measure has the code {code}, which is not known here",
            expected="one of the codes {codes}",
            remedy="ask the utility, or convert the file to CSV with its unit in the header",
            params={"code": quoted(fields.get("uom")), "codes": ", ".join(map(str, UNITS))},
        )
        return None
    power = _whole(fields.get("powerOfTenMultiplier", "0"))
    if power is None or not -12 <= power <= 12:
        problems.add(
            "readings.greenbutton.multiplier",
            found="powerOfTenMultiplier is {power}",
            expected="a whole number from -12 to 12",
            remedy="ask the utility",
            params={"power": quoted(fields.get("powerOfTenMultiplier"))},
        )
        return None
    measured = unit(UNITS[code])
    commodity = KINDS.get(_whole(fields.get("commodity")) or 0)
    kind = "reactive_energy" if code == 73 else commodity or ("electricity" if code in _ELECTRIC_UNITS else "unknown")
    register = _whole(fields.get("accumulationBehaviour")) in REGISTER_BEHAVIOURS and measured.quantity != "power"
    direction: Literal["import", "export"] = "export" if _whole(fields.get("flowDirection")) == REVERSE else "import"
    seconds = _whole(fields.get("intervalLength"))
    return Series(
        meter=_name(head, points, direction, names),
        kind=kind,
        measured=measured,
        scale=10.0**power * measured.factor,
        reading="register" if register else "power" if measured.quantity == "power" else "interval",
        direction=direction,
        seconds=seconds if seconds and 0 < seconds < 2**31 else None,
    )


def _name(head: Entry, points: list[Entry], direction: str, names: Counter[str]) -> str:
    """The usage point's title or number, with the flow where it is reversed, and a number where that is not unique."""
    up = (head.up or "").removesuffix("/MeterReading")
    point = next(
        (one for one in points if one.self_ and (one.self_ == up or (head.self_ or "").startswith(one.self_ + "/"))),
        None,
    )
    if point is None and len(points) == 1:
        point = points[0]
    label = (point and (point.title or last_segment(point.self_))) or head.title or last_segment(head.self_) or "meter"
    name = meter_id(label if direction == "import" else f"{label}-export")
    names[name] += 1
    return name if names[name] == 1 else f"{name}-{names[name]}"


def read(path: Path, *, site: str | None = None) -> GreenButtonReadings:
    """Read a Green Button file.

    Parameters
    ----------
    path : Path
        ESPI in an Atom feed; `.gz` and single-file `.zip` are expanded.
    site : str or None
        Where the meters are; the file's name where it is not given.

    Returns
    -------
    GreenButtonReadings
        With `meters`, `readings`, `registers` and `findings`.

    Raises
    ------
    InputRefused
        If the file is not whole, declares entities, has no interval readings, or units that are not known.
    """
    return GreenButtonReadings(Path(path), site=site)
