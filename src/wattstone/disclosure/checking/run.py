"""All checks of a statement, the gravest first."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import polars as pl

from wattstone.base import Finding
from wattstone.disclosure.checking.apart import of_offsets
from wattstone.disclosure.checking.claims import of_claims
from wattstone.disclosure.checking.looking import Looked
from wattstone.disclosure.checking.modules import of_modules
from wattstone.disclosure.checking.names import of_names
from wattstone.disclosure.checking.omissions import of_omissions
from wattstone.disclosure.checking.plans import of_plans
from wattstone.disclosure.checking.sums import of_sums
from wattstone.disclosure.checking.texts import of_approvals, of_languages, of_placeholders, of_typed_numbers
from wattstone.disclosure.checking.tracing import of_figures, of_sentences, of_tables
from wattstone.disclosure.checking.years import of_intensities, of_jumps, of_restated
from wattstone.disclosure.statement import Shown, Statement

__all__ = ["checked"]

_CHECKS: Final[tuple[Callable[[Looked], Iterator[Finding]], ...]] = (
    of_sums, of_intensities, of_figures, of_tables, of_sentences, of_languages, of_placeholders, of_offsets, of_claims,
    of_omissions, of_jumps, of_restated, of_plans, of_modules, of_typed_numbers, of_names, of_approvals,
)  # fmt: skip


def checked(
    statement: Statement,
    beside: Callable[[str, str, str], Shown | None] | None = None,
    programme: Mapping[str, pl.DataFrame] | None = None,
) -> tuple[Finding, ...]:
    """What the checks say of a statement.

    Parameters
    ----------
    statement : Statement
        A draft, or an edition.
    beside : callable or None
        From name, period and subject to a figure that the workspace has; None of an edition.
    programme : mapping of str to DataFrame or None
        Entries of the kinds `neutrality_claim`, `carbon_credit` and `target`.

    Returns
    -------
    tuple of Finding
        Errors stand in the way of a lock; warnings are told. `params["topic"]` is the topic's id.
    """
    looked = Looked(statement, beside, programme or {})
    found = [one for check in _CHECKS for one in check(looked)]
    return tuple(sorted(found, key=lambda one: one.severity != "error"))
