"""What a compressor costs to run, loaded and unloaded."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.equipment.arrays import Floats

__all__ = ["RunningCost", "running_cost"]


@dataclass(frozen=True, kw_only=True, eq=False)
class RunningCost:
    """Energy and cost of the time loaded and of the time unloaded.

    Parameters
    ----------
    loaded_energy, unloaded_energy : array
        [kWh]
    loaded, unloaded : array
        [currency]
    """

    loaded_energy: Floats
    unloaded_energy: Floats
    loaded: Floats
    unloaded: Floats

    @property
    def total(self) -> Floats:
        """Cost of both. [currency]"""
        return self.loaded + self.unloaded


def running_cost(
    shaft: npt.ArrayLike,
    *,
    unloaded_share: npt.ArrayLike,
    hours: npt.ArrayLike,
    loaded_share: npt.ArrayLike,
    efficiency: npt.ArrayLike,
    unloaded_efficiency: npt.ArrayLike,
    price: npt.ArrayLike,
) -> RunningCost:
    """Energy and cost of a machine that runs loaded or unloaded.

    Parameters
    ----------
    shaft : float or array
        Shaft power at full load. [kW]
    unloaded_share : float or array
        Shaft power unloaded, as a share of that.
    hours : float or array
        That it turns. [h]
    loaded_share : float or array
        Of these hours, loaded.
    efficiency, unloaded_efficiency : float or array
        Of the motor, loaded and unloaded.
    price : float or array
        Of electricity. [currency kWh-1]

    Returns
    -------
    RunningCost
    """
    on, time = np.asarray(loaded_share, dtype=float), np.asarray(hours, dtype=float)
    power = np.asarray(shaft, dtype=float)
    loaded = power * time * on / np.asarray(efficiency, dtype=float)
    idle = power * np.asarray(unloaded_share, dtype=float) * time * (1 - on)
    unloaded = idle / np.asarray(unloaded_efficiency, dtype=float)
    tariff = np.asarray(price, dtype=float)
    return RunningCost(
        loaded_energy=loaded, unloaded_energy=unloaded, loaded=loaded * tariff, unloaded=unloaded * tariff
    )
