"""Sums of which a report shows a part only: to say them as sums would be to say that they are wrong."""

from collections.abc import Iterable

from wattstone.disclosure.statement import Shown, Statement
from wattstone.interfaces.present.xbrl.concepts import ORGANISATION, Concept, Fact, by_name, fact_of, taxonomy

__all__ = ["facts_of"]

_ROUNDING = 1e-6  # of the sum


def facts_of(statement: Statement) -> dict[str, Fact]:
    """What each figure of a statement is, by its key.

    A report shows of the year before, or of a site, what a text needs: a total and one of its parts. As concepts of one
    sum they would contradict each other. So what yields is said by its name instead. Of the organisation in the
    reporting year nothing yields: there a sum that does not come to its parts is a mistake, and validation finds it.

    Parameters
    ----------
    statement : Statement

    Returns
    -------
    dict of str to Fact
        Of figures whose unit has a measure.
    """
    held = {one.key: (one, fact) for one in statement.figures.values() if (fact := fact_of(one)) is not None}
    aside = set(_yielding(held.values(), str(statement.year)))
    return {key: (by_name(one) or fact) if key in aside else fact for key, (one, fact) in held.items()}


def _yielding(held: Iterable[tuple[Shown, Fact]], year: str) -> Iterable[str]:
    """Keys of the figures that yield."""
    places: dict[tuple[str, str], dict[str, Shown]] = {}
    for one, fact in held:
        if one.value is not None and (one.period, one.subject) != (year, ORGANISATION):
            places.setdefault((one.period, one.subject), {})[fact.concept.id] = one
    for there in places.values():
        for concept in (one for one in taxonomy().concepts if one.sum and one.id in there):
            yield from _of_sum(concept, there)


def _of_sum(concept: Concept, there: dict[str, Shown]) -> Iterable[str]:
    whole, parts = there[concept.id], [there[one] for one in concept.sum if one in there]
    if not parts or whole.value is None:
        return
    off = abs(whole.value - sum(one.value or 0.0 for one in parts))
    if off > _ROUNDING * abs(whole.value):
        yield from (one.key for one in (parts if concept.parts_yield else (whole,)))
