"""All machines of a log."""

import numpy as np
import numpy.typing as npt

from wattstone.detection.air.curve import MachineCurve, curve
from wattstone.detection.air.levels import OFF
from wattstone.detection.air.log import AirLog
from wattstone.detection.air.states import Running, run
from wattstone.equipment.air import Station

Floats = npt.NDArray[np.float64]


def ran(station: Station, log: AirLog, pressure: Floats) -> tuple[list[MachineCurve], list[Running]]:
    """Curves and states of the machines, in the log's order.

    Parameters
    ----------
    station : Station
    log : AirLog
        Checked.
    pressure : (t,) array
        Of the header, without gaps. [bar(g)]
    """
    assert log.power is not None
    chosen = [one for one in station.compressors if one.name in log.machines]
    curves = [curve(one, station, pressure + station.drop) for one in chosen]
    rated = np.array([one.power for one in chosen])[:, None]
    alone = (np.nan_to_num(log.power) > OFF * rated).sum(axis=0) <= 1
    runs = [
        run(
            one,
            log.power[at],
            pressure + station.drop,
            log.hours * 3600,
            loaded=None if log.loaded is None else log.loaded[at],
            alone=alone,
        )
        for at, one in enumerate(curves)
    ]
    return curves, runs
