"""Meters of one kind at one site that are added up: does one of them measure what the others measure too?"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from wattstone.base import Finding, InputRefused, UnknownUnit, unit
from wattstone.portfolio import Meter, kind_of
from wattstone.portfolio.boundary import counted_meters
from wattstone.readings.incoming import Incoming
from wattstone.workflows.ingest.derived import READINGS, SLICES_TABLE
from wattstone.workflows.ingest.result import Ingested
from wattstone.workflows.workspace import Workspace

__all__ = ["SAMPLE", "Together", "asked_together", "look_together", "main_of", "together", "whether_added_up"]

SAMPLE = 500_000
"""Readings by which it is judged whether a meter measures what others measure too: a month of hours would do."""
_FEWEST = 24  # intervals that all of them have: below that nothing is said of a main meter
_NEARLY = 0.99  # share of the intervals in which a main meter shows no less than the others together
_ROUNDING = 0.005  # of their sum, for meters are read in whole steps
_NAMED = 12  # meters that are named
_PARTS = 6  # partitions
_SOURCES = 3  # that are named
_GROUPS = 20  # sites that are asked about at once
_ROLES = ("grid", "network", "fuel")  # those that emissions are counted of
_ROWS = {"meter_id": pl.String(), "start": pl.Datetime("us"), "seconds": pl.Int32(), "value": pl.Float64()}


@dataclass(frozen=True, kw_only=True)
class Together:
    """Meters whose readings are added up to one total.

    Parameters
    ----------
    site, kind : str
        Where, and what they measure.
    meters : tuple of Meter
        Two or more.
    """

    site: str
    kind: str
    meters: tuple[Meter, ...]


def together(meters: Sequence[Meter], mine: Collection[str]) -> list[Together]:
    """Meters that are added up although nobody has said how they stand to each other.

    Parameters
    ----------
    meters : sequence of Meter
        All that there are.
    mine : collection of str
        Those of which it is asked; a group without any of them is left out.

    Returns
    -------
    list of Together
        None where a meter of the kind is part of another, or where at most one is known from readings alone: somebody
        has thought of it then.
    """
    counted = counted_meters(meters)
    groups: dict[tuple[str, str], list[Meter]] = {}
    settled: set[tuple[str, str]] = set()
    for one in meters:
        how, kind = counted[one.id], kind_of(one.kind)
        key = (one.site_id, how.kind)
        if one.parent_id is not None or one.expression is not None:
            settled.add(key)
        elif how.counted and kind is not None and kind.role in _ROLES:
            groups.setdefault(key, []).append(one)
    return [
        Together(site=key[0], kind=key[1], meters=tuple(some))
        for key, some in groups.items()
        if key not in settled
        and sum(one.declared == "readings" for one in some) > 1
        and any(one.id in mine for one in some)
    ][:_GROUPS]


def main_of(rows: pl.DataFrame) -> str | None:
    """The meter that seems to measure what the others measure too.

    Parameters
    ----------
    rows : polars.DataFrame
        Columns `meter_id`, `start`, `seconds` and `value` of the meters.

    Returns
    -------
    str or None
        The one whose total is no less than that of the others, and that shows no less than they do together in nearly
        every interval that all of them have. None where there is none such, or too few intervals to say so.
    """
    usable = rows.filter(pl.col("value").is_finite())
    names = usable["meter_id"].unique(maintain_order=True).to_list()
    if len(names) < 2 or usable["seconds"].n_unique() > 1:
        return None
    wide = usable.group_by("start", "meter_id").agg(pl.col("value").last()).pivot("meter_id", index="start")
    shared = wide.drop_nulls().select(names)
    totals = shared.sum().row(0)
    main = names[max(range(len(names)), key=lambda at: totals[at])]
    others = pl.sum_horizontal(name for name in names if name != main)
    above = shared.select((pl.col(main) >= others - _ROUNDING * others.abs()).mean()).item()
    if shared.height < _FEWEST or 2 * max(totals) < sum(totals) or above < _NEARLY:
        return None
    return main


def asked_together(
    place: str, group: Together, sums: Mapping[str, float | None], unit: str, main: str | None
) -> Finding:
    """The question as a finding.

    Parameters
    ----------
    place : str
        Of which file, or which readings.
    group : Together
        The meters.
    sums : mapping of str to float or None
        What each of them adds. [unit]
    unit : str
        Of the sums.
    main : str or None
        Which of them seems to be the main meter.

    Returns
    -------
    Finding
        A warning: it hinders nothing.
    """
    ranked = sorted(group.meters, key=lambda one: -(sums.get(one.id) or 0.0))
    named = [f"{one.id} ({_amount(sums.get(one.id), unit)})" for one in ranked]
    listed = ", ".join(named[:_NAMED]) + (", …" if named[_NAMED:] else "")
    found = "{number} meters of one kind at the site '{site}' are added up, and none is part of another: {meters}"
    remedy = (
        "if one of them measures what the others measure too, name it under `wattstone meter` as the meter that "
        "already counts each of the others; if not, nothing has to be done"
    )
    params = {"number": len(named), "site": group.site, "meters": listed}
    if main is not None:
        found = (
            "{number} meters of one kind at the site '{site}' are added up, and none is part of another: {meters}; "
            "'{main}' shows no less than the others together in nearly every interval: it looks like the main meter"
        )
        remedy = (
            "if '{main}' measures what the others measure too, name it under `wattstone meter` as the meter that "
            "already counts each of the others; if not, nothing has to be done"
        )
        params["main"] = main
    expected = "meters of which none measures what another one measures too"
    return Finding(
        code="readings.added_up", place=place, found=found, params=params, expected=expected, remedy=remedy,
        severity="warning",
    )  # fmt: skip


def _amount(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    said = f"{value:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}") if abs(value) >= 100 else f"{value:.4g}"
    return f"{said} {unit}"


def look_together(
    every: Sequence[Meter], sums: Mapping[str, float | None], units: Mapping[str, str], rows: pl.DataFrame, place: str
) -> list[Finding]:
    """Ask of the meters of a file before it is taken in.

    Parameters
    ----------
    every : sequence of Meter
        Those of the workspace, and those that it would get.
    sums, units : mapping of str
        What each meter of the file adds, and in which unit.
    rows : polars.DataFrame
        Readings of the file, as for `main_of`, before multiplier and sign.
    place : str
        As the findings call it.
    """
    found: list[Finding] = []
    for group in together(every, sums):
        kept = next(units[one.id] for one in group.meters if one.id in units)
        factors = {one.id: one.multiplier * one.sign for one in group.meters}
        own = rows.filter(pl.col("meter_id").is_in(list(factors)))
        times = pl.col("meter_id").replace_strict(factors, return_dtype=pl.Float64, default=1.0)
        found.append(asked_together(place, group, sums, kept, _main(group, own.with_columns(pl.col("value") * times))))
    return found


def _main(group: Together, rows: pl.DataFrame) -> str | None:
    """The main meter, where there are readings of all of them."""
    return main_of(rows) if rows["meter_id"].n_unique() == len(group.meters) else None


def whether_added_up(workspace: Workspace, sources: Sequence[Incoming], done: Sequence[Ingested]) -> list[Finding]:
    """Ask of the meters of sources that were taken in: sums of all of their readings, compared by those of late.

    Parameters
    ----------
    workspace : Workspace
        That took them in.
    sources : sequence of Incoming
        Which they were; the findings call them by the names of the first.
    done : sequence of Ingested
        What became of each. By the last of the partitions that changed meters are compared, however large the lake is;
        of what had been taken in before nothing is asked.
    """
    fresh = [source for source, one in zip(sources, done, strict=True) if not one.already]
    try:
        mine = {one.id for source in fresh for one in source.meters()}
    except InputRefused:
        return []
    groups = together(workspace.records.meters(), mine) if mine else []
    if not groups:
        return []
    known = workspace.records.meter_keys()
    keys = {one.id: known[one.id] for group in groups for one in group.meters if one.id in known}
    sums, late = _sums(workspace, keys), sorted({part for one in done for part in one.periods})[-_PARTS:]
    place = ", ".join(source.name for source in fresh[:_SOURCES])
    found: list[Finding] = []
    for group in groups:
        own = {one.id: keys[one.id] for one in group.meters if one.id in keys}
        found.append(asked_together(place, group, sums, _unit(group), _main(group, _sample(workspace, own, late))))
    return found


def _unit(group: Together) -> str:
    try:
        kept = unit(group.meters[0].unit).canonical
    except UnknownUnit:
        return group.meters[0].unit
    return "kWh" if kept == "kW" else kept  # power is kept as energy


def _sums(workspace: Workspace, keys: Mapping[str, int]) -> dict[str, float | None]:
    scan = workspace.lake.scan(SLICES_TABLE)
    if scan is None:
        return {}
    mine = scan.filter(pl.col("meter").is_in(list(keys.values()))).group_by("meter").agg(pl.col("total").sum())
    totals = dict(mine.collect().iter_rows())
    return {name: totals.get(key) for name, key in keys.items()}


def _sample(workspace: Workspace, keys: Mapping[str, int], parts: Sequence[int]) -> pl.DataFrame:
    """The first of their readings in some partitions, by the meters' ids."""
    scan = workspace.lake.scan(READINGS, parts=parts) if parts else None
    if scan is None:
        return pl.DataFrame(schema=_ROWS)
    names = {key: name for name, key in keys.items()}
    rows = scan.filter(pl.col("meter").is_in(list(names))).select("meter", "start", "seconds", "value").head(SAMPLE)
    named = pl.col("meter").replace_strict(names, return_dtype=pl.String, default=None).alias("meter_id")
    return rows.collect().select(named, "start", "seconds", "value")
