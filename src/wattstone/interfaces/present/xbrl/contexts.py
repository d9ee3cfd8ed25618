"""Contexts and units of a report: each is declared once, by the first fact that needs it."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.present.languages import mark
from wattstone.interfaces.present.xbrl.concepts import taxonomy
from wattstone.interfaces.present.xbrl.markup import Markup, tag, text
from wattstone.interfaces.present.xbrl.units import Measure

__all__ = ["Dimension", "Entity", "Resources", "days_of", "legal_entity", "own_typed"]

Dimension = tuple[str, str]
"""QName of an axis, and QName of a member or, where the axis is typed, its text."""


@dataclass(frozen=True)
class Entity:
    """Who reports.

    Parameters
    ----------
    identifier : str
        The name, where no register is named.
    scheme : str
        A register: `http://standards.iso.org/iso/17442` of legal entity identifiers.
    """

    identifier: str
    scheme: str = "urn:wattstone:organisation"


def legal_entity(identifier: str) -> Entity:
    """Who reports, by a legal entity identifier [1]_.

    Parameters
    ----------
    identifier : str
        Twenty letters and digits, of which the last two check the others.

    Raises
    ------
    InputRefused
        If it is none.

    References
    ----------
    .. [1] ISO 17442-1:2020; check digits by ISO/IEC 7064, MOD 97-10.

    Examples
    --------
    >>> legal_entity("529900T8BM49AURSDO55").scheme
    'http://standards.iso.org/iso/17442'
    """
    told = identifier.strip().upper()
    if not re.fullmatch(r"[0-9A-Z]{18}[0-9]{2}", told) or int("".join(str(int(one, 36)) for one in told)) % 97 != 1:
        raise InputRefused([
            Finding(
                code="xbrl.lei", place=identifier, found=mark("this is no legal entity identifier"),
                expected=mark("twenty letters and digits whose last two check the others"),
                remedy=mark("copy it from the register at gleif.org"),
            )
        ])  # fmt: skip
    return Entity(told, "http://standards.iso.org/iso/17442")


def days_of(period: str) -> tuple[date, date] | None:
    """First and last day of a period as figures name it; None where it is no span of days.

    Examples
    --------
    >>> days_of("2024-02")
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    >>> [one.isoformat() for one in days_of("2020/2030")], days_of("always")
    (['2020-01-01', '2030-12-31'], None)
    """
    first, _, last = period.partition("/")
    begins, ends = _span(first), _span(last or first)
    if begins is None or ends is None or begins[0] > ends[1]:
        return None
    return begins[0], ends[1]


def _span(text: str) -> tuple[date, date] | None:
    found = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", text)
    if found is None:
        return None
    year, month, day = (int(one) if one else None for one in found.groups())
    try:
        begins = date(year or 0, month or 1, day or 1)
        return begins, begins if day else date(begins.year, month or 12, monthrange(begins.year, month or 12)[1])
    except ValueError:
        return None


@dataclass
class Resources:
    """What facts of a report point to.

    Parameters
    ----------
    entity : Entity
    """

    entity: Entity
    contexts: dict[tuple[date, date, tuple[Dimension, ...]], str] = field(
        default_factory=dict[tuple[date, date, tuple[Dimension, ...]], str]
    )
    units: dict[Measure, str] = field(default_factory=dict[Measure, str])

    def context(self, days: tuple[date, date], dimensions: tuple[Dimension, ...] = ()) -> str:
        """Id of the context of a period and of members."""
        return self.contexts.setdefault((*days, dimensions), f"c{len(self.contexts) + 1}")

    def unit(self, measure: Measure) -> str:
        """Id of the unit of a measure."""
        same = Measure(measure.type, 0, measure.over, measure.under)
        return self.units.setdefault(same, same.id)

    def markup(self, typed: Mapping[str, str]) -> tuple[Markup, ...]:
        """The elements; `typed` names the element of the values of each typed axis."""
        units = {one.id: one for one in self.units}
        return (
            *(self._context(key, ident, typed) for key, ident in self.contexts.items()),
            *(_unit(one) for one in units.values()),
        )

    def _context(self, key: tuple[date, date, tuple[Dimension, ...]], ident: str, typed: Mapping[str, str]) -> Markup:
        first, last, dimensions = key
        named = tag("xbrli:identifier", {"scheme": self.entity.scheme}, text(self.entity.identifier))
        days = (tag("xbrli:startDate", None, text(first.isoformat())),
                tag("xbrli:endDate", None, text(last.isoformat())))  # fmt: skip
        members = tuple(_member(one, typed) for one in dimensions)
        scenario = (tag("xbrli:scenario", None, *members),) if members else ()
        return tag("xbrli:context", {"id": ident}, tag("xbrli:entity", None, named),
                   tag("xbrli:period", None, *days), *scenario)  # fmt: skip


def _member(one: Dimension, typed: Mapping[str, str]) -> Markup:
    axis, value = one
    if axis in typed:
        inside = tag(typed[axis], None, text(value))
        return tag("xbrldi:typedMember", {"dimension": axis}, inside)
    return tag("xbrldi:explicitMember", {"dimension": axis}, text(value))


def _unit(one: Measure) -> Markup:
    over = tag("xbrli:measure", None, text(one.over))
    if not one.under:
        return tag("xbrli:unit", {"id": one.id}, over)
    under = tag("xbrli:unitDenominator", None, tag("xbrli:measure", None, text(one.under)))
    return tag("xbrli:unit", {"id": one.id}, tag("xbrli:divide", None, tag("xbrli:unitNumerator", None, over), under))


def own_typed() -> dict[str, str]:
    """Typed axes of the product's taxonomy, and the elements of their values."""
    prefix = taxonomy().prefix
    return {f"{prefix}:{one.id}Axis": f"{prefix}:{one.id}Value" for one in taxonomy().axes if one.typed}
