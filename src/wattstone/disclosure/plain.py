"""Numbers of a report that are no figures: years, ranks that persons chose, counts of rows, places in a list.

Every other number is a figure. What is plain stands here, so that the check, the summary and the documentation say the
same: a column or a value of a sentence that is not named here needs a figure behind each number.
"""

from typing import Final

__all__ = ["COUNTS", "PLACES", "RANKS", "YEARS", "plain_column", "plain_value"]

YEARS: Final = frozenset({"year", "years", "first", "last", "horizon_year", "price_year", "from", "to", "start"})
"""Columns of years, and of how many years a horizon has."""

RANKS: Final = frozenset({"likelihood", "severity", "most"})
"""Columns of ranks: each leads to the entry of the risk whose short name stands in its row."""

PLACES: Final = frozenset({("scope3", "category"), ("scenarios", "edition")})
"""Columns of tables, by id, that number things: the category of scope 3, the edition of a scenario."""

COUNTS: Final = frozenset({
    ("heat", "count"), ("heat_opportunities", "count"), ("owners", "count"), ("stages", "count"),
    ("risk_sites", "physical"), ("risk_sites", "transition"), ("risk_sites", "opportunity"), ("factors", "count"),
})  # fmt: skip
"""Columns of tables, by id, that count rows of the register or of the sources."""

_VALUES: Final = frozenset({"year", "count"})


def plain_column(table: str, column: str) -> bool:
    """Whether the numbers of a column need no figure.

    Parameters
    ----------
    table : str
        Its id; `-2` and so on at its end part tables by unit.
    column : str

    Examples
    --------
    >>> plain_column("levers", "year"), plain_column("owners", "count"), plain_column("levers", "count")
    (True, True, False)
    """
    return column in YEARS | RANKS or (table, column) in COUNTS | PLACES


def plain_value(name: str) -> bool:
    """Whether a value of a sentence needs no figure: a year, and how many things a sentence says are missing.

    Examples
    --------
    >>> plain_value("year"), plain_value("cost")
    (True, False)
    """
    return name in _VALUES
