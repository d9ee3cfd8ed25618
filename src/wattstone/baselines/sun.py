"""How high the sun stands, well enough to tell day from night."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def sun_elevation(times: npt.NDArray[np.datetime64], latitude: float, longitude: float) -> Floats:
    """Elevation of the sun above the horizon, without refraction, by the Fourier series of Spencer [1]_.

    Parameters
    ----------
    times : (...) array of datetime64
        Naive UTC.
    latitude, longitude : float
        North and east positive. [deg]

    Returns
    -------
    (...) array
        [deg]

    Notes
    -----
    Spencer's declination is within 0.05 deg, his equation of time within 0.6 min: the elevation is within 0.3 deg.

    References
    ----------
    .. [1] J. W. Spencer, "Fourier series representation of the position of the sun," Search 2 (5), 172, 1971.

    Examples
    --------
    >>> noon = np.array(["2024-06-20T12:00"], dtype="datetime64[s]")
    >>> sun_elevation(noon, 51.48, 0.0).round()
    array([62.])
    """
    day = times.astype("datetime64[D]")
    of_year = (day - day.astype("datetime64[Y]")).astype(np.float64)
    minutes = (times - day).astype("timedelta64[s]").astype(np.float64) / 60
    angle = 2 * np.pi * of_year / 365
    declination = (
        0.006918
        - 0.399912 * np.cos(angle)
        + 0.070257 * np.sin(angle)
        - 0.006758 * np.cos(2 * angle)
        + 0.000907 * np.sin(2 * angle)
        - 0.002697 * np.cos(3 * angle)
        + 0.00148 * np.sin(3 * angle)
    )
    equation = 229.18 * (
        0.000075
        + 0.001868 * np.cos(angle)
        - 0.032077 * np.sin(angle)
        - 0.014615 * np.cos(2 * angle)
        - 0.040849 * np.sin(2 * angle)
    )
    hour_angle = np.radians((minutes + equation + 4 * longitude) / 4 - 180)
    north = np.radians(latitude)
    sine = np.sin(north) * np.sin(declination) + np.cos(north) * np.cos(declination) * np.cos(hour_angle)
    return np.degrees(np.arcsin(np.clip(sine, -1, 1)))
