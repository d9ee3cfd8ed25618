"""What can be wrong with an area, in words: what was found, what the rule is, what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Finding
from wattstone.base.finding import Severity


@dataclass(frozen=True)
class Wrong:
    """A kind of finding about areas."""

    code: str
    severity: Severity
    found: str
    expected: str
    remedy: str

    def of(self, which: NDArray[np.bool_], place: str, names: Sequence[str] | None) -> list[Finding]:
        """One finding for all entries concerned; none where there are none."""
        at = np.flatnonzero(which)
        if not len(at):
            return []
        first = names[int(at[0])] if names is not None else f"entry {int(at[0]) + 1}"
        return [
            Finding(
                code=self.code, place=place, found=self.found, expected=self.expected, remedy=self.remedy,
                count=len(at), first=first, severity=self.severity,
            )
        ]  # fmt: skip


MISSING: Final = Wrong(
    "nature.no_geometry", "warning",
    "{count} {count:entry has|entries have} no boundary, and add nothing",
    "a polygon (RFC 7946 section 3.2 allows a feature without a place)",
    "draw the boundary, or leave the entry out",
)  # fmt: skip
NAN: Final = Wrong(
    "nature.no_number", "error",
    "{count} {count:boundary has|boundaries have} coordinates that are no finite numbers",
    "longitude and latitude in decimal degrees", "export the boundary again",
)  # fmt: skip
SWAPPED: Final = Wrong(
    "nature.swapped", "error",
    "{count} {count:boundary has|boundaries have} latitudes beyond 90°, but would fit with the two swapped",
    "longitude first, latitude second (RFC 7946 section 3.1.1)",
    "swap the two in the file; the others of the file are to be looked at too",
)  # fmt: skip
OUTSIDE: Final = Wrong(
    "nature.out_of_range", "error",
    "{count} {count:boundary reaches|boundaries reach} beyond 90° of latitude or 360° of longitude",
    "longitude -180 to 180, latitude -90 to 90 (RFC 7946 section 4)",
    "if these are metres, declare their reference system; else correct the coordinates",
)  # fmt: skip
BEYOND: Final = Wrong(
    "nature.beyond_180", "warning",
    "{count} {count:boundary has|boundaries have} longitudes beyond 180°; taken as a full turn less or more",
    "longitude -180 to 180 (RFC 7946 section 3.1.9)", "export with longitudes from -180 to 180",
)  # fmt: skip
NO_RADIUS: Final = Wrong(
    "nature.point_without_radius", "warning",
    "{count} {count:entry is a point|entries are points} without a radius, and {count:adds|add} nothing",
    "a polygon, or a point with a radius in metres", "add the radius, or draw the boundary",
)  # fmt: skip
RADIUS_UNUSED: Final = Wrong(
    "nature.radius_unused", "warning",
    "{count} {count:entry has|entries have} a radius but no point; the boundary is used, the radius is not",
    "a radius at points alone", "leave the radius empty",
)  # fmt: skip
APPROXIMATE: Final = Wrong(
    "nature.approximate", "warning",
    "{count} {count:entry is a point|entries are points} with a radius: the area is approximate",
    "a surveyed boundary", "draw the boundary before the area is verified",
)  # fmt: skip
NO_POLYGON: Final = Wrong(
    "nature.no_polygon", "warning",
    "{count} {count:entry holds|entries hold} points or lines where polygons are wanted; only polygons have an area",
    "a polygon or multipolygon (RFC 7946 sections 3.1.6 and 3.1.7)", "draw the boundary as a closed ring",
)  # fmt: skip
TWO_READINGS: Final = Wrong(
    "nature.two_readings", "error",
    "{count} {count:ring has|rings have} an edge over more than 180° of longitude, and may be the narrow area across "
    "the antimeridian or the wide one on the other side",
    "a boundary cut at the antimeridian (RFC 7946 section 3.1.9), or a ring that runs as its format wants",
    "cut the boundary at longitude 180 and give both parts as one multipolygon",
)  # fmt: skip
AROUND: Final = Wrong(
    "nature.around_the_earth", "error",
    "{count} {count:ring goes|rings go} once around the Earth and across the equator: which pole lies within cannot be "
    "told", "a ring around one pole, or a boundary cut at the antimeridian (RFC 7946 section 3.1.9)",
    "cut the boundary at longitude 180",
)  # fmt: skip
SEAM: Final = Wrong(
    "nature.antimeridian", "warning",
    "{count} {count:boundary runs|boundaries run} over the antimeridian or around a pole; cut there",
    "a boundary cut at the antimeridian (RFC 7946 section 3.1.9)",
    "nothing to mend if it is the narrow area that is meant; other programs may read it as the wide one",
)  # fmt: skip
ORDER: Final = Wrong(
    "nature.ring_order", "warning",
    "{count} outer {count:ring runs|rings run} against the rule of the format; what lies within the ring is the area",
    "outer rings counterclockwise (RFC 7946 section 3.1.6), in shapefiles clockwise",
    "nothing to mend here; programs on the sphere may take the rest of the Earth instead",
)  # fmt: skip
SELF_CROSSING: Final = Wrong(
    "nature.self_crossing", "warning",
    "{count} {count:boundary is|boundaries are} invalid: a ring crosses or touches itself, or parts overlap; all that "
    "is enclosed is taken once",
    "simple rings (OGC 06-103r4, section 6.1.11)", "look at the boundary where lines cross, and draw it again",
)  # fmt: skip
HEMISPHERE: Final = Wrong(
    "nature.hemisphere", "error",
    "{count} {count:area is|areas are} larger than half of the Earth",
    "an area of a programme, with its ring around the inside",
    "give the boundary of the area itself; if the outside was meant as the inside, reverse the ring",
)  # fmt: skip
NO_AREA: Final = Wrong(
    "nature.no_area", "warning",
    "{count} {count:boundary encloses|boundaries enclose} nothing, and {count:adds|add} nothing",
    "a ring around an area", "draw the boundary again",
)  # fmt: skip
TINY: Final = Wrong(
    "nature.tiny", "warning",
    "{count} {count:area is|areas are} smaller than 1 m2: a sliver left by another program's overlay",
    "areas of a programme", "remove slivers before the export",
)  # fmt: skip
DUPLICATE: Final = Wrong(
    "nature.duplicate", "warning",
    "{count} {count:entry has|entries have} exactly the boundary of an entry before; the land is counted once",
    "a place entered once by each claim", "remove the entry, or say who has the land by its precedence",
)  # fmt: skip
SLIVER: Final = Wrong(
    "nature.sliver_overlap", "warning",
    "{count} {count:pair of areas overlaps|pairs of areas overlap} by less than a thousandth of the smaller one",
    "neighbours that share their boundary", "draw the common boundary once and use it for both",
)  # fmt: skip
