"""Activity records: fuels, travel, freight, goods, waste and whatever else no meter counts, as people keep them."""

from wattstone.readings.activities.schema import ACTIVITY, METHODS, PEDIGREE

__all__ = ["ACTIVITY", "METHODS", "PEDIGREE"]
