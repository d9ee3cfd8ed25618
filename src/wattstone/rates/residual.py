"""The residual mix: what electricity emits that nobody has claimed, for the market-based method."""

from dataclasses import replace

from wattstone.base import NotComputable
from wattstone.rates.emission import USER_SET, Ask, EmissionFactor, emission_factor, of_year
from wattstone.rates.lookup import REMEDY, place_of
from wattstone.rates.sets import Grid, catalogue
from wattstone.rates.table import Factor, FactorTable

__all__ = ["RESIDUAL", "residual_factor"]

RESIDUAL = "purchased_electricity_residual"
"""Category of own factors of a residual mix."""


def residual_factor(
    table: FactorTable,
    *,
    region: str | None,
    country: str | None,
    year: int,
    gwp_set: str,
    exceptions: frozenset[str] = frozenset(),
) -> EmissionFactor:
    """The published factor of the residual mix [1]_, for what no contract or certificate covers.

    Parameters
    ----------
    table : FactorTable
        The rows to look in.
    region, country : str or None
        As for `electricity_factor`.
    year : int
        The year of the electricity; exact.
    gwp_set : {'AR4', 'AR5', 'AR6'}
        Of the workspace.
    exceptions : frozenset of str
        What was accepted: ids of rows, `aib2022_residual` for all of Europe's, `year:SET` for another year.

    Returns
    -------
    EmissionFactor
        Per kWh.

    Raises
    ------
    NotComputable
        Where no residual mix is published, as in Great Britain's own factors; the Scope 2 Guidance then lets a company
        take the average of its grid, and asks it to say so.

    References
    ----------
    .. [1] M. Sotos, "GHG Protocol Scope 2 Guidance," World Resources Institute, 2015, table 6.3.

    Examples
    --------
    >>> from wattstone.rates import load_factors
    >>> residual_factor(load_factors(), region="CN-BJ", country="CN", year=2023, gwp_set="AR6").value
    0.6096
    """
    place, nation = place_of(region, country)
    ask = Ask(table=table, region=place, year=year, gwp_set=gwp_set, exceptions=exceptions)
    own = [row for row in table.own((RESIDUAL,)) if row.year == year and row.region in (place, nation)]
    if own:
        near = [row for row in own if row.region == place] or own
        key = f"user/{RESIDUAL}/{near[0].region}"
        return emission_factor(ask, near, set_id=USER_SET, edition=near[0].origin, per="kWh", basis=None, key=key)
    held: list[tuple[Factor, Grid]] = []
    for grid in catalogue().residual.get(nation or place, ()):
        at = nation if grid.nationwide else place
        rows = [row for row in table.of_category(grid.category) if row.id.startswith(grid.prefix)]
        held += [(row, grid) for row in rows if row.region == at]
    if not held:
        raise NotComputable(f"no residual mix for {place} in {year}: none is published, or none ships. {REMEDY}")
    row, grid = min(held, key=lambda one: (abs(one[0].year - year), one[0].year))
    edition = f"{grid.prefix}{row.year}" if grid.nationwide else grid.prefix.rstrip("_")
    if row.year != year and f"year:{edition}" not in exceptions:
        years = ", ".join(sorted({str(one.year) for one, _ in held}))
        raise NotComputable(
            f"no residual mix for {place} in {year}: it is held for {years} only (the exception 'year:{edition}' would "
            f"permit that of {row.year}). {REMEDY}"
        )
    notes = (grid.note, *((of_year(f"year:{edition}", row.year, year),) if row.year != year else ()))
    return emission_factor(
        ask, [_as_known(row, grid)], set_id=edition, edition=row.source_year, per="kWh", basis=None, notes=notes,
        key=f"{grid.prefix.rstrip('_')}/residual/{row.region}",
    )  # fmt: skip


def _as_known(row: Factor, grid: Grid) -> Factor:
    """The row with the gas that it counts, where its own word for it is wrong."""
    if grid.gas is None or row.gas == grid.gas:
        return row
    return replace(row, gas=grid.gas, unit=row.unit.replace(f"kg{row.gas}/", f"kg{grid.gas}/"))
