"""The entries of a site's program, block by block, as `layout` drew them.

They hang on the devices alone, so that sites of the same make share them, and two plans of a site always do.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.highs import Sparse
from wattstone.dispatch.layout import Shape, layout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wattstone.dispatch.outlook import Outlook
    from wattstone.dispatch.site import Site

Floats = NDArray[np.float64]

__all__ = ["Coefficients", "coefficients", "matrix_of"]


class Coefficients(NamedTuple):
    """What the entries are worked out from.

    Parameters
    ----------
    hours : float
        Length of a step. [h]
    batteries : tuple of (float, float, float)
        Loss in an hour, efficiency in and out.
    tasks : tuple of (float, bool)
        Efficiency, and whether it is at a charger.
    buffers : tuple of (float, float)
        Retained share and gain by a kWh.
    cap : tuple of float
        Emissions of a kW imported in each step, then in each piece; empty without a cap. [kg kW-1]
    """

    hours: float
    batteries: tuple[tuple[float, float, float], ...]
    tasks: tuple[tuple[float, bool], ...]
    buffers: tuple[tuple[float, float], ...]
    cap: tuple[float, ...] = ()


def coefficients(site: Site, outlook: Outlook, probability: Sequence[Floats]) -> Coefficients:
    """What the entries of a site's program are worked out from.

    Parameters
    ----------
    site : Site
        Devices.
    outlook : Outlook
        Steps and tasks.
    probability : sequence of (pieces, k) arrays
        That power is imported within each piece, at each meter that a cap of carbon counts; empty without a cap.
    """
    kilograms = outlook.carbon * outlook.hours
    whole = [kilograms for _ in probability]
    part = [(one * kilograms[: one.shape[1]]).ravel() for one in probability]
    cap = tuple(np.concatenate([np.zeros(0), *whole, *part]).tolist())
    chargers = {one.id for one in site.chargers}
    return Coefficients(
        outlook.hours,
        tuple((one.loss, one.charge_efficiency, one.discharge_efficiency) for one in site.batteries),
        tuple((task.efficiency, task.device in chargers) for task in outlook.tasks),
        tuple((one.retain, one.gain) for one in site.buffers),
        cap,
    )


@lru_cache(maxsize=1024)
def matrix_of(shape: Shape, given: Coefficients) -> Sparse:
    """The matrix of a shape with these coefficients; the same object for the same question.

    Parameters
    ----------
    shape : Shape
        Numbers of devices and steps.
    given : Coefficients
        Of the devices.
    """
    places, special = layout(shape), _special(shape, given)
    value = np.concatenate([*(_filled(special[name], size) for name, size in places.blocks), np.zeros(0)])
    return Sparse(places.start, places.index, value[places.order])


def _special(shape: Shape, given: Coefficients) -> dict[str, float | Floats]:
    hours = given.hours
    loss, inward, outward = np.array(given.batteries, dtype=np.float64).reshape(-1, 3).T
    efficiency, charger = np.array(given.tasks, dtype=np.float64).reshape(-1, 2).T
    retain, gain = np.array(given.buffers, dtype=np.float64).reshape(-1, 2).T
    cap = np.array(given.cap)
    imports = shape.steps * (shape.accounts if shape.cap_by_account else 1)
    return {
        "balance.import": 1.0, "balance.export": -1.0, "balance.piece": 1.0, "balance.source": 1.0,
        "balance.charge": -1.0, "balance.discharge": 1.0, "balance.task": -1.0, "balance.level": -1.0,
        "balance.drive": -1.0,
        "soc.now": 1.0, "soc.before": -((1.0 - loss) ** hours),
        "soc.charge": -hours * inward, "soc.discharge": hours / outward,
        "task.energy": hours * efficiency, "feeder": charger,
        "buffer.inside": 1.0, "buffer.over": 1.0, "buffer.under": -1.0,
        "buffer.inside.before": -retain, "buffer.over.before": -retain, "buffer.under.before": retain,
        "buffer.drive": -gain * hours,
        "peak.import": 1.0, "peak.export": -1.0, "peak.piece": 1.0, "peak.peak": -1.0,
        "rung.peak": 1.0, "rung.rung": -1.0,
        "ramping.import": 1.0, "ramping.export": -1.0, "ramping.piece": 1.0,
        "ramping.before.import": -1.0, "ramping.before.export": 1.0, "ramping.before.piece": -1.0,
        "ramping.rise": -1.0, "ramping.fall": 1.0,
        "cap.import": cap[:imports], "cap.piece": cap[imports:],
        "account.import": 1.0, "account.export": -1.0, "account.piece": 1.0, "account.source": 1.0,
        "account.charge": -1.0, "account.discharge": 1.0, "account.task": -1.0, "account.level": -1.0,
        "account.drive": -1.0,
    }  # fmt: skip


def _filled(value: float | Floats, size: int) -> Floats:
    """One number for all entries, one for each device, or one for each entry."""
    values = np.atleast_1d(np.asarray(value, dtype=np.float64))
    return values if values.size == size else np.repeat(values, size // max(values.size, 1))
