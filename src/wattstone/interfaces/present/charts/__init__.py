"""The drawings of a report: one definition each, for the page and for paper."""

from wattstone.interfaces.present.charts.base import NARROW, WIDE, Drawing
from wattstone.interfaces.present.charts.basis import basis_drawing
from wattstone.interfaces.present.charts.estimated import estimated_drawing
from wattstone.interfaces.present.charts.intensity import intensity_drawing
from wattstone.interfaces.present.charts.months import months_drawing
from wattstone.interfaces.present.charts.scopes import scopes_drawing
from wattstone.interfaces.present.charts.sites import sites_drawing

__all__ = [
    "NARROW",
    "WIDE",
    "Drawing",
    "basis_drawing",
    "estimated_drawing",
    "intensity_drawing",
    "months_drawing",
    "scopes_drawing",
    "sites_drawing",
]
