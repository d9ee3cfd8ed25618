"""What is wrong across the entries of a report, as the machinery of entries asks for it.

An entry is looked at by itself (`OF_EACH`), and only with the kinds that it can break (`NARROW`): a report has many
texts, and one of them is corrected at a time. What is wrong with the statement as a whole is found by
`wattstone.disclosure.checking`.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import polars as pl

from wattstone.base import Finding
from wattstone.disclosure.entering.pairs import of_pairs, of_terms
from wattstone.disclosure.entering.prices import of_path_prices, of_paths_used
from wattstone.disclosure.entering.registers import of_currencies, of_exposures, of_horizons, of_risks, of_units
from wattstone.disclosure.entering.scenarios import of_drivers, of_paths, of_scenarios, of_scenarios_named
from wattstone.disclosure.entering.texts import of_narratives, of_omissions, of_responsibilities, of_reviews

__all__ = ["NARROW", "OF_EACH", "wrong"]

Check = Callable[[Mapping[str, pl.DataFrame]], list[Finding]]

_ACROSS: Final[tuple[tuple[Check, tuple[str, ...]], ...]] = (
    (of_reviews, ("review",)),  # a text that changes ends its reviews, and is not held up by them
    (of_horizons, ("horizon",)),
    (of_exposures, ("exposure", "denominator_amount")),
    (of_units, ("exposure", "denominator_amount")),
    (of_currencies, ("exposure", "denominator_amount", "climate_risk", "capital")),
    (of_paths, ("path",)),
    (of_scenarios_named, ("scenario", "driver")),
    (of_paths_used, ("scenario", "driver")),
)
"""Checks across entries, with the kinds of which a change can break them."""

_ALONE: Final = (
    "narrative", "responsibility", "omission", "pay", "internal_price", "energy_price", "hazard", "hazard_absent",
    "term",
)  # fmt: skip
"""Kinds of which no entry breaks another."""


def wrong(entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Findings across the entries of the module.

    Parameters
    ----------
    entries : mapping of str to DataFrame
        By kind, each with the columns of `entry_schema`; kinds that are not there have none.

    Returns
    -------
    list of Finding
        Errors refuse the input; warnings are told.
    """
    return _run(tuple(check for check, _ in _ACROSS), entries)


def _run(checks: tuple[Check, ...], entries: Mapping[str, pl.DataFrame]) -> list[Finding]:
    return [one for check in checks for one in check(entries)]


def _narrow(kind: str) -> Check:
    return partial(_run, tuple(check for check, kinds in _ACROSS if kind in kinds))


NARROW: Final[Mapping[str | None, Check]] = {
    kind: _narrow(kind) for kind in (*_ALONE, *sorted({one for _, kinds in _ACROSS for one in kinds}))
}
"""By kind, the checks that a change of its entries can break."""


def _each(kind: str, *checks: Check) -> Check:
    return partial(_run, (*checks, partial(of_pairs, kind=kind)))


OF_EACH: Final[Mapping[str, Check]] = {
    "narrative": of_narratives, "responsibility": of_responsibilities, "driver": of_drivers, "path": of_path_prices,
    "omission": _each("omission", of_omissions), "climate_risk": _each("climate_risk", of_risks),
    "scenario": _each("scenario", of_scenarios), "pay": _each("pay"), "internal_price": _each("internal_price"),
    "hazard_absent": _each("hazard_absent"), "term": of_terms,
}  # fmt: skip
"""By kind, what is looked at in each entry that changes."""
