"""Any path that the product understands, opened as something that can be taken in."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.portfolio import Meter
from wattstone.readings.dataset import read_dataset
from wattstone.readings.formats import detect_format
from wattstone.readings.incoming import Extra, Incoming, content_key


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
    confirm : callable or None
        Shown a detection that is in doubt; returns whether it is right. None: doubt refuses.
    """

    mapping: str | None = None
    zone: str | None = None
    site: str | None = None
    meter: str | None = None
    confirm: "Callable[[Path, object], bool] | None" = None


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


def _beside(path: Path, key: str, extras: dict[str, Extra], findings: tuple[Finding, ...] = ()) -> Incoming:
    """A source without readings."""
    return Incoming(
        name=path.name,
        key=f"{key}:no-readings",
        sites=(),
        meters=_nothing,
        chunks=lambda: iter(()),
        extras=extras,
        findings=lambda: findings,
    )


def _dataset(path: Path, how: How) -> Incoming:
    sessions = path / "sessions.parquet"
    if (path / "readings.parquet").is_file():
        incoming = read_dataset(path)
    else:
        from wattstone.readings.tables import sites_from, tables_of

        found: list[Finding] = []
        sites = sites_from(tables_of(path, found).get("sites"), path, found)
        if found:
            raise InputRefused(found)
        bare = _beside(path, content_key(sessions), {})
        incoming = Incoming(
            name=bare.name, key=bare.key, sites=sites, meters=bare.meters, chunks=bare.chunks, findings=bare.findings
        )
    if not sessions.is_file():
        return incoming
    table = path / "sites.parquet"
    extra, findings = _session_extra(sessions, how, table if table.is_file() else None)
    return Incoming(
        name=incoming.name,
        key=incoming.key,
        sites=incoming.sites,
        meters=incoming.meters,
        chunks=incoming.chunks,
        registers=incoming.registers,
        rows=incoming.rows,
        fixed_intervals=incoming.fixed_intervals,
        findings=lambda: (*incoming.findings(), *findings),
        extras={**incoming.extras, "sessions": extra},
        tariffs=incoming.tariffs,
    )


def _session_extra(path: Path, how: How, sites: Path | None) -> tuple[Extra, tuple[Finding, ...]]:
    from wattstone.readings.sessions import read_sessions

    frame, findings = read_sessions(path, site=how.site, sites=sites, zone=how.zone)
    return Extra(name=path.name, key=content_key(path, extra=f"{how.site}{how.zone}"), frame=frame), findings


def _sessions(path: Path, how: How) -> Incoming:
    extra, findings = _session_extra(path, how, None)
    return _beside(path, extra.key, {"sessions": extra}, findings)


def _table(path: Path, how: How) -> Incoming:
    from wattstone.readings.tabular import CONFIDENT, Mapping, detect, read

    if how.mapping is not None:
        mapping, doubts = Mapping.from_toml(how.mapping), ()
    else:
        detection = detect(path, zone=how.zone)
        mapping, doubts = detection.mapping, detection.doubts
        if how.confirm is not None:
            if not how.confirm(path, detection):
                raise InputRefused([_not_confirmed(path)])
        elif detection.confidence < CONFIDENT:
            raise InputRefused([*(_as_error(doubt) for doubt in doubts), _not_sure(path)])
    if how.site is not None:
        mapping = mapping.model_copy(update={"site": how.site})
    if how.meter is not None:
        mapping = mapping.model_copy(update={"meter": how.meter})
    text = mapping.to_toml()
    table = read(path, mapping, zone=how.zone)
    register = mapping.reading == "register"
    return Incoming(
        name=path.name,
        key=content_key(path, extra=f"{text}{how.zone}"),
        sites=(),
        meters=lambda: table.meters,
        chunks=(lambda: iter(())) if register else (lambda: table.readings),
        registers=(lambda: table.registers) if register else None,
        findings=lambda: (*doubts, *(one for one in table.findings if one not in doubts)),
        mapping=text,
    )


def _greenbutton(path: Path, how: How) -> Incoming:
    from wattstone.readings.greenbutton import read

    feed = read(path, site=how.site)
    return Incoming(
        name=path.name,
        key=content_key(path, extra=how.site or ""),
        sites=(),
        meters=lambda: feed.meters,
        chunks=lambda: feed.readings,
        registers=lambda: feed.registers,
        findings=lambda: feed.findings,
    )


def _epw(path: Path, how: How) -> Incoming:
    from wattstone.readings.weather import read_epw

    frame, _ = read_epw(path)
    key = content_key(path)
    return _beside(path, key, {"weather": Extra(name=path.name, key=key, frame=frame)})


def _weather(path: Path, how: How) -> Incoming:
    from wattstone.readings.weather import read_weather_csv, read_weather_parquet

    if path.suffix == ".parquet":
        frame, findings = read_weather_parquet(path), ()
    else:
        made = read_weather_csv(path, zone=how.zone)
        frame, findings = made if isinstance(made, tuple) else (made, ())
    key = content_key(path, extra=how.zone or "")
    return _beside(path, key, {"weather": Extra(name=path.name, key=key, frame=frame)}, findings)


def _tariff(path: Path, how: How) -> Incoming:
    from wattstone.rates.tariffs import read_tariffs

    read_tariffs([path])
    bare = _beside(path, content_key(path), {})
    return Incoming(
        name=bare.name,
        key=bare.key,
        sites=(),
        meters=bare.meters,
        chunks=bare.chunks,
        tariffs={path.stem: path.read_text(encoding="utf-8-sig")},
    )


def frame_of(incoming: Incoming) -> pl.DataFrame:
    """All readings of a small source in one frame; for previews and tests."""
    return pl.concat(list(incoming.chunks()))


def _as_error(doubt: Finding) -> Finding:
    from dataclasses import replace

    return replace(doubt, severity="error")


def _not_sure(path: Path) -> Finding:
    return Finding(
        code="mapping.unsure",
        place=path.name,
        found="how the file is to be read cannot be told for sure, and nobody is there to confirm it",
        expected="a file that leaves no doubt, or a mapping",
        remedy="run `wattstone ingest` in a terminal to confirm what is detected, or give --mapping FILE",
    )


def _not_confirmed(path: Path) -> Finding:
    return Finding(
        code="mapping.not_confirmed",
        place=path.name,
        found="the way of reading that was shown was not confirmed",
        expected="a yes",
        remedy="write a mapping file (docs/reference/mapping.md) and give it with --mapping",
    )


def _unknown(path: Path, form: str) -> Finding:
    return Finding(
        code="file.unknown",
        place=str(path.name),
        found="nothing here can read it (it looks like: {form})",
        params={"form": form},
        expected="a dataset folder, CSV, XLSX, Green Button XML, EPW, weather, sessions or a tariff",
        remedy="export the readings as CSV with a column of times and one of values",
    )
