"""Sun and clear sky."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def sine_of_elevation(
    day_of_year: Floats, hour: Floats, *, latitude: float, longitude: float, utc_offset: float
) -> Floats:
    """Sine of the sun's elevation, by Spencer's series for declination and equation of time [1]_.

    Parameters
    ----------
    day_of_year : (d,) array
        1 to 366.
    hour : (p,) array
        Local clock. [h]
    latitude, longitude : float
        North and east are positive. [degree]
    utc_offset : float
        Local clock minus UTC. [h]

    Returns
    -------
    (d, p) array
        Negative by night.

    References
    ----------
    .. [1] J. W. Spencer, "Fourier series representation of the position of the sun," Search 2 (5), p. 172, 1971.

    Examples
    --------
    >>> noon = sine_of_elevation(np.array([172.0]), np.array([12.0]), latitude=23.45, longitude=0.0, utc_offset=0.0)
    >>> bool(noon[0, 0] > 0.9999)
    True
    """
    angle = 2 * np.pi / 365 * (day_of_year - 1)
    declination = (
        0.006918
        - 0.399912 * np.cos(angle)
        + 0.070257 * np.sin(angle)
        - 0.006758 * np.cos(2 * angle)
        + 0.000907 * np.sin(2 * angle)
        - 0.002697 * np.cos(3 * angle)
        + 0.00148 * np.sin(3 * angle)
    )
    equation_of_time = (12 / np.pi) * (
        0.0000075
        + 0.001868 * np.cos(angle)
        - 0.032077 * np.sin(angle)
        - 0.014615 * np.cos(2 * angle)
        - 0.040849 * np.sin(2 * angle)
    )
    solar = hour[None, :] + (longitude / 15 - utc_offset) + equation_of_time[:, None]
    turn = (solar - 12) * np.pi / 12
    north = np.radians(latitude)
    sine = np.sin(north) * np.sin(declination)
    return sine[:, None] + (np.cos(north) * np.cos(declination))[:, None] * np.cos(turn)


def clear_sky(sine: Floats) -> Floats:
    """Global horizontal irradiance under a clear sky, by Haurwitz [1]_, constants as in [2]_.

    Parameters
    ----------
    sine : array
        Sine of the sun's elevation.

    Returns
    -------
    array
        0 where the sun is not above the horizon. [W m-2]

    References
    ----------
    .. [1] B. Haurwitz, "Insolation in relation to cloudiness and cloud density," J. Meteorology 2, pp. 154-166, 1945.
    .. [2] M. Reno, C. Hansen, J. Stein, "Global horizontal irradiance clear sky models," SAND2012-2389, 2012.

    Examples
    --------
    >>> clear_sky(np.array([1.0, 0.0, -0.5])).round(1)
    array([1035.1,    0. ,    0. ])
    """
    up = sine > 1e-6
    return np.where(up, 1098.0 * sine * np.exp(-0.059 / np.where(up, sine, 1.0)), 0.0)
