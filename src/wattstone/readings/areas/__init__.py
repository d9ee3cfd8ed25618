"""Files of areas: GeoJSON, GeoParquet, shapefiles, tables with WKT or with points and a radius."""

from wattstone.readings.areas.file import read_areas
from wattstone.readings.areas.schema import AreaFile, geometry_of

__all__ = ["AreaFile", "geometry_of", "read_areas"]
