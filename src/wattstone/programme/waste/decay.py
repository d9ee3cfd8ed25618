"""First-order decay of waste in a landfill, year by year."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.programme.waste.constants import C_TO_CH4, C_TO_CO2

__all__ = ["Decay", "Emitted", "emitted_methane", "first_order_decay"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Decay:
    """Carbon in a landfill.

    Parameters
    ----------
    accumulated : (..., t) array
        Decomposable carbon that is still there at the end of the year. [t C]
    decomposed : (..., t) array
        Decomposable carbon that decayed in the year. [t C]
    """

    accumulated: Floats
    decomposed: Floats


@dataclass(frozen=True)
class Emitted:
    """Gases of the carbon that decayed.

    Parameters
    ----------
    generated : (..., t) array
        Methane made. [t CH4]
    recovered, oxidised, emitted : (..., t) array
        Methane taken out, oxidised in the cover, and let go; they add up to what was made. [t CH4]
    biogenic : (..., t) array
        CO2 beside the methane, of oxidation and of what was recovered and burnt: a memo. [t CO2]
    """

    generated: Floats
    recovered: Floats
    oxidised: Floats
    emitted: Floats
    biogenic: Floats


def first_order_decay(deposited: Floats, k: Floats, delay: Floats | float = 6.0) -> Decay:
    r"""Decay of decomposable carbon by the first-order model of the IPCC [1]_.

    With :math:`M = 7 + delay` the month in which waste of the middle of a year begins to react,

    .. math::
        m_t &= d_t\, e^{-k(13-M)/12} + m_{t-1}\, e^{-k}\\
        x_t &= d_t\,(1 - e^{-k(13-M)/12}) + m_{t-1}\,(1 - e^{-k})

    so that :math:`\sum x + m = \sum d`: no carbon is lost.

    Parameters
    ----------
    deposited : (..., t) array
        Decomposable degradable organic carbon (DDOCm) put in per year, oldest first. [t C]
    k : (...) array
        Decay rate. [1/year]
    delay : (...) array or float
        Months between deposit and first decay, 0 to 6; six months are M = 13, the default of the model.

    Returns
    -------
    Decay

    Raises
    ------
    ValueError
        If a delay is outside 0 to 6 months, or a rate is negative.

    References
    ----------
    .. [1] IPCC 2006 Guidelines, volume 5, chapter 3, equations 3.4 and 3.5, and annex 3A.1 for the delay.

    Examples
    --------
    >>> decay = first_order_decay(np.array([75.0, 0.0, 0.0]), np.array(0.185))
    >>> decay.accumulated.round(3).tolist(), decay.decomposed.round(3).tolist()
    ([75.0, 62.333, 51.805], [0.0, 12.667, 10.528])
    """
    late, rate = np.asarray(delay, float), np.asarray(k, float)
    if np.any((late < 0) | (late > 6)):
        raise ValueError("a delay is 0 to 6 months: with more, decay would begin after the year that follows")
    if np.any(rate < 0):
        raise ValueError("a decay rate is 0 or more")
    within = np.broadcast_to(np.exp(-rate * (6.0 - late) / 12.0), deposited.shape[:-1])
    kept = np.broadcast_to(np.exp(-rate), deposited.shape[:-1])
    stock = np.zeros(deposited.shape[:-1])
    accumulated, decomposed = np.empty_like(deposited, float), np.empty_like(deposited, float)
    for year in range(deposited.shape[-1]):
        fresh = deposited[..., year]
        decomposed[..., year] = fresh * (1.0 - within) + stock * (1.0 - kept)
        stock = fresh * within + stock * kept
        accumulated[..., year] = stock
    return Decay(accumulated, decomposed)


def emitted_methane(
    decomposed: Floats, fraction: Floats | float, recovered: Floats | float, oxidation: Floats | float
) -> Emitted:
    r"""Methane that leaves a landfill [1]_: recovery is taken off before oxidation.

    .. math:: CH_4 = \left(x\,F\,\tfrac{16}{12} - R\right)(1 - OX)

    Parameters
    ----------
    decomposed : (..., t) array
        Carbon that decayed. [t C]
    fraction : (...) array or float
        Methane in the gas by volume (F).
    recovered : (..., t) array or float
        Methane flared or used (R). [t CH4]
    oxidation : (...) array or float
        Share of the methane in the cover that is oxidised (OX).

    Returns
    -------
    Emitted

    Raises
    ------
    ValueError
        If more is recovered than was made.

    References
    ----------
    .. [1] IPCC 2006 Guidelines, volume 5, chapter 3, equations 3.1 and 3.6.

    Examples
    --------
    >>> float(emitted_methane(np.array([12.0]), 0.5, 2.0, 0.1).emitted[0])  # (8 - 2) * 0.9
    5.4
    """
    share, taken = np.asarray(fraction, float), np.asarray(recovered, float)
    generated = decomposed * share * C_TO_CH4
    if np.any(taken > generated * (1 + 1e-9) + 1e-12):
        raise ValueError("more methane is recovered than the waste made")
    left = np.maximum(generated - taken, 0.0)
    oxidised = left * np.asarray(oxidation, float)
    burnt = (oxidised + taken) / C_TO_CH4
    return Emitted(
        generated, np.broadcast_to(taken, generated.shape), oxidised, left - oxidised,
        (decomposed * (1.0 - share) + burnt) * C_TO_CO2,
    )  # fmt: skip
