"""How an estate stands: what is known of its emissions in a year, of how many sites, and what is missing with why."""

from dataclasses import dataclass

from wattstone.workflows.overview.columns import is_apart
from wattstone.workflows.overview.estate import Estate
from wattstone.workflows.overview.numbers import Number

__all__ = ["Standing", "standing"]

_SCOPES = ("scope1", "scope2.location")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What can be said of a year's emissions.

    Parameters
    ----------
    number : Number or None
        The most that is known: `location`, of all sites or of those of which both scopes are known; else `scope1` or
        `scope2.location` alone; None where nothing is.
    sites : int
        Sites that it counts.
    gaps : tuple of Number
        Scopes without a value for some site, each with its reason, as far as it is told.
    besides : tuple of Number
        Energy that is bought by volume or mass, and in no figure of energy: `volume.natural_gas`.
    """

    number: Number | None
    sites: int
    gaps: tuple[Number, ...]
    besides: tuple[Number, ...]


def standing(estate: Estate) -> Standing:
    """How an estate stands in its year.

    Parameters
    ----------
    estate : Estate
        As far as somebody may see it.
    """
    number, counted = None, 0
    for name in ("location", *_SCOPES):
        number = _known(estate, name)
        if number is not None:
            counted = estate.frame[name].count()
            break
    apart = (_known(estate, name) for name in sorted(estate.frame.columns) if is_apart(name))
    return Standing(
        number=number,
        sites=counted,
        gaps=tuple(one for name in _SCOPES if (one := _gap(estate, name)) is not None),
        besides=tuple(one for one in apart if one is not None and one.value),
    )


def _known(estate: Estate, name: str) -> Number | None:
    """The total, or of the sites of which something is known."""
    told = estate.totals.get(name)
    return told if told is not None and told.value is not None else estate.known.get(name)


def _gap(estate: Estate, name: str) -> Number | None:
    """What stands in the way of a scope's total; None where it is known, or no site has meters of it."""
    told, column = estate.totals.get(name), f"{name}.id"
    if column not in estate.frame.columns or (told is not None and told.value is not None and estate.whole):
        return None
    rows = estate.frame[column, name]
    lacking = rows.filter(rows[column].is_not_null() & rows[name].is_null())
    if lacking.is_empty():
        return None
    return told if told is not None and told.value is None else Number(name=name, value=None, unit="kg CO2e")
