"""What can be wrong with an area, in words: what was found, what the rule is, what to do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Finding
from wattstone.base.finding import Severity

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Wrong:
    """A kind of finding about areas."""

    code: str
    severity: Severity
    found: str
    expected: str
    remedy: str

    def of(
        self, which: Flags, place: str, names: Sequence[str] | None, values: Mapping[str, NDArray[Any]] | None = None
    ) -> list[Finding]:
        """One finding for all entries concerned, with the values of the first; none where there are none."""
        at = np.flatnonzero(which)
        if not len(at):
            return []
        first = names[int(at[0])] if names is not None else f"entry {int(at[0]) + 1}"
        return [
            Finding(
                code=self.code, place=place, found=self.found, expected=self.expected, remedy=self.remedy,
                count=len(at), first=first, severity=self.severity,
                params={name: held[at[:1]].tolist()[0] for name, held in (values or {}).items()},
            )
        ]  # fmt: skip


@dataclass(frozen=True)
class Told:
    """Which entries something is wrong with.

    Parameters
    ----------
    wrong : Wrong
    which : (n,) array of bool
    values : mapping of str to (n,) array
        Of each entry, for the words of the finding.
    """

    wrong: Wrong
    which: Flags
    values: Mapping[str, NDArray[Any]] = field(default_factory=dict[str, NDArray[Any]])

    def spliced(self, begin: int, end: int, other: "Told | None", count: int) -> "Told":
        """The same with entries from begin to end in the place of `count` others."""

        def joined(old: NDArray[Any], new: NDArray[Any]) -> NDArray[Any]:
            return np.concatenate([old[:begin], new, old[end:]])

        which = np.zeros(count, dtype=bool) if other is None else other.which
        blank = {name: np.zeros(count, dtype=held.dtype) for name, held in self.values.items()}
        fresh = blank if other is None else {**blank, **other.values}
        return Told(
            self.wrong, joined(self.which, which), {name: joined(self.values[name], fresh[name]) for name in blank}
        )


def findings_of(told: Iterable[Told], place: str, names: Sequence[str] | None) -> tuple[Finding, ...]:
    """The findings of what was told, in its order."""
    return tuple(one for each in told for one in each.wrong.of(each.which, place, names, each.values))


def spliced(old: Sequence[Told], new: Sequence[Told], begin: int, end: int, total: int, count: int) -> tuple[Told, ...]:
    """What is told of entries of which those from begin to end gave way to `count` others.

    Parameters
    ----------
    old, new : sequence of Told
        Of the entries before, and of those that come in.
    begin, end : int
    total, count : int
        How many entries there were, and how many come in.
    """
    fresh = {one.wrong.code: one for one in new}
    known = {one.wrong.code for one in old}
    blank = [
        Told(
            one.wrong, np.zeros(total, dtype=bool),
            {name: np.zeros(total, dtype=held.dtype) for name, held in one.values.items()},
        )
        for one in new
        if one.wrong.code not in known
    ]  # fmt: skip
    made = [one.spliced(begin, end, fresh.get(one.wrong.code), count) for one in (*old, *blank)]
    return tuple(one for one in made if one.which.any())


MISSING: Final = Wrong(
    "nature.no_geometry", "warning",
    "{count} {count:entry has|entries have} no boundary, and {count:adds|add} nothing",
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
    "if these are metres, turn them into longitude and latitude, or give them in a file that declares their reference "
    "system; else correct the coordinates",
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
RADIUS_WIDE: Final = Wrong(
    "nature.radius_wide", "error",
    "{count} {count:radius is|radii are} larger than 1,000 km, the first {radius:,.0f} m",
    "a radius in metres, up to 1,000,000", "correct the radius, or draw the boundary",
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
    "the antimeridian or the wide one on the other side: the first {width:.4g}° or {wide:.4g}° wide",
    "a boundary cut at the antimeridian (RFC 7946 section 3.1.9), or a ring that runs as its format wants",
    "for the narrow area let longitudes run on over 180, as 181 for -179, or cut it there into two polygons of a "
    "multipolygon; for the wide one put corners between, so that no edge is longer than 180°",
)  # fmt: skip
AROUND: Final = Wrong(
    "nature.around_the_earth", "error",
    "{count} {count:ring goes|rings go} once around the Earth and across the equator: which pole lies within cannot be "
    "told", "a ring around one pole, or a boundary cut at the antimeridian (RFC 7946 section 3.1.9)",
    "cut the boundary at longitude 180",
)  # fmt: skip
SEAM: Final = Wrong(
    "nature.antimeridian", "warning",
    "{count} {count:boundary runs|boundaries run} over the antimeridian or around a pole; cut there, the first taken "
    "as {width:.4g}° wide",
    "a boundary cut at the antimeridian (RFC 7946 section 3.1.9)",
    "look whether it is the narrow area that is meant; other programs may read it as the wide one",
)  # fmt: skip
ORDER: Final = Wrong(
    "nature.ring_order", "warning",
    "{count} outer {count:ring runs|rings run} against the rule of the format; what lies within the ring is the area",
    "outer rings counterclockwise (RFC 7946 section 3.1.6), in shapefiles clockwise",
    "turn the rings round before you give the file away: programs on the sphere may take the rest of the Earth instead",
)  # fmt: skip
SELF_CROSSING: Final = Wrong(
    "nature.self_crossing", "warning",
    "{count} {count:boundary is|boundaries are} invalid: a ring crosses or touches itself, or parts overlap; all that "
    "is enclosed is taken once",
    "simple rings (OGC 06-103r4, section 6.1.11)", "look at the boundary where lines cross, and draw it again",
)  # fmt: skip
ASTRAY: Final = Wrong(
    "nature.hole_astray", "error",
    "{count} {count:boundary has a hole that lies|boundaries have holes that lie} outside the outer ring, or "
    "{count:covers|cover} all of it: whether a second area or none is meant cannot be told",
    "the outer ring first, then its holes, each within it (RFC 7946 section 3.1.6)",
    "exchange the rings if their order is wrong; give areas beside each other as a multipolygon",
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
UNREADABLE: Final = Wrong(
    "nature.unreadable", "error",
    "{count} {count:boundary|boundaries} cannot be read as WKT or GeoJSON",
    "POLYGON ((lon lat, ...)) or GeoJSON, longitude first", "correct the text of the boundary",
)  # fmt: skip
OTHER_SYSTEM: Final = Wrong(
    "nature.other_system", "error",
    "{count} {count:boundary declares|boundaries declare} another reference system, the first {crs}",
    "longitude and latitude on WGS 84 (EPSG:4326)",
    "turn it into longitude and latitude, or import it in a file that declares its system, which is turned then",
)  # fmt: skip
NODING: Final = Wrong(
    "nature.noding", "warning",
    "{count} {count:area|areas} and others lie so close upon each other that what is counted once is known to "
    "{off:.0e} of the area only",
    "boundaries that are the same, or differ by more than a micrometre",
    "use one boundary for the areas that share it",
)  # fmt: skip
EDGES_LONG: Final = Wrong(
    "nature.edges_long", "warning",
    "the net area is {straight:,.2f} ha with edges straight in longitude and latitude, and {geodesic:,.2f} ha with "
    "geodesic edges: {apart:.1%} apart",
    "edges so short that both say the same (RFC 7946 section 3.1.1 takes edges as straight)",
    "add points along the long edges, as the boundary really runs; until then the area depends on what an edge means",
)  # fmt: skip
SLIVER: Final = Wrong(
    "nature.sliver_overlap", "warning",
    "{count} {count:pair of areas overlaps|pairs of areas overlap} by less than a thousandth of the smaller one",
    "neighbours that share their boundary", "draw the common boundary once and use it for both",
)  # fmt: skip
