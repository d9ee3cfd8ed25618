"""Where a site is, as command lines have it: `51.5072,-0.1276`."""

import math
from typing import Final

__all__ = ["LATITUDES", "LONGITUDES", "read_position"]

LATITUDES: Final = 90.0  # degrees, to the north and to the south
LONGITUDES: Final = 180.0  # degrees, to the east and to the west


def read_position(text: str) -> tuple[float, float] | None:
    """Latitude and longitude of such a text.

    Parameters
    ----------
    text : str
        Both in decimal degrees on WGS 84, latitude first, parted by a comma; south and west are negative.

    Returns
    -------
    (float, float) or None
        [degrees]; None where it is not two numbers, or they lie nowhere on the Earth.

    Examples
    --------
    >>> read_position("51.5072, -0.1276")
    (51.5072, -0.1276)
    >>> read_position("113.3,23.1"), read_position("nan,0"), read_position("51.5")
    (None, None, None)
    """
    parts = text.replace("，", ",").split(",")
    try:
        numbers = [float(one) for one in parts]
    except ValueError:
        return None
    if len(numbers) != 2 or not all(map(math.isfinite, numbers)):
        return None
    latitude, longitude = numbers
    return (latitude, longitude) if abs(latitude) <= LATITUDES and abs(longitude) <= LONGITUDES else None
