"""Files of areas: GeoJSON, GeoParquet, shapefiles, tables with WKT or with points and a radius."""

from wattstone.readings.areas.crs import is_lonlat
from wattstone.readings.areas.file import read_areas
from wattstone.readings.areas.problems import AreasRefused
from wattstone.readings.areas.schema import AreaFile, declared_of, geometry_of
from wattstone.readings.areas.table import says_points

__all__ = ["AreaFile", "AreasRefused", "declared_of", "geometry_of", "is_lonlat", "read_areas", "says_points"]
