"""What the address of the portfolio says: words, filters, order, page, and the part of the map."""

from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Query as Asked

from wattstone.interfaces.present.charts.map import Box
from wattstone.workflows.overview.query import Query

__all__ = ["SORTS", "State", "state_of"]

_SIZE = 25
SORTS = ("name", "location", "market", "energy", "intensity.energy", "peer_percentile", "quality", "findings_kg")
"""Columns by which one may sort; they are those of the list, in its order."""

Texts = Annotated[list[str] | None, Asked()]


@dataclass(frozen=True)
class State:
    """What the address says: a query, and the part of the map.

    Parameters
    ----------
    query : Query
        Of the sites.
    box : tuple of float or None
        South, west, north, east; None for all of it.
    """

    query: Query
    box: Box | None

    def address(self, **changed: Any) -> dict[str, Any]:
        """The query of an address with something changed; the page is the first again unless it is named."""
        asked = replace(self.query, page=1, **{key: value for key, value in changed.items() if key != "box"})
        box = changed.get("box", self.box)
        return {
            "q": asked.text,
            "country": list(asked.countries) or None,
            "type": list(asked.types) or None,
            "group": list(asked.groups) or None,
            "findings": _said(asked.findings),
            "silent": _said(asked.silent),
            "quality": None if asked.quality_below is None else f"{asked.quality_below:g}",
            "sort": asked.sort if asked.sort != Query.sort else None,
            "size": asked.size if asked.size != _SIZE else None,
            "box": ",".join(f"{one:g}" for one in box) if box else None,
        }


def _said(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def _asked(value: str) -> bool | None:
    return {"yes": True, "no": False}.get(value)


def state_of(
    q: str = "",
    country: Texts = None,
    type: Texts = None,  # noqa: A002 - as the address calls it
    group: Texts = None,
    findings: str = "",
    silent: str = "",
    quality: str = "",
    sort: str = Query.sort,
    page: int = 1,
    size: int = _SIZE,
    box: str = "",
) -> State:
    """What an address says; whatever cannot be meant is left out."""
    column = sort.removeprefix("-")
    query = Query(
        text=q[:200],
        countries=tuple(country or ()),
        types=tuple(type or ()),
        groups=tuple(group or ()),
        findings=_asked(findings),
        silent=_asked(silent),
        quality_below=_share(quality),
        sort=sort if column in SORTS else Query.sort,
        page=max(page, 1),
        size=min(max(size, 1), 500),
    )
    return State(query, _box(box))


def _share(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= 1 else None


def _box(text: str) -> Box | None:
    try:
        south, west, north, east = (float(one) for one in text.split(","))
    except ValueError:
        return None
    inside = -90 <= south < north <= 90 and -180 <= west < east <= 180
    return (south, west, north, east) if inside else None
