"""Factors to look at: those that ship and an organisation's own, with where each comes from and what it is used for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wattstone.base import Finding, InputRefused
from wattstone.rates import FactorTable, load_factors
from wattstone.rates.barred import Barred, barred
from wattstone.rates.exceptions import sets_known
from wattstone.rates.series import all_series
from wattstone.rates.sets import catalogue
from wattstone.rates.table import SHIPPED, Confidence, Factor
from wattstone.rates.uses import RowUse, row_uses, uses_of
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.own_factors import OwnFactors, keep_factors
from wattstone.workflows.workspace import Workspace

__all__ = ["FactorShown", "SetShown", "factor_rows", "factor_shown", "import_factors", "sets_offered"]


@dataclass(frozen=True, kw_only=True)
class FactorShown:
    """Everything that is known of a row.

    Parameters
    ----------
    row : Factor
        With its source, licence, confidence and remark.
    uses : tuple of RowUse
        What it serves.
    barred : Barred or None
        Why no look-up takes it.
    replaces : Factor or None
        The shipped row whose value it replaced.
    accepted : mapping of str to str
        Exceptions that were accepted of it or its sets, with the reasons.
    beside : tuple of Factor
        Rows that serve the same, in the same place and year and for the same unit: its other gases, if it has some.
    """

    row: Factor
    uses: tuple[RowUse, ...]
    barred: Barred | None
    replaces: Factor | None
    accepted: Mapping[str, str] = field(default_factory=dict[str, str])
    beside: tuple[Factor, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SetShown:
    """A set or a series of factors that were published together.

    Parameters
    ----------
    id, name, edition : str
        What it is.
    years : tuple of int
        That it is for; empty where any.
    countries : tuple of str
        Whose order holds it; `*` is every other one.
    rows : tuple of Factor
        That it uses.
    accepted : mapping of str to str
        Exceptions that were accepted of it, with the reasons.
    """

    id: str
    name: str
    edition: str
    years: tuple[int, ...]
    countries: tuple[str, ...]
    rows: tuple[Factor, ...]
    accepted: Mapping[str, str] = field(default_factory=dict[str, str])


def factor_rows(
    workspace: Workspace | None = None,
    *,
    region: str | None = None,
    year: int | None = None,
    kind: str | None = None,
    confidence: Confidence | None = None,
    text: str = "",
    set: str | None = None,  # noqa: A002 - as factors name it
    own: bool = False,
) -> tuple[Factor, ...]:
    """The rows that match everything that is asked.

    Parameters
    ----------
    workspace : Workspace or None
        Whose own rows come first; only what ships where None.
    region : str or None
        `GB`; also the regions of a country.
    year : int or None
        That the value is of.
    kind : str or None
        Activity kind that the row serves.
    confidence : {'A', 'B', 'C'} or None
        Of the row.
    text : str
        Words that id, name, category or source hold, in any case.
    set : str or None
        Id of a set or series that uses the row: an edition of a publication.
    own : bool
        The workspace's own alone.

    Returns
    -------
    tuple of Factor
        Own rows first, then in the order of the table.

    Raises
    ------
    InputRefused
        If the activity kind is not known, or a file of own factors cannot be read.
    """
    table = _table(workspace)
    if kind is not None:
        _known_kind(kind)
    words = text.casefold().split()
    found = [
        row
        for row in table.rows.values()
        if (region is None or row.region == region or row.region.startswith(f"{region}-"))
        and (year is None or row.year == year)
        and (confidence is None or row.confidence == confidence)
        and (not own or row.origin != SHIPPED)
        and (set is None or any(use.set == set for use in uses_of(row)))
        and (kind is None or any(kind in use.kinds for use in uses_of(row)))
        and (not words or all(word in _words(row) for word in words))
    ]
    return tuple(sorted(found, key=lambda row: row.origin == SHIPPED))


def factor_shown(workspace: Workspace | None, name: str) -> FactorShown | SetShown:
    """A row or a set by its id.

    Raises
    ------
    InputRefused
        If there is none of that id.
    """
    table, accepted = _table(workspace), _accepted(workspace)
    row = table.get(name)
    if row is not None:
        uses = uses_of(row)
        names = {name, *(use.set for use in uses)}
        return FactorShown(
            row=row,
            uses=uses,
            barred=barred(row.id, row.name) if row.origin == SHIPPED else None,
            replaces=load_factors().get(name) if row.origin != SHIPPED else None,
            accepted={key: why for key, why in accepted.items() if key.rpartition(":")[2] in names},
            beside=_beside(table, row, uses),
        )
    if name not in sets_known():
        raise InputRefused([_unknown(name)])
    return _set(table, name, {key: why for key, why in accepted.items() if key.rpartition(":")[2] == name})


def import_factors(workspace: Workspace, path: Path, *, who: str = "user") -> OwnFactors:
    """Keep a table or a pack of own factors; a file of that name is replaced.

    Raises
    ------
    Forbidden
        If the actor may not declare for the whole organisation.
    InputRefused
        With everything that is wrong with it; nothing is changed.
    """
    return keep_factors(workspace, path, who=who)


def _table(workspace: Workspace | None) -> FactorTable:
    if workspace is None:
        return load_factors()
    return load_factors(acting(workspace, Act.READ, EVERYWHERE).factor_files)


def _accepted(workspace: Workspace | None) -> dict[str, str]:
    if workspace is None:
        return {}
    return {one.factor_id: one.reason for one in acting(workspace, Act.READ, EVERYWHERE).records.exceptions()}


def _words(row: Factor) -> str:
    return f"{row.id} {row.name} {row.category} {row.source}".casefold()


def _set(table: FactorTable, name: str, accepted: Mapping[str, str]) -> SetShown:
    rows = tuple(table.rows[key] for key, uses in row_uses().items() if any(use.set == name for use in uses))
    one, series = catalogue().sets.get(name), all_series().get(name)
    held = one or series
    orders = catalogue().orders
    countries = {country for country in orders for ids in orders[country].values() if name in ids}
    if series is not None:
        countries |= series.countries
    return SetShown(
        id=name,
        name=held.name if held else name,
        edition=held.edition if held else "",
        years=tuple(sorted((one.years if one else None) or (series.years if series else None) or ())),
        countries=tuple(sorted(countries)),
        rows=rows,
        accepted=accepted,
    )


def _beside(table: FactorTable, row: Factor, uses: tuple[RowUse, ...]) -> tuple[Factor, ...]:
    """Where a use has no item, as grid electricity, the name says which rows belong together."""
    per, named = row.unit.partition("/")[2], {use for use in uses if use.item}
    return tuple(
        one
        for one in table.rows.values()
        if one.id != row.id
        and (one.region, one.year, one.unit.partition("/")[2]) == (row.region, row.year, per)
        and any(use in named or (use in uses and one.name == row.name) for use in uses_of(one))
    )


def sets_offered() -> tuple[SetShown, ...]:
    """All sets and series that have rows, by name: the editions of what is published."""
    table = load_factors()
    found = (_set(table, name, {}) for name in sets_known())
    return tuple(sorted((one for one in found if one.rows), key=lambda one: (one.name, one.id)))


def _known_kind(kind: str) -> None:
    from wattstone.rates.activities import activity_kinds

    if kind not in activity_kinds():
        raise InputRefused(
            [
                Finding(
                    code="factor.kind",
                    place=f"activity '{kind}'",
                    found="there is no such activity kind",
                    expected="one of {known}",
                    remedy="choose one of them",
                    params={"known": ", ".join(activity_kinds())},
                )
            ]
        )


def _unknown(name: str) -> Finding:
    return Finding(
        code="factor.unknown",
        place=f"factor '{name}'",
        found="there is no such factor row or set",
        expected="an id as `wattstone factors list` or the reason of a figure shows it",
        remedy="look for it with `wattstone factors list --text`",
    )
