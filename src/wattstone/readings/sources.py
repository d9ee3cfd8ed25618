"""Any path that the product understands, opened as something that can be taken in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.portfolio import Meter, Site
from wattstone.readings.dataset import is_dataset, read_dataset
from wattstone.readings.formats import detect_format
from wattstone.readings.incoming import Extra, Incoming, content_key
from wattstone.readings.tables import sites_from, table_of

if TYPE_CHECKING:
    from wattstone.readings.tabular import Mapping


@dataclass(frozen=True, kw_only=True)
class How:
    """What a person says of how files are to be read.

    Parameters
    ----------
    mapping : str or None
        Text of a mapping file (TOML); what the file shows where None.
    zone : str or None
        Clock of stamps without an offset.
    site : str or None
        Site of readings that name none.
    meter : str or None
        Meter of readings that name none.
    unit, kind : str or None
        Of tables in which no column says it.
    nulls : tuple of str
        Texts in a table that mean that there is no reading, beside those that its mapping names.
    confirm : callable or None
        Shown a detection that is in doubt; returns whether it is right. None: doubt refuses.
    remembered : callable or None
        Gives the mapping file that was kept for a file of that name, or None.
    applied : callable or None
        Told of each table that is read by a mapping that was kept: the file, and the mapping.
    known : callable or None
        Says whether a site, or else a meter, is there already; None: nothing is.
    """

    mapping: str | None = None
    zone: str | None = None
    site: str | None = None
    meter: str | None = None
    unit: str | None = None
    kind: str | None = None
    nulls: tuple[str, ...] = ()
    confirm: "Callable[[Path, object], bool] | None" = None
    remembered: "Callable[[str], str | None] | None" = None
    applied: "Callable[[Path, Mapping], None] | None" = None
    known: "Callable[[str, str], bool] | None" = None

    @property
    def said(self) -> dict[str, str]:
        """What a person says of a whole table, by field of its mapping."""
        given = {"site": self.site, "meter": self.meter, "unit": self.unit, "kind": self.kind}
        return {name: value for name, value in given.items() if value is not None}

    def applied_to(self, mapping: "Mapping") -> "Mapping":
        """A mapping with what a person says."""
        nulls = tuple(dict.fromkeys((*mapping.nulls, *self.nulls)))
        return mapping.model_copy(update={**self.said, "nulls": nulls})


def open_source(path: Path, how: How | None = None) -> Incoming:
    """Open a file or folder.

    Parameters
    ----------
    path : pathlib.Path
        A dataset folder, or a file of any form that `formats.detect_format` knows.
    how : How or None
        What a person says of it.

    Returns
    -------
    Incoming

    Raises
    ------
    InputRefused
        If nothing here can read it, with everything that is wrong.
    """
    how = how or How()
    form = detect_format(path)
    openers: dict[str, Callable[[Path, How], Incoming]] = {
        "dataset": _dataset,
        "csv": _table,
        "xlsx": _table,
        "greenbutton": _greenbutton,
        "epw": _epw,
        "weather": _weather,
        "sessions": _sessions,
        "tariff": _tariff,
    }
    if form not in openers:
        raise InputRefused([_unknown(path, form)])
    return openers[form](path, how)


def _nothing() -> tuple[Meter, ...]:
    return ()


def _beside(
    path: Path, key: str, extras: dict[str, Extra], findings: Callable[[], tuple[Finding, ...]] = tuple
) -> Incoming:
    """A source without readings."""
    return Incoming(
        name=path.name,
        key=f"{key}:no-readings",
        meters=_nothing,
        chunks=lambda: iter(()),
        extras=extras,
        findings=findings,
    )


def _dataset(path: Path, how: How) -> Incoming:
    sessions, sites = path / "sessions.parquet", path / "sites.parquet"
    if is_dataset(path):
        incoming = read_dataset(path)
    else:
        places = [sites] if sites.is_file() else []
        bare = _beside(path, content_key(sessions, *places), {})
        incoming = replace(bare, sites=cache(partial(_sites_alone, path)))
    if not sessions.is_file():
        return incoming
    reader = _sessions_reader(sessions, how, sites if sites.is_file() else None)
    extra = Extra(name=f"{path.name}/{sessions.name}", key=reader.key, read=lambda: reader.table[0])
    return replace(
        incoming,
        findings=lambda: (*incoming.findings(), *reader.table[1]),
        extras={**incoming.extras, "sessions": extra},
    )


def _sites_alone(folder: Path) -> tuple[Site, ...]:
    """Sites of a folder without readings."""
    found: list[Finding] = []
    sites = sites_from(table_of(folder, "sites", found), folder, found)
    if any(finding.severity == "error" for finding in found):
        raise InputRefused(found)
    return sites


@dataclass(frozen=True)
class _Read:
    """A table beside the readings that is read once, when it is asked for."""

    key: str
    read: Callable[[], tuple[pl.DataFrame, tuple[Finding, ...]]]

    @cached_property
    def table(self) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
        """The frame, and what was noticed."""
        return self.read()


def _sessions_reader(path: Path, how: How, sites: Path | None) -> _Read:
    def read() -> tuple[pl.DataFrame, tuple[Finding, ...]]:
        from wattstone.readings.sessions import read_sessions

        return read_sessions(path, site=how.site, sites=sites, zone=how.zone)

    return _Read(content_key(path, extra=f"{how.site}{how.zone}"), read)


def _sessions(path: Path, how: How) -> Incoming:
    return _alone(path, "sessions", _sessions_reader(path, how, None))


def _alone(path: Path, table: str, reader: _Read) -> Incoming:
    """A source that is one table and no readings."""
    extra = Extra(name=path.name, key=reader.key, read=lambda: reader.table[0])
    return _beside(path, reader.key, {table: extra}, lambda: reader.table[1])


def _table(path: Path, how: How) -> Incoming:
    from wattstone.readings.tabular import read

    proposed, doubts, remembered = _mapping(path, how)
    mapping = how.applied_to(proposed)
    if remembered and how.applied is not None:
        how.applied(path, mapping)
    text = mapping.to_toml()
    table = read(path, mapping, zone=how.zone)
    register = mapping.reading == "register"
    return Incoming(
        name=path.name,
        key=content_key(path, extra=f"{text}{how.zone}"),
        meters=lambda: table.meters,
        met=lambda: table.met,
        chunks=(lambda: iter(())) if register else (lambda: table.readings),
        registers=(lambda: table.registers) if register else None,
        findings=lambda: (
            *doubts,
            *(one for one in table.findings if one not in doubts),
            *_called_after_file(path, mapping, table.meters, how),
        ),
        mapping=text,
        files=(path,),
    )


def _called_after_file(path: Path, mapping: "Mapping", meters: Sequence[Meter], how: How) -> list[Finding]:
    """What to know where nothing names a site, and one is made that is called like the file."""
    if mapping.site is not None or mapping.columns.site is not None:
        return []
    new = [meter for meter in meters if how.known is None or not how.known(meter.site_id, meter.id)]
    return [_site_assumed(path, new[0].site_id, len(new))] if new else []


def _mapping(path: Path, how: How) -> "tuple[Mapping, tuple[Finding, ...], bool]":
    """How a table is to be read: as a person says, as it was read before (then True), or as it looks."""
    from wattstone.readings.tabular import CONFIDENT, Mapping, detect

    if how.mapping is not None:
        return Mapping.from_toml(how.mapping), (), False
    kept = None if how.remembered is None else how.remembered(path.name)
    own = f"mappings/{path.name}.toml"
    if kept is not None and _suits(path, remembered := Mapping.from_toml(kept, name=own)):
        return remembered, (), True
    detection = detect(path, zone=how.zone, unit=how.unit, kind=how.kind)
    if how.confirm is not None:
        if not how.confirm(path, detection):
            raise InputRefused([_not_confirmed(path, detection.mapping)])
    elif detection.confidence < CONFIDENT:
        raise InputRefused([*(_as_error(doubt) for doubt in detection.doubts), _not_sure(path, detection.mapping)])
    return detection.mapping, detection.doubts, False


def _suits(path: Path, mapping: "Mapping") -> bool:
    """Whether a file has the columns that a mapping names."""
    from wattstone.readings.problems import Problems
    from wattstone.readings.tabular.result import open_table

    try:
        names = open_table(path, mapping, Problems(path)).names
    except InputRefused:
        return False
    return all(names.count(name) == 1 for name in mapping.columns.named())


def _greenbutton(path: Path, how: How) -> Incoming:
    from wattstone.readings.greenbutton import read

    feed = read(path, site=how.site)
    return Incoming(
        name=path.name,
        key=content_key(path, extra=how.site or ""),
        meters=lambda: feed.meters,
        chunks=lambda: feed.readings,
        registers=lambda: feed.registers,
        findings=lambda: feed.findings,
        files=(path,),
    )


def _epw(path: Path, how: How) -> Incoming:
    def read() -> tuple[pl.DataFrame, tuple[Finding, ...]]:
        from wattstone.readings.weather import read_epw

        return read_epw(path)[0], ()

    return _alone(path, "weather", _Read(content_key(path), read))


def _weather(path: Path, how: How) -> Incoming:
    def read() -> tuple[pl.DataFrame, tuple[Finding, ...]]:
        from wattstone.readings.weather import read_weather_csv, read_weather_parquet

        if path.suffix == ".parquet":
            return read_weather_parquet(path), ()
        made = read_weather_csv(path, zone=how.zone)
        return made if isinstance(made, tuple) else (made, ())

    return _alone(path, "weather", _Read(content_key(path, extra=how.zone or ""), read))


def _tariff(path: Path, how: How) -> Incoming:
    from wattstone.rates.tariffs import read_tariffs

    read_tariffs([path])  # refuses what cannot be used
    return replace(_beside(path, content_key(path), {}), tariffs={path.stem: path.read_text(encoding="utf-8-sig")})


def frame_of(incoming: Incoming) -> pl.DataFrame:
    """All readings of a small source in one frame; for previews and tests."""
    return pl.concat(list(incoming.chunks()))


def _as_error(doubt: Finding) -> Finding:
    return replace(doubt, severity="error")


def _not_sure(path: Path, mapping: "Mapping") -> Finding:
    return Finding(
        code="mapping.unsure",
        place=path.name,
        found="how the file is to be read cannot be told for sure, and nobody is there to confirm it",
        expected="a file that leaves no doubt, or a mapping",
        remedy="save what was detected as a file, correct it and give it with --mapping FILE, or run "
        "`wattstone ingest` in a terminal to confirm it",
        params={"mapping": mapping.to_toml()},
    )


def _not_confirmed(path: Path, mapping: "Mapping") -> Finding:
    return Finding(
        code="mapping.not_confirmed",
        place=path.name,
        found="the way of reading that was shown was not confirmed",
        expected="a yes",
        remedy="save what was detected as a file, correct it (docs/reference/mapping.md) and give it with "
        "--mapping FILE",
        params={"mapping": mapping.to_toml()},
    )


def _site_assumed(path: Path, site: str, meters: int) -> Finding:
    return Finding(
        code="readings.site.assumed",
        place=path.name,
        found="nothing names the site of its meters: a site called '{site}', after the file, is made",
        params={"site": site, "meters": meters},
        expected="a site, from a column, the mapping or --site",
        remedy="if it is another one, declare it with `wattstone site WORKSPACE ID`, move the meters with "
        "`wattstone meter WORKSPACE METER --site ID`, and give --site ID from then on",
        severity="warning",
    )


def _unknown(path: Path, form: str) -> Finding:
    folder = path.is_dir()
    return Finding(
        code="file.unknown",
        place=path.name or str(path),
        found="the folder holds no readings.parquet" if folder else "nothing here can read it (it looks like: {form})",
        params={"form": form},
        expected="a dataset folder, CSV, XLSX, Green Button XML, EPW, weather, sessions or a tariff",
        remedy="name the files in it one by one, as FOLDER/*.csv"
        if folder
        else "export the readings as CSV with a column of times and one of values",
    )
