"""Forecasters of load, PV and carbon intensity; made, written down and made again."""

import io
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Literal

import numpy as np

from wattstone.forecasting.clock import Clock
from wattstone.forecasting.forecaster import Forecaster
from wattstone.forecasting.known import Known
from wattstone.forecasting.people import WEEK, WORKDAYS, PeopleModel
from wattstone.forecasting.result import LEVELS
from wattstone.forecasting.sun import SunModel

__all__ = ["Kind", "Spec", "made", "restored", "written"]

Kind = Literal["load", "pv", "carbon"]


@dataclass(frozen=True)
class Spec:
    """All that a forecaster is made from.

    Parameters
    ----------
    kind : {'load', 'pv', 'carbon'}
        `load` may be a net load and fall below 0; `pv` follows the sun; `carbon` the hours of the week.
    series : int
        How many.
    start : datetime
        Start of the first step that will be observed, naive UTC.
    step : int
        Length of a step; divides a day. [min]
    zone : str
        IANA zone by whose clock people live; PV goes by UTC whatever it is.
    hours : float
        How far ahead can be asked for. [h]
    holidays : collection of date
        Local dates that are lived as a Sunday.
    inputs : int
        Inputs known ahead, given with each observation.
    levels : tuple of float
        Of the quantiles.
    capacity : tuple of float
        What no value lies above, such as the inverter's rating, for each series and in its unit; empty: not known.
    """

    kind: Kind
    series: int
    start: datetime
    step: int
    zone: str = "UTC"
    hours: float = 48
    holidays: Collection[date] = field(default_factory=frozenset[date])
    inputs: int = 0
    levels: tuple[float, ...] = LEVELS
    capacity: tuple[float, ...] = ()


def made(spec: Spec, *, clear_sky: Known | None = None) -> Forecaster:
    """A forecaster that has seen nothing yet.

    Parameters
    ----------
    spec : Spec
        What to make.
    clear_sky : Known, optional
        For PV: what physics says of a clear sky, in the unit of the series; else it is taken from the data.

    Examples
    --------
    >>> forecaster = made(Spec("load", series=2, start=datetime(2020, 1, 6), step=60, hours=2))
    >>> for _ in range(48):
    ...     forecaster.observe(np.array([3.0, 0.0]))
    >>> forecaster.forecast().median.round(6).tolist()
    [[3.0, 3.0], [0.0, 0.0]]
    """
    horizon = max(1, round(spec.hours * 60 / spec.step))
    zone = "UTC" if spec.kind == "pv" else spec.zone
    clock = Clock(spec.start, step=spec.step, zone=zone, holidays=spec.holidays)
    if spec.kind == "pv":
        model = SunModel(clock, spec.series, clear_sky=clear_sky, inputs=spec.inputs)
    else:
        types = WORKDAYS if spec.kind == "load" else WEEK
        model = PeopleModel(clock, spec.series, types=types, inputs=spec.inputs)
    floor = None if spec.kind == "load" else 0.0
    return Forecaster(
        clock,
        model,
        series=spec.series,
        horizon=horizon,
        inputs=spec.inputs,
        levels=spec.levels,
        floor=floor,
        capacity=spec.capacity,
    )


def written(spec: Spec, forecaster: Forecaster) -> bytes:
    """A forecaster with all it has learnt, as the bytes of an `.npz` archive."""
    told = asdict(spec) | {"start": spec.start.isoformat(), "holidays": sorted(map(date.isoformat, spec.holidays))}
    buffer = io.BytesIO()
    arrays: dict[str, Any] = forecaster.arrays()
    np.savez(buffer, spec=np.array(json.dumps(told)), **arrays)
    return buffer.getvalue()


def restored(content: bytes, *, clear_sky: Known | None = None) -> tuple[Spec, Forecaster]:
    """What `written` wrote down; it goes on as if it had never stopped.

    Raises
    ------
    ValueError
        The arrays do not fit the specification.
    """
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    told = json.loads(str(arrays.pop("spec")))
    told |= {
        "start": datetime.fromisoformat(told["start"]),
        "holidays": frozenset(map(date.fromisoformat, told["holidays"])),
        "levels": tuple(told["levels"]),
        "capacity": tuple(told["capacity"]),
    }
    spec = Spec(**told)
    forecaster = made(spec, clear_sky=clear_sky)
    forecaster.put_back(arrays)
    return spec, forecaster
