"""Write a simulated portfolio as a dataset folder, site by site, in constant memory."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.simulation.estate import blueprint
from wattstone.simulation.events import BLOCK, RETROFIT, Event, events
from wattstone.simulation.plan import Plan
from wattstone.simulation.series import HUNDREDTHS, Series, site_series
from wattstone.simulation.tables import (
    EFFECTS,
    READINGS,
    PartWriter,
    effects_table,
    meter_row,
    meters_frame,
    readings_table,
    site_row,
    weather_frame,
)
from wattstone.simulation.texts import HEADING, TARIFFS, readme
from wattstone.simulation.truth import TRUTH, Fault, Retrofit, Truth
from wattstone.simulation.world import World, world


def generate(plan: Plan, folder: Path, *, progress: Callable[[int, int], None] | None = None) -> Truth:
    """Write a simulated portfolio and the truth about it.

    The folder has the form of a dataset folder: `readings`, `sites`, `meters` and `weather` as Parquet, `tariff.toml`
    and `README.md`; what was planted is in `truth/`, which no reader of datasets looks into.

    Parameters
    ----------
    plan : Plan
    folder : Path
        Made if it is not there; an earlier simulation in it is replaced, anything else is left alone.
    progress : callable or None
        Called after each site with the number of sites done, and of all sites.

    Returns
    -------
    Truth

    Raises
    ------
    InputRefused
        If the folder holds anything that is not a simulation.
    """
    _claim(folder)
    (folder / TRUTH).mkdir(parents=True, exist_ok=True)
    (folder / "README.md").write_text(readme(plan), encoding="utf-8")
    for name, text in TARIFFS.items():
        (folder / name).write_text(text, encoding="utf-8")
    shared = world(plan)
    _parquet(weather_frame(shared), folder / "weather.parquet")
    done = _write_sites(shared, folder, progress)
    _parquet(pl.DataFrame(done.sites, schema_overrides={"households": pl.Int64()}), folder / "sites.parquet")
    _parquet(meters_frame(done.meters), folder / "meters.parquet")
    _parquet(_faults_frame(done.faults), folder / TRUTH / "faults.parquet")
    truth = Truth(plan=asdict(plan), readings=done.readings, faults=tuple(done.faults), retrofits=tuple(done.retrofits))
    truth.write(folder / TRUTH)
    return truth


def _claim(folder: Path) -> None:
    """Clear an earlier simulation away; refuse a folder with anything else in it."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    mark = folder / "README.md"
    if mark.is_file() and mark.read_text(encoding="utf-8", errors="replace").startswith(HEADING):
        for table in folder.rglob("*.parquet"):
            table.unlink()  # or a run that is broken off would leave tables of two simulations side by side
        return
    raise InputRefused(
        [
            Finding(
                code="simulation.folder",
                place=str(folder),
                found="the folder is not empty, and what is in it is not a simulation",
                expected="a new or empty folder, or one that an earlier simulation has written",
                remedy="give another folder",
            )
        ]
    )


@dataclass
class _Written:
    """What is known once all sites are written."""

    sites: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    meters: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    faults: list[Fault] = field(default_factory=list[Fault])
    retrofits: list[Retrofit] = field(default_factory=list[Retrofit])
    readings: int = 0


def _write_sites(shared: World, folder: Path, progress: Callable[[int, int], None] | None) -> _Written:
    plan, done, planted = shared.plan, _Written(), dict[int, Event]()
    with (
        PartWriter(folder / "readings.parquet", READINGS) as readings,
        PartWriter(folder / TRUTH / "effects.parquet", EFFECTS) as effects,
        PartWriter(folder / TRUTH / "counterfactual.parquet", EFFECTS) as counterfactual,
    ):
        for index in range(plan.sites):
            if index % BLOCK == 0:
                planted = events(plan, index // BLOCK)
            site, event = blueprint(plan, index), planted.get(index)
            series = site_series(shared, site, event)
            readings.write(readings_table(series))
            done.sites.append(site_row(site))
            done.meters.extend(meter_row(plan, one) for one in series)
            if event is not None:
                changed = tuple(one for one in series if one.changed.any())
                (counterfactual if event.kind is RETROFIT else effects).write(effects_table(_id(event), changed))
                _note(done, event, changed)
            if progress is not None:
                progress(index + 1, plan.sites)
    done.readings = readings.rows
    return done


def _id(event: Event) -> str:
    return "retrofit-1" if event.kind is RETROFIT else f"fault-{event.number:04d}"


def _note(done: _Written, event: Event, changed: tuple[Series, ...]) -> None:
    """Add an event to the truth."""
    struck = next(one for one in changed if one.meter.id.endswith(f"-{event.kind.use}"))
    others = [one for one in changed if one is not struck]
    common = {"id": _id(event), "site_id": struck.meter.site_id, "meter_id": struck.meter.id}
    if event.kind is RETROFIT:
        after = slice(event.last, None)
        done.retrofits.append(
            Retrofit(
                **common,
                measure=event.kind.description,
                start=_moment(struck, event.first),
                end=_moment(struck, event.last),
                saving=-_effect(struck, after),
                during=-_effect(struck, slice(event.first, event.last)),
                also={one.meter.id: -_effect(one, after) for one in others},
            )
        )
        return
    marks = np.flatnonzero(struck.changed)
    register = struck.meter.reading == "register"
    done.faults.append(
        Fault(
            **common,
            kind=event.kind.name,
            start=_moment(struck, int(marks[0])),
            end=_moment(struck, int(marks[-1]) + 1),
            unit=struck.meter.unit,
            effect=_effect(struck, slice(int(marks[0]), int(marks[0]) + 1))
            if register
            else _effect(struck, slice(None)),
            also={one.meter.id: _effect(one, slice(None)) for one in others},
            description=event.kind.description,
        )
    )


def _moment(series: Series, step: int) -> datetime:
    """Naive UTC start of a step; of the step after the last one too."""
    width = int(series.stamps[1] - series.stamps[0])
    return datetime.fromtimestamp((int(series.stamps[0]) + step * width) / 1000, UTC).replace(tzinfo=None)


def _effect(series: Series, part: slice) -> float:
    """Sum of recorded minus true values; what is missing was recorded as nothing."""
    values = np.where(series.present, series.values, 0)
    return int((values[part] - series.clean[part]).sum()) / HUNDREDTHS


def _faults_frame(faults: list[Fault]) -> pl.DataFrame:
    schema = {
        **dict.fromkeys(("id", "kind", "site_id", "meter_id"), pl.String()),
        **dict.fromkeys(("start", "end"), pl.Datetime("ms")),
        "unit": pl.String(),
        "effect": pl.Float64(),
        "description": pl.String(),
    }
    rows = [{key: value for key, value in asdict(fault).items() if key in schema} for fault in faults]
    return pl.DataFrame(rows, schema=schema).with_columns(
        pl.col("start", "end").dt.replace_time_zone("UTC"), simulated=pl.lit(value=True)
    )


def _parquet(frame: pl.DataFrame, path: Path) -> None:
    frame.write_parquet(path, metadata={"wattstone.simulated": "true"})
