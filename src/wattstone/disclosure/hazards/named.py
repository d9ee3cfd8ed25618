"""What hazards are called where a layer names them by a word that everybody uses."""

from typing import Final

__all__ = ["HAZARDS", "LAYER_SCENARIOS"]

HAZARDS: Final = {
    "river_flood": "River flood", "coastal_flood": "Coastal flood", "surface_flood": "Surface-water flood",
    "flood": "Flood", "heat": "Extreme heat", "heat_wave": "Heat wave", "cold": "Extreme cold", "drought": "Drought",
    "water_stress": "Water stress", "wildfire": "Wildfire", "typhoon": "Typhoon",
    "tropical_cyclone": "Tropical cyclone", "storm": "Storm", "heavy_rain": "Heavy rain", "hail": "Hail",
    "snow": "Heavy snow", "landslide": "Landslide", "subsidence": "Subsidence", "sea_level": "Sea-level rise",
}  # fmt: skip
"""Title of each; a layer may name others, whose titles are entered as names in both languages."""

LAYER_SCENARIOS: Final = {"present": "Present climate", "baseline": "Present climate", "historical": "Past climate"}
"""Scenarios of layers that are none."""
