"""Gases of incineration and of biological treatment."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.programme.waste.constants import C_TO_CO2

__all__ = ["Gases", "biological_gases", "incineration_gases"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Gases:
    """Masses of gases, kept apart until a set of global warming potentials is chosen.

    Parameters
    ----------
    co2 : (...) array
        Fossil. [kg]
    ch4, n2o : (...) array
        [kg]
    biogenic : (...) array
        CO2 of what grew: a memo, in no total. [kg]
    """

    co2: Floats
    ch4: Floats
    n2o: Floats
    biogenic: Floats


def incineration_gases(
    mass: Floats, dry: Floats, carbon: Floats, fossil: Floats, oxidised: Floats | float, ch4: Floats | float,
    n2o: Floats | float,
) -> Gases:  # fmt: skip
    r"""Gases of waste that is burnt [1]_.

    .. math:: CO_2 = W \cdot dm \cdot CF \cdot FCF \cdot OF \cdot \tfrac{44}{12}

    Parameters
    ----------
    mass : (...) array
        Wet weight (W). [t]
    dry, carbon, fossil : (...) array
        Dry matter in the wet waste (dm), carbon in the dry matter (CF), fossil share of the carbon (FCF).
    oxidised : (...) array or float
        Share of the carbon that burns (OF).
    ch4, n2o : (...) array or float
        Per wet mass. [g/t]

    Returns
    -------
    Gases
        Fossil and biogenic CO2 together hold all the carbon that burns.

    References
    ----------
    .. [1] IPCC 2006 Guidelines, volume 5, chapter 5, equations 5.1, 5.4 and 5.5.

    Examples
    --------
    >>> one = np.array(1.0)
    >>> round(float(incineration_gases(one, one, 0.75 * one, one, 1.0, 0.2, 50.0).co2), 6)  # a tonne of plastics
    2750.0
    """
    burnt = mass * 1000.0 * dry * carbon * oxidised * C_TO_CO2
    return Gases(burnt * fossil, mass * ch4 / 1000.0, mass * n2o / 1000.0, burnt * (1.0 - fossil))


def biological_gases(mass: Floats, ch4: Floats | float, n2o: Floats | float) -> Gases:
    """Gases of composting or anaerobic digestion [1]_.

    Its CO2 is biogenic, none of it fossil, and its amount is not known from the mass alone: both are NaN, not zero.

    Parameters
    ----------
    mass : (...) array
        Wet weight. [t]
    ch4, n2o : (...) array or float
        Per wet mass, what escapes after any recovery. [g/t]

    Returns
    -------
    Gases

    References
    ----------
    .. [1] IPCC 2006 Guidelines, volume 5, chapter 4, equations 4.1 and 4.2, table 4.1.

    Examples
    --------
    >>> gases = biological_gases(np.array(10.0), 4000.0, 240.0)
    >>> float(gases.ch4), float(gases.n2o)
    (40.0, 2.4)
    """
    return Gases(np.full_like(mass, np.nan), mass * ch4 / 1000.0, mass * n2o / 1000.0, np.full_like(mass, np.nan))
