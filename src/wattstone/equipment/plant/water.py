"""Water of a cooling tower: what evaporates, what drifts away, what is bled off, and what makes it up."""

import numpy as np
import numpy.typing as npt

from wattstone.equipment.arrays import Floats

__all__ = ["LATENT", "blowdown", "drift", "evaporation", "makeup"]

LATENT = 2430.0  # heat of vaporisation of water at 30 degC, IAPWS-95 [kJ kg-1]
DENSITY = 996.0  # of water at 30 degC, IAPWS-95 [kg m-3]


def evaporation(
    heat: npt.ArrayLike, *, share: npt.ArrayLike = 1.0, latent: float = LATENT, density: float = DENSITY
) -> Floats:
    """Water that takes heat away by evaporating.

    Parameters
    ----------
    heat : float or array
        That the tower rejects. [kW]
    share : float or array
        Of it that leaves as vapour, the rest warms the air; 0.85 in MEASUR where nothing is known.
    latent : float
        Heat of vaporisation. [kJ kg-1]
    density : float
        Of water. [kg m-3]

    Returns
    -------
    array
        [m3 h-1]
    """
    return np.asarray(heat, dtype=float) * np.asarray(share, dtype=float) * 3600.0 / (latent * density)


def drift(flow: npt.ArrayLike, share: npt.ArrayLike) -> Floats:
    """Droplets that the air carries away: a share of the water that circulates. [m3 h-1]

    Parameters
    ----------
    flow : float or array
        That circulates. [m3 h-1]
    share : float or array
        By the maker of the drift eliminators.
    """
    return np.asarray(flow, dtype=float) * np.asarray(share, dtype=float)


def blowdown(evaporation: npt.ArrayLike, cycles: npt.ArrayLike, *, drift: npt.ArrayLike = 0.0) -> Floats:
    """Water bled off so that its salts stay concentrated as wanted: B = E / (C - 1) - D.

    Drift carries salts away as well. Without it the bleed follows evaporation alone, and the water gets less
    concentrated than `cycles`.

    Parameters
    ----------
    evaporation : float or array
        [m3 h-1]
    cycles : float or array
        Salts of the tower's water over those of its make-up, more than 1.
    drift : float or array
        Droplets lost. [m3 h-1]

    Returns
    -------
    array
        0 where drift takes more than needed; NaN at 1 cycle or less. [m3 h-1]
    """
    beyond = np.asarray(cycles, dtype=float) - 1
    bled = np.asarray(evaporation, dtype=float) / np.where(beyond > 0, beyond, np.nan)
    return np.maximum(bled - np.asarray(drift, dtype=float), 0.0)


def makeup(evaporation: npt.ArrayLike, *, drift: npt.ArrayLike, blowdown: npt.ArrayLike) -> Floats:
    """Water that has to be given: the sum of what is lost. [m3 h-1]

    Parameters
    ----------
    evaporation, drift, blowdown : float or array
        [m3 h-1]
    """
    lost = np.asarray(evaporation, dtype=float) + np.asarray(drift, dtype=float)
    return lost + np.asarray(blowdown, dtype=float)
